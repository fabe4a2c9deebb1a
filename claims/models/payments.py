"""Money that left for a partner."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.claims import Claim
from partners.models import User
from partners.triggers import append_only


class Payment(models.Model):
    """Money that left for the partner, as finance recorded it. Append-only."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="payment")
    amount = models.BigIntegerField()
    paid_on = models.DateField("paid on")
    reference = models.CharField("payment reference", max_length=80)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_has_reference"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference
