"""The form of results: for each figure what was measured, where that can be read, and what the partner claims beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from claims.actions.outcomes import Told
from claims.models import Result
from claims.states.outcomes import MONEY, RESULTS, Basis
from programs.forms import MoneyField

MOST = 10**9


def amount_field(kind: str, currency: str) -> forms.Field:
    if kind in MONEY:
        return MoneyField(currency, least=0, required=False)
    too_much = {"max_value": "That is more than there are people.", "min_value": "Enter a number from 0 on."}
    return forms.IntegerField(required=False, min_value=0, max_value=MOST, error_messages=too_much)


class FigureForm(forms.Form):
    """One kind of result. What is left empty is not reported; 0 is."""

    source = forms.CharField(required=False, max_length=120)

    def __init__(self, *args, kind: str, currency: str, before: Iterable[Result] = (), **kwargs):
        known = {result.basis: result for result in before if result.kind == kind}
        initial = {basis: result.amount for basis, result in known.items()}
        if Basis.MEASURED in known:
            initial["source"] = known[Basis.MEASURED].source
        super().__init__(*args, prefix=kind, initial=initial, **kwargs)
        self.kind, self.label, self.currency = kind, RESULTS[kind], currency
        for basis in Basis:
            self.fields[basis.value] = amount_field(kind, currency)
        for name, field in self.fields.items():
            field.label = {"source": "Where it is read"}.get(name) or Basis(name).label
            css = "form-control" if name == "source" else "form-control money"
            field.widget.attrs |= {"class": css, "autocomplete": "off", "aria-label": f"{self.label}: {field.label}"}

    @property
    def is_money(self) -> bool:
        return self.kind in MONEY

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        measured, source = cleaned.get("measured"), (cleaned.get("source") or "").strip()
        if measured is not None and not source and "source" not in self.errors:
            self.add_error("source", "Say where it is read, as in: CRM export of 30 November. Or enter it as claimed.")
        if measured is None and source and "measured" not in self.errors:
            self.add_error("measured", "Enter what is read there.")
        return cleaned

    def told(self) -> list[Told]:
        """Only of a valid form."""
        found = [(basis, self.cleaned_data.get(basis.value)) for basis in Basis]
        source = self.cleaned_data["source"].strip()
        return [
            Told(self.kind, basis.value, amount, source if basis == Basis.MEASURED else "")
            for basis, amount in found
            if amount is not None
        ]


class ReportForm(forms.Form):
    """`number` is that of the report which the writer saw."""

    number = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    words = forms.CharField(
        label="In your own words, if you like",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What worked, what you would do differently.",
    )

    def clean(self) -> dict[str, Any]:
        if "number" in self.errors:
            del self._errors["number"]
            raise ValidationError("This page was out of date. Look at what stands here and send it again.")
        return self.cleaned_data
