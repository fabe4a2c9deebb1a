"""What a list of SPIFFs can be narrowed to, and sorted by."""

from datetime import date

import django_filters
from django.db.models import QuerySet

from plans.forms.targets import quarter_choices
from plans.models import SalesPerson, SpiffEarning
from plans.models.spiffs import SpiffQuerySet
from plans.quarters import parse
from plans.spiff_states import Spiff
from programs.models import Vendor

SORTS = {
    "person": ("person__name",),
    "vendor": ("program__vendor__name", "program__name"),
    "sale": ("reference",),
    "earned": ("earned_on",),
    # Amounts of different currencies are not compared: each currency by itself.
    "amount": ("currency", "amount"),
    "state": ("state",),
}


class SpiffFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="reference", lookup_expr="icontains", label="Sale", max_length=60)
    person = django_filters.ModelChoiceFilter(
        queryset=SalesPerson.objects.none(), label="Sales person", empty_label="Anybody"
    )
    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(), field_name="program__vendor", label="Vendor", empty_label="Any vendor"
    )
    quarter = django_filters.ChoiceFilter(label="Quarter", empty_label="Any quarter", method="by_quarter")
    state = django_filters.ChoiceFilter(choices=Spiff, label="State", empty_label="Any state")

    class Meta:
        model = SpiffEarning
        fields: list[str] = []

    def __init__(self, data, *args, people: QuerySet[SalesPerson], vendors: QuerySet[Vendor], today: date, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.filters["person"].queryset, self.filters["vendor"].queryset = people, vendors
        self.filters["quarter"].extra["choices"] = quarter_choices(today, parse(data.get("quarter", "")))

    def by_quarter(self, rows: SpiffQuerySet, name: str, key: str) -> SpiffQuerySet:
        quarter = parse(key)
        return rows.between(quarter, quarter) if quarter else rows
