"""A partner says that it has a plan ready; the vendor grants it money (`regranting.py`), or declines and says why."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.actions.asking import check_open, close
from funds.actions.moving import FundsRefused
from funds.asks import Proposal
from funds.states import AskStatus
from partners.events import event, record
from partners.models import Event, User
from programs.models import Program
from programs.states import ProgramStatus


def propose(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Send the vendor a plan. FundsRefused where its program grants nothing, or its days have passed."""
    if not by.has_perm("funds.propose", proposal.partner):
        raise PermissionDenied
    with transaction.atomic():
        programs = Program.objects.select_for_update(of=("self",), no_key=True).select_related("vendor")
        program = programs.get(pk=proposal.program_id)
        if program.vendor.is_kept:
            raise FundsRefused("You record this vendor yourself: send it your plan in its own portal.")
        if program.status != ProgramStatus.PUBLISHED:
            raise FundsRefused("This program is closed: it grants no new money.")
        if proposal.starts_on < program.today(now):
            raise FundsRefused("The plan's first day has passed: a vendor pays for what is still to come.")
        proposal.asked_by, proposal.asked_at = by, now
        proposal.save()
        record([told("proposed", proposal, by=by, now=now)])
    return proposal


def told(verb: str, proposal: Proposal, *, by: User, now: datetime, before: str = "", **data: int) -> Event:
    return event(
        verb=verb,
        about=proposal,
        by=by,
        company_id=proposal.partner_id,
        from_state=before,
        to_state=proposal.status,
        reason_code=proposal.reason_code,
        reason=proposal.answer,
        data=data,
        at=now,
    )


def decline_proposal(*, proposal: Proposal, code: str, answer: str, by: User, now: datetime) -> Proposal:
    """Say no, with a reason code and a sentence that the partner reads on the plan's page."""
    return answered(
        proposal, AskStatus.DECLINED, "funds.answer_proposal", by=by, now=now, verb="declined", code=code, answer=answer
    )


def withdraw_proposal(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """The partner takes its plan back."""
    return answered(proposal, AskStatus.WITHDRAWN, "funds.withdraw_ask", by=by, now=now, verb="withdrawn")


def answered(
    proposal: Proposal,
    to: AskStatus,
    permission: str,
    *,
    by: User,
    now: datetime,
    verb: str,
    code: str = "",
    answer: str = "",
) -> Proposal:
    """FundsRefused if it is answered already."""
    with transaction.atomic():
        fresh: Proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
        if not by.has_perm(permission, fresh):
            raise PermissionDenied
        check_open(fresh, to)
        close(fresh, to, by=by, now=now, code=code, answer=answer)
        record([told(verb, fresh, by=by, now=now, before=AskStatus.OPEN)])
    return fresh
