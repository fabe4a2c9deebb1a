"""How a budget is to be shared out among many partners."""

from datetime import date
from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max

from funds.formulas import Formula, takes_part
from funds.grants import limits, usual_claim_by, usual_last_day, wrong_days
from funds.models import Budget
from partners.directory import Directory
from partners.exports import FORMULA
from partners.models import Partner
from partners.tables import MOST_ROWS
from programs.forms import DayField, KeyField, MoneyField, bare_helper
from programs.models import Tier
from programs.money import show

EVERYBODY, NAMED = "all", "named"
FAULTS_SHOWN = 5


class EarlierField(forms.ModelChoiceField):
    def label_from_instance(self, budget: Budget) -> str:
        return f"{budget.program.name} · {budget.name}"


def earlier_than(budget: Budget):
    """Budgets of the vendor in the same currency that something was granted from: this program's first, latest first."""
    program = budget.program
    others = Budget.objects.filter(program__vendor=program.vendor_id, program__currency=program.currency)
    granted = others.exclude(pk=budget.pk).filter(allocations__isnull=False).distinct()
    return granted.select_related("program").order_by("program__name", "-starts_on", "pk")


def weight_name(tier: Tier | None) -> str:
    return f"weight_{tier.pk}" if tier else "weight_none"


def weight_field(tier: Tier | None, place: int) -> forms.IntegerField:
    """Optional, as it matters for one formula only; empty counts as 0."""
    return forms.IntegerField(
        label=tier.name if tier else "No tier", required=False, min_value=0, max_value=1000, initial=place
    )


