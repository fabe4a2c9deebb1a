"""Where a vendor's money stood at the end of each month, from the ledger: one GROUP BY for all months and programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from django.db.models import F, Func, IntegerField, Q, Sum, Value

from funds.models import Movement
from funds.states import Bucket
from partners.models import Company
from programs.days import Clock, zone
from programs.models import Program

# What a month tells, in the order in which money passes through: the sums of `funded` are what all the others add up to.
BUCKETS = (
    Bucket.UNALLOCATED,
    Bucket.AVAILABLE,
    Bucket.RESERVED,
    Bucket.CLAIMED,
    Bucket.APPROVED,
    Bucket.PAID,
    Bucket.LAPSED,
)
SPANS = {"12": 12, "24": 24, "60": 60}  # months


@dataclass(frozen=True, slots=True)
class Standing:
    """One program's or one currency's money at the end of a month (or now, in the month that runs), in minor units."""

    month: date
    currency: str
    unallocated: int
    available: int
    reserved: int
    claimed: int
    approved: int
    paid: int
    lapsed: int
    program: Program | None = None

    @property
    def allocated(self) -> int:
        """What is granted: all that left the budget for a partner's fund."""
        return self.available + self.reserved + self.claimed + self.approved + self.paid + self.lapsed

    @property
    def funded(self) -> int:
        return self.unallocated + self.allocated


def months_until(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, the running one last: (2026-02-10, 3) gives December, January, February."""
    ordinals = range(today.year * 12 + today.month - count, today.year * 12 + today.month)
    return [date(ordinal // 12, ordinal % 12 + 1, 1) for ordinal in ordinals]


def began(month: date, time_zone: str) -> datetime:
    return datetime.combine(month, time(), zone(time_zone)).astimezone(UTC)


def standings(*, programs: Sequence[Program], company: Company, now: datetime, count: int) -> list[Standing]:
    """Each program's standing at the end of each of the last `count` months, as the vendor's calendar has them.

    Months before a program's first money are left out.
    """
    today = Clock(now).day_in(company.time_zone)
    months = months_until(today, count)
    changes = changes_by_month(programs, [began(month, company.time_zone) for month in months])
    found = []
    for program in programs:
        held = dict.fromkeys(BUCKETS, 0)
        is_there = False
        # Bucket 0 is all that was before the first month.
        for place, month in enumerate([None, *months]):
            for bucket, amount in changes.get((program.pk, place), {}).items():
                held[bucket] += amount
                is_there = True
            if month and is_there:
                amounts = {bucket.value: amount for bucket, amount in held.items()}
                found.append(Standing(month=month, currency=program.currency, program=program, **amounts))
    return found


def changes_by_month(programs: Sequence[Program], starts: list[datetime]) -> dict[tuple[int, int], dict[Bucket, int]]:
    """(program id, place among `starts`): what each bucket gained by then, less what it lost. Place 0 is before the first."""
    place = Func(F("posted_at"), Value(starts), function="width_bucket", output_field=IntegerField())
    rows = Movement.objects.filter(budget__program__in=programs).values("budget__program", place=place)
    gains = {f"to_{b.value}": Sum("amount", filter=Q(target=b), default=0) for b in BUCKETS}
    losses = {f"from_{b.value}": Sum("amount", filter=Q(source=b), default=0) for b in BUCKETS}
    return {
        (row["budget__program"], row["place"]): {
            b: int(row[f"to_{b.value}"]) - int(row[f"from_{b.value}"]) for b in BUCKETS
        }
        for row in rows.order_by().annotate(**gains, **losses)
    }


def by_currency(found: Iterable[Standing]) -> list[list[Standing]]:
    """All programs of a currency together, oldest month first; the currency with the most money first."""
    ordered = sorted(found, key=lambda s: (s.currency, s.month))
    series = []
    for _, of_currency in groupby(ordered, key=lambda s: s.currency):
        months = [total(list(group)) for _, group in groupby(of_currency, key=lambda s: s.month)]
        series.append(months)
    return sorted(series, key=lambda months: -months[-1].funded)


def total(group: list[Standing]) -> Standing:
    sums = {b.value: sum(getattr(s, b.value) for s in group) for b in BUCKETS}
    return Standing(month=group[0].month, currency=group[0].currency, **sums)


def chart(months: list[Standing], digits: int) -> dict[str, Any]:
    """What `charts.js` draws: for each month a column of where all the money was."""
    return {
        "labels": [f"{s.month:%b %Y}" for s in months],
        "currency": months[0].currency,
        "digits": digits,
        "series": [
            {"label": b.label, "tone": b.value, "values": [getattr(s, b.value) for s in months]} for b in BUCKETS
        ],
    }
