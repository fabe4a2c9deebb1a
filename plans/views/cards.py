"""An activity of the plan as pages show it: its stage, who pays what, what is wrong, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass

from plans.book import Book
from plans.figures import Figures, figures
from plans.models import PlannedActivity, PlannedFunding
from plans.next_steps import Next, next_step
from plans.standing import At, Standing, stage, standing
from plans.states import Stage
from plans.warnings import Warning, warnings

TONES = {
    Stage.ASKED: "wait",
    Stage.APPROVED: "ok",
    Stage.RUNNING: "ok",
    Stage.OVER: "wait",
    Stage.CLAIMED: "ok",
}


@dataclass(frozen=True, slots=True)
class Row:
    funding: PlannedFunding
    standing: Standing
    next: Next | None

    @property
    def needs_no_yes(self) -> bool:
        """Nobody is asked before: it is run, and claimed once it is over."""
        fund = self.funding.allocation
        return self.next is None and self.standing.at == At.OPEN and not (fund.is_kept or fund.terms.preapproval)


@dataclass(frozen=True, slots=True)
class Card:
    activity: PlannedActivity
    rows: list[Row]
    figures: Figures
    warnings: list[Warning]
    stage: Stage

    @property
    def tone(self) -> str:
        return TONES.get(self.stage, "idle")

    @property
    def next(self) -> Next | None:
        """The first thing that is the partner's turn."""
        return next((row.next for row in self.rows if row.next and not row.next.waits), None)


def card(activity: PlannedActivity, book: Book) -> Card:
    """Of an activity with its fundings; it asks no database."""
    fundings = list(activity.fundings.all())
    rows = [Row(funding, standing(funding), next_step(funding, activity, book.today)) for funding in fundings]
    return Card(
        activity,
        rows,
        figures(activity, fundings),
        warnings(activity, fundings, book),
        stage(activity, fundings, book.today),
    )


def cards(activities: Iterable[PlannedActivity], book: Book) -> list[Card]:
    return [card(activity, book) for activity in activities]
