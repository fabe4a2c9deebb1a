"""Tables out: CSV and XLSX of what a list shows, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from openpyxl import Workbook

# A spreadsheet takes a cell that begins with one of these for a formula; the full-width ones too.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
BOM = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def quoted(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers and dates stay what they are."""
    if not isinstance(value, str):
        return value
    # Characters that no XML file may hold would make the XLSX unreadable.
    text = "".join(c for c in value if c >= " " or c in "\t\n\r")
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA) or text.startswith(FORMULA) else text


def plain(value: Any) -> Any:
    """A moment in UTC without its zone, which XLSX cannot hold; None as an empty cell."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return "" if value is None else quoted(value)


def table_response(*, name: str, columns: Sequence[str], rows: Iterable[Sequence], kind: str) -> HttpResponse:
    """The table as a download: `kind` is csv (UTF-8 with a mark that spreadsheets look for) or xlsx."""
    response: HttpResponse
    if kind == "xlsx":
        response = HttpResponse(workbook(columns, rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "table"}.{kind}"'
    return response


def lines(columns: Sequence[str], rows: Iterable[Sequence]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield BOM
    for row in chain([columns], ([plain(cell) for cell in row] for row in rows)):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def workbook(columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Windfall")
    sheet.append([quoted(column) for column in columns])
    for row in rows:
        sheet.append([plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
