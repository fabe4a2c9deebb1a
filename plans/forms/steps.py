"""Shapes of what people agree on with a vendor."""

from datetime import date, timedelta

from django import forms

from partners.forms import LineField
from partners.models import Company, User
from plans.actions.acting import people_of
from plans.models import AgreedStep
from plans.models.steps import LONGEST, MOST_WORDS
from programs.forms import DayField


def person_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        empty_label="Choose who does it",
        error_messages={"required": "Choose who does it."},
    )


class StepForm(forms.Form):
    words = LineField(
        label="What was agreed",
        max_length=MOST_WORDS,
        error_messages={"required": "Say what was agreed."},
    )
    person = person_field()
    due_on = DayField(label="By when")

    def __init__(self, *args, partner: Company, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(partner)
        days = {"min": today.isoformat(), "max": (today + timedelta(days=LONGEST)).isoformat()}
        self.fields["due_on"].widget.attrs.update(days)


class ChangeForm(forms.Form):
    """Another day, another person, or both."""

    due_on = DayField(label="By when")
    person = person_field()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, step: AgreedStep, today: date, **kwargs):
        super().__init__(*args, initial={"due_on": step.due_on, "person": step.person_id, "seen": step.seen}, **kwargs)
        self.fields["person"].queryset = people_of(step.partner)
        # What is late already may keep its day.
        first = min(today, step.due_on)
        days = {"min": first.isoformat(), "max": (today + timedelta(days=LONGEST)).isoformat()}
        self.fields["due_on"].widget.attrs.update(days)
