"""The one thing to do next with what a fund pays of an activity, and where it is done. It asks no database."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse

from claims.states import ClaimStatus
from claims.states.requests import RequestStatus
from plans.models import PlannedActivity, PlannedFunding
from plans.standing import At, claim_of, standing
from plans.states import PlanStatus


class Next(NamedTuple):
    """`waits`: it is somebody else's turn, and the address only shows it. `posts`: a button, not a link."""

    words: str
    url: str
    posts: bool = False
    waits: bool = False


def next_step(funding: PlannedFunding, activity: PlannedActivity, today: date) -> Next | None:
    """None where there is nothing to do or to see. `today` is the partner's."""
    if activity.status != PlanStatus.PLANNED:
        return None
    fund, at = funding.allocation, standing(funding).at
    vendor = fund.program.vendor.name
    if fund.is_kept:
        return elsewhere(funding, at, vendor)
    claim = claim_of(funding)
    if at == At.DRAFT:
        return unfinished(funding)
    if at in (At.CLAIMED, At.PAID) and claim is not None:
        return Next("See the claim", reverse("claims:detail", args=[claim.pk]), waits=True)
    if at == At.REFUSED:
        return Next("See why", reverse("claims:request", args=[funding.request_id]))
    is_over = activity.last_day is not None and activity.last_day < today
    if claim is not None:
        return unfinished(funding)
    if is_over and (at == At.APPROVED or (at == At.OPEN and not fund.terms.preapproval)):
        return Next("File the claim", reverse("plans:claim", args=[funding.pk]), posts=True)
    if at in (At.APPROVED, At.ASKED):
        return Next("See the request", reverse("claims:request", args=[funding.request_id]), waits=True)
    if fund.terms.preapproval:
        return Next(f"Ask {vendor} for approval", reverse("plans:ask", args=[funding.pk]), posts=True)
    return None


def unfinished(funding: PlannedFunding) -> Next:
    """A request or a claim that is begun and waits for the partner."""
    claim, request = claim_of(funding), funding.request
    if claim is not None:
        name = "claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail"
        return Next("Finish the claim", reverse(name, args=[claim.pk]))
    assert request is not None
    name = "claims:request_edit" if request.status == RequestStatus.DRAFT else "claims:request"
    return Next("Finish the request", reverse(name, args=[request.pk]))


def elsewhere(funding: PlannedFunding, at: At, vendor: str) -> Next:
    words = {
        At.OPEN: f"Ask {vendor} in its portal",
        At.ASKED: f"Note what {vendor} said",
        At.APPROVED: f"Claim it in the portal of {vendor}",
        At.REFUSED: f"Ask {vendor} anew",
    }
    return Next(words[at], reverse("plans:sheet", args=[funding.pk]))
