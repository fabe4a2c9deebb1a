"""What is typed of a claim's invoices, line by line: their sums, their currency, the part that is asked."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory

from claims.actions.entries import Entry, no_rate
from claims.actions.filing import MOST_LINES
from claims.amounts import counted
from claims.forms.typed import TypedRows, kept
from claims.models import Rates
from claims.models.lines import new_key
from partners.forms import LineField
from programs.forms import DayField, MoneyField
from programs.models import Activity
from programs.money import CURRENCIES, MoneyError, parse, share, show

OLDEST_INVOICE = timedelta(days=3653)
FIELDS = (
    "key",
    "activity",
    "people",
    "what",
    "supplier",
    "invoice_number",
    "invoice_date",
    "total",
    "tax",
    "currency",
    "net",
    "part",
)
# What may be filled in before anybody typed anything: a row with these alone is blank.
GIVEN = {"key", "activity", "currency"}


class LineForm(forms.Form):
    """One invoice's part. `today` is the program's: an invoice is not dated after it; `with_tax` says whether its tax counts.

    `activities` are those of the fund's terms; where it has none, a line is of no kind. `rates` are those into `currency`, the
    program's, for the invoices that were typed; `ask` names whom to ask for one that is missing. `usual` is the supplier that
    stands in a blank row.
    """

    key = forms.RegexField(r"^[0-9a-f]{8}$", required=False, widget=forms.HiddenInput)
    activity = forms.ChoiceField(
        error_messages={
            "required": "Choose what kind of activity it was.",
            "invalid_choice": "The terms do not name this kind any more. Choose again.",
        }
    )
    people = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    what = LineField(max_length=160, error_messages={"required": "Say what it was."})
    supplier = LineField(max_length=120, error_messages={"required": "Who sent the invoice?"})
    invoice_number = LineField(max_length=60, error_messages={"required": "It stands on the invoice."})
    invoice_date = DayField()
    total = MoneyField(label="Total to pay")
    tax = MoneyField(label="Tax in it", least=0, required=False)
    currency = forms.ChoiceField(label="Currency of the invoice", required=False)
    net = MoneyField(label="Net, without tax", least=0, required=False)
    part = forms.CharField(label="Part asked here", max_length=40, required=False)

    def __init__(
        self,
        *args,
        currency: str,
        today: date,
        with_tax: bool,
        activities: Sequence[Activity],
        rates: Rates,
        ask: str = "",
        usual: str = "",
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.program_currency, self.today, self.with_tax = currency, today, with_tax
        self.rates, self.ask, self.usual = rates, ask, usual
        self.fields["currency"].choices = [("", currency), *((code, code) for code in CURRENCIES if code != currency)]
        for name in ("total", "tax", "net"):
            self.fields[name].currency = self.invoice_currency
        self.activities = {str(activity.pk): activity for activity in activities}
        if not activities:
            del self.fields["activity"]
        else:
            names = [(key, activity.name) for key, activity in self.activities.items()]
            self.fields["activity"].choices = [("", "Choose"), *names]
            self.fields["activity"].initial = names[0][0] if len(names) == 1 else ""
        if not any(activity.person_cap is not None for activity in activities):
            del self.fields["people"]
        for name, field in self.fields.items():
            field.label = field.label or name.replace("_", " ").capitalize()
            field.widget.attrs |= {"class": CSS.get(name, "form-control"), "autocomplete": "off"}

    @property
    def invoice_currency(self) -> str:
        typed = str(self.data.get(self.add_prefix("currency"), "")) if self.is_bound else ""
        return typed if typed in CURRENCIES else self.program_currency

    def has_changed(self) -> bool:
        changed = set(self.changed_data) - GIVEN
        if changed == {"supplier"} and self.data.get(self.add_prefix("supplier")) == self.usual:
            return False
        return bool(changed)

    @property
    def has_more(self) -> bool:
        """Whether something stands in the fields that most invoices do not need, so that they are shown."""
        names = {"currency", "net", "part"}
        return bool(names & set(self.changed_data)) or (self.is_bound and bool(names & self.errors.keys()))

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or ""

    def clean_invoice_date(self) -> date:
        day = self.cleaned_data["invoice_date"]
        if day > self.today:
            raise ValidationError("That day is still to come.")
        if day < self.today - OLDEST_INVOICE:
            raise ValidationError("That is more than ten years ago.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_sums(cleaned)
        day, currency = cleaned.get("invoice_date"), cleaned.get("currency")
        dated = self.rates.of(currency, day) if day and currency else None
        if day and currency and dated is None:
            self.add_error("currency", f"{no_rate(currency, self.program_currency, day)} {self.ask}".strip())
        if not self.errors and self.counts(dated.rate if dated else None) == 0:
            self.add_error("total", "Nothing of it counts: check the total and the tax.")
        return cleaned

    def counts(self, rate: Decimal | None) -> int:
        total, tax, part = (self.cleaned_data[name] for name in ("total", "tax", "part"))
        into, base = self.program_currency, self.invoice_currency
        part = total if part is None else part
        return counted(total=total, tax=tax, part=part, with_tax=self.with_tax, currency=base, into=into, rate=rate)

    def clean_sums(self, cleaned: dict[str, Any]) -> None:
        """Of net, tax and total one follows from the others; all three together have to add up."""
        total, tax, net = (cleaned.get(name) for name in ("total", "tax", "net"))
        if total is None or self.errors.keys() & {"tax", "net"}:
            return
        if tax is None:
            cleaned["tax"] = tax = 0 if net is None else total - net
        if not 0 <= tax <= total:
            said = "net" if cleaned.get("net") is not None else "tax"
            self.add_error(said, "This is more than the total.")
        elif net is not None and net + tax != total:
            currency = self.invoice_currency
            self.add_error(
                "net", f"Net and tax make {show(net + tax, currency)}, and the total is {show(total, currency)}."
            )
        else:
            cleaned["part"] = self.part_of(total, cleaned.get("part", ""))

    def part_of(self, total: int, typed: str) -> int | None:
        """How much of the total is asked here: "40%" or an amount; empty for all of it."""
        if not typed:
            return None
        try:
            found = share(total, percent(typed)) if typed.endswith("%") else parse(typed, self.invoice_currency)
        except MoneyError as error:
            self.add_error("part", str(error))
            return None
        if not 0 < found <= total:
            self.add_error("part", f"Ask for more than nothing and at most {show(total, self.invoice_currency)}.")
        return found

    def entry(self) -> Entry:
        typed = {name: self.cleaned_data.get(name) for name in FIELDS if name != "net"}
        return Entry(**typed | {"activity": self.activities.get(typed["activity"])})


def percent(typed: str) -> Decimal:
    """ "12.5%" as a number from 0 to 100. MoneyError for anything else."""
    text = typed.removesuffix("%").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII) or Decimal(text) > 100:
        raise MoneyError("Write a part as in 40% or as an amount.")
    return Decimal(text)


CSS = {
    "total": "form-control money",
    "tax": "form-control money",
    "net": "form-control money",
    "part": "form-control money",
    "activity": "form-select",
    "currency": "form-select",
}


def keyed(data: Any, total: int) -> Any:
    """With a key of its own for each row: what a line's files are attached by."""
    taken = set()
    for number in range(total):
        name = f"lines-{number}-key"
        if not re.fullmatch("[0-9a-f]{8}", str(data.get(name, ""))) or data[name] in taken:
            data[name] = new_key()
        taken.add(data[name])
    return data


