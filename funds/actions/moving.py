"""What a channel manager does with money: fund a budget, grant shares of it, take them back, pre-approve, close a period.

Each act posts to the ledger and leaves an event, in one transaction. `key` is the form's own token (or the file row's), so that a
repeated click or a re-upload does nothing twice.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from funds.grants import Grant, wrong_days
from funds.ledger import Posting, post
from funds.models import Allocation, Budget, Movement
from funds.states import Act
from partners.events import event, record
from partners.models import Event, User
from programs.actions.joining import enrol
from programs.models import Program
from programs.states import ProgramStatus


class FundsRefused(Exception):
    """A rule of the program forbids it. Its words are for the user; `field` is what they are about, where that can be typed."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class ReferenceTaken(FundsRefused):
    """The reference stands in this budget already, for something else."""


def fund(*, budget: Budget, amount: int, key: str, by: User, reason: str = "", at: datetime | None = None) -> bool:
    """Put money into a budget. False if this key did so before."""
    return move_budget(Act.FUND, budget=budget, amount=amount, key=key, by=by, reason=reason, at=at)


def defund(*, budget: Budget, amount: int, key: str, by: User, reason: str = "", at: datetime | None = None) -> bool:
    """Take unallocated money out of a budget. InsufficientFunds if it is allocated already."""
    return move_budget(Act.DEFUND, budget=budget, amount=amount, key=key, by=by, reason=reason, at=at)


def move_budget(act: Act, *, budget: Budget, amount: int, key: str, by: User, reason: str, at: datetime | None) -> bool:
    if not by.has_perm("funds.fund_budget", budget):
        raise PermissionDenied
    with transaction.atomic():
        posting = Posting(act, budget.pk, None, amount, f"budget:{budget.pk}:{key}", by, reason)
        made = post([posting], at=at)
        if made:
            record([told(act, budget, budget.program, amount, by, reason, at)])
    return bool(made)


def told(
    act: Act,
    about: Budget | Allocation,
    program: Program,
    amount: int,
    by: User | None,
    reason: str,
    at: datetime | None,
) -> Event:
    """The event of a movement of money."""
    data = {"amount": amount, "currency": program.currency}
    return event(verb=act.value, about=about, by=by, company_id=program.vendor_id, reason=reason, data=data, at=at)


def key_of_grant(allocation_id: int) -> str:
    return f"allocation:{allocation_id}:grant"


def standing_grants(budget: Budget, references: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of these references, those that were granted already: the partner's id and the amount that was granted."""
    standing = Allocation.objects.filter(budget=budget, reference__in=references)
    found = {pk: (reference, partner) for pk, reference, partner in standing.values_list("pk", "reference", "partner")}
    first = Movement.objects.filter(key__in=[key_of_grant(pk) for pk in found])
    amounts = dict(first.values_list("allocation_id", "amount"))
    return {reference: (partner, amounts.get(pk, 0)) for pk, (reference, partner) in found.items()}


def check_grants(
    program: Program, budget: Budget, grants: Sequence[Grant], standing: dict[str, tuple[int, int]], at: datetime
) -> None:
    """FundsRefused or ReferenceTaken for the first grant that must not be made."""
    twice = [reference for reference, times in Counter(g.reference for g in grants).items() if times > 1]
    if twice:
        raise FundsRefused(f"The reference {twice[0]} stands here twice: each grant has its own.")
    today = program.today(at)
    for g in grants:
        if g.reference not in standing:
            wrong = wrong_days(program, budget, expires_on=g.expires_on, claim_by=g.claim_by, today=today)
            for words in wrong.values():
                raise FundsRefused(f"{g.reference}: {words}")
        elif standing[g.reference] != (g.partner.pk, g.amount):
            raise ReferenceTaken(
                f"The reference {g.reference} was granted before, to another partner or with another amount."
            )


def allocate(*, budget: Budget, grants: Sequence[Grant], by: User, at: datetime | None = None) -> list[Allocation]:
    """Grant shares of a budget, one or many, all or none.

    A grant whose reference stands already in this budget, for the same partner and amount, is left alone: a repeated click or a
    re-uploaded file grants nothing twice. Returns the allocations that were made. ReferenceTaken if it stands for something
    else; FundsRefused if the program is not published or a day is impossible; InsufficientFunds if the budget holds too little.
    """
    if not by.has_perm("funds.allocate", budget):
        raise PermissionDenied
    return granted(budget=budget, grants=grants, by=by, at=at or timezone.now())


def granted(*, budget: Budget, grants: Sequence[Grant], by: User, at: datetime) -> list[Allocation]:
    """As `allocate`, whoever does it: for acts that bring money by themselves."""
    with transaction.atomic():
        program = granting_program(budget)
        # The budget's row serialises two uploads of the same file.
        Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
        standing = standing_grants(budget, [g.reference for g in grants])
        check_grants(program, budget, grants, standing, at)
        fresh = {g.reference: g for g in grants if g.reference not in standing}
        made = opened(budget, program, list(fresh.values()), by=by, at=at)
        amounts = [(a, fresh[a.reference].amount) for a in made]
        post(
            [Posting(Act.ALLOCATE, budget.pk, a.pk, amount, key_of_grant(a.pk), by) for a, amount in amounts],
            at=at,
        )
        record([told(Act.ALLOCATE, a, program, amount, by, "", at) for a, amount in amounts])
    return made


def granting_program(budget: Budget) -> Program:
    """The budget's program, locked, so that nobody closes it meanwhile. FundsRefused where it grants nothing."""
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related("terms").get(pk=budget.program_id)
    )
    if program.status != ProgramStatus.PUBLISHED:
        raise FundsRefused(
            "Publish the program first: partners can use only what they can read the terms of."
            if program.status == ProgramStatus.DRAFT
            else "This program is closed: it grants no new money. Reopen it first."
        )
    return program


