"""Where to write, and what."""

import uuid

from django import forms

from reminders.chat.addresses import LONGEST, Refused, checked
from reminders.chat.states import Shape


class WantedForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="What you call the place, as in #funding.")
    daily = forms.BooleanField(
        label="What is due, each morning",
        required=False,
        help_text="Deadlines of the next two weeks, at seven where your company is. Nothing on a day without any.",
    )
    nudges = forms.BooleanField(
        label="What a vendor writes to you, at once", required=False, help_text="Within a minute or two."
    )

    def __init__(self, *args, for_vendor: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if for_vendor:
            # Vendors write to partners; nobody writes to them.
            del self.fields["nudges"]

    def clean(self):
        said = super().clean()
        if not said.get("daily") and not said.get("nudges"):
            self.add_error("daily", "Choose what it is told.")
        return said


class HookForm(WantedForm):
    shape = forms.ChoiceField(label="Kind", choices=Shape, widget=forms.RadioSelect, initial=Shape.SLACK)
    address = forms.CharField(
        max_length=LONGEST,
        help_text="As the chat shows it when you add an incoming webhook, beginning with https://.",
        widget=forms.TextInput(attrs={"type": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ["shape", "address", "name", "daily", "nudges"]

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        try:
            checked(address)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return address
