"""What Celery runs for the reports."""

from celery import shared_task
from django.utils import timezone

from dashboards.reports import peers


@shared_task
def warm_peers() -> None:
    """Once a quarter the peers' figures are reckoned anew, so that nobody waits for them; else it finds that they stand."""
    peers.warm(timezone.now())
