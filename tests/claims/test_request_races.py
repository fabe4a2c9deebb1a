"""Two people at once on one request, or on a request and its claim: one wins, the other reads why, and no cent is lost."""

import pytest
from django.db import connections

from claims import actions as claims
from claims.actions import requests
from claims.reconcile import reconcile as request_differences
from claims.states.requests import RequestStatus
from funds.reconcile import reconcile
from tests.cast import NOW, balances, world
from tests.claims.asking import again, approved, claim_on, draft, filed, second_manager
from tests.funds.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kept")]
S = RequestStatus
ROUNDS = 4


def both(*acts) -> list[str]:
    """What came of acts that began at the same moment."""
    outcomes = [""] * len(acts)

    def work(client):
        try:
            acts[client]()
            outcomes[client] = "done"
        except (requests.RequestRefused, claims.ClaimRefused) as refusal:
            outcomes[client] = str(refusal)
        finally:
            connections.close_all()

    at_once(len(acts), work)
    return outcomes


def books_agree():
    assert reconcile().differences == []
    assert request_differences()[1] == []


def test_two_managers_approve_one_request():
    w = world()
    second, fund = second_manager(w), w.fund(10_000_00)
    for _ in range(ROUNDS):
        request = filed(w, fund, 200_00)
        same = {"request": request, "version": request.version, "now": NOW}
        outcomes = both(
            lambda same=same: requests.approve(by=w.manager, **same),
            lambda same=same: requests.approve(by=second, **same),
        )
        assert sorted(word == "done" for word in outcomes) == [False, True]
        assert any("was changed after you opened the page" in word for word in outcomes)
        assert again(request).reserved == 100_00
    assert balances(fund) == {"available": 9_600_00, "reserved": 400_00}
    books_agree()


def test_two_requests_on_the_last_of_a_fund():
    w = world()
    fund = w.fund(100_00)
    first, second = (filed(w, fund, 200_00, title=title) for title in ("One", "Another one altogether"))
    outcomes = both(
        lambda: requests.approve(request=first, version=first.version, by=w.manager, now=NOW),
        lambda: requests.approve(request=second, version=second.version, by=w.manager, now=NOW),
    )
    assert sorted(word == "done" for word in outcomes) == [False, True]
    assert balances(fund) == {"reserved": 100_00}
    books_agree()


def test_a_claim_is_filed_while_its_request_is_cancelled():
    w = world()
    fund = w.fund(1_000_00)
    seen = set()
    for _ in range(ROUNDS):
        request = approved(w, fund, 200_00)
        claim = claim_on(w, request, 200_00, submit=False)
        outcomes = both(
            lambda claim=claim: claims.submit(claim=claim, by=w.owner, now=NOW),
            lambda request=request: requests.cancel(request=request, reason="", by=w.member, now=NOW),
        )
        assert outcomes == ["done", "done"]
        assert (again(request).status, again(request).reserved) == (S.CANCELLED, 0)
        claim = w.again(claim)
        seen.add(claim.from_reserved)
        claims.withdraw(claim=claim, by=w.owner, now=NOW)
        assert balances(fund) == {"available": 1_000_00}
    assert seen <= {0, 100_00}
    books_agree()


def test_two_claims_draw_on_one_request():
    w = world()
    fund = w.fund(1_000_00, budget=w.budget(w.program(preapproval=True)))
    request = approved(w, fund, 200_00)
    drafts = [claim_on(w, request, 200_00, submit=False) for _ in range(2)]
    outcomes = both(*(lambda c=c: claims.submit(claim=c, by=w.owner, now=NOW) for c in drafts))
    assert sorted(word == "done" for word in outcomes) == [False, True]
    assert any(f"$0.00 of {request.number} is left" in word for word in outcomes)
    assert balances(fund) == {"available": 900_00, "claimed": 100_00}
    books_agree()


def test_taken_back_while_it_is_approved():
    w = world()
    fund = w.fund(1_000_00)
    request = requests.submit(request=draft(w, fund, 200_00), by=w.owner, now=NOW)
    outcomes = both(
        lambda: requests.take_back(request=request, by=w.owner, now=NOW),
        lambda: requests.approve(request=request, version=request.version, by=w.manager, now=NOW),
    )
    assert sorted(word == "done" for word in outcomes) == [False, True]
    status = again(request).status
    assert balances(fund) == (
        {"available": 1_000_00} if status == S.DRAFT else {"available": 900_00, "reserved": 100_00}
    )
    books_agree()
