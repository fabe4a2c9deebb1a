"""A partner's share of a budget, what people call a fund, and what its holder should do next."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Func, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from funds import triggers
from funds.models.budgets import Budget
from funds.states import ALLOCATION_BUCKETS
from funds.terms import Step, Todo, next_step
from partners.models import Company, Membership, Partner, User
from partners.permissions import holds_site_role
from programs.days import Days
from programs.models import Program, Terms, vendors_managed_by
from programs.states import LeadUnit
from programs.terms import SOON_DAYS


def safe_start(fund: str = "") -> Case:
    """`Terms.last_safe_start`, in SQL; of what has a fund with `fund` as in "allocation__"."""
    day = models.DateField()
    begin = ExpressionWrapper(F(f"{fund}expires_on") - F(f"{fund}terms__activity_days"), output_field=day)
    lead = F(f"{fund}terms__lead_days")
    return Case(
        When(
            **{f"{fund}terms__lead_unit": LeadUnit.WORKING},
            then=Func(begin, lead, function="working_days_before", output_field=day),
        ),
        default=ExpressionWrapper(begin - lead, output_field=day),
        output_field=day,
    )


# In UTC: an index knows of no other day.
day_of_grant = Cast(
    Func(F("created_at"), template="(%(expressions)s AT TIME ZONE 'UTC')", output_field=models.DateTimeField()),
    models.DateField(),
)


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: User):
        """The partner's people, the vendor's managers, and Windfall's people; a partner's own books are its people's alone."""
        mine = Q(partner__in=Membership.objects.at_partners(user).values("company"))
        if holds_site_role(user):
            return self.filter(Q(budget__program__vendor__kept_by=None) | mine)
        return self.filter(mine | Q(budget__program__vendor__in=vendors_managed_by(user)))

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def on_windfall(self):
        """Without those that partners record for themselves."""
        return self.filter(budget__program__vendor__kept_by=None)

    def of_vendor(self, company: Company):
        return self.filter(budget__program__vendor_id=company.pk)

    def with_terms(self):
        """With its terms, program and vendor, in the same query."""
        return self.select_related("budget__program__vendor", "partner", "terms")

    def locked(self):
        """As they stand now, until the transaction ends; in the order of their ids, so that no two acts block each other."""
        return self.with_terms().order_by("pk").select_for_update(of=("self",), no_key=True)

    def unclaimed(self):
        """Holds money that nobody has filed a claim for."""
        return self.filter(Q(available__gt=0) | Q(reserved__gt=0))

    def unclaimed_or_stated(self):
        """Holds money to claim; of what the partner records itself, also what is on its way, as no claim tells of it."""
        on_its_way = Q(claimed__gt=0) | Q(approved__gt=0)
        stated = Q(budget__program__vendor__kept_by__isnull=False)
        return self.filter(Q(available__gt=0) | Q(reserved__gt=0) | stated & on_its_way)

    def expiring_before(self, day: date):
        return self.filter(expires_on__lt=day)

    def past_claim_by(self, days: Days):
        """Whose last day to claim is over where its program is; `days` names the time zones that are at each day now."""
        if not days:
            return self.none()
        over = (Q(budget__program__time_zone__in=zones, claim_by__lt=day) for day, zones in days.items())
        # The latest day bounds them all, so that the index on `claim_by` is of use.
        return self.filter(reduce(or_, over), claim_by__lt=max(days))

    def with_steps(self, days: Days):
        """Gives filters and orders `todo`, `by` and `at_risk`: what `next_step` says of each fund, asked in SQL.

        `days` names the time zones that are at each day now.
        """
        here = Case(
            *(When(budget__program__time_zone__in=zones, then=Value(day)) for day, zones in days.items()),
            default=Value(min(days, default=date.max)),
            output_field=models.DateField(),
        )
        todo = Case(
            When(available=0, reserved=0, then=Value(Todo.NONE)),
            When(claim_by__lt=F("here"), then=Value(Todo.LOST)),
            When(expires_on__lt=F("here"), then=Value(Todo.FILE)),
            When(available=0, then=Value(Todo.RUN)),
            When(safe_start__gte=F("here"), then=Value(Todo.START)),
            default=Value(Todo.HURRY),
            output_field=models.CharField(),
        )
        by = Case(
            When(todo=Todo.START, then=F("safe_start")),
            When(todo__in=[Todo.RUN, Todo.HURRY], then=F("expires_on")),
            default=F("claim_by"),
        )
        soon = ExpressionWrapper(F("here") + SOON_DAYS, output_field=models.DateField())
        steps = self.alias(here=here, safe_start=safe_start(), soon=soon).alias(todo=todo).alias(by=by)
        return steps.alias(
            at_risk=Case(
                When(todo__in=[Todo.NONE, Todo.LOST], then=False),
                When(Q(todo=Todo.HURRY) | Q(by__lte=F("soon")), then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )

    def extendable(self, today: date):
        """What a manager may still give more time to: something to use is left, and the terms allow a later day than today's."""
        longest = ExpressionWrapper(F("granted_until") + F("terms__extension_days"), output_field=models.DateField())
        left = Q(available__gt=0) | Q(reserved__gt=0) | Q(lapsed__gt=0)
        return self.alias(longest=longest).filter(
            left, longest__gt=F("expires_on"), longest__gte=today, budget__closed_at=None
        )


class Allocation(models.Model):
    """A partner's share of a budget: what people call a fund."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="allocations")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="allocations")
    terms = models.ForeignKey(
        Terms, models.PROTECT, related_name="allocations", help_text="The version that its claims are judged by."
    )
    offered_terms = models.ForeignKey(
        Terms, models.PROTECT, null=True, related_name="+", help_text="A newer version that the partner may accept."
    )
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, help_text="The vendor's own name for this grant; unique in its budget.")
    available = models.BigIntegerField(default=0, editable=False)
    reserved = models.BigIntegerField(default=0, editable=False)
    claimed = models.BigIntegerField(default=0, editable=False)
    approved = models.BigIntegerField(default=0, editable=False)
    paid = models.BigIntegerField(default=0, editable=False)
    lapsed = models.BigIntegerField(default=0, editable=False)
    expires_on = models.DateField(help_text="The last day on which the activity may run.")
    granted_until = models.DateField(
        editable=False, help_text="What `expires_on` was at first: extensions count from it."
    )
    claim_by = models.DateField(help_text="The last day on which a claim may be filed.")
    earned_until = models.DateField(
        null=True,
        editable=False,
        help_text="The end of the period in which it was earned: its months count from there.",
    )
    stated_on = models.DateField(
        null=True, editable=False, help_text="The day of the statement that its balances were last typed from."
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["expires_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "reference"], name="one_allocation_of_a_reference"),
            models.CheckConstraint(condition=Q(claim_by__gte=F("expires_on")), name="claim_by_after_expiry"),
            *(
                models.CheckConstraint(condition=Q(**{f"{b.value}__gte": 0}), name=f"{b.value}_not_negative")
                for b in ALLOCATION_BUCKETS
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "expires_on"], name="allocation_of_partner"),
            models.Index(
                fields=["claim_by"],
                condition=Q(available__gt=0) | Q(reserved__gt=0),
                name="allocation_unclaimed_by_claim",
            ),
            models.Index(fields=["expires_on"], condition=Q(available__gt=0), name="allocation_unused_by_expiry"),
            # Grants come in the order of their days: a few pages say where the latest are, and balances don't touch it.
            BrinIndex(day_of_grant, autosummarize=True, name="allocation_by_day_of_grant"),
        ]
        triggers = [
            triggers.kept_for_its_keeper,
            *triggers.balances_by_ledger_only(
                *(b.value for b in ALLOCATION_BUCKETS),
                fixed=("budget_id", "partner_id", "granted_until", "earned_until"),
            ),
            triggers.under_published_terms,
            triggers.within_its_extension,
            triggers.within_its_terms,
            triggers.keeps_what_requests_hold,
            triggers.is_never_deleted,
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def program(self) -> Program:
        return self.budget.program

    @property
    def currency(self) -> str:
        return self.budget.program.currency

    @property
    def is_kept(self) -> bool:
        """Recorded by the partner itself, of a vendor that is not on Windfall: balances come from statements, not from claims."""
        return self.budget.program.vendor.is_kept

    @property
    def granted(self) -> int:
        """All that came in and was not withdrawn."""
        return sum(getattr(self, bucket.value) for bucket in ALLOCATION_BUCKETS)

    @property
    def unclaimed(self) -> int:
        """What is still the partner's to claim."""
        return self.available + self.reserved

    @property
    def last_safe_start(self) -> date:
        return self.terms.last_safe_start(self.expires_on)

    @property
    def longest(self) -> date:
        """The latest day to which its terms allow it to be extended."""
        return self.granted_until + timedelta(days=self.terms.extension_days)

    def is_extendable(self, today: date) -> bool:
        """Its terms allow a later day, and something is left to use by then."""
        is_later = max(today, self.expires_on) < self.longest
        return is_later and self.unclaimed + self.lapsed > 0 and self.budget.closed_at is None

    def today(self, now: datetime) -> date:
        return self.program.today(now)

    def next_step(self, today: date) -> Step:
        return next_step(
            available=self.available,
            reserved=self.reserved,
            safe_start=self.last_safe_start,
            expires_on=self.expires_on,
            claim_by=self.claim_by,
            today=today,
            asks=self.terms.preapproval,
        )
