"""Lines of cells out of a file's bytes: CSV with any delimiter and encoding, or a workbook."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import load_workbook

from funds.statement_files.words import meaning_of
from partners.tables import FileRefused, text_of

LARGEST_FILE = 5 * 1024 * 1024
MOST_LINES = 5000
MOST_COLUMNS = 60
MOST_SHEETS = 20
LONGEST_CELL = 500
DELIMITERS = ",;\t|"
HEAD, MOST_HEAD_CELLS = 10_000, 1_000  # characters, cells
WHOLE_NAME = 3  # see `Guess.sure`
WORKBOOK = b"PK\x03\x04"
# What a workbook may hold once it is unpacked.
MOST_UNPACKED = 100 * 1024 * 1024
NOT_A_WORKBOOK = "This workbook cannot be opened. Save it anew in Excel, or as CSV, and upload that."
OPEN_QUOTES = "a quotation mark is opened and not closed"
NO_RESULT = "a formula without its result: open the file in Excel, save it, and upload it again"


class Line(NamedTuple):
    """One line of the file: its number there, its cells as text, and what is wrong with it as a whole."""

    number: int
    cells: list[str]
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as the file has it. `sheet` is its name in a workbook; `delimiter` is empty there."""

    lines: list[Line]
    sheet: str = ""
    delimiter: str = ""


def grids_of(data: bytes) -> list[Grid]:
    """Each way to see the file as a table: the sheets of a workbook, or a text split at each delimiter that could be its.

    FileRefused, in words for the user, for what is neither, is too large, or cannot be opened.
    """
    if len(data) > LARGEST_FILE:
        raise FileRefused(
            f"The file is larger than {LARGEST_FILE >> 20} MB. A statement is smaller: upload one at a time."
        )
    if data.startswith(WORKBOOK):
        return sheets_of(data)
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        raise FileRefused(
            "This is a web page or XML, whatever its name says. Open it in Excel, save it as CSV, and upload that."
        )
    if head.startswith((b"[{", b"{")):
        raise FileRefused("This is JSON, no table. Export the list as CSV or Excel, and upload that.")
    text = text_of(data, known_words)
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"')
    skipped = 0
    if named.casefold().startswith("sep=") and len(named) == 5:  # Excel's own hint, before the table
        text, skipped = rest, 1
        delimiters = named[4]
    else:
        delimiters = "".join(d for d in DELIMITERS if d in text) or ","
    return [Grid(checked(split(text, d, skipped)), delimiter=d) for d in delimiters]


def known_words(text: str) -> int:
    """How many cells near the top are names of columns: many only where the text is read in its own letters."""
    cells = re.split(rf"[{DELIMITERS}\r\n]", text[:HEAD])
    return sum(meaning_of(cell.strip(' "')).sure >= WHOLE_NAME for cell in cells[:MOST_HEAD_CELLS])


def checked(lines: Iterable[Line], most: int = MOST_LINES) -> list[Line]:
    found = []
    for line in lines:
        found.append(line)
        if len(found) > most:
            raise FileRefused(f"The file has more than {most:,} lines. Upload one table at a time.")
    return found


def split(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    """The text's lines; where its quotation marks do not close, line by line, so that one broken line hides no other."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found = []
        before = 0
        for cells in reader:
            found.append(Line(before + 1 + skipped, tidy(cells)))
            before = reader.line_num
        yield from found
    except csv.Error:
        for number, line in enumerate(text.splitlines(), 1 + skipped):
            try:
                cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
                yield Line(number, tidy(cells))
            except csv.Error:
                yield Line(number, tidy(line.split(delimiter)), OPEN_QUOTES)


def tidy(cells: Sequence[str]) -> list[str]:
    """Without the blanks around, the line breaks inside and the empty cells at the end."""
    kept = [" ".join(cell.replace("\u00a0", " ").replace("\u202f", " ").split())[:LONGEST_CELL] for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return kept[:MOST_COLUMNS]


def sheets_of(data: bytes, most: int = MOST_LINES) -> list[Grid]:
    """The sheets that are shown, of at most so many lines each. FileRefused, in words for the user."""
    check_unpacked(data)
    try:
        values = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), keep_links=False)
        grids = [
            Grid(checked(sheet_lines(sheet, formulas[sheet.title], most), most), sheet=sheet.title)
            for sheet in values.worksheets[:MOST_SHEETS]
            if sheet.sheet_state == "visible"
        ]
    except FileRefused:
        raise
    except Exception:  # whatever a broken archive makes of openpyxl
        raise FileRefused(NOT_A_WORKBOOK) from None
    if not any(not line.is_empty for grid in grids for line in grid.lines):
        raise FileRefused("The workbook has no table on any sheet that is shown.")
    return grids


def check_unpacked(data: bytes) -> None:
    """FileRefused for an archive that is no workbook, or that would fill the memory once it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileRefused(NOT_A_WORKBOOK) from None
    if "[Content_Types].xml" not in sizes or not any(name.startswith("xl/") for name in sizes):
        raise FileRefused("This is a zip archive, no workbook. Unpack it and upload the table in it.")
    if sum(sizes.values()) > MOST_UNPACKED:
        raise FileRefused(
            "This workbook is too large once it is unpacked. Save the table alone as CSV and upload that."
        )


def sheet_lines(sheet: Any, formulas: Any, most: int) -> Iterator[Line]:
    """Lines of a sheet, without the columns and rows that are hidden by nobody's wish to show them: those are read too."""
    last = min(sheet.max_row or 0, most + 1)
    width = min(sheet.max_column or 0, MOST_COLUMNS)
    rows = sheet.iter_rows(max_row=last, max_col=width)
    written = formulas.iter_rows(max_row=last, max_col=width, values_only=True)
    for number, (cells, sources) in enumerate(zip(rows, written, strict=True), 1):
        texts = tidy([cell_text(cell.value, cell.number_format) for cell in cells])
        lost = any(
            cell.value is None and isinstance(source, str) and source.startswith("=")
            for cell, source in zip(cells, sources, strict=True)
        )
        yield Line(number, texts, NO_RESULT if lost else "")


def cell_text(value: Any, number_format: str = "") -> str:
    """A workbook's cell as a plain CSV file would have it: days as 2026-12-31, figures with a point and their currency's sign."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return f"{figure(value)} {sign_of(number_format)}".strip()
    return str(value).replace("\x00", "")


def figure(value: Any) -> str:
    """Always with two digits after the point or none, so that no figure looks like one with thousands in it."""
    # A float's last digits are noise: 0.1 + 0.2 is 0.3 here.
    text = f"{value:.6f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<2}" if fraction else whole


def sign_of(number_format: str) -> str:
    """The currency that a cell's format shows: "[$€-407] #,##0.00" gives "€"."""
    if "[$" in number_format:
        return number_format.split("[$", 1)[1].split("]", 1)[0].split("-", 1)[0].strip()
    signs = Counter(sign for sign in "€£$¥₹" if sign in number_format)
    return next(iter(signs), "")
