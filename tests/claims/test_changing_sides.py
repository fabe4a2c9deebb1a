"""Whoever approved, proposed or batched something and comes to work for its partner later stands in nobody else's way."""

import pytest

from claims import actions
from claims.actions import requests
from partners.models import Membership
from partners.states import Role
from tests.cast import NOW, TODAY, person, site
from tests.claims import asking, paying

pytestmark = pytest.mark.usefixtures("_at_now")


def change_sides(w, *people):
    for who in people:
        Membership.objects.create(user=who, company=w.brightpath, role=Role.MEMBER)


@pytest.fixture
def others(w):
    """An admin and somebody of finance who had nothing to do with it before."""
    return person("otheradmin", site(), Role.ADMIN), person("otherfinance", site(), Role.FINANCE)


def test_a_second_approval_after_the_first_approver_left(w, others):
    claim = w.submitted(w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00))))
    claim = w.again(actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW))
    change_sides(w, w.admin)
    assert actions.approve_too(claim=claim, version=claim.version, by=others[0], now=NOW).status == "approved"


def test_what_they_approved_is_paid_by_hand(w, others):
    claim = w.approved()
    change_sides(w, w.admin)
    actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="R", by=others[1], now=NOW)
    assert w.again(claim).status == "paid"


def test_what_they_approved_and_batched_is_sent_and_settled(w, others):
    payment = paying.due(w)
    batch = paying.batched(w, payment)
    change_sides(w, w.second_admin, w.finance)
    actions.send_batch(batch=batch, version=batch.version, by=others[1], now=NOW)
    actions.settle(answers=[paying.arrived(payment, 400_00)], by=others[1], now=NOW)
    short = paying.again(payment).short_pay
    actions.accept_short(short=short, words="Fine.", by=w.owner, now=NOW)
    assert w.again(payment.claim).status == "paid"


def test_a_batch_of_theirs_is_given_up(w, others):
    payment = paying.due(w)
    batch = paying.batched(w, payment)
    change_sides(w, w.finance)
    assert actions.drop_batch(batch=batch, by=others[1], now=NOW) == 1


@pytest.mark.parametrize("act", ["confirm_reversal", "drop_reversal"])
def test_a_reversal_of_theirs_is_decided(w, others, act):
    reversal = paying.proposed(w, paying.paid(w), by=paying.colleague(w))
    change_sides(w, reversal.proposed_by)
    more = {"words": ""} if act == "drop_reversal" else {}
    getattr(actions, act)(reversal=reversal, by=others[1], now=NOW, **more)
    reversal.refresh_from_db()
    assert reversal.decided_by == others[1]


def test_a_request_that_they_approved_goes_on(w):
    request = asking.approved(w, w.fund(5_000_00), 100_00)
    change_sides(w, w.manager)
    wanted = {"starts_on": request.starts_on, "ends_on": request.ends_on, "place": "Bonn", "reason": "No room."}
    requests.amend(request=request, amount=40_00, by=w.owner, now=NOW, **wanted)
    request = asking.again(request)
    other = asking.second_manager(w)
    requests.accept_change(request=request, version=request.version, by=other, now=NOW)
    assert asking.again(requests.complete(request=request, by=w.owner, now=NOW)).status == "completed"
