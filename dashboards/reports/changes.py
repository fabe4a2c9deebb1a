"""What changed for a partner since its person was last here: a short list in words, from events that the person may see.

What the person did itself is not in it. A few queries, however much happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse

from claims.models import Claim, FundRequest
from claims.states import ClaimStatus
from funds.models import Allocation, StatementUpload
from funds.states import Act
from partners.models import Company, Event, User
from programs.models import Program
from programs.money import show

MOST = 40
CLAIM, REQUEST, PAYMENT = "claims.claim", "claims.fundrequest", "claims.payment"
FUND, PROGRAM, STATEMENT = "funds.allocation", "programs.program", "funds.statementupload"
# By what it is about and the event's verb: what is said of it, and its tone.
TOLD: dict[str, dict[str, tuple[str, str]]] = {
    CLAIM: {
        "approved": ("Approved", "ok"),
        "rejected": ("Rejected", "lost"),
        "returned": ("Sent back to be corrected", "risk"),
        "asked": ("A question was asked", "risk"),
        "undone": ("Its approval was undone", "risk"),
        "reversed": ("Its payment was taken back", "lost"),
        "submitted": ("Filed by a colleague", "idle"),
    },
    REQUEST: {
        "approved": ("Approved in advance", "ok"),
        "declined": ("Declined", "lost"),
        "sent back": ("Sent back", "risk"),
        "asked": ("A question was asked", "risk"),
        "revoked": ("Its approval was taken back", "lost"),
        "expired": ("Its approval expired", "lost"),
        "accepted the change": ("Its change was accepted", "ok"),
        "refused the change": ("Its change was refused", "risk"),
    },
    PAYMENT: {"confirmed": ("Paid", "ok"), "fell short": ("Less arrived than was approved", "risk")},
    FUND: {
        Act.ALLOCATE: ("Granted to you", "ok"),
        Act.WITHDRAW: ("Taken back by the vendor", "lost"),
        Act.EXPIRE: ("Lapsed", "lost"),
        "extended": ("You have more time for it", "ok"),
    },
    PROGRAM: {"published": ("A new program", "ok")},
    STATEMENT: {"recorded": ("A statement was recorded by a colleague", "idle")},
}
# What of an event's data is the amount that it is about.
AMOUNTS = {"confirmed": "received", "fell short": "missing", "extended": "brought_back"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened: to what, of which vendor, and how much money it is about (minor units; None for none)."""

    at: datetime
    title: str
    vendor: str
    words: str
    tone: str
    url: str
    amount: int | None = None
    currency: str = ""

    @property
    def what(self) -> str:
        return f"{self.words}, {show(self.amount, self.currency)}" if self.amount else self.words


def changes(*, user: User, company: Company, since: datetime, now: datetime) -> list[Change]:
    """The latest first, `MOST` at the most."""
    funds = Allocation.objects.visible_to(user).of_partner(company)
    programs = Program.objects.visible_to(user).as_seen_by(company).filter(vendor__kept_by=None, published_at__gt=since)
    recent = Event.objects.filter(at__gt=since, at__lte=now).exclude(actor=user).order_by()
    # Each by an index of its own; asked for together with OR, all events would be read.
    of_company = reduce(or_, (told_of(subject) for subject in (CLAIM, REQUEST, PAYMENT, STATEMENT)))
    events = recent.filter(of_company, company=company).union(
        recent.filter(told_of(FUND), subject_id__in=funds.values("pk")),
        recent.filter(told_of(PROGRAM), subject_id__in=programs.values("pk")),
        all=True,
    )
    told = list(events.order_by("-at", "-id")[:MOST])
    about = subjects(told, user, company)
    return [change for event in told if (change := worded(event, about)) is not None]


def told_of(subject: str) -> Q:
    return Q(subject=subject, verb__in=list(TOLD[subject]))


# By (subject, id): (title, vendor's name, currency, address).
About = dict[tuple[str, int], tuple[str, str, str, str]]


def ids(events: Iterable[Event], subject: str, of: Callable[[Event], Any] = lambda event: event.subject_id) -> set[int]:
    return {of(event) for event in events if event.subject == subject}


def subjects(events: list[Event], user: User, company: Company) -> About:
    """What these events are about, as far as the person may see it."""
    found: About = {}
    claims = ids(events, CLAIM) | ids(events, PAYMENT, lambda event: event.data["claim"])
    for claim in Claim.objects.visible_to(user).of_partner(company).with_fund().filter(pk__in=claims):
        address = reverse("claims:detail", args=[claim.pk])
        found[CLAIM, claim.pk] = (claim.title, claim.program.vendor.name, claim.currency, address)
    requests = FundRequest.objects.visible_to(user).of_partner(company).with_fund()
    for request in requests.filter(pk__in=ids(events, REQUEST)):
        address = reverse("claims:request", args=[request.pk])
        found[REQUEST, request.pk] = (request.title, request.program.vendor.name, request.currency, address)
    for fund in Allocation.objects.visible_to(user).with_terms().filter(pk__in=ids(events, FUND)):
        address = reverse("funds:allocation", args=[fund.pk])
        found[FUND, fund.pk] = (fund.name, fund.program.vendor.name, fund.currency, address)
    for program in Program.objects.visible_to(user).select_related("vendor").filter(pk__in=ids(events, PROGRAM)):
        found[PROGRAM, program.pk] = (
            program.name,
            program.vendor.name,
            "",
            reverse("programs:detail", args=[program.pk]),
        )
    for upload in StatementUpload.objects.visible_to(user).filter(pk__in=ids(events, STATEMENT)):
        address = reverse("funds:statement_upload", args=[upload.pk])
        found[STATEMENT, upload.pk] = (upload.name, upload.vendor_name, "", address)
    return found


def worded(event: Event, about: About) -> Change | None:
    """None where the person may not see what it is about any more."""
    key = (CLAIM, event.data["claim"]) if event.subject == PAYMENT else (event.subject, event.subject_id)
    if key not in about:
        return None
    title, vendor, currency, url = about[key]
    words, tone = TOLD[event.subject][event.verb]
    if event.to_state == ClaimStatus.PARTLY_APPROVED:
        words = "Approved in part"
    amount = event.data.get(AMOUNTS.get(event.verb, "amount")) if currency else None
    return Change(event.at, title, vendor, words, tone, url, amount, currency)
