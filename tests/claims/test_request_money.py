"""Worked examples: what each step of a request, and of claims on it, does to the balances of its fund."""

from datetime import timedelta

import pytest
from django.db import connection

from claims import actions as claims
from claims.actions import requests
from claims.actions.review import Verdict
from claims.reconcile import reconcile as request_differences
from claims.states.requests import RequestStatus
from funds import actions as funds
from funds.lapse import lapse
from funds.ledger import HeldByRequests
from funds.reconcile import reconcile
from partners.models import Event
from programs.days import Clock
from programs.states import WindowFrom
from tests.cast import NOW, TODAY, balances
from tests.claims.asking import END, START, again, approved, claim_on, filed

pytestmark = pytest.mark.usefixtures("kept")
S = RequestStatus


@pytest.fixture(autouse=True)
def _books_agree(w):
    """After each story: the books agree, and what the database looks at when a transaction ends holds."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert reconcile().differences == []
    assert request_differences()[1] == []


def held(request) -> int:
    return again(request).reserved


def test_an_approval_sets_money_aside_and_claims_draw_on_it_first(w):
    fund = w.fund(1_000_00)
    request = filed(w, fund, 800_00)
    assert balances(fund) == {"available": 1_000_00}
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    assert balances(fund) == {"available": 600_00, "reserved": 400_00}
    assert (again(request).status, held(request)) == (S.APPROVED, 400_00)

    first = claim_on(w, request, 500_00)
    assert balances(fund) == {"available": 600_00, "reserved": 150_00, "claimed": 250_00}
    assert held(request) == 150_00

    # A second claim on it: what it holds, then what is available.
    second = claim_on(w, request, 500_00)
    assert (second.from_reserved, held(request)) == (150_00, 0)
    assert balances(fund) == {"available": 500_00, "claimed": 500_00}

    # Half of the first is not accepted: it is back with the request.
    verdict = Verdict(100_00, "other", "Less.")
    line = first.lines.get()
    claims.approve(claim=first, version=first.version, verdicts={line.pk: verdict}, by=w.admin, now=NOW)
    assert balances(fund) == {"available": 500_00, "reserved": 150_00, "claimed": 250_00, "approved": 100_00}
    assert held(request) == 150_00

    requests.complete(request=request, by=w.owner, now=NOW)
    assert balances(fund) == {"available": 650_00, "claimed": 250_00, "approved": 100_00}
    assert (again(request).status, held(request)) == (S.COMPLETED, 0)

    # It has ended: what comes back from the second claim is available.
    claims.reject(claim=second, version=second.version, code="other", reason="No.", by=w.admin, now=NOW)
    assert balances(fund) == {"available": 900_00, "approved": 100_00}


@pytest.mark.parametrize("back", ["withdraw", "reject"])
def test_what_comes_back_is_the_requests_again(w, back):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    claim = claim_on(w, request, 800_00)
    assert (balances(fund), held(request)) == ({"available": 600_00, "claimed": 400_00}, 0)
    if back == "withdraw":
        claims.withdraw(claim=claim, by=w.owner, now=NOW)
    else:
        claims.reject(claim=claim, version=claim.version, code="other", reason="No.", by=w.admin, now=NOW)
    assert (balances(fund), held(request)) == ({"available": 600_00, "reserved": 400_00}, 400_00)


def test_a_claim_without_a_request_draws_only_on_what_no_request_holds(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    funds.reserve(allocation=fund, amount=100_00, key="k", by=w.manager, reason="By hand", at=NOW)
    claim = w.submitted(fund, costs=(400_00,))
    assert claim.from_reserved == 100_00
    assert balances(fund) == {"available": 400_00, "reserved": 400_00, "claimed": 200_00}
    assert held(request) == 400_00
    too_much = w.draft(fund, costs=(1_000_00,))
    with pytest.raises(claims.ClaimRefused, match=r"has \$400.00 left beside what other approvals hold"):
        claims.submit(claim=too_much, by=w.owner, now=NOW)


def test_under_terms_of_approval_a_claim_asks_for_no_more_than_its_request_holds(w):
    fund = w.fund(1_000_00, budget=w.budget(w.program(preapproval=True)))
    request = approved(w, fund, 400_00)
    assert claim_on(w, request, 300_00).from_reserved == 150_00
    beyond = claim_on(w, request, 200_00, submit=False)
    with pytest.raises(claims.ClaimRefused, match=rf"\$50.00 of {request.number} is left"):
        claims.submit(claim=beyond, by=w.owner, now=NOW)
    alone = w.draft(fund, costs=(20_00,))
    with pytest.raises(claims.ClaimRefused, match=r"\$0.00 of this fund is approved in advance"):
        claims.submit(claim=alone, by=w.owner, now=NOW)


def test_approved_for_less(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00, amount=250_00)
    assert balances(fund) == {"available": 750_00, "reserved": 250_00}
    assert (request.status, request.approved, held(request)) == (S.APPROVED_REDUCED, 250_00, 250_00)


def test_more_than_the_fund_has_cannot_be_approved(w):
    fund = w.fund(300_00)
    request = filed(w, fund, 800_00)
    with pytest.raises(requests.RequestRefused, match=r"The fund has \$300.00 left"):
        requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    assert (balances(fund), again(request).status) == ({"available": 300_00}, S.SUBMITTED)


@pytest.mark.parametrize(
    ("how", "status"),
    [("take_back", S.DRAFT), ("send_back", S.RETURNED), ("unanswered", S.RETURNED), ("decline", S.DECLINED)],
)
def test_what_ends_before_an_approval_moves_no_money_and_may_be_asked_again(w, how, status):
    fund = w.fund(1_000_00)
    request = filed(w, fund, 800_00)
    if how == "take_back":
        requests.take_back(request=request, by=w.owner, now=NOW)
    elif how == "unanswered":
        due = TODAY + timedelta(days=5)
        requests.ask(request=request, version=request.version, question="Who?", due=due, by=w.manager, now=NOW)
        requests.return_unanswered(clock=Clock(NOW, on=due + timedelta(days=1)))
    else:
        no = {"code": "unclear", "reason": "Say who comes.", "by": w.manager, "now": NOW}
        getattr(requests, how)(request=request, version=request.version, **no)
    assert (again(request).status, held(request), balances(fund)) == (status, 0, {"available": 1_000_00})
    if status != S.DRAFT:
        requests.take_back(request=again(request), by=w.owner, now=NOW)
    request = again(requests.submit(request=again(request), by=w.owner, now=NOW))
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    assert balances(fund) == {"available": 600_00, "reserved": 400_00}


@pytest.mark.parametrize("how", ["cancel", "revoke", "complete"])
def test_every_end_lets_go_of_what_is_left(w, how):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    claim_on(w, request, 200_00)
    if how == "cancel":
        requests.cancel(request=request, reason="The speaker is ill.", by=w.member, now=NOW)
    elif how == "revoke":
        requests.revoke(
            request=request, version=request.version, code="planned", reason="We stop.", by=w.manager, now=NOW
        )
    else:
        requests.complete(request=request, by=w.owner, now=NOW)
    assert balances(fund) == {"available": 900_00, "claimed": 100_00}
    assert held(request) == 0


def change(w, request, amount, **more):
    wanted = {"starts_on": START, "ends_on": END, "place": "Berlin", "reason": "It grew."} | more
    requests.amend(request=request, amount=amount, by=w.owner, now=NOW, **wanted)
    return again(request)


def test_a_change_for_more_reserves_more_once_it_is_accepted(w):
    fund = w.fund(1_000_00)
    request = change(w, approved(w, fund, 800_00), 500_00, ends_on=END + timedelta(days=2))
    assert (request.status, balances(fund)) == (S.AMENDED, {"available": 600_00, "reserved": 400_00})
    # The old is in force meanwhile: a claim draws on it.
    claim_on(w, request, 100_00)
    request = again(request)
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    assert balances(fund) == {"available": 500_00, "reserved": 450_00, "claimed": 50_00}
    after = again(request)
    assert (after.status, after.approved, after.asked, after.cost) == (S.APPROVED, 500_00, 500_00, 1_000_00)
    assert (after.reserved, after.ends_on, after.amendment) == (450_00, END + timedelta(days=2), None)


def test_a_change_for_less_lets_go_but_not_of_what_is_claimed(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    claim_on(w, request, 300_00)
    with pytest.raises(requests.RequestRefused, match=r"\$150.00 of it is claimed already"):
        change(w, again(request), 149_99)
    request = change(w, again(request), 200_00)
    requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)
    assert balances(fund) == {"available": 800_00, "reserved": 50_00, "claimed": 150_00}
    assert (again(request).status, held(request)) == (S.APPROVED_REDUCED, 50_00)


def test_a_change_that_is_refused_leaves_all_as_it_was(w):
    fund = w.fund(1_000_00)
    request = change(w, approved(w, fund, 800_00), 900_00)
    requests.refuse_change(
        request=request, version=request.version, code="no_money", reason="No more.", by=w.manager, now=NOW
    )
    after = again(request)
    assert (after.status, after.approved, after.amendment) == (S.APPROVED, 400_00, None)
    assert balances(fund) == {"available": 600_00, "reserved": 400_00}
    request = change(w, after, 450_00)
    requests.keep(request=request, by=w.owner, now=NOW)
    assert (again(request).status, again(request).approved) == (S.APPROVED, 400_00)


def test_a_change_beyond_the_fund_is_refused_with_what_is_left(w):
    fund = w.fund(500_00)
    request = change(w, approved(w, fund, 800_00), 600_00)
    with pytest.raises(requests.RequestRefused, match=r"asks for \$200.00 more, and the fund has \$100.00 left"):
        requests.accept_change(request=request, version=request.version, by=w.manager, now=NOW)


def test_an_approval_expires_with_its_last_day_to_claim_and_a_second_run_finds_nothing(w):
    fund = w.fund(1_000_00, budget=w.budget(w.program(claim_window_from=WindowFrom.ACTIVITY, claim_window_days=10)))
    request = approved(w, fund, 800_00)
    assert request.claim_by == END + timedelta(days=10)
    claim = claim_on(w, request, 100_00)
    assert requests.expire(clock=Clock(NOW, on=request.claim_by)) == 0
    assert requests.expire(clock=Clock(NOW, on=request.claim_by + timedelta(days=1))) == 1
    assert requests.expire(clock=Clock(NOW, on=request.claim_by + timedelta(days=1))) == 0
    assert (again(request).status, balances(fund)) == (S.EXPIRED, {"available": 950_00, "claimed": 50_00})
    last = Event.objects.about(request).last()
    assert (last.verb, last.actor, last.data["amount"]) == ("expired", None, 350_00)
    claims.withdraw(claim=claim, by=w.owner, now=NOW)
    assert balances(fund) == {"available": 1_000_00}


def test_a_change_that_waits_expires_too(w):
    fund = w.fund(1_000_00)
    request = change(w, approved(w, fund, 800_00), 500_00)
    assert requests.expire(clock=Clock(NOW, on=fund.claim_by + timedelta(days=1))) == 1
    assert (again(request).status, again(request).amendment) == (S.EXPIRED, None)


def test_a_longer_fund_takes_its_approvals_along(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    until = fund.expires_on + timedelta(days=20)
    funds.extend(allocation=fund, until=until, reason="More time.", by=w.manager, now=NOW)
    assert requests.expire(clock=Clock(NOW, on=request.claim_by + timedelta(days=1))) == 0
    assert again(request).claim_by == request.claim_by + timedelta(days=20)


def test_a_fund_lapses_only_after_its_approvals_ended(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    over = Clock(NOW, on=fund.claim_by + timedelta(days=1))
    first = lapse(clock=over)
    assert [left["allocation"] for left in first.skipped] == [fund.pk]
    assert balances(fund) == {"available": 600_00, "reserved": 400_00}
    requests.expire(clock=over)
    lapse(clock=over)
    assert (balances(fund), held(request)) == ({"lapsed": 1_000_00}, 0)


def test_a_question_without_an_answer_goes_back(w):
    fund = w.fund(1_000_00)
    request = filed(w, fund)
    due = TODAY + timedelta(days=5)
    requests.ask(request=request, version=request.version, question="Who?", due=due, by=w.manager, now=NOW)
    assert requests.return_unanswered(clock=Clock(NOW, on=due)) == 0
    assert requests.return_unanswered(clock=Clock(NOW, on=due + timedelta(days=1))) == 1
    assert requests.return_unanswered(clock=Clock(NOW, on=due + timedelta(days=1))) == 0
    assert again(request).status == S.RETURNED
    assert "was not answered by" in Event.objects.about(request).last().reason


def test_nobody_releases_by_hand_what_a_request_holds(w):
    fund = w.fund(1_000_00)
    approved(w, fund, 800_00)
    funds.reserve(allocation=fund, amount=100_00, key="k", by=w.manager, reason="By hand", at=NOW)
    funds.release(allocation=fund, amount=100_00, key="r", by=w.manager, reason="Back", at=NOW)
    with pytest.raises(HeldByRequests, match="Approved requests hold that money"):
        funds.release(allocation=fund, amount=1, key="s", by=w.manager, reason="Back", at=NOW)
