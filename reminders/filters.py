"""What the inbox can be narrowed to."""

import django_filters
from django.db.models import Q

from reminders.models import Reminder
from reminders.replying.states import Place

SHOWN = [("unread", "Unread"), *((place.name.lower(), place.label) for place in Place)]


class InboxFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name or vendor", method="named", max_length=100)
    show = django_filters.ChoiceFilter(
        label="Show",
        method="shown",
        empty_label="All",
        choices=SHOWN,
    )

    class Meta:
        model = Reminder
        fields: list[str] = []

    def named(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(vendor__name__icontains=value))

    def shown(self, queryset, name, value):
        """Unread is what the frame counts: not read, and something can still be done about it, by its reader and now."""
        return (
            queryset.filter(place=Place.OPEN).unread()
            if value == "unread"
            else queryset.filter(place=Place[value.upper()])
        )
