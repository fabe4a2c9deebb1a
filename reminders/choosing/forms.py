"""Shapes of what companies and people choose."""

from django import forms
from django.core.exceptions import ValidationError

from partners.models import Company, User
from partners.states import Kind
from programs.forms import DayField, MoneyField
from programs.models import Program
from reminders.actions.choosing import adds, colleagues, refusal, rules_of
from reminders.models import Threshold, Timing
from reminders.rules import RULES
from reminders.states import Rule


class DaysField(forms.CharField):
    """ "60, 30, 14" cleaned to [60, 30, 14]. Days before the day itself; with a minus, after it."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=80, **kwargs)

    def clean(self, value):
        text = super().clean(value).replace("−", "-").replace(";", ",")
        try:
            return [int(part) for part in text.replace(",", " ").split()]
        except ValueError:
            raise ValidationError("Whole numbers of days, please, as in 60, 30, 14.") from None


def written(leads) -> str:
    return ", ".join(str(lead).replace("-", "−") for lead in leads)


class TimingsForm(forms.Form):
    """A field of days for each rule of the company, as `days_<code>`; of a vendor also what is much money, by currency."""

    def __init__(self, *args, company: Company, **kwargs):
        self.company, self.rules = company, rules_of(company)
        chosen = {Rule(t.rule): t.leads for t in Timing.objects.filter(company=company)}
        initial = {f"days_{rule}": written(leads) for rule, leads in chosen.items()}
        self.currencies = currencies_of(company)
        amounts = dict(Threshold.objects.filter(vendor=company.pk).values_list("currency", "amount"))
        initial |= {f"much_{currency}": amount for currency, amount in amounts.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for rule in self.rules:
            usual = written(RULES[rule].leads)
            self.fields[f"days_{rule}"] = DaysField(
                label=rule.label,
                widget=forms.TextInput(
                    attrs={"class": "form-control", "placeholder": "" if adds(company, rule) else usual}
                ),
                help_text=f"Partners have {usual}" if adds(company, rule) else f"Usually {usual}",
            )
        for currency in self.currencies:
            self.fields[f"much_{currency}"] = MoneyField(currency, required=False, label=f"In {currency}")

    def clean(self):
        for rule in self.rules:
            leads = self.cleaned_data.get(f"days_{rule}")
            if leads and (words := refusal(self.company, rule, leads)):
                self.add_error(f"days_{rule}", words)
        return self.cleaned_data

    def groups(self):
        """(heading, its fields) of each kind of rule that there is."""
        found: dict[str, list] = {"Money that lapses": [], "What waits": []}
        own = [rule for rule in self.rules if not adds(self.company, rule)]
        theirs = [rule for rule in self.rules if adds(self.company, rule)]
        for rule in own:
            found["Money that lapses" if RULES[rule].lapses else "What waits"].append(self[f"days_{rule}"])
        if theirs:
            found["What your partners are told, besides the days that they have"] = [
                self[f"days_{rule}"] for rule in theirs
            ]
        return [(heading, fields) for heading, fields in found.items() if fields]

    def much(self):
        return [self[f"much_{currency}"] for currency in self.currencies]


def currencies_of(company: Company) -> list[str]:
    if company.kind != Kind.VENDOR:
        return []
    return sorted(Program.objects.filter(vendor=company.pk).order_by().values_list("currency", flat=True).distinct())


class AwayForm(forms.Form):
    delegate = forms.ModelChoiceField(
        label="Who hears in your place",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
        error_messages={"required": "Choose who hears of it meanwhile."},
    )
    from_on = DayField(label="Away from")
    until_on = DayField(label="Until")

    def __init__(self, *args, user: User, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = colleagues(user, company)
