"""Shapes of what people type about resources."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError

from programs.activities import ActivityKind
from programs.forms import DayField, SeenForm, bare_helper
from programs.models import Program, Resource
from programs.resources.languages import LANGUAGES, language_name
from programs.resources.links import LinkRefused, checked
from programs.uploads import FileRefused, accept


class LinkField(forms.CharField):
    """A link that partners can follow; cleaned to how it is kept."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return checked(text)
        except LinkRefused as refusal:
            raise ValidationError(str(refusal)) from None


class ResourceForm(SeenForm):
    """A resource with its file or link. `today` is the vendor's: what is over before it begins is refused."""

    language = forms.ChoiceField(choices=LANGUAGES)
    activities = forms.MultipleChoiceField(
        label="Serves these activities",
        choices=ActivityKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none if it serves any. Partners find it by what they plan.",
    )
    valid_from = DayField(label="Valid from", required=False, help_text="Empty: at once.")
    valid_until = DayField(label="Valid until", required=False, help_text="The last day. Empty: without end.")
    upload = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"}),
        help_text="PDF, PNG or JPEG, up to 10 MB.",
    )
    link = LinkField(
        required=False,
        help_text="Where it is, if it isn't a file: your portal, a shared folder, a course. Begins with https://.",
    )

    class Meta:
        model = Resource
        fields = ["kind", "title", "words", "program", "language", "activities", "valid_from", "valid_until"]
        widgets = {"words": forms.Textarea(attrs={"rows": 4})}
        labels = {"kind": "Type", "words": "What it is, and how to use it", "program": "Program"}
        help_texts = {"title": "Partners see it, as in Cloud migration campaign kit.", "program": ""}
        error_messages = {"title": {"required": "Give it a title."}, "kind": {"required": "Choose a type."}}

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        resource = self.instance
        self.fields["program"].queryset = Program.objects.filter(vendor=resource.vendor_id).order_by("name")
        self.fields["kind"].choices = [("", "Choose a type"), *self.fields["kind"].choices[1:]]
        self.fields["program"].empty_label = "All of your programs"
        if resource.language and resource.language not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (resource.language, language_name(resource.language))]
        if resource.file:
            self.fields["upload"].label = "Replace the file"
            self.fields["upload"].help_text = f"Now: {resource.name}. PDF, PNG or JPEG, up to 10 MB. Empty: it stays."
            self.fields["link"].label = "Or replace it by a link"
        self.initial |= {"link": resource.link, "language": resource.language or "en"}
        self.helper = bare_helper(
            Fieldset(
                "What it is",
                "title",
                Row(Column("kind"), Column("language")),
                "words",
                css_class="form-part",
            ),
            Fieldset("Where it is: a file or a link", "upload", "link", css_class="form-part"),
            Fieldset(
                "Whom it serves",
                "program",
                "activities",
                Row(Column("valid_from"), Column("valid_until")),
                css_class="form-part",
            ),
            "seen",
        )

    def clean_upload(self):
        """The file, checked as proofs are; None where none was chosen."""
        if (upload := self.cleaned_data["upload"]) is None:
            return None
        try:
            return accept(upload)
        except FileRefused as refusal:
            raise ValidationError(str(refusal)) from None

    def clean_valid_until(self) -> date | None:
        day = self.cleaned_data["valid_until"]
        if day and day < self.today and day != self.instance.valid_until:
            raise ValidationError("That day has passed: nobody could use it.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "The last day comes before the first.")
        if "upload" in self.errors or "link" in self.errors:
            return cleaned
        if cleaned.get("upload") and cleaned.get("link"):
            self.add_error("link", "Give a file or a link, not both: empty the one that is wrong.")
        elif not cleaned.get("upload") and not cleaned.get("link") and not self.instance.file:
            self.add_error("upload", "Choose a file, or give a link to where it is.")
        return cleaned


class UsedForm(forms.Form):
    """What a partner used a resource for, if it likes to say."""

    activity = forms.ChoiceField(label="For", required=False)

    def __init__(self, *args, resource: Resource, **kwargs):
        super().__init__(*args, **kwargs)
        served = resource.activities or ActivityKind.values
        self.fields["activity"].choices = [
            ("", "Something else"),
            *((kind.value, kind.label) for kind in ActivityKind if kind.value in served and kind != ActivityKind.OTHER),
        ]
