"""After the approval: the partner asks to change it, the vendor takes or refuses the change; either ends it. The old stays in
force meanwhile, and whatever is still set aside at the end is available again."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.formats import date_format

from claims.actions.moves import move_on
from claims.actions.requests.deciding import DECIDE, moved_money, reasoned
from claims.actions.requests.steps import (
    RequestRefused,
    check,
    full_or_less,
    last_day_to_claim,
    locked,
    posting,
    released,
)
from claims.models import FundRequest
from claims.request_checks import of_change
from claims.states.requests import IN_FORCE, RequestStatus
from funds.states import Act
from partners.events import event, record
from partners.models import User
from programs.money import LARGEST, show

S = RequestStatus
ANSWER = "claims.answer_change"


def amend(
    *,
    request: FundRequest,
    starts_on: date,
    ends_on: date,
    place: str,
    amount: int,
    reason: str,
    by: User,
    now: datetime,
    people: int | None = None,
    version: int | None = None,
) -> FundRequest:
    """Ask for other days, another place, other `people` or another `amount` (the vendor's share, minor units), and say why."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=version, to=S.AMENDED)
        if not reason.strip():
            raise RequestRefused("Say why in a sentence: the vendor reads it.")
        wanted = {
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
            "place": place.strip(),
            "people": people or request.people,
            "amount": amount,
        }
        if wanted == standing(request):
            raise RequestRefused("That is what is approved already: change something first.")
        can_be_changed(request, starts_on, ends_on, amount)
        if reasons := [*of_change(request, wanted, now)]:
            raise RequestRefused(" ".join(reasons))
        was = standing(request)
        moved = move_on(
            request,
            verb="asked to change",
            by=by,
            now=now,
            to=S.AMENDED,
            reason=reason.strip(),
            was=was,
            wanted=wanted,
        )
        request.amendment = wanted | {"reason": reason.strip(), "by": by.pk, "by_name": by.name, "at": now.isoformat()}
        request.save()
        record([moved])
    return request


def standing(request: FundRequest) -> dict[str, Any]:
    """What is approved, in the words of an amendment."""
    assert request.starts_on is not None
    assert request.ends_on is not None
    days = {"starts_on": request.starts_on.isoformat(), "ends_on": request.ends_on.isoformat()}
    return days | {"place": request.place, "people": request.people, "amount": request.approved}


def can_be_changed(request: FundRequest, starts_on: date, ends_on: date, amount: int) -> None:
    """RequestRefused for days or an amount that the fund or the claims do not allow."""
    fund = request.allocation
    if ends_on < starts_on:
        raise RequestRefused("It would end before it begins.")
    if ends_on > fund.expires_on:
        raise RequestRefused(f"The fund's last day for activities is {date_format(fund.expires_on)}.")
    assert request.approved is not None
    drawn = request.approved - request.reserved
    if amount < max(drawn, 1):
        words = f"{show(drawn, fund.currency)} of it is claimed already" if drawn else "Enter an amount above zero"
        raise RequestRefused(f"{words}: it cannot become less than that." if drawn else f"{words}.")
    if amount > LARGEST:
        raise RequestRefused("That is more than any fund holds.")


def keep(*, request: FundRequest, by: User, now: datetime) -> FundRequest:
    """The partner no longer asks for the change: what was approved stays."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=None)
        back_to_approved(request, "kept", by=by, now=now)
    return request


def refuse_change(
    *, request: FundRequest, version: int, code: str, reason: str, by: User, now: datetime
) -> FundRequest:
    """Say no to the change, with a reason code and a sentence: what was approved stays."""
    code, reason = reasoned(code, reason)
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=ANSWER, version=version)
        back_to_approved(request, "refused the change", by=by, now=now, reason_code=code, reason=reason)
    return request


def back_to_approved(request: FundRequest, verb: str, *, by: User, now: datetime, **reason: str) -> None:
    if request.status != S.AMENDED:
        raise RequestRefused("No change of this request is open any more.")
    to = full_or_less(request, request.approved)
    moved = move_on(request, verb=verb, by=by, now=now, to=to, **reason)
    request.amendment = None
    request.save()
    record([moved])


def accept_change(*, request: FundRequest, version: int, by: User, now: datetime) -> FundRequest:
    """Approve the change: more is set aside, or what is too much is let go of. RequestRefused where the fund has too little.

    More than one person may approve is raised by another person than the first, whose yes is noted and changes nothing.
    """
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=ANSWER, version=version)
        if request.status != S.AMENDED or request.amendment is None:
            raise RequestRefused("No change of this request is open any more.")
        wanted = request.amendment
        starts_on, ends_on = (date.fromisoformat(wanted[name]) for name in ("starts_on", "ends_on"))
        amount, before = int(wanted["amount"]), request.approved or 0
        can_be_changed(request, starts_on, ends_on, amount)
        more = amount - before
        if more > request.allocation.available:
            left = show(request.allocation.available, request.currency)
            raise RequestRefused(f"It asks for {show(more, request.currency)} more, and the fund has {left} left.")
        if needs_two(request, amount):
            if request.decided_by_id == by.pk:
                return said_first(request, by=by, now=now)
            request.second_by = by
        raise_asked(request, amount)
        to = full_or_less(request, amount)
        moved = move_on(request, verb="accepted the change", by=by, now=now, to=to, amount=amount, before=before)
        request.starts_on, request.ends_on, request.place = starts_on, ends_on, wanted["place"]
        request.people = wanted.get("people", request.people)
        request.approved, request.amendment = amount, None
        request.reserved += more
        request.claim_by = last_day_to_claim(request.allocation, ends_on)
        request.save()
        moved_money(posting(Act.RESERVE if more > 0 else Act.RELEASE, request, abs(more), by=by), now)
        record([moved])
    return request


def needs_two(request: FundRequest, amount: int) -> bool:
    """Over what one person may approve, a raise is a second one's: whoever said yes to less has not said yes to this."""
    over = request.allocation.terms.second_approval_over
    return over is not None and amount > max(over, request.approved or 0)


def said_first(request: FundRequest, *, by: User, now: datetime) -> FundRequest:
    """Note the yes of whoever approved it before. It still waits, now for a second person."""
    assert request.amendment is not None
    if "first" in request.amendment:
        raise RequestRefused("You said yes to it already: somebody else accepts this change.")
    request.amendment["first"] = {"by": by.pk, "by_name": by.name, "at": now.isoformat()}
    request.version += 1
    request.changed_at = now
    request.save(update_fields=["amendment", "version", "changed_at"])
    data = {"amount": request.amendment["amount"]}
    verb = "accepted the change first"
    record([event(verb=verb, about=request, by=by, company_id=request.partner_id, data=data, at=now)])
    return request


def raise_asked(request: FundRequest, amount: int) -> None:
    """What is asked for is never less than what is approved; the cost grows with it, at the same rate."""
    if amount > request.asked:
        cost = max(amount, round(Fraction(request.cost * amount, request.asked)))
        if cost > LARGEST:
            raise RequestRefused("At its rate that would cost more than any fund holds.")
        request.cost, request.asked = cost, amount


def complete(*, request: FundRequest, by: User, now: datetime, version: int | None = None) -> FundRequest:
    """The partner is done, and claims nothing more on it."""
    return end(request, S.COMPLETED, "completed", "claims.file_request", version, by=by, now=now)


def cancel(*, request: FundRequest, reason: str, by: User, now: datetime, version: int | None = None) -> FundRequest:
    """The partner does not do it after all."""
    return end(request, S.CANCELLED, "cancelled", "claims.file_request", version, by=by, now=now, reason=reason.strip())


def revoke(*, request: FundRequest, version: int, code: str, reason: str, by: User, now: datetime) -> FundRequest:
    """The vendor takes its approval back, with a reason code and a sentence. What was claimed on it goes its way."""
    code, reason = reasoned(code, reason)
    return end(request, S.CANCELLED, "revoked", DECIDE, version, by=by, now=now, reason_code=code, reason=reason)


def end(
    request: FundRequest,
    to: RequestStatus,
    verb: str,
    permission: str,
    version: int | None,
    *,
    by: User,
    now: datetime,
    **reason: str,
) -> FundRequest:
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission=permission, version=version)
        if request.status not in IN_FORCE:
            raise RequestRefused(f"This request is {S(request.status).label.lower()}: that is not possible any more.")
        moved = move_on(request, verb=verb, by=by, now=now, to=to, amount=request.reserved, **reason)
        freed = released(request, by=by)
        request.amendment = None
        request.save()
        moved_money(freed, now)
        record([moved])
    return request
