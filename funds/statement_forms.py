"""Shapes of what a partner types about a vendor that it records itself."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from funds.actions.importing import USUAL_PROGRAM
from funds.actions.statements import wrong
from funds.grants import usual_claim_by
from funds.models import Allocation
from funds.statements import Stated
from funds.states import ALLOCATION_BUCKETS, Bucket
from partners.models import Company
from programs.forms import DayField, MoneyField, bare_helper, currency_choices
from programs.models import KeptVendor, Program, Terms

# What each balance is called on vendors' statements.
ON_STATEMENTS = {
    Bucket.AVAILABLE: "What you can still claim.",
    Bucket.RESERVED: "Set aside for an activity that the vendor approved in advance.",
    Bucket.CLAIMED: "Claims that wait for a decision.",
    Bucket.APPROVED: "Accepted and not paid yet.",
    Bucket.PAID: "What has reached you.",
    Bucket.LAPSED: "What ran out unclaimed.",
}


class VendorForm(forms.Form):
    """A vendor in the partner's own books; for a new one the program that its first funds are of, too."""

    name = forms.CharField(
        label="Name of the vendor", max_length=120, error_messages={"required": "Give the vendor's name."}
    )
    program = forms.CharField(
        label="Its program",
        max_length=120,
        initial=USUAL_PROGRAM,
        help_text="As the vendor calls it. You can add others later.",
        error_messages={"required": "Give the program a name."},
    )
    currency = forms.ChoiceField(choices=currency_choices, help_text="All money of this program is in it.")

    def __init__(self, *args, partner: Company, vendor: KeptVendor | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.partner, self.vendor = partner, vendor
        if vendor is not None:
            del self.fields["program"], self.fields["currency"]
            self.helper = bare_helper()
        else:
            self.fields["currency"].initial = partner.currency
            self.helper = bare_helper("name", Row(Column("program"), Column("currency")))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = KeptVendor.objects.of_partner(self.partner).filter(name__iexact=name)
        if others.exclude(pk=self.vendor and self.vendor.pk).exists():
            raise ValidationError("You record a vendor of this name already.")
        return name


class KeptProgramForm(forms.ModelForm):
    """A program of such a vendor, with its terms as the partner understands them."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages={"required": "Give the program a name."},
        help_text="As the vendor calls it.",
    )
    currency = forms.ChoiceField(choices=currency_choices, help_text="All money of this program is in it.")

    class Meta:
        model = Terms
        fields = ("wording", "reimbursement_percent", "claim_window_days", "lead_days", "activity_days")
        widgets = {"wording": forms.Textarea(attrs={"rows": 5})}
        labels = {
            "wording": "Notes on its terms",
            "reimbursement_percent": "Reimbursement rate, %",
            "claim_window_days": "Claim window, days",
            "lead_days": "Pre-approval lead time, days",
            "activity_days": "Usual length of an activity, days",
        }
        help_texts = {
            "wording": "If you like: what the money is for, what the vendor asks for as proof, where its portal is.",
            "reimbursement_percent": "The share of each invoice that the vendor pays back.",
            "lead_days": "How long before an activity you ask the vendor for approval. 0 where none is needed.",
            "activity_days": "With the lead time it gives the last day on which you can safely start.",
        }

    def __init__(self, *args, vendor: KeptVendor, program: Program | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.vendor, self.program = vendor, program
        if program is None:
            self.fields["name"].initial = USUAL_PROGRAM
            self.fields["currency"].initial = vendor.currency
            first: tuple = (Row(Column("name"), Column("currency")),)
        else:
            self.fields["name"].initial = program.name
            del self.fields["currency"]
            first = ("name",)
        self.helper = bare_helper(
            Fieldset("What it is", *first, "wording", css_class="form-part"),
            Fieldset(
                "The numbers that deadlines follow from",
                Row(Column("reimbursement_percent"), Column("claim_window_days")),
                Row(Column("lead_days"), Column("activity_days")),
                css_class="form-part",
            ),
        )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Program.objects.filter(vendor=self.vendor.pk, name=name)
        if others.exclude(pk=self.program.pk if self.program else 0).exists():
            raise ValidationError(f"You record a program of {self.vendor.name} under this name already.")
        return name


class StatementForm(forms.Form):
    """One fund as a statement has it. `fund` is the one that stands, None for a new one."""

    name = forms.CharField(
        label="Name of the fund", max_length=120, error_messages={"required": "Give the fund a name."}
    )
    reference = forms.CharField(max_length=60, required=False, help_text="The vendor's number for it. Empty: its name.")
    expires_on = DayField(label="Last day for activities")
    claim_by = DayField(label="Last day to claim", required=False)
    stated_on = DayField(label="Day of the statement", help_text="The day on which these balances stood so.")
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, program: Program, today: date, fund: Allocation | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.program, self.today, self.fund = program, today, fund
        for bucket in ALLOCATION_BUCKETS:
            self.fields[bucket.value] = MoneyField(
                program.currency, least=0, label=bucket.label, required=False, help_text=ON_STATEMENTS[bucket]
            )
        self.fields["stated_on"].initial = today
        window = program.current_terms.claim_window_days
        self.fields["claim_by"].help_text = f"Empty: {window} days after the last day for activities."
        names = ["name", "reference"]
        if fund is not None:
            names.remove("reference")
            del self.fields["reference"]
            held = [*(bucket.value for bucket in ALLOCATION_BUCKETS), "name", "expires_on", "claim_by"]
            self.initial = {name: getattr(fund, name) for name in held} | dict(self.initial)
        b = [bucket.value for bucket in ALLOCATION_BUCKETS]
        self.helper = bare_helper(
            Fieldset(
                "The fund",
                Row(*(Column(name) for name in names)),
                Row(Column("expires_on"), Column("claim_by")),
                css_class="form-part",
            ),
            Fieldset(
                "Its balances",
                "stated_on",
                Row(Column(b[0]), Column(b[1])),
                Row(Column(b[2]), Column(b[3])),
                Row(Column(b[4]), Column(b[5])),
                css_class="form-part",
            ),
            "seen",
        )

    def clean_stated_on(self) -> date:
        day: date = self.cleaned_data["stated_on"]
        if day > self.today:
            raise ValidationError("That day is still to come: use the day that stands on the statement.")
        if self.fund is not None and self.fund.stated_on and day < self.fund.stated_on:
            raise ValidationError(
                f"You recorded a later statement, of {date_format(self.fund.stated_on)}: this one is out of date."
            )
        return day

    def clean_reference(self) -> str:
        reference = self.cleaned_data["reference"] or self.cleaned_data.get("name", "")[:60]
        if Allocation.objects.filter(budget__program=self.program, reference=reference).exists():
            raise ValidationError("You record a fund under this reference already: update that one, or give another.")
        return str(reference)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for field, words in wrong(self.stated()).items():
                self.add_error(field or None, words)
        return cleaned

    def stated(self) -> Stated:
        data = self.cleaned_data
        return Stated(
            reference=self.fund.reference if self.fund else data["reference"],
            name=data["name"],
            expires_on=data["expires_on"],
            claim_by=data["claim_by"] or usual_claim_by(self.program, data["expires_on"]),
            **{bucket.value: data[bucket.value] or 0 for bucket in ALLOCATION_BUCKETS},
        )

    def show_again(self, token: str) -> None:
        """With the token of the differences that the page shows now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("seen")] = token  # type: ignore[index]
