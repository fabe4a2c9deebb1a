"""Who was told of what, and when the time zones were last swept."""

from datetime import date

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from funds.models import Allocation
from partners.models import Company, Partner, User
from reminders import triggers
from reminders.models.digests import Digest
from reminders.models.nudges import Nudge
from reminders.models.standing import OF_FUNDS, ReminderQuerySet
from reminders.rules import BY, FARTHEST, LATEST, ROLE_AUDIENCES, RULES
from reminders.states import DRAFTS, TODO, Rule


class Reminder(models.Model):
    """One person was told of one matter, so many days before its anchor, or nudged for a fund. The unique row makes it once.

    `title`, `amount` (minor units) and `currency` are what it was about when it was made; `step` is the page that does it.
    """

    rule = models.CharField(max_length=20, choices=Rule)
    subject_id = models.BigIntegerField(help_text="Of what: a row of the table that the rule is about.")
    lead = models.SmallIntegerField(help_text="Days before the anchor, after it negative; 0 for a nudge.")
    # Its unique constraint begins with the nudge.
    nudge = models.ForeignKey(Nudge, models.PROTECT, null=True, related_name="reminders", db_index=False)
    # Nobody looks for reminders by these: no index of their own. That they are there, triggers see to.
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="Where the recipient acts.",
    )
    audience = models.CharField(
        max_length=10, choices=[(name, name) for name in sorted({a for _, a in ROLE_AUDIENCES})]
    )
    allocation = models.ForeignKey(
        Allocation, models.PROTECT, null=True, related_name="reminders", db_index=False, db_constraint=False
    )
    vendor = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders", db_index=False, db_constraint=False)
    is_escalated = models.BooleanField(default=False, help_text="A colleague, or the partner, was to act and has not.")
    title = models.CharField(max_length=300)
    anchor = models.DateField(help_text="The day that leads count from, in the matter's time zone.")
    deadline = models.DateField(null=True, help_text="The last day on which acting helps; none: always.")
    due_on = models.DateField()
    closes_at = models.DateTimeField(null=True, help_text="When the deadline's day ends there.")
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    step = models.CharField(max_length=60)
    step_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    digest = models.ForeignKey(
        Digest, models.PROTECT, null=True, related_name="reminders", db_index=False, db_constraint=False
    )
    read_at = models.DateTimeField(null=True)
    passed_over_at = models.DateTimeField(
        null=True, help_text="A mail that was made for its sake found it done: before another is, it is asked again."
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "recipient", "rule", "anchor", "lead", "company", "nudge"],
                name="reminded_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["nudge", "recipient"], condition=Q(nudge__isnull=False), name="nudged_once"
            ),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="reminder_rule"),
            models.CheckConstraint(
                condition=Q(lead__range=(LATEST, FARTHEST), nudge=None) & ~Q(rule=Rule.NUDGE)
                | Q(lead=0, nudge__isnull=False, rule=Rule.NUDGE),
                name="reminder_lead",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0) & ~Q(currency=""), name="reminder_amount"
            ),
            models.CheckConstraint(
                condition=Q(deadline=None, closes_at=None) | Q(deadline__isnull=False, closes_at__isnull=False),
                name="reminder_closes_with_its_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(rule__in=[*OF_FUNDS, Rule.NUDGE]) | Q(allocation__isnull=False), name="reminder_of_a_fund"
            ),
        ]
        # Each costs the sweep a tenth of its time.
        indexes = [
            models.Index(fields=["recipient", "closes_at"], name="reminder_of_a_person"),
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="reminder_of_a_mail"),
            models.Index(fields=["closes_at"], condition=Q(digest=None), name="reminder_not_mailed"),
            # Reminders are made in the order of time: it takes a few pages, and a sweep next to nothing.
            BrinIndex(fields=["created_at"], autosummarize=True, name="reminder_by_time"),
        ]
        triggers = [
            triggers.theirs_to_see,
            triggers.between_companies_that_are_there,
            triggers.made_before_its_mail,
            triggers.in_its_readers_mail,
            triggers.of_what_and_whose_is_fixed,
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.get_rule_display().lower()}: {self.anchor}"

    @property
    def todo(self) -> str:
        rule = Rule(self.rule)
        return RULES[rule].todo if rule in RULES else TODO[rule]

    @property
    def is_news(self) -> bool:
        """Something to know, with no day by which to act."""
        return self.rule in RULES and RULES[Rule(self.rule)].news

    @property
    def until(self) -> date | None:
        """The day that stands now: a nudge's goes along with the fund's, others end when their day moves."""
        if self.rule == Rule.NUDGE and self.allocation:
            return self.allocation.claim_by
        return None if self.is_news else self.deadline

    @property
    def when(self) -> str:
        """How the day follows what is to do, as in "File a claim by"."""
        return RULES[Rule(self.rule)].when if self.rule in RULES else BY

    @property
    def when_word(self) -> str:
        """What the day is, where it is not the last on which acting helps: "asked on"."""
        return "" if self.when == BY else self.when.lstrip(", ").removeprefix("it ")

    @property
    def shown_day(self) -> date | None:
        """The day that a line names: the last on which acting helps, or the one that its phrase is about; none for news."""
        return self.until if self.when == BY else None if self.is_news else self.anchor

    @property
    def zone(self) -> str:
        """The time zone of its days: where its money is, and where colleagues agreed among themselves theirs."""
        fund = self.allocation
        if self.rule == Rule.STEP:
            return self.company.time_zone
        return fund.program.time_zone if fund else (self.vendor or self.company).time_zone

    @property
    def needs_answer(self) -> bool:
        """Something to do: not news, nor a vendor's own words."""
        return self.rule in RULES and not self.is_news

    @property
    def is_drafts(self) -> bool:
        """Whoever began it works on it as it is."""
        return self.rule in DRAFTS

    @property
    def url(self) -> str:
        """The page on which it is done, without the site's address."""
        return reverse(self.step, args=[] if self.step_id is None else [self.step_id])


class SweptZone(models.Model):
    """When the programs of a time zone were last swept."""

    time_zone = models.CharField(max_length=50, primary_key=True)
    swept_at = models.DateTimeField()
    furthest_on = models.DateField(null=True, help_text="The latest day that was ever swept there.")

    def __str__(self) -> str:
        return f"{self.time_zone}, {self.swept_at}"
