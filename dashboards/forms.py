"""What a manager types on the reports."""

import re

from django import forms

from programs.forms import bare_helper
from reminders.states import MOST_WORDS

# Signs that no keyboard has: controls but for the end of a line, and those that turn the direction of reading around.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class WordsField(forms.CharField):
    """A few lines of text. A line's end counts as one character, as the browser counts it."""

    def to_python(self, value):
        text = super().to_python(value)
        return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class NudgeForm(forms.Form):
    words = WordsField(
        label="Your words",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"At most {MOST_WORDS} characters. Each partner reads them beside the amount, the deadline and a link.",
        error_messages={"required": "Write what you want to tell them."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("words")
