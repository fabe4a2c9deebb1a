"""What an invoice says is read from its PDF, offered beside the file, and taken only by whoever says so."""

import io
import re
import time
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from claims import actions, readings
from claims.models import Claim
from claims.reading.invoice import read
from claims.reading.text import text_of
from claims.reading.values import amounts_in, currency_in, day_in
from claims.tasks import read_invoice
from programs.bounds import Broke, bounded
from programs.uploads import accept
from tests.cast import NOW, accepted_file
from tests.claims.invoices import DAY, INVOICES, paper
from tests.claims.typed import typed
from tests.files import image, pdf


@pytest.mark.parametrize("name", INVOICES)
def test_an_invoice_is_read_from_its_pdf(name):
    assert read(bounded(text_of, paper(name)), own="Brightpath") == INVOICES[name][1]


JAPANESE = """
請求書                                  発行日: 2026年11月3日
株式会社エコー                           請求書番号: E-77
小計                                     ¥100,000
消費税(10%)                              ¥10,000
ご請求金額                               ¥110,000
"""
POLISH = """
Drukarnia Narożna Sp. z o.o.             Faktura VAT nr 14/11/2026
Data wystawienia: 3 listopada 2026       Termin płatności: 17.11.2026
Razem netto                              1 000,00 zł
Kwota VAT                                230,00 zł
Do zapłaty                               1 230,00 zł
"""
SWEDISH = """
Mässhallen AB
Fakturanummer: 5521      Fakturadatum: 2026-11-03    Förfallodatum: 2026-12-03
Moms 25%                                 2 500,00
Att betala SEK                           12 500,00
"""


@pytest.mark.parametrize(
    ("text", "number", "total", "tax", "currency"),
    [
        (JAPANESE, "E-77", "110000", "10000", "JPY"),
        (POLISH, "14/11/2026", "1230.00", "230.00", "PLN"),
        (SWEDISH, "5521", "12500.00", "2500.00", "SEK"),
    ],
    ids=["Japanese", "Polish", "Swedish"],
)
def test_other_languages(text, number, total, tax, currency):
    found = read(text)
    assert (found.number, found.day, found.currency) == (number, DAY, currency)
    assert (found.total, found.tax) == (Decimal(total), Decimal(tax))


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("3rd November 2026", False, date(2026, 11, 3)),
        ("Nov. 3, 2026", False, date(2026, 11, 3)),
        ("03/11/2026", False, date(2026, 11, 3)),
        ("03/11/2026", True, date(2026, 3, 11)),
        ("11/13/2026", False, date(2026, 11, 13)),
        ("03.11.26", True, date(2026, 11, 3)),
        ("2026年11月3日", False, date(2026, 11, 3)),
        ("31/02/2026", False, None),
        ("no. 12", False, None),
    ],
)
def test_days(text, month_first, day):
    assert day_in(text, month_first=month_first) == day


@pytest.mark.parametrize(
    ("text", "currency", "amounts"),
    [
        ("$1,200.00", "USD", ["1200.00"]),
        ("1.200,00 €", "EUR", ["1200.00"]),
        ("1 200,50", "EUR", ["1200.50"]),
        ("CHF 1'200.05", "CHF", ["1200.05"]),
        ("1.200", "EUR", ["1200"]),
        ("1.250", "KWD", ["1.250"]),
        ("¥121,000", "JPY", ["121000"]),
        ("12,34,567", "INR", ["1234567"]),
        ("20%", "EUR", []),
        ("1.2345", "USD", []),
    ],
)
def test_amounts(text, currency, amounts):
    assert amounts_in(text, currency) == [Decimal(amount) for amount in amounts]


def test_currencies():
    assert [currency_in(text) for text in ("US$ 5", "5 EUR", "€5", "CA$5", "Fr. 5", "5")] == [
        "USD",
        "EUR",
        "EUR",
        "CAD",
        "CHF",
        "",
    ]


def test_a_supplier_from_before_is_known_again():
    assert read("Expo\nOf Acme  Media, London\nInvoice 5", known=["Acme Media"]).supplier == "Acme Media"


# hostile and useless files


