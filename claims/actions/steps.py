"""What every act on a claim does the same way: lock, check, post its money. `moves.py` gives it its next status."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied

from claims.models import Claim, FundRequest
from claims.states import ClaimStatus, may_become
from funds.ledger import Posting
from funds.models import Allocation
from funds.states import Act, Bucket
from partners.models import User


class ClaimRefused(Exception):
    """The claim's state, or a rule of its program, does not allow it. Its words are for the user."""


class ClaimChanged(ClaimRefused):
    """Somebody changed the claim after the user saw it."""


def locked(claim: Claim) -> Claim:
    """The claim as it stands now, locked after its fund and its request. ClaimRefused if it is gone."""
    found = locked_together([claim])
    if claim.pk not in found:
        raise ClaimRefused("It is not there any more.")
    return found[claim.pk]


def locked_together(claims: Collection[Claim]) -> dict[int, Claim]:
    """These claims by id as they stand now, locked: all funds, then requests, then claims, each in the order of their ids.

    The fund and the request of a claim are chosen with its first draft, and stay.
    """
    funds = {f.pk: f for f in Allocation.objects.filter(pk__in={c.allocation_id for c in claims}).locked()}
    requests: dict[int, FundRequest] = {}
    if asked := {claim.request_id for claim in claims if claim.request_id}:
        held = FundRequest.objects.select_for_update(no_key=True).filter(pk__in=asked).order_by("pk")
        requests = {request.pk: request for request in held}
    found = {}
    rows = Claim.objects.select_for_update(no_key=True).filter(pk__in=[claim.pk for claim in claims])
    for claim in rows.order_by("pk"):
        claim.allocation = funds[claim.allocation_id]
        claim.partner = claim.allocation.partner
        if claim.request_id:
            claim.request = requests[claim.request_id]
        found[claim.pk] = claim
    return found


def check(claim: Claim, *, by: User, permission: str, version: int | None, to: ClaimStatus | None = None) -> None:
    """PermissionDenied, ClaimChanged or ClaimRefused, in that order; all on the locked claim."""
    if not by.has_perm(permission, claim):
        raise PermissionDenied
    if version is not None and version != claim.version:
        raise ClaimChanged(
            "This claim was changed after you opened the page. Nothing was done: look at it again, then decide."
        )
    if to is not None and not may_become(claim.status, to):
        raise ClaimRefused(f"This claim is {ClaimStatus(claim.status).label.lower()}: that is not possible any more.")


def full_or_part(claim: Claim, accepted: int | None) -> ClaimStatus:
    return ClaimStatus.APPROVED if accepted == claim.asked else ClaimStatus.PARTLY_APPROVED


def posting(
    act: Act,
    claim: Claim,
    amount: int,
    *,
    by: User | None,
    source: Bucket | None = None,
    target: Bucket | None = None,
) -> list[Posting]:
    """One posting for the claim's fund, keyed by the claim's version; none where there is nothing to move."""
    if amount == 0:
        return []
    key = f"claim:{claim.pk}:{claim.version}:{act}:{source or ''}:{target or ''}"
    reason = f"{claim.number} {claim.title}"
    allocation = claim.allocation
    return [Posting(act, allocation.budget_id, allocation.pk, amount, key, by, reason, source, target)]


def returned(claim: Claim, amount: int, *, by: User | None) -> list[Posting]:
    """Give back `amount` of what was asked to where it was drawn from. What is kept uses pre-approved money first.

    The claim's request holds again what was drawn from it; once that has ended, the money is available instead.
    """
    kept = claim.asked - amount
    to_reserved = max(0, claim.from_reserved - kept)
    if claim.request and not claim.request.is_in_force:
        to_reserved = 0
    elif claim.request and to_reserved:
        claim.request.reserved += to_reserved
        claim.request.save(update_fields=["reserved"])
    return posting(Act.RETURN, claim, amount - to_reserved, by=by, target=Bucket.AVAILABLE) + posting(
        Act.RETURN, claim, to_reserved, by=by, target=Bucket.RESERVED
    )
