"""Shapes of answers."""

from datetime import date

from django import forms
from django.utils.formats import date_format

from partners.forms import LineField
from partners.models import User
from reminders.actions.replying import About, colleagues_for
from reminders.replying.states import MOST_REASON, Later

IN_WORDS = {Later.TOMORROW: "Tomorrow", Later.WEEK: "In a week", Later.BEFORE: "A week before its last day"}


class LaterForm(forms.Form):
    """Which of the days that it may be put off until, and why; `days` are those that there are."""

    when = forms.ChoiceField(
        label="Remind me",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a day.", "invalid_choice": "That day is too late now. Choose another."},
    )
    reason = LineField(
        label="Why",
        max_length=MOST_REASON,
        required=False,
        help_text="Your colleagues read it beside the row.",
        error_messages={"required": "Say why, in a few words."},
    )

    def __init__(self, *args, days: dict[Later, date], needs_reason: bool = False, **kwargs):
        super().__init__(*args, initial={"when": next(iter(days), None)}, **kwargs)
        self.fields["reason"].required = needs_reason
        self.fields["when"].choices = [
            (when.value, f"{IN_WORDS[when]}: {date_format(day, 'l, j F')}") for when, day in days.items()
        ]


class ColleagueField(forms.ModelChoiceField):
    """By name. The page that a mail leads to is read without a sign-in: it gives nobody's whole address away."""

    def label_from_instance(self, user: User) -> str:
        return user.name or user.email.partition("@")[0]


class HandForm(forms.Form):
    to = ColleagueField(
        label="Who does it",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
        error_messages={
            "required": "Choose who does it.",
            "invalid_choice": "That person can't do it. Choose another colleague.",
        },
    )

    def __init__(self, *args, about: About, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues_for(about, user)
