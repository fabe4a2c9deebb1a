"""A partner's person uploads what a vendor's portal exported, looks at what was understood, corrects it, and records it."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import Workbook

from funds.models import Allocation, StatementLayout, StatementUpload
from funds.reconcile import reconcile
from programs.models import KeptVendor
from tests.funds.uploads import SIMPLE, correct, page_address, received, record, sent, statement
from tests.pages import errors, told

pytestmark = pytest.mark.usefixtures("_at_now", "_files")


@pytest.fixture
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


def left() -> dict[str, int]:
    return {fund.name: fund.available + fund.reserved for fund in Allocation.objects.all()}


def test_from_the_file_to_the_books(w, owner):
    answer = sent(owner, statement("harborline-wallet.csv"), vendor="Harborline Networks")
    upload = StatementUpload.objects.get()
    assert answer["Location"] == page_address(upload)
    page = owner.get(page_address(upload))
    text = page.content.decode()
    assert "€36,324.59" in text
    assert page.context["counted"] == 4
    assert [row.skipped.reason for row in page.context["page_obj"] if row.skipped] == ["a sum, not a fund"]
    assert (page.context["shown"].on, len(page.context["new"])) == (date(2026, 11, 20), 4)
    # The original stands beside it, cell by cell.
    assert "Summe" in text
    assert "Erstellt am" in text
    assert not KeptVendor.objects.exists()
    done = record(owner, upload)
    vendor = KeptVendor.objects.get()
    assert done.redirect_chain[-1][0] == reverse("funds:vendor", args=[vendor.pk])
    assert told(done) == ["Recorded: 4 new funds. €36,324.59 more is yours to claim."]
    assert left() == {"Q1 2026": 332460, "Q2 2026": 800000, "Q3 2026": 1500000, "Q4 2026": 999999}
    upload.refresh_from_db()
    assert (upload.vendor, upload.stated_on, upload.recorded_by) == (vendor, date(2026, 11, 20), w.owner)
    assert len(upload.changes) == 4
    assert not reconcile().differences
    # A later look.
    assert "What it changed" in owner.get(page_address(upload)).content.decode()
    assert "€3,324.60" in owner.get(page_address(upload)).content.decode()


def test_a_later_one_is_read_as_the_last_and_changes_what_differs(w, owner):
    first = received(w, statement("harborline-wallet.csv"), "Harborline")
    record(owner, first)
    text = statement("harborline-wallet.csv").decode("utf-8-sig").replace("20.11.2026 08:15", "21.11.2026 08:15")
    later = text.replace("0,00 €;8.000,00 €", "500,00 €;7.500,00 €").replace("Q4 2026", "Q5 2026")
    upload = received(w, later.encode(), "harborline")
    page = owner.get(page_address(upload))
    assert "Read as last time" in page.content.decode()
    assert [row.told for row in page.context["changed"]] == [
        [("Available", "€8,000.00", "€7,500.00"), ("Paid", "€0.00", "€500.00")],
        [("Name", "Q4 2026", "Q5 2026")],
    ]
    assert (page.context["new"], page.context["shown"].same) == ([], 2)
    done = record(owner, upload)
    assert told(done) == ["Recorded: 2 funds changed. €500.00 less is left to claim than before."]


def test_what_the_statement_no_longer_names_is_left_alone_and_listed(w, owner):
    record(owner, received(w))
    upload = received(w, SIMPLE.replace(b"Spring,100.00,2026-12-31,USD\n", b""))
    page = owner.get(page_address(upload))
    assert [fund.name for fund in page.context["left_alone"]] == ["Spring"]
    record(owner, upload)
    assert left() == {"Spring": 10000, "Autumn": 20000}
    again = owner.get(page_address(received(w, SIMPLE.replace(b"Spring,100.00,2026-12-31,USD\n", b""))))
    assert "You recorded this same file on" in again.content.decode()


def test_what_needs_an_answer_is_asked_and_the_answer_reads_it(w, owner):
    upload = received(w, b"Fund,Available,Expires\nA,100.00,03/04/2027\nB,200.00,05/06/2027\nC,50,\n")
    page = owner.get(page_address(upload))
    # Its day is asked once its currency is known.
    assert [(q.field, q.lines) for q in page.context["needs"]] == [("currency", 3)]
    correct(owner, upload, currency="USD")
    page = owner.get(page_address(upload))
    assert [(q.field, q.lines) for q in page.context["needs"]] == [("order", 2), ("last_day", 1)]
    assert "needs an answer" not in page.content.decode()  # the style says it
    correct(owner, upload, order="month first")
    correct(owner, upload, last_day="2027-06-30")
    page = owner.get(page_address(upload))
    assert page.context["needs"] == []
    record(owner, upload)
    days = {fund.name: fund.expires_on for fund in Allocation.objects.all()}
    assert days == {"A": date(2027, 3, 4), "B": date(2027, 5, 6), "C": date(2027, 6, 30)}


def test_what_a_column_holds_is_corrected(w, owner):
    upload = received(w, b"Fund,Earned,Left over?,Expires,Currency\nA,100.00,40.00,2026-12-31,USD\n")
    columns = {column.heading: column for column in owner.get(page_address(upload)).context["layout"].columns}
    first, other = columns["Earned"].place, columns["Left over?"].place
    answer = correct(owner, upload, **{f"c{first}": "granted", f"c{other}": "granted"})
    assert "cannot both be" in str(errors(answer))
    assert answer.context["form"].data[f"c{other}"] == "granted"
    assert correct(owner, upload, **{f"c{first}": "available", f"c{other}": "other"}).status_code == 302
    assert owner.get(page_address(upload)).context["totals"] == [("USD", 10000)]
    assert correct(owner, upload, **{f"c{first}": "granted", f"c{other}": "available"}).status_code == 302
    assert owner.get(page_address(upload)).context["totals"] == [("USD", 4000)]
    record(owner, upload)
    assert left() == {"A": 4000}
    # The next one of this shape needs no correction.
    again = received(w, b"Fund,Earned,Left over?,Expires,Currency\nA,100.00,30.00,2026-12-31,USD\n")
    page = owner.get(page_address(again))
    assert page.context["totals"] == [("USD", 3000)]
    assert page.context["said"].remembered


def test_it_is_forgotten(w, owner):
    record(owner, received(w))
    layout = StatementLayout.objects.get()
    upload = received(w, SIMPLE.replace(b"100.00", b"90.00"))
    assert upload.as_said.remembered
    owner.post(reverse("funds:forget_layout", args=[layout.pk]), {"upload": upload.pk})
    upload.refresh_from_db()
    assert (upload.said, StatementLayout.objects.count()) == ({}, 0)
    assert owner.post(reverse("funds:forget_layout", args=[layout.pk])).status_code == 404


def test_a_file_without_headings_that_we_know_is_read_once_a_person_says_which(w, owner):
    content = b"Export;;;\nTopf;Rest;Ende;W\nA;10,00;31.12.2026;EUR\nB;20,50;31.12.2026;EUR\n"
    upload = received(w, content.replace(b"Rest", b"Qwx").replace(b"Ende", b"Zzz"))
    page = owner.get(page_address(upload))
    assert "Which line has the headings?" in page.content.decode()
    assert errors(owner.post(page_address(upload), {"header": "77"})) == {"header": ["Choose the line."]}
    owner.post(page_address(upload), {"header": "2"})
    correct(owner, upload, c0="name", c1="available", c2="expires_on", c3="currency")
    assert owner.get(page_address(upload)).context["totals"] == [("EUR", 3050)]
    record(owner, upload)
    later = received(w, content.replace(b"Rest", b"Qwx").replace(b"Ende", b"Zzz").replace(b"10,00", b"9,00"))
    assert owner.get(page_address(later)).context["totals"] == [("EUR", 2950)]


def test_days_that_tell_another_order_than_last_time_are_asked(w, owner):
    head = b"Fund,Available,Currency,Expires\n"
    record(owner, received(w, head + b"A,100.00,USD,12/31/2026\n"))
    same = received(w, head + b"A,100.00,USD,03/04/2027\n")
    page = owner.get(page_address(same))
    # Nothing in it tells: as last time, the month comes first.
    assert page.context["changed"][0].told[0] == ("Last day for activities", "31 Dec 2026", "4 Mar 2027")
    other = received(w, head + b"A,100.00,USD,03/04/2027\nB,1.00,USD,31/12/2026\n")
    page = owner.get(page_address(other))
    assert [(q.field, q.lines) for q in page.context["needs"]] == [("order", 1)]
    correct(owner, other, program="Market development fund")
    assert owner.get(page_address(other)).context["needs"] != []
    correct(owner, other, order="day first")
    page = owner.get(page_address(other))
    assert (page.context["needs"], page.context["changed"][0].told[0][2]) == ([], "3 Apr 2027")


def test_another_sheet_is_read(w, owner):
    head = ["Fund", "Available", "Use by", "Currency"]
    upload = received(
        w, workbook(Dollars=[head, ["A", 5, "2026-12-31", "USD"]], Euros=[head, ["B", 7, "2026-12-31", "EUR"]])
    )
    page = owner.get(page_address(upload))
    assert (page.context["totals"], page.context["notes"]) == ([("USD", 500)], ("The sheet “Euros” was not read.",))
    correct(owner, upload, sheet="Euros")
    assert owner.get(page_address(upload)).context["totals"] == [("EUR", 700)]
    assert "valid choice" in errors(correct(owner, upload, sheet="None"))["sheet"][0]


def workbook(**sheets) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def test_several_currencies_stand_in_programs_of_their_own(w, owner):
    upload = received(w, "Fund,Available,Expires\nA,€100.00,2026-12-31\nB,£50.00,2026-12-31\n".encode())
    done = record(owner, upload)
    assert told(done) == ["Recorded: 2 new funds. €100.00 and £50.00 more is yours to claim."]
    programs = KeptVendor.objects.get().programs.order_by("currency").values_list("name", "currency")
    assert list(programs) == [("Market development fund", "EUR"), ("Market development fund (GBP)", "GBP")]


def test_a_vendor_of_that_name_on_windfall_is_pointed_at(w, owner):
    w.fund()
    upload = received(w, vendor="northgate cloud")
    assert "Northgate Cloud is on Windfall" in owner.get(page_address(upload)).content.decode()
    assert "is on Windfall" not in owner.get(page_address(received(w))).content.decode()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"stated_on": "2027-01-01"}, "stated_on", "still to come"),
        ({"stated_on": "soon"}, "stated_on", "Enter a day"),
        ({"currency": "XXQ"}, "currency", "valid choice"),
        ({"c1": "debit"}, "c1", "valid choice"),
        ({"shape": "other"}, "shape", "meanwhile"),
        ({"order": "year first"}, "order", "valid choice"),
        ({"program": "x" * 121}, "program", "at most 120"),
    ],
)
def test_what_cannot_be_said(w, owner, said, field, words):
    upload = received(w)
    assert words in errors(correct(owner, upload, **said))[field][0]
    upload.refresh_from_db()
    assert upload.said == {}


def test_an_older_statement_is_refused_in_words(w, owner):
    record(owner, received(w))
    upload = received(w, SIMPLE.replace(b"100.00", b"90.00"))
    correct(owner, upload, stated_on="2026-11-01")
    page = owner.get(page_address(upload))
    assert "was recorded from a later statement" in page.content.decode()
    assert "/record/" not in page.content.decode()
    answer = owner.post(
        reverse("funds:record_upload", args=[upload.pk]), {"seen": page.context["shown"].token}, follow=True
    )
    assert "out of date" in told(answer)[0]
    assert left()["Spring"] == 10000


def test_only_what_was_shown_is_recorded(w, owner):
    upload = received(w)
    token = owner.get(page_address(upload)).context["shown"].token
    correct(owner, upload, program="Another")
    url = reverse("funds:record_upload", args=[upload.pk])
    answer = owner.post(url, {"seen": token}, follow=True)
    assert "not as they were shown" in told(answer)[0]
    assert not Allocation.objects.exists()
    assert "not as they were shown" in told(owner.post(url, follow=True))[0]
    record(owner, upload)
    assert KeptVendor.objects.get().programs.get().name == "Another"


def test_a_second_click_records_nothing_twice(w, owner):
    upload = received(w)
    seen = {"seen": owner.get(page_address(upload)).context["shown"].token}
    url = reverse("funds:record_upload", args=[upload.pk])
    first, second = owner.post(url, seen), owner.post(url, seen)
    assert first["Location"] == second["Location"]
    assert (Allocation.objects.count(), StatementLayout.objects.count()) == (2, 1)
    assert correct_is_refused(owner, upload)


def correct_is_refused(owner, upload) -> bool:
    answer = owner.post(page_address(upload), {"shape": "x"}, follow=True)
    return "is recorded" in told(answer)[-1]


def test_the_same_file_twice_waits_once(w, owner):
    assert sent(owner)["Location"] == sent(owner)["Location"]
    assert StatementUpload.objects.count() == 1
    assert sent(owner, vendor="Another")["Location"] != sent(owner)["Location"]


def test_it_is_given_up(w, owner, settings):
    upload = received(w)
    path = upload.file.path
    answer = owner.post(reverse("funds:drop_statement", args=[upload.pk]), follow=True)
    assert "is dropped" in told(answer)[0]
    assert not StatementUpload.objects.exists()
    assert owner.get(page_address(upload)).status_code == 404
    assert path
    recorded = received(w)
    record(owner, recorded)
    answer = owner.post(reverse("funds:drop_statement", args=[recorded.pk]), follow=True)
    assert "it stays" in told(answer)[-1]


def test_the_original_is_given_back_sealed(w, owner):
    upload = received(w, name="../../<b>w\u202eallet.csv")
    answer = owner.get(reverse("funds:statement_file", args=[upload.pk]))
    assert b"".join(answer.streaming_content) == SIMPLE
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == ("nosniff", True)
    assert upload.name == "bwallet.csv"


def test_a_file_that_the_storage_has_lost(w, owner):
    upload = received(w)
    upload.file.storage.delete(upload.file.name)
    assert "Upload it again" in owner.get(page_address(upload)).content.decode()
    assert owner.get(reverse("funds:statement_file", args=[upload.pk])).status_code == 404


def test_a_vendor_that_was_put_away_takes_no_statement(w, owner):
    vendor = KeptVendor.objects.get(pk=w.kept_program().vendor_id)
    waiting = received(w)
    owner.post(reverse("funds:vendor_put_away", args=[vendor.pk]))
    assert "Bring it back first" in errors(sent(owner, SIMPLE + b"\n"))["vendor"][0]
    page = owner.get(page_address(waiting))
    assert "Bring it back first" in page.content.decode()
    answer = owner.post(
        reverse("funds:record_upload", args=[waiting.pk]), {"seen": page.context["shown"].token}, follow=True
    )
    assert "Bring it back first" in told(answer)[0]


def test_what_is_too_late_to_claim_is_not_counted_as_more(w, owner):
    done = record(owner, received(w, b"Fund,Available,Expires,Currency\nOld,100.00,2026-01-31,USD\n"))
    assert told(done)[0].strip() == "Recorded: 1 new fund."
