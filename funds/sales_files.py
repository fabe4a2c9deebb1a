"""Reads a file of sales as a stream, so that a million lines need no more memory than a thousand.

A clean CSV file goes to the database as it is: PostgreSQL splits its cells faster than anybody. Where it stumbles, and for
workbooks, the rows are read here, and each that is broken is named.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

from openpyxl import load_workbook

from partners.tables import (
    OTHER_FILES,
    FileRefused,
    Row,
    Shape,
    check_header,
    delimiter_of,
    encoding_of,
    header_name,
    row_of,
    without_empty_end,
)

LARGEST_FILE = 100 * 1024 * 1024
MOST_LINES = 1_000_000
SALES = Shape(
    needed=("partner", "reference", "sold_on", "amount"),
    optional=("currency",),
    longest={"partner": 120, "reference": 60, "currency": 3},
    most_rows=MOST_LINES,
)
WORKBOOK = b"PK\x03\x04"
# What a workbook may hold once it is unpacked: its sheets are read as a stream, its texts are kept in memory.
MOST_UNPACKED = 1_000_000_000
MOST_TEXTS = 64_000_000
LINE_END = re.compile(r"\r\n|\r|\n")
CHUNK = 1 << 20
HEAD = 1 << 16
UNREADABLE = "The file's letters cannot be read. Save it as CSV UTF-8 and upload that."
NO_ROWS = "The file names its columns but has no rows."
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Text:
    """A CSV file, found out about but not read: `rows` are as many as it has, if every row stands in a line of its own."""

    encoding: str
    delimiter: str
    header: list[str]
    skipped: str  # what stands before the first row: a mark, a hint, the header
    rows: int

    @property
    def before(self) -> int:
        """How many lines stand before the first row."""
        return len(LINE_END.findall(self.skipped)) or 1


def sniff(head: bytes) -> bool:
    """True for a workbook, False for a text. FileRefused for what is neither."""
    if not head.strip(b"\x00 \t\r\n"):
        raise FileRefused("The file is empty.")
    if head.startswith(WORKBOOK):
        return True
    for start, words in OTHER_FILES:
        if head.startswith(start):
            raise FileRefused(words.replace("CSV, and upload", "Excel workbook (.xlsx) or CSV, and upload"))
    return False


def look(file: BinaryIO) -> Text:
    """What kind of text it is, in one pass that keeps nothing. FileRefused if it is no table of sales."""
    file.seek(0)
    head = file.read(HEAD)
    encoding = encoding_of(head)
    try:
        lines = count_lines(file, encoding)
    except UnicodeDecodeError:
        try:
            encoding, lines = "cp1252", count_lines(file, "cp1252")
        except UnicodeDecodeError:
            raise FileRefused(UNREADABLE) from None
    text = codecs.getincrementaldecoder(encoding)().decode(head)
    skipped, header, delimiter = headed(text)
    rows = lines - skipped.count("\n")
    if rows > MOST_LINES:
        raise FileRefused(f"The file has {rows:,} lines. {MOST_LINES:,} fit into one: split it.")
    return Text(encoding, delimiter, header, skipped, rows)


def count_lines(file: BinaryIO, encoding: str) -> int:
    """How many lines the file has. UnicodeDecodeError if it is not in that encoding, FileRefused if it is no text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, last = 0, "\n"
    for chunk in iter(lambda: file.read(CHUNK), b""):
        text = decoder.decode(chunk)
        if "\x00" in text:
            raise FileRefused("The file holds bytes that are no text. Save the table as CSV UTF-8 and upload that.")
        lines += text.count("\n")
        last = text[-1:] or last
    decoder.decode(b"", final=True)
    return lines + (last != "\n")


