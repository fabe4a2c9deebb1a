"""A partner's whole plan as a page needs it: every activity with its fundings, read in the same few queries."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from funds.models import Allocation
from partners.models import Company
from plans.demand import at_hand, is_to_come
from plans.models import PlannedActivity, PlannedFunding
from plans.standing import standing
from plans.states import PlanStatus
from programs.days import Clock


@dataclass(slots=True)
class Book:
    """`activities` are all that may still want money: those since last year, and of the year that is shown."""

    now: datetime
    today: date
    activities: list[PlannedActivity] = field(default_factory=list)

    @classmethod
    def of(cls, company: Company, now: datetime, shown: int | None = None) -> "Book":
        today = Clock(now).day_in(company.time_zone)
        years = Q(year__gte=today.year - 1) | Q(year=shown or today.year)
        found = PlannedActivity.objects.of_company(company).filter(years).with_fundings()
        return cls(now, today, list(found))

    def others(self, activity: PlannedActivity) -> list[PlannedActivity]:
        """What else is meant to happen."""
        return [one for one in self.activities if one.pk != activity.pk and one.status == PlanStatus.PLANNED]

    def on_fund(self, fund: Allocation, activity: PlannedActivity) -> list[PlannedFunding]:
        """What other plans pay from it."""
        rows = (row for one in self.others(activity) for row in one.fundings.all())
        return [row for row in rows if row.allocation_id == fund.pk]

    def free(self, fund: Allocation, activity: PlannedActivity) -> int:
        """What the fund has that no other plan wants; below zero where they want more than it has."""
        wanted = sum(standing(row).amount for row in self.on_fund(fund, activity) if is_to_come(row))
        return at_hand(fund) - wanted
