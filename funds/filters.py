"""What lists of funds and movements can be narrowed to, and sorted by."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import django_filters
from django.db.models import Case, F, Q, QuerySet, Value, When

from funds.models import Allocation, Movement
from funds.states import Act
from funds.terms import Todo
from partners.models import Company
from partners.states import Kind
from programs.models import Program, Vendor

DONE = (Todo.NONE, Todo.LOST)

SORTS: Mapping[str, Sequence[str]] = {
    "next": ("is_done", "by"),
    "name": ("name",),
    "vendor": ("budget__program__vendor__name", "name"),
    "partner": ("partner__name", "name"),
    "expires": ("expires_on",),
    "claim_by": ("claim_by",),
    # Amounts of different currencies are not compared: each currency by itself.
    "unclaimed": ("budget__program__currency", "unclaimed_now"),
    "way": ("budget__program__currency", "on_its_way"),
    **{bucket: ("budget__program__currency", bucket) for bucket in ("claimed", "approved", "paid", "lapsed")},
    "available": ("budget__program__currency", "available"),
    "reserved": ("budget__program__currency", "reserved"),
}


class State(NamedTuple):
    label: str
    where: Q


STATES = {
    "open": State("Still to claim", ~Q(todo__in=DONE)),
    "risk": State("At risk", Q(at_risk=True)),
    "start": State("Start an activity", Q(todo__in=[Todo.START, Todo.HURRY])),
    "file": State("File a claim", Q(todo__in=[Todo.FILE, Todo.RUN])),
    "way": State("On its way", Q(claimed__gt=0) | Q(approved__gt=0)),
    "paid": State("Paid", Q(paid__gt=0)),
    "lost": State("Lapsed", Q(lapsed__gt=0) | Q(todo=Todo.LOST)),
    "done": State("Nothing left to claim", Q(todo=Todo.NONE)),
}


def with_order(funds: QuerySet[Allocation]) -> QuerySet[Allocation]:
    """Adds what the sorts need to funds that know their next step."""
    is_done = Case(When(todo__in=DONE, then=Value(1)), default=Value(0))
    return funds.alias(
        is_done=is_done,
        unclaimed_now=F("available") + F("reserved"),
        on_its_way=F("claimed") + F("approved"),
    )


class AllocationFilter(django_filters.FilterSet):
    """`company` is the one worked in: a partner sees one partner's funds, a vendor one vendor's."""

    q = django_filters.CharFilter(label="Search", method="search")
    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(),
        field_name="budget__program__vendor",
        label="Vendor",
        empty_label="Any vendor",
    )
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), field_name="budget__program", label="Program", empty_label="Any program"
    )
    state = django_filters.ChoiceFilter(
        choices=[(name, state.label) for name, state in STATES.items()],
        label="State",
        empty_label="Any state",
        method="in_state",
    )

    class Meta:
        model = Allocation
        fields: list[str] = []

    def __init__(self, *args, company: Company | None, **kwargs):
        super().__init__(*args, **kwargs)
        of_these = self.queryset.order_by().values("budget__program")
        self.filters["program"].queryset = Program.objects.filter(pk__in=of_these)
        if company is not None and company.kind == Kind.VENDOR:
            del self.filters["vendor"]
        else:
            vendors = self.queryset.order_by().values("budget__program__vendor")
            self.filters["vendor"].queryset = Vendor.objects.filter(pk__in=vendors)

    def search(self, funds: QuerySet, name: str, text: str) -> QuerySet:
        return funds.filter(
            Q(name__icontains=text)
            | Q(reference__icontains=text)
            | Q(partner__name__icontains=text)
            | Q(budget__program__name__icontains=text)
        )

    def in_state(self, funds: QuerySet, name: str, state: str) -> QuerySet:
        return funds.filter(STATES[state].where)


class BudgetAllocationFilter(AllocationFilter):
    """The funds of one budget: all of one program."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, company=None, **kwargs)
        del self.filters["vendor"], self.filters["program"]


class MovementFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search")
    act = django_filters.ChoiceFilter(choices=Act, label="What", empty_label="Anything")

    class Meta:
        model = Movement
        fields: list[str] = []

    def search(self, movements: QuerySet, name: str, text: str) -> QuerySet:
        return movements.filter(
            Q(reason__icontains=text)
            | Q(allocation__partner__name__icontains=text)
            | Q(allocation__name__icontains=text)
            | Q(actor__name__icontains=text)
        )
