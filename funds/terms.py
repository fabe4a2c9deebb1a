"""What to do next with a fund, and by when. A leaf: pure dates and amounts, imports no model."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from programs.terms import SOON_DAYS, URGENT_DAYS

# How long after the program's end money may still be used, and after its own end be claimed. Farther is a typing mistake.
LONGEST = timedelta(days=730)


class Todo(StrEnum):
    START = "start"  # an activity of the usual length still fits
    HURRY = "hurry"  # it no longer fits, but the money has not expired
    RUN = "run"  # an activity is pre-approved
    FILE = "file"  # activities are over, claims are still taken
    LOST = "lost"  # the claim window closed
    NONE = "none"  # nothing unclaimed is left


class Step(NamedTuple):
    """One fund's next step: `amount` minor units hang on it, and `by` is the day after which they are lost or hard to use."""

    todo: Todo
    by: date
    amount: int
    asks: bool = False  # the vendor must say yes before an activity starts

    def days_left(self, today: date) -> int:
        return (self.by - today).days

    def is_at_risk(self, today: date) -> bool:
        """The day is within a month, or the safe start has passed."""
        if self.todo in (Todo.NONE, Todo.LOST):
            return False
        return self.todo == Todo.HURRY or self.days_left(today) <= SOON_DAYS

    def urgency(self, today: date) -> tuple[int, date, int]:
        """Sorts steps: this week first, then this month, then the rest; within each the sooner day, then the larger amount.

        Amounts of different currencies are never compared before the day is.
        """
        left = self.days_left(today)
        band = 0 if left <= URGENT_DAYS else 1 if left <= SOON_DAYS else 2
        return band, self.by, -self.amount

    @property
    def words(self) -> str:
        return ASKING.get(self.todo, WORDS[self.todo]) if self.asks else WORDS[self.todo]


WORDS = {
    Todo.START: "Start an activity",
    Todo.HURRY: "Run something short, or claim what you ran",
    Todo.RUN: "Run what was approved, then file",
    Todo.FILE: "File your claim",
    Todo.LOST: "Lost: the claim window closed",
    Todo.NONE: "Nothing left to do",
}

# Where every activity is approved in advance.
ASKING = {
    Todo.START: "Ask for approval of an activity",
    Todo.HURRY: "Ask at once for something short",
}


def next_step(
    *,
    available: int,
    reserved: int,
    safe_start: date,
    expires_on: date,
    claim_by: date,
    today: date,
    asks: bool = False,
) -> Step:
    """The one thing to do next with this fund today; `asks` where its terms have every activity approved in advance."""
    unclaimed = available + reserved
    if unclaimed == 0:
        return Step(Todo.NONE, claim_by, 0)
    if today > claim_by:
        return Step(Todo.LOST, claim_by, unclaimed)
    if today > expires_on:
        return Step(Todo.FILE, claim_by, unclaimed)
    if available == 0:
        return Step(Todo.RUN, expires_on, unclaimed)
    if today <= safe_start:
        return Step(Todo.START, safe_start, unclaimed, asks)
    return Step(Todo.HURRY, expires_on, unclaimed, asks)
