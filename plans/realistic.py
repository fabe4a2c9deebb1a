"""Is a target realistic? It is compared with the best that was reached in the four quarters before."""

from collections import defaultdict
from collections.abc import Mapping

from partners.models import Company, User
from plans.quarters import Quarter
from plans.reached import reached
from plans.target_figures import AMOUNTS, FIGURES, Reached, times
from programs.money import show

BEFORE = 4


class Past:
    """What the sales people reached in the four quarters before this one, read at once."""

    def __init__(self, partner: Company, user: User, quarter: Quarter):
        self.quarters: dict[tuple[int, str], list[tuple[Quarter, Reached]]] = defaultdict(list)
        for (person, when, code), what in reached(partner, user, quarter.after(-BEFORE), quarter.after(-1)).items():
            if person is not None:
                self.quarters[person, code].append((when, what))

    def words(self, person: int, currency: str, target: Mapping[str, int | None]) -> list[str]:
        """What of it is far above: "Leads: three times the best of the four quarters before (12 in Q2 2026)."."""
        past = self.quarters.get((person, currency), [])
        found, unknown = [], []
        for figure, label in FIGURES.items():
            wanted = target.get(figure)
            if not wanted:
                continue
            best, when = max(((what.at_best(figure), when) for when, what in past), default=(0, None))
            if not best:
                unknown.append(label)
            elif much := times(wanted, best):
                then = show(best, currency) if figure in AMOUNTS else f"{best:,}"
                found.append(f"{label}: {much} the best of the four quarters before ({then} in {when}).")
        if unknown:
            named = ", ".join(unknown).capitalize()
            found.append(f"{named}: nothing was reported in the four quarters before, so there is nothing to compare.")
        return found
