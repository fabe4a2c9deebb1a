"""Flows added up: a row for each month and currency, and what each comes to from today on. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.cash.flows import Flow
from programs.days import after_months
from programs.money import digits


@dataclass(slots=True)
class Month:
    """Minor units of one currency. `month` is None for what nobody can tell; `running` adds up all months up to this one."""

    month: date | None
    currency: str
    own: int = 0
    advanced: int = 0
    back: int = 0
    running: int = 0

    @property
    def net(self) -> int:
        return self.back - self.own - self.advanced

    @property
    def out(self) -> int:
        """What of all until its end is not back yet."""
        return max(0, -self.running)


def by_month(flows: Iterable[Flow], first: date) -> list[Month]:
    """From `first`'s month to the last that anything is expected in, each currency by itself; a month without anything too."""
    sums: dict[str, dict[date | None, Month]] = defaultdict(dict)
    for flow in flows:
        month = sums[flow.currency].setdefault(flow.month, Month(flow.month, flow.currency))
        month.own += flow.own
        month.advanced += flow.advanced
        month.back += flow.back
    return [month for currency in sorted(sums) for month in in_a_row(sums[currency], currency, first.replace(day=1))]


def in_a_row(found: dict[date | None, Month], currency: str, first: date) -> Iterator[Month]:
    last = max((month for month in found if month), default=None)
    day, running = min([first, *(month for month in found if month)]), 0
    while last and day <= last:
        month = found.get(day, Month(day, currency))
        running += month.net
        month.running = running
        yield month
        day = after_months(day, 1)
    if None in found:
        yield found[None]


def deepest(months: Iterable[Month]) -> dict[str, Month]:
    """By currency, the month by whose end most is out that is not back yet, where anything is."""
    found: dict[str, Month] = {}
    for month in months:
        least = found.get(month.currency)
        if month.month and month.running < 0 and (least is None or month.running < least.running):
            found[month.currency] = month
    return found


def chart(months: Iterable[Month], currency: str) -> dict[str, Any]:
    mine = [month for month in months if month.currency == currency and month.month]
    series = (
        ("Own share out", "risk", "own"),
        ("Paid for vendors", "claimed", "advanced"),
        ("Paid back", "paid", "back"),
    )
    return {
        "labels": [f"{month.month:%b %Y}" for month in mine],
        "currency": currency,
        "digits": digits(currency),
        "apart": True,
        "series": [
            {"label": label, "tone": tone, "values": [getattr(month, name) for month in mine]}
            for label, tone, name in series
        ],
    }
