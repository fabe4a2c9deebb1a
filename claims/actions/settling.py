"""What becomes of money that did not arrive, and taking back what did."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from claims.actions.moves import move_on
from claims.actions.payers import check_may_pay
from claims.actions.payments import (
    P,
    locked_payments,
    made,
    moved,
    planned,
    restand,
    save,
    told,
)
from claims.actions.steps import ClaimRefused, locked
from claims.models import Claim, Payment, Reversal, ShortPay
from claims.states import ClaimStatus
from claims.states.payments import BackTo, ReversalReason, ReversalStatus, ShortStatus
from funds.ledger import LedgerError, Posting, post
from funds.states import Act, Bucket
from partners.events import event, record
from partners.models import Event, User


def locked_short(short: ShortPay) -> tuple[ShortPay, Payment]:
    (payment,) = locked_payments(Payment.objects.filter(pk=short.payment_id))
    fresh = ShortPay.objects.select_for_update(no_key=True).get(pk=short.pk)
    fresh.payment = payment
    if fresh.status != ShortStatus.OPEN:
        raise ClaimRefused(f"Somebody resolved it already: {ShortStatus(fresh.status).label.lower()}.")
    return fresh, payment


def resolve(short: ShortPay, to: ShortStatus, words: str, *, by: User, now: datetime) -> None:
    short.status, short.reason, short.resolved_by, short.resolved_at = to, words.strip(), by, now
    short.save()


def pay_rest(*, short: ShortPay, words: str, by: User, now: datetime) -> Payment:
    """Finance pays what did not arrive too: a new payment waits for it."""
    if not words.strip():
        raise ClaimRefused("Say in a sentence why it fell short.")
    with transaction.atomic():
        short, payment = locked_short(short)
        check_may_pay([payment], by)
        rest = planned(
            payment.claim, short.missing, due_on=payment.claim.program.today(now), now=now, instead_of=payment
        )
        made([rest], by=by, now=now)
        resolve(short, ShortStatus.REPAID, words, by=by, now=now)
        data = {"missing": short.missing}
        record([told(payment, "rest planned", by=by, now=now, before=payment.status, reason=words.strip(), data=data)])
    return rest


def accept_short(*, short: ShortPay, words: str, by: User, now: datetime) -> Claim:
    """The partner's owner accepts what arrived: the rest goes back to the fund, to be claimed again."""
    if not by.has_perm("claims.accept_short", short):
        raise PermissionDenied
    if not words.strip():
        raise ClaimRefused("Say in a sentence why you accept it.")
    with transaction.atomic():
        short, payment = locked_short(short)
        claim = payment.claim
        assert claim.approved is not None  # the database's CHECK says so
        claim.approved -= short.missing
        events = [
            told(
                payment,
                "settled",
                by=by,
                now=now,
                before=payment.status,
                reason=words.strip(),
                data={"missing": short.missing},
            )
        ]
        # Before its claim: the database looks at once whether what is approved is less by exactly so much.
        resolve(short, ShortStatus.SETTLED, words, by=by, now=now)
        events += restand([claim], by=by, now=now)
        back = [
            (Act.UNAPPROVE, None),
            (Act.RETURN, Bucket.AVAILABLE),
        ]
        try:
            for act, target in back:
                post([of_claim(act, claim, short.missing, f"short:{short.pk}", by=by, target=target)], at=now)
        except LedgerError as error:
            raise ClaimRefused(str(error)) from error
        record(events)
    return claim


def of_claim(act: Act, claim: Claim, amount: int, key: str, *, by: User, target: Bucket | None = None) -> Posting:
    reason = f"{claim.number} {claim.title}"
    fund = claim.allocation
    return Posting(act, fund.budget_id, fund.pk, amount, f"{key}:{act}", by, reason, None, target)


