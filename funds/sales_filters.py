"""What lists of uploads and of what they do can be narrowed to, and sorted by."""

from collections.abc import Mapping, Sequence

import django_filters
from django.db.models import Q, QuerySet

from funds.models import SalesEffect, SalesUpload
from funds.sales_states import UploadStatus

UPLOAD_SORTS: Mapping[str, Sequence[str]] = {
    "sent": ("created_at",),
    "file": ("name",),
    "status": ("status",),
    "lines": ("lines",),
    "sold": ("sold",),
    "granted": ("granted",),
}


class SalesUploadFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(choices=UploadStatus, label="Status", empty_label="Any status")

    class Meta:
        model = SalesUpload
        fields: list[str] = []

    def search(self, uploads: QuerySet, name: str, text: str) -> QuerySet:
        return uploads.filter(Q(name__icontains=text) | Q(by__name__icontains=text))


EFFECT_SORTS: Mapping[str, Sequence[str]] = {
    "partner": ("partner__name", "starts_on"),
    "period": ("starts_on", "partner__name"),
    **{name: (name,) for name in ("lines", "added", "sold", "earned", "moved", "owed")},
}


class SalesEffectFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Partner", field_name="partner__name", lookup_expr="icontains")
    change = django_filters.ChoiceFilter(
        choices=[
            ("in", "Money goes in"),
            ("out", "Money comes back"),
            ("owed", "Something is owed"),
            ("late", "Too late"),
        ],
        label="What happens",
        empty_label="Anything",
        method="changed",
    )

    class Meta:
        model = SalesEffect
        fields: list[str] = []

    def changed(self, effects: QuerySet, name: str, value: str) -> QuerySet:
        where = {"in": Q(moved__gt=0), "out": Q(moved__lt=0), "owed": Q(owed__gt=0), "late": Q(late__gt=0)}
        return effects.filter(where[value])
