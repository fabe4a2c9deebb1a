"""Private calendar addresses: who has one, and what each of its dates last looked like."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.models import User
from partners.triggers import Protect, differs


class Alarm(models.IntegerChoices):
    """How many days before a date the calendar itself rings, at nine in the morning."""

    SAME_DAY = 0, "On the day"
    DAY_BEFORE = 1, "A day before"
    WEEK_BEFORE = 7, "A week before"


class CalendarFeed(models.Model):
    """An address from which a calendar reads one person's dates without a sign-in. Only the token's hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    alarm = models.SmallIntegerField(null=True, blank=True, choices=Alarm, help_text="None: it never rings.")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, help_text="When a calendar last fetched it, to the hour.")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="one_calendar_address"),
            models.CheckConstraint(condition=Q(token_hash__regex="^[0-9a-f]{64}$"), name="feed_token_is_a_hash"),
            models.CheckConstraint(condition=Q(alarm=None) | Q(alarm__in=Alarm.values), name="feed_alarm"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")), name="feed_revoked_after_made"
            ),
        ]
        triggers = [
            Protect(
                name="revoked_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
            Protect(
                name="address_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(differs(("user_id", "token_hash", "made_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar address of {self.user}, made on {self.made_at:%Y-%m-%d}"


class CalendarDate(models.Model):
    """What one person's calendars were last told of one date, so that a change is known for one.

    It outlives the date and the address: if money comes back, or the address is renewed, `sequence` goes on from here. What no
    calendar was shown for longer than `actions.pruning.KEPT` is forgotten.
    """

    # The unique constraint begins with it.
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=60, help_text="The rule and the id of what it is about: one in the calendar.")
    fingerprint = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(default=timezone.now, help_text="When a calendar last read it, to the month.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_date_of_a_key")]
        indexes = [models.Index(fields=["told_at"], name="date_last_told")]
        triggers = [
            Protect(
                name="sequence_goes_up",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    differs(("user_id", "key", "fingerprint", "sequence", "changed_at"))
                    + " AND (NEW.sequence <= OLD.sequence OR NEW.changed_at < OLD.changed_at)"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}, {self.sequence}"
