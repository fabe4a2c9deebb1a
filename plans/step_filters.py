"""What the list of agreed steps can be narrowed to, and sorted by."""

from datetime import date

import django_filters
from django.db.models import QuerySet

from partners.models import Company, User
from plans.models import AgreedStep

SORTS = {
    "due": ("due_on",),
    "agreed": ("agreed_on",),
    "vendor": ("vendor__name",),
    "person": ("person__name", "person__email"),
}


class StepFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", field_name="words", lookup_expr="icontains", max_length=100)
    state = django_filters.ChoiceFilter(
        label="Steps",
        empty_label="Open",
        method="by_state",
        choices=[("overdue", "Overdue"), ("done", "Done"), ("dropped", "Dropped"), ("all", "All")],
    )
    vendor = django_filters.ModelChoiceFilter(queryset=Company.objects.none(), label="Vendor", empty_label="Any vendor")
    person = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label="Who", empty_label="Anybody")

    class Meta:
        model = AgreedStep
        fields: list[str] = []

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        there = self.queryset.order_by()
        self.filters["vendor"].queryset = Company.objects.filter(pk__in=there.values("vendor"))
        self.filters["person"].queryset = User.objects.filter(pk__in=there.values("person")).order_by("name", "email")

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        named = {
            "overdue": rows.overdue(self.today),  # type: ignore[attr-defined]
            "done": rows.filter(done_at__isnull=False),
            "dropped": rows.filter(dropped_at__isnull=False),
        }
        return named.get(state, rows)

    @property
    def qs(self):
        """Open ones, where no state is chosen."""
        chosen = self.form.cleaned_data.get("state") if self.form.is_valid() else ""
        return super().qs if chosen else super().qs.open()
