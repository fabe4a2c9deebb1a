"""What a list of claims can be narrowed to, and sorted by."""

import django_filters
from django.db.models import Q, QuerySet

from claims.models import Claim
from claims.states import ClaimStatus
from funds.models import Allocation
from programs.models import Vendor
from programs.money import CURRENCIES

SORTS = {
    "title": "title",
    "status": "status",
    "asked": "asked",
    "approved": "approved",
    "filed": "filed_at",
    "changed": "changed_at",
}


class TitleFilter(django_filters.FilterSet):
    """Finds what was filed by its title or its partner."""

    q = django_filters.CharFilter(label="Search", method="search")

    def search(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(partner__name__icontains=value))


class OwnFilter(TitleFilter):
    """What a partner filed: also by the fund and its vendor."""

    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(),
        field_name="allocation__budget__program__vendor",
        label="Vendor",
        empty_label="Any vendor",
    )
    fund = django_filters.ModelChoiceFilter(
        queryset=Allocation.objects.none(), field_name="allocation", label="Fund", empty_label="Any fund"
    )

    def __init__(self, *args, vendors: QuerySet[Vendor], funds: QuerySet[Allocation], **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["vendor"].queryset = vendors
        self.filters["fund"].queryset = funds


class ClaimFilter(OwnFilter):
    status = django_filters.ChoiceFilter(choices=ClaimStatus, label="Status", empty_label="Any status")

    class Meta:
        model = Claim
        fields = ["q", "status", "vendor", "fund"]


def ordered(claims: QuerySet[Claim], sort: str) -> QuerySet[Claim]:
    """By a known column, `-` for descending; anything else leaves the list as it is. Empty cells come last."""
    column = SORTS.get(sort.removeprefix("-"))
    return claims.order_by(f"-{column}" if sort.startswith("-") else column, "-id") if column else claims


class ByVendorFilter(TitleFilter):
    """Filed claims, by search, vendor and currency."""

    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.all(),
        field_name="allocation__budget__program__vendor",
        label="Vendor",
        empty_label="Any vendor",
    )
    currency = django_filters.ChoiceFilter(
        choices=[(code, code) for code in CURRENCIES],
        field_name="allocation__budget__program__currency",
        label="Currency",
        empty_label="Any currency",
    )

    class Meta:
        model = Claim
        fields = ["q", "vendor", "currency"]
