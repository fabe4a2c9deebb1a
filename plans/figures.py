"""Who pays what of an activity, and of a quarter. It asks no database. Amounts are minor units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plans.models import PlannedActivity, PlannedFunding
from plans.shares import percent_of
from plans.standing import At, standing
from programs.money import share


@dataclass(frozen=True, slots=True)
class Figures:
    """In one currency: `cost` is `vendors` + `own` + `unfunded`.

    `own` is what the terms leave to the partner of the parts that funds pay for; `unfunded` has no fund yet.
    """

    currency: str
    cost: int = 0
    vendors: int = 0
    own: int = 0
    unfunded: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.currency,
            self.cost + other.cost,
            self.vendors + other.vendors,
            self.own + other.own,
            self.unfunded + other.unfunded,
        )


def figures(activity: PlannedActivity, fundings: Sequence[PlannedFunding]) -> Figures:
    """What was refused pays nothing; of what was approved for less, the rest is the partner's own."""
    live = [funding for funding in fundings if standing(funding).at != At.REFUSED]
    covered = sum(funding.part for funding in live)
    vendors = sum(paid(funding, activity) for funding in live)
    return Figures(
        activity.currency,
        cost=activity.cost,
        vendors=vendors,
        own=max(covered - vendors, 0),
        unfunded=max(activity.cost - covered, 0),
    )


def paid(funding: PlannedFunding, activity: PlannedActivity) -> int:
    """What its vendor pays as it stands, in the activity's currency: at its rate of the part, however that was exchanged."""
    amount = standing(funding).amount
    if funding.currency == activity.currency:
        return min(amount, funding.part)
    whole = share(funding.part, percent_of(funding.allocation, activity.kind))
    return whole * min(amount, funding.amount) // funding.amount


def totals(found: Iterable[Figures]) -> list[Figures]:
    """A sum for each currency."""
    sums: dict[str, Figures] = {}
    for one in found:
        before = sums.get(one.currency) or Figures(one.currency)
        sums[one.currency] = before + one
    return [sums[currency] for currency in sorted(sums)]
