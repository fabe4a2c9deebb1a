"""What lists of funds and movements can be narrowed to, and sorted by."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import django_filters
from django.db.models import Case, F, Q, QuerySet, Value, When

from funds.asks import ExtensionRequest, Proposal
from funds.models import Allocation, Movement, StatementUpload, Year
from funds.states import Act, AskStatus
from funds.terms import Todo
from partners.models import Company
from partners.states import Kind
from programs.models import KeptVendor, Program, Vendor

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


YEAR_SORTS: Mapping[str, Sequence[str]] = {
    "name": ("name",),
    "vendor": ("vendor__name", "-starts_on"),
    "from": ("starts_on",),
    **{name: ("currency", name) for name in ("amount", "held", "free", "granted", "in_use")},
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
        queryset=Company.objects.none(),
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
            self.filters["vendor"].queryset = Company.objects.filter(pk__in=vendors)

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


class KeptAllocationFilter(AllocationFilter):
    """The funds of one vendor in a partner's own books."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, company=None, **kwargs)
        del self.filters["vendor"]


class KeptVendorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=100)
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[("use", "In use"), ("away", "Put away")],
        empty_label="Any state",
        method="in_state",
    )

    class Meta:
        model = KeptVendor
        fields: list[str] = []

    def in_state(self, vendors: QuerySet, name: str, state: str) -> QuerySet:
        return vendors.filter(retired_at__isnull=state == "use")


class StatementUploadFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Vendor or file", method="search", max_length=100)
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[("waiting", "To be recorded"), ("recorded", "Recorded")],
        empty_label="Any state",
        method="in_state",
    )

    class Meta:
        model = StatementUpload
        fields: list[str] = []

    def search(self, uploads: QuerySet, name: str, text: str) -> QuerySet:
        return uploads.filter(Q(vendor_name__icontains=text) | Q(name__icontains=text))

    def in_state(self, uploads: QuerySet, name: str, state: str) -> QuerySet:
        return uploads.filter(recorded_at__isnull=state == "waiting")


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


REQUEST_SORTS: Mapping[str, Sequence[str]] = {
    # What waits for an answer first, and of that what waits longest.
    "next": ("is_answered", "asked_at"),
    "asked": ("asked_at",),
    "fund": ("allocation__name",),
    "partner": ("partner__name", "asked_at"),
    "vendor": ("allocation__budget__program__vendor__name", "asked_at"),
    "until": ("until",),
    "status": ("status", "asked_at"),
}
PROPOSAL_SORTS: Mapping[str, Sequence[str]] = {
    # What waits for an answer first, and of that what can start first.
    "next": ("is_answered", "starts_on"),
    "title": ("title",),
    "partner": ("partner__name", "starts_on"),
    "vendor": ("program__vendor__name", "starts_on"),
    "starts": ("starts_on",),
    "amount": ("program__currency", "amount"),
    "status": ("status", "starts_on"),
}
IS_ANSWERED = Case(When(status=AskStatus.OPEN, then=Value(0)), default=Value(1))


class AskFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search", max_length=100)
    status = django_filters.ChoiceFilter(choices=AskStatus, label="Status", empty_label="Any status")

    fields_searched: Sequence[str] = ()

    class Meta:
        fields: list[str] = []

    def __init__(self, data, *, queryset: QuerySet):
        super().__init__(data, queryset=queryset.alias(is_answered=IS_ANSWERED))

    def search(self, asks: QuerySet, name: str, text: str) -> QuerySet:
        return asks.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for field in self.fields_searched)))


class RequestFilter(AskFilter):
    fields_searched = ("allocation__name", "allocation__reference", "partner__name", "why")

    class Meta(AskFilter.Meta):
        model = ExtensionRequest


class ProposalFilter(AskFilter):
    fields_searched = ("title", "purpose", "partner__name", "program__name")

    class Meta(AskFilter.Meta):
        model = Proposal


class ExtendableFilter(AllocationFilter):
    """Of one vendor's funds that can be extended: by words and by program."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, company=None, **kwargs)
        del self.filters["vendor"], self.filters["state"]


class YearFilter(django_filters.FilterSet):
    """`company` is the one worked in: a vendor sees its own years only."""

    q = django_filters.CharFilter(label="Search", method="search")
    vendor = django_filters.ModelChoiceFilter(queryset=Vendor.objects.all(), label="Vendor", empty_label="Any vendor")
    currency = django_filters.ChoiceFilter(label="Currency", empty_label="Any currency")

    class Meta:
        model = Year
        fields: list[str] = []

    def __init__(self, *args, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        if company.kind == Kind.VENDOR:
            del self.filters["vendor"]
        # Asked once, when the form is made.
        codes = self.queryset.order_by().values_list("currency", flat=True).distinct
        self.filters["currency"].extra["choices"] = lambda: [(code, code) for code in sorted(codes())]

    def search(self, years: QuerySet, name: str, text: str) -> QuerySet:
        return years.filter(Q(name__icontains=text) | Q(vendor__name__icontains=text))
