"""What Celery runs for the reminders. Each task takes ids, loads, and calls an action."""

from celery import shared_task
from django.utils import timezone

from claims.tasks import hint_packets
from funds.tasks import hint_uploads
from programs.days import Clock
from reminders import actions
from reminders.chat import outbox
from reminders.delivery.progress import ticked

# Mails over one connection: to ask what a batch still tells takes as long as to write ten, and no server takes any number.
BATCH = 100
TICK_SECONDS = 60


@shared_task
def tick() -> None:
    """The beat's one tick a minute: sweep where a day has turned, hand out the mail that is due, and what waits to be made.

    Most ticks end after a few small queries. What a missed tick or a lost hint left, the next tick finds.
    """
    clock = Clock(timezone.now())
    ticked(clock.now)
    hint_uploads()
    hint_packets()
    with actions.alone(wait=False) as mine:
        if not mine:
            return
        try:
            if zones := actions.zones_due(clock):
                actions.sweep(clock=clock, zones=zones)
        finally:
            # What is due leaves also when the sweep met with trouble, and into chats when mail did.
            try:
                actions.collect(clock=clock)
                hand_out(actions.to_send(clock))
            finally:
                outbox.collect(clock=clock)
                hand_out_messages(outbox.to_send(clock))


def hand_out(digest_ids: list[int]) -> None:
    """Hints, which expire before the next tick gives new ones: behind a slow mail server they don't pile up."""
    for start in range(0, len(digest_ids), BATCH):
        send_digests.apply_async([digest_ids[start : start + BATCH]], expires=TICK_SECONDS)


def hand_out_messages(post_ids: list[int]) -> None:
    """One each: a place that hangs holds up no other."""
    for post_id in post_ids:
        post_to_chat.apply_async([post_id], expires=TICK_SECONDS)


@shared_task
def send_digests(digest_ids: list[int]) -> None:
    actions.send(digest_ids=digest_ids, clock=Clock(timezone.now()))


@shared_task
def post_to_chat(post_id: int) -> None:
    outbox.send(post_ids=[post_id], clock=Clock(timezone.now()))
