"""The vendor's side: take, ask, approve in full or for less, approve too, send back, decline. Each names the version seen."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format

from claims.actions.moves import move_on
from claims.actions.requests.steps import (
    RequestRefused,
    check,
    check_step,
    full_or_less,
    last_day_to_claim,
    locked,
    posting,
)
from claims.models import FundRequest
from claims.states.requests import AWAITING_DECISION, RequestStatus
from funds.ledger import InsufficientFunds, LedgerError, Posting, post
from funds.states import Act, DeclineReason
from partners.events import event, record
from partners.models import Event, User
from programs.money import show

S = RequestStatus
DECIDE = "claims.decide_request"
REASON_WANTED = "Choose a reason and say it in a sentence. The partner reads both."


def take(*, request: FundRequest, by: User, now: datetime) -> FundRequest:
    """Start looking at it: from now on it is this manager's. Taking one's own again changes nothing."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=DECIDE, version=None)
        record(taken(request, by=by, now=now))
    return request


def taken(request: FundRequest, *, by: User, now: datetime) -> list[Event]:
    """Move a submitted request into review, so that a decision needs no extra click. From a colleague it is taken over."""
    if request.status not in AWAITING_DECISION:
        raise RequestRefused(f"This request is {S(request.status).label.lower()}: there is nothing to decide.")
    was_mine = request.reviewer_id == by.pk
    events = []
    if request.status == S.SUBMITTED:
        events = [move_on(request, verb="taken", by=by, now=now, to=S.IN_REVIEW)]
    elif not was_mine:
        events = [event(verb="taken over", about=request, by=by, company_id=request.partner_id, at=now)]
    request.reviewer = by
    # Saved by itself: the database sees each step of the lifecycle.
    request.save()
    return events


def ask(*, request: FundRequest, version: int, question: str, due: date, by: User, now: datetime) -> FundRequest:
    """Send a question to the partner, who has until the end of `due`; unanswered the request goes back to it."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=DECIDE, version=version)
        if not question.strip():
            raise RequestRefused("Write the question.")
        if due <= request.allocation.today(now):
            raise RequestRefused("Give the partner at least a day: choose a later last day.")
        events = taken(request, by=by, now=now)
        check(request, by=by, permission=DECIDE, version=None, to=S.INFO_REQUESTED)
        events.append(
            move_on(
                request,
                verb="asked",
                by=by,
                now=now,
                to=S.INFO_REQUESTED,
                reason=question.strip(),
                due=due.isoformat(),
            )
        )
        request.question_due = due
        request.save()
        record(events)
    return request


def reasoned(code: str, reason: str) -> tuple[str, str]:
    """A reason code and a sentence. RequestRefused where one is missing."""
    if code not in DeclineReason.values or not reason.strip():
        raise RequestRefused(REASON_WANTED)
    return code, reason.strip()


def approve(
    *,
    request: FundRequest,
    version: int,
    by: User,
    now: datetime,
    amount: int | None = None,
    code: str = "",
    reason: str = "",
) -> FundRequest:
    """Approve all that is asked, or `amount` minor units of it with a reason code and a sentence: so much is set aside.

    More than the terms let one person approve waits for a second one, and moves no money yet. RequestRefused if the fund has
    too little left, or its time is over.
    """
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=DECIDE, version=version)
        if request.status == S.SECOND_APPROVAL:
            raise RequestRefused("Somebody approved this already: a second person says yes or no to that.")
        amount = request.asked if amount is None else amount
        if not 0 < amount <= request.asked:
            raise RequestRefused(
                f"Approve something up to the {show(request.asked, request.currency)} that is asked for."
            )
        why = reasoned(code, reason) if amount < request.asked else ("", reason.strip())
        events = taken(request, by=by, now=now)
        request.approved, request.decided_by, request.decided_at = amount, by, now
        over = request.allocation.terms.second_approval_over
        if over is not None and amount > over:
            events.append(wait_for_second(request, why, by=by, now=now))
        else:
            events.append(set_aside(request, why, by=by, now=now))
        record(events)
    return request


def wait_for_second(request: FundRequest, why: tuple[str, str], *, by: User, now: datetime) -> Event:
    can_be_set_aside(request, now)
    check(request, by=by, permission=DECIDE, version=None, to=S.SECOND_APPROVAL)
    code, reason = why
    moved = move_on(
        request,
        verb="approved first",
        by=by,
        now=now,
        to=S.SECOND_APPROVAL,
        reason_code=code,
        reason=reason,
        amount=request.approved,
    )
    request.save()
    return moved


def can_be_set_aside(request: FundRequest, now: datetime) -> None:
    """RequestRefused where the fund's time is over or it has too little left for what is approved."""
    fund = request.allocation
    assert request.approved is not None
    assert request.ends_on is not None
    if fund.today(now) > fund.expires_on:
        raise RequestRefused("The fund's last day for activities has passed: there is nothing to approve any more.")
    if request.ends_on > fund.expires_on:
        raise RequestRefused(
            f"It ends after the fund's last day for activities, {date_format(fund.expires_on)}: send it back for other days."
        )
    if request.approved > fund.available:
        left = show(fund.available, fund.currency)
        raise RequestRefused(
            f"The fund has {left} left: approve so much at most, or grant {request.partner} more first."
        )


