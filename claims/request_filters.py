"""What a list of fund requests can be narrowed to, and sorted by."""

import django_filters

from claims.filters import OwnFilter, TitleFilter
from claims.models import FundRequest
from claims.states.requests import AWAITING_VENDOR, RequestStatus

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


class RequestFilter(OwnFilter):
    status = django_filters.ChoiceFilter(choices=RequestStatus, label="Status", empty_label="Any status")

    class Meta:
        model = FundRequest
        fields = ["q", "status", "vendor", "fund"]


class QueueFilter(TitleFilter):
    """Requests that wait for somebody of the vendor; also by whose they are."""

    status = django_filters.ChoiceFilter(
        choices=[(status.value, status.label) for status in AWAITING_VENDOR], label="Status", empty_label="Any status"
    )
    whose = django_filters.ChoiceFilter(
        choices=[("mine", "Mine"), ("nobody", "Nobody's")], method="narrow", label="Whose", empty_label="Anybody's"
    )

    class Meta:
        model = FundRequest
        fields = ["q", "status", "whose"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def narrow(self, queryset, name, value):
        return queryset.filter(reviewer=self.user if value == "mine" else None)
