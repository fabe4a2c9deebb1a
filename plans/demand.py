"""What plans want of a fund that is still there to be asked for."""

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from claims.states.requests import AWAITING_DECISION, RequestStatus
from funds.models import Allocation
from plans.models import PlannedActivity, PlannedFunding
from plans.standing import UNFILED, At, standing
from plans.states import Answer

# What was approved, claimed or refused is no longer asked of what a fund has available.
TO_COME = (
    (Q(request=None) | Q(request__status__in=[RequestStatus.DRAFT, RequestStatus.RETURNED, *AWAITING_DECISION]))
    & (Q(claim=None) | Q(claim__status__in=UNFILED))
    & ~Q(answer=Answer.DECLINED)
)


def is_to_come(funding: PlannedFunding) -> bool:
    """As `TO_COME`, of one that is read already."""
    at = standing(funding).at
    return at in (At.OPEN, At.DRAFT, At.ASKED) or (at == At.APPROVED and funding.request is None)


def at_hand(fund: Allocation) -> int:
    """What plans may want of it. In books that the partner keeps, what the vendor set aside is theirs too."""
    return fund.unclaimed if fund.is_kept else fund.available


def free_of(fund: Allocation, activity: PlannedActivity) -> int:
    """What the fund has that no other plan wants."""
    others = PlannedFunding.objects.counted().filter(TO_COME, allocation=fund).exclude(activity=activity.pk)
    wanted = others.aggregate(total=Sum(Coalesce("approved", "amount"), default=0))["total"]
    return max(0, at_hand(fund) - int(wanted))
