"""Finance's form: when and under which reference a claim was paid."""

from datetime import date

from django.core.exceptions import ValidationError

from claims.forms.review import SeenForm
from partners.forms import LineField
from programs.forms import DayField


class PayForm(SeenForm):
    """`approved_on` and `today` are days in the program's zone: no payment before the one or after the other."""

    paid_on = DayField(label="Paid on")
    reference = LineField(
        label="Reference",
        max_length=80,
        help_text="As the partner sees it on the bank statement.",
        error_messages={"required": "Enter the payment's reference."},
    )

    def __init__(self, *args, approved_on: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.approved_on, self.today = approved_on, today
        self.fields["paid_on"].initial = today

    def clean_paid_on(self) -> date:
        day = self.cleaned_data["paid_on"]
        if day > self.today:
            raise ValidationError("That day is still to come. Record it on the day it leaves.")
        if day < self.approved_on:
            raise ValidationError(f"It was approved on {self.approved_on:%-d %b %Y}: it cannot have been paid before.")
        return day
