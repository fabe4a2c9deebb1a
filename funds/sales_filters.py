"""What lists of uploads, of what they do and of single sales can be narrowed to, and sorted by."""

from collections.abc import Mapping, Sequence
from datetime import date

import django_filters
from django.db.models import Q, QuerySet

from funds.earning import Period
from funds.models import Accrual, Sale, SalesEffect, SalesUpload
from funds.sales_states import UploadStatus
from partners.models import Partner
from programs.models import Program

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


SALE_SORTS: Mapping[str, Sequence[str]] = {
    "day": ("sold_on",),
    "reference": ("reference",),
    "partner": ("partner__name", "sold_on"),
    "program": ("program__name", "sold_on"),
    "file": ("upload__name", "sold_on"),
    # Amounts of different currencies are not compared: each currency by itself.
    "amount": ("program__currency", "amount"),
}


class SaleFilter(django_filters.FilterSet):
    """What may be chosen is read from the periods and files of the programs, not from the sales: those come by the million."""

    q = django_filters.CharFilter(label="Reference", field_name="reference", lookup_expr="icontains")
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="Program", empty_label="Any program"
    )
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.none(), label="Partner", empty_label="Any partner"
    )
    period = django_filters.ChoiceFilter(label="Period", empty_label="Any period", method="in_period")
    upload = django_filters.ModelChoiceFilter(queryset=SalesUpload.objects.none(), label="File", empty_label="Any file")

    class Meta:
        model = Sale
        fields: list[str] = []

    def __init__(self, *args, accruals: QuerySet[Accrual], uploads: QuerySet[SalesUpload] | None, **kwargs):
        """`accruals` are those of the sales; `uploads` are None for a partner, which has one partner and sees no files."""
        super().__init__(*args, **kwargs)
        self.filters["program"].queryset = Program.objects.filter(pk__in=accruals.order_by().values("program"))
        days = accruals.order_by("-starts_on", "ends_on").values_list("starts_on", "ends_on").distinct()
        periods = [Period(*both) for both in days]
        self.filters["period"].extra["choices"] = [(p.key, p.words) for p in periods]
        if uploads is None:
            del self.filters["partner"], self.filters["upload"]
        else:
            self.filters["partner"].queryset = Partner.objects.filter(pk__in=accruals.order_by().values("partner"))
            self.filters["upload"].queryset = uploads.filter(status=UploadStatus.POSTED)

    def in_period(self, sales: QuerySet, name: str, value: str) -> QuerySet:
        return sales.filter(sold_on__range=[date.fromisoformat(day) for day in value.split("_")])
