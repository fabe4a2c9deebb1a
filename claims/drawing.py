"""What of a fund's reserved money a claim may draw on: what its request holds, or else what no request does."""

from django.db.models import Sum

from claims.models import Claim, FundRequest
from funds.models import Allocation


def held(fund: Allocation) -> int:
    """What the fund's approved requests hold together, in minor units."""
    if not fund.reserved:
        return 0
    total = FundRequest.objects.in_force().filter(allocation=fund).aggregate(total=Sum("reserved", default=0))
    return int(total["total"])


def reserved_for(claim: Claim) -> int:
    """Of the fund's reserved money. A request that has ended holds nothing."""
    return claim.request.reserved if claim.request else claim.allocation.reserved - held(claim.allocation)


def claimable(claim: Claim) -> int:
    """The most that the claim can ask for now: what its terms let it draw on without asking first, and what was approved."""
    fund = claim.allocation
    return reserved_for(claim) + (0 if fund.terms.preapproval else fund.available)
