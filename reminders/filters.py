"""What the inbox can be narrowed to."""

import django_filters
from django.db.models import Q

from reminders.models import Reminder


class InboxFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name or vendor", method="named", max_length=100)
    show = django_filters.ChoiceFilter(
        label="Show", method="shown", empty_label="All", choices=[("unread", "Unread"), ("open", "Still to do")]
    )

    class Meta:
        model = Reminder
        fields: list[str] = []

    def named(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(vendor__name__icontains=value))

    def shown(self, queryset, name, value):
        """Unread is what the frame counts: not read, and something can still be done about it."""
        queryset = queryset.filter(is_open=True)
        return queryset.unread() if value == "unread" else queryset
