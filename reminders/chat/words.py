"""What a message says, before it takes the shape that a chat wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format

from partners.models import Company
from programs import money
from programs.days import Clock
from programs.terms import days_left
from reminders.calendar.dates import Day, days_of_company, seen, totals
from reminders.delivery.links import absolute
from reminders.models import ChatHook, Nudge

AHEAD = timedelta(days=14)
MOST_LINES = 10
MOST_DATA = 100  # of deadlines for a program


@dataclass(frozen=True, slots=True)
class Line:
    """`what` is said, `url` is where it is done."""

    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """`data` is the same for a program: amounts in minor units, days as ISO writes them."""

    kind: str
    title: str
    lines: Sequence[Line]
    more: str
    url: str
    data: dict[str, Any]
    words: str = ""  # somebody's own


def due(hook: ChatHook, clock: Clock) -> Message | None:
    """What the hook's own company has to do in the next two weeks; None where that is nothing."""
    last = clock.day_in(hook.company.time_zone) + AHEAD
    days = days_of_company(hook.company, clock, last)
    if not days:
        return None
    count = f"{len(days)} deadline{'s' if len(days) != 1 else ''} in the next {AHEAD.days} days"
    stakes = totals(days)
    shown = " and ".join(money.show(amount, currency) for currency, amount in stakes)
    rest = len(days) - MOST_LINES
    return Message(
        kind="deadlines.due",
        title=f"{shown} at stake: {count}" if shown else count,
        lines=[line(day, clock.day_in(day.zone)) for day in days[:MOST_LINES]],
        more=f"And {rest} more" if rest > 0 else "",
        url=absolute("reminders:calendar"),
        data={
            "company": hook.company.name,
            "totals": [{"currency": currency, "amount": amount} for currency, amount in stakes],
            "deadlines": [as_data(day) for day in days[:MOST_DATA]],
            "left_out": max(0, len(days) - MOST_DATA),
        },
    )


def line(day: Day, today: date) -> Line:
    return Line(
        f"{day.summary} ({seen(day.vendor or day.partner)}), by {date_format(day.on)}: {days_left(day.on, today)}",
        day.url,
    )


def as_data(day: Day) -> dict[str, Any]:
    return {
        "todo": day.todo,
        "title": day.title,
        "vendor": day.vendor,
        "amount": day.amount,
        "currency": day.currency,
        "by": day.on.isoformat(),
        "time_zone": day.zone,
        "url": day.url,
    }


def nudged(hook: ChatHook, first: Nudge) -> Message | None:
    """What a vendor's manager wrote, with all of this company's funds that it was written for."""
    together = Nudge.objects.filter(vendor=first.vendor_id, by=first.by_id, created_at=first.created_at)
    mine = together.filter(allocation__partner=hook.company_id).order_by("pk")
    funds = [nudge.allocation for nudge in mine.select_related("allocation__budget__program__vendor")]
    left = [fund for fund in funds if fund.unclaimed > 0]
    if not left:
        return None
    rest = len(left) - MOST_LINES
    what = f"{len(left)} funds" if len(left) > 1 else left[0].name
    return Message(
        kind="vendor.wrote",
        title=f"{seen(first.by.name)} of {seen(first.vendor.name)} writes about {seen(what)}",
        words=seen(first.words),
        lines=[
            Line(
                f"{money.show(fund.unclaimed, fund.currency)} · {seen(fund.name)}, to claim by {date_format(fund.claim_by)}",
                absolute("funds:allocation", fund.pk),
            )
            for fund in left[:MOST_LINES]
        ],
        more=f"And {rest} more" if rest > 0 else "",
        url=absolute("reminders:inbox"),
        data={
            "company": hook.company.name,
            "vendor": first.vendor.name,
            "by": first.by.name,
            "words": first.words,
            "funds": [
                {
                    "title": fund.name,
                    "amount": fund.unclaimed,
                    "currency": fund.currency,
                    "by": fund.claim_by.isoformat(),
                    "url": absolute("funds:allocation", fund.pk),
                }
                for fund in left
            ],
        },
    )


def test(company: Company) -> Message:
    return Message(
        kind="test",
        title=f"Windfall can write here for {seen(company.name)}",
        lines=[],
        more="",
        url=absolute("reminders:hooks"),
        data={"company": company.name},
    )
