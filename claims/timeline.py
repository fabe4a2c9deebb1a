"""A claim's story in words, for every page that tells it."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format

from claims import payment_words
from claims.models import Claim, Payment
from claims.states import ClaimStatus, Reason
from partners.models import Event
from programs.money import show

WORDS = {
    "started": "Draft begun",
    "attached": "File attached",
    "detached": "File taken off",
    "submitted": "Filed",
    "taken": "Review started",
    "taken over": "Review taken over",
    "asked": "Question asked",
    "answered": "Question answered",
    "unanswered": "Question not answered in time",
    "assigned": "Given to a colleague",
    "handed back": "Handed back",
    "file accepted": "File accepted",
    "file declined": "File declined",
    "approved first": "Approved by the first of two",
    "sent to review": "Not approved a second time: back in review",
    "approved": "Approved",
    "undone": "Approval undone",
    "returned": "Sent back to be corrected",
    "disputed": "Decision disputed",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "reopened": "Opened again to be corrected",
    "being paid": "Being paid",
    "not being paid": "Not being paid any more",
    "paid": "Paid in full",
    "reversed": "Payment taken back",
    "reported": "Results reported",
    "packet": "Packet for auditors made",
}
TONES = {
    "returned": "risk",
    "reversed": "lost",
    "disputed": "risk",
    "unanswered": "risk",
    "file declined": "risk",
    "approved": "ok",
    "paid": "ok",
    "rejected": "lost",
    "asked": "risk",
    "withdrawn": "idle",
}


def events(claim: Claim) -> list[Event]:
    """Oldest first, read once per claim object."""
    if not hasattr(claim, "_events"):
        of_payments = Q(subject=Payment._meta.label_lower, subject_id__in=claim.payments.values("pk"))
        about = Q(subject=claim._meta.label_lower, subject_id=claim.pk) | of_payments & Q(verb__in=payment_words.TOLD)
        claim._events = list(Event.objects.filter(about).select_related("actor").order_by("at", "id"))
    return claim._events


def timeline(claim: Claim) -> list[dict[str, Any]]:
    """Every step: who, when, what and why; the latest first."""
    return [entry(event, claim.currency) for event in reversed(events(claim))]


def entry(event: Event, currency: str) -> dict[str, Any]:
    if event.subject == Payment._meta.label_lower:
        return payment_words.entry(event, currency)
    what = WORDS.get(event.verb, event.verb)
    data = event.data
    if event.to_state == ClaimStatus.PARTLY_APPROVED:
        what = "Approved in part"
    if "name" in data:
        what += f": {data['name']}"
    if "old" in data:
        what += f", in the place of {data['old']}"
    if "to" in data:
        what += f": {data['to']}"
    if "amount" in data:
        what += f", {show(data['amount'], currency)}"
    if "reference" in data:
        what += f", {date_format(date.fromisoformat(data['paid_on']))}, reference {data['reference']}"
    reason = event.reason
    if event.reason_code:
        reason = f"{label_of(event.reason_code)}. {reason}"
    if "due" in data:
        reason = f"{reason}\nAnswer by {date_format(date.fromisoformat(data['due']))}."
    actor = event.actor.name if event.actor else "Windfall"
    return {"at": event.at, "actor": actor, "what": what, "reason": reason, "tone": TONES.get(event.verb, "")}


def label_of(code: str) -> str:
    """A decision's reason, or why a payment was taken back."""
    return str(Reason(code).label) if code in Reason.values else payment_words.reason_label(code) or code


def open_question(claim: Claim) -> Event | None:
    """The question that waits for the partner's answer."""
    if claim.status != ClaimStatus.INFO_REQUESTED:
        return None
    return next((event for event in reversed(events(claim)) if event.verb == "asked"), None)


DECISIONS = ("approved", "rejected", "returned", "undone")
# After these, what was decided before them counts no more.
OVERTAKEN = ("submitted", "disputed", "sent to review")


def last_decision(claim: Claim) -> dict[str, Any] | None:
    """The latest decision that still matters, with its reasons in words. It stands in a draft until that is filed anew."""
    for event in reversed(events(claim)):
        if event.verb in OVERTAKEN:
            return None
        if event.verb in DECISIONS:
            return entry(event, claim.currency) | {"lines": event.data.get("lines", []), "verb": event.verb}
    return None
