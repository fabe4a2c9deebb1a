"""What an owner types of sales people and their targets."""

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from partners.forms import LineField
from partners.models import User
from plans.models import SalesPerson, SalesTarget
from plans.quarters import Quarter, choices, quarter_of
from plans.target_figures import AMOUNTS, FIGURES, MOST_COUNTED
from programs.forms import MoneyField, bare_helper, currency_choices

OUT_OF_DATE = "This page was out of date. Look at what stands here and send it again."
EARLIER, LATER = 8, 4


def quarter_choices(today: date, *more: Quarter | None) -> list[tuple[str, str]]:
    """The two years before today and the year after it, the latest first."""
    around = {quarter_of(today).after(n) for n in range(-EARLIER, LATER + 1)} | {q for q in more if q is not None}
    return choices(sorted(around, reverse=True))


class QuarterForm(forms.Form):
    """Which quarter is looked at."""

    quarter = forms.ChoiceField(label="Quarter")

    def __init__(self, *args, today: date, chosen: Quarter, **kwargs):
        super().__init__(*args, initial={"quarter": chosen.key}, **kwargs)
        self.fields["quarter"].choices = quarter_choices(today, chosen)


class SheetForm(QuarterForm):
    """Which targets are set: of a quarter, in a currency."""

    currency = forms.ChoiceField(label="Currency", choices=currency_choices)

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["currency"] = currency


class VersionField(forms.IntegerField):
    """Hidden: the version that was seen."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=2**31 - 1, **kwargs)


def check_version(form: forms.Form) -> None:
    if "version" in form.errors:
        del form.errors["version"]
        raise ValidationError(OUT_OF_DATE)


class TargetForm(forms.Form):
    """One person's target of a quarter. What is left empty is not expected."""

    version = VersionField(initial=0)

    def __init__(self, *args, person: SalesPerson, currency: str, target: SalesTarget | None = None, **kwargs):
        initial = {"version": target.version if target else 0}
        if target:
            initial |= {name: amount for name, amount in target.figures.items() if amount}
        super().__init__(*args, prefix=f"p{person.pk}", initial=initial, **kwargs)
        self.person, self.notes = person, []
        for name, label in FIGURES.items():
            field: forms.Field = (
                MoneyField(currency, least=0, required=False)
                if name in AMOUNTS
                else forms.IntegerField(required=False, min_value=0, max_value=MOST_COUNTED)
            )
            field.label = label
            css = "form-control money" if name in AMOUNTS else "form-control"
            field.widget.attrs |= {"class": css, "autocomplete": "off", "aria-label": f"{person.name}: {label}"}
            self.fields[name] = field

    def clean(self):
        check_version(self)
        return self.cleaned_data

    def fill(self, expected: Mapping[str, int]) -> None:
        """Put in what is expected where nothing is typed: to be looked at, and kept by the next click."""
        self.data = self.data.copy()
        for name, amount in expected.items():
            if amount and not self.data.get(self.add_prefix(name), "").strip():
                self.data[self.add_prefix(name)] = self.fields[name].prepare_value(amount)

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[name] for name in FIGURES]

    @property
    def figures(self) -> dict[str, int]:
        """As typed, or as they stand; what is wrong counts as nothing."""
        values: Mapping = (
            self.cleaned_data if self.is_bound and self.is_valid() else {} if self.is_bound else self.initial
        )
        return {name: values.get(name) or 0 for name in FIGURES}


class SalesPersonForm(forms.Form):
    name = LineField(label="Name", max_length=100)
    user = forms.ModelChoiceField(
        label="Account",
        queryset=User.objects.none(),
        required=False,
        empty_label="No account",
        help_text="With an account, the results of what they file count for them, and they see their own targets.",
    )

    def __init__(self, *args, accounts: Iterable[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts
        self.helper = bare_helper()


class ChangedPersonForm(SalesPersonForm):
    sells = forms.BooleanField(
        label="Sells for you", required=False, help_text="Whoever left keeps what was reached and earned before."
    )
    version = VersionField()

    def clean(self):
        check_version(self)
        return self.cleaned_data
