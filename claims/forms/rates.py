"""What finance types of an exchange rate."""

from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError

from claims.amounts import rate_in_words
from claims.models import ExchangeRate
from claims.rate_files import RateError, parse_rate
from programs.forms import DayField, bare_helper


class RateField(forms.Field):
    """A rate, typed as in 1.0850; cleaned to a Decimal."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "24"}

    def prepare_value(self, value: Any) -> Any:
        return rate_in_words(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_rate(text)
        except RateError as error:
            raise ValidationError(str(error)) from None


class ExchangeRateForm(forms.ModelForm):
    day = DayField(label="Day")
    rate = RateField(label="Rate", help_text="How much of the second is one of the first.")

    class Meta:
        model = ExchangeRate
        fields = ["base", "quote", "day", "rate", "source"]

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["source"].help_text = "Where it is published, as in ECB reference rate."
        self.helper = bare_helper(Row(Column("base"), Column("quote")), Row(Column("day"), Column("rate")), "source")

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("base") and cleaned.get("base") == cleaned.get("quote"):
            self.add_error("quote", "Choose another currency than the first.")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Not the day: that a pair has one rate of it is said by the action, in better words."""
        return super()._get_validation_exclusions() | {"day"}
