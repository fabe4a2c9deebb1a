"""What Celery runs for the reminders. Each task takes ids, loads, and calls an action."""

from celery import shared_task


@shared_task
def tick() -> None:
    """The beat's one tick a minute."""