class FormulaForm(forms.Form):
    """Its key makes it once: sent again, it names the same references."""

    amount = MoneyField(label="Amount to share out")
    formula = forms.ChoiceField(
        label="Shares",
        choices=Formula,
        initial=Formula.EQUAL,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how to share it out."},
    )
    earlier = EarlierField(
        label="The earlier budget",
        queryset=Budget.objects.none(),
        required=False,
        empty_label="Choose a budget",
        help_text="Use is what partners claimed of it: claimed, approved or paid.",
        error_messages={"invalid_choice": "Choose one of your budgets."},
    )
    least = MoneyField(
        label="At least, for each",
        required=False,
        least=0,
        help_text="For those too who used nothing. What is left follows use.",
    )
    who = forms.ChoiceField(
        label="Partners",
        choices=[(EVERYBODY, "All of them"), (NAMED, "Those that I name")],
        initial=EVERYBODY,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for whom it is."},
    )
    named = forms.CharField(
        label="Their names",
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line: the company\u2019s name or its short name, as in brightpath-it.",
    )
    name = forms.CharField(
        label="Name of the funds",
        max_length=120,
        help_text="Partners see it in their list.",
        error_messages={"required": "Give the funds a name."},
    )
    expires_on = DayField(label="Last day for activities")
    claim_by = DayField(label="Last day to file a claim", required=False)
    key = KeyField()

    def __init__(self, *args, budget: Budget, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        program = budget.program
        self.program, self.budget, self.today = program, budget, today
        left, everybody = show(budget.unallocated, program.currency), takes_part(program).count()
        self.fields["amount"].currency = self.fields["least"].currency = program.currency
        self.fields["amount"].initial = budget.unallocated or None
        self.fields["amount"].help_text = f"{left} of this budget is not granted yet."
        self.fields["earlier"].queryset = earlier_than(budget)
        self.fields["earlier"].initial = self.usual_earlier(budget)
        self.fields["who"].choices = [
            (EVERYBODY, f"All {everybody} that have joined this program, or had a fund in it"),
            (NAMED, "Those that I name"),
        ]
        self.fields["name"].initial = program.name
        self.fields["expires_on"].initial = usual_last_day(program, budget, today)
        if limit := min(limits(program, budget, today), default=None):
            self.fields["expires_on"].help_text = f"{limit.words}."
        self.tiers: list[Tier | None] = [None, *program.vendor.tiers.order_by("rank")]
        for place, tier in enumerate(self.tiers):
            self.fields[weight_name(tier)] = weight_field(tier, place)
        if len(self.tiers) == 1:
            self.fields["formula"].choices = [choice for choice in Formula.choices if choice[0] != Formula.TIER]
        window = program.current_terms.claim_window_days
        self.fields["claim_by"].help_text = f"Empty: {window} days after the last day for activities."
        self.helper = bare_helper(
            Fieldset("How much, and how", "amount", "formula", css_class="form-part"),
            *self.weights_part(),
            Fieldset("Where use counts", Row(Column("earlier"), Column("least")), css_class="form-part"),
            Fieldset("For whom", "who", "named", css_class="form-part"),
            Fieldset("The funds", "name", Row(Column("expires_on"), Column("claim_by")), css_class="form-part"),
            "key",
        )

    def weights_part(self) -> list[Fieldset]:
        """A weight for each tier; nothing for a vendor that has none."""
        if len(self.tiers) == 1:
            return []
        columns = [Column(weight_name(tier)) for tier in self.tiers]
        rows = [Row(*columns[place : place + 4]) for place in range(0, len(columns), 4)]
        words = HTML('<p class="soft">Weight 2 gets twice what weight 1 gets, weight 0 gets nothing.</p>')
        return [Fieldset("Where tiers count", words, *rows, css_class="form-part")]

    @property
    def weights(self) -> dict[Tier | None, int]:
        return {tier: self.cleaned_data.get(weight_name(tier)) or 0 for tier in self.tiers}

    def usual_earlier(self, budget: Budget) -> int | None:
        """The program's own last period before this one."""
        own = self.fields["earlier"].queryset.filter(program=budget.program_id, starts_on__lt=budget.starts_on)
        latest = own.aggregate(latest=Max("starts_on"))["latest"]
        return own.filter(starts_on=latest).values_list("pk", flat=True).first()

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if FORMULA.match(name):
            raise ValidationError(f"This begins with {name[:1]} as a formula does. Write plain text.")
        return name

    def clean_named(self) -> list[Partner]:
        """The partners, each once, in the order of their lines."""
        if self.data.get(self.add_prefix("who")) != NAMED:
            return []
        lines = [text.strip() for text in self.cleaned_data["named"].splitlines()]
        texts = [(number, text) for number, text in enumerate(lines, 1) if text]
        if not texts:
            raise ValidationError("Name at least one partner.")
        if len(texts) > MOST_ROWS:
            raise ValidationError(f"These are more than {MOST_ROWS:,} partners. Grant them in two steps.")
        directory = Directory(text[:200] for _, text in texts)
        found = [(number, directory.find(text)) for number, text in texts]
        faults = [f"Line {number}: {words}" for number, words in found if isinstance(words, str)]
        if faults:
            more = [f"And {len(faults) - FAULTS_SHOWN} more lines."] if len(faults) > FAULTS_SHOWN else []
            raise ValidationError(faults[:FAULTS_SHOWN] + more)
        return list({partner.pk: partner for _, partner in found}.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "key" in self.errors:
            del self._errors["key"]
            self.add_error(None, "This page was out of date. Look at what stands here and send it again.")
        if cleaned.get("formula") == Formula.USE and "earlier" not in self.errors and not cleaned.get("earlier"):
            self.add_error("earlier", "Choose the budget whose use counts.")
        if cleaned.get("who") == EVERYBODY:
            cleaned["named"] = list(takes_part(self.program)[: MOST_ROWS + 1])
            if len(cleaned["named"]) > MOST_ROWS:
                self.add_error(
                    "who", f"These are more than {MOST_ROWS:,} partners. Name a part of them, or use a file."
                )
        expires_on = cleaned.get("expires_on")
        if expires_on and "claim_by" not in self.errors:
            claim_by = cleaned.get("claim_by") or usual_claim_by(self.program, expires_on)
            days = {"expires_on": expires_on, "claim_by": claim_by}
            wrong = wrong_days(self.program, self.budget, **days, today=self.today)
            for field, words in wrong.items():
                self.add_error(field, words)
        return cleaned