def stream(content: bytes, pages: int = 1) -> bytes:
    """A PDF whose pages draw this."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(600, 800)
        drawn = DecodedStreamObject()
        drawn.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(drawn.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


HOSTILE = {
    "a hundred thousand words": b"BT /F1 9 Tf " + b"(Total 1,000.00) Tj 1 0 Td " * 100_000 + b"ET",
    "two million openings": b"q " * 2_000_000,
    "a nest of arrays": b"BT " + b"[" * 100_000 + b" TJ ET",
    "a bomb": b" " * 200_000_000,
    "words without an end": b"BT (Invoice " + b"9" * 5_000_000 + b") Tj ET",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_seconds_at_most(w, name):
    started = time.monotonic()
    found, _ = readings.found_in(stream(HOSTILE[name]), w.brightpath)
    assert time.monotonic() - started < 15
    assert len(found.number) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "Invoice " + "1" * 30_000,
        "total " * 5_000,
        "1,000" * 6_000,
        "Date " + "1/" * 15_000,
        " " * 30_000,
        "a|" * 15_000,
        "(" * 30_000,
    ],
    ids=["digits", "totals", "amounts", "days", "blanks", "cells", "brackets"],
)
def test_no_text_makes_the_patterns_slow(text):
    started = time.monotonic()
    read(text)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "content", [pdf(), b"%PDF-1.4 cut", pdf(pages=5)[:400], image()], ids=["blank", "cut", "half", "png"]
)
def test_what_says_nothing_is_read_once_as_nothing(w, content):
    claim = w.draft()
    proof = actions.attach(claim=claim, accepted=accepted_file(content, "x.pdf"), by=w.owner, now=NOW)
    readings.read_proof(proof, w.brightpath)
    proof.refresh_from_db()
    assert proof.read == {}
    assert readings.said(proof, "USD") is None


def test_more_memory_than_there_is_for_it():
    with pytest.raises(Broke):
        bounded(bytearray, 8 * 1024**3)


# the page


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


@pytest.fixture
def fund(w):
    return w.fund(budget=w.budget(w.program(currency="GBP", starts_on=date(2026, 1, 1))))


def upload(name: str = "English") -> SimpleUploadedFile:
    return SimpleUploadedFile("AM-0147.pdf", paper(name), "application/pdf")


def begun(owner, fund, **sent) -> tuple[Claim, str]:
    """A draft that began with the English invoice, and its page."""
    page = owner.post(reverse("claims:start", args=[fund.pk]), {"title": "", "files": upload()} | sent, follow=True)
    return Claim.objects.get(), page.text


SAYS = "The invoice says: number AM-2026-0147 · 3 Nov 2026 · total £1,200.00, of it tax £200.00 · Acme Media Ltd"


def test_a_claim_begins_with_its_invoice(w, owner, fund):
    claim, page = begun(owner, fund)
    assert claim.title == "Acme Media Ltd AM-2026-0147"
    assert SAYS in page
    assert not claim.lines.exists()
    # Again with the same file: the same draft.
    begun(owner, fund)


def test_a_file_that_is_none_begins_nothing(w, owner, fund):
    exe = SimpleUploadedFile("evil.exe", b"MZ" + b"\0" * 99)
    page = owner.post(reverse("claims:start", args=[fund.pk]), {"title": "Fair", "files": exe})
    assert page.status_code == 400
    assert "evil.exe is" in page.text
    assert not Claim.objects.exists()


def test_what_it_says_fills_a_line_when_the_partner_says_so(w, owner, fund):
    claim, page = begun(owner, fund, title="Autumn fair")
    proof = claim.proofs.get()
    edit = reverse("claims:edit", args=[claim.pk])
    page = owner.post(edit, blank(claim, do=f"use-{proof.pk}"), follow=True).text
    line = claim.lines.get()
    assert (line.what, line.supplier, line.invoice_number) == ("Autumn fair", "Acme Media Ltd", "AM-2026-0147")
    assert (line.invoice_date, line.total, line.tax, line.amount) == (DAY, 1_200_00, 200_00, 1_000_00)
    proof.refresh_from_db()
    assert proof.lines == [line.key]
    assert proof.shows == ["invoice"]
    assert "The invoice says" not in page


def blank(claim, **more):
    data = typed(claim, {}, title=claim.title, **more)
    return {name: "" if re.match(r"lines-0-", name) else value for name, value in data.items()}


def test_what_was_typed_is_not_taken_over(w, owner, fund):
    claim, _ = begun(owner, fund)
    proof = claim.proofs.get()
    line = {"what": "Ads", "supplier": "Acme", "invoice_number": "", "invoice_date": "", "total": "900"}
    owner.post(reverse("claims:edit", args=[claim.pk]), typed(claim, line, do=f"use-{proof.pk}"))
    made = claim.lines.get()
    assert (made.what, made.supplier, made.total, made.invoice_number) == ("Ads", "Acme", 900_00, "AM-2026-0147")


def test_an_invoice_in_another_currency_brings_it_along(w, owner):
    claim, _ = begun(owner, w.fund())
    proof = claim.proofs.get()
    owner.post(reverse("claims:edit", args=[claim.pk]), blank(claim, do=f"use-{proof.pk}"))
    (row,) = Claim.objects.get().typed["rows"]
    assert (row["currency"], row["total"], row["tax"]) == ("GBP", "1200.00", "200.00")
    assert "There is no rate from GBP to USD of 3 Nov 2026" in owner.get(reverse("claims:edit", args=[claim.pk])).text


def test_the_task_reads_it_before_anybody_looks(w, fund):
    claim = actions.start(allocation=fund, title="Fair", by=w.owner, now=NOW)
    proof = actions.attach(claim=claim, accepted=accept(upload()), by=w.owner, now=NOW)
    read_invoice(proof.pk)
    proof.refresh_from_db()
    assert proof.read["number"] == "AM-2026-0147"
    read_invoice(proof.pk)
    read_invoice(0)


def test_what_was_filed_is_not_read_into(w):
    claim = w.submitted()
    proof = claim.proofs.get()
    readings.keep(proof, INVOICES["English"][1])
    proof.refresh_from_db()
    assert proof.read is None


def test_nobody_uses_a_file_of_another_claim(w, owner, fund):
    claim, _ = begun(owner, fund)
    other = w.draft(w.fund(partner=w.othertech), by=w.stranger).proofs.get()
    owner.post(reverse("claims:edit", args=[claim.pk]), blank(claim, do=f"use-{other.pk}"))
    assert not claim.lines.exists()
