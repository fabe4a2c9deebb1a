"""The whole record of a claim or a request: each event, each payment's, and each movement of its money, in one line of time."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Model, Q, TextChoices

from claims import payment_words, request_timeline, timeline
from claims.models import Claim, FundRequest, Payment, Reversal
from claims.states.outcomes import MONEY, RESULTS
from funds.history import TONES
from funds.models import Movement
from funds.states import Act, Bucket
from partners.models import Event, User
from programs.money import show


class EntryKind(TextChoices):
    """What an entry of the record is about."""

    STEPS = "steps", "Steps"
    FILES = "files", "Files"
    QUESTIONS = "questions", "Questions and answers"
    DECISIONS = "decisions", "Decisions"
    DISPUTES = "disputes", "Disputes"
    MONEY = "money", "Money moved"
    PAYMENTS = "payments", "Payments"
    RESULTS = "results", "Results"


K = EntryKind
KINDS = {
    "attached": K.FILES,
    "detached": K.FILES,
    "file accepted": K.FILES,
    "file declined": K.FILES,
    "replaced": K.FILES,
    "asked": K.QUESTIONS,
    "answered": K.QUESTIONS,
    "unanswered": K.QUESTIONS,
    "approved": K.DECISIONS,
    "approved first": K.DECISIONS,
    "approved too": K.DECISIONS,
    "not approved too": K.DECISIONS,
    "sent to review": K.DECISIONS,
    "rejected": K.DECISIONS,
    "declined": K.DECISIONS,
    "returned": K.DECISIONS,
    "sent back": K.DECISIONS,
    "undone": K.DECISIONS,
    "revoked": K.DECISIONS,
    "accepted the change first": K.DECISIONS,
    "accepted the change": K.DECISIONS,
    "refused the change": K.DECISIONS,
    "disputed": K.DISPUTES,
    "reported": K.RESULTS,
    "paid": K.PAYMENTS,
    "reversed": K.PAYMENTS,
}


def story(about: Claim | FundRequest, user: User) -> list[dict[str, Any]]:
    """Every entry, the latest first: {at, actor, what, reason, tone, kind, lines}. In a few queries, whatever it is about."""
    claims = [about] if isinstance(about, Claim) else list(about.claims.filter(pk__in=Claim.objects.visible_to(user)))
    its = Its(
        [claim.pk for claim in claims],
        list(Payment.objects.filter(claim__in=claims).values_list("pk", flat=True)),
        list(Reversal.objects.filter(claim__in=claims).values_list("pk", flat=True)),
    )
    found = [*of_events(about, its), *of_money(about, its)]
    # What happened in the same moment stands as it was written: the act, then the money that it moved.
    found.sort(key=lambda entry: (entry["at"], entry["place"]), reverse=True)
    return found


class Its(NamedTuple):
    """The ids of what hangs on it."""

    claims: list[int]
    payments: list[int]
    reversals: list[int]


def numbered(model: type[Model], ids: Iterable[int]) -> Q:
    return Q(subject=model._meta.label_lower, subject_id__in=list(ids))


def of_events(about: Claim | FundRequest, its: Its) -> Iterator[dict[str, Any]]:
    which = numbered(type(about), [about.pk]) | numbered(Claim, its.claims)
    which |= numbered(Payment, its.payments) | numbered(Reversal, its.reversals)
    for event in Event.objects.filter(which).select_related("actor").order_by("at", "id"):
        lines = event.data.get("lines", [])
        yield {"kind": KINDS.get(event.verb, K.STEPS), "lines": lines, "place": (0, event.pk)} | worded(event, about)


def worded(event: Event, about: Claim | FundRequest) -> dict[str, Any]:
    """The entry of an event, in the words of whatever it is about."""
    currency = about.currency
    if event.subject == Payment._meta.label_lower:
        entry = payment_words.entry(event, currency)
        return entry | {"what": f"P-{event.subject_id:05d}: {entry['what']}", "kind": K.PAYMENTS}
    if event.subject == Reversal._meta.label_lower:
        entry = payment_words.entry(event, currency)
        return entry | {"what": f"Taking back {entry['what']}", "kind": K.PAYMENTS}
    if event.subject == FundRequest._meta.label_lower:
        entry = request_timeline.entry(event, currency)
    else:
        entry = timeline.entry(event, currency)
    if event.verb == "reported":
        entry["what"] += ": " + ", ".join(figure(result, currency) for result in event.data.get("results", []))
    if isinstance(about, FundRequest) and event.subject == Claim._meta.label_lower:
        entry["what"] = f"C-{event.subject_id:05d}: {entry['what']}"
    return entry


def figure(result: dict[str, Any], currency: str) -> str:
    """A reported figure in words: "leads 12 (measured, CRM export)"."""
    amount = show(result["amount"], currency) if result["kind"] in MONEY else f"{result['amount']:,}"
    known = result["basis"] + (f", {result['source']}" if result["source"] else "")
    return f"{RESULTS.get(result['kind'], result['kind']).lower()} {amount} ({known})"


def of_money(about: Claim | FundRequest, its: Its) -> Iterator[dict[str, Any]]:
    """The ledger's movements for it, by the keys that its acts gave them."""
    prefixes = [f"{name}:{pk}:" for name, ids in zip(("claim", "payment", "reversal"), its, strict=True) for pk in ids]
    if isinstance(about, FundRequest):
        prefixes.append(f"request:{about.pk}:")
    keys = reduce(or_, (Q(key__startswith=prefix) for prefix in prefixes))
    movements = Movement.objects.filter(keys, allocation=about.allocation_id).select_related("actor")
    for movement in movements.order_by("posted_at", "id"):
        what = f"{show(movement.amount, about.currency)}: {Bucket(movement.source).label} to {Bucket(movement.target).label}"
        yield {
            "at": movement.posted_at,
            "actor": movement.actor.name if movement.actor else "Windfall",
            "what": what,
            "reason": "",
            "tone": TONES.get(Act(movement.act), "idle"),
            "kind": K.MONEY,
            "lines": [],
            "place": (1, movement.pk),
        }
