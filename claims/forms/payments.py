"""The forms of payments: holds, instalments, outcomes, batches, and what becomes of a short payment."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from claims.states.payments import REASONS_OF, BackTo, HoldReason, Method, ReversalReason, Side
from partners.forms import LineField
from programs.forms import DayField, MoneyField

ROWS = {"rows": 2}
MOST_DAYS = 730


def sentence(label: str, missing: str, **more) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": missing},
        **more,
    )


class HoldForm(forms.Form):
    code = forms.ChoiceField(label="Reason", error_messages={"required": "Choose a reason."})
    words = sentence("In a sentence", "Say why it has to wait: the other side reads it.")

    def __init__(self, *args, side: Side, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Choose a reason"), *((c, HoldReason(c).label) for c in REASONS_OF[side])]


class WordsForm(forms.Form):
    """What came of it, in a sentence."""

    words = sentence("What came of it", "Say it in a sentence: the other side reads it.")

    def __init__(self, *args, label: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label or self.fields["words"].label


class OutcomeForm(forms.Form):
    """What the bank says of one payment."""

    became = forms.ChoiceField(
        label="What became of it", choices=[("paid", "It arrived"), ("failed", "The bank did not execute it")]
    )
    received = MoneyField(label="What arrived", required=False)
    on = DayField(label="Day")
    reference = LineField(
        label="Reference", max_length=80, required=False, help_text="As the partner sees it on the bank statement."
    )
    failure = LineField(label="If it was not executed: why", max_length=200, required=False)

    def __init__(self, *args, currency: str, amount: int, today: date, **kwargs):
        initial = {"received": amount, "on": today, "became": "paid"}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["received"].currency = currency

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("became") == "failed":
            if not cleaned.get("failure", "").strip():
                self.add_error("failure", "Say why: the partner reads it.")
        elif cleaned.get("became") == "paid":
            if cleaned.get("received") is None and "received" not in self.errors:
                self.add_error("received", "Enter what arrived.")
            if not cleaned.get("reference", "").strip():
                self.add_error("reference", "Enter the payment's reference.")
        return cleaned


class PartForm(forms.Form):
    """One instalment; an empty row counts for nothing."""

    amount = MoneyField(label="Amount", required=False)
    due_on = DayField(label="Due on", required=False)

    def __init__(self, *args, currency: str, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["amount"].currency = currency
        for field in self.fields.values():
            field.widget.attrs["class"] = f"form-control {field.widget.attrs.get('class', '')}".strip()

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and abs((day - self.today).days) > MOST_DAYS:
            raise ValidationError("Check the year: an instalment is due within two years.")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("amount") is not None and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Choose a day.")
        if cleaned.get("due_on") and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Enter an amount.")
        return cleaned


class BatchForm(forms.Form):
    method = forms.ChoiceField(label="How it is paid", choices=Method, initial=Method.BANK)
    execute_on = DayField(label="Day of execution")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["execute_on"].initial = today

    def clean_execute_on(self) -> date:
        day = self.cleaned_data["execute_on"]
        if day < self.today:
            raise ValidationError("That day is over.")
        if (day - self.today).days > 365:
            raise ValidationError("That is more than a year ahead.")
        return day


class ReversalForm(forms.Form):
    back_to = forms.ChoiceField(
        label="The money goes back to",
        choices=[(value, label.capitalize()) for value, label in BackTo.choices],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where the money goes."},
    )
    code = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose a reason"), *ReversalReason.choices],
        error_messages={"required": "Choose a reason: the partner reads it."},
    )
    reason = sentence("In a sentence", "Say why: the partner reads it.")
