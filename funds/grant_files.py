"""Reads a table of grants from a file's bytes, whatever program wrote it. Grants nothing and knows no partner."""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

NEEDED = ("partner", "amount", "reference")
COLUMNS = (*NEEDED, "name", "expires_on", "claim_by")
MOST_ROWS = 5000
LONGEST_CELL = 500

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
    """The file is no table of grants. Its words are for the user."""


class Row(NamedTuple):
    """One row as it stands in the file: its line there, and the text of each known column ("" where it has none)."""

    line: int
    cells: dict[str, str]
    fault: str = ""  # what is wrong with the row as a whole


def text_of(data: bytes) -> str:
    """The file's text; its encoding is found out from its first bytes and from what fits. FileRefused if it is no text."""
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefused("The file is empty.")
    for start, words in OTHER_FILES:
        if data.startswith(start):
            raise FileRefused(words)
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError:
        try:
            # What Windows programs write where they do not write UTF-8; five of its bytes stand for nothing.
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise FileRefused("The file's letters cannot be read. Save it as CSV UTF-8 and upload that.") from None
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        raise FileRefused("The file holds bytes that are no text. Save the table as CSV UTF-8 and upload that.")
    if not text.strip():
        raise FileRefused("The file is empty.")
    return text


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


def delimiter_of(text: str) -> str:
    """The one that makes the most known columns out of the header."""
    line = text.lstrip().splitlines()[0][:2000] if text.strip() else ""
    return max(",;\t", key=lambda d: len(set(header_of(line, d)) & set(COLUMNS)))


def check_header(header: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise FileRefused(
            f"The first line must name the columns. Missing: {', '.join(missing)}. "
            f"Needed are {', '.join(NEEDED)}; {', '.join(COLUMNS[3:])} may be there."
        )
    for name in header:
        if name and header.count(name) > 1:
            raise FileRefused(f"The column {name[:40]} stands twice. Keep one of the two.")
        if name not in COLUMNS:
            called = f"The column {name[:40]} is not known." if name else "A column has no name."
            raise FileRefused(f"{called} Known are {', '.join(COLUMNS)}. Remove the others.")


def read(data: bytes) -> list[Row]:
    """The rows of a CSV file (comma, semicolon or tab between cells). FileRefused where it is none."""
    text = text_of(data)
    first, _, rest = text.partition("\n")
    is_hint = first.casefold().startswith("sep=")  # Excel's own, before the header
    text = rest if is_hint else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    header: list[str] = []
    rows: list[Row] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [header_name(cell) for cell in without_empty_end(cells)]
                check_header(header)
            elif len(rows) == MOST_ROWS:
                raise FileRefused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
            else:
                rows.append(row_of(reader.line_num + is_hint, header, cells))
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


def row_of(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    texts = (cell.strip()[: LONGEST_CELL + 1] for cell in cells)
    known = dict.fromkeys(COLUMNS, "") | dict(zip(header, texts, strict=False))
    if len(without_empty_end(cells)) <= len(header) <= len(cells):
        return Row(line, known)
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    return Row(line, known, f"This row has {count}, but there are {len(header)} columns.")
