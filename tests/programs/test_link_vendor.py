"""A vendor that partners recorded themselves joins: an admin asks, the partner's owner answers, and the history stays."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds.actions import close_books, record_statement
from funds.reconcile import reconcile
from partners.models import Event
from partners.states import Role
from programs.actions import ProgramRefused, keeping
from programs.actions.linking import answer_link, like, propose_link, words_of
from programs.models import KeptVendor, Link, Vendor
from tests.cast import NOW, TODAY, balances, person, stated
from tests.pages import queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def cobalt(db) -> Vendor:
    """The real one."""
    return Vendor.objects.create(name="Cobalt Print Inc.", slug="cobalt-print")


@pytest.fixture
def fund(w):
    return w.kept_fund(available=5_000_00)


@pytest.fixture
def kept(fund) -> KeptVendor:
    return KeptVendor.objects.get(pk=fund.program.vendor_id)


@pytest.fixture
def page(cobalt) -> str:
    return reverse("programs:link_vendor", args=[cobalt.pk])


def ask(w, kept, cobalt) -> Link:
    return propose_link(kept=kept, vendor=cobalt, by=w.admin, now=NOW)


def test_names_are_alike_by_their_own_words():
    assert words_of("Cobalt Print, Inc.") == ["cobalt", "print"]
    assert words_of("Data Systems") == ["data", "systems"]


def test_the_admin_sees_names_and_nothing_more(w, client, cobalt, fund, page):
    w.kept_fund(w.kept_program(partner=w.othertech, by=w.stranger, name="COBALT"), by=w.stranger, available=1_234_00)
    w.kept_program(name="Unlike")
    client.force_login(w.admin)
    shown = client.get(page)
    assert [(v.name, v.kept_by.name) for v in shown.context["page_obj"]] == [
        ("COBALT", "Othertech"),
        ("Cobalt Print", "Brightpath"),
    ]
    for secret in ("Unlike", "5,000", "1,234", "Cobalt fund", "Cobalt spring"):
        assert secret not in shown.text
    assert set(table(client.get(f"{page}?format=csv"))[0]) == {"Vendor", "Partner", "State"}
    one = queries(client, page)
    w.kept_program(name="Cobalt three")
    assert queries(client, page) == one
    none = Vendor.objects.create(name="Zeppelin", slug="zeppelin")
    assert "No partner records" in client.get(reverse("programs:link_vendor", args=[none.pk])).text


def test_the_owner_is_asked_and_says_yes(w, client, cobalt, kept, fund, page):
    client.force_login(w.admin)
    for _ in range(2):
        assert "is asked" in told(client.post(page, {"kept": kept.pk}, follow=True))[0]
    link = Link.objects.get()
    client.force_login(w.member)
    home = client.get(reverse("dashboards:home"))
    assert "Cobalt Print Inc. has joined Windfall" in home.text
    assert "Yes, it is the same" not in home.text
    client.force_login(w.owner)
    assert "Yes, it is the same" in client.get(reverse("dashboards:home")).text
    answer = reverse("programs:answer_link", args=[link.pk])
    before = balances(fund), fund.movements.count()
    for _ in range(2):
        assert "Linked." in told(client.post(answer, {"answer": "same"}, follow=True))[0]
    kept.refresh_from_db()
    assert (kept.name, kept.kept_by, kept.has_joined) == ("Cobalt Print Inc.", w.brightpath, True)
    assert (balances(fund), fund.movements.count()) == before
    assert [e.verb for e in Event.objects.about(link)] == ["proposed", "linked"]
    assert "Cobalt Print Inc." in client.get(reverse("funds:allocation", args=[fund.pk])).text
    # Changing one's mind is not for a button.
    assert "answered already" in told(client.post(answer, {"answer": "other"}, follow=True))[0]


def test_linked_books_close_for_what_is_new(w, cobalt, kept, fund):
    answer_link(link=ask(w, kept, cobalt), accept=True, by=w.owner, now=NOW)
    with pytest.raises(ProgramRefused, match="on Windfall now"):
        keeping.record_program(vendor=kept, name="New", currency="USD", by=w.owner, now=NOW)
    with pytest.raises(ProgramRefused, match="on Windfall now"):
        record_statement(program=fund.program, funds=[stated(reference="new")], on=TODAY, by=w.owner, now=NOW)
    with pytest.raises(ProgramRefused, match="named there"):
        keeping.rename_vendor(vendor=kept, name="Other", by=w.owner, now=NOW)
    # What stands there can still be brought to its end.
    record_statement(program=fund.program, funds=[stated(paid=5_000_00)], on=TODAY, by=w.owner, now=NOW)
    assert balances(fund) == {"paid": 5_000_00}


def test_no_is_an_answer(w, client, cobalt, kept, page):
    link = ask(w, kept, cobalt)
    client.force_login(w.owner)
    client.post(reverse("programs:answer_link", args=[link.pk]), {"answer": "other"})
    kept.refresh_from_db()
    assert kept.name == "Cobalt Print"
    with pytest.raises(ProgramRefused, match="not the same"):
        ask(w, kept, cobalt)
    other = Vendor.objects.create(name="Cobalt Cloud", slug="cobalt-cloud")
    assert ask(w, kept, other).status == "proposed"


def test_one_question_at_a_time(w, cobalt, kept):
    other = Vendor.objects.create(name="Cobalt Cloud", slug="cobalt-cloud")
    ask(w, kept, other)
    assert list(like(cobalt)) == []
    with pytest.raises(ProgramRefused, match="another"):
        ask(w, kept, cobalt)


def test_two_books_of_one_vendor_are_told_apart(w, cobalt, kept):
    w.kept_program(name="cobalt print inc.")
    with pytest.raises(ProgramRefused, match="another name first"):
        answer_link(link=ask(w, kept, cobalt), accept=True, by=w.owner, now=NOW)


def test_who_may(w, cobalt, kept):
    for who in (w.owner, w.manager, w.finance, w.stranger):
        with pytest.raises(PermissionDenied):
            propose_link(kept=kept, vendor=cobalt, by=who, now=NOW)
    link = ask(w, kept, cobalt)
    for who in (w.member, w.admin, w.manager, w.stranger):
        with pytest.raises(PermissionDenied):
            answer_link(link=link, accept=True, by=who, now=NOW)


@pytest.mark.parametrize("typed", ["", "x", "0", "9" * 40, "-1"])
def test_a_row_that_is_none(w, client, page, typed):
    client.force_login(w.admin)
    assert "Nothing was done" in told(client.post(page, {"kept": typed}, follow=True))[0]


def test_the_company_page_leads_there(w, client, cobalt, page):
    client.force_login(w.admin)
    assert page in client.get(reverse("partners:company", args=[cobalt.pk])).text
    assert "link/" not in client.get(reverse("partners:company", args=[w.brightpath.pk])).text


def test_what_both_show_is_closed_in_the_books(w, client, cobalt, kept, fund):
    """Both sums side by side; what is to claim leaves the books, through the ledger, with the reason."""
    client.force_login(w.owner)
    address, books = (reverse(name, args=[kept.pk]) for name in ("funds:close_books", "funds:vendor"))
    assert "nothing to close" in told(client.get(address, follow=True))[0]
    assert "only ones of this vendor" in told(client.post(address, follow=True))[0]
    record_statement(
        program=fund.program,
        funds=[stated(available=4_000_00, reserved=500_00, paid=500_00)],
        on=TODAY,
        by=w.owner,
        now=NOW,
    )
    manager = person("vera", cobalt, Role.MANAGER)
    program = w.program(cobalt, manager)
    w.fund(3_000_00, budget=w.budget(program, by=manager), by=manager)
    answer_link(link=ask(w, kept, cobalt), accept=True, by=w.owner, now=NOW)
    assert address in client.get(books).text
    page = client.get(address)
    assert page.context["sums"] == [("USD", 4_500_00, 3_000_00)]
    assert "as they were shown" in told(client.post(address, {"seen": "old"}, follow=True))[0]
    for words in ("1 fund is closed.", "0 funds are closed."):
        assert words in told(client.post(address, {"seen": page.context["seen"]}, follow=True))[0]
    assert balances(fund) == {"paid": 500_00}
    assert fund.movements.latest("pk").reason.endswith("is on Windfall, and its money counts there.")
    assert address not in client.get(books).text
    assert reconcile().differences == []


def test_nobody_else_closes_them(w, cobalt, kept, fund):
    answer_link(link=ask(w, kept, cobalt), accept=True, by=w.owner, now=NOW)
    for stranger in (w.manager, w.admin, w.stranger):
        with pytest.raises(PermissionDenied):
            close_books(vendor=kept, as_seen="", by=stranger, now=NOW)
