"""What of a claim is to be paid, when, and what holds it up. Set-based: each act takes any number of claims or payments.

Locks, always in this order: funds, requests, claims, payments, each in the order of their ids; then whatever reads a
partner's bank details waits for whoever changes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from claims.actions.moves import move_on
from claims.actions.steps import ClaimRefused, full_or_part, locked_together
from claims.models import BankDetails, Claim, Hold, Payment
from claims.states import AWAITING_PAYMENT, ClaimStatus
from claims.states.payments import (
    LIVE,
    ON_THE_WAY,
    WAITING,
    HoldReason,
    PaymentStatus,
    Side,
    may_become,
)
from partners.events import event, record
from partners.models import Event, User

P = PaymentStatus
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
WORDS = {
    HoldReason.NO_ACCOUNT: "There are no bank details to pay it to. The partner's owner enters them.",
    HoldReason.NO_TAX_ID: "The tax number is missing. The partner's owner enters it with the bank details.",
    HoldReason.NEW_ACCOUNT: "The bank details are new. Finance calls back before it pays to them.",
}


def locked_payments(payments: QuerySet[Payment]) -> list[Payment]:
    """These payments as they stand now, locked after their funds and claims; `payment.claim` is the locked one."""
    found = list(payments.order_by().select_related("claim"))
    claims = locked_together([payment.claim for payment in found])
    locked = (
        Payment.objects.filter(pk__in=[payment.pk for payment in found])
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .select_related("account", "batch")
    )
    for payment in locked:
        payment.claim = claims[payment.claim_id]
    return list(locked)


def told(payment: Payment, verb: str, *, by: User | None, now: datetime, before: str = "", **more: Any) -> Event:
    data = {"amount": payment.amount, "claim": payment.claim_id} | more.pop("data", {})
    return event(
        verb=verb,
        about=payment,
        by=by,
        company_id=payment.partner_id,
        from_state=before,
        to_state=payment.status,
        data=data,
        at=now,
        **more,
    )


def moved(payment: Payment, to: PaymentStatus, verb: str, *, by: User | None, now: datetime, **more: Any) -> Event:
    """Give the payment its next status and version; the caller saves it. ClaimRefused where the table has no such step."""
    before = payment.status
    if not may_become(before, to):
        raise ClaimRefused(f"{payment.number} is «{P(before).label.lower()}»: that is not possible any more.")
    payment.status = to
    payment.version += 1
    payment.changed_at = now
    return told(payment, verb, by=by, now=now, before=before, **more)


STATE = ("status", "version", "changed_at")


def save(payments: Sequence[Payment], *fields: str) -> None:
    Payment.objects.bulk_update(payments, [*STATE, *fields], batch_size=1000)


def restand(claims: Iterable[Claim], *, by: User | None, now: datetime) -> list[Event]:
    """Give locked claims the status that their payments say: approved, being paid or paid. Returns what to record."""
    claims = [claim for claim in claims if claim.status in AWAITING_PAYMENT]
    states: dict[int, set[str]] = defaultdict(set)
    for claim_id, status in Payment.objects.filter(claim__in=claims).values_list("claim_id", "status"):
        states[claim_id].add(status)
    events, changed = [], []
    for claim in claims:
        to = standing(claim, states[claim.pk])
        if to == claim.status:
            continue
        verb = {ClaimStatus.PAID: "paid", ClaimStatus.PAYABLE: "being paid"}.get(to, "not being paid")
        events.append(move_on(claim, verb=verb, by=by, now=now, to=to, **paid_data(claim, to)))
        changed.append(claim)
    Claim.objects.bulk_update(
        claims, ["status", "version", "changed_at", "paid", "paid_by", "approved"], batch_size=1000
    )
    return events


def standing(claim: Claim, states: set[str]) -> ClaimStatus:
    if claim.approved and claim.paid == claim.approved:
        return ClaimStatus.PAID
    if states & {P.BATCHED, P.SENT, P.CONFIRMED}:
        return ClaimStatus.PAYABLE
    return full_or_part(claim, claim.approved)


def paid_data(claim: Claim, to: ClaimStatus) -> dict[str, Any]:
    return {"amount": claim.paid} if to == ClaimStatus.PAID else {}


def one_at_a_time(partner_ids: Iterable[int]) -> None:
    """Who reads the bank details of these partners to act on them, and who changes them, come one after the other."""
    with connection.cursor() as cursor:
        for partner_id in sorted(set(partner_ids)):
            cursor.execute(LOCK, [lock_of(partner_id)])


def locked_details(partner_ids: Iterable[int]) -> dict[int, BankDetails]:
    """The bank details that stand now, by partner; who changes them waits until this transaction ends. One round trip."""
    ids = sorted(set(partner_ids))
    if not ids:
        return {}
    # Each statement sees what stands when it begins: the last one, what the locks have waited for.
    found = BankDetails.objects.raw(
        f"{LOCK}; " * len(ids) + "SELECT * FROM claims_bankdetails WHERE company_id = ANY (%s) AND replaced_at IS NULL",
        [*map(lock_of, ids), ids],
    )
    return {details.company_id: details for details in found}


def lock_of(partner_id: int) -> str:
    return f"bank details {partner_id}"


def details_of(company_ids: Iterable[int]) -> dict[int, BankDetails]:
    """The bank details that stand now, by company."""
    found = BankDetails.objects.filter(company__in=set(company_ids), replaced_at=None)
    return {details.company_id: details for details in found}


def wanting(details: BankDetails | None) -> list[HoldReason]:
    """What holds up every payment to these bank details."""
    if details is None:
        return [HoldReason.NO_ACCOUNT]
    found = [] if details.tax_last4 else [HoldReason.NO_TAX_ID]
    return found if details.is_checked else [*found, HoldReason.NEW_ACCOUNT]


def own_hold(payment: Payment, code: HoldReason, now: datetime, words: str = "") -> Hold:
    """A hold of Windfall's own, not saved yet."""
    return Hold(payment=payment, side=Side.WINDFALL, code=code, words=words or WORDS[code], opened_at=now)


