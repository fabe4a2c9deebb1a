"""What tests of the plan make: an activity in the partner's plan, with the funds that pay for it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from funds.models import Allocation
from plans import actions as plans
from plans.models import PlannedActivity, PlannedFunding
from plans.states import PlanStatus
from programs.activities import ActivityKind
from tests.cast import NOW, World

IN_JANUARY = {"starts_on": date(2027, 1, 11), "ends_on": date(2027, 1, 12)}


def wanted(**fields: Any) -> plans.Wanted:
    """A webinar for $10,000 in the first quarter of 2027, unless told otherwise."""
    usual = {
        "title": "Cloud evening",
        "kind": ActivityKind.SEMINAR,
        "cost": 10_000_00,
        "currency": "USD",
        "year": 2027,
        "quarter": 1,
        "notes": "We invite forty customers and show them the migration.",
    }
    return plans.Wanted(**(usual | fields))


def planned(
    w: World,
    *funds: Allocation | tuple[Allocation, int],
    by=None,
    partner=None,
    status: PlanStatus = PlanStatus.PLANNED,
    **fields: Any,
) -> PlannedActivity:
    made = plans.plan_activity(
        partner=partner or w.brightpath,
        wanted=wanted(**fields),
        fundings=paid_by(funds),
        by=by or w.owner,
        now=NOW,
        status=status,
    )
    return PlannedActivity.objects.with_fundings().get(pk=made.pk)


def paid_by(funds: Sequence[Allocation | tuple[Allocation, int]]) -> list[plans.Funding]:
    return [plans.Funding(*fund) if isinstance(fund, tuple) else plans.Funding(fund) for fund in funds]


def funding_of(activity: PlannedActivity, place: int = 0) -> PlannedFunding:
    """The funding as the database has it now."""
    rows = PlannedFunding.objects.with_fund().select_related("activity__company")
    return rows.filter(activity=activity)[place]
