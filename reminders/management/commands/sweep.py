import json
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from programs.days import Clock
from reminders import actions
from reminders.tasks import BATCH


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a date. Write it like 2026-12-01.") from None
    if not 2000 <= found.year < 2200:
        raise ArgumentTypeError(f"{text} is not a day that a fund can have. Name one between 2000 and 2199.")
    return found


class Command(BaseCommand):
    help = (
        "Lapse what nobody claimed in time, remind of what can still be claimed, and send the mail that is due. "
        "Prints counts as JSON (money in minor units); a second run finds nothing left to do."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on", type=day, metavar="DATE", help="take this for the day everywhere, as in 2026-12-01; else it is now"
        )

    def handle(self, *args, **options):
        clock = Clock(timezone.now(), options["on"])
        with actions.alone(wait=True):
            swept = actions.sweep(clock=clock)
            digests = actions.collect(clock=clock)
        waiting = actions.to_send(clock)
        batches = [waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH)]
        posted = [actions.send(digest_ids=batch, clock=clock) for batch in batches]
        counts = {
            "on": (clock.on or clock.now.date()).isoformat(),
            "lapsed_allocations": swept.lapsed.allocations,
            "lapsed": swept.lapsed.amounts,
            "reminders": swept.reminders,
            "digests": digests,
            "mails": sum(batch.mails for batch in posted),
            "skipped": swept.lapsed.skipped + [failure for batch in posted for failure in batch.failed],
        }
        self.stdout.write(json.dumps(counts))
