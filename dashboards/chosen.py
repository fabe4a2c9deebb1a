"""Filters of what no single queryset gives: the page reads what was chosen and narrows its rows itself. A leaf."""

from typing import Any

import django_filters
from django.db.models import QuerySet


class ChosenFilter(django_filters.FilterSet):
    """A filter with `method="leave"` leaves the queryset as it is: the page asks for `chosen`."""

    def leave(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows

    def chosen(self, name: str) -> Any:
        """None for what was not chosen, or can't be."""
        return self.form.cleaned_data.get(name) if self.form.is_valid() else None
