"""What sales earn: the period that a sale counts in, what a period earns, and what its fund is to hold. A leaf.

A partner earns a share of what it sold in a period, rounded half-even once, on the sum of the period's sales, and at most the
cap. Returns are sales below zero. So it does not matter in how many files, and in which order, the sales come.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from programs.days import after_months
from programs.money import share


class Period(NamedTuple):
    """First and last day, both of it."""

    starts_on: date
    ends_on: date

    @property
    def months(self) -> int:
        return self.ends_on.month - self.starts_on.month + 1

    @property
    def label(self) -> str:
        """As in 2026, 2026-H1, 2026-Q3 or 2026-07."""
        year, month = self.starts_on.year, self.starts_on.month
        if self.months == 12:
            return f"{year}"
        if self.months == 6:
            return f"{year}-H{month // 6 + 1}"
        return f"{year}-Q{month // 3 + 1}" if self.months == 3 else f"{year}-{month:02}"

    @property
    def key(self) -> str:
        """As an address names it: 2026-01-01_2026-06-30."""
        return f"{self.starts_on}_{self.ends_on}"

    @property
    def words(self) -> str:
        """As in "January to June 2026"."""
        first, last = f"{self.starts_on:%B}", f"{self.ends_on:%B %Y}"
        return last if self.months == 1 else f"{first} to {last}"


def period_of(day: date, months: int) -> Period:
    """The period of that length in which the day lies; the first begins with January."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, after_months(first, months) - timedelta(days=1))


class Rule(NamedTuple):
    """How a version of the terms lets partners earn. `since` is the day of its publication; `percent` 0: not at all."""

    terms_id: int
    since: date
    months: int
    percent: Decimal
    cap: int | None

    def earned(self, sold: int) -> int:
        """What a period's sales earn, in minor units; below zero where more came back than was sold."""
        earned = share(sold, self.percent)
        return earned if self.cap is None else min(earned, self.cap)


def rule_for(day: date, rules: Sequence[Rule]) -> Rule | None:
    """The rule by which a sale of that day earns; None where the terms of then earn nothing. `rules` come oldest first.

    It is that of the latest version that was out when the day's period began: nobody's rate changes within a period. Sales from
    before the first version that earns count by that one.
    """
    while rules and not rules[0].percent:
        rules = rules[1:]
    out = [rule for rule in rules if rule.since <= period_of(day, rule.months).starts_on]
    found = out[-1] if out else next(iter(rules), None)
    return found if found and found.percent else None


class Account(NamedTuple):
    """One period of one partner. Minor units.

    `worth`: what its sales earned, without what came too late to be granted; `posted`: what was granted for it; `used`: what of
    that is pre-approved, claimed or paid. Others' debts are not taken out of a fund that is `over`.
    """

    worth: int
    posted: int
    used: int
    is_over: bool = False

    @property
    def floor(self) -> int:
        """What cannot be taken back from it."""
        used = min(self.posted, self.used)
        return max(used, min(self.worth, self.posted)) if self.is_over else used


def settled(accounts: Sequence[Account]) -> tuple[list[int], int]:
    """What is to stand granted for each period of one partner, oldest first, and what the partner owes after that.

    Each period gets what it is worth. What a period owes, because its money is used already or more came back than was sold, is
    taken out of the others, the oldest first, as far as they have any.
    """
    held = [max(account.worth, account.floor, 0) for account in accounts]
    owed = sum(held) - sum(account.worth for account in accounts)
    for place, account in enumerate(accounts):
        taken = max(0, min(owed, held[place] - account.floor))
        held[place] -= taken
        owed -= taken
    return held, owed
