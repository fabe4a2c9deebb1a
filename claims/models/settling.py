"""What is decided after the bank: less arrived than was sent, or what was paid is taken back."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import payment_triggers as rules
from claims import sum_triggers
from claims.models.claims import Claim
from claims.models.payments import Payment
from claims.states.payments import (
    REVERSAL_TRANSITIONS,
    SHORT_TRANSITIONS,
    BackTo,
    ReversalReason,
    ReversalStatus,
    ShortStatus,
)
from partners.models import User
from partners.triggers import differs, lives


class ShortPay(models.Model):
    """Less reached the partner than was sent: somebody has to say what becomes of the rest."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="short_pay")
    missing = models.BigIntegerField(help_text="Sent, less what arrived.")
    status = models.CharField(max_length=10, choices=ShortStatus, default=ShortStatus.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ShortStatus.values), name="short_pay_status"),
            models.CheckConstraint(condition=Q(missing__gt=0), name="short_pay_positive"),
            models.CheckConstraint(
                condition=Q(status=ShortStatus.OPEN, resolved_by=None)
                | ~Q(status=ShortStatus.OPEN) & Q(resolved_by__isnull=False, resolved_at__isnull=False) & ~Q(reason=""),
                name="short_pay_resolved_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], condition=Q(status=ShortStatus.OPEN), name="short_pay_open")]
        triggers = [
            *lives(ShortStatus.OPEN, SHORT_TRANSITIONS),
            rules.missing_of_its_payment,
            rules.settled_by_its_owner,
            sum_triggers.approved_without_it,
            rules.stays(
                "payment_id",
                "missing",
                "opened_at",
                once=" OR OLD.resolved_at IS NOT NULL AND " + differs(("resolved_by_id", "resolved_at", "reason")),
            ),
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return f"{self.payment} short"


class Reversal(models.Model):
    """Two people of finance take back what was paid for a claim: one proposes, another confirms or drops it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="reversals")
    amount = models.BigIntegerField()
    back_to = models.CharField("the money goes back to", max_length=10, choices=BackTo)
    code = models.CharField("reason", max_length=20, choices=ReversalReason)
    reason = models.CharField("in a sentence", max_length=500)
    status = models.CharField(max_length=10, choices=ReversalStatus, default=ReversalStatus.OPEN)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=ReversalStatus.values, code__in=ReversalReason.values, back_to__in=BackTo.values
                ),
                name="reversal_words",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="reversal_has_reason"),
            models.CheckConstraint(
                condition=~Q(status=ReversalStatus.CONFIRMED)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="reversal_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(status=ReversalStatus.OPEN), name="one_open_reversal"
            ),
        ]
        triggers = [
            *lives(ReversalStatus.OPEN, REVERSAL_TRANSITIONS),
            rules.reversed_by_outsiders,
            sum_triggers.reverses_what_was_paid,
            sum_triggers.its_claim_is_reversed,
            rules.stays(
                "claim_id",
                "amount",
                "back_to",
                "code",
                "reason",
                "proposed_by_id",
                "proposed_at",
                once=" OR OLD.decided_at IS NOT NULL AND " + differs(("decided_by_id", "decided_at", "decided_words")),
            ),
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return f"reversal of {self.claim}"
