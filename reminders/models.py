"""Who must hear of which money before it is too late, and the mails that tell them."""

from datetime import date, datetime

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Value,
    When,
)
from django.utils import timezone

from funds.models import Allocation
from partners.models import Membership, Partner, User
from partners.states import Role
from partners.triggers import Trigger, append_only, lives, refuse
from programs.days import Clock
from programs.models import Vendor
from reminders.states import (
    DIGEST_TRANSITIONS,
    LEADS,
    MOST_ATTEMPTS,
    MOST_WORDS,
    NUDGE_DAYS,
    TODO,
    DigestStatus,
    Rule,
)


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


NOT_ITS_MANAGER = "WF035"
# Whoever nudges manages the vendor whose money it is.
BY_ITS_MANAGER = f"""
    IF NOT EXISTS (
        SELECT FROM funds_allocation a
          JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program p ON p.id = b.program_id
          JOIN partners_membership m ON m.company_id = p.vendor_id
         WHERE a.id = NEW.allocation_id AND p.vendor_id = NEW.vendor_id
           AND m.user_id = NEW.by_id AND m.role = '{Role.MANAGER}' AND m.ended_at IS NULL
    ) THEN
        {refuse(NOT_ITS_MANAGER, "only a manager of its vendor nudges for this fund")}
    END IF;
    RETURN NEW;
"""


class Nudge(models.Model):
    """A vendor's manager reminded a partner of one fund in words of their own. It stays as it was sent."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="nudges")
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="nudges")
    words = models.CharField(max_length=MOST_WORDS)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_on = models.DateField(help_text="The day where the vendor is.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_on", "-id"]
        constraints = [
            # A range of one id stands for "equal": with that, the index needs none of PostgreSQL's extensions.
            ExclusionConstraint(
                name="one_nudge_a_week",
                expressions=[
                    (Func("allocation", "allocation", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func("sent_on", F("sent_on") + Value(NUDGE_DAYS), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=~Q(words=""), name="nudge_has_words"),
        ]
        triggers = [
            Trigger(name="by_its_manager", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BY_ITS_MANAGER),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}, {self.sent_on}"


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

    rule = models.CharField(max_length=10, choices=Rule)
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
