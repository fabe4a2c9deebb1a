"""The partner's forms: a claim's title and lines, its files, an answer, a reason."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from claims.actions.filing import MOST_LINES, Entry
from programs.forms import DayField, MoneyField

OLDEST_INVOICE = timedelta(days=3653)
# What is kept of a half-typed field: enough for anything that could become valid.
LONGEST_TYPED = 500
FIELDS = ("what", "supplier", "invoice_number", "invoice_date", "amount")


class TitleForm(forms.Form):
    title = forms.CharField(
        label="What it was for",
        max_length=120,
        error_messages={"required": "Give the claim a title, as in Cloud webinar, 12 November."},
    )


class LineForm(forms.Form):
    """One invoice's part. `today` is the program's: an invoice is not dated after it."""

    what = forms.CharField(max_length=160, error_messages={"required": "Say what it was."})
    supplier = forms.CharField(max_length=120, error_messages={"required": "Who sent the invoice?"})
    invoice_number = forms.CharField(max_length=60, error_messages={"required": "It stands on the invoice."})
    invoice_date = DayField()
    amount = MoneyField()

    def __init__(self, *args, currency: str, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        self.today = today
        for name, field in self.fields.items():
            label = name.replace("_", " ").capitalize()
            field.label = label
            css = "form-control money" if name == "amount" else "form-control"
            field.widget.attrs |= {"class": css, "autocomplete": "off"}

    def clean_invoice_date(self) -> date:
        day = self.cleaned_data["invoice_date"]
        if day > self.today:
            raise ValidationError("That day is still to come.")
        if day < self.today - OLDEST_INVOICE:
            raise ValidationError("That is more than ten years ago.")
        return day

    def entry(self) -> Entry:
        return Entry(**{name: self.cleaned_data[name] for name in FIELDS})


def kept(value: Any) -> str:
    """Typed text as it can be stored: no NUL, which PostgreSQL has no place for, and not without end."""
    return str(value).replace("\x00", "")[:LONGEST_TYPED]


class BaseLineFormSet(BaseFormSet):
    @classmethod
    def typed(cls, rows: Sequence[Mapping[str, str]], blank: int, **kwargs) -> "BaseLineFormSet":
        """A formset that holds these rows as somebody typed them, with their errors, and some blank ones after them."""
        data = {"lines-TOTAL_FORMS": str(min(len(rows) + blank, MOST_LINES)), "lines-INITIAL_FORMS": "0"}
        for number, row in enumerate(rows):
            data |= {f"lines-{number}-{name}": str(row.get(name, "")) for name in FIELDS}
        return LineFormSet(data=data, prefix="lines", form_kwargs=kwargs)

    def rows(self) -> list[dict[str, str]]:
        """What was typed, row by row, right or wrong; blank rows are left out."""
        found = []
        for form in self.forms:
            row = {name: kept(form.data.get(form.add_prefix(name), "")) for name in FIELDS}
            if any(value.strip() for value in row.values()):
                found.append(row)
        return found

    def entries(self) -> list[Entry]:
        """The rows that are complete."""
        return [form.entry() for form in self.forms if form.has_changed() and form.is_valid()]

    @property
    def unfinished(self) -> list[int]:
        """Numbers, from 1, of the rows that are begun and not right yet."""
        begun = [form for form in self.forms if form.has_changed()]
        return [number for number, form in enumerate(begun, 1) if not form.is_valid()]


LineFormSet = formset_factory(
    LineForm, formset=BaseLineFormSet, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 5, validate_max=True
)


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; each is checked by `programs.uploads.accept`."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list:
        return [super(FilesField, self).clean(file, initial) for file in data or [] if file]


class AnswerForm(forms.Form):
    words = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write an answer."},
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="Why, if you like to say", max_length=500, required=False)
