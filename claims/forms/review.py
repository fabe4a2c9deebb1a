"""The reviewer's forms: a verdict on each line and file, a question, a rejection, what goes to somebody else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from claims.actions.verdicts import Verdict
from claims.models import Line
from claims.states import Reason
from partners.models import User
from programs.forms import MoneyField
from programs.money import show

# What Windfall says by itself is no choice.
REASONS = [("", "Choose a reason"), *(choice for choice in Reason.choices if choice[0] != Reason.UNANSWERED)]


def standing(line: Line) -> dict[str, Any]:
    """What was said of a line before, where its claim came back to review; all of it otherwise."""
    if line.accepted is None:
        return {"accepted": line.asked}
    return {"accepted": line.accepted, "code": line.reason_code, "reason": line.reason}


class LineVerdictForm(forms.Form):
    """What is accepted of one line; less than all of it needs a reason code and a sentence."""

    accepted = MoneyField(least=0)
    code = forms.ChoiceField(label="Reason", choices=REASONS, required=False)
    reason = forms.CharField(label="In a sentence", max_length=500, required=False)

    def __init__(self, *args, line: Line, currency: str, **kwargs):
        super().__init__(*args, prefix=f"line-{line.pk}", initial=standing(line), **kwargs)
        self.line = line
        self.currency = currency
        self.fields["accepted"].currency = currency
        for name, css in (("accepted", "form-control money"), ("code", "form-select"), ("reason", "form-control")):
            self.fields[name].widget.attrs |= {"class": css}
        self.fields["reason"].widget.attrs["placeholder"] = "The partner reads this"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        accepted = cleaned.get("accepted")
        if accepted is None:
            return cleaned
        if accepted > self.line.asked:
            self.add_error("accepted", f"At most {show(self.line.asked, self.currency)} is asked for.")
        elif accepted < self.line.asked:
            if not cleaned.get("code"):
                self.add_error("code", "Choose why less is accepted.")
            if not (cleaned.get("reason") or "").strip():
                self.add_error("reason", "Say in a sentence what is wrong.")
        return cleaned

    def verdict(self) -> Verdict:
        """Only of a valid form."""
        return Verdict(self.cleaned_data["accepted"], self.cleaned_data["code"], self.cleaned_data["reason"].strip())


class SeenForm(forms.Form):
    """Every decision names the version of the claim that its maker saw."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if "version" in self.errors:
            del self._errors["version"]
            raise ValidationError("This page was out of date. Look at what stands here now, then decide.")
        return self.cleaned_data


class ApproveForm(SeenForm):
    note = forms.CharField(label="A note to the partner, if you like", max_length=500, required=False)


class AskForm(SeenForm):
    question = forms.CharField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the question."},
    )
    due = forms.DateField(
        label="To be answered by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The partner sees this day. A claim that nobody answers for goes back to it.",
        error_messages={"invalid": "Enter a day."},
    )


class ReasonForm(SeenForm):
    """A reason code and a sentence, both for the partner."""

    code = forms.ChoiceField(
        label="Reason", choices=REASONS, error_messages={"required": "Choose a reason: the partner reads it."}
    )
    reason = forms.CharField(
        label="What is wrong, in a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what is wrong: the partner reads it where it can be fixed."},
    )


class RejectForm(ReasonForm):
    """Turn it down."""


class SendBackForm(ReasonForm):
    """Back to the partner to be corrected."""


class DeclineForm(ReasonForm):
    """A file that does not do."""


class WhyForm(SeenForm):
    """A sentence: why an approval is undone, or not given a second time."""

    reason = forms.CharField(
        label="Why, in a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why in a sentence."},
    )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Colleague",
        empty_label="Choose a colleague",
        error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose one of Windfall's admins."},
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.admins().exclude(pk=by.pk).order_by("name", "pk")
