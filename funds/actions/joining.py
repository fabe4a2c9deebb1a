"""Joining a program, with the money that it brings: one act, so that nobody is in without what was promised, or has it twice."""

import secrets
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.actions.moving import FundsRefused, granted
from funds.grants import Grant, limits, usual_claim_by, wrong_days
from funds.models import Budget
from funds.starting import StartingPlan, StartingShare
from partners.events import event, record
from partners.models import Company, User
from programs.actions import joining
from programs.models import Enrolment, Program, TierHeld


class Joined(NamedTuple):
    """`share` is what the partner starts with, None where the program gives nothing; `is_new` is false for a repeated click."""

    enrolment: Enrolment
    share: StartingShare | None
    is_new: bool


def join(*, program: Program, partner: Company, by: User, now: datetime) -> Joined:
    """The partner joins by itself, and its starting money is granted. JoinRefused with the reasons where it may not.

    A second click finds the first one's work. Where the budget holds too little, the partner is in all the same; its share waits.
    """
    with transaction.atomic():
        enrolment, is_new = joining.admit(program=program, partner=partner, by=by, now=now)
        return Joined(enrolment, started(enrolment, by=by, now=now) if is_new else share_of(enrolment), is_new)


def accept(*, enrolment: Enrolment, by: User, now: datetime) -> Joined:
    """The channel manager lets in who asked; the rest is as for one who joins by itself."""
    with transaction.atomic():
        enrolment = joining.accept(enrolment=enrolment, by=by, now=now)
        return Joined(enrolment, started(enrolment, by=by, now=now), True)


def add(*, program: Program, partner: Company, by: User, now: datetime) -> Joined:
    """The channel manager adds a partner; the rest is as for one who joins by itself."""
    with transaction.atomic():
        enrolment, is_new = joining.add(program=program, partner=partner, by=by, now=now)
        return Joined(enrolment, started(enrolment, by=by, now=now) if is_new else share_of(enrolment), is_new)


def share_of(enrolment: Enrolment) -> StartingShare | None:
    return StartingShare.objects.filter(enrolment=enrolment).select_related("allocation").first()


def plan_of(program: Program) -> StartingPlan | None:
    plans = StartingPlan.objects.select_related("budget", "program__terms").prefetch_related("amounts")
    return plans.filter(program=program.pk).first()


def tier_of(partner: Company, program: Program) -> int | None:
    """The id of the partner's tier with the program's vendor, None where it has none."""
    held = TierHeld.objects.filter(partner=partner.pk, vendor=program.vendor_id)
    return held.values_list("tier", flat=True).first()


def started(enrolment: Enrolment, *, by: User, now: datetime) -> StartingShare | None:
    """What the partner starts with, once for each enrolment. The caller has locked the program and the enrolment."""
    if (share := share_of(enrolment)) is not None:
        return share
    plan = plan_of(enrolment.program)
    amount = plan.amount_for(tier_of(enrolment.partner, enrolment.program)) if plan else 0
    if plan is None or not amount:
        return None
    share = StartingShare.objects.create(enrolment=enrolment, amount=amount, created_at=now)
    if words := why_not(share, plan, now):
        told(share, "starting money waits", by=by, now=now, reason=words)
        return share
    return grant(share, plan, by=by, now=now)


def last_days(plan: StartingPlan, now: datetime) -> tuple[date, date]:
    """The last days for activities and for a claim of what is granted now: the plan's, or sooner where the terms say so."""
    program, today = plan.program, plan.program.today(now)
    until = min([plan.until(today), *(limit.day for limit in limits(program, plan.budget, today))])
    return until, usual_claim_by(program, until)


def why_not(share: StartingShare, plan: StartingPlan, now: datetime) -> str:
    """Why the plan's budget, locked by this, cannot give the share now; empty if it can."""
    budget = Budget.objects.select_for_update(no_key=True).get(pk=plan.budget_id)
    if budget.closed_at:
        return f"The period of the budget {budget.name} is closed."
    if budget.unallocated < share.amount:
        return f"The budget {budget.name} holds too little."
    until, claim_by = last_days(plan, now)
    wrong = wrong_days(plan.program, budget, expires_on=until, claim_by=claim_by, today=plan.program.today(now))
    return " ".join(wrong.values())


def grant(share: StartingShare, plan: StartingPlan, *, by: User, now: datetime) -> StartingShare:
    enrolment = share.enrolment
    until, claim_by = last_days(plan, now)
    reference = f"JOIN-{enrolment.pk}-{secrets.token_hex(3)}"
    one = Grant(enrolment.partner, share.amount, plan.name, reference, until, claim_by)
    (share.allocation,) = granted(budget=plan.budget, grants=[one], by=by, at=now)
    share.save(update_fields=["allocation"])
    return share


def told(share: StartingShare, verb: str, *, by: User, now: datetime, reason: str = "") -> None:
    enrolment = share.enrolment
    vendor = enrolment.program.vendor_id
    data = {"amount": share.amount, "currency": enrolment.program.currency, "partner": enrolment.partner_id}
    record([event(verb=verb, about=enrolment, by=by, company_id=vendor, reason=reason, data=data, at=now)])


def locked_share(share: StartingShare, *, by: User) -> StartingShare:
    enrolment = joining.locked_enrolment(share.enrolment)
    if not by.has_perm("programs.answer_request", enrolment):
        raise PermissionDenied
    fresh = StartingShare.objects.select_for_update().get(pk=share.pk)
    fresh.enrolment = enrolment
    return fresh


def grant_share(*, share: StartingShare, by: User, now: datetime) -> bool:
    """Grant what waited for money. False if it was granted before. FundsRefused where the budget still holds too little."""
    with transaction.atomic():
        share = locked_share(share, by=by)
        if share.allocation_id:
            return False
        if share.dropped_at:
            raise FundsRefused("This was dropped: grant the partner a share of a budget instead.")
        if (plan := plan_of(share.enrolment.program)) is None:
            raise FundsRefused("The program gives nothing to start with any more. Grant a share of a budget instead.")
        if words := why_not(share, plan, now):
            raise FundsRefused(f"{words} Put money into it, or choose another under “Who can join”, first.")
        grant(share, plan, by=by, now=now)
    return True


def drop_share(*, share: StartingShare, by: User, now: datetime) -> bool:
    """The vendor gives nothing to start with to this partner after all. False if that, or the grant, was done before."""
    with transaction.atomic():
        share = locked_share(share, by=by)
        if share.allocation_id or share.dropped_at:
            return False
        share.dropped_at = now
        share.save(update_fields=["dropped_at"])
        told(share, "starting money dropped", by=by, now=now)
    return True
