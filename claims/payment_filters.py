"""What lists of payments, batches, short payments and reversals can be narrowed to, and sorted by."""

from datetime import date
from typing import NamedTuple

import django_filters
from django.db.models import Q, QuerySet

from claims.models import Batch, Payment, Reversal, ShortPay
from claims.states.payments import BatchStatus, HoldReason, Method, PaymentStatus, ReversalStatus, ShortStatus
from partners.lists import Sorts
from programs.models import Vendor
from programs.money import CURRENCIES

P = PaymentStatus
CODES = [(code, code) for code in CURRENCIES]

SORTS: Sorts = {
    "claim": ("claim__title",),
    "partner": ("partner__name", "due_on"),
    "vendor": ("vendor__name", "currency", "due_on"),
    "due": ("due_on",),
    "paid": ("-paid_on",),
    "amount": ("currency", "amount"),
}
BATCH_SORTS: Sorts = {
    "batch": ("pk",),
    "vendor": ("vendor__name", "-created_at"),
    "day": ("execute_on",),
    "amount": ("currency", "amount"),
}
SHORT_SORTS: Sorts = {
    "claim": ("payment__claim__title",),
    "partner": ("payment__partner__name",),
    "opened": ("opened_at",),
    "missing": ("payment__currency", "missing"),
}
REVERSAL_SORTS: Sorts = {
    "claim": ("claim__title",),
    "partner": ("claim__partner__name",),
    "proposed": ("proposed_at",),
    "amount": ("claim__allocation__budget__program__currency", "amount"),
}


class Tab(NamedTuple):
    label: str
    states: tuple[PaymentStatus, ...]
    empty: str
    sort: str = "due"


TABS = {
    "waiting": Tab("To be paid", (P.PENDING,), "What is approved shows up here until it is in a batch."),
    "held": Tab("On hold", (P.ON_HOLD,), "Nothing is held up."),
    "way": Tab("On its way", (P.BATCHED, P.SENT), "What is in a batch or at the bank shows up here."),
    "paid": Tab("Paid", (P.CONFIRMED,), "What arrived shows up here.", "paid"),
    "over": Tab(
        "Failed or reversed", (P.FAILED, P.REVERSED), "What the bank did not execute, or was taken back.", "-due"
    ),
}


class OfVendor(django_filters.FilterSet):
    """By vendor and currency, as all of finance's lists."""

    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.on_windfall(), label="Vendor", empty_label="Any vendor"
    )
    currency = django_filters.ChoiceFilter(choices=CODES, label="Currency", empty_label="Any currency")


class PaymentFilter(OfVendor):
    q = django_filters.CharFilter(label="Search", method="search")
    due = django_filters.ChoiceFilter(
        choices=[("now", "Due now"), ("later", "Due later")], method="fall_due", label="Due", empty_label="Any day"
    )
    why = django_filters.ChoiceFilter(
        choices=HoldReason, method="held_for", label="Held because", empty_label="Any reason"
    )

    class Meta:
        model = Payment
        fields: list[str] = []

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        # The search stands first.
        self.filters.move_to_end("q", last=False)

    def search(self, queryset, name, value):
        number = value.upper().removeprefix("P-").removeprefix("WF-")
        is_number = Q(pk=int(number)) if number.isdecimal() and len(number) < 18 else Q()
        return queryset.filter(
            Q(claim__title__icontains=value)
            | Q(partner__name__icontains=value)
            | Q(reference__iexact=value)
            | is_number
        )

    def fall_due(self, queryset, name, value):
        return queryset.filter(due_on__lte=self.today) if value == "now" else queryset.filter(due_on__gt=self.today)

    def held_for(self, queryset, name, value):
        return queryset.filter(holds__code=value, holds__closed_at=None)


class BatchFilter(OfVendor):
    method = django_filters.ChoiceFilter(choices=Method, label="How", empty_label="Either way")
    status = django_filters.ChoiceFilter(choices=BatchStatus, label="Status", empty_label="Any status")

    class Meta:
        model = Batch
        fields: list[str] = []


def searched(queryset: QuerySet, value: str, claim: str) -> QuerySet:
    return queryset.filter(
        Q(**{f"{claim}__title__icontains": value}) | Q(**{f"{claim}__partner__name__icontains": value})
    )


class ShortPayFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(choices=ShortStatus, label="Status", empty_label="Any status")

    class Meta:
        model = ShortPay
        fields: list[str] = []

    def search(self, queryset, name, value):
        return searched(queryset, value, "payment__claim")


class ReversalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(choices=ReversalStatus, label="Status", empty_label="Any status")

    class Meta:
        model = Reversal
        fields: list[str] = []

    def search(self, queryset, name, value):
        return searched(queryset, value, "claim")
