"""Two people at once: one payment stands in one batch, is settled once, and no claim's payments pass what was approved."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection

from claims import actions
from claims.models import Payment, ShortPay
from funds.models import Movement
from funds.reconcile import reconcile
from tests.cast import NOW, TODAY, world
from tests.claims import paying

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w(transactional_db):
    return world()


def at_once(*acts):
    """Run each in a thread and a connection of its own, all starting together. Returns what came back, or the refusal."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            return act()
        except (actions.ClaimRefused, PermissionDenied, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def won(results):
    return [result for result in results if not isinstance(result, Exception)]


def refused_in_words(results):
    return all(not isinstance(result, DatabaseError) for result in results)


def test_two_people_of_finance_batch_the_same_payments(w):
    fiona, fund = paying.colleague(w), w.fund(1_000_000_00)
    for _ in range(4):
        payments = [paying.due(w, fund) for _ in range(3)]
        orders = payments, list(reversed(payments))
        results = at_once(
            *(
                lambda who=who, order=order: paying.batched(w, *order, by=who)
                for who, order in zip((w.finance, fiona), orders, strict=True)
            )
        )
        assert len(won(results)) == 1
        assert refused_in_words(results)
        assert {paying.again(p).batch_id for p in payments} == {won(results)[0].pk}


def test_the_same_answer_many_times_at_once(w):
    payments = [paying.due(w) for _ in range(2)]
    paying.sent(w, *payments)
    answers = [paying.arrived(payments[0]), paying.arrived(payments[1], 1_00)]
    results = at_once(*[lambda: actions.settle(answers=answers, by=w.finance, now=NOW)] * 6)
    assert refused_in_words(results)
    assert sorted(result["confirmed"] for result in won(results)) == [0, 0, 0, 0, 0, 2]
    assert (Movement.objects.filter(act="pay").count(), ShortPay.objects.count()) == (2, 1)
    assert reconcile().differences == []


def test_a_hold_and_a_batch_that_is_sent(w):
    for _ in range(4):
        payment = paying.due(w)
        batch = paying.batched(w, payment)
        at_once(
            lambda batch=batch: actions.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW),
            lambda payment=payment: paying.held(w, payment, w.owner),
        )
        now = paying.again(payment)
        assert (now.status, now.holds.filter(closed_at=None).count()) in {("sent", 0), ("on_hold", 1)}


def test_new_bank_details_and_a_batch(w):
    for n in range(4):
        payment = paying.due(w)
        at_once(lambda payment=payment: paying.batched(w, payment), lambda: paying.enter(w.brightpath, w.owner))
        now = paying.again(payment)
        assert now.status == "on_hold", n


def test_the_rest_is_paid_or_accepted_never_both(w):
    short = paying.short(w)
    results = at_once(
        lambda: actions.pay_rest(short=short, words="A fee.", by=w.finance, now=NOW),
        lambda: actions.accept_short(short=short, words="Fine.", by=w.owner, now=NOW),
    )
    assert (len(won(results)), refused_in_words(results)) == (1, True)
    assert reconcile().differences == []


def test_by_hand_and_in_instalments(w):
    for _ in range(3):
        payment = paying.due(w)
        claim = payment.claim
        results = at_once(
            lambda claim=claim: actions.pay(
                claim=claim, version=claim.version, paid_on=TODAY, reference="x", by=w.finance, now=NOW
            ),
            lambda claim=claim: actions.split(
                claim=claim, version=claim.version, parts=[(1_00, TODAY), (499_00, TODAY)], by=w.finance, now=NOW
            ),
        )
        assert refused_in_words(results)
        live = Payment.objects.filter(claim=claim).exclude(status="called_off")
        assert sum(p.amount for p in live) == 500_00
    assert reconcile().differences == []
