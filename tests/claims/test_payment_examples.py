"""One fund's story, all balances after each step: paid, by credit memo, in instalments, short both ways, failed, taken back."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from pypdf import PdfReader

from claims import actions
from claims.bank_orders import remittance
from claims.models import Payment, ShortPay
from funds.reconcile import reconcile
from partners.models import Event
from tests.cast import NOW, TODAY, balances
from tests.claims import paying


@pytest.fixture
def fund(w):
    return w.fund(1_000_00)


@pytest.fixture(autouse=True)
def _books_are_right(db):
    """After each story: deferred rules hold, and the balances are what the movements say."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert reconcile().differences == []


def status(w, payment):
    return w.again(payment.claim).status


def test_paid_in_full(w, fund):
    claim = w.submitted(fund)
    assert balances(fund) == {"available": 500_00, "claimed": 500_00}
    actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW)
    payment = Payment.objects.get(claim=claim)
    # Nobody has said where Brightpath is paid.
    assert (payment.status, payment.holds.get().code) == ("on_hold", "no_account")
    details = paying.enter(w.brightpath, w.owner)
    assert paying.again(payment).holds.get(closed_at=None).code == "new_account"
    assert actions.check_details(details=details, words="Called Olga.", by=w.finance, now=NOW) == 1
    batch = paying.batched(w, paying.again(payment))
    assert status(w, paying.again(payment)) == "payable"
    assert balances(fund) == {"available": 500_00, "approved": 500_00}
    actions.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW)
    done = actions.settle(answers=[paying.arrived(payment)], by=w.finance, now=NOW)
    assert done == {"confirmed": 1, "short": 0, "failed": 0, "standing": 0}
    assert balances(fund) == {"available": 500_00, "paid": 500_00}
    claim = w.again(claim)
    assert (claim.status, claim.paid, claim.paid_by) == ("paid", 500_00, w.finance)


def test_paid_by_credit_memo(w, fund):
    """To the partner's account with its vendor: nobody needs to know its bank."""
    claim = w.submitted(fund)
    actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW)
    payment = paying.again(Payment.objects.get(claim=claim))
    assert (payment.status, payment.holds.get().code) == ("on_hold", "no_account")
    batch = paying.batched(w, payment, method="credit")
    assert (status(w, payment), balances(fund)) == ("payable", {"available": 500_00, "approved": 500_00})
    actions.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW)
    actions.settle(answers=[paying.arrived(payment)], by=w.finance, now=NOW)
    assert (status(w, payment), balances(fund)) == ("paid", {"available": 500_00, "paid": 500_00})
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(remittance(batch, w.brightpath, NOW))).pages)
    assert "by credit memo" in " ".join(said.split())


def test_in_instalments(w, fund):
    payment = paying.due(w, fund)
    claim = payment.claim
    parts = [(100_00, TODAY), (150_00, TODAY + timedelta(days=30)), (250_00, TODAY + timedelta(days=60))]
    for wrong in (
        parts[:2],
        [*parts, (1, TODAY)],
        [(500_00, TODAY), (0, TODAY)],
        [],
        [(600_00, TODAY), (-100_00, TODAY)],
    ):
        with pytest.raises(actions.ClaimRefused):
            actions.split(claim=claim, version=claim.version, parts=wrong, by=w.finance, now=NOW)
    new = actions.split(claim=claim, version=claim.version, parts=parts, by=w.finance, now=NOW)
    assert paying.again(payment).status == "called_off"
    for n, part in enumerate(new):
        paying.sent(w, paying.again(part))
        actions.settle(answers=[paying.arrived(part)], by=w.finance, now=NOW)
        paid = sum(amount for amount, _ in parts[: n + 1])
        expected = {"available": 500_00, "approved": 500_00 - paid, "paid": paid}
        assert balances(fund) == {bucket: amount for bucket, amount in expected.items() if amount}
        assert status(w, payment) == ("paid" if n == 2 else "payable")


