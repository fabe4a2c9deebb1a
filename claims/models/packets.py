"""Everything about a claim as one PDF, for somebody who audits it."""

from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from claims.models.claims import Claim
from partners.models import User


class PacketStatus(TextChoices):
    WAITING = "waiting", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be made"


class PacketQuerySet(models.QuerySet["Packet"]):
    def visible_to(self, user: User):
        """A packet holds what its asker may see, so it is the asker's alone, as long as they see the claim."""
        return self.filter(asked_by=user, claim__in=Claim.objects.visible_to(user))

    def busy(self):
        return self.filter(status=PacketStatus.WAITING)


class Packet(models.Model):
    """One person's packet of one claim, as it stood when it was made. Asking again replaces it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="packets")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=PacketStatus, default=PacketStatus.WAITING)
    version = models.IntegerField(default=0, help_text="Of the claim that it shows.")
    file = models.FileField(upload_to="packets", max_length=200, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    pages = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0, help_text="Files that are listed and not appended.")
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)

    objects = PacketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "asked_by"], name="one_packet_of_a_person"),
            models.CheckConstraint(
                condition=Q(status__in=PacketStatus.values)
                & (~Q(status=PacketStatus.READY) | ~Q(file="") & ~Q(sha256="") & Q(made_at__isnull=False)),
                name="packet_ready_with_file",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(status=PacketStatus.WAITING), name="packet_waiting")]

    def __str__(self) -> str:
        return f"{self.claim.number}, {self.asked_by}"
