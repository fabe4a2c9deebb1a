"""Files that nobody should upload as a statement, ids of other tenants, and the same click at once."""

import io
import threading
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from funds.actions import StatementStale, uploading
from funds.actions.showing import show
from funds.models import Allocation, StatementLayout, StatementUpload
from partners.models import Event
from programs.models import KeptVendor
from tests.cast import NOW, world
from tests.files import HOSTILE
from tests.funds.uploads import SIMPLE, correct, page_address, received, record, sent
from tests.pages import errors, queries

pytestmark = pytest.mark.usefixtures("_at_now", "_files")


@pytest.fixture
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


def workbook(*rows, change=None) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return altered(file.getvalue(), change) if change else file.getvalue()


def altered(data: bytes, change: dict[str, bytes]) -> bytes:
    """The archive with some of its parts replaced, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, content in change.items():
            new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><worksheet>&b;</worksheet>"
OUTSIDE = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><worksheet>&a;</worksheet>"
WORKBOOKS = {
    "cut in half": workbook(["Fund", "Available"])[:900],
    "laughs": workbook(["Fund"], change={SHEET: LAUGHS}),
    "reads a file": workbook(["Fund"], change={SHEET: OUTSIDE}),
    "unpacks to much": workbook(["Fund"], change={SHEET: b" " * 101_000_000}),
    "no sheet": workbook(change={SHEET: b"<worksheet/>"}),
    "nested zip": altered(workbook(["Fund"]), {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": workbook(["A"])}),
    "nothing": workbook(),
    "a million columns": workbook(["Fund"], change={SHEET: b'<worksheet><sheetData><row r="1"><c r="XFD1"/></row>'}),
}


@pytest.mark.parametrize("content", [*HOSTILE.values(), *WORKBOOKS.values()], ids=[*HOSTILE, *WORKBOOKS])
def test_a_file_that_is_no_statement_is_refused_in_words(w, owner, content):
    answer = sent(owner, content, name="a\x00\u202e.csv")
    words = errors(answer)["file"][0]
    assert len(words) > 15
    # What was typed stays.
    assert answer.context["form"]["vendor"].value() == "Cobalt Print"
    assert not StatementUpload.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"Fund,Available,Expires,Currency\n=cmd|' /C calc'!A0,100.00,2026-12-31,USD\n",
        b"Fund,Available,Expires,Currency\n<script>alert(1)</script>,100.00,2026-12-31,USD\n",
        ("Fund,Available,Expires,Currency\n\u202eevil\u200b,100.00,2026-12-31,USD\n").encode(),
        b"Fund,Available,Expires,Currency\n" + b"x" * 5000 + b",100.00,2026-12-31,USD\n",
        b"Fund,Available,Expires,Currency,__proto__,{{ 7*7 }}\nA,100.00,2026-12-31,USD,,\n",
    ],
)
def test_what_a_cell_says_does_nothing(w, owner, content):
    upload = received(w, content)
    text = owner.get(page_address(upload)).content.decode()
    assert "<script>alert" not in text
    record(owner, upload)
    assert Allocation.objects.get().available == 10000
    assert "<script>alert" not in owner.get(page_address(upload)).content.decode()


def test_five_thousand_lines_are_read_and_paged(w, owner):
    lines = b"".join(b"Fund %d,1.00,2026-12-31,USD\n" % n for n in range(4999))
    upload = received(w, b"Fund,Available,Expires,Currency\n" + lines)
    page = owner.get(page_address(upload))
    assert (page.context["totals"], len(page.context["page_obj"])) == ([("USD", 499900)], 25)
    assert "more than 5,000 lines" in errors(sent(owner, b"Fund,Available\n" + b"A,1\n" * 5001))["file"][0]


def test_a_file_that_is_too_large(w, owner):
    assert "larger than 5 MB" in errors(sent(owner, b"x" * (5 * 1024 * 1024 + 1)))["file"][0]


def test_a_form_without_anything(w, owner):
    found = errors(owner.post(reverse("funds:upload_statement")))
    assert found == {"vendor": ["Say whose statement it is."], "file": ["Choose a file."]}


def test_what_another_partner_uploaded_is_not_there(w, owner):
    theirs = received(w, by=w.stranger, partner=w.othertech)
    uploading.record_upload(upload=theirs, as_seen=show(theirs, NOW).token, by=w.stranger, now=NOW)
    waiting = received(w, SIMPLE + b"\n", by=w.stranger, partner=w.othertech)
    layout = StatementLayout.objects.get()
    ours = received(w)
    # The same name and the same headings: what another partner's books remember is not used.
    assert not ours.as_said.remembered
    for upload in (theirs, waiting):
        assert correct_status(owner, upload) == 404
        for name in ("record_upload", "drop_statement"):
            assert owner.post(reverse(f"funds:{name}", args=[upload.pk])).status_code == 404
        assert owner.get(reverse("funds:statement_file", args=[upload.pk])).status_code == 404
    assert owner.post(reverse("funds:forget_layout", args=[layout.pk]), {"upload": ours.pk}).status_code == 404
    assert [one.pk for one in owner.get(reverse("funds:statement_uploads")).context["page_obj"]] == [ours.pk]
    # Nor does one's own layout read another's upload anew.
    record(owner, ours)
    own = StatementLayout.objects.exclude(pk=layout.pk).get()
    correct(client_of(w.stranger), waiting, program="Theirs")
    for named in (waiting.pk, "9" * 40, "x"):
        owner.post(reverse("funds:forget_layout", args=[own.pk]), {"upload": named})
    waiting.refresh_from_db()
    assert waiting.as_said.program == "Theirs"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def correct_status(client: Client, upload: StatementUpload) -> int:
    assert client.get(page_address(upload)).status_code == 404
    return client.post(page_address(upload), {"shape": "x"}).status_code


def test_the_pages_take_as_many_queries_for_three_as_for_one(w, owner):
    addresses = [reverse("funds:statement_uploads"), reverse("funds:vendors")]
    record(owner, received(w))
    vendor = KeptVendor.objects.get()
    addresses.append(reverse("funds:vendor", args=[vendor.pk]))
    before = [queries(owner, address) for address in addresses]
    for number in (b"1", b"2"):
        record(owner, received(w, SIMPLE.replace(b"100.00", number)))
    assert [queries(owner, address) for address in addresses] == before


def test_a_statement_takes_as_many_queries_with_three_lines_as_with_one(w, owner):
    head, lines = b"Fund,Available,Expires,Currency\n", [b"%d,1,2026-12-31,USD\n" % n for n in range(3)]
    one, three = received(w, head + lines[0]), received(w, head + b"".join(lines))
    assert queries(owner, page_address(one)) == queries(owner, page_address(three))
    record(owner, three)
    # With funds that stand, and read as last time.
    again, more = received(w, head.lower() + lines[0]), received(w, head.lower() + b"".join(lines))
    assert queries(owner, page_address(again)) == queries(owner, page_address(more))


def test_two_who_record_at_once_record_once(transactional_db, settings, tmp_path):
    w = world()
    uploads = [received(w), received(w, SIMPLE.replace(b"100.00", b"90.00"))]
    tokens = {upload.pk: show(upload, NOW).token for upload in uploads}
    outcomes: list[str] = []

    def press(upload: StatementUpload) -> None:
        try:
            done = uploading.record_upload(upload=upload, as_seen=tokens[upload.pk], by=w.owner, now=NOW)
            outcomes.append("recorded" if done else "before")
        except StatementStale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(upload,)) for upload in [uploads[0]] * 4 + [uploads[1]] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One file was recorded, once; the other was shown before that.
    assert sorted(outcomes) == ["before"] * 3 + ["recorded"] + ["stale"] * 4
    assert (KeptVendor.objects.count(), Allocation.objects.count()) == (1, 2)
    assert Event.objects.filter(verb="recorded", subject="funds.statementupload").count() == 1
