"""What sales people reached: the results of activities, by who is responsible, in the quarter in which the activity ended.

Whoever looks after an activity in the plan is responsible for it; where it was not planned or nobody was named, whoever filed its
request or claim. What none of the sales people is responsible for is kept apart under None, never dropped. Its latest report
counts, in the currency of the fund that pays for it.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear

from claims.models import Outcome
from partners.models import Company, User
from plans.models import SalesPerson
from plans.quarters import Quarter
from plans.target_figures import RESULTS, Reached

# (a sales person's id or None, the quarter, the currency)
Key = tuple[int | None, Quarter, str]
FIGURE_OF = {result: figure for figure, result in RESULTS.items()}
WHOSE = ("responsible", "year", "part", "code")


def activities(partner: Company, user: User, first: Quarter, last: Quarter) -> QuerySet[Outcome]:
    """The reported ones that ended in these quarters, as far as the user sees them."""
    found: QuerySet[Outcome] = Outcome.objects.visible_to(user).of_partner(partner)
    return found.filter(number__gt=0, ended_on__range=(first.first, last.last)).annotate(
        responsible=Coalesce(
            "request__planned__activity__person",
            "claim__planned__activity__person",
            "request__filed_by",
            "claim__filed_by",
        ),
        year=ExtractYear("ended_on"),
        part=ExtractQuarter("ended_on"),
        code=F("allocation__budget__program__currency"),
    )


def by_account(partner: Company) -> dict[int, int]:
    """The sales person of each account; those who left too, as what they did stays theirs."""
    found = SalesPerson.objects.of_partner(partner).filter(user__isnull=False)
    return dict(found.values_list("user_id", "pk"))


def key_of(row: Mapping[str, Any], people: Mapping[int, int]) -> Key:
    return people.get(row["responsible"]), Quarter(row["year"], row["part"]), row["code"]


def reached(partner: Company, user: User, first: Quarter, last: Quarter) -> dict[Key, Reached]:
    """What came of them, added up; two queries, however much there is."""
    people = by_account(partner)
    rows = (
        activities(partner, user, first, last)
        .filter(reports__number=F("number"), reports__results__kind__in=FIGURE_OF)
        .order_by()
        .values(*WHOSE, kind=F("reports__results__kind"), basis=F("reports__results__basis"))
        .annotate(sum=Sum("reports__results__amount"))
    )
    found: dict[Key, Reached] = defaultdict(Reached)
    for row in rows:
        found[key_of(row, people)].add(FIGURE_OF[row["kind"]], row["basis"], int(row["sum"]))
    return dict(found)


def counted(partner: Company, user: User, first: Quarter, last: Quarter) -> dict[Key, int]:
    """How many reported activities stand behind it."""
    people = by_account(partner)
    rows = activities(partner, user, first, last).order_by().values(*WHOSE).annotate(count=Count("pk"))
    found: dict[Key, int] = defaultdict(int)
    for row in rows:
        found[key_of(row, people)] += row["count"]
    return dict(found)
