"""What a vendor's statement says of a fund, and the legal way from the balances that stand to those. A leaf: imports no model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from funds.states import ACTS, ALLOCATION_BUCKETS, Act, Bucket, Pair

Balances = Mapping[Bucket, int]


@dataclass(frozen=True, slots=True)
class Stated:
    """One fund as a statement has it; amounts in minor units. `reference` tells it from the program's others."""

    reference: str
    name: str
    expires_on: date
    claim_by: date
    available: int = 0
    reserved: int = 0
    claimed: int = 0
    approved: int = 0
    paid: int = 0
    lapsed: int = 0

    @property
    def balances(self) -> dict[Bucket, int]:
        return {bucket: getattr(self, bucket.value) for bucket in ALLOCATION_BUCKETS}


class Step(NamedTuple):
    act: Act
    source: Bucket
    target: Bucket
    amount: int


@cache
def route(source: Bucket, target: Bucket) -> tuple[tuple[Act, Pair], ...]:
    """The shortest chain of acts that brings money from one bucket to another, breadth first."""
    edges = [(act, pair) for act, pairs in ACTS.items() for pair in pairs]
    ways: dict[Bucket, tuple[tuple[Act, Pair], ...]] = {source: ()}
    queue = [source]
    for here in queue:
        for act, pair in edges:
            if pair.source == here and pair.target not in ways:
                ways[pair.target] = (*ways[here], (act, pair))
                queue.append(pair.target)
    return ways[target]


def path(standing: Balances, stated: Balances) -> list[Step]:
    """The acts, in order, after which the fund's balances are what the statement says. None overdraws; equal balances give none.

    More money than stood there is granted first; what the statement has no more leaves the books last. Between, money goes the
    shortest way from where there is too much to where there is too little, nearest first.
    """
    growth = sum(stated.values()) - sum(standing.values())
    now = {bucket: standing.get(bucket, 0) for bucket in ALLOCATION_BUCKETS}
    steps: list[Step] = []
    if growth > 0:
        steps += along(Bucket.OUTSIDE, Bucket.AVAILABLE, growth)
        now[Bucket.AVAILABLE] += growth
    over = {b: now[b] - stated.get(b, 0) for b in ALLOCATION_BUCKETS if now[b] > stated.get(b, 0)}
    under = {b: stated.get(b, 0) - now[b] for b in ALLOCATION_BUCKETS if now[b] < stated.get(b, 0)}
    if growth < 0:
        under[Bucket.UNALLOCATED] = -growth
    # Within the fund before out of it; sorting is stable, so equal ways keep the order in which money passes through the buckets.
    pairs = sorted(
        ((source, target) for source in over for target in under),
        key=lambda pair: (pair[1] == Bucket.UNALLOCATED, len(route(*pair))),
    )
    for source, target in pairs:
        amount = min(over[source], under[target])
        if amount:
            over[source] -= amount
            under[target] -= amount
            steps += along(source, target, amount)
    if growth < 0:
        steps += along(Bucket.UNALLOCATED, Bucket.OUTSIDE, -growth)
    return steps


def along(source: Bucket, target: Bucket, amount: int) -> Iterator[Step]:
    for act, pair in route(source, target):
        yield Step(act, pair.source, pair.target, amount)
