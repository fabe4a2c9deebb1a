"""Tables to take away, as CSV or as an Excel workbook.

What people typed must stay text when a spreadsheet opens it: a cell that a spreadsheet would run as a formula gets an
apostrophe in front. Numbers, Decimals and dates keep their type.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What starts a formula, also behind blanks and invisible signs; with the full-width and small forms of = + - @ that
# some spreadsheets read as the plain ones.
FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\x00]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−]")
FIRST_DAY_OF_EXCEL = date(1900, 3, 1)


def table_response(*, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], kind: str) -> HttpResponseBase:
    """The table as a download called `name`. `rows` may be lazy: CSV is sent while it is read.

    Amounts come as Decimals in major units. Raises Http404 for a kind other than "csv" and "xlsx".
    """
    if kind not in KINDS:
        raise Http404("A table comes as csv or as xlsx.")
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(columns, rows), content_type=KINDS[kind])
    else:
        response = FileResponse(workbook(name, columns, rows), content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)[:80] or "table"}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def quoted(text: str) -> str:
    """The text, made harmless: `=1+1` becomes `'=1+1`."""
    return f"'{text}" if FORMULA.match(text) else text


def unquoted(text: str) -> str:
    """The text as it was before `quoted`, of a table that comes back."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def plain(value: Any) -> Any:
    """The value as a table holds it: a number, a day, a moment in UTC, or harmless text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0) if value.tzinfo else value
    if isinstance(value, int | float | Decimal | date):
        return value
    return quoted(ILLEGAL_CHARACTERS_RE.sub("", str(value)))


class Line:
    """A file that hands back what is written to it: csv.writer's way of making lines one by one."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield "\ufeff"  # tells Excel that it is UTF-8
    yield writer.writerow([plain(column) for column in columns])
    for row in rows:
        yield writer.writerow([plain(value) for value in row])


def workbook(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]):
    """A temporary file, open at its start: the response closes it, and then it is gone."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", name).strip()[:31] or "Table")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(column) + 3)
    sheet.append([head(sheet, column) for column in columns])
    for row in rows:
        sheet.append([cell(sheet, plain(value)) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def head(sheet, column: str) -> WriteOnlyCell:
    made = cell(sheet, plain(column))
    made.font = Font(bold=True)
    return made


def cell(sheet, value: Any) -> WriteOnlyCell:
    if isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) < FIRST_DAY_OF_EXCEL:
        value = value.isoformat()  # Excel's calendar begins later
    made = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        made.data_type = "s"  # never a formula, never an error code
    if isinstance(value, Decimal):
        decimals = max(0, -int(value.as_tuple().exponent))
        made.number_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    return made
