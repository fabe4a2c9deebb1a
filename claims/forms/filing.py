"""The partner's forms: a claim's title and lines, its files, an answer, a reason."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from claims.actions.filing import MOST_LINES, Entry
from claims.models import Proof
from programs.activities import Shows
from programs.forms import DayField, MoneyField
from programs.models import Activity

OLDEST_INVOICE = timedelta(days=3653)
# What is kept of a half-typed field: enough for anything that could become valid.
LONGEST_TYPED = 500
FIELDS = ("activity", "people", "what", "supplier", "invoice_number", "invoice_date", "amount")


class TitleForm(forms.Form):
    title = forms.CharField(
        label="What it was for",
        max_length=120,
        error_messages={"required": "Give the claim a title, as in Cloud webinar, 12 November."},
    )


class HeadForm(TitleForm):
    """What a claim is about as a whole: its title, and when the activity ran."""

    ran_from = DayField(label="It ran from", required=False)
    ran_until = DayField(label="until", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("ran_from"), cleaned.get("ran_until")
        if first and last and last < first:
            self.add_error("ran_until", "It ended before it began.")
        return cleaned

    def ran(self) -> tuple[date | None, date | None]:
        """The days that are right; what is wrong counts as not typed yet."""
        if self.errors.keys() & {"ran_from", "ran_until"}:
            return None, None
        return self.cleaned_data.get("ran_from"), self.cleaned_data.get("ran_until")


class LineForm(forms.Form):
    """One invoice's part. `today` is the program's: an invoice is not dated after it.

    `activities` are those of the fund's terms; where it has none, a line is of no kind.
    """

    activity = forms.ChoiceField(
        error_messages={
            "required": "Choose what kind of activity it was.",
            "invalid_choice": "The terms do not name this kind any more. Choose again.",
        }
    )
    people = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    what = forms.CharField(max_length=160, error_messages={"required": "Say what it was."})
    supplier = forms.CharField(max_length=120, error_messages={"required": "Who sent the invoice?"})
    invoice_number = forms.CharField(max_length=60, error_messages={"required": "It stands on the invoice."})
    invoice_date = DayField()
    amount = MoneyField()

    def __init__(self, *args, currency: str, today: date, activities: Sequence[Activity], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        self.today = today
        self.activities = {str(activity.pk): activity for activity in activities}
        if not activities:
            del self.fields["activity"]
        else:
            names = [(key, activity.name) for key, activity in self.activities.items()]
            self.fields["activity"].choices = [("", "Choose"), *names]
        if not any(activity.person_cap is not None for activity in activities):
            del self.fields["people"]
        for name, field in self.fields.items():
            label = name.replace("_", " ").capitalize()
            field.label = label
            css = {"amount": "form-control money", "activity": "form-select"}.get(name, "form-control")
            field.widget.attrs |= {"class": css, "autocomplete": "off"}

    def clean_invoice_date(self) -> date:
        day = self.cleaned_data["invoice_date"]
        if day > self.today:
            raise ValidationError("That day is still to come.")
        if day < self.today - OLDEST_INVOICE:
            raise ValidationError("That is more than ten years ago.")
        return day

    def entry(self) -> Entry:
        typed = {name: self.cleaned_data.get(name) for name in FIELDS}
        return Entry(**typed | {"activity": self.activities.get(typed["activity"])})


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


def shown(data: Any, proofs: Iterable[Proof]) -> dict[int, list[str]]:
    """What was ticked for each of these files: only of those that the form asked about, and only what there is."""
    asked = {str(key) for key in data.getlist("asked-shows")}
    return {
        proof.pk: [what for what in data.getlist(f"shows-{proof.pk}") if what in Shows.values]
        for proof in proofs
        if str(proof.pk) in asked
    }


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