def opened(budget: Budget, program: Program, grants: Sequence[Grant], *, by: User, at: datetime) -> list[Allocation]:
    """A fund for each grant, under the terms in force. Nothing is in them yet; their partners are in the program from then on."""
    made: list[Allocation] = Allocation.objects.bulk_create(
        Allocation(
            budget=budget,
            partner=g.partner,
            terms=program.current_terms,
            name=g.name,
            reference=g.reference,
            expires_on=g.expires_on,
            granted_until=g.expires_on,
            claim_by=g.claim_by,
            created_at=at,
        )
        for g in grants
    )
    enrol(program, {a.partner_id for a in made}, by=by, now=at)
    return made


def move_allocation(
    act: Act, *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None
) -> bool:
    if not by.has_perm("funds.manage_allocation", allocation):
        raise PermissionDenied
    with transaction.atomic():
        posting = Posting(
            act, allocation.budget_id, allocation.pk, amount, f"allocation:{allocation.pk}:{key}", by, reason
        )
        made = post([posting], at=at)
        if made:
            record([told(act, allocation, allocation.program, amount, by, reason, at)])
    return bool(made)


def withdraw(
    *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None = None
) -> bool:
    """Take available money back into the budget, with a reason that the partner reads."""
    return move_allocation(Act.WITHDRAW, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


def reserve(
    *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None = None
) -> bool:
    """Pre-approve an activity: that much is set aside for it and used first by the next claim.

    FundsRefused once the money's last day has passed: no activity could run any more.
    """
    if allocation.today(at or timezone.now()) > allocation.expires_on:
        raise FundsRefused("The last day for activities has passed: there is nothing to approve in advance any more.")
    return move_allocation(Act.RESERVE, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


def release(
    *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None = None
) -> bool:
    """Give up a pre-approval: the money is available again."""
    return move_allocation(Act.RELEASE, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


def reoffer(
    *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None = None
) -> bool:
    """Take lapsed money back into the budget, so that others can be granted it."""
    return move_allocation(Act.REOFFER, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


def close_period(*, budget: Budget, by: User, now: datetime) -> Budget:
    """Close a budget for good: the ledger refuses every later posting. FundsRefused while money is still on its way."""
    if not by.has_perm("funds.fund_budget", budget):
        raise PermissionDenied
    with transaction.atomic():
        # A full lock waits for postings that are under way, and holds off new ones until they can see it closed.
        budget = Budget.objects.select_for_update().select_related(None).get(pk=budget.pk)
        if budget.closed_at:
            return budget
        moving = Allocation.objects.filter(budget=budget).exclude(available=0, reserved=0, claimed=0, approved=0)
        if budget.unallocated or moving.exists():
            raise FundsRefused("Money of this budget is still unallocated, unclaimed or on its way to a partner.")
        budget.closed_at = now
        budget.save(update_fields=["closed_at"])
        record([event(verb="closed", about=budget, by=by, company_id=budget.program.vendor_id, at=now)])
    return budget
