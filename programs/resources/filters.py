"""What lists of resources and of their uses can be narrowed to, and sorted by."""

import django_filters
from django.db.models import Q, QuerySet

from partners.models import Company, Partner
from partners.states import Kind
from programs.activities import ActivityKind
from programs.models import Program, Resource, Vendor
from programs.resources.languages import language_name
from programs.resources.states import OPEN, ResourceKind, Standing

SORTS = {
    "title": ("title",),
    "kind": ("kind", "title"),
    "vendor": ("vendor__name", "title"),
    "language": ("language", "title"),
    "until": ("until", "title"),
    "stands": ("stands", "title"),
    "taken": ("taken", "title"),
    "used": ("used", "title"),
    "reached": ("reached", "title"),
    "users": ("users", "title"),
}
PARTNERS_SORTS = {
    "partner": ("name",),
    "taken": ("taken", "name"),
    "used": ("used", "name"),
    "first": ("first",),
    "last": ("last",),
}
OWN = (("used", "Used by you"), ("taken", "Opened by you"), ("new", "New to you"))
OPEN_NOW = ("open", "To be had now")


class ResourceFilter(django_filters.FilterSet):
    """`company` is the one worked in. The resources know their standing; a partner's also what it did with them."""

    q = django_filters.CharFilter(label="Search", method="search")
    vendor = django_filters.ModelChoiceFilter(queryset=Vendor.objects.none(), label="Vendor", empty_label="Any vendor")
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="Program", empty_label="Any program", method="for_program"
    )
    kind = django_filters.ChoiceFilter(choices=ResourceKind, label="Type", empty_label="Any type")
    activity = django_filters.ChoiceFilter(
        choices=ActivityKind, label="Activity", empty_label="Any activity", method="serving"
    )
    language = django_filters.ChoiceFilter(label="Language", empty_label="Any language")
    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", method="standing")
    own = django_filters.ChoiceFilter(choices=OWN, label="Your use", empty_label="Any", method="by_own")

    class Meta:
        model = Resource
        fields: list[str] = []

    def __init__(self, *args, company: Company | None, **kwargs):
        super().__init__(*args, **kwargs)
        plain = self.queryset.order_by()
        kind = company and company.kind
        self.filters["language"].extra["choices"] = sorted(
            ((code, language_name(code)) for code in plain.values_list("language", flat=True).distinct()),
            key=lambda choice: choice[1],
        )
        states = Standing if kind != Kind.PARTNER else (Standing.ENDING, Standing.COMING, Standing.EXPIRED)
        self.filters["state"].extra["choices"] = [OPEN_NOW, *((state.value, state.label) for state in states)]
        vendors = plain.values("vendor")
        self.filters["program"].queryset = Program.objects.filter(
            vendor__in=vendors, published_at__isnull=False
        ).order_by("name")
        if kind == Kind.VENDOR:
            del self.filters["vendor"]
            self.filters["program"].queryset = Program.objects.filter(vendor=company.pk).order_by("name")
        else:
            self.filters["vendor"].queryset = Vendor.objects.filter(pk__in=vendors)
        if kind != Kind.PARTNER:
            del self.filters["own"]

    def search(self, resources: QuerySet, name: str, text: str) -> QuerySet:
        return resources.filter(Q(title__icontains=text) | Q(words__icontains=text) | Q(vendor__name__icontains=text))

    def for_program(self, resources: QuerySet, name: str, program: Program) -> QuerySet:
        return resources.for_program(program)

    def serving(self, resources: QuerySet, name: str, activity: str) -> QuerySet:
        return resources.serving(activity)

    def standing(self, resources: QuerySet, name: str, state: str) -> QuerySet:
        return resources.filter(stands__in=OPEN) if state == OPEN_NOW[0] else resources.filter(stands=state)

    def by_own(self, resources: QuerySet, name: str, answer: str) -> QuerySet:
        if answer == "new":
            return resources.filter(taken=0, used=0)
        return resources.filter(**{f"{answer}__gt": 0})


class PartnerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Partner", field_name="name", lookup_expr="icontains", max_length=100)

    class Meta:
        model = Partner
        fields: list[str] = []
