"""The page of one fund: what is left, by when, and what happened to it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from claims import actions as claims
from funds import actions
from funds.history import told as history
from tests.cast import NOW, TODAY
from tests.pages import queries, table

pytestmark = pytest.mark.usefixtures("_at_now")


def url(fund, name="allocation") -> str:
    return reverse(f"funds:{name}", args=[fund.pk])


def headline(response) -> str:
    text = response.text
    start = text.index('<h1 class="headline">')
    words = text[start : text.index("</h1>", start)]
    return " ".join(re.sub(r"</?(h1|strong|span)[^>]*>", "", words).split())


def seen(client, fund, days: int = 0) -> str:
    with time_machine.travel(NOW + timedelta(days=days)):
        client.force_login(client.user)
        return headline(client.get(url(fund)))


def test_the_first_sentence_follows_the_calendar(w, client):
    """Expires on 22 Jan, 60 days ahead; an activity takes 14 days; claims are taken for 30 days after."""
    fund = w.fund(4_900_00)
    client.user = w.owner
    assert seen(client, fund) == "$4,900.00 is yours to claim. Start your activity by 8 Jan 2027."
    assert seen(client, fund, 47) == (
        "$4,900.00 is yours to claim, but a usual activity no longer fits. Run something short by 22 Jan 2027, or claim what "
        "you ran already."
    )
    assert seen(client, fund, 61) == (
        "$4,900.00 is yours to claim. The time for activities is over: file your claim by 21 Feb 2027."
    )
    assert seen(client, fund, 91) == "$4,900.00 was not claimed by 21 Feb 2027 and is lost."


def test_the_sentence_of_a_fund_that_is_used(w, client):
    fund = w.fund(1_000_00)
    client.user = w.owner
    actions.reserve(allocation=fund, amount=1_000_00, key="a", by=w.manager, reason="Expo", at=NOW)
    assert (
        seen(client, fund) == "$1,000.00 is approved in advance. Run the activity by 22 Jan 2027, then file the claim."
    )
    claim = claims.submit(claim=w.draft(fund, costs=(2_000_00,)), by=w.owner, now=NOW)
    assert seen(client, fund) == "Nothing is left to claim. $1,000.00 is being decided."
    claim = claims.take(claim=claim, by=w.admin, now=NOW)
    claim = claims.approve(claim=claim, version=claim.version, by=w.admin, now=NOW)
    assert seen(client, fund) == "Nothing is left to claim. $1,000.00 is on its way to you."
    claims.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="WF-1", by=w.finance, now=NOW)
    assert seen(client, fund) == "Nothing is left to claim. $1,000.00 was paid."


def test_the_vendors_manager_reads_of_the_partner(w, client):
    fund = w.fund(4_900_00)
    client.user = w.manager
    assert seen(client, fund) == "$4,900.00 is Brightpath’s to claim. It needs an activity that starts by 8 Jan 2027."


def test_an_empty_fund(w, client):
    fund = w.fund(1_000_00)
    actions.withdraw(allocation=fund, amount=1_000_00, key="a", by=w.manager, reason="Cut", at=NOW)
    client.user = w.owner
    assert seen(client, fund) == "Nothing is left in this fund."


def test_who_sees_it_and_with_which_buttons(w, client):
    fund = w.fund()
    buttons = {name: url(fund, name) for name in ("withdraw", "reserve")} | {
        "claim": reverse("claims:start", args=[fund.pk])
    }
    for who, answer, shown in [
        (w.owner, 200, {"claim"}),
        (w.member, 200, {"claim"}),
        (w.manager, 200, {"withdraw", "reserve"}),
        (w.admin, 200, set()),
        (w.finance, 200, set()),
        (w.stranger, 404, set()),
        (w.other_manager, 404, set()),
    ]:
        client.force_login(who)
        response = client.get(url(fund))
        assert response.status_code == answer
        assert {name for name, address in buttons.items() if address in response.text} == shown
    assert client.get(reverse("funds:allocation", args=[10**22])).status_code == 404


def test_the_claim_button_goes_with_the_claim_window(w, client):
    fund = w.fund()
    start = reverse("claims:start", args=[fund.pk])
    for days, is_there in ((90, True), (91, False)):
        with time_machine.travel(NOW + timedelta(days=days)):
            client.force_login(w.owner)
            assert (start in client.get(url(fund)).text) is is_there


def test_deadlines_and_terms_stand_on_it(w, client):
    program = w.program(wording="Events only.\n<script>alert(1)</script>", lead_days=10, activity_days=20)
    fund = w.fund(budget=w.budget(program), reference="NG-7", expires_on=TODAY + timedelta(days=60))
    client.force_login(w.owner)
    page = client.get(url(fund)).text
    for words in ("23 Dec 2026", "22 Jan 2027", "21 Feb 2027", "NG-7", "50% of each invoice", "Events only."):
        assert words in page
    assert "<script>alert" not in page
    assert f"{reverse('claims:list')}?fund={fund.pk}" in page


def test_the_history_says_who_what_and_what_was_left(w, client):
    fund = w.fund(5_000_00)
    actions.reserve(allocation=fund, amount=1_000_00, key="a", by=w.manager, reason="Expo in May", at=NOW)
    claims.submit(claim=w.draft(fund, costs=(3_000_00,)), by=w.owner, now=NOW)
    actions.withdraw(allocation=fund, amount=500_00, key="b", by=w.manager, reason="Program cut", at=NOW)
    found = [(entry.movement.act, entry.change, entry.after) for entry in history(fund, first=0, count=25)]
    assert found == [
        ("withdraw", -500_00, 3_000_00),
        ("claim", -1_000_00, 3_500_00),
        ("claim", -500_00, 4_500_00),
        ("reserve", 0, 5_000_00),
        ("allocate", 5_000_00, 5_000_00),
    ]
    client.force_login(w.owner)
    page = client.get(url(fund)).text
    for words in ("Granted", "Pre-approved", "Claim filed", "Withdrawn by the vendor", "Expo in May", "Program cut"):
        assert words in page
    for words in ("Manager", "Owner", "−$500.00", "+$5,000.00", "$3,500.00"):
        assert words in page


def test_the_history_has_pages_and_its_balances_go_on_over_them(w, client):
    fund = w.fund(5_000_00)
    for number in range(26):
        actions.withdraw(allocation=fund, amount=100, key=str(number), by=w.manager, reason="Cut", at=NOW)
    client.force_login(w.owner)
    first = client.get(url(fund)).context["history"]
    second = client.get(url(fund), {"page": 2}).context["history"]
    assert (len(first), len(second)) == (25, 2)
    assert [entry.after for entry in second] == [5_000_00 - 100, 5_000_00]
    assert first[0].after == 5_000_00 - 26 * 100
    for page in ("0", "-1", "99", "x", "1e3"):
        assert client.get(url(fund), {"page": page}).status_code == 200


def test_the_history_is_a_file_too(w, client):
    fund = w.fund(1_000_00)
    actions.withdraw(allocation=fund, amount=200_00, key="k", by=w.manager, reason="=1+1", at=NOW)
    client.force_login(w.owner)
    assert "format=xlsx" in client.get(url(fund)).text
    taken, granted = table(client.get(url(fund), {"format": "csv"}))
    assert (taken["What"], taken["Amount"], taken["Still to claim after"]) == (
        "Withdrawn by the vendor",
        "200.00",
        "800.00",
    )
    assert taken["Reason"] == "'=1+1"
    assert (granted["Who"], granted["Still to claim after"]) == (w.manager.name, "1000.00")
    assert client.get(url(fund), {"format": "xlsx"}).status_code == 200
    client.force_login(w.stranger)
    assert client.get(url(fund), {"format": "csv"}).status_code == 404


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_queries_do_not_grow_with_its_history(w, client, who):
    fund = w.fund(5_000_00)
    client.force_login(getattr(w, who))
    at_one = queries(client, url(fund))
    for number in range(3):
        actions.withdraw(allocation=fund, amount=100, key=str(number), by=w.manager, reason="Cut", at=NOW)
    assert queries(client, url(fund)) == at_one
    assert at_one <= 14


def test_a_persons_text_is_never_run(w, client):
    fund = w.fund(name="<img src=x>", reference="{{ 7|add:7 }}")
    actions.withdraw(allocation=fund, amount=100, key="a", by=w.manager, reason="<b>bold</b> {partner}", at=NOW)
    client.force_login(w.manager)
    page = client.get(url(fund)).text
    assert "<img src=x>" not in page
    assert "<b>bold" not in page
    assert client.get(url(fund, "withdraw")).status_code == 200
