"""What the terms mean in days, and what a new version of them changes. A leaf: imports no model."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

SOON_DAYS = 30
URGENT_DAYS = 7


def tone(day: date, today: date) -> str:
    """How near a deadline is: `past`, `near` within a month, else `far`."""
    left = (day - today).days
    if left < 0:
        return "past"
    return "near" if left <= SOON_DAYS else "far"


def days_left(day: date, today: date) -> str:
    """In words: "today", "1 day", "7 days", "3 days ago"."""
    left = (day - today).days
    if left == 0:
        return "today"
    count = abs(left)
    words = "1 day" if count == 1 else f"{count:,} days"
    return words if left > 0 else f"{words} ago"


class Promise(Protocol):
    """What a version of the terms promises."""

    wording: str
    reimbursement_percent: Decimal
    claim_window_days: int
    lead_days: int
    activity_days: int
    extension_days: int


class Change(NamedTuple):
    """One difference between two versions. `is_worse` is the partner's view, and true where only a reader can tell."""

    words: str
    is_worse: bool


def counted(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def changes(old: Promise, new: Promise) -> Iterator[Change]:
    """Each way in which `new` differs from `old`, in words for both sides."""
    was, now = old.reimbursement_percent, new.reimbursement_percent
    if was != now:
        yield Change(f"Pays back {now:f}% instead of {was:f}%.".replace(".00%", "%"), now < was)
    if old.claim_window_days != new.claim_window_days:
        yield Change(
            f"Claims are taken for {counted(new.claim_window_days)} after the last day for activities instead of "
            f"{counted(old.claim_window_days)}.",
            new.claim_window_days < old.claim_window_days,
        )
    if old.lead_days != new.lead_days:
        asked = (
            f"Approval is asked for {counted(new.lead_days)} ahead"
            if new.lead_days
            else "No approval is asked for ahead"
        )
        yield Change(
            f"{asked}, instead of {counted(old.lead_days)}." if old.lead_days else f"{asked}; none was needed before.",
            new.lead_days > old.lead_days,
        )
    if old.activity_days != new.activity_days:
        yield Change(
            f"A usual activity is taken to last {counted(new.activity_days)} instead of {counted(old.activity_days)}.",
            new.activity_days > old.activity_days,
        )
    if old.extension_days != new.extension_days:
        yield Change(
            f"The vendor may extend a fund by {counted(new.extension_days)} in all instead of {counted(old.extension_days)}.",
            new.extension_days < old.extension_days,
        )
    if old.wording.split() != new.wording.split():
        yield Change("The wording is new.", True)


def is_no_worse(old: Promise, new: Promise) -> bool:
    """The partner loses by no term, so it need not be asked."""
    return not any(change.is_worse for change in changes(old, new))
