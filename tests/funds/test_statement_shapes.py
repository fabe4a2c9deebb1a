"""What a vendor's portal exported is read, whatever its shape; what cannot be read for sure is said, line by line."""

import io
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from funds.statement_files import amounts, days
from funds.statement_files.understanding import Understood, understand
from funds.statement_files.words import Meaning
from partners.tables import FileRefused
from tests.funds.statement_shapes import SHAPES

STATEMENTS = Path(__file__).parent / "statements"


def told(understood: Understood) -> list[tuple]:
    return [
        (f.name, f.currency, f.available, f.expires_on and str(f.expires_on), f.claim_by and str(f.claim_by))
        for f in understood.funds
    ]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape(shape):
    data = shape.text.encode(shape.encoding)
    if shape.refused:
        with pytest.raises(FileRefused, match=shape.refused):
            understand(data)
        return
    understood = understand(data)
    assert told(understood) == shape.funds
    assert {line.line: line.reason[:60] for line in understood.skipped} == shape.skipped
    # No line of the table is passed over in silence.
    filled = {line.number for line in understood.layout.body if not line.is_empty}
    assert filled == {fund.line for fund in understood.funds} | set(shape.skipped)


def test_what_a_person_says_settles_what_can_be_read_in_two_ways():
    table = b"Pot,Left,Lapse\nA,100.00,03/04/2027\n"
    taught = {"pot": Meaning.NAME, "lapse": Meaning.EXPIRES_ON}
    (fund,) = understand(table, currency="CAD", taught=taught, order=days.MONTH_FIRST).funds
    assert (fund.name, fund.currency, fund.expires_on) == ("A", "CAD", date(2027, 3, 4))
    (fund,) = understand(table, currency="CAD", taught=taught, order=days.DAY_FIRST).funds
    assert fund.expires_on == date(2027, 4, 3)


