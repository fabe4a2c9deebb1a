"""Shapes of what people say about a statement that they upload: whose it is, and how it is to be read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from funds.actions.importing import USUAL_PROGRAM
from funds.statement_files.columns import JOINED, Column
from funds.statement_files.days import DAY_FIRST, MONTH_FIRST
from funds.statement_files.grids import LARGEST_FILE
from funds.statement_files.layouts import Layout
from funds.statement_files.reading import Reading
from funds.statement_files.said import ASK, Said
from funds.statement_files.words import CHOICES, LABELS, Meaning
from partners.models import Company
from programs.forms import DayField, SuggestInput, bare_helper, currency_choices
from programs.models import KeptVendor

ORDERS = [
    ("", "As the file tells"),
    (DAY_FIRST, "The day: 31/12/2026"),
    (MONTH_FIRST, "The month: 12/31/2026"),
]
MARKS = [("", "As the file tells"), (".", "A point: 1,250.00"), (",", "A comma: 1.250,00")]
SAMPLES = 3


class StatementFileForm(forms.Form):
    """A statement's file, and whose it is: a vendor in the partner's books, or the name of a new one."""

    vendor = forms.CharField(
        label="Vendor",
        max_length=120,
        widget=SuggestInput(),
        help_text="One of yours, or the name of a new one.",
        error_messages={"required": "Say whose statement it is."},
    )
    file = forms.FileField(
        label="File from its portal",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
        help_text=f"CSV, TSV or Excel (.xlsx), at most {LARGEST_FILE >> 20} MB.",
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file.")
        | {"empty": "The file is empty."},
    )

    def __init__(self, *args, partner: Company, **kwargs):
        super().__init__(*args, **kwargs)
        names = KeptVendor.objects.of_partner(partner).filter(retired_at=None).order_by("name")
        self.fields["vendor"].widget.options = [(name, "") for name in names.values_list("name", flat=True)]
        self.helper = bare_helper()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                f"The file is larger than {LARGEST_FILE >> 20} MB. A statement is smaller: upload one at a time."
            )
        return file


class HeadingsForm(forms.Form):
    """In which line the headings stand, of a file in which we found none, 0 for in none; and on which sheet."""

    header = forms.IntegerField(
        min_value=0, error_messages=dict.fromkeys(("required", "invalid", "min_value"), "Choose the line.")
    )
    sheet = forms.ChoiceField(required=False)

    def __init__(self, *args, reading: Reading, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [("", "Any"), *((name, name) for name in reading.sheets)]
        self.numbers = {line.number for line in reading.lines}

    def clean_header(self) -> int:
        number: int = self.cleaned_data["header"]
        if number and number not in self.numbers:
            raise ValidationError("Choose the line.")
        return number

    def said(self, before: Said) -> Said:
        return Said(
            header=self.cleaned_data["header"],
            unheaded=self.cleaned_data["header"] == 0,
            sheet=self.cleaned_data["sheet"],
            program=before.program,
            last_day=before.last_day,
            stated_on=before.stated_on,
        )


class ReadingForm(forms.Form):
    """How a statement is to be read. `c0`, `c1`, …: what each column holds; `shape` is of the headings that the page showed."""

    shape = forms.CharField(max_length=64, widget=forms.HiddenInput)
    sheet = forms.ChoiceField(required=False)
    stated_on = DayField(label="Day of the statement", help_text="The day on which these balances stood so.")
    program = forms.CharField(
        label="Program", max_length=120, required=False, help_text="Into which the funds go, as the vendor calls it."
    )
    currency = forms.ChoiceField(required=False, help_text="Only where the file names none.")
    order = forms.ChoiceField(label="Which comes first in a day", choices=ORDERS, required=False)
    mark = forms.ChoiceField(label="What stands before the cents", choices=MARKS, required=False)
    last_day = DayField(
        label="Last day, where none is named",
        required=False,
        help_text="Such funds are recorded once you say until when they can be used.",
    )

    def __init__(self, *args, reading: Reading, said: Said, on: date, today: date, programs: Iterable[str], **kwargs):
        if reading.understood is None:
            raise ValueError("a form needs columns")
        self.understood, self.said_before, self.on, self.today = reading.understood, said, on, today
        layout = self.layout = self.understood.layout
        known: dict[str, Any] = {
            "order": "" if said.order == ASK else said.order,
            "mark": said.mark,
            "currency": said.currency,
            "last_day": said.last_day,
        }
        known |= {"stated_on": on, "program": said.program, "sheet": layout.sheet, "shape": layout.fingerprint}
        known |= {f"c{column.place}": meaning_shown(column) for column in layout.columns}
        super().__init__(*args, initial=known, **kwargs)
        self.fields["currency"].choices = [("", "As the file tells"), *currency_choices()]
        self.fields["program"].widget = SuggestInput([(name, "") for name in programs])
        self.fields["program"].widget.attrs |= {"placeholder": next(iter(programs), USUAL_PROGRAM), "maxlength": "120"}
        if len(reading.sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in reading.sheets]
        else:
            del self.fields["sheet"]
        for column in layout.columns:
            label = column.heading or f"Column {column.place + 1}, without a heading"
            self.fields[f"c{column.place}"] = forms.ChoiceField(label=label, choices=CHOICES)

    def columns(self) -> list[tuple[forms.BoundField, str]]:
        """The field of each column, with some of what stands in it."""
        return [(self[f"c{column.place}"], sample(self.layout, column)) for column in self.layout.columns]

    def clean_shape(self) -> str:
        shape: str = self.cleaned_data["shape"]
        if shape != self.layout.fingerprint:
            raise ValidationError("Somebody else said meanwhile how it is to be read. Look at it as it stands now.")
        return shape

    def clean_stated_on(self) -> date:
        day: date = self.cleaned_data["stated_on"]
        if day > self.today:
            raise ValidationError("That day is still to come: use the day that stands on the statement.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.changes_sheet:
            return cleaned
        for meaning, columns in doubles(self.layout.columns, cleaned).items():
            names = " and ".join(f"“{column.heading or column.place + 1}”" for column in columns)
            for column in columns[1:]:
                self.add_error(
                    f"c{column.place}",
                    f"{names} cannot both be “{LABELS[meaning]}”. Say what the other one holds, or that it is not used.",
                )
        return cleaned

    @property
    def changes_sheet(self) -> bool:
        chosen = self.cleaned_data.get("sheet", "")
        return bool(chosen) and chosen != self.layout.sheet

    def said(self) -> Said:
        """All that is said of the statement now. Another sheet is read anew; where nothing was changed, nothing was said."""
        data, before = self.cleaned_data, self.said_before
        day = self.understood.stated_on or self.today
        about = {
            "program": data["program"],
            "currency": data["currency"],
            "last_day": data["last_day"],
            "stated_on": None if data["stated_on"] == min(day, self.today) else data["stated_on"],
        }
        if self.changes_sheet:
            return Said(sheet=data["sheet"], **about)
        columns = self.layout.columns
        chosen = {column.key: Meaning(data[f"c{column.place}"]) for column in columns}
        is_changed = any(chosen[column.key] != meaning_shown(column) for column in columns)
        return Said(
            taught=chosen if is_changed else before.taught,
            order=data["order"] or (before.order if before.order == ASK else ""),
            mark=data["mark"],
            identity=before.identity,
            # What is said is said of these headings, also where another line looks like some then.
            header=self.layout.header.number if is_changed and self.layout.header_lines == 1 else before.header,
            unheaded=self.layout.is_lettered,
            sheet=self.layout.sheet if is_changed else before.sheet,
            remembered=before.remembered,
            **about,
        )


def meaning_shown(column: Column) -> Meaning:
    """A column of bookings cannot be chosen: it is shown as not used."""
    return Meaning.OTHER if column.meaning in (Meaning.CREDIT, Meaning.DEBIT) else column.meaning


def doubles(columns: Sequence[Column], cleaned: dict[str, Any]) -> dict[Meaning, list[Column]]:
    """Columns that are said to hold the same, though only one can."""
    found: dict[Meaning, list[Column]] = defaultdict(list)
    for column in columns:
        if chosen := cleaned.get(f"c{column.place}"):
            found[Meaning(chosen)].append(column)
    return {meaning: same for meaning, same in found.items() if len(same) > 1 and meaning not in JOINED}


def sample(layout: Layout, column: Column) -> str:
    """The first few different cells of a column."""
    cells: dict[str, None] = {}
    for line in layout.body:
        if column.place < len(line.cells) and line.cells[column.place]:
            cells[line.cells[column.place]] = None
        if len(cells) == SAMPLES:
            break
    return " · ".join(cells)
