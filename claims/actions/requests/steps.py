"""What every act on a fund request does the same way: lock, check, set money aside and let go of it."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied

from claims.models import FundRequest
from claims.states.requests import RequestStatus, may_become
from funds.ledger import Posting
from funds.models import Allocation
from funds.states import Act
from partners.models import User
from programs.states import WindowFrom


class RequestRefused(Exception):
    """The request's state, or a rule of its program, does not allow it. Its words are for the user."""


class RequestChanged(RequestRefused):
    """Somebody changed the request after the user saw it."""


def locked(request: FundRequest) -> FundRequest:
    """The request as it stands now, locked: first its fund, then itself. Claims come after both."""
    allocation = Allocation.objects.locked().get(pk=request.allocation_id)
    fresh = FundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    fresh.allocation = allocation
    fresh.partner = allocation.partner
    return fresh


def check(
    request: FundRequest, *, by: User, permission: str, version: int | None, to: RequestStatus | None = None
) -> None:
    """PermissionDenied, RequestChanged or RequestRefused, in that order; all on the locked request."""
    if not by.has_perm(permission, request):
        raise PermissionDenied
    if version is not None and version != request.version:
        raise RequestChanged(
            "This request was changed after you opened the page. Nothing was done: look at it again, then decide."
        )
    if to is not None:
        check_step(request, to)


def check_step(request: FundRequest, to: RequestStatus) -> None:
    if not may_become(request.status, to):
        label = RequestStatus(request.status).label.lower()
        raise RequestRefused(f"This request is {label}: that is not possible any more.")


def full_or_less(request: FundRequest, amount: int | None) -> RequestStatus:
    return RequestStatus.APPROVED if amount == request.asked else RequestStatus.APPROVED_REDUCED


def posting(act: Act, request: FundRequest, amount: int, *, by: User | None) -> list[Posting]:
    """One posting for the request's fund, keyed by the request's version; none where there is nothing to move."""
    if amount == 0:
        return []
    fund = request.allocation
    key = f"request:{request.pk}:{request.version}:{act}"
    return [Posting(act, fund.budget_id, fund.pk, amount, key, by, f"{request.number} {request.title}")]


def released(request: FundRequest, *, by: User | None) -> list[Posting]:
    """Let go of all that is still set aside. The request is saved first: its fund keeps what its requests hold."""
    freed = posting(Act.RELEASE, request, request.reserved, by=by)
    request.reserved = 0
    return freed


def last_day_to_claim(fund: Allocation, ends_on: date) -> date:
    """Of an activity that ends then: the fund's own last day, or sooner where the terms count from the activity."""
    terms = fund.terms
    if terms.claim_window_from == WindowFrom.ACTIVITY:
        return min(fund.claim_by, ends_on + timedelta(days=terms.claim_window_days))
    return fund.claim_by
