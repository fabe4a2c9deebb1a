"""Who was told of what, and when the time zones were last swept."""

from datetime import date, datetime

from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    When,
)
from django.utils import timezone

from funds.models import Allocation
from partners.models import Membership, Partner, User
from partners.states import Role
from programs.days import Clock
from reminders.models.digests import Digest
from reminders.models.nudges import Nudge
from reminders.states import LEADS, TODO, Rule


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
        """Whose reason still stands: the money is there, and the deadline is the same and has not passed.

        What a vendor wrote stands for as long as the money does, also when its deadline moved further away.
        """
        return self.filter(still_holds(clock))

    def unread(self):
        return self.filter(read_at=None)

    def with_fund(self):
        """With its fund, terms, program, vendor and partner, and who nudged, in the same query."""
        return self.select_related("allocation__budget__program__vendor", "allocation__terms", "partner", "nudge__by")

    def open_count(self, user: User, now: datetime | None = None) -> int:
        """How many the user has not read and can still do something about."""
        return self.visible_to(user).unread().open(Clock(now or timezone.now())).count()


def still_holds(clock: Clock) -> Q:
    in_time = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    expires = Q(rule=Rule.EXPIRES_ON, deadline=F("allocation__expires_on"), allocation__available__gt=0)
    unclaimed = Q(allocation__available__gt=0) | Q(allocation__reserved__gt=0)
    nudged = Q(unclaimed, rule=Rule.NUDGE) & (in_time | Q(allocation__claim_by__gt=F("deadline")))
    return in_time & (expires | Q(unclaimed, rule=Rule.CLAIM_BY, deadline=F("allocation__claim_by"))) | nudged


class Reminder(models.Model):
    """One person was told of one deadline of one fund, so many days ahead, or nudged for it. The unique row makes it once.

    `amount` (minor units) and `currency` are what was at stake when it was made.
    """

    rule = models.CharField(max_length=20, choices=Rule)
    lead = models.PositiveSmallIntegerField(help_text="Days before the deadline; 0 for a nudge.")
    # Its unique constraint begins with the nudge.
    nudge = models.ForeignKey(Nudge, models.PROTECT, null=True, related_name="reminders", db_index=False)
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
                fields=["allocation", "recipient", "rule", "deadline", "lead", "nudge"],
                name="reminded_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(fields=["nudge", "recipient"], name="nudged_once"),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="reminder_rule"),
            models.CheckConstraint(
                condition=Q(lead__in=LEADS, nudge=None) & ~Q(rule=Rule.NUDGE)
                | Q(lead=0, nudge__isnull=False, rule=Rule.NUDGE),
                name="reminder_lead",
            ),
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

    @property
    def until(self) -> date:
        """The day that stands now: a nudge's goes along with the fund's, others end when their deadline moves."""
        return self.allocation.claim_by if self.rule == Rule.NUDGE else self.deadline


class SweptZone(models.Model):
    """When the programs of a time zone were last swept."""

    time_zone = models.CharField(max_length=50, primary_key=True)
    swept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.time_zone}, {self.swept_at}"
