"""A partner asks for more time for a fund; the vendor's manager grants it, within the terms, or declines and says why."""

from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import date_format

from funds.actions.extending import locked, move_deadlines, refusal
from funds.actions.moving import FundsRefused
from funds.asks import Ask, ExtensionRequest
from funds.models import Allocation
from funds.states import ASK_TRANSITIONS, AskStatus, DeclineReason
from partners.events import event, record
from partners.models import Event, User

AnyAsk = TypeVar("AnyAsk", bound=Ask)


def ask_for_time(*, allocation: Allocation, until: date, why: str, by: User, now: datetime) -> ExtensionRequest:
    """Ask that activities may run until that day. FundsRefused where the terms allow no such day, or an answer is waited for."""
    if not by.has_perm("funds.ask_for_time", allocation):
        raise PermissionDenied
    with transaction.atomic():
        (fund,) = locked([allocation.pk])
        if words := refusal(fund, until, fund.today(now)):
            raise FundsRefused(words)
        if standing := ExtensionRequest.objects.open().filter(allocation=fund).first():
            raise FundsRefused(
                f"You asked for more time until {date_format(standing.until)} already, and the answer is not there yet. "
                "Take that back first to ask for another day."
            )
        made: ExtensionRequest = ExtensionRequest.objects.create(
            allocation=fund, partner=fund.partner, until=until, why=why, asked_by=by, asked_at=now
        )
        record([told("asked for more time", made, by=by, now=now, reason=why)])
    return made


def told(verb: str, request: ExtensionRequest, *, by: User, now: datetime, reason: str = "", code: str = "") -> Event:
    """The event of an ask, about its fund: there its story is read."""
    fund = request.allocation
    return event(
        verb=verb,
        about=fund,
        by=by,
        company_id=fund.program.vendor_id,
        reason=reason,
        reason_code=code,
        data={"until": request.until.isoformat(), "request": request.pk},
        at=now,
    )


def grant_time(
    *, request: ExtensionRequest, by: User, now: datetime, until: date | None = None, answer: str = ""
) -> ExtensionRequest:
    """Extend the fund until the day that was asked for, or until another. The partner reads the answer, or else its own words.

    FundsRefused if it is answered already or its terms do not allow the day.
    """
    with transaction.atomic():
        request = still_open(request, by=by, permission="funds.answer_request", to=AskStatus.GRANTED)
        fund, day = request.allocation, until or request.until
        if words := refusal(fund, day, fund.today(now)):
            raise FundsRefused(words)
        move_deadlines({fund: day}, reason=answer or request.why, by=by, now=now)
    request.refresh_from_db()
    return request


def decline_time(*, request: ExtensionRequest, code: str, answer: str, by: User, now: datetime) -> ExtensionRequest:
    """Say no, with a reason code and a sentence that the partner reads on its fund's page."""
    with transaction.atomic():
        request = still_open(request, by=by, permission="funds.answer_request", to=AskStatus.DECLINED)
        close(request, AskStatus.DECLINED, by=by, now=now, code=code, answer=answer)
        record([told("declined more time", request, by=by, now=now, reason=request.answer, code=code)])
    return request


def withdraw_request(*, request: ExtensionRequest, by: User, now: datetime) -> ExtensionRequest:
    """The partner takes back what it asked for."""
    with transaction.atomic():
        request = still_open(request, by=by, permission="funds.withdraw_ask", to=AskStatus.WITHDRAWN)
        close(request, AskStatus.WITHDRAWN, by=by, now=now)
        record([told("no longer asks for more time", request, by=by, now=now)])
    return request


def still_open(request: ExtensionRequest, *, by: User, permission: str, to: AskStatus) -> ExtensionRequest:
    """The request as it stands now, locked: first its fund, then itself. PermissionDenied; FundsRefused if it is answered."""
    (fund,) = locked([request.allocation_id])
    request = ExtensionRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    request.allocation = fund
    if not by.has_perm(permission, request):
        raise PermissionDenied
    check_open(request, to)
    return request


def check_open(ask: Ask, to: AskStatus) -> None:
    if (AskStatus(ask.status), to) not in ASK_TRANSITIONS:
        raise FundsRefused(f"Nothing was changed: this was {ask.get_status_display().lower()} meanwhile.")


def close(ask: AnyAsk, to: AskStatus, *, by: User, now: datetime, code: str = "", answer: str = "") -> AnyAsk:
    """Give an open ask its answer. FundsRefused for a no without a reason code and a sentence."""
    if to == AskStatus.DECLINED and (code not in DeclineReason.values or not answer.strip()):
        raise FundsRefused("Choose a reason and say it in a sentence: the partner reads both.")
    ask.status = to
    ask.decided_by, ask.decided_at = by, now
    ask.reason_code, ask.answer = code, answer.strip()
    ask.save()
    return ask
