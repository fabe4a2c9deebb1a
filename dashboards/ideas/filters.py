"""What the list of ideas can be narrowed to."""

import django_filters
from django.db.models import QuerySet

from funds.models import Allocation
from partners.models import Company


class IdeasFilter(django_filters.FilterSet):
    """`queryset` is all that the partner holds idle."""

    vendor = django_filters.ModelChoiceFilter(
        queryset=Company.objects.none(), field_name="budget__program__vendor", label="Vendor", empty_label="Any vendor"
    )
    fund = django_filters.ModelChoiceFilter(
        queryset=Allocation.objects.none(), label="Fund", empty_label="Any fund", method="only"
    )

    class Meta:
        model = Allocation
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        idle = self.queryset.order_by()
        self.filters["vendor"].queryset = Company.objects.filter(pk__in=idle.values("budget__program__vendor"))
        self.filters["fund"].queryset = Allocation.objects.filter(pk__in=idle.values("pk")).order_by("name", "pk")

    def only(self, funds: QuerySet, name: str, fund: Allocation) -> QuerySet:
        return funds.filter(pk=fund.pk)
