"""Who was told of what, and when the time zones were last swept."""

from collections.abc import Collection
from datetime import date, datetime
from functools import reduce
from operator import or_

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone

from funds.models import Allocation
from funds.models.allocations import safe_start
from partners.models import Company, Partner, User
from partners.triggers import Trigger, refuse
from programs.days import Clock
from reminders.models.digests import Digest
from reminders.models.matters import Matter
from reminders.models.nudges import Nudge
from reminders.models.replies import acts_there, sleeping, with_a_colleague, working
from reminders.replying.states import Place
from reminders.rules import BY, FARTHEST, LATEST, ROLE_AUDIENCES, RULES
from reminders.states import TODO, Rule

SOMEBODY_ELSES = "WF110"
# Nobody is told of what is not theirs to see: looked at once for all rows that a statement makes.
THEIRS_TO_SEE = f"""
    IF EXISTS (
        SELECT FROM told WHERE NOT EXISTS (
            SELECT FROM partners_membership m
              JOIN (VALUES {", ".join(f"('{role}', '{audience}')" for role, audience in ROLE_AUDIENCES)})
                AS stands (role, audience) ON stands.role = m.role
             WHERE m.user_id = told.recipient_id AND m.company_id = told.company_id AND m.ended_at IS NULL
               AND stands.audience = told.audience)
    ) THEN
        {refuse(SOMEBODY_ELSES, "the recipient may not see this")}
    END IF;
    RETURN NULL;
"""


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def to_people_there(self):
        """Whose recipient still works there, in a role that acts: nobody reads on after a membership ended."""
        return self.filter(acts_there(OuterRef("recipient")))

    def of_companies_of(self, user: User | OuterRef):
        """Which are a company's matter where the user works now, in a role that acts: their own, and their colleagues'."""
        return self.filter(acts_there(user))

    def visible_to(self, user: User):
        """A reminder is its recipient's own, for as long as they work there."""
        return self.filter(recipient=user).to_people_there()

    def kinds(self) -> set[str]:
        """The rules of these reminders that the view has to be asked of."""
        others = self.order_by().exclude(rule__in=[*OF_FUNDS, Rule.NUDGE])
        return set(others.values_list("rule", flat=True).distinct())

    def with_state(self, clock: Clock, kinds: Collection[str] | None = None):
        """Adds `money` and `is_open`."""
        return self.with_money().annotate(is_open=ExpressionWrapper(self.still_holds(clock, kinds), BooleanField()))

    def with_money(self):
        """Adds `money` (minor units): what the reminder is about, as it stands now."""
        unclaimed = F("allocation__available") + F("allocation__reserved")
        money = Case(
            When(rule__in=[Rule.EXPIRES_ON, Rule.SAFE_START], then=F("allocation__available")),
            When(rule__in=[Rule.CLAIM_BY, Rule.NUDGE], then=unclaimed),
            default=F("amount"),
            output_field=BigIntegerField(),
        )
        return self.annotate(money=money)

    def still_holds(self, clock: Clock, kinds: Collection[str] | None = None) -> Q:
        return still_holds(clock, self.kinds() if kinds is None else kinds)

    def open(self, clock: Clock, kinds: Collection[str] | None = None):
        """Whose reason still stands: there is something to do, and the day is the same and has not passed.

        What a vendor wrote stands for as long as the money does, also when its deadline moved further away.
        """
        return self.filter(self.still_holds(clock, kinds))

    def awake(self, now: datetime):
        """Without what its recipient put off, and what a colleague works on since it was told."""
        return self.exclude(Exists(sleeping(now))).exclude(with_a_colleague(now))

    def with_answers(self, now: datetime):
        """Adds `sleeps_until` (the day, where its recipient put it off), `worker_id` and `worker_name` (who said that they do
        it), and `handed_by` (the name of who handed it to its recipient).
        """
        at_work = working(now)
        handed = at_work.filter(user=OuterRef("recipient")).exclude(by=F("user"))
        return self.annotate(
            sleeps_until=Subquery(sleeping(now).values("until")[:1]),
            worker_id=Subquery(at_work.values("user")[:1]),
            worker_name=Subquery(at_work.values("user__name")[:1]),
            handed_by=Subquery(handed.values("by__name")[:1]),
        )

    def placed(self, clock: Clock):
        """With what it is about now, its answers, and `place`: where it stands in its reader's inbox.

        Whether it is open is asked once, for asking it means to look into what there is to do.
        """
        place = Case(
            When(with_a_colleague(clock.now), then=Value(Place.COLLEAGUE)),
            default=Value(Place.OPEN),
        )
        place = Case(When(Exists(sleeping(clock.now)), then=Value(Place.LATER)), default=place)
        place = Case(When(self.still_holds(clock), then=place), default=Value(Place.DONE), output_field=IntegerField())
        return self.with_money().with_answers(clock.now).annotate(place=place)

    def unread(self):
        return self.filter(read_at=None)

    def with_fund(self):
        """With its fund, terms, program, vendor and partner, and who nudged, in the same query."""
        return self.select_related(
            "allocation__budget__program__vendor", "allocation__terms", "partner", "vendor", "company", "nudge__by"
        )

    def open_count(self, user: User, now: datetime | None = None) -> int:
        """How many the user has not read and can still do something about."""
        clock = Clock(now or timezone.now())
        unread = self.filter(recipient=user).unread().filter(in_time(clock))
        rules = set(unread.order_by().values_list("rule", flat=True).distinct())
        # Most have none: then that is all that a page asks.
        return (
            unread.to_people_there().awake(clock.now).open(clock, rules - {*OF_FUNDS, Rule.NUDGE}).count()
            if rules
            else 0
        )


