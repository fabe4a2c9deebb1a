"""Who has money that nobody has claimed, and when it lapses. From the kept balances."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from funds.filters import with_order
from funds.models import Allocation
from funds.terms import Todo
from partners.models import Company, User
from programs.days import Clock
from programs.models import Program
from reminders.nudges import with_nudges


def today_of(company: Company, now: datetime) -> date:
    return Clock(now).day_in(company.time_zone)


def unused(*, user: User, company: Company, now: datetime) -> QuerySet[Allocation]:
    """The vendor's funds that still hold unclaimed money, which know their next step and whether they were nudged for."""
    days = Clock(now).days(Program.objects.time_zones())
    funds = Allocation.objects.visible_to(user).of_vendor(company).unclaimed().with_steps(days).exclude(todo=Todo.LOST)
    return with_nudges(with_order(funds), today_of(company, now)).alias(month=TruncMonth("claim_by"))


def by_month(funds: QuerySet[Allocation]) -> list[dict[str, Any]]:
    """What lapses in which month if nobody claims it, by the last day to file; a row for each currency."""
    rows = funds.order_by().values(lapses_in=F("month"), currency=F("budget__program__currency"))
    rows = rows.annotate(
        amount=Sum(F("available") + F("reserved")), funds=Count("pk"), partners=Count("partner", distinct=True)
    )
    return [row | {"amount": int(row["amount"])} for row in rows.order_by("lapses_in", "currency")]


def totals(months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per currency, the largest first."""
    sums: dict[str, dict[str, Any]] = {}
    for row in months:
        total = sums.setdefault(row["currency"], {"currency": row["currency"], "amount": 0, "funds": 0})
        total["amount"] += row["amount"]
        total["funds"] += row["funds"]
    return sorted(sums.values(), key=lambda total: -total["amount"])


def chart(months: list[dict[str, Any]], currency: str, digits: int) -> dict[str, Any]:
    mine = [row for row in months if row["currency"] == currency]
    return {
        "labels": [f"{row['lapses_in']:%b %Y}" for row in mine],
        "currency": currency,
        "digits": digits,
        "series": [{"label": "Lapses if nobody claims it", "tone": "risk", "values": [row["amount"] for row in mine]}],
    }
