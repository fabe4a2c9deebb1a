"""What the queue and the home are made of, read as plain values in a few queries, however much there is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self

from django.db import connection
from django.db.models import Q, QuerySet

from claims.models import Claim
from claims.worth import Exchange
from dashboards.prepared import fetch
from funds.models import Allocation
from funds.models.allocations import safe_start
from funds.terms import Step, next_step
from partners.models import Company, Membership, User
from programs.days import Clock
from reminders.models import Reply
from reminders.models.standing import OF_FUNDS
from reminders.rules import AUDIENCES, PARTNER, RULES

# Of the funds themselves the balances tell; what else waits for the partner's people stands in the view of all matters.
WAITING = [
    rule.value for rule, spec in RULES.items() if spec.side == PARTNER and not spec.news and rule not in OF_FUNDS
]


class Fund(NamedTuple):
    """A fund that holds money to claim, or that the partner records itself. Balances in minor units of `currency`."""

    pk: int
    name: str
    vendor_id: int
    vendor: str
    keeper_id: int | None
    currency: str
    zone: str
    available: int
    reserved: int
    claimed: int
    approved: int
    expires_on: date
    claim_by: date
    safe_start: date
    asks: bool
    offered_id: int | None
    closed_at: datetime | None

    @property
    def is_kept(self) -> bool:
        return self.keeper_id is not None

    @property
    def unclaimed(self) -> int:
        return self.available + self.reserved

    def next_step(self, today: date) -> Step:
        return next_step(
            available=self.available,
            reserved=self.reserved,
            safe_start=self.safe_start,
            expires_on=self.expires_on,
            claim_by=self.claim_by,
            today=today,
            asks=self.asks,
        )


FUND = (
    "pk",
    "name",
    "budget__program__vendor_id",
    "budget__program__vendor__name",
    "budget__program__vendor__kept_by_id",
    "budget__program__currency",
    "budget__program__time_zone",
    "available",
    "reserved",
    "claimed",
    "approved",
    "expires_on",
    "claim_by",
    "last_start",
    "terms__preapproval",
    "offered_terms_id",
    "budget__closed_at",
)


class OpenClaim(NamedTuple):
    """A claim on its way, or one that was rejected and may be corrected."""

    pk: int
    title: str
    status: str
    allocation_id: int
    vendor_id: int
    vendor: str
    currency: str
    zone: str
    asked: int
    approved: int | None
    paid: int
    filed_at: datetime | None
    decided_at: datetime | None
    claim_by: date


CLAIM = (
    "pk",
    "title",
    "status",
    "allocation_id",
    "allocation__budget__program__vendor_id",
    "allocation__budget__program__vendor__name",
    "allocation__budget__program__currency",
    "allocation__budget__program__time_zone",
    "asked",
    "approved",
    "paid",
    "filed_at",
    "decided_at",
    "allocation__claim_by",
)


class Waiting(NamedTuple):
    """What is to be done: a row of `reminders_matter` but for those of funds, with its vendor's name."""

    rule: str
    subject_id: int
    title: str
    audience: str
    vendor_id: int | None
    vendor: str | None
    allocation_id: int | None
    request_id: int | None
    anchor: date
    deadline: date | None
    zone: str
    amount: int | None
    currency: str | None
    worker_id: int | None
    step: str
    step_id: int | None


class Answer(NamedTuple):
    """A reply that was not ended."""

    rule: str
    subject_id: int
    anchor: date
    audience: str
    kind: str
    user_id: int
    by_id: int
    until: date | None
    ends_at: datetime | None
    reason: str


