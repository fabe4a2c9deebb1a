"""The editor's steps about what a program promises: its numbers and wording, and the activities that it pays for."""

from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms

from programs.activities import ActivityKind, Figure, Shows
from programs.forms.fields import MoneyField, SeenForm, bare_helper
from programs.models import Activity, Program, Terms
from programs.states import TERMS, ProgramKind

# The editor's groups of terms: the heading, its rows of fields, and the kinds of program that have it (None: every one).
MONEY = frozenset(ProgramKind) - {ProgramKind.RESOURCES}
Group = tuple[str, tuple[tuple[str, ...], ...], frozenset[ProgramKind] | None]
GROUPS: tuple[Group, ...] = (
    ("What it is for", (("wording",),), None),
    ("What you pay back", (("reimbursement_percent", "least_claim"), ("tax_included",)), MONEY),
    (
        "Before an activity",
        (("lead_days", "lead_unit"), ("activity_days", ""), ("preapproval",)),
        MONEY,
    ),
    ("After it", (("claim_window_days", "claim_window_from"), ("pay_days", "termination_days")), MONEY),
    ("How it is decided", (("review_days", "dispute_days"), ("second_approval_over", "")), MONEY),
    (
        "How it is earned",
        (("accrual_percent", "earning_months"), ("accrual_cap", "")),
        frozenset({ProgramKind.COOP}),
    ),
    ("How long money lasts", (("aging_months", "extension_days"), ("forfeits_at_period_end",)), MONEY),
)


class TermsForm(SeenForm):
    """A version of a program's terms that is not published yet. It asks only for what a program of this kind has."""

    least_claim = MoneyField(
        label="Smallest claim", required=False, help_text="Claims that ask for less are not taken. Empty: any amount."
    )
    second_approval_over = MoneyField(
        label="A second person approves what is over",
        required=False,
        help_text="Requests and claims for more than this are approved by two people. Empty: one is enough.",
    )
    accrual_cap = MoneyField(
        label="Most that a partner earns in a period", required=False, help_text="Empty: no limit."
    )

    class Meta:
        model = Terms
        fields = TERMS
        widgets = {"wording": forms.Textarea(attrs={"rows": 9})}
        labels = {
            "wording": "Terms, in your words",
            "reimbursement_percent": "Reimbursement rate, %",
            "tax_included": "Amounts include tax",
            "preapproval": "Every activity is approved in advance",
            "lead_days": "Pre-approval lead time",
            "lead_unit": "Counted in",
            "activity_days": "Usual length of an activity, days",
            "claim_window_days": "Claim window, days",
            "claim_window_from": "Counted from",
            "review_days": "Claims are decided within, days",
            "dispute_days": "Days to dispute a decision",
            "pay_days": "You pay within, days",
            "extension_days": "Extension limit, days",
            "termination_days": "Claims after the partnership ends, days",
            "aging_months": "Money may be used for, months",
            "forfeits_at_period_end": "What is left lapses with the budget's period",
            "accrual_percent": "Earned on sales, %",
            "earning_months": "A period lasts",
        }

    def __init__(self, *args, program: Program, **kwargs):
        super().__init__(*args, **kwargs)
        parts = []
        asked = {"seen"}
        for heading, rows, kinds in GROUPS:
            if kinds is None or program.kind in kinds:
                asked |= {name for row in rows for name in row}
                laid_out = [Row(*(Column(name) for name in row)) if len(row) > 1 else row[0] for row in rows]
                parts.append(Fieldset(heading, *laid_out, css_class="form-part"))
        for name in set(self.fields) - asked:
            del self.fields[name]
        for name in ("least_claim", "second_approval_over", "accrual_cap"):
            if name in self.fields:
                self.fields[name].currency = program.currency
        self.helper = bare_helper(*parts, "seen")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        earns, period = cleaned.get("accrual_percent"), cleaned.get("earning_months")
        if earns is not None and not period and "earning_months" not in self.errors:
            self.add_error("earning_months", "Choose over how long sales are added up.")
        if cleaned.get("accrual_cap") and earns is None and "accrual_percent" not in self.errors:
            self.add_error("accrual_percent", "Say what share of their sales partners earn: the most follows from it.")
        return cleaned


AMOUNTS = ("claim_cap", "period_cap", "person_cap", "least")


class ActivityForm(SeenForm):
    """A type of activity that the program pays for. Whatever is left empty follows the program's own terms."""

    least = MoneyField(label="At least, per claim", required=False)
    claim_cap = MoneyField(label="At most, per claim", required=False)
    period_cap = MoneyField(label="At most, per period", required=False)
    person_cap = MoneyField(label="At most, per person", required=False)
    proofs = forms.MultipleChoiceField(
        choices=Shows, required=False, widget=forms.CheckboxSelectMultiple, label="What a claim must prove"
    )
    figures = forms.MultipleChoiceField(
        choices=Figure, required=False, widget=forms.CheckboxSelectMultiple, label="Results to report afterwards"
    )

    class Meta:
        model = Activity
        fields = (
            "name",
            "kind",
            "rate",
            "least",
            "claim_cap",
            "period_cap",
            "period_cap_percent",
            "period_cap_rule",
            "person_cap",
            "most_people",
            "activity_days",
            "lead_days",
            "proofs",
            "figures",
            "eligible",
            "ineligible",
        )
        widgets = dict.fromkeys(("eligible", "ineligible"), forms.Textarea(attrs={"rows": 4}))
        labels = {
            "kind": "Type",
            "rate": "Rate of its own, %",
            "period_cap_percent": "Or a share of what was earned, %",
            "period_cap_rule": "Where both are set, this holds",
            "most_people": "People at most",
            "activity_days": "Usual length, days",
            "lead_days": "Pre-approval lead time",
            "eligible": "What you pay for",
            "ineligible": "What you don't pay for",
        }
        error_messages = {"name": {"required": "Give the activity a name."}, "kind": {"required": "Choose a type."}}

    def __init__(self, *args, program: Program, **kwargs):
        super().__init__(*args, **kwargs)
        for name in AMOUNTS:
            self.fields[name].currency = program.currency
        self.helper = bare_helper(
            Fieldset("What it is", Row(Column("name"), Column("kind")), css_class="form-part"),
            Fieldset(
                "What you pay back",
                Row(Column("rate"), Column("least")),
                Row(Column("claim_cap"), Column("period_cap")),
                Row(Column("period_cap_percent"), Column("period_cap_rule")),
                Row(Column("person_cap"), Column("most_people")),
                css_class="form-part",
            ),
            Fieldset("Time", Row(Column("activity_days"), Column("lead_days")), css_class="form-part"),
            Fieldset("What a claim shows", "proofs", "figures", css_class="form-part form-choices"),
            Fieldset("Expenses", Row(Column("eligible"), Column("ineligible")), css_class="form-part"),
            "seen",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        least = cleaned.get("least")
        for name in ("claim_cap", "period_cap", "person_cap"):
            if least and cleaned.get(name) is not None and cleaned[name] < least:
                self.add_error(name, "That is below what a claim must at least ask for.")
        if cleaned.get("most_people") and not cleaned.get("person_cap") and "person_cap" not in self.errors:
            self.add_error("person_cap", "Say how much a person may cost, or leave the number of people empty.")
        return cleaned


class LibraryForm(forms.Form):
    """Which activities to take from the library."""

    kinds = forms.MultipleChoiceField(
        choices=ActivityKind,
        widget=forms.CheckboxSelectMultiple,
        label="Take from the library",
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose from the list."},
    )
