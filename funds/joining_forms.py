"""Shapes of what people type about the money that joining brings, and about adding partners."""

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from funds.forms import PartnerField, partner_options
from funds.models import Budget
from funds.starting import StartingPlan
from programs.forms import MoneyField, SuggestInput, bare_helper
from programs.models import Program, Tier


class StartingForm(forms.Form):
    """What partners start with: an amount for each tier, and for those without one. All empty: nothing."""

    budget = forms.ModelChoiceField(
        label="From the budget", queryset=Budget.objects.none(), required=False, empty_label="Joining brings no money"
    )
    fund_name = forms.CharField(
        label="Name of the fund", max_length=120, required=False, help_text="The partner sees it in its list."
    )
    months = forms.IntegerField(
        label="Usable for, months",
        min_value=1,
        max_value=36,
        required=False,
        help_text="From the day on which it joins. Empty: until the program ends.",
    )

    def __init__(self, data=None, *, program: Program, plan: StartingPlan | None, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["budget"].queryset = Budget.objects.filter(program=program, closed_at=None)
        self.fields["budget"].label_from_instance = lambda budget: budget.name
        self.fields["budget"].initial = plan and plan.budget_id
        self.fields["fund_name"].initial = plan.name if plan else program.name
        self.fields["months"].initial = plan and plan.months
        set_before = {row.tier_id: row.amount for row in plan.amounts.all()} if plan else {}
        self.amounts: dict[str, int | None] = {}
        tiers = [(None, "Partners without a tier"), *program.vendor.tiers.values_list("pk", "name")]
        for tier_id, name in tiers:
            field = f"amount_{tier_id or 0}"
            label = name if len(tiers) > 1 else "Every partner"
            self.fields[field] = MoneyField(
                program.currency, label=label, required=False, initial=set_before.get(tier_id)
            )
            self.amounts[field] = tier_id
        columns = [Column(name) for name in self.amounts]
        columns += [Column() for _ in range(-len(columns) % 3)]
        pairs = [Row(*columns[at : at + 3]) for at in range(0, len(columns), 3)]
        self.helper = bare_helper()
        self.helper.layout = Layout(
            Fieldset(
                "What joining brings",
                Row(Column("budget"), Column("fund_name"), Column("months")),
                *pairs,
                css_class="form-part",
            )
        )

    def clean(self):
        cleaned = self.cleaned_data
        given = {tier_id: cleaned[name] for name, tier_id in self.amounts.items() if cleaned.get(name)}
        if given and not cleaned.get("budget") and "budget" not in self.errors:
            self.add_error("budget", "Choose the budget that this money comes from.")
        if cleaned.get("budget") and not given and not any(name in self.errors for name in self.amounts):
            self.add_error(
                "budget", "Enter an amount below for at least one tier, or choose that joining brings no money."
            )
        if cleaned.get("budget") and not cleaned.get("fund_name") and "fund_name" not in self.errors:
            self.add_error("fund_name", "Give the fund a name.")
        cleaned["given"] = given
        return cleaned


class AddPartnerForm(forms.Form):
    """A partner that the vendor takes up: into a tier, a program, or both."""

    partner = PartnerField(widget=SuggestInput(), help_text="Type any part of the name.")
    tier = forms.ModelChoiceField(label="Tier", queryset=Tier.objects.none(), required=False, empty_label="None")
    program = forms.ModelChoiceField(
        label="Add it to the program", queryset=Program.objects.none(), required=False, empty_label="None"
    )

    def __init__(self, data=None, *, vendor, programs, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["partner"].widget.options = partner_options()
        self.fields["tier"].queryset = vendor.tiers.all()
        self.fields["program"].queryset = programs
        self.helper = bare_helper("partner", Row(Column("tier"), Column("program")))

    def clean(self):
        cleaned = self.cleaned_data
        if cleaned.get("partner") and not self.errors and not cleaned.get("tier") and not cleaned.get("program"):
            self.add_error(
                "tier", "Choose a tier, a program, or both: without any there is nothing to add the partner to."
            )
        return cleaned
