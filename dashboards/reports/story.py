"""The story so far: what a partner got back and what it lost, month by month, how long its money took, and what is new.

Recovered is what reached `paid` in the ledger, less what was taken back; lost is what lapsed, less what came back. Each counts in
the month in which it was booked, where the partner is. Amounts of two currencies are never added.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Func, IntegerField, Q, Sum, Value

from claims.states.payments import PaymentStatus
from dashboards.reports.changes import Change, changes
from dashboards.reports.losses import Lost, losses
from dashboards.reports.over_time import began, months_until
from funds.models import Allocation, Movement
from funds.states import Act
from partners.models import Company, Membership, User
from programs.days import Clock
from programs.money import digits

PICTURE = 12  # months
# Whoever is here for the first time reads of so long.
FIRST_LOOK = timedelta(days=30)
BRIEF = 5


class Month(NamedTuple):
    """What was got back and what was lost in a month or a year, by its first day, in minor units; either may be below 0."""

    month: date
    recovered: int
    lost: int


@dataclass(frozen=True, slots=True)
class Past:
    """One currency: its last months, oldest first, and the sums of this calendar year and the last."""

    currency: str
    months: list[Month]
    this_year: Month
    last_year: Month

    @property
    def picture(self) -> list[Month]:
        return self.months[-PICTURE:]

    @property
    def chart(self) -> dict[str, Any]:
        """For `charts.js`; what came back beyond what was lost in a month has no column."""
        series = (("Recovered", "paid", "recovered"), ("Lost", "lapsed", "lost"))
        return {
            "labels": [f"{month.month:%b %Y}" for month in self.picture],
            "currency": self.currency,
            "digits": digits(self.currency),
            "apart": True,
            "series": [
                {"label": label, "tone": tone, "values": [max(0, getattr(m, name)) for m in self.picture]}
                for label, tone, name in series
            ],
        }


def past(*, user: User, company: Company, now: datetime) -> list[Past]:
    """By currency, the one with the most money first. One query: a GROUP BY over the partner's movements of two years."""
    today = Clock(now).day_in(company.time_zone)
    months = months_until(today, 12 + today.month)
    starts = [began(month, company.time_zone) for month in months]
    place = Func(F("posted_at"), Value(starts), function="width_bucket", output_field=IntegerField())
    funds = Allocation.objects.visible_to(user).of_partner(company)
    acts = (Act.PAY, Act.REVERSE, Act.EXPIRE, Act.EXTEND)
    rows = Movement.objects.filter(allocation__in=funds, act__in=acts, posted_at__gte=starts[0], posted_at__lte=now)
    sums = {act.value: Sum("amount", filter=Q(act=act), default=0) for act in acts}
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in rows.order_by().values("budget__program__currency", place=place).annotate(**sums):
        moved = int(row["pay"] - row["reverse"]), int(row["expire"] - row["extend"])
        found[row["budget__program__currency"]][row["place"] - 1] = moved
    pasts = []
    for currency, by_place in found.items():
        all_months = [Month(month, *by_place.get(n, (0, 0))) for n, month in enumerate(months)]
        years = [total([m for m in all_months if m.month.year == year]) for year in (today.year, today.year - 1)]
        pasts.append(Past(currency, all_months, *years))
    return sorted(pasts, key=lambda one: (-sum(m.recovered + m.lost for m in one.months), one.currency))


def total(months: list[Month]) -> Month:
    return Month(months[0].month, sum(m.recovered for m in months), sum(m.lost for m in months))


class Wait(NamedTuple):
    """Median days until money arrived, since its claim was filed and since its fund was granted, of so many payments."""

    payments: int
    since_filed: float
    since_granted: float


WAITS = f"""
    SELECT extract(year FROM y.paid_on)::int, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, y.paid_on - (c.filed_at AT TIME ZONE p.time_zone)::date)),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, y.paid_on - (f.created_at AT TIME ZONE p.time_zone)::date))
      FROM claims_payment y JOIN claims_claim c ON c.id = y.claim_id JOIN funds_allocation f ON f.id = c.allocation_id
      JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id
     WHERE y.partner_id = %s AND y.status = '{PaymentStatus.CONFIRMED}' AND extract(year FROM y.paid_on) IN (%s, %s)
     GROUP BY 1
"""


def waits(*, company: Company, now: datetime) -> tuple[Wait | None, Wait | None]:
    """Of this calendar year and of the last; None where nothing was paid."""
    year = Clock(now).day_in(company.time_zone).year
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [company.pk, year, year - 1])
        found = {row[0]: Wait(*row[1:]) for row in cursor.fetchall()}
    return found.get(year), found.get(year - 1)


def lost_this_year(*, user: User, company: Company, now: datetime) -> list[Lost]:
    today = Clock(now).day_in(company.time_zone)
    since = began(today.replace(month=1, day=1), company.time_zone)
    return losses(user=user, company=company, since=since, until=now)


def last_here(membership: Membership, now: datetime) -> datetime:
    """When the visit before this one ended; on the first one a month ago."""
    return membership.visited_before or now - FIRST_LOOK


@dataclass(frozen=True, slots=True)
class Brief:
    """For the home: by currency what was recovered and lost this year, and what changed since the last visit."""

    recovered: list[tuple[str, int]]
    lost: list[tuple[str, int]]
    since: datetime
    is_first: bool
    changes: list[Change]
    more: int


def brief(*, user: User, membership: Membership, now: datetime) -> Brief:
    """In the same few queries whatever there is: one for the money, six at the most for what changed."""
    company = membership.company
    pasts = past(user=user, company=company, now=now)
    since = last_here(membership, now)
    found = changes(user=user, company=company, since=since, now=now)
    return Brief(
        recovered=[(one.currency, one.this_year.recovered) for one in pasts if one.this_year.recovered],
        lost=[(one.currency, one.this_year.lost) for one in pasts if one.this_year.lost],
        since=since,
        is_first=membership.visited_before is None,
        changes=found[:BRIEF],
        more=max(0, len(found) - BRIEF),
    )
