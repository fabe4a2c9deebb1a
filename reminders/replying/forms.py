"""Shapes of answers."""

from datetime import date

from django import forms
from django.utils.formats import date_format

from partners.models import User
from reminders.actions.replying import colleagues_for
from reminders.models import Reminder
from reminders.replying.states import Later

IN_WORDS = {Later.TOMORROW: "Tomorrow", Later.WEEK: "In a week", Later.BEFORE: "A week before its last day"}


class LaterForm(forms.Form):
    """Which of the days that it may be put off until; `days` are those that there are."""

    when = forms.ChoiceField(
        label="Remind me",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a day.", "invalid_choice": "That day is too late now. Choose another."},
    )

    def __init__(self, *args, days: dict[Later, date], **kwargs):
        super().__init__(*args, initial={"when": next(iter(days), None)}, **kwargs)
        self.fields["when"].choices = [
            (when.value, f"{IN_WORDS[when]}: {date_format(day, 'l, j F')}") for when, day in days.items()
        ]


class HandForm(forms.Form):
    to = forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
        error_messages={
            "required": "Choose who does it.",
            "invalid_choice": "That person can't do it. Choose another colleague.",
        },
    )

    def __init__(self, *args, reminder: Reminder, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues_for(reminder, user)
