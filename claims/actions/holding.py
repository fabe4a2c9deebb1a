"""Either side may keep a payment from leaving, and says why; a payment goes on when nobody holds it any more."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from claims.actions.payers import side_of
from claims.actions.payments import (
    call_off,
    close,
    let_go,
    locked_payments,
    made,
    moved,
    planned,
    restand,
    save,
    told,
)
from claims.actions.steps import ClaimRefused, check, locked
from claims.models import Claim, Hold, Payment
from claims.states.payments import OF_DETAILS, REASONS_OF, WAITING, HoldReason, PaymentStatus, Side
from partners.events import record
from partners.models import Event, User
from programs.money import show

P = PaymentStatus
MOST_PARTS = 24


def locked_one(payment: Payment) -> Payment:
    return locked_payments(Payment.objects.filter(pk=payment.pk))[0]


def hold(*, payment: Payment, code: str, words: str, by: User, now: datetime) -> Hold:
    """Keep it from leaving. What stands in an open batch is taken out of it. ClaimRefused once it is at the bank."""
    with transaction.atomic():
        payment = locked_one(payment)
        side = side_of(by, payment)
        if side is None:
            raise PermissionDenied
        if code not in REASONS_OF[side] or not words.strip():
            raise ClaimRefused("Choose a reason and say in a sentence why. The other side reads it.")
        if payment.status not in (*WAITING, P.BATCHED):
            raise ClaimRefused(f"{payment.number} is «{P(payment.status).label.lower()}»: it cannot be held any more.")
        if payment.holds.filter(side=side, code=code, closed_at=None).exists():
            raise ClaimRefused("It is on hold for this reason already.")
        made_hold = Hold.objects.create(
            payment=payment, side=side, code=code, words=words.strip(), opened_by=by, opened_at=now
        )
        events = []
        if payment.status == P.BATCHED:
            events.append(out_of_batch(payment, by=by, now=now))
            save([payment], *BATCHED)
        if payment.status == P.PENDING:
            events.append(moved(payment, P.ON_HOLD, "held", by=by, now=now, reason_code=code, reason=words.strip()))
            save([payment])
        events += restand([payment.claim], by=by, now=now)
        record(events)
    return made_hold


BATCHED = ("batch", "account", "batched_by")


def out_of_batch(payment: Payment, *, by: User | None, now: datetime) -> Event:
    """Back to what waits; the caller saves it with `BATCHED` too."""
    told = moved(payment, P.PENDING, "taken out", by=by, now=now, data={"batch": payment.batch_id})
    payment.batch = payment.account = payment.batched_by = None
    return told


def lift(*, hold: Hold, words: str, by: User, now: datetime) -> Payment:
    """Let go of one's own side's hold, or as finance of one of Windfall's, with what came of it."""
    with transaction.atomic():
        payment = locked_one(hold.payment)
        hold = Hold.objects.select_for_update(no_key=True).get(pk=hold.pk)
        if not may_lift(by, hold, payment):
            raise PermissionDenied
        if hold.closed_at:
            raise ClaimRefused("Somebody let go of it already.")
        if not words.strip():
            raise ClaimRefused("Say in a sentence what came of it.")
        close(Hold.objects.filter(pk=hold.pk), by=by, now=now, words=words.strip())
        if not let_go([payment], by=by, now=now, words=words.strip()):
            record([told_lifted(payment, hold, words.strip(), by=by, now=now)])
    return payment


def told_lifted(payment: Payment, hold: Hold, words: str, *, by: User, now: datetime) -> Event:
    return told(payment, "hold lifted", by=by, now=now, before=payment.status, reason_code=hold.code, reason=words)


def may_lift(user: User, hold: Hold, payment: Payment) -> bool:
    return lifts(side_of(user, payment), hold)


def lifts(side: Side | None, hold: Hold) -> bool:
    """One's own side's; what Windfall holds for bank details ends when these are mended or checked."""
    if hold.side == Side.WINDFALL:
        return side == Side.FINANCE and hold.code == HoldReason.RETURNED
    return side == hold.side


def split(*, claim: Claim, version: int, parts: Sequence[tuple[int, date]], by: User, now: datetime) -> list[Payment]:
    """Pay what waits of a claim in instalments: amounts (minor units) with their due dates, adding up to what waits.

    A plan that stands already is not made again: a second click finds it.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.pay", version=None)
        open_ones = list(Payment.objects.filter(claim=claim, status__in=WAITING).order_by("due_on", "pk"))
        if not open_ones:
            raise ClaimRefused("Nothing of this claim waits to be paid.")
        if sorted(parts) == sorted((payment.amount, payment.due_on) for payment in open_ones):
            return open_ones
        check(claim, by=by, permission="claims.pay", version=version)
        whole = sum(payment.amount for payment in open_ones)
        if not 1 <= len(parts) <= MOST_PARTS:
            raise ClaimRefused(f"Between one and {MOST_PARTS} instalments, please.")
        if any(amount <= 0 for amount, _ in parts) or sum(amount for amount, _ in parts) != whole:
            raise ClaimRefused(
                f"The instalments have to add up to {show(whole, claim.currency)}, none of them nothing."
            )
        held = Hold.objects.filter(payment__in=open_ones, closed_at=None).exclude(code__in=OF_DETAILS)
        carried = {(h.side, h.code): h for h in held}.values()
        old = call_off([claim], by=by, now=now, words="Planned anew in instalments.")
        new = [
            planned(claim, amount, due_on=day, now=now, instead_of=old[0])
            for amount, day in sorted(parts, key=lambda p: p[1])
        ]
        made(new, by=by, now=now, verb="planned")
        claim.version, claim.changed_at = claim.version + 1, now
        claim.save(update_fields=["version", "changed_at"])
        again = [
            Hold(payment=p, side=h.side, code=h.code, words=h.words, opened_by=h.opened_by, opened_at=h.opened_at)
            for p in new
            for h in carried
        ]
        Hold.objects.bulk_create(again)
        if again:
            free = [p for p in new if p.status == P.PENDING]
            events = [moved(p, P.ON_HOLD, "held", by=None, now=now) for p in free]
            save(free)
            record(events)
    return new
