"""Shapes of what is typed about fund requests: the partner's plan and its change, the vendor's answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory

from claims.actions.requests.filing import MOST_LINES, Entry, Plan
from claims.forms.review import SeenForm
from claims.forms.typed import TypedRows, kept
from claims.models import FundRequest
from claims.states.claims import MOST_ANSWER_DAYS
from funds.states import DeclineReason
from partners.forms import LineField
from programs.forms import DayField, MoneyField, bare_helper
from programs.models import Activity
from programs.money import show

# What is kept of a half-typed field: enough for anything that could become valid.
LONGEST_TYPED = 4000
REASONS = [("", "Choose a reason"), *DeclineReason.choices]


def text(label: str, rows: int, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def people_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label="For how many people", min_value=1, max_value=10_000, **kwargs)


class StartForm(forms.Form):
    title = LineField(
        label="What you plan",
        max_length=120,
        error_messages={"required": "Give it a title, as in Cloud evening, Berlin."},
    )


class PlanForm(StartForm):
    """All of a plan but its budget. `activities` are those of the fund's terms; where there are none, it is of no kind."""

    activity = forms.ChoiceField(
        label="What kind of activity",
        error_messages={"invalid_choice": "The terms do not name this kind. Choose again."},
    )
    plan = text("How it goes, and what it will bring", 4, 4000, required=False)
    starts_on = DayField(label="From", required=False)
    ends_on = DayField(label="Until", required=False)
    place = LineField(label="Where", max_length=160, required=False)
    audience = LineField(label="Whom it is for", max_length=300, required=False)
    people = people_field(required=False)
    leads = forms.IntegerField(label="Leads you expect", required=False, min_value=0, max_value=1_000_000)
    pipeline = MoneyField(label="Pipeline you expect", required=False, least=0)

    def __init__(self, *args, currency: str, activities: Sequence[Activity], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pipeline"].currency = currency
        self.activities = {str(activity.pk): activity for activity in activities}
        if activities:
            names = [(key, activity.name) for key, activity in self.activities.items()]
            self.fields["activity"].choices = [("", "Choose"), *names]
            self.fields["activity"].required = False
        else:
            del self.fields["activity"]
        if not any(activity.person_cap is not None for activity in activities):
            del self.fields["people"]
        for name, field in self.fields.items():
            css = {"pipeline": "form-control money", "activity": "form-select"}.get(name, "form-control")
            field.widget.attrs |= {"class": css, "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It ends before it begins.")
        return cleaned

    def stands(self, title: str) -> Plan:
        """What is right of it; what is wrong counts as not typed yet, but the title, which stays as it was."""
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned.get("title", title),
            activity=self.activities.get(cleaned.get("activity", "")),
            plan=cleaned.get("plan", ""),
            place=cleaned.get("place", ""),
            audience=cleaned.get("audience", ""),
            people=cleaned.get("people"),
            starts_on=cleaned.get("starts_on"),
            ends_on=cleaned.get("ends_on"),
            leads=cleaned.get("leads"),
            pipeline=cleaned.get("pipeline"),
        )


class BudgetLineForm(forms.Form):
    what = LineField(label="What", max_length=160, error_messages={"required": "Say what it is."})
    amount = MoneyField(label="What it costs")

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        for name, css in (("what", "form-control"), ("amount", "form-control money")):
            self.fields[name].widget.attrs |= {"class": css, "autocomplete": "off"}


COLUMNS = ("what", "amount")


