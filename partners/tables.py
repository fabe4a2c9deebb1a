"""Reads a table from a file's bytes, whatever program wrote it. A leaf: does nothing with the rows and knows no partner."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from partners.exports import FORMULA

MOST_ROWS = 5000
LONGEST_CELL = 500
# Days outside these are typing mistakes; inside them no sum of a day and a claim window runs off the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2100

# What other kinds of file begin with, and what to say of them.
OTHER_FILES = (
    (b"PK\x03\x04", "This is an Excel workbook or a zip archive. In Excel choose Save as, then CSV, and upload that."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook. In Excel choose Save as, then CSV, and upload that."),
    (b"%PDF", "This is a PDF. Upload the table as a CSV file."),
    (b"\x89PNG", "This is a picture. Upload the table as a CSV file."),
    (b"\xff\xd8\xff", "This is a picture. Upload the table as a CSV file."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it and upload the CSV file in it."),
)


class FileRefused(Exception):
    """The file is no table of this shape. Its words are for the user."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that a table must have and those it may have, by the names in its first line, and how long a cell may be."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    longest: Mapping[str, int] = field(default_factory=dict)  # letters, where fewer than LONGEST_CELL
    most_rows: int = MOST_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.needed, *self.optional)


class Row(NamedTuple):
    """One row as it stands in the file: its line there, and the text of each known column ("" where it has none)."""

    line: int
    cells: dict[str, str]
    fault: str = ""  # what is wrong with the row as a whole
    note: str = ""  # what its amount follows from, where a formula made it


# What programs write where they do not write UTF-8, the most usual first: Western and Central Europe, Cyrillic, Greek, Turkish,
# Japanese, Chinese and Korean.
OLDER_ENCODINGS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "cp949")


def text_of(data: bytes, fits: Callable[[str], int] | None = None) -> str:
    """The file's text; its encoding is found out from its first bytes and from what fits. FileRefused if it is no text.

    Where it is no UTF, the most usual older encoding is tried, and no other: between them they read nearly anything. With `fits`,
    which counts the words that it knows of a text, all are, and the one that gives the most is taken.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefused("The file is empty.")
    for start, words in OTHER_FILES:
        if data.startswith(start):
            raise FileRefused(words)
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError:
        read = [text for name in (OLDER_ENCODINGS if fits else OLDER_ENCODINGS[:1]) if (text := read_as(data, name))]
        if not read:
            raise FileRefused("The file's letters cannot be read. Save it as CSV UTF-8 and upload that.") from None
        text = max(read, key=fits) if fits else read[0]
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        raise FileRefused("The file holds bytes that are no text. Save the table as CSV UTF-8 and upload that.")
    if not text.strip():
        raise FileRefused("The file is empty.")
    return text


def read_as(data: bytes, encoding: str) -> str:
    """ "" where it holds bytes that stand for nothing there."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def encoding_of(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # UTF-16 without its mark: every other byte of plain letters is zero.
    head = data[:200]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 3 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) > 3 and head[::2].count(0) > len(head) // 3 and not head[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def header_name(cell: str) -> str:
    return re.sub(r"[\s_-]+", "_", cell.strip().casefold())


def header_of(line: str, delimiter: str) -> list[str]:
    return [header_name(cell.strip('"')) for cell in line.split(delimiter)]


def delimiter_of(text: str, shape: Shape) -> str:
    """The one that makes the most known columns out of the header."""
    line = text.lstrip().splitlines()[0][:2000] if text.strip() else ""
    return max(",;\t", key=lambda d: len(set(header_of(line, d)) & set(shape.columns)))


def check_header(header: Sequence[str], shape: Shape) -> None:
    missing = [name for name in shape.needed if name not in header]
    if missing:
        may_be = f"; {', '.join(shape.optional)} may be there" if shape.optional else ""
        raise FileRefused(
            f"The first line must name the columns. Missing: {', '.join(missing)}. "
            f"Needed are {', '.join(shape.needed)}{may_be}."
        )
    for name in header:
        if name and header.count(name) > 1:
            raise FileRefused(f"The column {name[:40]} stands twice. Keep one of the two.")
        if name not in shape.columns:
            called = f"The column {name[:40]} is not known." if name else "A column has no name."
            raise FileRefused(f"{called} Known are {', '.join(shape.columns)}. Remove the others.")


def read(data: bytes, shape: Shape) -> list[Row]:
    """The rows of a CSV file (comma, semicolon or tab between cells). FileRefused where it is none."""
    text = text_of(data)
    first, _, rest = text.partition("\n")
    is_hint = first.casefold().startswith("sep=")  # Excel's own, before the header
    text = rest if is_hint else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text, shape), strict=True)
    header: list[str] = []
    rows: list[Row] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [header_name(cell) for cell in without_empty_end(cells)]
                check_header(header, shape)
            elif len(rows) == shape.most_rows:
                raise FileRefused(f"The file has more than {shape.most_rows:,} rows. Split it.")
            else:
                rows.append(row_of(reader.line_num + is_hint, header, cells, shape))
    except csv.Error:
        line = reader.line_num + is_hint
        raise FileRefused(f"The table cannot be read at line {line}: look at its quotation marks.") from None
    if not rows:
        raise FileRefused("The file names its columns but has no rows.")
    return rows


def without_empty_end(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end that spreadsheets leave there."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def row_of(line: int, header: Sequence[str], cells: Sequence[str], shape: Shape) -> Row:
    texts = (cell.strip()[: LONGEST_CELL + 1] for cell in cells)
    known = dict.fromkeys(shape.columns, "") | dict(zip(header, texts, strict=False))
    if len(without_empty_end(cells)) <= len(header) <= len(cells):
        return Row(line, known)
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    return Row(line, known, f"This row has {count}, but there are {len(header)} columns.")


class Fault(NamedTuple):
    """What is wrong with one cell, or with a whole row (`column` is empty then)."""

    line: int
    column: str
    text: str
    words: str


def faults_of(row: Row, errors: Mapping[str, str]) -> list[Fault]:
    return [Fault(row.line, column, row.cells.get(column, ""), words) for column, words in errors.items()]


def wrong_cells(row: Row, shape: Shape, skip: Sequence[str] = ()) -> dict[str, str]:
    """What is wrong with a row before anybody asks what it means: sentences by the column's name, "" for the whole row.

    `skip` are the columns that may begin as a formula does, such as an amount with its minus.
    """
    errors: dict[str, str] = {"": row.fault} if row.fault else {}
    for name in shape.columns:
        text, most = row.cells[name], shape.longest.get(name, LONGEST_CELL)
        if name not in skip and FORMULA.match(text):
            errors[name] = f"This begins with {text.lstrip()[:1]} as a formula does. Write plain text."
        elif name not in skip and len(text) > most:
            errors[name] = f"This is longer than {most} letters."
    return errors


def day_of(row: Row, name: str, errors: dict[str, str]) -> date | None:
    """The day in that cell, as in 2026-12-31. None where it is empty or none; what is wrong with it is added to `errors`."""
    text = row.cells[name]
    if not text or name in errors:
        return None
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        errors[name] = "There is no such day."
        return None
    if day is None:
        errors[name] = "Write the day as year-month-day, as in 2026-12-31."
    elif not FIRST_YEAR <= day.year <= LAST_YEAR:
        errors[name] = "Check the year."
        return None
    return day
