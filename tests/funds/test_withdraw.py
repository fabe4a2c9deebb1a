"""A channel manager withdraws money from a fund, pre-approves an activity and releases it; the partner reads why."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from claims import actions as claims
from funds import actions
from tests.cast import NOW, TODAY, balances
from tests.funds.test_add_budget import BAD_AMOUNTS
from tests.pages import errors, fresh_key, statuses, told

pytestmark = pytest.mark.usefixtures("_at_now")
MOVES = ["withdraw", "reserve", "release"]


def url(fund, name: str) -> str:
    return reverse(f"funds:{name}", args=[fund.pk])


def money(amount: str = "1,000.00", **fields) -> dict[str, str]:
    return {"amount": amount, "reason": "The expo was cancelled.", "key": fresh_key()} | fields


@pytest.fixture
def fund(w):
    """$4,000.00 available, $1,000.00 pre-approved."""
    fund = w.fund(5_000_00)
    actions.reserve(allocation=fund, amount=1_000_00, key="expo", by=w.manager, reason="Expo", at=NOW)
    return fund


@pytest.mark.parametrize(
    ("name", "says", "after"),
    [
        ("withdraw", "You withdrew $1,000.00 from Brightpath.", {"available": 3_000_00, "reserved": 1_000_00}),
        ("reserve", "You pre-approved $1,000.00 for Brightpath.", {"available": 3_000_00, "reserved": 2_000_00}),
        ("release", "You released $1,000.00", {"available": 5_000_00}),
    ],
)
def test_money_is_moved_and_the_partner_reads_why(w, client, fund, name, says, after):
    client.force_login(w.manager)
    assert client.get(url(fund, name)).status_code == 200
    response = client.post(url(fund, name), money(), follow=True)
    assert response.redirect_chain[-1][0] == url(fund, "allocation")
    assert told(response)[0].startswith(says)
    assert balances(fund) == after
    client.force_login(w.owner)
    assert "The expo was cancelled." in client.get(url(fund, "allocation")).text


def test_the_page_says_what_it_does_to_how_much_money(w, client, fund):
    client.force_login(w.manager)
    assert "Up to $4,000.00 is available" in client.get(url(fund, "withdraw")).text
    assert "Brightpath&#x27;s next claim uses it first" in client.get(url(fund, "reserve")).text
    assert "$1,000.00 is pre-approved now" in client.get(url(fund, "release")).text
    assert "Brightpath reads it." in client.get(url(fund, "withdraw")).text


def test_withdrawn_money_is_back_in_the_budget(w, client, fund):
    before = fund.budget.unallocated
    client.force_login(w.manager)
    client.post(url(fund, "withdraw"), money("1,500.00"))
    fund.budget.refresh_from_db()
    assert fund.budget.unallocated == before + 1_500_00


@pytest.mark.parametrize("name", MOVES)
def test_a_repeated_click_moves_money_once_and_says_so(w, client, fund, name):
    client.force_login(w.manager)
    once = money("400.00")
    client.post(url(fund, name), once)
    after = balances(fund)
    response = client.post(url(fund, name), once, follow=True)
    assert "nothing was moved a second time" in told(response)[-1]
    assert balances(fund) == after


@pytest.mark.parametrize(
    ("name", "amount", "sentence"),
    [
        ("withdraw", "4,000.01", "That is more than there is. Brightpath has $4,000.00 available in this fund."),
        ("reserve", "4,000.01", "That is more than there is. Brightpath has $4,000.00 available in this fund."),
        ("release", "1,000.01", "That is more than there is. Brightpath has $1,000.00 reserved in this fund."),
    ],
)
def test_no_more_is_moved_than_there_is(w, client, fund, name, amount, sentence):
    client.force_login(w.manager)
    response = client.post(url(fund, name), money(amount))
    assert errors(response)["amount"] == [sentence]
    assert response.context["form"]["reason"].value() == "The expo was cancelled."
    assert balances(fund) == {"available": 4_000_00, "reserved": 1_000_00}


def test_a_stale_page_sees_what_was_claimed_meanwhile(w, client, fund):
    client.force_login(w.manager)
    draft = w.draft(fund, costs=(6_000_00,))
    claims.submit(claim=draft, by=w.owner, now=NOW)
    response = client.post(url(fund, "withdraw"), money("4,000.00"))
    assert "Brightpath has $2,000.00 available" in errors(response)["amount"][0]


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
def test_a_bad_amount_gets_a_sentence(w, client, fund, name, amount, sentence):
    client.force_login(w.manager)
    assert errors(client.post(url(fund, name), money(amount)))["amount"] == [sentence]


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Say why, in a sentence."),
        ("  ", "Say why, in a sentence."),
        ("x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("a\x00", "Null characters are not allowed."),
    ],
)
def test_a_reason_is_asked_for(w, client, fund, name, reason, sentence):
    client.force_login(w.manager)
    response = client.post(url(fund, name), money(reason=reason))
    assert errors(response)["reason"] == [sentence]
    assert response.context["form"]["amount"].value() == "1,000.00"


@pytest.mark.parametrize("name", MOVES)
def test_only_the_vendors_managers_may(w, client, fund, name):
    before = balances(fund)
    for who, answer in [
        (w.other_manager, 404),
        (w.stranger, 404),
        (w.owner, 403),
        (w.member, 403),
        (w.admin, 403),
        (w.finance, 403),
    ]:
        client.force_login(who)
        assert statuses(client, f"funds:{name}", fund.pk, money()) == (answer, answer)
    assert balances(fund) == before


def test_nothing_is_approved_in_advance_after_the_last_day(w, client):
    fund = w.fund(expires_on=TODAY)
    with time_machine.travel(NOW + timedelta(days=1)):
        client.force_login(w.manager)
        response = client.post(url(fund, "reserve"), money())
        assert "The last day for activities has passed" in errors(response)["__all__"][0]
        assert url(fund, "reserve") not in client.get(url(fund, "allocation")).text
    assert balances(fund) == {"available": 5_000_00}
