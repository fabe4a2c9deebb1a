"""The partner's forms: a claim's title and days, its files, an answer, a reason."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from claims.forms.typed import kept
from claims.models import Proof
from partners.forms import LineField
from programs.activities import Shows
from programs.forms import DayField

LONGEST_CODE = 60
MOST_WARNINGS = 200


class TitleForm(forms.Form):
    title = LineField(
        label="What it was for",
        max_length=120,
        error_messages={"required": "Give the claim a title, as in Cloud webinar, 12 November."},
    )


class StartForm(TitleForm):
    """A claim begins with its title, or with an invoice that gives it one."""

    def __init__(self, *args, has_file: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = not has_file
        self.fields["title"].widget.attrs["placeholder"] = "Cloud webinar, 12 November"


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


def belonging(data: Any, proofs: Iterable[Proof]) -> dict[int, list[str]]:
    """The keys of the lines that were ticked for each of these files, of those that the form asked about."""
    asked = {str(key) for key in data.getlist("asked-lines")}
    return {proof.pk: data.getlist(f"lines-of-{proof.pk}") for proof in proofs if str(proof.pk) in asked}


def words_on_warnings(data: Any) -> dict[str, str]:
    """The partner's word on each warning that the page showed, by its code."""
    prefix = "noted-"
    found = {name.removeprefix(prefix): kept(data[name]).strip() for name in data if name.startswith(prefix)}
    return {code[:LONGEST_CODE]: words for code, words in list(found.items())[:MOST_WARNINGS] if words}


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


class DisputeForm(forms.Form):
    reason = forms.CharField(
        label="Why the decision is wrong, in a sentence",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the decision is wrong."},
    )


class OneFileForm(forms.Form):
    file = forms.FileField(
        label="The file in its place",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"}),
        error_messages={"required": "Choose a file first.", "invalid": "Choose a file first."},
    )
