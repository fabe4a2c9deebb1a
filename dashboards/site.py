"""The homes of Windfall's own people: the admin's queue and finance's payments."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Min, Q, Sum

from claims.models import Claim
from claims.states import AWAITING_PAYMENT, AWAITING_REVIEWER, ClaimStatus
from partners.models import Company, Event, User

ROWS = 8
DECISIONS = ("approved", "rejected", "asked")


def admin_home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    """The head of the queue, how long people wait, and what this admin decided today."""
    waiting = Claim.objects.visible_to(user).filter(status__in=AWAITING_REVIEWER)
    facts = waiting.aggregate(
        count=Count("pk"),
        oldest=Min("filed_at"),
        mean=Avg(now - F("filed_at")),
        mine=Count("pk", filter=Q(reviewer=user)),
    )
    return {
        "now": now,
        "count": facts["count"],
        "mine": facts["mine"],
        "oldest_days": (now - facts["oldest"]).days if facts["oldest"] else 0,
        "mean_days": (facts["mean"] or timedelta()).days,
        "queue": [
            {"claim": claim, "days": claim.waiting_days(now)}
            for claim in waiting.with_fund().order_by("filed_at", "id")[:ROWS]
        ],
        "questions": Claim.objects.visible_to(user).filter(status=ClaimStatus.INFO_REQUESTED).count(),
        "decided": Event.objects.filter(actor=user, at__gte=now - timedelta(hours=24), verb__in=DECISIONS)
        .order_by()
        .values_list("verb")
        .annotate(Count("pk")),
        "totals": waiting.order_by()
        .values(currency=F("allocation__budget__program__currency"))
        .annotate(amount=Sum("asked"))
        .order_by("-amount"),
    }


def finance_home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    """What is approved and not paid yet, per currency, and the longest waiting."""
    owed = Claim.objects.visible_to(user).filter(status__in=AWAITING_PAYMENT)
    return {
        "now": now,
        "totals": owed.order_by()
        .values(currency=F("allocation__budget__program__currency"))
        .annotate(amount=Sum("approved"), count=Count("pk"))
        .order_by("-amount"),
        "claims": [
            {"claim": claim, "days": (now - claim.decided_at).days}
            for claim in owed.with_fund().order_by("decided_at", "id")[:ROWS]
        ],
    }
