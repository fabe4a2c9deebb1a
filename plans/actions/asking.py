"""From the plan to the vendor: a request or a claim that is filled in, or a note of what was asked in a vendor's own portal."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format

from claims import actions as claims
from claims.actions import requests
from claims.actions.filing import begun_row
from claims.actions.requests.filing import Entry, Plan
from claims.models import Claim, FundRequest
from partners.events import record
from partners.models import User
from plans.actions.acting import PlanRefused, check, locked
from plans.actions.planning import told
from plans.models import PlannedFunding
from plans.shares import cost_asked, exchanged, of_kind
from plans.standing import At, claim_of, standing
from plans.states import Answer, PlanStatus
from programs.days import Clock
from programs.money import LARGEST, show


def held(funding: PlannedFunding, *, by: User) -> PlannedFunding:
    """The funding as it stands now, locked after its activity. PlanRefused where it is not meant to happen."""
    activity = locked(funding.activity)
    check(activity, by=by)
    rows = PlannedFunding.objects.with_fund().select_for_update(of=("self",), no_key=True)
    fresh: PlannedFunding | None = rows.filter(pk=funding.pk).first()
    if fresh is None:
        raise PlanRefused("This fund does not pay for the activity any more: look at the plan again.")
    fresh.activity = activity
    if activity.status != PlanStatus.PLANNED:
        raise PlanRefused("This is no plan yet: mean it first, then ask for it.")
    return fresh


def ask(*, funding: PlannedFunding, by: User, now: datetime) -> FundRequest:
    """A draft request on its fund, filled in with all that the plan says. A second click finds the first one's."""
    with transaction.atomic():
        funding = held(funding, by=by)
        activity, fund = funding.activity, funding.allocation
        if funding.request is not None:
            return funding.request
        if fund.is_kept:
            raise PlanRefused(
                f"{fund.program.vendor.name} is asked in its own portal: the sheet has all that it wants."
            )
        kind = of_kind(fund.terms, activity.kind)
        plan = Plan(
            title=activity.title,
            activity=kind,
            plan=activity.notes,
            place=activity.place,
            audience=activity.audience,
            people=activity.people,
            starts_on=activity.starts_on,
            ends_on=activity.ends_on,
            leads=activity.leads,
            pipeline=in_fund(funding, activity.pipeline, now),
        )
        try:
            entries = [Entry(activity.get_kind_display(), cost_asked(funding))]
            made = requests.prefill(allocation=fund, plan=plan, entries=entries, by=by, now=now)
        except requests.RequestRefused as refusal:
            raise PlanRefused(str(refusal)) from refusal
        if PlannedFunding.objects.filter(request=made).exists():
            raise PlanRefused(f"{made.number} asks for just the same already, for another activity of your plan.")
        funding.request = made
        funding.save(update_fields=["request"])
        record([told("began a request", activity, by=by, now=now, request=made.pk, fund=fund.pk)])
    return made


def in_fund(funding: PlannedFunding, amount: int | None, now: datetime) -> int | None:
    """An amount of the activity in the fund's currency; None where no rate is known, or it is more than a request may name."""
    if amount is None:
        return None
    day = funding.allocation.today(now)
    found = exchanged(amount, funding.activity.currency, funding.currency, day)
    return None if found is None or found > LARGEST else found


def claim(*, funding: PlannedFunding, by: User, now: datetime) -> Claim:
    """A draft claim, filled in: on its approved request, or on the fund itself where no approval is needed.

    A second click finds the first one's. PlanRefused where the vendor has to approve it first.
    """
    with transaction.atomic():
        funding = held(funding, by=by)
        activity, fund, request = funding.activity, funding.allocation, funding.request
        begun = claim_of(funding)
        if begun is not None:
            return begun
        if request is None and fund.terms.preapproval and not fund.is_kept:
            raise PlanRefused(f"{fund.program.vendor.name} approves every activity in advance: ask for that first.")
        try:
            if request is not None:
                return claims.start(allocation=fund, title=request.title, by=by, now=now, request=request)
            made = claims.start(allocation=fund, title=activity.title, by=by, now=now)
            kind = of_kind(fund.terms, activity.kind)
            row = begun_row(
                activity.get_kind_display(),
                cost_asked(funding),
                fund.currency,
                activity_id=kind.pk if kind else None,
                people=activity.people,
            )
            ran = (activity.starts_on, activity.ends_on)
            made = claims.save(
                claim=made, title=activity.title, entries=[], by=by, now=now, typed={"rows": [row]}, ran=ran
            )
        except claims.ClaimRefused as refusal:
            raise PlanRefused(str(refusal)) from refusal
        funding.claim = made
        funding.save(update_fields=["claim"])
        record([told("began a claim", activity, by=by, now=now, claim=made.pk, fund=fund.pk)])
    return made


def asked_elsewhere(*, funding: PlannedFunding, on: date, by: User, now: datetime) -> PlannedFunding:
    """Note that a vendor which takes no requests here was asked in its own portal. Of one that said no, it is asked anew."""
    with transaction.atomic():
        funding = held(funding, by=by)
        check_day(funding, on, now)
        if not funding.allocation.is_kept:
            raise PlanRefused(f"{funding.allocation.program.vendor.name} is asked on Windfall.")
        if standing(funding).at == At.APPROVED:
            raise PlanRefused("The vendor approved this already.")
        funding.asked_on, funding.answer, funding.said = on, "", ""
        funding.answered_on = funding.approved = None
        funding.save(update_fields=["asked_on", *ANSWERED])
        record([told("asked elsewhere", funding.activity, by=by, now=now, fund=funding.allocation_id, on=on)])
    return funding


ANSWERED = ("answer", "answered_on", "approved", "said")


def answered_elsewhere(
    *,
    funding: PlannedFunding,
    answer: Answer,
    on: date,
    by: User,
    now: datetime,
    approved: int | None = None,
    said: str = "",
) -> PlannedFunding:
    """Note what the vendor said there; `approved` only where it is less than was asked. A slip is mended by noting it anew."""
    with transaction.atomic():
        funding = held(funding, by=by)
        check_day(funding, on, now)
        if funding.asked_on is None:
            raise PlanRefused("Note first on which day you asked.")
        if on < funding.asked_on:
            raise PlanRefused(f"You asked on {date_format(funding.asked_on)}: an answer comes later.")
        if answer == Answer.REDUCED and not (approved and 0 < approved < funding.amount):
            raise PlanRefused(f"Say how much it approved: less than {show(funding.amount, funding.currency)}.")
        funding.answer, funding.answered_on, funding.said = answer, on, said.strip()
        funding.approved = {Answer.APPROVED: funding.amount, Answer.REDUCED: approved, Answer.DECLINED: None}[answer]
        funding.save(update_fields=ANSWERED)
        facts = {"fund": funding.allocation_id, "answer": answer, "approved": funding.approved, "on": on}
        record([told("answered elsewhere", funding.activity, by=by, now=now, facts=facts)])
    return funding


def check_day(funding: PlannedFunding, on: date, now: datetime) -> None:
    if on > Clock(now).day_in(funding.activity.company.time_zone):
        raise PlanRefused("That day is still to come.")
