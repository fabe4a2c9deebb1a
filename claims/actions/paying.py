"""Finance's side: what became of payments, one by hand or as many as a bank's file tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from claims.actions import payments as plans
from claims.actions.payers import check_may_pay
from claims.actions.payments import locked_payments, made, moved, own_hold, planned, restand, save
from claims.actions.steps import ClaimRefused, check, locked
from claims.models import Claim, Hold, Payment, ShortPay
from claims.states import AWAITING_PAYMENT
from claims.states.payments import OF_DETAILS, ON_THE_WAY, HoldReason, PaymentStatus
from funds.ledger import LedgerError, Posting, post
from funds.states import Act
from partners.events import event, record
from partners.models import Event, User

P = PaymentStatus
CONFIRMED = ("received", "paid_on", "reference", "failure", "confirmed_by", "confirmed_at")


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """What the bank says of one payment: what arrived (minor units), when, under which reference; or why nothing did."""

    payment_id: int
    received: int
    on: date
    reference: str = ""
    failure: str = ""

    def is_standing(self, payment: Payment) -> bool:
        """This was recorded before, just so."""
        if self.failure:
            return payment.status == P.FAILED
        return payment.status in (P.CONFIRMED, P.REVERSED) and payment.received == self.received


def wrong(payment: Payment, answer: BankAnswer, today: date) -> str:
    """Why this cannot have become of this payment, in words; empty where it can."""
    if answer.on > today:
        return "That day is still to come. Record it on the day it leaves."
    if payment.batch is not None and payment.batch.sent_at and answer.on < payment.batch.sent_at.date():
        return f"Its batch was sent on {payment.batch.sent_at:%-d %b %Y}: it cannot have been paid before."
    if answer.failure:
        return ""
    if not answer.reference.strip():
        return "Enter the payment's reference, as the partner will see it on the bank statement."
    if not 0 < answer.received <= payment.amount:
        return "More than was sent cannot have arrived, and nothing is a failure."
    return ""


def settle(*, answers: Sequence[BankAnswer], by: User, now: datetime, by_hand: bool = False) -> dict[str, int]:
    """Record what became of these payments, all or none. Repeating it does nothing twice.

    They are at the bank; or with `by_hand` they went another way, and none was in a batch.

    What arrived moves to `paid`; less than was sent opens a short payment; what the bank did not execute waits again, on hold.
    Returns how many: confirmed, short, failed, standing (recorded before). ClaimRefused names the payment that cannot be so.
    """
    with transaction.atomic():
        by_id = {answer.payment_id: answer for answer in answers}
        locked_ones = locked_payments(Payment.objects.filter(pk__in=by_id))
        check_may_pay(locked_ones, by)
        if len(by_id) != len(answers) or len(locked_ones) != len(by_id):
            raise ClaimRefused("A payment stands twice, or is not there. Reload the page.")
        fresh = [p for p in locked_ones if not by_id[p.pk].is_standing(p)]
        for payment in fresh:
            if payment.status != (P.PENDING if by_hand else P.SENT):
                raise ClaimRefused(f"{payment.number} is «{P(payment.status).label.lower()}»: it has no such answer.")
            if words := wrong(payment, by_id[payment.pk], payment.claim.program.today(now)):
                raise ClaimRefused(f"{payment.number}: {words}")
        failed = [p for p in fresh if by_id[p.pk].failure]
        arrived = [p for p in fresh if not by_id[p.pk].failure]
        events = fail(failed, by_id, by=by, now=now) + confirm(arrived, by_id, by=by, now=now)
        events += restand({p.claim_id: p.claim for p in fresh}.values(), by=by, now=now)
        record(events)
    return {
        "confirmed": len(arrived),
        "short": sum(1 for p in arrived if p.missing),
        "failed": len(failed),
        "standing": len(locked_ones) - len(fresh),
    }


def confirm(payments: list[Payment], answers: Mapping[int, BankAnswer], *, by: User, now: datetime) -> list[Event]:
    events, postings = [], []
    for payment in payments:
        answer, claim = answers[payment.pk], payment.claim
        payment.received, payment.paid_on, payment.reference = answer.received, answer.on, answer.reference.strip()
        payment.confirmed_by, payment.confirmed_at = by, now
        claim.paid += answer.received
        claim.paid_by = by
        data = {"paid_on": answer.on, "reference": payment.reference, "received": answer.received}
        events.append(moved(payment, P.CONFIRMED, "confirmed", by=by, now=now, data=data))
        postings.append(pay_posting(payment, by=by))
    save(payments, *CONFIRMED)
    try:
        post(postings, at=now)
    except LedgerError as error:
        raise ClaimRefused(str(error)) from error
    shorts = [ShortPay(payment=p, missing=p.missing, opened_at=now) for p in payments if p.missing]
    ShortPay.objects.bulk_create(shorts)
    return events + [
        event(
            verb="fell short",
            about=short.payment,
            by=by,
            company_id=short.payment.partner_id,
            data={"missing": short.missing, "claim": short.payment.claim_id},
            at=now,
        )
        for short in shorts
    ]


def pay_posting(payment: Payment, *, by: User) -> Posting:
    claim = payment.claim
    reason = f"{claim.number} {claim.title}"
    assert payment.received is not None
    return Posting(
        Act.PAY,
        claim.allocation.budget_id,
        claim.allocation_id,
        payment.received,
        f"payment:{payment.pk}:pay",
        by,
        reason,
    )


def fail(payments: list[Payment], answers: Mapping[int, BankAnswer], *, by: User, now: datetime) -> list[Event]:
    """The bank did not execute these: each is over, and another one waits in its place, on hold until somebody has looked."""
    events = []
    for payment in payments:
        payment.failure = answers[payment.pk].failure.strip()[:200]
        events.append(moved(payment, P.FAILED, "failed", by=by, now=now, reason=payment.failure))
    save(payments, "failure")
    again = [planned(p.claim, p.amount, due_on=p.claim.program.today(now), now=now, instead_of=p) for p in payments]
    made(again, by=by, now=now, verb="planned again")
    holds = [own_hold(p, HoldReason.RETURNED, now, f"The bank: {p.instead_of.failure}") for p in again if p.instead_of]
    Hold.objects.bulk_create(holds)
    free = [p for p in again if p.status == P.PENDING]
    events += [moved(p, P.ON_HOLD, "held", by=None, now=now, reason_code=HoldReason.RETURNED) for p in free]
    save(free)
    return events


def pay(*, claim: Claim, version: int, paid_on: date, reference: str, by: User, now: datetime) -> list[Payment]:
    """Record that all that is still open of an approved claim was paid by hand, with its date and reference.

    ClaimRefused for an impossible date, for what is in a batch already, and where somebody holds it. Missing or new bank details
    hold nothing here: the money went another way.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.pay", version=version)
        if claim.status not in AWAITING_PAYMENT:
            raise ClaimRefused("This claim is not approved: that is not possible any more.")
        assert claim.decided_at is not None  # the database's CHECK says so of an approved claim
        decided_on = claim.program.today(claim.decided_at)
        if paid_on < decided_on:
            raise ClaimRefused(f"The claim was approved on {decided_on:%-d %B %Y}: it cannot have been paid before.")
        found = waiting_of(claim, by=by, now=now)
        plans.close(
            Hold.objects.filter(payment__in=found, code__in=OF_DETAILS), by=by, now=now, words="It is paid by hand."
        )
        plans.let_go(found, by=by, now=now)
        if held := Hold.objects.filter(payment__in=found, closed_at=None).first():
            raise ClaimRefused(f"It is on hold: {held}")
        settle(
            answers=[BankAnswer(p.pk, p.amount, paid_on, reference) for p in found],
            by=by,
            now=now,
            by_hand=True,
        )
    return list(Payment.objects.filter(pk__in=[p.pk for p in found]).order_by("pk"))


def waiting_of(claim: Claim, *, by: User, now: datetime) -> list[Payment]:
    """What waits to be paid of this locked claim; planned now where nothing was. ClaimRefused while some of it is on its way."""
    found = list(Payment.objects.filter(claim=claim).order_by("pk").select_for_update(of=("self",), no_key=True))
    if any(p.status in ON_THE_WAY for p in found):
        raise ClaimRefused("Some of it is in a batch already. Take it out there first, or confirm that batch.")
    waiting = [p for p in found if p.is_waiting]
    if not waiting and not any(p.status == P.CONFIRMED for p in found):
        waiting = plans.open_for([claim], by=by, now=now)
    if not waiting:
        raise ClaimRefused("Nothing of it waits to be paid: look at its short payment.")
    return waiting
