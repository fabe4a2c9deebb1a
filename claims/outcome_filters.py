"""What a list of results can be narrowed to, and sorted by."""

from datetime import date

import django_filters
from django.db.models import Q, QuerySet

from claims.models import Outcome
from programs.models import Vendor

# Empty due dates last, whichever way.
SORTS = {
    "due": ("due_on",),
    "ended": ("ended_on",),
    "reported": ("reported_at",),
    "partner": ("partner__name",),
    "vendor": ("allocation__budget__program__vendor__name",),
}


class OutcomeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search", max_length=100)
    state = django_filters.ChoiceFilter(
        label="Results",
        empty_label="All",
        method="by_state",
        choices=[("due", "To be reported"), ("overdue", "Overdue"), ("reported", "Reported")],
    )
    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(),
        field_name="allocation__budget__program__vendor",
        label="Vendor",
        empty_label="Any vendor",
    )

    class Meta:
        model = Outcome
        fields: list[str] = []

    def __init__(self, *args, vendors: QuerySet[Vendor] | None, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        if vendors is None:
            del self.filters["vendor"]
        else:
            self.filters["vendor"].queryset = vendors

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(
            Q(claim__title__icontains=text) | Q(request__title__icontains=text) | Q(partner__name__icontains=text)
        )

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        if state == "reported":
            return rows.filter(number__gt=0)
        waiting = rows.filter(number=0, due_on__isnull=False)
        return waiting.filter(due_on__lt=self.today) if state == "overdue" else waiting