def propose_reversal(*, claim: Claim, back_to: str, code: str, reason: str, by: User, now: datetime) -> Reversal:
    """One person of finance proposes to take back all that was paid for a claim; another confirms it."""
    if code not in ReversalReason.values or back_to not in BackTo.values or not reason.strip():
        raise ClaimRefused("Choose a reason and where the money goes, and say why. The partner reads it.")
    with transaction.atomic():
        claim = locked(claim)
        if not by.has_perm("claims.reverse", claim):
            raise PermissionDenied
        if claim.status != ClaimStatus.PAID:
            raise ClaimRefused(
                f"This claim is {ClaimStatus(claim.status).label.lower()}: only a paid one can be reversed."
            )
        if claim.reversals.filter(status=ReversalStatus.OPEN).exists():
            raise ClaimRefused("Somebody proposed to reverse it already: it waits for a second person.")
        reversal = Reversal.objects.create(
            claim=claim,
            amount=claim.paid,
            back_to=back_to,
            code=code,
            reason=reason.strip(),
            proposed_by=by,
            proposed_at=now,
        )
        record([told_reversal(reversal, "proposed", by=by, now=now)])
    return reversal


def told_reversal(reversal: Reversal, verb: str, *, by: User, now: datetime, before: str = "") -> Event:
    return event(
        verb=verb,
        about=reversal,
        by=by,
        company_id=reversal.claim.partner_id,
        from_state=before,
        to_state=reversal.status,
        reason_code=reversal.code,
        reason=reversal.reason,
        data={"amount": reversal.amount, "claim": reversal.claim_id, "back_to": reversal.back_to},
        at=now,
    )


def locked_reversal(reversal: Reversal) -> tuple[Reversal, Claim]:
    claim = locked(reversal.claim)
    fresh = Reversal.objects.select_for_update(no_key=True).get(pk=reversal.pk)
    fresh.claim = claim
    if fresh.status != ReversalStatus.OPEN:
        raise ClaimRefused(f"This was decided already: {ReversalStatus(fresh.status).label.lower()}.")
    return fresh, claim


def decide_reversal(reversal: Reversal, to: ReversalStatus, words: str, *, by: User, now: datetime) -> None:
    reversal.status, reversal.decided_by, reversal.decided_at = to, by, now
    reversal.decided_words = words.strip()
    reversal.save()


def drop_reversal(*, reversal: Reversal, words: str, by: User, now: datetime) -> Reversal:
    """Leave the payment as it is: whoever proposed it may do so too."""
    with transaction.atomic():
        reversal, claim = locked_reversal(reversal)
        if not by.has_perm("claims.reverse", claim):
            raise PermissionDenied
        decide_reversal(reversal, ReversalStatus.DROPPED, words, by=by, now=now)
        record([told_reversal(reversal, "dropped", by=by, now=now, before=ReversalStatus.OPEN)])
    return reversal


def confirm_reversal(*, reversal: Reversal, by: User, now: datetime) -> Claim:
    """Another person of finance confirms: the money leaves `paid` for the fund or the vendor's budget.

    A reminder tells the partner's owner.
    """
    with transaction.atomic():
        reversal, claim = locked_reversal(reversal)
        if not by.has_perm("claims.confirm_reversal", reversal):
            raise PermissionDenied
        if claim.status != ClaimStatus.PAID or claim.paid != reversal.amount:
            raise ClaimRefused("The claim changed meanwhile: drop this and look at it again.")
        payments = list(
            Payment.objects.filter(claim=claim, status=P.CONFIRMED)
            .order_by("pk")
            .select_for_update(of=("self",), no_key=True)
        )
        reason = {"reason_code": reversal.code, "reason": reversal.reason}
        events = [moved(payment, P.REVERSED, "reversed", by=by, now=now, **reason) for payment in payments]
        save(payments)
        decide_reversal(reversal, ReversalStatus.CONFIRMED, "", by=by, now=now)
        events.append(told_reversal(reversal, "confirmed", by=by, now=now, before=ReversalStatus.OPEN))
        events.append(
            move_on(
                claim,
                verb="reversed",
                by=by,
                now=now,
                to=ClaimStatus.REVERSED,
                amount=reversal.amount,
                back_to=reversal.back_to,
                **reason,
            )
        )
        claim.paid = 0
        claim.save()
        target = Bucket.AVAILABLE if reversal.back_to == BackTo.FUND else Bucket.UNALLOCATED
        try:
            post(
                [of_claim(Act.REVERSE, claim, reversal.amount, f"reversal:{reversal.pk}", by=by, target=target)], at=now
            )
        except LedgerError as error:
            raise ClaimRefused(str(error)) from error
        record(events)
    return claim
