"""When a calendar rings, and what its page is narrowed to."""

from collections.abc import Sequence

from django import forms

from reminders.calendar.dates import Day
from reminders.models import Alarm


class AlarmForm(forms.Form):
    alarm = forms.TypedChoiceField(
        label="Alarm",
        choices=[("", "Never"), *Alarm.choices],
        coerce=lambda days: Alarm(int(days)),
        empty_value=None,
        required=False,
        help_text="At nine in the morning. Google Calendar rings by its own settings and leaves this out.",
    )


class NarrowForm(forms.Form):
    """Of these dates: those of a vendor, of a kind, with these words. Its choices are what there is."""

    q = forms.CharField(label="Fund, claim or vendor", max_length=100, required=False)
    vendor = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    month = forms.RegexField(r"^\d{4}-\d{2}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, days: Sequence[Day], **kwargs):
        super().__init__(*args, **kwargs)
        vendors = sorted(
            {(str(day.vendor_id), day.vendor) for day in days if day.vendor_id}, key=lambda v: v[1].lower()
        )
        self.fields["vendor"].choices = [("", "All vendors"), *vendors]
        self.fields["kind"].choices = [
            ("", "All kinds"),
            *sorted({(day.rule, day.why) for day in days}, key=lambda k: k[1]),
        ]

    def narrowed(self, days: Sequence[Day], *, but_month: bool = False) -> list[Day]:
        """What is no choice narrows nothing."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        words = said.get("q", "").casefold()
        return [
            day
            for day in days
            if said.get("vendor") in (None, str(day.vendor_id))
            and said.get("kind") in (None, day.rule)
            and words in f"{day.title} {day.vendor}".casefold()
            and (but_month or said.get("month") in (None, f"{day.on:%Y-%m}"))
        ]
