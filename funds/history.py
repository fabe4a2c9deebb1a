"""Movements as people read them: who moved what, when, in words, and what was still to claim afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, QuerySet

from funds.models import Allocation, Movement
from funds.states import Act, Bucket

TO_CLAIM = frozenset({Bucket.AVAILABLE, Bucket.RESERVED})
TONES = {
    Act.ALLOCATE: "ok",
    Act.RESERVE: "ok",
    Act.CLAIM: "wait",
    Act.APPROVE: "ok",
    Act.PAY: "ok",
    Act.WITHDRAW: "risk",
    Act.RETURN: "risk",
    Act.EXPIRE: "lost",
    Act.REVERSE: "lost",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One movement of a fund. `change` is what it did to what is still to claim, `after` what was left of that; minor units."""

    movement: Movement
    change: int
    after: int

    @property
    def tone(self) -> str:
        return TONES.get(Act(self.movement.act), "idle")


def change(movement: Movement) -> int:
    """What a movement adds to, or takes from, the money that is still to claim."""
    arrives, leaves = movement.target in TO_CLAIM, movement.source in TO_CLAIM
    return (arrives - leaves) * movement.amount


def told(allocation: Allocation, *, first: int, count: int) -> list[Told]:
    """The movements from the `first` newest on (0 is the newest), newest first.

    What was left after each is worked out backwards from the balance that the database keeps, read in the same statement.
    """
    return list(backwards(of_fund(allocation)[: first + count]))[first:]


def of_fund(allocation: Allocation) -> QuerySet[Movement]:
    movements = Movement.objects.of_allocation(allocation).order_by("-posted_at", "-id")
    return movements.annotate(left=F("allocation__available") + F("allocation__reserved"))


def backwards(movements: QuerySet[Movement]) -> Iterator[Told]:
    after: int | None = None
    for movement in movements:
        after = movement.left if after is None else after
        moved = change(movement)
        yield Told(movement, moved, after)
        after -= moved
