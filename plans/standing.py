"""Where a funding and its activity stand, from the request, the claim or what the vendor said elsewhere. It asks no database."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.formats import date_format

from claims.models import Claim
from claims.states import ClaimStatus
from claims.states.requests import AWAITING_DECISION, FINAL, IN_FORCE, RequestStatus
from plans.models import PlannedActivity, PlannedFunding
from plans.states import Answer, PlanStatus, Stage
from programs.money import show


class At(StrEnum):
    OPEN = "open"  # nothing is asked yet
    DRAFT = "draft"  # a request or a claim is begun
    ASKED = "asked"
    APPROVED = "approved"
    CLAIMED = "claimed"
    PAID = "paid"
    REFUSED = "refused"  # declined, cancelled or expired: no money comes of it


class Standing(NamedTuple):
    """`amount` is what the vendor pays as it stands, in the fund's currency."""

    at: At
    words: str
    amount: int


# Of a claim that came to nothing: it can be corrected and filed again.
UNFILED = (ClaimStatus.DRAFT, ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)
REFUSED = (RequestStatus.DECLINED, RequestStatus.CANCELLED, RequestStatus.EXPIRED)


def standing(funding: PlannedFunding) -> Standing:
    claim = claim_of(funding)
    if claim is not None and claim.status not in UNFILED:
        at = At.PAID if claim.status == ClaimStatus.PAID else At.CLAIMED
        amount = claim.asked if claim.approved is None else claim.approved
        return Standing(at, f"{claim.number}: {claim.get_status_display().lower()}", amount)
    if funding.request is not None:
        return of_request(funding)
    if claim is not None:
        return Standing(At.DRAFT, f"{claim.number}: {claim.get_status_display().lower()}", funding.amount)
    if funding.answer:
        return of_answer(funding)
    if funding.asked_on:
        return Standing(At.ASKED, f"Asked for on {date_format(funding.asked_on)}", funding.amount)
    return Standing(At.OPEN, "", funding.amount)


def claim_of(funding: PlannedFunding) -> Claim | None:
    """Its own, or the latest on its request."""
    if funding.claim is not None or funding.request is None:
        return funding.claim
    return max(funding.request.claims.all(), key=lambda claim: claim.pk, default=None)


def of_request(funding: PlannedFunding) -> Standing:
    request = funding.request
    assert request is not None
    words = f"{request.number}: {request.get_status_display().lower()}"
    if request.status in REFUSED:
        return Standing(At.REFUSED, words, 0)
    if request.status in (*IN_FORCE, *FINAL):
        return Standing(At.APPROVED, words, request.approved or 0)
    at = At.ASKED if request.status in AWAITING_DECISION else At.DRAFT
    return Standing(at, words, request.asked or funding.amount)


def of_answer(funding: PlannedFunding) -> Standing:
    assert funding.answered_on is not None
    day = date_format(funding.answered_on)
    if funding.answer == Answer.DECLINED:
        return Standing(At.REFUSED, f"Declined on {day}", 0)
    amount = funding.approved or 0
    less = f", {show(amount, funding.currency)}" if funding.answer == Answer.REDUCED else ""
    return Standing(At.APPROVED, f"{funding.get_answer_display()}{less} on {day}", amount)


def was_asked(funding: PlannedFunding) -> bool:
    """It was begun or asked once, whatever came of it: its amount stays as it was asked."""
    return standing(funding).at != At.OPEN


def is_asked(funding: PlannedFunding) -> bool:
    """It is begun or asked, and not refused: what was asked for stays."""
    return standing(funding).at not in (At.OPEN, At.REFUSED)


def stage(activity: PlannedActivity, fundings: Sequence[PlannedFunding], today: date) -> Stage:
    """`today` is the partner's."""
    if activity.status != PlanStatus.PLANNED:
        return Stage(activity.status)
    found = [at for at in (standing(funding).at for funding in fundings) if at != At.REFUSED]
    if found and all(at in (At.CLAIMED, At.PAID) for at in found):
        return Stage.CLAIMED
    last = activity.last_day
    if activity.starts_on and last and activity.starts_on <= today:
        return Stage.OVER if last < today else Stage.RUNNING
    if found and all(at in (At.APPROVED, At.CLAIMED, At.PAID) for at in found):
        return Stage.APPROVED
    return Stage.ASKED if At.ASKED in found else Stage.PLANNED
