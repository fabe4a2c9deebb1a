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
