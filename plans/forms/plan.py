"""What is typed of a planned activity, of the funds that pay for it, and of what a vendor said in its own portal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory

from claims.forms.typed import TypedRows
from funds.models import Allocation
from partners.forms import LineField
from partners.models import User
from partners.tables import FIRST_YEAR, LAST_YEAR
from plans.actions import Funding, Wanted
from plans.models import PlannedActivity
from plans.quarters import Quarter, choices, of_years, quarter_of
from plans.states import Answer
from plans.target_figures import AMOUNTS, MOST_COUNTED
from programs.activities import ActivityKind
from programs.forms import DayField, MoneyField, bare_helper
from programs.money import CURRENCIES, MoneyError, parse, plain

MOST_FUNDS = 12
MONEY = ("cost", *AMOUNTS)


def count_field(label: str, most: int = MOST_COUNTED, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most)


class QuarterField(forms.ChoiceField):
    """A quarter as in "2027-1", cleaned to a `Quarter`; of the years from one before `year` to two after it."""

    default_error_messages = {"invalid_choice": "Choose one of these quarters."}

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.around(FIRST_YEAR + 1)

    def around(self, year: int) -> None:
        offered = of_years(range(max(FIRST_YEAR, year - 1), min(LAST_YEAR, year + 2) + 1))
        self.quarters = {quarter.key: quarter for quarter in offered}
        self.choices = choices(offered)

    def clean(self, value) -> Quarter:
        return self.quarters[super().clean(value)]


class ActivityForm(forms.Form):
    """All of a planned activity but its funds."""

    title = LineField(
        label="What you plan",
        max_length=120,
        error_messages={"required": "Give it a title, as in Cloud evening, Berlin."},
    )
    kind = forms.ChoiceField(label="What kind of activity", choices=ActivityKind)
    quarter = QuarterField(label="Quarter", help_text="Where no days are known yet.")
    starts_on = DayField(label="From", required=False)
    ends_on = DayField(label="Until", required=False)
    person = forms.ChoiceField(label="Who looks after it", required=False)
    cost = MoneyField(label="What it costs in all", required=False, least=0)
    currency = forms.ChoiceField(label="Currency")
    notes = forms.CharField(
        label="How it goes, and what it will bring",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The vendor decides by this: it stands in the request.",
    )
    place = LineField(label="Where", max_length=160, required=False)
    audience = LineField(label="Whom it is for", max_length=300, required=False)
    people = count_field("For how many people", most=10_000, least=1)
    leads = count_field("Leads")
    meetings = count_field("Meetings")
    pipeline = MoneyField(label="Pipeline", required=False, least=0)
    closed = MoneyField(label="Closed revenue", required=False, least=0)

    def __init__(self, *args, year: int, colleagues: Sequence[User], currencies: Sequence[str], **kwargs):
        super().__init__(*args, prefix="plan", **kwargs)
        self.colleagues = {str(user.pk): user for user in colleagues}
        self.fields["person"].choices = [
            ("", "Nobody yet"),
            *((key, str(user)) for key, user in self.colleagues.items()),
        ]
        self.fields["quarter"].around(year)
        others = [code for code in CURRENCIES if code not in currencies]
        self.fields["currency"].choices = [(code, code) for code in [*currencies, *others]]
        typed = str(self["currency"].value() or currencies[0])
        for name in MONEY:
            self.fields[name].currency = typed if typed in CURRENCIES else currencies[0]
        for name, field in self.fields.items():
            is_choice = isinstance(field, forms.ChoiceField)
            css = "form-control money" if name in MONEY else "form-select" if is_choice else "form-control"
            field.widget.attrs |= {"class": css, "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if last and not first and "starts_on" not in self.errors:
            self.add_error("starts_on", "Say from which day, too.")
        elif first and last and last < first:
            self.add_error("ends_on", "It ends before it begins.")
        return cleaned

    def wanted(self) -> Wanted:
        """What is typed, of a form that is right."""
        cleaned = dict(self.cleaned_data)
        cleaned["year"], cleaned["quarter"] = cleaned["quarter"]
        if cleaned["starts_on"]:
            cleaned["year"], cleaned["quarter"] = quarter_of(cleaned["starts_on"])
        cleaned["person"] = self.colleagues.get(cleaned["person"])
        cleaned["cost"] = cleaned["cost"] or 0
        return Wanted(**cleaned)


def initial_of(activity: PlannedActivity) -> dict[str, Any]:
    """What the form shows of an activity that stands."""
    fields = {name: getattr(activity, name) for name in ActivityForm.base_fields if name not in ("quarter", "person")}
    return fields | {"quarter": activity.in_quarter.key, "person": str(activity.person_id or "")}


class FundingForm(forms.Form):
    """A fund and what it is to pay, in its own currency; empty: as much as its terms pay and it has."""

    fund = forms.ChoiceField(label="Fund", error_messages={"required": "Choose the fund, or empty the row."})
    amount = forms.CharField(
        label="Pays", required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, *args, funds: Sequence[Allocation], labels: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.funds = {str(fund.pk): fund for fund in funds}
        self.fields["fund"].choices = [("", "No fund"), *labels]
        self.fields["fund"].widget.attrs |= {"class": "form-select"}
        self.fields["amount"].widget.attrs |= {
            "class": "form-control money",
            "autocomplete": "off",
            "placeholder": "By its terms",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        fund, text = self.funds.get(cleaned.get("fund", "")), (cleaned.get("amount") or "").strip()
        cleaned["amount"] = None
        if fund and text:
            try:
                cleaned["amount"] = parse(text, fund.currency)
            except MoneyError as error:
                raise ValidationError({"amount": str(error)}) from None
            if cleaned["amount"] <= 0:
                raise ValidationError({"amount": "Enter an amount above zero, or leave it empty."})
        return cleaned


class BaseFundings(TypedRows):
    def wanted(self) -> list[Funding]:
        """The rows that are complete."""
        found = []
        for form in self.forms:
            if form.has_changed() and form.is_valid():
                found.append(Funding(form.funds[form.cleaned_data["fund"]], form.cleaned_data["amount"]))
        return found

    def typed(self) -> list[dict[str, str]]:
        """What was typed, row by row, right or wrong; blank rows are left out."""
        rows = ({name: str(form[name].value() or "") for name in ("fund", "amount")} for form in self.forms)
        return [row for row in rows if any(value.strip() for value in row.values())]


Fundings = formset_factory(
    FundingForm,
    formset=BaseFundings,
    extra=0,
    max_num=MOST_FUNDS,
    absolute_max=MOST_FUNDS + 5,
    validate_max=True,
)


def rows_of(activity: PlannedActivity) -> list[dict[str, str]]:
    """The rows that the form shows of an activity that stands."""
    return [
        {"fund": str(row.allocation_id), "amount": plain(row.amount, row.currency)} for row in activity.fundings.all()
    ]


def shown(rows: Sequence[dict[str, str]], blank: int, **form_kwargs: Any) -> BaseFundings:
    """A formset that holds these rows as somebody typed them, with their errors, and some blank ones after them."""
    data = {"funds-TOTAL_FORMS": str(min(len(rows) + blank, MOST_FUNDS)), "funds-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"funds-{number}-{name}": value for name, value in row.items()}
    return Fundings(data=data, prefix="funds", form_kwargs=form_kwargs)


class AskedForm(forms.Form):
    """That a vendor was asked in its own portal, and when."""

    on = DayField(label="On")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class AnsweredForm(forms.Form):
    """What the vendor said there."""

    answer = forms.ChoiceField(label="It said", choices=Answer, error_messages={"required": "Choose what it said."})
    on = DayField(label="On")
    approved = MoneyField(label="How much it approved", required=False)
    said = LineField(label="In its words, if it helps", max_length=500, required=False)

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["approved"].currency = currency
        self.fields["approved"].help_text = "Only where it is less than you asked for."
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answer") == Answer.REDUCED and not cleaned.get("approved") and "approved" not in self.errors:
            self.add_error("approved", "Say how much it approved.")
        return cleaned
