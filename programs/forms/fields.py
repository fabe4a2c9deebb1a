"""Fields and forms that every app's pages share: amounts, days, suggestions, and what is sent once."""

import uuid
import zoneinfo
from collections.abc import Iterable
from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from moneyed import get_currency

from partners.tables import FIRST_YEAR, LAST_YEAR, MOST_ROWS
from programs.money import CURRENCIES, MoneyError, parse, plain

LARGEST_TABLE = 2 * 1024 * 1024


def data_of(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form that is bound by any POST, an empty one too."""
    return request.POST if request.method == "POST" else None


class MoneyInput(forms.TextInput):
    """Text, so that "1,250.00" may be typed; the currency stands before it."""

    template_name = "programs/widgets/money.html"
    currency = ""

    def get_context(self, name, value, attrs):
        return super().get_context(name, value, attrs) | {"currency": self.currency}


class MoneyField(forms.Field):
    """What a person types as an amount of `currency`; cleaned to minor units (int), or None where it may be empty.

    `least` is the smallest amount taken, in minor units. A form that learns its currency late sets `field.currency`.
    """

    widget = MoneyInput
    default_error_messages = {"required": "Enter an amount, as in 1,250.00."}

    def __init__(self, currency: str = "USD", *, least: int = 1, **kwargs):
        super().__init__(**kwargs)
        self.currency = currency
        self.least = least

    @property
    def currency(self) -> str:
        return self._currency

    @currency.setter
    def currency(self, code: str) -> None:
        self._currency = self.widget.currency = code

    def widget_attrs(self, widget):
        return {"class": "money", "inputmode": "decimal", "autocomplete": "off", "maxlength": "40"}

    def prepare_value(self, value):
        """Minor units as a person would type them; what was typed stays as it was."""
        return plain(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse(text, self.currency)
        except MoneyError as error:
            raise ValidationError(str(error)) from None

    def validate(self, value):
        super().validate(value)
        if value is None or value >= self.least:
            return
        if value < 0:
            raise ValidationError("Enter the amount without a minus.")
        raise ValidationError("Enter an amount above zero.")


class DayField(forms.DateField):
    """A day, typed or picked: 2026-11-30."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"required": "Choose a day.", "invalid": "Enter a day as in 2026-11-30."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value):
        super().validate(value)
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(f"Check the year: {value.year} is not one that a program runs in.")


class SuggestInput(forms.TextInput):
    """A text field that suggests: one may choose from the list by typing any part of a name."""

    template_name = "programs/widgets/suggest.html"

    def __init__(self, options: Iterable[tuple[str, str]] = (), attrs=None):
        """`options`: (what is filled in, what is shown beside it)."""
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.options = options

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["options"] = self.options
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}-options"
        return context


class KeyField(forms.UUIDField):
    """The hidden token of one showing of a form: the ledger takes each once, so a repeated click moves nothing twice."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(initial=uuid.uuid4, **kwargs)

    def bound_data(self, data, initial):
        """A token that is none is replaced, so that the form can be sent again."""
        try:
            return str(uuid.UUID(str(data)))
        except ValueError:
            return str(uuid.uuid4())


class OnceForm(forms.Form):
    """A form that does something once, however often it is sent."""

    key = KeyField()

    def clean(self):
        if "key" in self.errors:
            del self._errors["key"]
            raise ValidationError("This page was out of date. Look at what stands here and send it again.")
        return self.cleaned_data

    def renew_key(self) -> None:
        """So that what is sent next counts as something new."""
        self.data = self.data.copy()
        self.data[self.add_prefix("key")] = str(uuid.uuid4())


def bare_helper(*rows) -> FormHelper:
    """Fields only: the page brings its own <form>, token and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if rows:
        helper.layout = Layout(*rows)
    return helper


def currency_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} · {get_currency(code).name}") for code in CURRENCIES]


def time_zone_options() -> list[tuple[str, str]]:
    return [(name, "") for name in sorted(zoneinfo.available_timezones()) if "/" in name or name == "UTC"]


class TableFileForm(forms.Form):
    """A table to be looked at first. What is in it is read by `partners.tables`; with `workbooks`, by `funds.tables`."""

    file = forms.FileField(
        label="CSV file",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        help_text=f"At most {MOST_ROWS:,} rows and 2 MB.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "missing": "Choose a file.",
            "invalid": "Choose a file.",
        },
    )

    def __init__(self, *args, workbooks: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        if workbooks:
            self.fields["file"].label = "CSV file or Excel workbook"
            self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv,.txt,text/csv"

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise ValidationError("The file is larger than 2 MB. Split it in two.")
        return file


class SeenField(forms.IntegerField):
    """The latest event about the program when this page was made: two people who change it at once do not undo each other."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value) or 0
        except ValidationError:
            return 0  # an unknown version is never the latest


class SeenForm(forms.ModelForm):
    seen = SeenField(required=False)

    def renew_seen(self, version: int) -> None:
        """So that sending it again replaces what somebody else saved meanwhile."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(version)
