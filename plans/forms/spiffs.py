"""What an owner types of a SPIFF."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.layout import Column
from crispy_forms.layout import Row as FormRow
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from claims.models import Claim
from partners.exports import FORMULA
from partners.forms import LineField
from plans.actions.spiffs import wrong_days
from plans.forms.targets import VersionField, check_version
from plans.models import SalesPerson, SpiffEarning
from programs.forms import DayField, MoneyField, bare_helper
from programs.models import Program

PAID_WORDS = "Where it was paid without a claim on Windfall. Leave it empty until then."


class ProgramChoice(forms.ModelChoiceField):
    def label_from_instance(self, program: Program) -> str:
        return f"{program.vendor.name}: {program.name} ({program.currency})"


class ClaimChoice(forms.ModelChoiceField):
    def label_from_instance(self, claim: Claim) -> str:
        return f"{claim.number}, {claim.title} ({claim.get_status_display()})"


class EarnedForm(forms.Form):
    """When it was earned and paid, and how much it is."""

    earned_on = DayField(label="Earned on")
    amount = MoneyField(label="Amount")
    paid_on = DayField(label="Paid on", required=False, help_text=PAID_WORDS)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, words in wrong_days(cleaned.get("earned_on"), cleaned.get("paid_on"), self.today).items():
            self.add_error(name, words)
        return cleaned


class SpiffForm(EarnedForm):
    """One that is new. The amount is in the program's currency."""

    person = forms.ModelChoiceField(label="Sales person", queryset=SalesPerson.objects.none(), empty_label="Choose")
    program = ProgramChoice(label="Program", queryset=Program.objects.none(), empty_label="Choose")
    reference = LineField(label="Sale", max_length=60, help_text="Its order or invoice number, as the vendor knows it.")

    def __init__(self, data, *args, people: QuerySet[SalesPerson], programs: QuerySet[Program], **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["person"].queryset, self.fields["program"].queryset = people, programs
        self.fields["amount"].help_text = "In the program's currency."
        self.fields["amount"].currency = self.currency_of(data, programs)
        self.helper = bare_helper(
            "person",
            "program",
            "reference",
            FormRow(Column("earned_on"), Column("amount")),
            "paid_on",
        )

    def currency_of(self, data: Mapping | None, programs: QuerySet[Program]) -> str:
        """That of the program which was chosen; none before."""
        chosen = (data or {}).get("program", "")
        known = (
            programs.filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
        )
        return known.currency if known else ""

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        if FORMULA.match(reference):
            raise ValidationError("This begins as a formula does. Write plain text.")
        return reference


class ChangedSpiffForm(EarnedForm):
    """One that stands: corrected, claimed, or paid."""

    claim = ClaimChoice(
        label="Claim",
        queryset=Claim.objects.none(),
        required=False,
        empty_label="No claim",
        help_text="The filed claim that asks for it. Once all of that claim is paid, this is paid.",
    )
    version = VersionField()

    def __init__(self, *args, spiff: SpiffEarning, claims: QuerySet[Claim], **kwargs):
        names = ("earned_on", "amount", "paid_on", "claim", "version")
        super().__init__(*args, initial={name: getattr(spiff, name) for name in names}, **kwargs)
        self.fields["amount"].currency = spiff.currency
        self.fields["claim"].queryset = claims
        self.helper = bare_helper("version", FormRow(Column("earned_on"), Column("amount")), "claim", "paid_on")

    def clean(self) -> dict[str, Any]:
        check_version(self)
        cleaned = super().clean()
        if cleaned.get("claim") and cleaned.get("paid_on"):
            self.add_error("paid_on", "Its claim tells when it is paid: leave one of the two empty.")
        return cleaned
