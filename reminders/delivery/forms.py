"""Shapes of what people choose about their mail."""

from django import forms
from django.utils.html import escape

from partners.forms import time_zones
from partners.models import User
from reminders.actions.preferring import nobody_else
from reminders.rules import RULES
from reminders.states import Rule
from reminders.ways import LANGUAGES, MOST_A_DAY, Way

ALL_WAYS = [(way.value, way.label) for way in (Way.DIGEST, Way.AT_ONCE, Way.WEEKLY, Way.OFF)]


class PreferencesForm(forms.Form):
    """A way for each rule, as `rule_<code>`, and how mail reaches the person.

    `last` says for which rules nobody else reads, by partner: of these "no mail" is not offered.
    """

    time_zone = forms.ChoiceField(label="Your time zone", required=False)
    language = forms.ChoiceField(
        label="Dates and amounts as in",
        required=False,
        choices=[*LANGUAGES.items()],
        help_text="How the mail writes them, as in 30.11.2026 and 5.000,00 €. Its words are English.",
    )
    most_a_day = forms.TypedChoiceField(
        label="Mails a day at most",
        coerce=int,
        choices=[(n, f"{n}" if n > 1 else "1: the day's mail") for n in range(1, MOST_A_DAY + 1)],
        help_text="What is over waits for the next day's mail.",
    )

    def __init__(self, *args, user: User, rules: list[Rule], last: dict[Rule, list[str]], home_zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules = rules
        zone = f"That of your company ({home_zone})" if home_zone else "That of your company"
        self.fields["time_zone"].choices = [("", zone), *time_zones()]
        for rule in rules:
            # Who chose "no mail" while others read it keeps that: it waits until somebody reads again.
            kept = self.initial.get(f"rule_{rule}") == Way.OFF
            self.fields[f"rule_{rule}"] = forms.ChoiceField(
                label=rule.label,
                widget=forms.Select(attrs={"class": "form-select"}),
                choices=ALL_WAYS if kept or rule not in last else ALL_WAYS[:-1],
                error_messages={"invalid_choice": nobody_else(last[rule])} if rule in last else None,
                help_text=self.words(rule, last, kept),
            )

    def words(self, rule: Rule, last: dict[Rule, list[str]], kept: bool) -> str:
        if rule not in last:
            return ""
        where = escape(" and ".join(last[rule]))  # crispy takes a help text for HTML
        if kept:
            return f"Nobody else at {where} is mailed of this money now, so it stands in your day's mail."
        return f"Nobody else at {where} is mailed of this money, so it can't be switched off."

    def groups(self):
        """(heading, its fields) of each kind of rule that there is."""
        found = {"Money that lapses": [], "What waits": [], "News": []}
        for rule in self.rules:
            spec = RULES.get(rule)
            heading = "News" if spec is None or spec.news else "Money that lapses" if spec.lapses else "What waits"
            found[heading].append(self[f"rule_{rule}"])
        return [(heading, fields) for heading, fields in found.items() if fields]

    @property
    def ways(self) -> dict[Rule, Way]:
        return {rule: Way(self.cleaned_data[f"rule_{rule}"]) for rule in self.rules}
