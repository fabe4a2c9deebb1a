"""The editor's first step: what a program is, and when it runs."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError

from programs.actions import currency_stays
from programs.forms.fields import DayField, SeenForm, SuggestInput, bare_helper, currency_choices, time_zone_options
from programs.models import Program


class ProgramForm(SeenForm):
    """A program's draft without its terms. `today` refuses a program that is over before it begins."""

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
        self.helper = bare_helper(
            Fieldset("What it is", "name", Row(Column("kind"), Column("currency")), css_class="form-part"),
            Fieldset("When", Row(Column("starts_on"), Column("ends_on")), "time_zone", css_class="form-part"),
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

    def clean_currency(self) -> str:
        """Amounts stand in its budgets or its terms already: in another currency they would mean something else."""
        currency = self.cleaned_data["currency"]
        if "currency" in self.changed_data and self.instance.has_had_money:
            raise ValidationError(currency_stays(self.initial["currency"]))
        if "currency" in self.changed_data and self.instance.pk and self.instance.names_amounts:
            raise ValidationError(
                f"Its terms name amounts in {self.initial['currency']}. Clear those first, or begin another program."
            )
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day comes before the first.")
        return cleaned
