"""How mail goes, for admins: what is due, waiting, sent, failing and given up, and whether the beat still ticks."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q

from programs.days import Clock
from reminders.models import Digest, Reminder, Suppression, SweptZone
from reminders.states import DigestStatus

TICKED = "reminders.ticked"


def ticked(now: datetime) -> None:
    """The beat ticked. It stands in Redis, without which no tick comes either."""
    cache.set(TICKED, now, timeout=None)


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of reminders (`due`: told by no mail yet, for whatever reason) and of mails, and three moments."""

    due: int
    waiting: int
    failing: int
    sent_today: int
    dead: int
    unreached: int
    swept_first: datetime | None  # the time zone whose last sweep is the oldest
    swept_last: datetime | None
    ticked_at: datetime | None

    def is_stuck(self, now: datetime) -> bool:
        """No tick for five minutes."""
        return self.ticked_at is None or (now - self.ticked_at).total_seconds() > 300


def progress(clock: Clock) -> Progress:
    """In four queries, of which only the first reads more than an index of few rows."""
    today = clock.now.replace(hour=0, minute=0, second=0, microsecond=0)
    pending = Q(status=DigestStatus.PENDING)
    mails = Digest.objects.filter(
        pending | Q(status=DigestStatus.DEAD) | Q(status=DigestStatus.SENT, sent_at__gte=today)
    )
    counts = mails.aggregate(
        waiting=Count("pk", filter=pending & Q(trouble="")),
        failing=Count("pk", filter=pending & ~Q(trouble="")),
        dead=Count("pk", filter=Q(status=DigestStatus.DEAD)),
        sent_today=Count("pk", filter=Q(status=DigestStatus.SENT)),
    )
    swept = SweptZone.objects.aggregate(swept_first=Min("swept_at"), swept_last=Max("swept_at"))
    return Progress(
        due=Reminder.objects.filter(digest=None, closes_at__gt=clock.now).count(),
        unreached=Suppression.objects.open().count(),
        ticked_at=cache.get(TICKED),
        **counts,
        **swept,
    )