def set_aside(request: FundRequest, why: tuple[str, str], *, by: User, now: datetime) -> Event:
    """Bring the approval into force: its money is reserved for it."""
    can_be_set_aside(request, now)
    assert request.approved is not None
    assert request.ends_on is not None
    to = full_or_less(request, request.approved)
    check_step(request, to)
    code, reason = why
    moved = move_on(
        request,
        verb="approved",
        by=by,
        now=now,
        to=to,
        reason_code=code,
        reason=reason,
        amount=request.approved,
    )
    request.claim_by = last_day_to_claim(request.allocation, request.ends_on)
    request.reserved = request.approved
    request.save()
    moved_money(posting(Act.RESERVE, request, request.approved, by=by), now)
    return moved


def moved_money(postings: list[Posting], now: datetime) -> None:
    try:
        post(postings, at=now)
    except InsufficientFunds as error:
        raise RequestRefused("The fund has less left than that: somebody drew on it just now.") from error
    except LedgerError as error:
        raise RequestRefused(str(error)) from error


def approve_too(*, request: FundRequest, version: int, by: User, now: datetime) -> FundRequest:
    """The second person's yes to what the first approved: now the money is set aside."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.approve_request_too", version=version)
        if request.status != S.SECOND_APPROVAL:
            raise RequestRefused(f"This request is {S(request.status).label.lower()}: no second approval is open.")
        first = Event.objects.about(request).filter(verb="approved first").latest("pk")
        request.second_by = by
        record([set_aside(request, (first.reason_code, first.reason), by=by, now=now)])
    return request


def not_too(*, request: FundRequest, version: int, reason: str, by: User, now: datetime) -> FundRequest:
    """The second person's no, with a sentence: the request goes back into review, and nothing of the first approval stays."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.approve_request_too", version=version)
        if request.status != S.SECOND_APPROVAL:
            raise RequestRefused(f"This request is {S(request.status).label.lower()}: no second approval is open.")
        if not reason.strip():
            raise RequestRefused("Say why in a sentence: your colleague reads it.")
        moved = move_on(request, verb="not approved too", by=by, now=now, to=S.IN_REVIEW, reason=reason.strip())
        request.approved = request.decided_by = request.decided_at = None
        request.save()
        record([moved])
    return request


def send_back(*, request: FundRequest, version: int, code: str, reason: str, by: User, now: datetime) -> FundRequest:
    """Give it back to be corrected and filed again, with a reason code and a sentence."""
    return turn_down(request, S.RETURNED, "sent back", version, reasoned(code, reason), by=by, now=now)


def decline(*, request: FundRequest, version: int, code: str, reason: str, by: User, now: datetime) -> FundRequest:
    """Say no, with a reason code and a sentence. The partner may still change it and ask again."""
    return turn_down(request, S.DECLINED, "declined", version, reasoned(code, reason), by=by, now=now)


def turn_down(
    request: FundRequest,
    to: RequestStatus,
    verb: str,
    version: int,
    why: tuple[str, str],
    *,
    by: User,
    now: datetime,
) -> FundRequest:
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=DECIDE, version=version)
        events = taken(request, by=by, now=now)
        check(request, by=by, permission=DECIDE, version=None, to=to)
        code, reason = why
        events.append(move_on(request, verb=verb, by=by, now=now, to=to, reason_code=code, reason=reason))
        request.decided_by, request.decided_at = by, now
        request.save()
        record(events)
    return request
