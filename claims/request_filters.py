"""What a list of fund requests can be narrowed to, and sorted by."""

import django_filters
from django.db.models import Q, QuerySet

from claims.models import FundRequest
from claims.states.requests import AWAITING_VENDOR, RequestStatus
from funds.models import Allocation
from programs.models import Vendor

SORTS = {
    "title": ("title",),
    "partner": ("partner__name",),
    "status": ("status",),
    "starts": ("starts_on",),
    "asked": ("asked",),
    "approved": ("approved",),
    "reserved": ("reserved",),
    "filed": ("filed_at",),
    "changed": ("changed_at",),
}


class RequestFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(choices=RequestStatus, label="Status", empty_label="Any status")
    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(),
        field_name="allocation__budget__program__vendor",
        label="Vendor",
        empty_label="Any vendor",
    )
    fund = django_filters.ModelChoiceFilter(
        queryset=Allocation.objects.none(), field_name="allocation", label="Fund", empty_label="Any fund"
    )

    class Meta:
        model = FundRequest
        fields: list[str] = []

    def __init__(self, *args, vendors: QuerySet[Vendor], funds: QuerySet[Allocation], **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["vendor"].queryset = vendors
        self.filters["fund"].queryset = funds

    def search(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(partner__name__icontains=value))


class QueueFilter(django_filters.FilterSet):
    """Requests that wait for somebody of the vendor; also by whose they are."""

    q = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(
        choices=[(status.value, status.label) for status in AWAITING_VENDOR], label="Status", empty_label="Any status"
    )
    whose = django_filters.ChoiceFilter(
        choices=[("mine", "Mine"), ("nobody", "Nobody's")], method="narrow", label="Whose", empty_label="Anybody's"
    )

    class Meta:
        model = FundRequest
        fields: list[str] = []

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def search(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(partner__name__icontains=value))

    def narrow(self, queryset, name, value):
        return queryset.filter(reviewer=self.user if value == "mine" else None)
