"""Money that one partner does not use, for another: moved between funds, or taken back where it lapsed and granted to plans."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.actions.extending import locked
from funds.actions.moving import FundsRefused, granting_program, opened, told
from funds.actions.proposing import told as told_of_plan
from funds.asks import Proposal
from funds.grants import Grant, over_with, too_late, usual_claim_by, usual_last_day, wrong_days
from funds.ledger import DuplicatePosting, Posting, post
from funds.models import Allocation, Budget, Movement
from funds.states import Act, AskStatus
from partners.events import record
from partners.models import User
from programs.models import Program

FOR_PLANS = "Taken back for partners who have a plan ready."
CHANGED = "Something changed since you looked: nothing was moved. Look again."


def transfer(
    *, allocation: Allocation, amount: int, to: Allocation | Grant, key: str, reason: str, by: User, at: datetime
) -> bool:
    """Move available money to a fund of another partner in the same budget: one that stands, or a new one. False if `key` did so.

    Neither side learns who the other is; both read the reason. FundsRefused for the same partner, another budget, a fund whose
    time is over, or a new one with an impossible day; InsufficientFunds; DuplicatePosting if the key stands for something else.
    """
    if not by.has_perm("funds.manage_allocation", allocation):
        raise PermissionDenied
    with transaction.atomic():
        # As whoever grants: the program first, then funds in the order of their ids.
        program = granting_program(allocation.budget) if isinstance(to, Grant) else None
        funds = locked([allocation.pk, *([to.pk] if isinstance(to, Allocation) else [])])
        source = next(fund for fund in funds if fund.pk == allocation.pk)
        stem = f"allocation:{source.pk}:transfer:{key}"
        target = next((fund for fund in funds if fund.pk != source.pk), None)
        if was_done(stem, amount, to):
            return False
        if to.partner == source.partner:
            raise FundsRefused("This money is that partner's already: choose another partner, or extend the fund.")
        if isinstance(to, Grant) and program is not None:
            check_days(to, program, source.budget, at)
            (target,) = opened(source.budget, program, [to], by=by, at=at)
        elif target is None or target.budget_id != source.budget_id:
            raise FundsRefused("That fund is of another budget: money is moved within one.")
        elif target.today(at) > target.expires_on:
            raise FundsRefused("The last day of that fund has passed: extend it first, or make a new one.")
        budget = source.budget_id
        post(
            [
                Posting(Act.WITHDRAW, budget, source.pk, amount, f"{stem}:out", by, reason),
                Posting(Act.ALLOCATE, budget, target.pk, amount, f"{stem}:in", by, reason),
            ],
            at=at,
        )
        record(
            [
                told(Act.WITHDRAW, source, source.program, amount, by, reason, at),
                told(Act.ALLOCATE, target, source.program, amount, by, reason, at),
            ]
        )
    return True


def was_done(stem: str, amount: int, to: Allocation | Grant) -> bool:
    """The same transfer stands already. DuplicatePosting if another does under this key."""
    arrived = Movement.objects.filter(key=f"{stem}:in").select_related("allocation__partner").first()
    if arrived is None or arrived.allocation is None:
        return False
    same_fund = isinstance(to, Grant) or to.pk == arrived.allocation_id
    if arrived.amount != amount or arrived.allocation.partner != to.partner or not same_fund:
        raise DuplicatePosting("This was already done with another content. Reload the page to see how it stands.")
    return True


def check_days(grant: Grant, program: Program, budget: Budget, at: datetime) -> None:
    days = {"expires_on": grant.expires_on, "claim_by": grant.claim_by}
    wrong = wrong_days(program, budget, **days, today=program.today(at))
    for words in wrong.values():
        raise FundsRefused(words)


def regrant(
    *, budget: Budget, taken: Mapping[int, int], shares: Mapping[int, int], key: str, by: User, at: datetime
) -> list[Allocation]:
    """Take lapsed money of these funds back and grant shares of the budget to these plans: all of it at once, or nothing.

    `taken` is what had lapsed in each fund, by its id, when it was chosen; `shares` the amount for each plan, by its id; minor
    units. Returns the funds that were made, none if this key did it before. FundsRefused if anything changed since, or a plan
    ends after the last day of the money; InsufficientFunds if the budget holds too little even with what is taken back.
    """
    if not by.has_perm("funds.allocate", budget):
        raise PermissionDenied
    if not taken and not shares:
        raise FundsRefused("Choose what to take back, or a plan to grant money to.")
    with transaction.atomic():
        program = granting_program(budget)
        stem = stem_of(budget, key)
        wanted = {f"{stem}:fund:{pk}": amount for pk, amount in taken.items()}
        wanted |= {f"{stem}:plan:{pk}": amount for pk, amount in shares.items()}
        standing = dict(Movement.objects.filter(key__startswith=f"{stem}:").values_list("key", "amount"))
        if standing:
            if standing != wanted:
                raise DuplicatePosting("This was already done with another content. Look at how it stands now.")
            return []
        lapsed = locked(list(taken))
        if {fund.pk: fund.lapsed for fund in lapsed if fund.budget_id == budget.pk} != dict(taken):
            raise FundsRefused(CHANGED)
        plans = locked_plans(program, list(shares))
        grants = [grant_for(plan, shares[plan.pk], budget, program, at) for plan in plans]
        made = opened(budget, program, grants, by=by, at=at)
        postings = [
            Posting(Act.REOFFER, budget.pk, fund.pk, fund.lapsed, f"{stem}:fund:{fund.pk}", by, FOR_PLANS)
            for fund in lapsed
        ]
        postings += [
            Posting(Act.ALLOCATE, budget.pk, fund.pk, grant.amount, f"{stem}:plan:{plan.pk}", by, f"For {plan.title}")
            for fund, grant, plan in zip(made, grants, plans, strict=True)
        ]
        post(postings, at=at)
        for plan, fund in zip(plans, made, strict=True):
            plan.status, plan.allocation = AskStatus.GRANTED, fund
            plan.decided_by, plan.decided_at = by, at
        Proposal.objects.bulk_update(plans, ["status", "allocation", "decided_by", "decided_at"])
        record(
            [
                *(told(Act.REOFFER, fund, program, fund.lapsed, by, FOR_PLANS, at) for fund in lapsed),
                *(
                    told(Act.ALLOCATE, fund, program, grant.amount, by, f"For {plan.title}", at)
                    for fund, grant, plan in zip(made, grants, plans, strict=True)
                ),
                *(
                    told_of_plan(
                        "granted",
                        plan,
                        by=by,
                        now=at,
                        before=AskStatus.OPEN,
                        amount=shares[plan.pk],
                        fund=plan.allocation_id or 0,
                    )
                    for plan in plans
                ),
            ]
        )
    return made


def stem_of(budget: Budget, key: str) -> str:
    return f"budget:{budget.pk}:regrant:{key}"


def was_regranted(budget: Budget, key: str) -> bool:
    """Something of this budget was taken back or granted under this key already."""
    return Movement.objects.filter(key__startswith=f"{stem_of(budget, key)}:").exists()


def locked_plans(program: Program, ids: Sequence[int]) -> list[Proposal]:
    """These plans, locked in the order of their ids. FundsRefused unless each is still open and for this program."""
    chosen = Proposal.objects.open().filter(pk__in=ids, program=program).select_related("partner").order_by("pk")
    plans = list(chosen.select_for_update(of=("self",), no_key=True))
    if len(plans) != len(ids):
        raise FundsRefused(CHANGED)
    return plans


def grant_for(plan: Proposal, amount: int, budget: Budget, program: Program, at: datetime) -> Grant:
    """A new fund for this plan, until the money's usual last day. FundsRefused if the plan ends later."""
    today = program.today(at)
    last = usual_last_day(program, budget, today)
    if why := over_with(program, budget, today) or too_late(plan, last, today):
        raise FundsRefused(f"{plan.title}: {why}")
    return Grant(plan.partner, amount, plan.title, f"PLAN-{plan.pk}", last, usual_claim_by(program, last))
