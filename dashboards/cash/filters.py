"""What the cash forecast can be narrowed to and sorted by."""

import django_filters

from dashboards.chosen import ChosenFilter
from partners.models import Company

CASH_SORTS: dict[str, tuple] = dict.fromkeys(("day", "title", "vendor", "own", "advanced", "back"), ())


class CashFilter(ChosenFilter):
    """`vendors` are those from whom something is expected."""

    vendor = django_filters.ModelChoiceFilter(
        queryset=Company.objects.none(), label="Vendor", empty_label="All vendors", method="leave"
    )

    class Meta:
        model = Company
        fields: list[str] = []

    def __init__(self, *args, vendors: set[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["vendor"].queryset = Company.objects.filter(pk__in=vendors).order_by("name")