# Of a person's memberships: company, its kind, role.
Held = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one partner, for one of its people, at one moment. Hashable: what is made of the same facts is the same."""

    user_id: int
    held: Held
    roles: frozenset[str]
    people: tuple[tuple[int, str], ...]  # who acts there: ids and names
    today: date  # where the company is
    days: tuple[tuple[str, date], ...]  # and in each time zone of the rest
    exchange: Exchange
    funds: tuple[Fund, ...]
    claims: tuple[OpenClaim, ...]
    waiting: tuple[Waiting, ...]
    answers: tuple[Answer, ...]

    @classmethod
    def read(cls, *, user: User, company: Company, now: datetime) -> Self:
        people, held = people_at(user, company.pk)
        roles = {role for at, _, role in held if at == company.pk}
        audiences = audiences_of(roles)
        funds = tuple(map(Fund._make, fetch(funds_of, user.pk, held, company.pk)))
        claims = tuple(map(OpenClaim._make, fetch(claims_of, user.pk, held, company.pk)))
        # The view knows of companies alone: which roles it is for is said here.
        waits = tuple(row for row in waiting(company) if row.audience in audiences)
        clock, everything = Clock(now), (*funds, *claims, *waits)
        today = clock.day_in(company.time_zone)
        return cls(
            user_id=user.pk,
            held=held,
            roles=frozenset(roles),
            people=tuple((pk, name) for pk, (name, _) in people.items()),
            today=today,
            days=tuple((zone, clock.day_in(zone)) for zone in sorted({row.zone for row in everything})),
            exchange=Exchange.on(today, company.currency, {row.currency for row in everything if row.currency}),
            funds=funds,
            claims=claims,
            waiting=waits,
            answers=tuple(standing(map(Answer._make, fetch(answers_of, company.pk)), people, now)),
        )

    def name_of(self, user_id: int | None) -> str:
        """Empty for who does not act there."""
        return next((name for pk, name in self.people if pk == user_id), "")


def audiences_of(roles: Iterable[str]) -> set[str]:
    return {audience for role in roles for audience in AUDIENCES[role]}


# Who acts at a company, by their ids: the name, and the audiences that their roles there stand in.
People = dict[int, tuple[str, set[str]]]


def people_at(user: User, company_id: int) -> tuple[People, Held]:
    """Who acts there, and what the user holds there and elsewhere."""
    people: People = {}
    held = set()
    for user_id, name, email, role, at, kind in fetch(memberships_of, user.pk, company_id):
        if at == company_id:
            _, audiences = people.setdefault(user_id, (name or email, set()))
            audiences |= audiences_of([role])
        if user_id == user.pk:
            held.add((at, kind, role))
    return people, tuple(sorted(held))


def memberships_of(user_id: int, company_id: int) -> QuerySet:
    active = Membership.objects.active().filter(Q(company=company_id) | Q(user=user_id), user__is_active=True)
    fields = ("user_id", "user__name", "user__email", "role", "company_id", "company__kind")
    return active.order_by("user__name", "user_id", "pk").values_list(*fields)


def funds_of(user_id: int, held: Held, company_id: int) -> QuerySet:
    user = User(pk=user_id)
    with user.roles_at_hand(held):
        funds = Allocation.objects.visible_to(user).unclaimed_or_stated().filter(partner=company_id)
    return funds.annotate(last_start=safe_start()).order_by("pk").values_list(*FUND)


def claims_of(user_id: int, held: Held, company_id: int) -> QuerySet:
    user = User(pk=user_id)
    with user.roles_at_hand(held):
        claims = Claim.objects.visible_to(user).open_or_rejected().filter(partner=company_id)
    return claims.order_by("pk").values_list(*CLAIM)


def answers_of(company_id: int) -> QuerySet:
    return Reply.objects.filter(company=company_id, ended_at=None).order_by("id").values_list(*Answer._fields)


def standing(answers: Iterable[Answer], people: People, now: datetime) -> Iterator[Answer]:
    """As `ReplyQuerySet.standing`, of what was read already: who left does nothing any more."""
    for answer in answers:
        acts = answer.user_id in people and answer.audience in people[answer.user_id][1]
        if acts and (answer.ends_at is None or answer.ends_at > now):
            yield answer


def waiting(company: Company) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reminders_waiting(%s, %s)", [company.pk, WAITING])
        return list(map(Waiting._make, cursor.fetchall()))