def workbook(*rows, formats=(), sheets=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats:
        book.active[cell].number_format = number_format
    for title, more in sheets:
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_with_days_figures_and_formats():
    understood = understand(
        workbook(
            ["Northgate partner portal"],
            [],
            ["Fund ID", "Fund", "Granted", "Used", "Available", "Use by", "Claim by"],
            [1001, "Spring push", 1000, 250.1, 749.9, datetime.fromisoformat("2026-12-31"), date(2027, 2, 14)],
            [1002, "Autumn push", 0.1 + 0.2, 0, 0.1 + 0.2, date(2027, 3, 31), None],
            ["Total", None, None, None, 750.2, None, None],
            formats=[("E4", "[$€-407] #,##0.00"), ("E5", '#,##0.00 "€"')],
            sheets=[("Help", [["How to read this"], ["Ask us"]])],
        )
    )
    assert told(understood) == [
        ("Spring push", "EUR", 74990, "2026-12-31", "2027-02-14"),
        ("Autumn push", "EUR", 30, "2027-03-31", None),
    ]
    assert [fund.reference for fund in understood.funds] == ["1001", "1002"]
    assert [line.reason for line in understood.skipped] == ["a sum, not a fund"]


def test_a_formula_that_was_never_worked_out_is_no_figure():
    understood = understand(
        workbook(["Fund", "Available", "Use by"], ["A", "=1+1", date(2026, 12, 31)], ["B", 5, date(2026, 12, 31)]),
        currency="USD",
    )
    assert told(understood) == [("B", "USD", 500, "2026-12-31", None)]
    assert "formula" in understood.skipped[0].reason


def test_the_sheet_with_the_table_is_found_wherever_it_stands():
    understood = understand(
        workbook(
            ["Summary"],
            ["Funds", 1],
            sheets=[("Funds", [["Fund", "Available", "Use by", "Currency"], ["A", 5, date(2026, 12, 31), "USD"]])],
        )
    )
    assert told(understood) == [("A", "USD", 500, "2026-12-31", None)]


def test_one_sheet_of_several_is_read_and_the_others_are_named():
    head = ["Fund", "Available", "Use by", "Currency"]
    data = workbook(
        head,
        ["A", 5, date(2026, 12, 31), "USD"],
        sheets=[("Europe", [head, ["B", 7, date(2026, 12, 31), "EUR"]]), ("Help", [["Ask us"]])],
    )
    understood = understand(data)
    assert (told(understood)[0][0], understood.notes) == ("A", ("The sheet “Europe” was not read.",))
    understood = understand(data, sheet="Europe")
    assert (told(understood)[0][0], understood.notes) == ("B", ("The sheet “Sheet” was not read.",))
    assert told(understand(data, sheet="No such"))[0][0] == "A"


def test_amounts_and_days_as_text_and_as_serial_numbers_in_a_workbook():
    understood = understand(
        workbook(
            ["MDF balance report"],
            ["Generated", date(2026, 11, 20)],
            [],
            ["Fund", "Allocation", "Available", "Valid until"],
            ["A", "1,000.00 USD", "500.00 USD", "Dec 31, 2026"],
            ["B", "2,000.00 USD", "250.00 USD", 46387],
            ["C", "2,000.00 USD", "#REF!", 46387],
        )
    )
    assert told(understood) == [("A", "USD", 50000, "2026-12-31", None), ("B", "USD", 25000, "2026-12-31", None)]
    assert understood.stated_on == date(2026, 11, 20)
    assert [line.reason for line in understood.skipped] == ["Available: “#REF!” is no amount"]


def test_two_columns_of_one_name_are_told_apart_by_a_person():
    table = b"Fund,Amount,Amount,Expires,Currency\nA,100.00,40.00,2026-12-31,USD\n"
    keys = [column.key for column in understand(table).layout.columns]
    assert keys[1:3] == ["amount", "amount#2"]
    taught = {"amount": Meaning.GRANTED, "amount#2": Meaning.AVAILABLE}
    assert told(understand(table, taught=taught)) == [("A", "USD", 4000, "2026-12-31", None)]


def test_a_table_whose_headings_a_person_points_to():
    table = b"Export 7\n\nQwx;Zzz;Rrr\nA;10,00;31.12.2026\n"
    with pytest.raises(FileRefused, match="No line of this file names"):
        understand(table)
    taught = {"qwx": Meaning.NAME, "zzz": Meaning.AVAILABLE, "rrr": Meaning.EXPIRES_ON}
    understood = understand(table, header=3, currency="EUR", taught=taught)
    assert told(understood) == [("A", "EUR", 1000, "2026-12-31", None)]
    # Once it is taught, it is found.
    assert understand(table, currency="EUR", taught=taught).layout.fingerprint == understood.layout.fingerprint
    with pytest.raises(FileRefused, match="Line 2 is empty"):
        understand(table, header=2)


def test_the_three_statements_that_we_were_given():
    def available(name: str) -> list[int]:
        return [fund.available for fund in understand((STATEMENTS / name).read_bytes()).funds]

    assert available("northgate-coop-balance.csv") == [807450, 498025, 0, 1336790]
    assert available("skylark-fund-requests.csv") == [500000, 0, 175050]
    assert available("harborline-wallet.csv") == [332460, 800000, 1500000, 999999]


CELLS = st.one_of(
    st.sampled_from(
        ["Available", "Fund", "Expires", "Status", "USD", "$1,000.00", "(5,00)", "31/12/2026", "Approved", "", "-"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.sampled_from(",;\t|"))
def test_whatever_the_file_is_it_is_read_or_refused_in_words(rows, delimiter):
    data = "\n".join(delimiter.join(row) for row in rows).encode("utf-8", "replace")
    try:
        understood = understand(data, currency="USD")
    except FileRefused:
        return
    assert all(line.reason for line in understood.skipped)
    assert all(fund.available >= 0 and fund.reference for fund in understood.funds)
    assert len({fund.reference for fund in understood.funds}) == len(understood.funds)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_are_read_or_refused_in_words(data):
    with suppress(FileRefused):
        understand(data)


@pytest.mark.parametrize(
    ("text", "currency", "mark", "minor"),
    [
        ("$12,450.00", "USD", None, 1245000),
        ("12.450,00 €", "EUR", None, 1245000),
        ("1'234.50", "CHF", None, 123450),
        ("(500.00)", "USD", None, -50000),
        ("500.00-", "USD", None, -50000),
        ("-$5", "USD", None, -500),
        ("1 234,56", "EUR", None, 123456),
        ("1,234", "USD", None, 123400),
        ("1.234", "EUR", ",", 123400),
        ("12,34,567.00", "INR", None, 123456700),
        ("1.200,-", "EUR", None, 120000),
        ("$ -", "USD", None, 0),
        ("n/a", "USD", None, 0),
        ("1,234", "JPY", None, 1234),
        ("1.5", "USD", None, 150),
        ("0.500", "KWD", None, 500),
    ],
)
def test_an_amount(text, currency, mark, minor):
    assert amounts.minor(text, currency, mark) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("abc", "USD"),
        ("1.2.3", "USD"),
        ("12,34,5.00", "USD"),
        ("1.005", "KWD"),
        ("5.001,5", "JPY"),
        ("1e5", "USD"),
        ("9" * 17, "USD"),
    ],
)
def test_no_amount(text, currency):
    with pytest.raises(amounts.AmountError, match="“"):
        amounts.minor(text, currency, None)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-12-31", None, date(2026, 12, 31)),
        ("2026-12-31T23:59:59Z", None, date(2026, 12, 31)),
        ("12/31/2026", None, date(2026, 12, 31)),
        ("31.12.26", None, date(2026, 12, 31)),
        ("1.2.2027", None, date(2027, 2, 1)),
        ("31-Dec-2026", None, date(2026, 12, 31)),
        ("Thu, December 31st, 2026", None, date(2026, 12, 31)),
        ("31 décembre 2026", None, date(2026, 12, 31)),
        ("31 de diciembre de 2026", None, date(2026, 12, 31)),
        ("31. Dez. 2026", None, date(2026, 12, 31)),
        ("20261231", None, date(2026, 12, 31)),
        ("46387", None, date(2026, 12, 31)),
        ("12/31/2026 11:59 PM", None, date(2026, 12, 31)),
        ("05/05/2026", None, date(2026, 5, 5)),
        ("03/04/2026", days.DAY_FIRST, date(2026, 4, 3)),
        ("03/04/2026", days.MONTH_FIRST, date(2026, 3, 4)),
        ("-", None, None),
    ],
)
def test_a_day(text, order, day):
    assert days.read(text, order) == day


@pytest.mark.parametrize(
    "text", ["03/04/2026", "30 Febtober 2026", "2026-02-30", "soon", "Q4 2026", "31/12/1926", "99999999"]
)
def test_no_day(text):
    with pytest.raises(days.DayError, match="“"):
        days.read(text, None)