def made(payments: Sequence[Payment], *, by: User | None, now: datetime, verb: str = "planned") -> None:
    """Save new payments, held where their partner's bank details do not do."""
    record(saved(payments, by=by, now=now, verb=verb))


def saved(payments: Sequence[Payment], *, by: User | None, now: datetime, verb: str) -> list[Event]:
    """As `made`; returns what to record."""
    details = locked_details(payment.partner_id for payment in payments)
    holds = []
    for payment in payments:
        wanted = wanting(details.get(payment.partner_id))
        holds += [own_hold(payment, code, now) for code in wanted]
        if wanted:
            payment.status = P.ON_HOLD
    Payment.objects.bulk_create(payments, batch_size=1000)
    Hold.objects.bulk_create(holds, batch_size=1000)
    return [told(payment, verb, by=by, now=now) for payment in payments]


def planned(claim: Claim, amount: int, *, due_on: date, now: datetime, instead_of: Payment | None = None) -> Payment:
    """A payment that is not saved yet."""
    return Payment(
        claim=claim,
        partner_id=claim.partner_id,
        vendor_id=claim.program.vendor_id,
        currency=claim.currency,
        amount=amount,
        due_on=due_on,
        instead_of=instead_of,
        created_at=now,
        changed_at=now,
    )


def open_for(claims: Sequence[Claim], *, by: User | None, now: datetime) -> list[Payment]:
    """Plan one payment for each of these claims, of all that is approved and not planned yet.

    The caller has locked the claims (`locked_together`) and saved their approval. What an earlier approval had planned is
    called off first.
    """
    payments, events = opened(claims, by=by, now=now)
    record(events)
    return payments


def opened(claims: Sequence[Claim], *, by: User | None, now: datetime) -> tuple[list[Payment], list[Event]]:
    """As `open_for`; returns what to record too."""
    if not claims:
        return [], []
    live = of_claims(claims, *LIVE)
    events = called_off([payment for payment in live if payment.status != P.CONFIRMED], by=by, now=now)
    arrived: dict[int, int] = defaultdict(int)
    for payment in live:
        if payment.status == P.CONFIRMED:
            arrived[payment.claim_id] += payment.amount if payment.received is None else payment.received
    payments = [
        planned(claim, rest, due_on=claim.program.today(now), now=now)
        for claim in claims
        if (rest := (claim.approved or 0) - arrived[claim.pk]) > 0
    ]
    return payments, [*events, *saved(payments, by=by, now=now, verb="planned")]


def of_claims(claims: Sequence[Claim], *states: PaymentStatus) -> list[Payment]:
    """The payments of these locked claims that are in one of these states, locked."""
    found = Payment.objects.filter(claim__in=claims, status__in=states).order_by("pk")
    return list(found.select_for_update(of=("self",), no_key=True))


def call_off(claims: Sequence[Claim], *, by: User | None, now: datetime, words: str = "") -> list[Payment]:
    """Call off what waits to be paid of these locked claims: the approval is undone, disputed or planned anew.

    ClaimRefused where a payment is in a batch or at the bank already.
    """
    payments = of_claims(claims, *WAITING, *ON_THE_WAY)
    record(called_off(payments, by=by, now=now, words=words))
    return payments


def called_off(payments: Sequence[Payment], *, by: User | None, now: datetime, words: str = "") -> list[Event]:
    """As `call_off`, of payments that are locked; returns what to record."""
    for payment in payments:
        if payment.status in ON_THE_WAY:
            raise ClaimRefused(f"{payment.number} is on its way already. Take it out of its batch first.")
    close(Hold.objects.filter(payment__in=payments), by=by, now=now, words="The payment was called off.")
    events = [moved(payment, P.CALLED_OFF, "called off", by=by, now=now, reason=words) for payment in payments]
    save(payments)
    return events


def close(holds: QuerySet[Hold], *, by: User | None, now: datetime, words: str) -> int:
    return holds.filter(closed_at=None).update(closed_at=now, closed_by=by, closed_words=words)


def let_go(payments: Sequence[Payment], *, by: User | None, now: datetime, words: str = "") -> list[Payment]:
    """Those of these locked payments that no hold holds any more become payable. Returns them."""
    held = set(Hold.objects.filter(payment__in=payments, closed_at=None).values_list("payment_id", flat=True))
    free = [p for p in payments if p.status == P.ON_HOLD and p.pk not in held]
    events = [moved(payment, P.PENDING, "released", by=by, now=now, reason=words) for payment in free]
    save(free)
    record(events)
    return free


def rehold(payments: Sequence[Payment], *, now: datetime) -> None:
    """Hold again what waits and lacks right bank details: of payments that were just taken out of a batch."""
    details = details_of(payment.partner_id for payment in payments)
    holds = [own_hold(p, code, now) for p in payments for code in wanting(details.get(p.partner_id))]
    Hold.objects.bulk_create(holds, ignore_conflicts=True)
    held = list({hold.payment_id: hold.payment for hold in holds}.values())
    events = [moved(payment, P.ON_HOLD, "held", by=None, now=now) for payment in held]
    save(held)
    record(events)
