"""Shapes of what people type about themselves and their companies."""

from django import forms


class SignupForm(forms.Form):
    """What sign-up asks besides email and password."""

    name = forms.CharField(label="Your name", max_length=100)

    def signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
