"""Shapes of what people type about themselves and their companies."""

import zoneinfo
from functools import cache

from allauth.core import context
from babel.numbers import get_territory_currencies
from django import forms

from partners import countries
from partners.countries import ENGLISH
from partners.models import Company, User
from partners.sign_in import stashed_invitation
from partners.states import ROLES, Kind


def one_line(text: str) -> str:
    """What a mail's subject and a table's row can hold. Blanks are joined; breaks and what turns the direction become some."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class LineField(forms.CharField):
    """One line of text, as `one_line` makes it."""

    def to_python(self, value):
        return one_line(super().to_python(value))


class SignupForm(forms.Form):
    """What sign-up asks besides the password. The address is the invited one and stays."""

    name = LineField(
        label="Your name",
        max_length=100,
        error_messages={"required": "Enter your name, as your colleagues know it."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # allauth's own form derives from this one: `email` is its field.
        if "email" in self.fields and (invitation := stashed_invitation(context.request)):
            self.fields["email"].disabled = True
            self.initial["email"] = invitation.email

    def signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class InvitationForm(forms.Form):
    """Whom to invite into a company of this kind, and as what."""

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={
            "required": "Enter the address to send the invitation to.",
            "invalid": "Enter an address as in anna@brightpath.example.",
        },
    )
    role = forms.ChoiceField(label="Role", error_messages={"required": "Choose what the person will be."})

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        roles = ROLES[Kind(kind)]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].initial = roles[-1]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ProfileForm(forms.ModelForm):
    name = LineField(
        label="Your name",
        max_length=100,
        error_messages={"required": "Enter your name, as your colleagues know it."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    class Meta:
        model = User
        fields = ["name"]


def country_choices() -> list[tuple[str, str]]:
    return [("", "Choose a country"), *countries.names().items()]


@cache
def currencies() -> list[tuple[str, str]]:
    """What is money somewhere today, the most used first."""
    today = {currency for code in countries.names() for currency in get_territory_currencies(code)}
    common = ["USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF"]
    return [(code, f"{code} · {ENGLISH.currencies[code]}") for code in [*common, *sorted(today - {*common})]]


@cache
def time_zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name or name == "UTC"]


class CompanyForm(forms.ModelForm):
    """A new partner or vendor, and the address of the first person to look after it."""

    name = LineField(label="Name", max_length=120, error_messages={"required": "Enter the company's name."})
    kind = forms.ChoiceField(
        label="It is a",
        choices=[(Kind.PARTNER.value, "Partner: it claims"), (Kind.VENDOR.value, "Vendor: it funds")],
        error_messages={"required": "Choose partner or vendor."},
    )
    country = forms.ChoiceField(choices=country_choices, error_messages={"required": "Choose the company's country."})
    currency = forms.ChoiceField(label="It counts in", choices=currencies, initial="USD")
    time_zone = forms.ChoiceField(choices=time_zones, initial="UTC")
    email = forms.EmailField(
        label="Email of its first owner or channel manager",
        help_text="We mail an invitation there. That person invites the others.",
        max_length=254,
        error_messages=InvitationForm.base_fields["email"].error_messages,
    )

    class Meta:
        model = Company
        fields = ["kind", "name", "country", "currency", "time_zone"]


class CurrencyForm(forms.Form):
    currency = forms.ChoiceField(
        label="Sums are shown in",
        choices=currencies,
        help_text="Amounts in other currencies are added at the newest rates, and always shown as they are, too.",
    )
