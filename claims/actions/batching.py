"""Batches: what leaves together for one vendor's partners, in one currency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.actions.holding import BATCHED, out_of_batch
from claims.actions.payers import barred, check_may_pay
from claims.actions.payments import (
    close,
    details_of,
    let_go,
    locked_payments,
    moved,
    rehold,
    restand,
    save,
)
from claims.actions.steps import ClaimChanged, ClaimRefused
from claims.models import Batch, Hold, Payment
from claims.states import AWAITING_PAYMENT
from claims.states.payments import BatchStatus, HoldReason, Method, PaymentStatus
from partners.events import event, record
from partners.models import Event, User
from partners.permissions import is_finance
from programs.models import Vendor

P = PaymentStatus
# What a credit memo does not need: it goes to the partner's account with the vendor.
ONLY_FOR_BANKS = (HoldReason.NO_ACCOUNT, HoldReason.NEW_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Made:
    """`left_out`: why a payment that was chosen is not in the batch."""

    batch: Batch
    payments: list[Payment]
    left_out: list[tuple[Payment, str]] = field(default_factory=list)


def payable(vendor: Vendor, currency: str, method: str) -> QuerySet[Payment]:
    """What a batch may take: nothing holds it, or only what a credit memo does not need."""
    waiting: QuerySet[Payment] = Payment.objects.waiting().filter(vendor=vendor, currency=currency)
    if method != Method.CREDIT:
        return waiting.filter(status=P.PENDING)
    holding = Hold.objects.filter(payment=OuterRef("pk"), closed_at=None).exclude(code__in=ONLY_FOR_BANKS)
    return waiting.filter(Q(status=P.PENDING) | Q(status=P.ON_HOLD) & ~Exists(holding))


def make_batch(
    *,
    vendor: Vendor,
    currency: str,
    method: str,
    execute_on: date,
    payment_ids: Collection[int],
    by: User,
    now: datetime,
) -> Made:
    """Put these payments into a new batch. Those that this person may not pay, or that somebody took meanwhile, are left out.

    ClaimRefused if none is left.
    """
    if not is_finance(by):
        raise PermissionDenied
    if method not in Method.values:
        raise ClaimRefused("Choose how it is paid.")
    with transaction.atomic():
        chosen = locked_payments(Payment.objects.filter(pk__in=payment_ids, vendor=vendor, currency=currency))
        fit = set(payable(vendor, currency, method).filter(pk__in=payment_ids).values_list("pk", flat=True))
        why_not = {p.pk: gone(p) for p in chosen if p.pk not in fit} | barred(chosen, by)
        taken = [p for p in chosen if p.pk not in why_not]
        if not taken:
            words = next(iter(why_not.values()), "Choose at least one payment.")
            raise ClaimRefused(f"Nothing is left to put into a batch. {words}")
        if method == Method.CREDIT:
            holds = Hold.objects.filter(payment__in=taken, code__in=ONLY_FOR_BANKS)
            close(holds, by=by, now=now, words="A credit memo needs no bank details.")
            let_go(taken, by=by, now=now)
        batch = Batch.objects.create(
            vendor=vendor,
            currency=currency,
            method=method,
            execute_on=execute_on,
            account=details_of([vendor.pk]).get(vendor.pk) if method == Method.BANK else None,
            created_by=by,
            created_at=now,
        )
        put_into(batch, taken, by=by, now=now)
    return Made(batch, taken, [(p, why_not[p.pk]) for p in chosen if p.pk in why_not])


def gone(payment: Payment) -> str:
    """Why a batch cannot take it, in words."""
    if payment.claim.status not in AWAITING_PAYMENT:
        return "Its claim is not approved any more."
    if payment.status == P.ON_HOLD:
        return "Somebody put it on hold."
    if payment.status == P.BATCHED:
        return "It is in another batch already."
    return f"It is «{P(payment.status).label.lower()}»."


def put_into(batch: Batch, payments: list[Payment], *, by: User, now: datetime) -> None:
    accounts = details_of(p.partner_id for p in payments) if batch.method == Method.BANK else {}
    events = []
    for payment in payments:
        events.append(moved(payment, P.BATCHED, "batched", by=by, now=now, data={"batch": batch.pk}))
        payment.batch, payment.batched_by = batch, by
        payment.account = accounts.get(payment.partner_id)
    save(payments, *BATCHED)
    events += restand({p.claim_id: p.claim for p in payments}.values(), by=by, now=now)
    data = {"count": len(payments), "amount": sum(p.amount for p in payments), "currency": batch.currency}
    record([event(verb="made", about=batch, by=by, company_id=batch.vendor_id, data=data, at=now), *events])


def locked_batch(batch: Batch) -> Batch:
    """Before its payments, always: who sends it and who takes something out come one after the other."""
    fresh = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if fresh.status != BatchStatus.OPEN:
        raise ClaimRefused(f"This batch is «{BatchStatus(fresh.status).label.lower()}»: it cannot be changed any more.")
    return fresh


def take_out(*, payment: Payment, by: User, now: datetime) -> Payment:
    """Take one payment out of its open batch: it waits to be paid again."""
    if not is_finance(by):
        raise PermissionDenied
    with transaction.atomic():
        if payment.batch is None:
            raise ClaimRefused(f"{payment.number} is in no batch.")
        locked_batch(payment.batch)
        (payment,) = locked_payments(Payment.objects.filter(pk=payment.pk))
        if payment.status != P.BATCHED:
            raise ClaimRefused(f"{payment.number} is «{P(payment.status).label.lower()}»: it is in no batch.")
        all_out([payment], by=by, now=now)
    return payment


def all_out(payments: Sequence[Payment], *, by: User | None, now: datetime) -> None:
    events = [out_of_batch(payment, by=by, now=now) for payment in payments]
    save(payments, *BATCHED)
    record(events)
    rehold(payments, now=now)
    record(restand({p.claim_id: p.claim for p in payments}.values(), by=by, now=now))


def step(batch: Batch, to: BatchStatus, verb: str, *, by: User, now: datetime) -> Event:
    before, batch.status = batch.status, to
    batch.version += 1
    return event(
        verb=verb,
        about=batch,
        by=by,
        company_id=batch.vendor_id,
        from_state=before,
        to_state=to,
        at=now,
    )


def drop_batch(*, batch: Batch, by: User, now: datetime) -> int:
    """Give the batch up: all that is in it waits to be paid again. Returns how many payments."""
    if not is_finance(by):
        raise PermissionDenied
    with transaction.atomic():
        batch = locked_batch(batch)
        payments = locked_payments(Payment.objects.filter(batch=batch, status=P.BATCHED))
        all_out(payments, by=by, now=now)
        told = step(batch, BatchStatus.DROPPED, "dropped", by=by, now=now)
        batch.save()
        record([told])
    return len(payments)


def send_batch(*, batch: Batch, version: int, by: User, now: datetime) -> Batch:
    """Say that it went to the bank. From then on nothing of it can be held or taken out.

    ClaimChanged if it is not what this person saw; ClaimRefused for an empty batch, and for a payment that this person may not
    make.
    """
    with transaction.atomic():
        batch = locked_batch(batch)
        if batch.version != version:
            raise ClaimChanged("This batch was changed after you opened the page. Look at it again.")
        payments = locked_payments(Payment.objects.filter(batch=batch, status=P.BATCHED))
        check_may_pay(payments, by)
        if not payments:
            raise ClaimRefused("Nothing is left in this batch. Drop it.")
        told = step(batch, BatchStatus.SENT, "sent", by=by, now=now)
        batch.sent_by, batch.sent_at = by, now
        batch.save()
        events = [moved(p, P.SENT, "sent", by=by, now=now, data={"batch": batch.pk}) for p in payments]
        for payment in payments:
            payment.sent_by = by
        save(payments, "sent_by")
        record([told, *events])
    return batch
