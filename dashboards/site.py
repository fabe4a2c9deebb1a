"""The homes of Windfall's own people: the admin's queue and finance's payments."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Min, Q, Sum
from django.urls import reverse

from claims.models import BankDetails, Claim, Payment, Reversal, ShortPay
from claims.states import AWAITING_REVIEWER, ClaimStatus
from claims.states.payments import PaymentStatus, ReversalStatus, ShortStatus
from partners.models import Company, Event, User
from partners.states import Kind

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
    """What is approved and not on its way yet, per currency, and the longest waiting."""
    waiting = Payment.objects.visible_to(user).waiting()
    return {
        "now": now,
        "totals": waiting.order_by()
        .values("currency")
        .annotate(amount=Sum("amount"), count=Count("pk"))
        .order_by("-amount"),
        "payments": [
            {"payment": payment, "days": max(0, (now.date() - payment.due_on).days)}
            for payment in waiting.with_claim().order_by("due_on", "id")[:ROWS]
        ],
        "waits": waits_for_finance(user),
    }


def waits_for_finance(user: User) -> list[tuple[int, str, str]]:
    """What only a person of finance can move on: how many, what, and the page of it. Nothing that is not there."""
    payments = reverse("claims:payments")
    held = Payment.objects.visible_to(user).waiting().filter(status=PaymentStatus.ON_HOLD)
    to_check = BankDetails.objects.filter(replaced_at=None, checked_at=None, company__kind=Kind.PARTNER)
    counted = [
        (to_check.count(), "bank details to check by a call back", f"{reverse('claims:new_details')}?checked=no"),
        (
            ShortPay.objects.filter(status=ShortStatus.OPEN).count(),
            "short payments to resolve",
            reverse("claims:short_pays"),
        ),
        (
            Reversal.objects.filter(status=ReversalStatus.OPEN).exclude(proposed_by=user).count(),
            "reversals to confirm",
            f"{reverse('claims:reversals')}?status=open",
        ),
        (
            Payment.objects.visible_to(user).filter(status=PaymentStatus.SENT).count(),
            "payments at the bank without an answer",
            f"{payments}?show=way",
        ),
        (held.count(), "payments on hold", f"{payments}?show=held"),
    ]
    return [row for row in counted if row[0]]
