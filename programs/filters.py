"""What a list of programs can be narrowed to."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from partners.models import Company
from partners.states import Kind
from programs.models import Program, Vendor
from programs.states import ProgramKind, ProgramStatus

SORTS = {
    "name": ("name",),
    "vendor": ("vendor__name", "name"),
    "kind": ("kind", "name"),
    "status": ("status", "name"),
    "ends": ("ends_on",),
    "rate": ("terms__reimbursement_percent",),
    # Amounts of different currencies are not compared: each currency by itself.
    "funded": ("currency", "funded"),
    "allocated": ("currency", "allocated"),
}
JOINED = (("yes", "With funds for you"), ("no", "Without"))


class ProgramFilter(django_filters.FilterSet):
    """`company` is the one worked in: a partner narrows by vendor and by what it has joined, a vendor by status."""

    q = django_filters.CharFilter(label="Search", method="search")
    vendor = django_filters.ModelChoiceFilter(queryset=Vendor.objects.all(), label="Vendor", empty_label="Any vendor")
    joined = django_filters.ChoiceFilter(choices=JOINED, label="Your money", empty_label="Any", method="where_joined")
    status = django_filters.ChoiceFilter(choices=ProgramStatus, label="Status", empty_label="Any status")
    kind = django_filters.ChoiceFilter(choices=ProgramKind, label="Type", empty_label="Any type")

    class Meta:
        model = Program
        fields: list[str] = []

    def __init__(self, *args, company: Company | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.company = company
        if company is None or company.kind == Kind.PARTNER:
            del self.filters["status"]
        if company is None or company.kind != Kind.PARTNER:
            del self.filters["joined"]
        if company is not None and company.kind == Kind.VENDOR:
            del self.filters["vendor"]

    def search(self, programs: QuerySet, name: str, text: str) -> QuerySet:
        return programs.filter(
            Q(name__icontains=text) | Q(vendor__name__icontains=text) | Q(terms__wording__icontains=text)
        )

    def where_joined(self, programs: QuerySet, name: str, answer: str) -> QuerySet:
        joined = Exists(Program.objects.filter(pk=OuterRef("pk"), budgets__allocations__partner=self.company.pk))
        return programs.filter(joined if answer == "yes" else ~joined)