class BaseBudget(TypedRows):
    @classmethod
    def typed(cls, rows: Sequence[Mapping[str, str]], blank: int, currency: str) -> "BaseBudget":
        """A formset that holds these rows as somebody typed them, with their errors, and some blank ones after them."""
        data = {"budget-TOTAL_FORMS": str(min(len(rows) + blank, MOST_LINES)), "budget-INITIAL_FORMS": "0"}
        for number, row in enumerate(rows):
            data |= {f"budget-{number}-{name}": str(row.get(name, "")) for name in COLUMNS}
        return Budget(data=data, prefix="budget", form_kwargs={"currency": currency})

    def rows(self) -> list[dict[str, str]]:
        """What was typed, row by row, right or wrong; blank rows are left out."""
        found = []
        for form in self.forms:
            row = {name: kept(form.data.get(form.add_prefix(name), ""), LONGEST_TYPED) for name in COLUMNS}
            if any(value.strip() for value in row.values()):
                found.append(row)
        return found

    def entries(self) -> list[Entry]:
        """The rows that are complete."""
        return [Entry(**form.cleaned_data) for form in self.forms if form.has_changed() and form.is_valid()]


Budget = formset_factory(
    BudgetLineForm, formset=BaseBudget, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 5, validate_max=True
)


class ReasonedForm(SeenForm):
    """A no of the vendor: a reason code and a sentence."""

    code = forms.ChoiceField(
        label="Reason", choices=REASONS, error_messages={"required": "Choose a reason: the partner reads it."}
    )
    reason = text("In a sentence", 2, 500, error_messages={"required": "Say it in a sentence: the partner reads it."})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class ApproveRequestForm(SeenForm):
    """How much is approved; less than is asked needs a reason code and a sentence."""

    amount = MoneyField(label="Approve")
    code = forms.ChoiceField(label="Why less", choices=REASONS, required=False)
    reason = text("A sentence to the partner", 2, 500, required=False)

    def __init__(self, *args, asked: FundRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["amount"].currency = asked.currency
        self.fields["amount"].label = f"Approve, of {show(asked.asked, asked.currency)}"
        self.fields["code"].help_text = "Only where you approve less than is asked."
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        amount = cleaned.get("amount")
        if amount is None:
            return cleaned
        if amount > self.asked.asked:
            self.add_error("amount", f"At most {show(self.asked.asked, self.asked.currency)} is asked for.")
        elif amount < self.asked.asked:
            if not cleaned.get("code"):
                self.add_error("code", "Choose why you approve less.")
            if not (cleaned.get("reason") or "").strip():
                self.add_error("reason", "Say in a sentence why it is less.")
        return cleaned


class AskForm(SeenForm):
    """A question, and the last day to answer it: `today` is the program's."""

    question = text("Your question", 3, 2000, error_messages={"required": "Write the question."})
    due = DayField(label="Answer by")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["due"].help_text = "Unanswered by the end of that day, the request goes back to the partner."
        self.helper = bare_helper()

    def clean_due(self) -> date:
        day = self.cleaned_data["due"]
        if day <= self.today:
            raise ValidationError("Give the partner at least a day: choose a later one.")
        if (day - self.today).days > MOST_ANSWER_DAYS:
            raise ValidationError(f"That is more than {MOST_ANSWER_DAYS} days ahead: choose an earlier day.")
        return day


class SecondNoForm(SeenForm):
    reason = text("Why not", 2, 500, error_messages={"required": "Say why: your colleague reads it."})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class ChangeForm(SeenForm):
    """What the partner asks to change of what was approved: days, place, people, the vendor's share."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Until")
    place = LineField(label="Where", max_length=160, required=False)
    people = people_field()
    amount = MoneyField(label="Vendor's share")
    reason = text("Why", 2, 500, error_messages={"required": "Say why: the vendor reads it."})

    def __init__(self, *args, asked: FundRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = asked.currency
        self.fields["amount"].label = f"What {asked.program.vendor.name} pays of it"
        if asked.activity is None or asked.activity.person_cap is None:
            del self.fields["people"]
        self.most = (asked.approved or 0) + asked.allocation.available
        self.left = show(asked.allocation.available, asked.currency)
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It ends before it begins.")
        if (cleaned.get("amount") or 0) > self.most:
            self.add_error(
                "amount", f"The fund has {self.left} left beside what is approved: ask for no more than that."
            )
        return cleaned
