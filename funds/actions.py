"""What a channel manager does with money: fund a budget, grant shares of it, take them back, pre-approve, close a period.

Each act posts to the ledger and leaves an event, in one transaction. `key` is the form's own token (or the file row's), so that a
repeated click or a re-upload does nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.ledger import Posting, post
from funds.models import Allocation, Budget
from funds.states import Act
from partners.events import event, record
from partners.models import Partner, User
from programs.models import Program
from programs.states import ProgramStatus


class FundsRefused(Exception):
    """A rule of the program forbids it. Its words are for the user."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One partner's share to be granted: `amount` in minor units; `reference` is unique in the budget."""

    partner: Partner
    amount: int
    name: str
    reference: str
    expires_on: date
    claim_by: date

    @classmethod
    def under(cls, program: Program, *, expires_on: date, claim_by: date | None = None, **fields) -> "Grant":
        """With the claim deadline that the program's claim window gives, unless one is named."""
        return cls(
            expires_on=expires_on,
            claim_by=claim_by or expires_on + timedelta(days=program.claim_window_days),
            **fields,
        )


def open_budget(*, budget: Budget, by: User) -> Budget:
    """Add a budget (a period) to a program. It starts empty."""
    if not by.has_perm("funds.add_budget", budget.program):
        raise PermissionDenied
    with transaction.atomic():
        budget.save()
        record([event(verb="opened", about=budget, by=by, company_id=budget.program.vendor_id)])
    return budget


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
):
    """The event of a movement of money."""
    data = {"amount": amount, "currency": program.currency}
    return event(verb=act.value, about=about, by=by, company_id=program.vendor_id, reason=reason, data=data, at=at)


def allocate(*, budget: Budget, grants: Sequence[Grant], by: User, at: datetime | None = None) -> list[Allocation]:
    """Grant shares of a budget, one or many, all or none.

    A reference that stands already in this budget is left alone: a repeated click or a re-uploaded file grants nothing twice.
    Returns the allocations that were made. InsufficientFunds if the budget does not hold enough; FundsRefused if the program is
    not published.
    """
    if not by.has_perm("funds.allocate", budget):
        raise PermissionDenied
    program = budget.program
    if program.status != ProgramStatus.PUBLISHED:
        raise FundsRefused("Publish the program first: partners can use only what they can read the terms of.")
    with transaction.atomic():
        # The budget's row serialises two uploads of the same file.
        Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
        standing = set(
            Allocation.objects.filter(budget=budget, reference__in=[g.reference for g in grants]).values_list(
                "reference", flat=True
            )
        )
        fresh = {g.reference: g for g in grants if g.reference not in standing}
        made = Allocation.objects.bulk_create(
            Allocation(
                budget=budget,
                partner=g.partner,
                name=g.name,
                reference=g.reference,
                expires_on=g.expires_on,
                claim_by=g.claim_by,
            )
            for g in fresh.values()
        )
        amounts = [(a, fresh[a.reference].amount) for a in made]
        post(
            [Posting(Act.ALLOCATE, budget.pk, a.pk, amount, f"allocation:{a.pk}:grant", by) for a, amount in amounts],
            at=at,
        )
        record([told(Act.ALLOCATE, a, program, amount, by, "", at) for a, amount in amounts])
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
    """Pre-approve an activity: that much is set aside for it and used first by the next claim."""
    return move_allocation(Act.RESERVE, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


def release(
    *, allocation: Allocation, amount: int, key: str, by: User, reason: str, at: datetime | None = None
) -> bool:
    """Give up a pre-approval: the money is available again."""
    return move_allocation(Act.RELEASE, allocation=allocation, amount=amount, key=key, by=by, reason=reason, at=at)


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
        record([event(verb="closed", about=budget, by=by, company_id=budget.program.vendor_id)])
    return budget