def headed(text: str) -> tuple[str, list[str], str]:
    """What stands before the first row, the names of the columns, and what stands between cells."""
    skipped = text[: len(text) - len(text.lstrip("\ufeff"))]
    rest = text[len(skipped) :]
    first = line_of(rest)
    if first.casefold().startswith("sep="):  # Excel's own, before the header
        skipped, rest = skipped + first, rest[len(first) :]
        first = line_of(rest)
    delimiter = delimiter_of(first, SALES)
    try:
        cells = next(csv.reader([first.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        cells = []
    header = [header_name(cell) for cell in without_empty_end(cells)]
    check_header(header, SALES)
    return skipped + first, header, delimiter


def line_of(text: str) -> str:
    """The first line, with its end."""
    end = LINE_END.search(text)
    return text[: end.end()] if end else text


class Watched(io.RawIOBase):
    """A file that tells how far it was read: from 0 to 1."""

    def __init__(self, file: BinaryIO, size: int, tell: Progress):
        self.file, self.size, self.tell_progress = file, max(size, 1), tell

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        self.tell_progress(min(1.0, self.file.tell() / self.size))
        return len(data)


class Rest:
    """A CSV file from its first row on, as UTF-8: what COPY reads."""

    refusal: FileRefused | None = None

    def __init__(self, file: BinaryIO, found: Text, size: int, tell: Progress):
        file.seek(0)
        self.is_utf8 = found.encoding == "utf-8"
        if self.is_utf8:
            file.seek(len(found.skipped.encode()))
            self.source: Any = io.BufferedReader(Watched(file, size, tell), CHUNK)
        else:
            self.source = opened(file, found.encoding, size, tell)
            self.source.read(len(found.skipped))

    def read(self, count: int = CHUNK) -> bytes:
        return self.source.read(count) if self.is_utf8 else self.source.read(count).encode()


def opened(file: BinaryIO, encoding: str, size: int, tell: Progress) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(Watched(file, size, tell), CHUNK), encoding, newline="")


def text_rows(file: BinaryIO, found: Text, size: int, tell: Progress) -> Iterator[Row]:
    """The rows of a CSV file one by one, with what is wrong with each as a whole."""
    file.seek(0)
    source = opened(file, found.encoding, size, tell)
    source.read(len(found.skipped))
    before = found.before
    reader = csv.reader(source, delimiter=found.delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield row_of(reader.line_num + before, found.header, cells, SALES)
    except csv.Error:
        line = reader.line_num + before
        raise FileRefused(f"The table cannot be read at line {line:,}: look at its quotation marks.") from None


def workbook_rows(file: BinaryIO, tell: Progress) -> Iterator[Row]:
    """The rows of a workbook's first sheet. Of a formula counts what the program that saved it had worked out."""
    check_unpacked(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        total = max(sheet.max_row or 0, 1)
        sheet.reset_dimensions()
        yield from sheet_rows(sheet.iter_rows(values_only=True, max_col=50), total, tell)
    except FileRefused:
        raise
    except Exception:  # whatever a broken archive makes of openpyxl
        raise FileRefused(
            "This workbook cannot be opened. Save it anew in Excel, or as CSV, and upload that."
        ) from None


def sheet_rows(rows: Iterator[Sequence[Any]], total: int, tell: Progress) -> Iterator[Row]:
    header: list[str] = []
    taken = 0
    for line, values in enumerate(rows, 1):
        cells = [cell_text(value) for value in values]
        if not any(cells):
            if line > 2 * MOST_LINES:
                break
            continue
        if not header:
            header = [header_name(cell) for cell in without_empty_end(cells)]
            check_header(header, SALES)
            continue
        taken += 1
        if taken > MOST_LINES:
            raise FileRefused(f"The sheet has more than {MOST_LINES:,} rows. Split it.")
        if taken % 2000 == 0:
            tell(min(1.0, line / total))
        cells = without_empty_end(cells)
        yield row_of(line, header, cells + [""] * (len(header) - len(cells)), SALES)
    if not header:
        raise FileRefused("The workbook's first sheet is empty.")


def check_unpacked(file: BinaryIO) -> None:
    """FileRefused for an archive that is no workbook, or that would fill the memory once it is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileRefused("This workbook cannot be opened: the file is cut off or broken.") from None
    if "[Content_Types].xml" not in sizes or not any(name.startswith("xl/") for name in sizes):
        raise FileRefused("This is a zip archive, no workbook. Unpack it and upload the table in it.")
    texts = sum(size for name, size in sizes.items() if not name.startswith("xl/worksheets/"))
    if sum(sizes.values()) > MOST_UNPACKED or texts > MOST_TEXTS:
        raise FileRefused(
            "This workbook is too large once it is unpacked. Save the sheet of sales as CSV and upload that."
        )
    file.seek(0)


def cell_text(value: Any) -> str:
    """A workbook's cell as a CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # A float's last digits are noise: 0.1 + 0.2 is 0.3 here.
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).replace("\x00", "").strip()


class Lines:
    """Rows as the CSV that COPY reads: line, the columns, what is wrong with the row as a whole."""

    def __init__(self, rows: Iterator[Row]):
        self.rows, self.rest = rows, b""
        self.refusal: FileRefused | None = None  # what stopped the reading

    def read(self, count: int = CHUNK) -> bytes:
        while len(self.rest) < count:
            text = io.StringIO()
            writer = csv.writer(text)
            try:
                for row in islice(self.rows, 1000):
                    writer.writerow([row.line, *row.cells.values(), row.fault])
            except FileRefused as refusal:
                self.refusal = refusal
                raise
            if not text.tell():
                break
            self.rest += text.getvalue().encode("utf-8", "replace")
        data, self.rest = self.rest[:count], self.rest[count:]
        return data
