"""Shapes of what people type about budgets and funds."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from funds.actions import misfit, overlap, overlapping
from funds.grants import Grant, limits, usual_claim_by, usual_last_day, wrong_days
from funds.models import Allocation, Budget, Year
from funds.sales_files import LARGEST_FILE, MOST_LINES, sniff
from partners.models import Partner
from partners.tables import FileRefused
from programs.forms import DayField, MoneyField, OnceForm, SuggestInput, bare_helper
from programs.money import show

# How many companies a field suggests; any other is still found by its exact name.
SUGGESTED = 2000


class YearField(forms.ModelChoiceField):
    def label_from_instance(self, year: Year) -> str:
        return f"{year.name}: {date_format(year.starts_on)} to {date_format(year.ends_on)}"


class BudgetForm(forms.ModelForm):
    """A new period of a program's money, in a year of its vendor or by itself."""

    year = YearField(
        queryset=Year.objects.none(),
        required=False,
        empty_label="None: it stands by itself",
        help_text="Its budgets never hold more than the year has.",
        error_messages={"invalid_choice": "Choose one of your years."},
    )

    starts_on = DayField(label="From")
    ends_on = DayField(label="Until")

    class Meta:
        model = Budget
        fields = ["name", "year", "starts_on", "ends_on"]
        help_texts = {"name": "As in 2027, first half."}
        error_messages = {"name": {"required": "Give the budget a name."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].queryset = Year.objects.for_program(self.instance.program)
        self.helper = bare_helper("name", "year", Row(Column("starts_on"), Column("ends_on")))

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Budget.objects.filter(program=self.instance.program_id, name=name).exists():
            raise ValidationError("This program has a budget of this name. Give this one another.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        program = self.instance.program
        if first and last and last < first:
            self.add_error("ends_on", "The last day comes before the first.")
        elif first and last and (last < program.starts_on or first > program.ends_on):
            self.add_error(
                "starts_on",
                f"The program runs from {date_format(program.starts_on)} until {date_format(program.ends_on)}: "
                "a budget for another time would help nobody.",
            )
        elif first and last:
            self.check_place(Budget(program=program, starts_on=first, ends_on=last), cleaned.get("year"))
        return cleaned

    def check_place(self, budget: Budget, year: Year | None) -> None:
        """Beside the program's other budgets, and within its year."""
        if other := overlapping(budget):
            self.add_error("starts_on", overlap(other))
        if year and (words := misfit(year, budget)):
            self.add_error("year", words)


class MoneyForm(OnceForm):
    """An amount to be moved, with a reason. `currency` is the program's; `reason_for` names its reader, "" makes it optional."""

    amount = MoneyField(label="Amount")
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args, currency: str, reason_for: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        reason = self.fields["reason"]
        reason.required = bool(reason_for)
        reason.help_text = f"{reason_for} reads it." if reason_for else "If you like: it stands in the history."
        self.helper = bare_helper()


class ExtendForm(forms.Form):
    """Until when a fund's activities may run now, and why."""

    until = DayField(label="Last day for activities")
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args, fund: Allocation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = fund.longest
        self.fields["until"].help_text = f"Its terms allow {date_format(fund.longest)} at most."
        self.fields["reason"].help_text = f"{fund.partner.name} reads it."
        self.helper = bare_helper()


class PartnerField(forms.CharField):
    """A partner company by its exact name or its slug."""

    default_error_messages = {"required": "Choose a partner."}

    def to_python(self, value) -> Partner | None:
        text = super().to_python(value)
        if not text:
            return None
        found = list(Partner.objects.filter(slug=text)) or list(Partner.objects.filter(name__iexact=text)[:6])
        if not found:
            raise ValidationError("There is no partner of this name. Choose one from the list.")
        if len(found) > 1:
            slugs = ", ".join(partner.slug for partner in found)
            raise ValidationError(
                f"Several partners have this name. Write the short name of the one you mean: {slugs}."
            )
        return found[0]

    def run_validators(self, value) -> None:
        """CharField's look at text; a partner is none."""

    def clean(self, value):
        text = "" if value is None else str(value)
        if "\x00" in text or len(text) > 200:
            raise ValidationError("There is no partner of this name. Choose one from the list.")
        return super().clean(text)


def partner_options() -> Iterable[tuple[str, str]]:
    """Names to choose from; where two partners share one, their slugs."""
    partners = list(Partner.objects.values_list("name", "slug")[:SUGGESTED])
    times = Counter(name.casefold() for name, _ in partners)
    return [(slug, name) if times[name.casefold()] > 1 else (name, "") for name, slug in partners]


class GrantForm(forms.Form):
    """One partner's share of a budget. Its reference makes it once: a repeated click grants nothing twice."""

    partner = PartnerField(widget=SuggestInput(), help_text="Type any part of the name.")
    amount = MoneyField()
    name = forms.CharField(
        label="Name of the fund",
        max_length=120,
        help_text="The partner sees it in its list.",
        error_messages={"required": "Give the fund a name."},
    )
    reference = forms.CharField(
        max_length=60,
        help_text="Your own number for this grant, unique in this budget.",
        error_messages={"required": "Give the grant a reference."},
    )
    expires_on = DayField(label="Last day for activities")
    claim_by = DayField(label="Last day to file a claim", required=False)

    def __init__(self, *args, budget: Budget, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        program = budget.program
        self.budget, self.today = budget, today
        last = usual_last_day(program, budget, today)
        self.fields["expires_on"].initial = last
        if limit := min(limits(program, budget, today), default=None):
            self.fields["expires_on"].help_text = f"{limit.words}."
        self.fields["partner"].widget.options = partner_options()
        self.fields["amount"].currency = program.currency
        there = show(budget.unallocated, program.currency)
        self.fields["amount"].help_text = f"{there} of this budget is not granted yet."
        window = program.terms.claim_window_days
        self.fields["claim_by"].help_text = f"Empty: {window} days after the last day for activities."
        self.helper = bare_helper(
            Row(Column("partner"), Column("amount")),
            Row(Column("name"), Column("reference")),
            Row(Column("expires_on"), Column("claim_by")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        expires_on = cleaned.get("expires_on")
        if expires_on and "claim_by" not in self.errors:
            cleaned["claim_by"] = cleaned.get("claim_by") or usual_claim_by(self.budget.program, expires_on)
            days = {"expires_on": expires_on, "claim_by": cleaned["claim_by"]}
            wrong = wrong_days(self.budget.program, self.budget, **days, today=self.today)
            for field, words in wrong.items():
                self.add_error(field, words)
        return cleaned

    def grant(self) -> Grant:
        return Grant(**self.cleaned_data)


class SalesFileForm(forms.Form):
    """A file of sales. What is in it is found out behind the scenes; here it is only looked at from outside."""

    file = forms.FileField(
        label="CSV file or Excel workbook (.xlsx)",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
        help_text=f"At most {MOST_LINES:,} lines and {LARGEST_FILE >> 20} MB.",
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file.")
        | {"empty": "The file is empty."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE >> 20} MB. Split it in two.")
        try:
            sniff(file.read(1024))
        except FileRefused as refusal:
            raise ValidationError(str(refusal)) from None
        return file
