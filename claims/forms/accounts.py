"""Bank details as their owner types them. What is typed is checked here and sealed by the action; no page shows it again."""

import re
from collections.abc import Callable
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError

from claims import account_numbers as numbers
from claims.models import AccountKind
from claims.pain001 import latin
from claims.vault import Secrets

SECRET = {"autocomplete": "off", "spellcheck": "false"}


def countries() -> list[tuple[str, str]]:
    names = Locale("en").territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "UN", "EZ"}]
    return [("", "Choose a country"), *sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])]


class BankDetailsForm(forms.Form):
    holder = forms.CharField(
        label="Account holder",
        max_length=70,
        help_text="As the bank knows the company.",
        error_messages={"required": "Enter the account holder."},
    )
    country = forms.ChoiceField(
        label="Country of the account", choices=countries, error_messages={"required": "Choose a country."}
    )
    kind = forms.ChoiceField(
        label="Which numbers the account has", choices=AccountKind, widget=forms.RadioSelect, initial=AccountKind.IBAN
    )
    iban = forms.CharField(label="IBAN", max_length=60, required=False, widget=forms.TextInput(attrs=SECRET))
    routing = forms.CharField(
        label="Routing number",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=SECRET),
        help_text="US accounts only.",
    )
    account = forms.CharField(
        label="Account number",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=SECRET),
        help_text="US accounts only.",
    )
    bic = forms.CharField(
        label="BIC", max_length=15, required=False, help_text="Not needed for an IBAN in the euro payments area."
    )
    tax_id = forms.CharField(
        label="Tax number",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=SECRET),
        help_text="VAT number, EIN or the like. Payments wait until we have it.",
    )

    def checked(self, name: str, check: Callable[[str], str], missing: str = "") -> str:
        """The number as `check` gives it; what is wrong with it is added to its field."""
        text = (self.cleaned_data.get(name) or "").strip()
        if not text:
            if missing:
                self.add_error(name, missing)
            return ""
        try:
            return check(text)
        except numbers.WrongNumber as error:
            self.add_error(name, str(error))
            return ""

    def clean_holder(self) -> str:
        holder = " ".join(self.cleaned_data["holder"].split())
        if not holder.isprintable():
            raise ValidationError("This name has signs that no bank takes.")
        if not re.search("[A-Za-z0-9]", latin(holder, 70)):
            raise ValidationError("Write the name in Latin letters, as the bank knows it abroad.")
        return holder

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        country, is_iban = cleaned.get("country", ""), cleaned.get("kind") == AccountKind.IBAN
        if is_iban:
            cleaned["iban"] = self.checked("iban", numbers.iban, "Enter the IBAN.")
            if cleaned["iban"] and country and cleaned["iban"][:2] != country:
                self.add_error("country", f"This IBAN is of {cleaned['iban'][:2]}: choose that country.")
        else:
            cleaned["routing"] = self.checked("routing", numbers.routing, "Enter the routing number.")
            cleaned["account"] = self.checked("account", numbers.us_account, "Enter the account number.")
            if country and country != "US":
                self.add_error("country", "An account with a routing number is in the United States.")
        needs_bic = is_iban and cleaned.get("iban") and country not in numbers.SEPA
        cleaned["bic"] = self.checked(
            "bic", numbers.bic, "Outside the euro payments area a BIC is needed." if needs_bic else ""
        )
        cleaned["tax_id"] = self.checked("tax_id", numbers.tax_id)
        return cleaned

    def secrets(self) -> Secrets:
        """Only of a valid form."""
        said = self.cleaned_data
        if said["kind"] == AccountKind.IBAN:
            return Secrets(said["iban"], tax_id=said["tax_id"])
        return Secrets(said["account"], said["routing"], said["tax_id"])
