"""What a partner plans to do in a quarter, and which funds pay which part of it."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims.models import Claim, FundRequest
from claims.triggers import version_goes_up
from funds.models import Allocation
from partners.models import Company, Membership, Partner, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from partners.triggers import Protect
from plans import plan_triggers
from plans.quarters import QUARTERS, Quarter
from plans.states import Answer, PlanStatus
from plans.target_figures import MOST_COUNTED
from programs.activities import ActivityKind
from programs.money import LARGEST


class PlannedActivityQuerySet(models.QuerySet["PlannedActivity"]):
    def visible_to(self, user: User):
        """The partner's own people: a plan is nobody else's affair."""
        return self.filter(company__in=Membership.objects.at_partners(user).values("company"))

    def of_company(self, company: Company):
        return self.filter(company_id=company.pk)

    def of_year(self, year: int):
        return self.filter(year=year)

    def counted(self):
        """What is meant to happen: neither an idea nor dropped."""
        return self.filter(status=PlanStatus.PLANNED)

    def with_fundings(self):
        """With who looks after it and all that its fundings stand on, in four queries."""
        return self.select_related("company", "person").prefetch_related(
            models.Prefetch("fundings", PlannedFunding.objects.with_fund())
        )


class PlannedActivity(models.Model):
    """An activity in a quarter of the plan. Amounts are minor units of its own currency.

    Its days may still be open; where the first is known, it lies in its quarter.
    """

    company = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=PlanStatus, default=PlanStatus.PLANNED)
    kind = models.CharField("what kind of activity", max_length=15, choices=ActivityKind)
    title = models.CharField("what you plan", max_length=120)
    cost = models.BigIntegerField(default=0, help_text="All of it, whoever pays.")
    currency = models.CharField(max_length=3)
    year = models.SmallIntegerField()
    quarter = models.SmallIntegerField(choices=[(n, f"Q{n}") for n in QUARTERS])
    starts_on = models.DateField("from", null=True, blank=True)
    ends_on = models.DateField("until", null=True, blank=True)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who looks after it"
    )
    people = models.IntegerField("for how many people", null=True, blank=True)
    place = models.CharField(max_length=160, blank=True)
    audience = models.CharField("whom it is for", max_length=300, blank=True)
    notes = models.TextField("how it goes, and what it will bring", blank=True, max_length=4000)
    leads = models.IntegerField("leads you expect", null=True, blank=True)
    meetings = models.IntegerField("meetings you expect", null=True, blank=True)
    pipeline = models.BigIntegerField("pipeline you expect", null=True, blank=True)
    closed = models.BigIntegerField("closed revenue you expect", null=True, blank=True)
    version = models.IntegerField(default=1, help_text="Goes up with each change of what is typed.")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = PlannedActivityQuerySet.as_manager()

    class Meta:
        ordering = ["year", "quarter", F("starts_on").asc(nulls_last=True), "id"]
        verbose_name_plural = "planned activities"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status"),
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="plan_kind"),
            models.CheckConstraint(condition=Q(cost__gte=0, cost__lte=LARGEST), name="plan_cost_range"),
            models.CheckConstraint(condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="plan_year_range"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="plan_quarter_range"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(starts_on__year=F("year"), starts_on__quarter=F("quarter")),
                name="plan_starts_in_its_quarter",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="plan_ends_after_start",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": least, f"{name}__lte": most}),
                    name=f"plan_{name}_range",
                )
                for name, least, most in (
                    ("people", 1, 10_000),
                    ("leads", 0, MOST_COUNTED),
                    ("meetings", 0, MOST_COUNTED),
                    ("pipeline", 0, LARGEST),
                    ("closed", 0, LARGEST),
                )
            ),
        ]
        indexes = [models.Index(fields=["company", "year", "quarter"], name="plan_of_company")]
        triggers = [
            version_goes_up(),
            Protect(name="company_is_fixed", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("company")),
            plan_triggers.costs_what_is_funded,
            plan_triggers.currency_stays,
            plan_triggers.of_its_people,
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date | None:
        """The first, where no other is known; None where its days are still open."""
        return self.ends_on or self.starts_on

    @property
    def in_quarter(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def when(self) -> str:
        return str(self.in_quarter)


class PlannedFundingQuerySet(models.QuerySet["PlannedFunding"]):
    def visible_to(self, user: User):
        return self.filter(activity__in=PlannedActivity.objects.visible_to(user))

    def counted(self):
        """Of what is meant to happen."""
        return self.filter(activity__status=PlanStatus.PLANNED)

    def with_fund(self):
        """With its fund, the fund's terms and their activities, its requests and claims: three queries."""
        return self.select_related(
            "allocation__budget__program__vendor", "allocation__terms", "request", "claim"
        ).prefetch_related("allocation__terms__activities", "request__claims")


class PlannedFunding(models.Model):
    """What one fund pays of an activity: `amount`, in the fund's currency, towards `part` of the cost, in the activity's.

    The parts of all its fundings are no more than its cost: nobody gets the same cent twice. `asked_on` and what follows are what
    the partner notes of a vendor that it records itself; of others its request tells.
    """

    activity = models.ForeignKey(PlannedActivity, models.CASCADE, related_name="fundings", db_index=False)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="plans")
    amount = models.BigIntegerField()
    part = models.BigIntegerField()
    request = models.OneToOneField(FundRequest, models.SET_NULL, null=True, related_name="planned")
    claim = models.OneToOneField(Claim, models.SET_NULL, null=True, related_name="planned")
    asked_on = models.DateField("asked for on", null=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True)
    approved = models.BigIntegerField(null=True)
    said = models.CharField("what the vendor said", max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlannedFundingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "allocation"], name="one_funding_of_a_fund"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="funding_amount_range"),
            models.CheckConstraint(condition=Q(part__gt=0, part__lte=LARGEST), name="funding_part_range"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None, approved=None)
                | Q(answer=Answer.APPROVED, answered_on__isnull=False, approved__isnull=False, approved=F("amount"))
                | Q(
                    answer=Answer.REDUCED,
                    answered_on__isnull=False,
                    approved__isnull=False,
                    approved__gt=0,
                    approved__lt=F("amount"),
                )
                | Q(answer=Answer.DECLINED, answered_on__isnull=False, approved=None),
                name="funding_answer",
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(asked_on__isnull=False, answered_on__gte=F("asked_on")),
                name="funding_answered_after_asked",
            ),
        ]
        triggers = [
            Protect(
                name="activity_and_fund_are_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("activity", "allocation"),
            ),
            plan_triggers.of_its_partner,
            plan_triggers.within_its_part,
            plan_triggers.within_the_cost,
            plan_triggers.asks_its_own_fund,
            plan_triggers.asked_elsewhere,
            plan_triggers.asked_stays,
        ]

    def __str__(self) -> str:
        return f"{self.allocation} for {self.activity}"

    @property
    def currency(self) -> str:
        return self.allocation.currency
