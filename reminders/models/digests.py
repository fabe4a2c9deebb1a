"""The mails: one to a person and day."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import User
from partners.triggers import lives
from reminders.states import DIGEST_TRANSITIONS, MOST_ATTEMPTS, DigestStatus


class Digest(models.Model):
    """One mail to one person on one day, with all that was new for them. Claimed with a lease by whoever sends it."""

    recipient = models.ForeignKey(User, models.PROTECT, related_name="digests")
    day = models.DateField(help_text="The day of sending, where the person works: there is one mail a day.")
    time_zone = models.CharField(max_length=50)
    status = models.CharField(max_length=10, choices=DigestStatus, default=DigestStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(
        help_text="Nobody else takes it before: a worker's lease, or the pause after a failed attempt."
    )
    message_id = models.CharField(max_length=200, blank=True, help_text="The same at each attempt.")
    trouble = models.CharField(max_length=300, blank=True, help_text="Why the last attempt failed.")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "day"], name="one_digest_a_day"),
            models.UniqueConstraint(
                fields=["recipient"], condition=Q(status=DigestStatus.PENDING), name="one_digest_under_way"
            ),
            models.CheckConstraint(condition=Q(status__in=DigestStatus.values), name="digest_status"),
            models.CheckConstraint(condition=Q(attempts__lte=MOST_ATTEMPTS), name="digest_attempts"),
            models.CheckConstraint(
                condition=~Q(status=DigestStatus.SENT) | Q(sent_at__isnull=False) & ~Q(message_id=""),
                name="digest_sent_at",
            ),
        ]
        indexes = [
            models.Index(fields=["leased_until"], condition=Q(status=DigestStatus.PENDING), name="digest_to_send")
        ]
        triggers = [
            *lives(DigestStatus.PENDING, DIGEST_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.day}"
