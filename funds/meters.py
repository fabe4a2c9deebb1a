"""Balances as a bar: where a fund's or a budget's money is, in parts of a hundred."""

from collections.abc import Iterable
from typing import NamedTuple

from funds.models import Allocation, Budget
from funds.states import ALLOCATION_BUCKETS, Bucket

# What each balance means to the partner, in words.
MEANING = {
    Bucket.AVAILABLE: "For any activity that fits the terms",
    Bucket.RESERVED: "For an activity approved in advance",
    Bucket.CLAIMED: "Asked for, being decided",
    Bucket.APPROVED: "Approved, on its way",
    Bucket.PAID: "Paid out",
    Bucket.LAPSED: "Not claimed in time",
}


class Balance(NamedTuple):
    bucket: Bucket
    amount: int
    meaning: str


class Segment(NamedTuple):
    """A part of the bar: `x` and `width` in hundredths of it."""

    tone: str
    x: float
    width: float
    title: str


def segments(parts: Iterable[tuple[str, int, str]]) -> list[Segment]:
    """`parts`: tone, amount and name; those that are empty have no place in the bar."""
    parts = [part for part in parts if part[1]]
    whole = sum(amount for _, amount, _ in parts)
    found, x = [], 0.0
    for tone, amount, title in parts:
        width = round(amount * 100 / whole, 2)
        found.append(Segment(tone, round(x, 2), width, title))
        x += width
    return found


def balances_of(fund: Allocation) -> list[Balance]:
    return [Balance(b, getattr(fund, b.value), MEANING[b]) for b in ALLOCATION_BUCKETS]


def segments_of(fund: Allocation) -> list[Segment]:
    return segments((b.value, getattr(fund, b.value), b.label) for b in ALLOCATION_BUCKETS)


def segments_of_budget(budget: Budget) -> list[Segment]:
    """What of the budget is granted; the rest stays empty."""
    if not budget.funded:
        return []
    width = round(budget.allocated * 100 / budget.funded, 2)
    return [Segment("available", 0, width, "Granted")] if width else []


def segments_of_sums(whole: int, *, in_use: int, granted: int, held: int = 0, lapsed: int = 0) -> list[Segment]:
    """Of `whole`: what is in use, lapsed, otherwise granted, and held in budgets but not granted; the rest stays empty."""
    parts = [
        ("paid", in_use, "In use"),
        ("lapsed", lapsed, "Lapsed"),
        ("available", granted - in_use - lapsed, "Granted, not used yet"),
        ("claimed", max(0, held - granted), "In programs, not granted yet"),
        ("", whole - max(held, granted), ""),
    ]
    return [segment for segment in segments(parts) if segment.tone]
