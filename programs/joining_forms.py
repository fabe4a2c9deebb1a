"""Shapes of what people type about tiers, certifications and who joins."""

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError

from partners import countries
from partners.forms import LineField
from programs.admission import certifications_of
from programs.forms import DayField, bare_helper
from programs.models import Certification, Eligibility, Program, Tier
from programs.standing import Change
from programs.states import DeclineReason, Way


class CountriesField(forms.CharField):
    """Codes or names with commas between them; cleaned to codes."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value):
        return ", ".join(countries.name_of(code) for code in value) if isinstance(value, list | tuple) else value

    def to_python(self, value) -> list[str]:
        found, unknown = countries.parse(super().to_python(value))
        if unknown:
            what = ", ".join(word[:40] for word in unknown[:5])
            raise ValidationError(
                f"No country is called {what}. Write names or codes with commas, as in Germany, AT, CH."
            )
        return found


class RulesForm(forms.Form):
    """Whom a program is for, and how they join it."""

    way = forms.ChoiceField(label="How partners join", choices=Way, widget=forms.RadioSelect)
    least_tier = forms.ModelChoiceField(
        label="Least tier", queryset=Tier.objects.none(), required=False, empty_label="Any, also partners without one"
    )
    countries = CountriesField(
        label="Countries",
        max_length=4000,
        required=False,
        help_text="Names or codes with commas between them, as in Germany, AT, CH. Empty: every country.",
    )
    certifications = forms.ModelMultipleChoiceField(
        label="Certifications that a partner must hold",
        queryset=Certification.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, *, program: Program, eligibility: Eligibility, **kwargs):
        initial = {
            "way": eligibility.way,
            "least_tier": eligibility.least_tier_id,
            "countries": eligibility.countries,
            "certifications": [c.pk for c in certifications_of(eligibility)],
        }
        super().__init__(data, initial=initial, **kwargs)
        self.fields["least_tier"].queryset = program.vendor.tiers.all()
        self.fields["certifications"].queryset = program.vendor.certifications.all()
        rows = ["way", Row(Column("least_tier"), Column("countries")), "certifications"]
        if not program.vendor.certifications.exists():
            del self.fields["certifications"]
            rows.remove("certifications")
        self.helper = bare_helper(Fieldset("Who may join", *rows, css_class="form-part"))

    def clean(self):
        self.cleaned_data.setdefault("certifications", [])
        return self.cleaned_data


class TierForm(forms.ModelForm):
    name = LineField(
        label="Name", max_length=40, help_text="As in Gold.", error_messages={"required": "Give the tier a name."}
    )

    class Meta:
        model = Tier
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class CertificationForm(forms.ModelForm):
    name = LineField(label="Name", max_length=80, error_messages={"required": "Give the certification a name."})
    how = LineField(
        label="How a partner gets it",
        max_length=300,
        required=False,
        help_text="A sentence that partners read who lack it.",
    )
    link = forms.URLField(
        label="Where", max_length=300, required=False, assume_scheme="https", help_text="The address of the course."
    )

    class Meta:
        model = Certification
        fields = ["name", "how", "link"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class StandingForm(forms.Form):
    """A partner's tier, and for each certification of the vendor whether it is held and until when."""

    tier = forms.ModelChoiceField(label="Tier", queryset=Tier.objects.none(), required=False, empty_label="None")

    def __init__(self, data=None, *, vendor, tier_id: int | None, held: dict, certifications, **kwargs):
        super().__init__(data, **kwargs)
        self.certifications = list(certifications)
        self.fields["tier"].queryset = vendor.tiers.all()
        self.fields["tier"].initial = tier_id
        rows = ["tier"]
        for c in self.certifications:
            self.fields[f"held_{c.pk}"] = forms.BooleanField(label=c.name, required=False, initial=c.pk in held)
            self.fields[f"until_{c.pk}"] = DayField(
                label=f"Valid until ({c.name})", required=False, initial=held.get(c.pk), help_text="Empty: for good."
            )
            rows.append(Row(Column(f"held_{c.pk}"), Column(f"until_{c.pk}"), css_class="align-items-end"))
        self.helper = bare_helper(*rows)

    def clean(self):
        for c in self.certifications:
            if self.cleaned_data.get(f"until_{c.pk}") and not self.cleaned_data.get(f"held_{c.pk}"):
                self.add_error(f"held_{c.pk}", "Tick it as well, or take the day away.")
        return self.cleaned_data

    def change(self, partner) -> Change:
        cleaned = self.cleaned_data
        held = {c.pk: cleaned.get(f"until_{c.pk}") for c in self.certifications if cleaned[f"held_{c.pk}"]}
        return Change(
            partner,
            sets_tier=True,
            tier=cleaned["tier"],
            certified=held,
            dropped={c.pk for c in self.certifications} - set(held),
        )


class AskForm(forms.Form):
    note = forms.CharField(
        label="Why you",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write a sentence: it is what the vendor decides by."},
    )

    def __init__(self, *args, vendor: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "note"
        ].help_text = f"{vendor} reads it: what you sell, to whom, and what you would do with the money."
        self.helper = bare_helper()


class DeclineForm(forms.Form):
    code = forms.ChoiceField(label="Reason", choices=DeclineReason)
    reason = forms.CharField(
        label="In a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence: the partner reads it."},
    )

    def __init__(self, *args, partner: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{partner} reads it, and may ask again."
        self.helper = bare_helper()


class EndForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence: the partner reads it."},
    )

    def __init__(self, *args, partner: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{partner} reads it."
        self.helper = bare_helper()
