"""The dates that stand in a person's calendar: what is to be done, for how much money, until the end of which day."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce

from partners.models import Company, User
from programs import money
from programs.days import Clock
from reminders.models import Matter, MatterQuerySet
from reminders.rules import PARTNER, RULES, VENDOR

# A calendar with more is of no use to anybody: the nearest are told.
MOST = 1000
# News asks for nothing by no day.
DATED = [rule for rule, spec in RULES.items() if not spec.news]
# Nowhere is the day earlier by more than this than where the clock of UTC is.
FARTHEST_WEST = timedelta(days=1)
# What no calendar shows and some choke on: control characters, and signs that turn the direction of the text around them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Day:
    """One date. `amount` is in minor units, None where no money hangs on it; `on` ends in the time zone `zone`."""

    key: str
    on: date
    zone: str
    todo: str
    why: str
    title: str
    vendor: str
    partner: str
    amount: int | None
    currency: str
    url: str
    rule: str = ""
    vendor_id: int | None = None
    stake: str = ""  # the money: what has two dates is counted once

    @property
    def summary(self) -> str:
        """The money first, then what to do: a month's view cuts the end off."""
        stake = [money.show(self.amount, self.currency)] if self.amount is not None else []
        return " · ".join(seen(words) for words in (*stake, self.todo, self.title))

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()


def seen(words: str) -> str:
    return UNSEEN.sub("", words)


def dated(matters: MatterQuerySet, clock: Clock) -> MatterQuerySet:
    """With `on`: the last day on which acting helps, or that it was promised for. The nearest first, without what is over."""
    first = (clock.on or clock.now.date()) - FARTHEST_WEST
    found = matters.filter(rule__in=DATED).annotate(on=Coalesce("deadline", "anchor")).filter(on__gte=first)
    return found.select_related("vendor", "partner").order_by("on", "key")


def days_of(user: User, clock: Clock) -> list[Day]:
    """What this person's companies have to do from today on, by the roles held there; the nearest first."""
    return to_come(dated(Matter.objects.visible_to(user), clock)[:MOST], clock)


def days_of_company(company: Company, clock: Clock, last: date) -> list[Day]:
    """What all who act for the company have to do from today until that day; not what is its owner's alone."""
    matters = Matter.objects.of_company(company).filter(audience__in=[PARTNER, VENDOR])
    return to_come(dated(matters, clock).filter(on__lte=last), clock)  # type: ignore[misc]


def to_come(matters: MatterQuerySet, clock: Clock) -> list[Day]:
    return [day_of(matter) for matter in matters if matter.on >= clock.day_in(matter.zone)]  # type: ignore[attr-defined]


def day_of(matter: Matter) -> Day:
    return Day(
        key=matter.key,
        on=matter.on,  # type: ignore[attr-defined]
        zone=matter.zone,
        todo=matter.spec.todo,
        why=matter.words,
        title=matter.title,
        vendor=matter.vendor.name if matter.vendor else "",
        partner=matter.partner.name if matter.partner else "",
        amount=matter.amount,
        currency=matter.currency or "",
        url=settings.SITE_ADDRESS.rstrip("/") + matter.url,
        rule=matter.rule,
        vendor_id=matter.vendor_id,
        stake=f"fund-{matter.allocation_id}" if matter.allocation_id else matter.key,
    )


def totals(days: Iterable[Day]) -> list[tuple[str, int]]:
    """What is at stake, per currency, the largest first. Money with two dates is counted once."""
    stakes: dict[tuple[str, str], int] = defaultdict(int)
    for day in days:
        if day.amount is not None:
            stakes[day.currency, day.stake] = max(stakes[day.currency, day.stake], day.amount)
    sums: dict[str, int] = defaultdict(int)
    for (currency, _), amount in stakes.items():
        sums[currency] += amount
    return sorted(sums.items(), key=lambda entry: -entry[1])
