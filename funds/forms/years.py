"""Shapes of what people type about a vendor's year: plan it, change its amount, put a budget in it, move money."""

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError

from funds.forms.moving import MoneyForm, YearField
from funds.models import Budget, Year
from programs.forms import DayField, KeyField, bare_helper, currency_choices
from programs.money import MoneyError, parse


class YearDaysForm(forms.ModelForm):
    """A year's name and days."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Until")

    class Meta:
        model = Year
        fields = ["name", "starts_on", "ends_on"]
        help_texts = {"name": "As in 2027, or FY27."}
        error_messages = {"name": {"required": "Give the year a name."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("name", Row(Column("starts_on"), Column("ends_on")))

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Year.objects.filter(vendor=self.instance.vendor_id, name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("You have a year of this name. Give this one another.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day comes before the first.")
        elif first and last and (last - first).days > 731:
            self.add_error("ends_on", "That is more than two years. Check the days.")
        return cleaned


class YearForm(YearDaysForm):
    """A new year of a vendor's money. Sent twice, it is refused by its name."""

    currency = forms.ChoiceField(
        choices=currency_choices, help_text="It stays. A year in another currency is one of its own."
    )
    amount = forms.CharField(
        label="Planned",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "money", "inputmode": "decimal", "autocomplete": "off"}),
        help_text="What you plan to spend in all, as in 250,000.00. You can top it up later.",
    )
    key = KeyField()

    class Meta(YearDaysForm.Meta):
        fields = ["name", "currency", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(
            Row(Column("name"), Column("currency")), Row(Column("starts_on"), Column("ends_on")), "amount", "key"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "key" in self.errors:
            del self._errors["key"]
            self.add_error(None, "This page was out of date. Look at what stands here and send it again.")
        if "currency" in cleaned and "amount" in cleaned:
            cleaned["amount"] = self.amount_in(cleaned["currency"], cleaned["amount"].strip())
        return cleaned

    def amount_in(self, currency: str, text: str) -> int:
        """Minor units: the currency is typed beside it, so it is read last."""
        try:
            amount = parse(text, currency) if text else 0
        except MoneyError as error:
            self.add_error("amount", str(error))
            return 0
        if amount < 0:
            self.add_error("amount", "Enter the amount without a minus.")
        return amount


class PutInYearForm(forms.Form):
    """The year that a budget stands in."""

    year = YearField(
        queryset=Year.objects.none(),
        required=False,
        empty_label="None: it stands by itself",
        error_messages={"invalid_choice": "Choose one of your years."},
    )

    def __init__(self, *args, budget: Budget, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].queryset = Year.objects.for_program(budget.program)
        self.fields["year"].initial = budget.year_id
        self.helper = bare_helper()


class BudgetField(forms.ModelChoiceField):
    def label_from_instance(self, budget: Budget) -> str:
        return f"{budget.program.name} · {budget.name}"


def beside(budget: Budget):
    """The open budgets that money of this one may move to: of the same vendor and currency."""
    program = budget.program
    others = Budget.objects.filter(program__vendor=program.vendor_id, program__currency=program.currency)
    return (
        others.filter(closed_at=None).exclude(pk=budget.pk).select_related("program").order_by("program__name", "name")
    )


class MoveMoneyForm(MoneyForm):
    """Money from one budget to another, with the reason that stands in both histories."""

    target = BudgetField(
        label="To",
        queryset=Budget.objects.none(),
        empty_label="Choose a budget",
        error_messages={"required": "Choose a budget.", "invalid_choice": "Choose one of your open budgets."},
    )
    field_order = ["target", "amount", "reason", "key"]

    def __init__(self, *args, budget: Budget, **kwargs):
        super().__init__(
            *args,
            currency=budget.program.currency,
            reason_for="Whoever looks at the history of either budget",
            **kwargs,
        )
        self.fields["target"].queryset = beside(budget)