def test_short_and_the_rest_is_paid(w, fund):
    short = paying.short(w, fund)
    assert balances(fund) == {"available": 500_00, "approved": 100_00, "paid": 400_00}
    assert status(w, short.payment) == "payable"
    rest = actions.pay_rest(short=short, words="The bank kept a fee.", by=w.finance, now=NOW)
    assert (rest.amount, rest.status) == (100_00, "pending")
    with pytest.raises(actions.ClaimRefused, match="resolved it already"):
        actions.pay_rest(short=short, words="Again.", by=w.finance, now=NOW)
    paying.sent(w, paying.again(rest))
    actions.settle(answers=[paying.arrived(rest)], by=w.finance, now=NOW)
    assert balances(fund) == {"available": 500_00, "paid": 500_00}
    assert status(w, rest) == "paid"


def test_short_and_accepted(w, fund):
    short = paying.short(w, fund)
    actions.accept_short(short=short, words="We agreed on that.", by=w.owner, now=NOW)
    assert balances(fund) == {"available": 600_00, "paid": 400_00}
    claim = w.again(short.payment.claim)
    assert (claim.status, claim.approved, claim.paid) == ("paid", 400_00, 400_00)
    assert ShortPay.objects.get().reason == "We agreed on that."
    assert Event.objects.filter(verb="settled", actor=w.owner).exists()


def test_not_executed(w, fund):
    payment = paying.due(w, fund)
    paying.sent(w, payment)
    answer = paying.failed(payment)
    assert actions.settle(answers=[answer], by=w.finance, now=NOW)["failed"] == 1
    assert actions.settle(answers=[answer], by=w.finance, now=NOW)["standing"] == 1
    again = Payment.objects.get(instead_of=payment)
    assert (again.status, again.amount, again.holds.get().code) == ("on_hold", 500_00, "returned")
    assert "AC04 closed account" in again.holds.get().words
    assert status(w, payment) == "approved"
    assert balances(fund) == {"available": 500_00, "approved": 500_00}
    actions.lift(hold=again.holds.get(), words="The account is open again.", by=w.finance, now=NOW)
    paying.sent(w, paying.again(again))
    actions.settle(answers=[paying.arrived(again)], by=w.finance, now=NOW)
    assert status(w, again) == "paid"


@pytest.mark.parametrize(("back_to", "left"), [("fund", {"available": 1_000_00}), ("budget", {"available": 500_00})])
def test_taken_back(w, fund, back_to, left):
    payment = paying.paid(w, fund)
    claim = w.again(payment.claim)
    said = {"claim": claim, "back_to": back_to, "code": "not_earned", "reason": "The event did not take place."}
    reversal = actions.propose_reversal(**said, by=w.finance, now=NOW)
    assert balances(fund) == {"available": 500_00, "paid": 500_00}
    with pytest.raises(actions.ClaimRefused, match="already"):
        actions.propose_reversal(**said, by=paying.colleague(w), now=NOW)
    actions.confirm_reversal(reversal=reversal, by=paying.colleague(w), now=NOW)
    assert balances(fund) == left
    assert (w.again(claim).status, w.again(claim).paid, paying.again(payment).status) == ("reversed", 0, "reversed")


def test_what_is_left_of_an_approval_is_called_off_with_it(w, fund):
    payment = paying.due(w, fund)
    actions.payments.call_off([payment.claim], by=w.admin, now=NOW, words="Approved by mistake.")
    assert paying.again(payment).status == "called_off"
    # The next approval plans anew.
    (new,) = actions.payments.open_for([w.again(payment.claim)], by=w.admin, now=NOW)
    assert (new.status, new.amount) == ("pending", 500_00)
    paying.batched(w, new)
    with pytest.raises(actions.ClaimRefused, match="on its way"):
        actions.payments.call_off([w.again(payment.claim)], by=w.admin, now=NOW)
