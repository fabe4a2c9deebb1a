"""The page of the whole queue: whose rows, narrowed, sorted, in pages, as a file."""

import pytest
from django.urls import reverse

from partners.states import Role
from reminders import actions
from tests.cast import NOW, TODAY, person
from tests.dashboards.queue.looking import a_rate, facts, frozen, home, row_of, rows, signed_in
from tests.pages import queries, table
from tests.reminders.telling import in_days

pytestmark = frozen
QUEUE = reverse("dashboards:queue")


def names(user, **query) -> list[str]:
    page = signed_in(user).get(QUEUE, query)
    assert page.status_code == 200
    return [row.title for row in page.context["page_obj"]]


@pytest.fixture
def several(w):
    """A fund, a draft of the member's on another, and a fund of a vendor that the partner records itself."""
    w.fund(1_000_00, name="Alpha", expires_on=in_days(100))
    w.draft(w.fund(2_000_00, name="Beta", expires_on=in_days(50)), by=w.member)
    w.kept_fund(name="Cobalt", expires_on=in_days(3))
    return w


def test_everybody_of_a_partner_and_nobody_else(w):
    for user in (w.owner, w.member, w.stranger):
        assert signed_in(user).get(QUEUE).status_code == 200
    for user in (w.manager, w.admin, w.finance):
        assert signed_in(user).get(QUEUE).status_code == 403


def test_a_member_sees_what_is_theirs_and_nobodys_an_owner_all(several):
    w = several
    helper = person("helper", w.brightpath, Role.MEMBER)
    assert names(w.owner) == ["Cobalt", "Beta", "Alpha", "Cloud webinar"]
    assert names(w.member) == ["Cobalt", "Beta", "Alpha", "Cloud webinar"]
    assert names(helper) == ["Cobalt", "Beta", "Alpha"]
    assert names(helper, whose="all") == ["Cobalt", "Beta", "Alpha", "Cloud webinar"]
    assert names(w.member, whose="mine") == names(helper, whose="others") == ["Cloud webinar"]
    assert names(w.owner, whose="nobody") == ["Cobalt", "Beta", "Alpha"]
    assert [row.title for row in home(w, helper)["queue"]] == ["Cobalt", "Beta", "Alpha"]


def test_narrowed_and_sorted(several):
    w = several
    assert names(w.owner, vendor=w.northgate.pk) == ["Beta", "Alpha", "Cloud webinar"]
    assert names(w.owner, q="cobalt") == ["Cobalt"]
    assert names(w.owner, kind="file") == ["Cloud webinar"]
    assert names(w.owner, sort="by") == [row.title for row in sorted(rows(w), key=lambda row: row.by)]
    assert names(w.owner, sort="-amount") == ["Cobalt", "Beta", "Alpha", "Cloud webinar"]
    assert names(w.owner, sort="title") == ["Alpha", "Beta", "Cloud webinar", "Cobalt"]
    assert names(w.owner, vendor="x", kind="x", whose="x", show="x", sort="x") == names(w.owner)


def test_the_file_says_the_same(several):
    w = several
    a_rate("EUR", "1.1")
    w.fund(100_00, budget=w.budget(w.program(currency="EUR")), name="Euro", expires_on=in_days(2))
    actions.put_off(
        about=row_of(w, "draft_claim").matter(w.brightpath), when="week", reason="Busy.", by=w.owner, now=NOW
    )
    lines = table(signed_in(w.owner).get(QUEUE, {"format": "csv"}))
    assert [line["What"] for line in lines] == ["Cobalt", "Euro", "Beta", "Alpha"]
    euro = lines[1]
    assert (euro["Amount"], euro["Currency"], euro["Worth"], euro["In"]) == ("100.00", "EUR", "110.00", "USD")
    (later,) = table(signed_in(w.owner).get(QUEUE, {"format": "csv", "show": "later"}))
    assert (later["Put off until"], later["Why"], later["Who"]) == (str(in_days(7)), "Busy.", "Member")
    assert signed_in(w.owner).get(QUEUE, {"format": "xlsx"}).status_code == 200


def test_an_empty_queue_says_what_to_do(w):
    client = signed_in(w.owner)
    assert "Upload a statement" in client.get(QUEUE).text
    assert "You put nothing off" in client.get(QUEUE, {"show": "later"}).text
    w.fund()
    assert "Nothing fits" in client.get(QUEUE, {"q": "nowhere"}).text


def test_in_pages(w):
    budget = w.budget(amount=100_000_00)
    for number in range(27):
        w.fund(100_00, budget=budget, name=f"Fund {number:02}")
    assert len(names(w.owner)) == 25
    assert names(w.owner, page=2) == ["Fund 25", "Fund 26"]


def test_rates_and_what_has_none_are_named(w):
    w.fund(1_000_00, budget=w.budget(w.program(currency="EUR")))
    w.fund(1_000_00)
    client = signed_in(w.owner)
    assert "no rate to USD" in client.get(QUEUE).text
    a_rate("EUR", "1.1")
    page = client.get(QUEUE).text
    assert "about $1,100" in page
    assert "at rates of 23 Nov 2026 (ECB)" in page


def test_the_same_queries_for_one_and_three(w):
    client = signed_in(w.owner)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            w.draft(w.fund())
            w.kept_fund(w.kept_program(name=f"Kept {TODAY} {len(facts(w).funds)}"))
        actions.put_off(about=rows(w)[-1].matter(w.brightpath), when="week", reason="Busy.", by=w.owner, now=NOW)
        counts.append(queries(client, QUEUE))
    assert counts[0] == counts[1]
