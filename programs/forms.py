"""Shapes of what people type about money, days and programs."""

import uuid
import zoneinfo
from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from moneyed import get_currency

from partners.tables import FIRST_YEAR, LAST_YEAR, MOST_ROWS
from programs.models import Program, Terms
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
    """A table to be looked at first. What is in it is read by `partners.tables`."""

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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

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


def numbers() -> Fieldset:
    return Fieldset(
        "The numbers that amounts and deadlines follow from",
        Row(Column("reimbursement_percent"), Column("claim_window_days")),
        Row(Column("lead_days"), Column("activity_days")),
        Row(Column("extension_days"), Column()),
        css_class="form-part",
    )


class TermsForm(SeenForm):
    """A version of a program's terms that is not published yet."""

    class Meta:
        model = Terms
        fields = (
            "wording",
            "reimbursement_percent",
            "claim_window_days",
            "lead_days",
            "activity_days",
            "extension_days",
        )
        widgets = {"wording": forms.Textarea(attrs={"rows": 9})}
        labels = {
            "wording": "Terms, in your words",
            "reimbursement_percent": "Reimbursement rate, %",
            "claim_window_days": "Claim window, days",
            "lead_days": "Pre-approval lead time, days",
            "activity_days": "Usual length of an activity, days",
            "extension_days": "Extension limit, days",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(Fieldset("What it is for", "wording", css_class="form-part"), numbers(), "seen")


class ProgramForm(SeenForm):
    """A program's draft with its terms. `today` refuses a program that is over before it begins."""

    starts_on = DayField(label="Runs from")
    ends_on = DayField(label="Runs until", help_text="The last day on which an activity may run.")
    currency = forms.ChoiceField(
        choices=currency_choices, initial="USD", help_text="All money of this program is in it."
    )
    time_zone = forms.CharField(
        max_length=50,
        initial="UTC",
        widget=SuggestInput(time_zone_options()),
        help_text="Where its deadlines end their day. Type a city, as in Berlin.",
        error_messages={"required": "Choose a time zone, as in Europe/Berlin."},
    )

    class Meta:
        model = Program
        fields = ["name", "kind", "currency", "starts_on", "ends_on", "time_zone"]
        labels = {"kind": "Type"}
        help_texts = {"name": "Partners see it, as in Growth MDF 2027."}
        error_messages = {"name": {"required": "Give the program a name."}, "kind": {"required": "Choose a type."}}

    def __init__(self, data=None, *, today: date, **kwargs):
        super().__init__(data, **kwargs)
        self.today = today
        # The terms are a row of their own, typed on the same page.
        self.terms = TermsForm(data, instance=self.instance.terms)
        for name in TermsForm.Meta.fields:
            self.fields[name] = self.terms.fields[name]
        self.initial = self.terms.initial | self.initial
        self.helper = bare_helper(
            Fieldset("What it is", "name", Row(Column("kind"), Column("currency")), "wording", css_class="form-part"),
            Fieldset("When", Row(Column("starts_on"), Column("ends_on")), "time_zone", css_class="form-part"),
            numbers(),
            "seen",
        )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        namesakes = Program.objects.filter(vendor=self.instance.vendor_id, name=name).exclude(pk=self.instance.pk)
        if namesakes.exists():
            raise ValidationError("You have a program of this name. Give this one another.")
        return name

    def clean_ends_on(self) -> date:
        if (day := self.cleaned_data["ends_on"]) < self.today:
            raise ValidationError("That day has passed: nobody could use such a program.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, words in self.terms.errors.items():
            if name not in self.errors:
                self.add_error(name, words)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day comes before the first.")
        return cleaned
