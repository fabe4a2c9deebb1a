"""What the plan expects in a quarter, by sales person: targets that the owner may take over."""

from django.db.models import Sum

from partners.models import Company, User
from plans.models import PlannedActivity
from plans.quarters import Quarter
from plans.reached import by_account
from plans.target_figures import FIGURES


def expected(partner: Company, user: User, quarter: Quarter, currency: str) -> dict[int, dict[str, int]]:
    """By the id of each sales person who looks after planned activities in that currency: what these are expected to bring.

    Ideas and what was dropped count for nothing; nor does what nobody among the sales people looks after.
    """
    people = by_account(partner)
    planned = PlannedActivity.objects.visible_to(user).of_company(partner).counted()
    rows = planned.filter(year=quarter.year, quarter=quarter.number, currency=currency, person__in=people).order_by()
    sums = {f"all_{figure}": Sum(figure, default=0) for figure in FIGURES}
    found = {}
    for row in rows.values("person").annotate(**sums):
        found[people[row["person"]]] = {figure: int(row[f"all_{figure}"]) for figure in FIGURES}
    return found
