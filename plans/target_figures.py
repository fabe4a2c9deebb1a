"""What sales people are expected to reach in a quarter, and what is known of it. A leaf: imports no model."""

from dataclasses import dataclass, field

from claims.states.outcomes import PIPELINE, REVENUE, Basis
from programs.activities import Figure

FIGURES = {"leads": "Leads", "meetings": "Meetings", "pipeline": "Pipeline", "closed": "Closed"}
# Amounts in minor units; the others are counts.
AMOUNTS = ("pipeline", "closed")
# The result of an activity that counts towards each.
RESULTS = {"leads": Figure.LEADS.value, "meetings": Figure.MEETINGS.value, "pipeline": PIPELINE, "closed": REVENUE}
MOST_COUNTED = 1_000_000  # of a target and of what an activity is expected to bring

# From so much more than the best of the quarters before, a target is said to be far above it.
FAR = 1.5
TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times", 7: "seven times"}


@dataclass(slots=True)
class Reached:
    """What activities brought, by figure. What is measured and what is claimed are never added up."""

    measured: dict[str, int] = field(default_factory=dict)
    claimed: dict[str, int] = field(default_factory=dict)

    def add(self, figure: str, basis: str, amount: int) -> None:
        known = self.measured if basis == Basis.MEASURED else self.claimed
        known[figure] = known.get(figure, 0) + amount

    def add_all(self, other: "Reached") -> None:
        for basis, amounts in ((Basis.MEASURED, other.measured), (Basis.CLAIMED, other.claimed)):
            for figure, amount in amounts.items():
                self.add(figure, basis, amount)

    def at_best(self, figure: str) -> int:
        """The more favourable of the two: what a target is compared with."""
        return max(self.measured.get(figure, 0), self.claimed.get(figure, 0))


def times(target: int, best: int) -> str:
    """How far a target is above the best that was reached, as in "three times"; empty where it is not far above."""
    if not best or target < FAR * best:
        return ""
    ratio = target / best
    whole = round(ratio)
    if abs(ratio - whole) < 0.05:
        return TIMES.get(whole, f"{whole} times")
    return f"{ratio:.1f} times"
