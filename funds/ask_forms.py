"""Shapes of what partners ask of vendors, and of the answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from funds.asks import Proposal
from funds.forms import MoneyForm, PartnerField, partner_options
from funds.grants import limits, usual_claim_by, usual_last_day, wrong_days
from funds.models import Allocation, Budget
from funds.states import DeclineReason
from partners.models import Partner
from programs.forms import DayField, MoneyField, OnceForm, SuggestInput, bare_helper
from programs.models import Program
from programs.money import show

# No answer about many funds at once is longer than this; a page of them has a quarter of it.
MOST_FUNDS = 200


def sentence(label: str, asks: str, **kwargs: Any) -> forms.CharField:
    """A few words for somebody to read; `asks` is said where they are missing."""
    rows = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=500, widget=rows, error_messages={"required": asks}, **kwargs)


class AskForm(forms.Form):
    """Until when a partner needs its fund, and why."""

    until = DayField(label="Until when do you need it?")
    why = sentence("Why?", "Say why, in a sentence: the vendor reads it.")

    def __init__(self, *args, fund: Allocation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = fund.longest
        self.fields["until"].help_text = f"The terms of this fund allow {date_format(fund.longest)} at most."
        self.fields["why"].help_text = f"{fund.program.vendor.name} reads it. What moved, and what you will do by then?"
        self.helper = bare_helper()


class GrantTimeForm(forms.Form):
    """The day that is granted: the one that was asked for, or another."""

    until = DayField(label="Last day for activities")
    answer = forms.CharField(
        label="A word to the partner, if you like",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, fund: Allocation, **kwargs):
        super().__init__(*args, prefix="grant", **kwargs)
        self.fields["until"].help_text = f"Its terms allow {date_format(fund.longest)} at most."
        self.helper = bare_helper()


class DeclineForm(forms.Form):
    """Why the answer is no."""

    code = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose a reason"), *DeclineReason.choices],
        error_messages={"required": "Choose a reason: the partner reads it."},
    )
    answer = sentence("In a sentence", "Say it in a sentence: the partner reads it.", help_text="The partner reads it.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="decline", **kwargs)
        self.helper = bare_helper()


class ExtendManyForm(forms.Form):
    """By how many days each chosen fund is extended, and why."""

    days = forms.IntegerField(
        label="By how many days?",
        min_value=1,
        max_value=730,
        initial=30,
        error_messages={"required": "Enter how many days.", "invalid": "Enter a number of days, as in 30."},
        help_text="Both deadlines of each fund move by as much.",
    )
    reason = sentence("Reason", "Say why, in a sentence.", help_text="Each partner reads it.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(Row(Column("days", css_class="col-md-4"), Column("reason")))


class ProposalForm(forms.ModelForm):
    """A plan that is ready: what, when, how much, and what will come of it."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    amount = MoneyField(label="Amount you need from the vendor")
    pipeline = MoneyField(label="Pipeline you expect", required=False, least=0)

    class Meta:
        model = Proposal
        fields = ["title", "purpose", "starts_on", "ends_on", "amount", "leads", "pipeline"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "leads": forms.TextInput(attrs={"inputmode": "numeric"}),
        }
        labels = {"title": "What do you plan?", "purpose": "What is it for?", "leads": "Leads you expect"}
        help_texts = {
            "title": "As in Cloud migration webinar.",
            "purpose": "Whom does it reach, and what makes it ready: the place, the supplier, your own share?",
            "leads": "If you know. It helps the vendor to choose.",
        }
        error_messages = {
            "title": {"required": "Give the plan a name."},
            "purpose": {"required": "Say in a few sentences what it is for."},
            "leads": {
                "invalid": "Enter a number, as in 40.",
                "min_value": "Enter a number, as in 40.",
                "max_value": "That is more than there can be.",
            },
        }

    def __init__(self, *args, program: Program, **kwargs):
        super().__init__(*args, **kwargs)
        self.program = program
        for name in ("amount", "pipeline"):
            self.fields[name].currency = program.currency
        self.helper = bare_helper(
            "title",
            "purpose",
            Row(Column("starts_on"), Column("ends_on")),
            "amount",
            Row(Column("leads"), Column("pipeline")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day comes before the first.")
        elif last and last > self.program.ends_on:
            self.add_error(
                "ends_on", f"The program ends on {date_format(self.program.ends_on)}: its money can't be used later."
            )
        return cleaned


class TransferForm(MoneyForm):
    """How much of a fund another partner gets: into a fund that it has in this budget, or into a new one."""

    partner = PartnerField(label="To", widget=SuggestInput(), help_text="Type any part of the partner's name.")
    into = forms.CharField(
        label="Into its fund, by reference",
        required=False,
        max_length=60,
        widget=SuggestInput(),
        help_text="Empty: a new fund, under the terms in force.",
    )
    expires_on = DayField(label="Last day for activities of a new fund", required=False)

    def __init__(self, *args, fund: Allocation, funds: list[Allocation], **kwargs):
        super().__init__(*args, currency=fund.currency, reason_for="Both partners", **kwargs)
        self.source, self.funds = fund, {other.reference: other for other in funds}
        self.fields["reason"].help_text = "Both partners read it, and neither learns who the other is."
        self.fields["partner"].widget.options = partner_options()
        self.fields["into"].widget.options = [(o.reference, f"{o.partner.name}: {o.name}") for o in funds]
        self.fields["amount"].help_text = f"Up to {show(fund.available, fund.currency)} is available."
        self.helper = bare_helper("key", "partner", "amount", Row(Column("into"), Column("expires_on")), "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        partner, reference = cleaned.get("partner"), cleaned.get("into")
        if partner and partner == self.source.partner:
            self.add_error("partner", "This money is that partner's already. To give it more time, extend the fund.")
        elif partner and reference:
            fund = self.funds.get(reference)
            if fund is None:
                self.add_error("into", "No other fund of this budget has this reference. Leave it empty for a new one.")
            elif fund.partner != partner:
                self.add_error("into", f"That fund is {fund.partner.name}'s.")
            cleaned["fund"] = fund
        elif partner and not cleaned.get("expires_on") and "expires_on" not in self.errors:
            self.add_error("expires_on", "Choose the new fund's last day for activities.")
        return cleaned


class RegrantForm(OnceForm):
    """Which lapsed money of a budget is taken back, and how much each ready plan gets.

    `lapsed` are funds that hold lapsed money, `plans` open proposals of the program. A fund's box names what had lapsed in it, so
    that what was seen is what is taken.
    """

    fund = forms.MultipleChoiceField(
        label="Take back",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "What had lapsed changed since you looked. Look at it as it is now."},
    )

    def __init__(self, *args, lapsed: Sequence[Allocation], plans: Sequence[Proposal], budget: Budget, **kwargs):
        super().__init__(*args, **kwargs)
        self.lapsed, self.plans, self.budget = lapsed, plans, budget
        self.fields["fund"].choices = [(box(fund), fund.partner.name) for fund in lapsed]
        for plan in plans:
            label = f"For {plan.partner.name}, {plan.title}"
            field = MoneyField(currency=plan.currency, required=False, least=0, label=label)
            field.widget.attrs["class"] = "form-control money"
            self.fields[f"plan-{plan.pk}"] = field

    @property
    def taken(self) -> dict[int, int]:
        """What is taken back, by the fund's id."""
        pairs = (value.split(":") for value in self.cleaned_data["fund"])
        return {int(pk): int(amount) for pk, amount in pairs}

    @property
    def shares(self) -> dict[int, int]:
        """What each plan gets, by its id; those that get nothing are not in it."""
        amounts = {plan.pk: self.cleaned_data.get(f"plan-{plan.pk}") for plan in self.plans}
        return {pk: amount for pk, amount in amounts.items() if amount}

    @property
    def left(self) -> int:
        """What of the budget is granted to nobody afterwards."""
        return self.budget.unallocated + sum(self.taken.values()) - sum(self.shares.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not self.taken and not self.shares:
            raise ValidationError("Tick what to take back, or give a plan an amount.")
        if self.left < 0:
            there = show(self.budget.unallocated + sum(self.taken.values()), self.budget.program.currency)
            given = show(sum(self.shares.values()), self.budget.program.currency)
            raise ValidationError(f"The plans get {given}, but only {there} is there. Take more back, or give less.")
        return cleaned


def box(fund: Allocation) -> str:
    return f"{fund.pk}:{fund.lapsed}"


class DepositForm(OnceForm):
    """The same amount for each partner in a wallet's program."""

    amount = MoneyField(label="Amount for each")
    name = forms.CharField(
        label="Name of the deposit",
        max_length=120,
        help_text="Partners see it in their list.",
        error_messages={"required": "Give the deposit a name."},
    )
    expires_on = DayField(label="Last day for activities")
    partner = forms.MultipleChoiceField(
        label="Partners",
        error_messages={
            "required": "Tick at least one partner.",
            "invalid_choice": "One of these partners is not in the program any more. Reload the page.",
        },
    )

    def __init__(self, *args, budget: Budget, partners: Sequence[Partner], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.budget, self.partners, self.today = budget, partners, today
        program = budget.program
        self.fields["amount"].currency = program.currency
        there = show(budget.unallocated, program.currency)
        self.fields["amount"].help_text = f"{there} of this budget is not granted yet."
        self.fields["name"].initial = f"Deposit Q{(today.month + 2) // 3} {today.year}"
        self.fields["expires_on"].initial = usual_last_day(program, budget, today)
        if limit := min(limits(program, budget, today), default=None):
            self.fields["expires_on"].help_text = f"{limit.words}."
        ids = [str(partner.pk) for partner in partners]
        self.fields["partner"].choices = [(pk, pk) for pk in ids]
        self.fields["partner"].initial = ids
        self.helper = bare_helper("key", Row(Column("amount"), Column("name")), Row(Column("expires_on"), Column()))

    @property
    def chosen(self) -> list[Partner]:
        ids = set(self.cleaned_data["partner"])
        return [partner for partner in self.partners if str(partner.pk) in ids]

    def clean_expires_on(self) -> date:
        day = self.cleaned_data["expires_on"]
        days = {"expires_on": day, "claim_by": usual_claim_by(self.budget.program, day)}
        for words in wrong_days(self.budget.program, self.budget, **days, today=self.today).values():
            raise ValidationError(words)
        return day
