"""A request's story in words, for every page that tells it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format

from claims.models import FundRequest
from claims.states.requests import RequestStatus
from funds.states import DeclineReason
from partners.models import Event
from programs.money import show

WORDS = {
    "started": "Draft begun",
    "attached": "File attached",
    "detached": "File taken off",
    "submitted": "Asked",
    "taken": "Looked at",
    "taken over": "Taken over",
    "asked": "Question asked",
    "answered": "Answered",
    "approved first": "Approved by a first person",
    "not approved too": "Not approved by a second person",
    "approved": "Approved",
    "sent back": "Sent back",
    "declined": "Declined",
    "taken back": "Taken back to be changed",
    "asked to change": "Change asked for",
    "accepted the change first": "Change accepted by a first person",
    "accepted the change": "Change accepted",
    "refused the change": "Change refused",
    "kept": "Change taken back",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "revoked": "Approval taken back by the vendor",
    "expired": "Expired",
    "reported": "Results reported",
}
TONES = {
    "approved": "ok",
    "accepted the change": "ok",
    "completed": "ok",
    "asked": "risk",
    "sent back": "risk",
    "asked to change": "wait",
    "refused the change": "risk",
    "declined": "lost",
    "revoked": "lost",
    "expired": "lost",
    "cancelled": "idle",
    "taken back": "idle",
}
# What ends a request says how much of it comes free.
FREES = ("completed", "cancelled", "revoked", "expired")
DECISIONS = ("approved", "sent back", "declined", "refused the change", "revoked")


def events(request: FundRequest) -> list[Event]:
    """Oldest first."""
    return list(Event.objects.about(request).select_related("actor"))


def timeline(events: Sequence[Event], currency: str) -> list[dict[str, Any]]:
    """Every step: who, when, what and why; the latest first."""
    return [entry(event, currency) for event in reversed(events)]


def entry(event: Event, currency: str) -> dict[str, Any]:
    what, data = WORDS.get(event.verb, event.verb), event.data
    if event.to_state == RequestStatus.APPROVED_REDUCED and event.verb == "approved":
        what = "Approved for less"
    if "name" in data:
        what += f": {data['name']}"
    if event.verb in FREES and "amount" in data:
        what += f", {show(data['amount'], currency)} is available again" if data["amount"] else ""
    elif "amount" in data:
        what += f", {show(data['amount'], currency)}"
    if "due" in data:
        what += f", to be answered by {date_format(date.fromisoformat(data['due']))}"
    if "wanted" in data:
        what += f": {differences(data['was'], data['wanted'], currency)}"
    reason = event.reason
    if event.reason_code:
        reason = f"{DeclineReason(event.reason_code).label}. {reason}"
    actor = event.actor.name if event.actor else "Windfall"
    return {"at": event.at, "actor": actor, "what": what, "reason": reason, "tone": TONES.get(event.verb, "")}


def differences(was: dict[str, Any], wanted: dict[str, Any], currency: str) -> str:
    """What an amendment changes, in words."""
    found = []
    days = [wanted[name] != was[name] for name in ("starts_on", "ends_on")]
    if any(days):
        found.append(f"{spoken(wanted)} instead of {spoken(was)}")
    if wanted["place"] != was["place"]:
        found.append(f"place: {wanted['place'] or 'no place yet'} instead of {was['place'] or 'no place yet'}")
    if wanted.get("people") != was.get("people"):
        found.append(f"{wanted['people']} people instead of {was['people'] or 'no number'}")
    if wanted["amount"] != was["amount"]:
        found.append(f"{show(wanted['amount'], currency)} instead of {show(was['amount'], currency)}")
    return "; ".join(found)


def spoken(plan: dict[str, Any]) -> str:
    first, last = (date_format(date.fromisoformat(plan[name])) for name in ("starts_on", "ends_on"))
    return first if first == last else f"{first} to {last}"


def open_question(events: Sequence[Event]) -> Event | None:
    """The latest question; of a request whose question is open it is that one."""
    return next((event for event in reversed(events) if event.verb == "asked"), None)


def last_decision(events: Sequence[Event], currency: str) -> dict[str, Any] | None:
    """The latest answer of the vendor, with its reason in words."""
    decided = next((event for event in reversed(events) if event.verb in DECISIONS), None)
    return entry(decided, currency) | {"verb": decided.verb} if decided else None