def invoices_typed(data: Any) -> set[tuple[str, date]]:
    """The currency and the day of each row that names both and is in another currency than its program's."""
    found = set()
    for number in range(min(int(data["lines-TOTAL_FORMS"]), MOST_LINES + 5)):
        currency, day = (str(data.get(f"lines-{number}-{name}", "")) for name in ("currency", "invoice_date"))
        if currency in CURRENCIES and re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
            with suppress(ValueError):
                found.add((currency, date.fromisoformat(day)))
    return found


class BaseLineFormSet(TypedRows):
    @classmethod
    def typed(cls, rows: Sequence[Mapping[str, str]], blank: int, **kwargs) -> "BaseLineFormSet":
        """A formset that holds these rows as somebody typed them, with their errors, and some blank ones after them."""
        total = min(len(rows) + blank, MOST_LINES)
        data = {"lines-TOTAL_FORMS": str(total), "lines-INITIAL_FORMS": "0"}
        for number, row in enumerate(rows):
            data |= {f"lines-{number}-{name}": str(row.get(name, "")) for name in FIELDS}
            if "amount" in row:  # typed before an invoice had a total and a tax of its own
                data[f"lines-{number}-total"] = str(row["amount"])
        activities, usual = kwargs["activities"], kwargs["usual"]
        for number in range(len(rows), total):
            if len(activities) == 1:
                data[f"lines-{number}-activity"] = str(activities[0].pk)
            if not rows:
                data[f"lines-{number}-supplier"] = usual
        return LineFormSet(data=keyed(data, total), prefix="lines", form_kwargs=kwargs)

    def rows(self) -> list[dict[str, str]]:
        """What was typed, row by row, right or wrong; blank rows are left out."""
        return [
            {name: kept(form.data.get(form.add_prefix(name), "")) for name in FIELDS}
            for form in self.forms
            if form.has_changed()
        ]

    def entries(self) -> list[Entry]:
        """The rows that are complete."""
        return [form.entry() for form in self.forms if form.has_changed() and form.is_valid()]


LineFormSet = formset_factory(
    LineForm, formset=BaseLineFormSet, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 5, validate_max=True
)