OF_FUNDS = (Rule.SAFE_START, Rule.EXPIRES_ON, Rule.CLAIM_BY)


def in_time(clock: Clock) -> Q:
    """A nudge may be: its day goes along with the fund's."""
    passed = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    return Q(deadline=None) | passed | Q(rule=Rule.NUDGE)


def still_holds(clock: Clock, kinds: Collection[str]) -> Q:
    """Of the rules that remind by the hundred thousand the fund itself is asked; of `kinds`, all others, the view.

    The view is asked once, with the rules named: its other arms are left out, and planning it for each rule took a tenth of a
    second for each.
    """
    unused = Q(allocation__available__gt=0)
    unclaimed = unused | Q(allocation__reserved__gt=0)
    found = [
        Q(unused, rule=Rule.EXPIRES_ON, anchor=F("allocation__expires_on")),
        Q(unclaimed, rule=Rule.CLAIM_BY, anchor=F("allocation__claim_by")),
        Q(unused, rule=Rule.SAFE_START, anchor=safe_start("allocation__")),
    ]
    if kinds:
        key = {name: OuterRef(name) for name in ("rule", "subject_id", "company", "anchor")}
        found.append(Q(rule__in=kinds) & Q(Exists(Matter.objects.filter(rule__in=sorted(kinds), **key))))
    here = Q(deadline__gte=clock.on) if clock.on else Q(closes_at__gt=clock.now)
    nudged = Q(unclaimed, rule=Rule.NUDGE) & (here | Q(allocation__claim_by__gt=F("deadline")))
    return in_time(clock) & reduce(or_, found) | nudged


class Reminder(models.Model):
    """One person was told of one matter, so many days before its anchor, or nudged for a fund. The unique row makes it once.

    `title`, `amount` (minor units) and `currency` are what it was about when it was made; `step` is the page that does it.
    """

    rule = models.CharField(max_length=20, choices=Rule)
    subject_id = models.BigIntegerField(help_text="Of what: a row of the table that the rule is about.")
    lead = models.SmallIntegerField(help_text="Days before the anchor, after it negative; 0 for a nudge.")
    # Its unique constraint begins with the nudge.
    nudge = models.ForeignKey(Nudge, models.PROTECT, null=True, related_name="reminders", db_index=False)
    # Nobody looks for reminders by these: no index of their own.
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", db_index=False, help_text="Where the recipient acts."
    )
    audience = models.CharField(
        max_length=10, choices=[(name, name) for name in sorted({a for _, a in ROLE_AUDIENCES})]
    )
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="reminders", db_index=False)
    vendor = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+", db_index=False)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+", db_index=False)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
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
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="reminders")
    read_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "recipient", "rule", "anchor", "lead", "company", "nudge"],
                name="reminded_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(fields=["nudge", "recipient"], name="nudged_once"),
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
        indexes = [
            models.Index(fields=["recipient", "closes_at"], condition=Q(read_at=None), name="reminder_unread"),
            models.Index(fields=["closes_at"], condition=Q(digest=None), name="reminder_not_mailed"),
            # Reminders are made in the order of time: it takes a few pages, and a sweep next to nothing.
            BrinIndex(fields=["created_at"], autosummarize=True, name="reminder_by_time"),
        ]
        triggers = [
            Trigger(
                name="theirs_to_see",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="told"),
                func=THEIRS_TO_SEE,
            ),
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
        """The time zone of its days."""
        fund = self.allocation
        return fund.program.time_zone if fund else (self.vendor or self.company).time_zone

    @property
    def needs_answer(self) -> bool:
        """Something to do: not news, nor a vendor's own words."""
        return self.rule in RULES and not self.is_news

    @property
    def is_drafts(self) -> bool:
        """Whoever began it works on it as it is."""
        return self.rule in (Rule.DRAFT_CLAIM, Rule.DRAFT_REQUEST)

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
