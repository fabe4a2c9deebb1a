"""Shapes of what people agree on with a vendor."""

from datetime import date, timedelta

from django import forms

from partners.forms import LineField
from partners.models import Company, User
from plans.actions.acting import people_of
from plans.models.steps import LONGEST, MOST_WORDS
from programs.forms import DayField


class StepForm(forms.Form):
    words = LineField(
        label="What was agreed",
        max_length=MOST_WORDS,
        error_messages={"required": "Say what was agreed."},
    )
    person = forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        empty_label="Choose who does it",
        error_messages={"required": "Choose who does it."},
    )
    due_on = DayField(label="By when")

    def __init__(self, *args, partner: Company, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(partner)
        days = {"min": today.isoformat(), "max": (today + timedelta(days=LONGEST)).isoformat()}
        self.fields["due_on"].widget.attrs.update(days)
