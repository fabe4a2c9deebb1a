"""Files of sales as people and programs write them: each is read, or refused in words that say what to do."""

import io
import random
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from funds import sales_files
from funds.models import Sale
from funds.sales_states import UploadStatus
from tests.funds.sales import HEADER, books, confirmed, coop, csv_of, faults, sold, uploaded

GOOD = "brightpath-test,S-1,2026-02-03,1000\nbrightpath-test,S-2,2026-02-04,-100.50\n"
EARNED = {("brightpath-test", "2026-H1"): (899_50, 26_98, 26_98)}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def workbook(*rows, sheets: int = 1) -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["not", "looked", "at"])
    book.save(file)
    return file.getvalue()


TEXTS = {
    "plain": f"{HEADER}\n{GOOD}",
    "with a mark": f"\ufeff{HEADER}\n{GOOD}",
    "Windows line ends": f"{HEADER}\n{GOOD}".replace("\n", "\r\n"),
    "old Mac line ends": f"{HEADER}\n{GOOD}".replace("\n", "\r"),
    "no line end at the end": f"{HEADER}\n{GOOD}".rstrip(),
    "semicolons": f"{HEADER}\n{GOOD}".replace(",", ";"),
    "tabs": f"{HEADER}\n{GOOD}".replace(",", "\t"),
    "Excel's hint": f"sep=,\n{HEADER}\n{GOOD}",
    "names in other letters": f"Partner, Reference ,Sold on,AMOUNT\n{GOOD}",
    "another order": "amount,sold_on,partner,reference\n1000,2026-02-03,Brightpath,S-1\n-100.50,2026-02-04,Brightpath,S-2\n",
    "with currency": "partner,reference,sold_on,amount,currency\n"
    "Brightpath,S-1,2026-02-03,1000,USD\nBrightpath,S-2,2026-02-04,-100.50,\n",
    "blank lines": f"{HEADER}\n\n{GOOD}\n\n",
    "blanks around cells": f"{HEADER}\n{GOOD}".replace(",", ", "),
    "thousands": f"{HEADER}\n{GOOD}".replace(",1000", ',"1,000.00"'),
    "line break in a cell": f"{HEADER}\n{GOOD}".replace("S-2", '"S-2\n(second line)"'),
    "quoted": "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in f"{HEADER}\n{GOOD}".splitlines()),
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_ways_to_write_the_same_file(w, content):
    budget = coop(w)
    upload = confirmed(w, uploaded(w, budget, content.encode()))
    assert (upload.status, faults(upload)) == (UploadStatus.POSTED, [])
    assert books(budget) == EARNED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(w, encoding):
    w.brightpath.name = "Brüghtpath"
    w.brightpath.save()
    budget = coop(w)
    content = f"{HEADER}\n{GOOD}".replace("brightpath-test", "Brüghtpath").encode(encoding)
    assert confirmed(w, uploaded(w, budget, content)).status == UploadStatus.POSTED
    assert books(budget) == EARNED


def test_a_workbook(w):
    budget = coop(w)
    content = workbook(
        ["Partner", "Reference", "Sold on", "Amount"],
        ["Brightpath", 1001, datetime(2026, 2, 3), 1000],  # noqa: DTZ001 - as a workbook has it
        [None, None, None, None],
        ["Brightpath", "S-2", date(2026, 2, 4), -100.5],
        sheets=2,
    )
    upload = uploaded(w, budget, content, name="sales.xlsx")
    assert faults(upload) == []
    assert confirmed(w, upload).status == UploadStatus.POSTED
    assert books(budget) == EARNED
    assert Sale.objects.filter(reference="1001").exists()


def test_a_formula_in_a_workbook_counts_by_its_value_or_not_at_all(w):
    upload = uploaded(
        w, coop(w), workbook(HEADER.split(","), ["Brightpath", "S-1", date(2026, 2, 3), "=1+1"]), name="sales.xlsx"
    )
    assert faults(upload) == [(2, "amount", "How much was sold? A return is below zero.")]


WRONG = {
    "nobody,S-1,2026-02-03,1": ("partner", "no partner of this name"),
    ",S-1,2026-02-03,1": ("partner", "Name a partner"),
    "brightpath-test,,2026-02-03,1": ("reference", "reference of its own"),
    f"brightpath-test,{'x' * 61},2026-02-03,1": ("reference", "longer than 60"),
    "brightpath-test,=1+1,2026-02-03,1": ("reference", "formula"),
    "brightpath-test,S-1,,1": ("sold_on", "which day"),
    "brightpath-test,S-1,3.2.2026,1": ("sold_on", "year-month-day"),
    "brightpath-test,S-1,2026-02-30,1": ("sold_on", "no such day"),
    "brightpath-test,S-1,2026-12-03,1": ("sold_on", "not come yet"),
    "brightpath-test,S-1,2025-12-31,1": ("sold_on", "program runs from"),
    "brightpath-test,S-1,2026-02-03,": ("amount", "How much"),
    "brightpath-test,S-1,2026-02-03,ten": ("amount", "Enter an amount"),
    "brightpath-test,S-1,2026-02-03,1.005": ("amount", "too fine"),
    "brightpath-test,S-1,2026-02-03,NaN": ("amount", "Enter an amount"),
    "brightpath-test,S-1,2026-02-03,1e5": ("amount", "Enter an amount"),
    "brightpath-test,S-1,2026-02-03,$5": ("amount", "figures only"),
    'brightpath-test,S-1,2026-02-03,"12,5"': ("amount", "Enter an amount"),
    f"brightpath-test,S-1,2026-02-03,{'9' * 30}": ("amount", "an amount"),
    f"brightpath-test,S-1,2026-02-03,{'9' * 16}": ("amount", "more than"),
    "brightpath-test,S-1,2026-02-03": ("", "3 cells"),
    "brightpath-test,S-1,2026-02-03,1,2": ("", "5 cells"),
}


@pytest.mark.parametrize(("line", "wrong"), WRONG.items())
def test_a_wrong_line_is_named(w, line, wrong):
    budget = coop(w)
    upload = uploaded(w, budget, [*GOOD.replace("S-", "G-").splitlines(), line])
    assert (upload.status, upload.wrong) == (UploadStatus.WRONG, 1)
    found = faults(upload)
    column, words = wrong
    assert [(at, name) for at, name, said in found if words in said] == [(4, column)], found


def test_a_foreign_currency_and_a_name_that_two_have(w):
    from partners.models import Partner

    Partner.objects.create(name="Brightpath", slug="brightpath-2", country="US")
    lines = ["Brightpath,S-1,2026-02-03,1,USD", "othertech,S-2,2026-02-03,1,EUR"]
    upload = uploaded(w, coop(w), csv_of(*lines, header=f"{HEADER},currency"))
    assert faults(upload) == [
        (2, "partner", "Several partners have this name. Write the short name."),
        (3, "currency", "This program's money is in USD."),
    ]


def test_a_reference_twice_in_one_file(w):
    upload = uploaded(
        w, coop(w), ["othertech,S-1,2026-02-03,1", "othertech,S-1,2026-02-03,1", "othertech,S-2,2026-02-03,1"]
    )
    assert (upload.wrong, faults(upload)) == (1, [(3, "reference", "This reference stands in line 2 already.")])


def test_a_reference_that_was_posted_before_and_stands_twice_is_one_wrong_line_less(w):
    budget = coop(w)
    sold(w, budget, "othertech,S-1,2026-02-03,1")
    upload = uploaded(
        w, budget, ["othertech,S-1,2026-02-03,1", "othertech,S-1,2026-02-03,2", "othertech,S-2,2026-02-03,1"]
    )
    assert (upload.wrong, faults(upload)) == (1, [(3, "reference", "This reference stands in line 2 already.")])
    upload = uploaded(w, budget, ["othertech,S-1,2026-02-03,3", "othertech,S-2,2026-02-03,1"])
    assert (upload.wrong, faults(upload)[0][2][:45]) == (1, "This reference was posted before with another")


AMOUNTS = ["12.5000", "\u00a07", '"1,000,000.10"', "999999999999.99", "-0.50", "1000000000000.00"]


def test_amounts_as_other_programs_write_them(w):
    upload = uploaded(w, coop(w), [f"othertech,S-{n},2026-02-03,{amount}" for n, amount in enumerate(AMOUNTS)])
    assert faults(upload) == []
    assert upload.sold == 12_50 + 7_00 + 1_000_000_10 + 999_999_999_999_99 - 50 + 10**14


def test_of_a_wrong_line_between_wrong_lines_the_right_place_is_said(w):
    """Also where the database split the rows itself, whose lines nobody counted on the way."""
    lines = [f"othertech,S-{n},2026-02-03,{'ten' if n in (7, 2999) else '1'}" for n in range(3000)]
    for hint in ("", "sep=,\n"):
        upload = uploaded(w, coop(w), hint.encode() + csv_of(*lines))
        first = 3 if hint else 2
        assert [at for at, *_ in faults(upload)] == [7 + first, 2999 + first]


REFUSED = {
    "no header": (b"brightpath-test,S-1,2026-02-03,1000\n", "must name the columns"),
    "no rows": (f"{HEADER}\n".encode(), "no rows"),
    "unknown column": (f"{HEADER},colour\n{GOOD}".encode(), "colour is not known"),
    "column twice": (f"{HEADER},amount\n{GOOD}".encode(), "stands twice"),
    "bytes": (f"{HEADER}\n".encode() + b"a,b\x00,c,d\n", "no text"),
    "no letters of any kind": (f"{HEADER}\n".encode() + b"\x81\x8d\xff,S,2026-02-03,1\n", "cannot be read"),
    "open quotation mark": (f'{HEADER}\n"brightpath-test,S-1,2026-02-03,1\n'.encode(), "quotation marks"),
    "a zip": (b"PK\x03\x04 and then nothing", "cut off or broken"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_of_sales(w, content, words):
    upload = uploaded(w, coop(w), content)
    assert upload.status == UploadStatus.REFUSED
    assert words in upload.message


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def test_an_archive_that_is_no_workbook_and_one_that_would_fill_the_memory(w):
    assert "no workbook" in uploaded(w, coop(w), archive({"sales.csv": b"x"})).message
    bomb = archive({"[Content_Types].xml": b"x", "xl/sharedStrings.xml": b"<si>" * (17 << 20)})
    assert len(bomb) < 1 << 20
    assert "too large once it is unpacked" in uploaded(w, coop(w), bomb).message
    assert (
        "cannot be opened"
        in uploaded(w, coop(w), archive({"[Content_Types].xml": b"x", "xl/workbook.xml": b"<"})).message
    )


def test_more_lines_than_fit(w, monkeypatch):
    monkeypatch.setattr(sales_files, "MOST_LINES", 3)
    lines = [f"othertech,S-{n},2026-02-03,1" for n in range(4)]
    assert "split it" in uploaded(w, coop(w), lines).message.lower()
    rows = [HEADER.split(","), *(line.split(",") for line in lines)]
    assert "split it" in uploaded(w, coop(w), workbook(*rows), name="s.xlsx").message.lower()


def test_of_many_wrong_lines_the_first_500_are_kept(w):
    lines = [f"othertech,S-{n},2026-02-03,{'1' if n % 2 else 'x'}" for n in range(1600)]
    upload = uploaded(w, coop(w), lines)
    assert (upload.lines, upload.wrong, upload.faults.count()) == (1600, 800, 500)
    assert not Sale.objects.exists()


def test_500_broken_files_are_refused_or_corrected_and_never_half_posted(w):
    """Each a good file with something thrown in; whatever comes of it, nothing is posted and no line is lost in silence."""
    chance, budget = random.Random(7), coop(w)
    junk = [
        ",",
        ";",
        '"',
        "\n",
        "\r",
        "\x00",
        "=1+1",
        "\u202e",
        "'",
        "9" * 25,
        "-",
        "\\.",
        "\t",
        "€",
        "NULL",
        "\\N",
        "{}",
        "%s",
    ]
    for _ in range(500):
        content = f"{HEADER}\n{GOOD * 1}"
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content = content[:at] + chance.choice(junk) + content[at + chance.randint(0, 2) :]
        upload = uploaded(w, budget, content.encode())
        assert upload.status in (UploadStatus.CHECKED, UploadStatus.WRONG, UploadStatus.REFUSED)
        assert bool(upload.message) == (upload.status == UploadStatus.REFUSED)
        assert bool(upload.wrong) == (upload.status == UploadStatus.WRONG) == bool(faults(upload))
    assert not Sale.objects.exists()
