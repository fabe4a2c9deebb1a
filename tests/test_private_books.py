"""What a partner records of vendors of its own is nobody else's: every page and every download, as everybody else."""

import io
import re
from functools import partial
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

import config.urls
from claims import actions as claims
from claims.actions.steps import ClaimRefused
from funds.actions import record_statement, uploading
from funds.actions.showing import show
from funds.models import StatementLayout
from partners.models import Membership
from partners.states import Role
from tests.cast import NOW, TODAY, stated
from tests.funds.uploads import received
from tests.sides import asked, undone
from tests.test_permissions import ABOUT_ONESELF, ROLES, TABLE, address_of, reverse

# Words that stand in the books and nowhere else.
SECRETS = ("Quillfeather", "Umbrahood", "Zigzagfund", "ZZREF", "777,123", "777123")
KEEPERS = ("owner", "member")


@pytest.fixture
def w(both):
    """The cast of the two sides."""
    return both.world


@pytest.fixture
def books(both, w, monkeypatch):
    program = w.kept_program(name="Quillfeather")
    program.name = "Umbrahood"
    program.save(update_fields=["name"])
    said = stated(reference="ZZREF-1", name="Zigzagfund", available=777_123_00)
    record_statement(program=program, funds=[said], on=TODAY, by=w.owner, now=NOW)
    text = b"Fund,Number,Available,Expires,Currency\nZigzagfund,ZZREF-2,777123.00,2026-12-31,USD\n"
    upload = received(w, text, "Quillfeather", name="Umbrahood.csv")
    monkeypatch.setattr(both.ours, "statement", upload)
    recorded = received(w, text + b"\n", "Quillfeather", name="Umbrahood.csv")
    uploading.record_upload(upload=recorded, as_seen=show(recorded, NOW).token, by=w.owner, now=NOW)
    monkeypatch.setattr(both.ours, "recorded_statement", recorded)
    monkeypatch.setattr(both.ours, "layout", StatementLayout.objects.of_vendor(recorded.vendor).get())
    return both


def addresses(both) -> list[str]:
    """All that can be read."""
    found = {reverse(name) for name in ABOUT_ONESELF}
    for name, rows in TABLE.items():
        for row in (row for row in rows if "GET" in row.methods):
            for side in (both.ours, both.theirs) if row.object else (None,):
                found.add(address_of(name, side and getattr(side, row.object)))
    return sorted(found)


def read(client: Client, address: str, kind: str = "") -> str:
    response = asked(client, "GET", address, {"format": kind} if kind else {})
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "xlsx" and body[:2] == b"PK" and "xl/workbook.xml" in ZipFile(io.BytesIO(body)).namelist():
        return str([list(sheet.values) for sheet in load_workbook(io.BytesIO(body))])
    return body.decode(errors="replace")


def leaks(client: Client, address: str) -> list[str]:
    """What of the books stands on the page, or in the tables that it offers to take away."""
    text = read(client, address)
    kinds = ("csv", "xlsx") if "format=csv" in text else ()
    texts = {"": text} | {kind: read(client, address, kind) for kind in kinds}
    return [f"{address} {kind}: {secret}" for kind, text in texts.items() for secret in SECRETS if secret in text]


@pytest.fixture
def _bare_refusals(monkeypatch):
    """The words of a refusal without the frame around them, which `test_what_refuses_them_does_not_tell` reads."""
    for status in (403, 404):
        monkeypatch.setattr(config.urls, f"handler{status}", partial(bare, status=status), raising=False)


def bare(request, exception, status: int) -> HttpResponse:
    return HttpResponse(str(exception), status=status)


# One test for each of them, so that the workers share them.
others = pytest.mark.parametrize("who", [who for who in ROLES if who not in KEEPERS])


@pytest.mark.usefixtures("_bare_refusals")
@others
def test_nobody_else_reads_a_word_of_it(books, who):
    assert [leak for address in addresses(books) for leak in leaks(books.clients[who], address)] == []


@others
def test_what_refuses_them_does_not_tell(books, who):
    for name, thing in (("funds:allocation", books.ours.kept_fund), ("programs:detail", books.ours.kept_program)):
        assert leaks(books.clients[who], address_of(name, thing)) == []


def test_its_own_people_do(books):
    for who in KEEPERS:
        for address in ("funds:list", "programs:list", "funds:vendors", "dashboards:home"):
            assert "Quillfeather" in read(books.clients[who], reverse(address)), (who, address)
        assert "Zigzagfund" in read(books.clients[who], reverse("funds:list"), "csv")
        assert "Quillfeather" in read(books.clients[who], reverse("funds:statement_uploads"), "csv")
        for name, upload in (("statement_upload", books.ours.statement), ("statement_file", books.ours.statement)):
            assert "Zigzagfund" in read(books.clients[who], address_of(f"funds:{name}", upload))


def test_a_search_finds_it_for_nobody_else(books):
    for who in ROLES:
        for address in ("funds:list", "programs:list", "partners:companies", "claims:list", "claims:queue"):
            with undone():
                response = books.clients[who].get(reverse(address), {"q": "Quill"})
            if who not in KEEPERS and response.status_code == 200:
                assert response.context["page_obj"].paginator.count == 0, (who, address)


def test_no_claim_is_made_on_it(books, w, client):
    fund = books.ours.kept_fund
    client.force_login(w.owner)
    for method in (client.get, client.post):
        page = method(reverse("claims:start", args=[fund.pk]), {"title": "Webinar"}, follow=True)
        assert page.redirect_chain[-1][0] == reverse("funds:allocation", args=[fund.pk])
        assert "own portal" in str(next(iter(page.context["messages"])))
    with pytest.raises(ClaimRefused, match="own portal"):
        claims.start(allocation=fund, title="Webinar", by=w.owner, now=NOW)


def test_an_admin_who_works_for_the_partner_too_sees_it_there_alone(books, w, client):
    """Roles add up: what one company may not see is not shown by way of another."""
    Membership.objects.create(user=w.admin, company=w.brightpath, role=Role.MEMBER)
    client.force_login(w.admin)
    first = Membership.objects.filter(user=w.admin).order_by("pk").first()
    client.post(reverse("partners:switch"), {"membership": first.pk})
    assert "Quillfeather" not in read(client, reverse("funds:list"))
    client.post(reverse("partners:switch"), {"membership": Membership.objects.filter(user=w.admin).last().pk})
    assert "Quillfeather" in read(client, reverse("funds:list"))


def test_days_that_stand_for_always_are_shown_to_nobody(books):
    """A program in these books runs as long as days are reckoned with: that is no day that anybody typed."""
    client, shown = books.clients["owner"], []
    for address in addresses(books):
        text = read(client, address)
        texts = [text] + [read(client, address, kind) for kind in ("csv", "xlsx") if "format=csv" in text]
        shown += [
            address for one in texts if re.search(r"Dec 2100|2100-12|Jan 2000|2000-01|2100, 12, 31|2000, 1, 1", one)
        ]
    assert shown == []
