"""Who must hear of which money before it is too late, and the mails that tell them."""

from datetime import datetime

from django.db import models
from django.db.models import BigIntegerField, BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, When
from django.utils import timezone

from funds.models import Allocation
from partners.models import Membership, Partner, User
from partners.states import Role
from partners.triggers import FSM, starts_as
from programs.days import Clock
from reminders.states import DIGEST_TRANSITIONS, LEADS, MOST_ATTEMPTS, TODO, DigestStatus, Rule


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
            starts_as(DigestStatus.PENDING),
            FSM(
                name="status_follows_the_table",
                field="status",
                transitions=[(a.value, b.value) for a, b in DIGEST_TRANSITIONS],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.day}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def to_people_there(self):
        """Whose recipient still works for the partner: nobody reads on after a membership ended."""
        there = Membership.objects.active().filter(
            user=OuterRef("recipient"),
            user__is_active=True,
            company=OuterRef("partner"),
            role__in=[Role.OWNER, Role.MEMBER],
        )
        return self.filter(Exists(there))

    def visible_to(self, user: User):
        """A reminder is its recipient's own, for as long as they work there."""
        return self.filter(recipient=user).to_people_there()

    def with_state(self, clock: Clock):
        """Adds `money` (minor units: what the reminder is about, as it stands now) and `is_open`."""
        unclaimed = F("allocation__available") + F("allocation__reserved")
        money = Case(
            When(rule=Rule.EXPIRES_ON, then=F("allocation__available")),
            default=unclaimed,
            output_field=BigIntegerField(),
        )
        return self.annotate(money=money, is_open=ExpressionWrapper(still_holds(clock), BooleanField()))

    def open(self, clock: Clock):
        """Whose reason still stands: the money is there, and the deadline is the same and has not passed."""
        return self.filter(still_holds(clock))

    def unread(self):
        return self.filter(read_at=None)

    def with_fund(self):
        """With its fund, program, vendor and partner, in the same query."""
        return self.select_related("allocation__budget__program__vendor", "partner")

    def open_count(self, user: User, now: datetime | None = None) -> int:
        """How many the user has not read and can still do something about."""
        return self.visible_to(user).unread().open(Clock(now or timezone.now())).count()


def still_holds(clock: Clock) -> Q:
    in_time = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    expires = Q(rule=Rule.EXPIRES_ON, deadline=F("allocation__expires_on"), allocation__available__gt=0)
    unclaimed = Q(allocation__available__gt=0) | Q(allocation__reserved__gt=0)
    return in_time & (expires | Q(unclaimed, rule=Rule.CLAIM_BY, deadline=F("allocation__claim_by")))


class Reminder(models.Model):
    """One person was told of one deadline of one fund, so many days ahead. The unique row makes it once.

    `amount` (minor units) and `currency` are what was at stake when it was made.
    """

    rule = models.CharField(max_length=10, choices=Rule)
    lead = models.PositiveSmallIntegerField(help_text="Days before the deadline.")
    # The unique constraint begins with the allocation, so neither key needs an index of its own.
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="reminders", db_index=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    deadline = models.DateField(help_text="In the program's time zone.")
    due_on = models.DateField()
    closes_at = models.DateTimeField(help_text="When the deadline's day ends there.")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="reminders")
    read_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["allocation", "recipient", "rule", "deadline", "lead"], name="reminded_once"
            ),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="reminder_rule"),
            models.CheckConstraint(condition=Q(lead__in=LEADS), name="reminder_lead"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reminder_amount_positive"),
            models.CheckConstraint(condition=Q(due_on__lte=F("deadline")), name="reminder_due_before_deadline"),
        ]
        indexes = [
            models.Index(fields=["recipient", "closes_at"], condition=Q(read_at=None), name="reminder_unread"),
            models.Index(fields=["closes_at"], condition=Q(digest=None), name="reminder_not_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}, {self.get_rule_display().lower()}: {self.deadline}"

    @property
    def todo(self) -> str:
        return TODO[Rule(self.rule)]


class SweptZone(models.Model):
    """When the programs of a time zone were last swept."""

    time_zone = models.CharField(max_length=50, primary_key=True)
    swept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.time_zone}, {self.swept_at}"
