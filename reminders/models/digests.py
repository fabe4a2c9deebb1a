"""The mails: one to a person and day, and those that were asked for at once."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import User
from partners.triggers import Protect, Trigger, differs, lives, refuse
from reminders.states import DIGEST_TRANSITIONS, MOST_ATTEMPTS, DigestStatus
from reminders.triggers import gone_with_nothing_told, to_somebody_there
from reminders.ways import MOST_A_DAY, USUAL_A_DAY, DigestKind

OVER_THE_CAP = "WF101"
# The day's own mail is always within it; what is at once takes what is left.
WITHIN_THE_CAP = f"""
    IF NEW.number >= coalesce((SELECT most_a_day FROM reminders_delivery WHERE user_id = NEW.recipient_id), {USUAL_A_DAY}) THEN
        {refuse(OVER_THE_CAP, "that person wants no more mails on one day")}
    END IF;
    RETURN NEW;
"""


class Digest(models.Model):
    """One mail to one person, with all that was new for them. Claimed with a lease by whoever sends it.

    `number` 0 is the day's own (daily, or weekly); what was asked for at once counts from 1.
    """

    kind = models.CharField(max_length=10, choices=DigestKind, default=DigestKind.DAILY)
    number = models.SmallIntegerField(default=0)
    # Its unique constraint begins with the recipient; that there is one, a trigger sees to.
    recipient = models.ForeignKey(User, models.PROTECT, related_name="digests", db_index=False, db_constraint=False)
    day = models.DateField(help_text="The day of sending, where the person is.")
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
            models.UniqueConstraint(fields=["recipient", "day", "number"], name="one_digest_a_day"),
            models.UniqueConstraint(
                fields=["recipient"], condition=Q(status=DigestStatus.PENDING, number=0), name="one_digest_under_way"
            ),
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(status=DigestStatus.PENDING, number__gt=0),
                name="one_at_once_under_way",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[DigestKind.DAILY, DigestKind.WEEKLY], number=0)
                | Q(kind=DigestKind.AT_ONCE, number__gt=0, number__lt=MOST_A_DAY),
                name="digest_kind",
            ),
            models.CheckConstraint(condition=Q(status__in=DigestStatus.values), name="digest_status"),
            models.CheckConstraint(condition=Q(attempts__lte=MOST_ATTEMPTS), name="digest_attempts"),
            models.CheckConstraint(
                condition=~Q(status=DigestStatus.SENT) | Q(sent_at__isnull=False) & ~Q(message_id=""),
                name="digest_sent_at",
            ),
        ]
        indexes = [
            models.Index(fields=["leased_until"], condition=Q(status=DigestStatus.PENDING), name="digest_to_send"),
            models.Index(fields=["sent_at"], condition=Q(status=DigestStatus.SENT), name="digest_sent"),
            models.Index(fields=["day"], condition=Q(status=DigestStatus.DEAD), name="digest_dead"),
        ]
        triggers = [
            *lives(DigestStatus.PENDING, DIGEST_TRANSITIONS),
            Protect(
                name="sent_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=DigestStatus.SENT),
            ),
            Protect(name="reader_is_fixed", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("recipient")),
            to_somebody_there,
            gone_with_nothing_told,
            Trigger(
                name="born_within_the_cap",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__number__gt=0),
                func=WITHIN_THE_CAP,
            ),
            Trigger(
                name="moved_within_the_cap",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(differs(["day", "number"])),
                func=WITHIN_THE_CAP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.day}"
