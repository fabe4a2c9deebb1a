"""Where a payment stands, in a sentence, for every page that tells it."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format

from claims.models import Claim, Hold, Payment
from claims.states.payments import HoldReason, PaymentStatus, ReversalReason
from partners.models import Event
from programs.money import show

P = PaymentStatus
TONES = {
    P.PENDING: "wait",
    P.ON_HOLD: "risk",
    P.CONFIRMED: "ok",
    P.FAILED: "lost",
    P.REVERSED: "lost",
    P.CALLED_OFF: "idle",
}


def with_holds(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """With the holds that are open, as `payment.open_holds`, in one query more."""
    open_ones = Hold.objects.filter(closed_at=None).select_related("opened_by")
    return payments.prefetch_related(Prefetch("holds", open_ones, to_attr="open_holds"))


def said(payment: Payment) -> str:
    """Of a payment that was fetched `with_holds` and its batch."""
    if payment.status == P.ON_HOLD:
        reasons = "; ".join(hold.get_code_display().lower() for hold in payment.open_holds)  # type: ignore[attr-defined]
        return f"On hold: {reasons}."
    if payment.status in (P.BATCHED, P.SENT) and payment.batch:
        return f"Being paid, batch of {date_format(payment.batch.execute_on)}."
    if payment.status == P.CONFIRMED and payment.paid_on and payment.missing:
        arrived = show(payment.received, payment.currency)
        return f"{arrived} of it arrived on {date_format(payment.paid_on)}, reference {payment.reference}."
    if payment.status == P.CONFIRMED and payment.paid_on:
        return f"Paid on {date_format(payment.paid_on)}, reference {payment.reference}."
    if payment.status == P.FAILED:
        return f"The bank did not execute it: {payment.failure}"
    if payment.status == P.REVERSED:
        return "It was paid and taken back."
    if payment.status == P.CALLED_OFF:
        return "Called off."
    return f"To be paid, due {date_format(payment.due_on)}."


def tone(payment: Payment) -> str:
    return "risk" if payment.missing else TONES.get(P(payment.status), "wait")


def of_claim(claim: Claim) -> list[Payment]:
    """What is planned or was done for a claim, with its sentence as `said` and its badge's `tone`. Two queries."""
    found = with_holds(claim.payments.exclude(status=P.CALLED_OFF).select_related("batch").order_by("due_on", "pk"))
    return [worded(payment) for payment in found]


def worded(payment: Payment) -> Payment:
    payment.said, payment.tone = said(payment), tone(payment)  # type: ignore[attr-defined]
    return payment


def story(payment: Payment) -> list[dict[str, Any]]:
    """What happened to one payment, the latest first."""
    events = Event.objects.about(payment).select_related("actor")
    return [entry(event, payment.currency) for event in reversed(events)]


VERBS = {
    "planned": "Planned",
    "planned again": "Planned again",
    "held": "Put on hold",
    "hold lifted": "One hold lifted",
    "released": "Free to be paid",
    "batched": "Put into a batch",
    "taken out": "Taken out of its batch",
    "sent": "Sent to the bank",
    "confirmed": "Paid",
    "failed": "The bank did not execute it",
    "fell short": "Less arrived than was sent",
    "rest planned": "The rest is paid too",
    "settled": "Accepted as it is",
    "called off": "Called off",
    "reversed": "Taken back",
}


# What of a payment's story is told in its claim's too: the rest is finance's bookkeeping.
TOLD = (
    "held",
    "hold lifted",
    "released",
    "sent",
    "confirmed",
    "failed",
    "fell short",
    "rest planned",
    "settled",
    "reversed",
)


def reason_label(code: str) -> str:
    for reasons in (HoldReason, ReversalReason):
        if code in reasons.values:
            return str(reasons(code).label)
    return ""


def entry(event: Event, currency: str) -> dict[str, Any]:
    data = event.data
    what = VERBS.get(event.verb, event.verb)
    amount = data.get("missing") or data.get("received") or data.get("amount")
    if amount:
        what += f", {show(amount, currency)}"
    if "reference" in data:
        what += f", reference {data['reference']}"
    label = reason_label(event.reason_code)
    reason = f"{label}. {event.reason}" if label and event.reason else label or event.reason
    actor = event.actor.name if event.actor else "Windfall"
    tones = {"confirmed": "ok", "failed": "lost", "fell short": "risk", "held": "risk", "reversed": "lost"}
    return {"at": event.at, "actor": actor, "what": what, "reason": reason, "tone": tones.get(event.verb, "")}
