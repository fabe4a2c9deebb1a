"""When a company wants to hear of something, who reads for whom meanwhile, and what is much money to a vendor."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from partners.models import Company, User
from partners.states import Kind
from partners.triggers import Trigger, refuse
from programs.models import Vendor
from programs.money import LARGEST
from reminders.rules import KIND_OF_SIDE, LONGEST_ABSENCE, MOST_LEADS, RULES
from reminders.states import Rule

OUT_OF_BOUNDS, NO_COLLEAGUE, NO_VENDOR = "WF111", "WF112", "WF113"
BOUNDS = ", ".join(
    f"('{rule}', '{KIND_OF_SIDE[spec.side]}', {spec.farthest}, {spec.latest}, {spec.near})"
    for rule, spec in RULES.items()
    if not spec.news
)
# Each company for what its own people do; a vendor adds to what its partners have chosen, so it may name any.
WITHIN_BOUNDS = f"""
    IF NOT EXISTS (
        SELECT FROM (VALUES {BOUNDS}) AS bounds (rule, kind, farthest, latest, near)
          JOIN partners_company c ON c.id = NEW.company_id AND c.kept_by_id IS NULL
         WHERE bounds.rule = NEW.rule AND bounds.farthest >= ALL (NEW.leads) AND bounds.latest <= ALL (NEW.leads)
           AND (c.kind = bounds.kind AND bounds.near >= ANY (NEW.leads)
                OR c.kind = '{Kind.VENDOR}' AND bounds.kind = '{Kind.PARTNER}')
    ) THEN
        {refuse(OUT_OF_BOUNDS, "these days are outside what the rule allows this company")}
    END IF;
    RETURN NEW;
"""
# Both work there today. At Windfall an admin reads for an admin, finance for finance.
COLLEAGUES = f"""
    IF NOT EXISTS (
        SELECT FROM partners_membership own
          JOIN partners_membership theirs ON theirs.company_id = own.company_id AND theirs.ended_at IS NULL
          JOIN partners_company c ON c.id = own.company_id
          JOIN partners_user u ON u.id = theirs.user_id AND u.is_active
         WHERE own.user_id = NEW.user_id AND own.company_id = NEW.company_id AND own.ended_at IS NULL
           AND theirs.user_id = NEW.delegate_id AND (c.kind <> '{Kind.SITE}' OR theirs.role = own.role)
    ) THEN
        {refuse(NO_COLLEAGUE, "only a colleague who works there now reads for somebody")}
    END IF;
    RETURN NEW;
"""
OF_A_VENDOR = f"""
    IF NOT EXISTS (
        SELECT FROM partners_company WHERE id = NEW.vendor_id AND kind = '{Kind.VENDOR}' AND kept_by_id IS NULL
    ) THEN
        {refuse(NO_VENDOR, "only a vendor on Windfall says what is much money")}
    END IF;
    RETURN NEW;
"""


class Timing(models.Model):
    """On which days before (negative: after) its anchor a company's people are told of a rule.

    A partner's own take the place of the rule's. A vendor's, for what its partners do, are added to theirs.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="timings", db_index=False)
    rule = models.CharField(max_length=20, choices=Rule)
    leads = ArrayField(models.SmallIntegerField())
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "rule"], name="one_timing_a_rule"),
            models.CheckConstraint(condition=Q(leads__len__range=(1, MOST_LEADS)), name="timing_of_some_days"),
        ]
        triggers = [
            Trigger(
                name="within_the_rules_bounds",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=WITHIN_BOUNDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}, {self.get_rule_display().lower()}: {self.leads}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User):
        """One's own, and those in which one reads for a colleague."""
        return self.filter(Q(user=user) | Q(delegate=user))


class Absence(models.Model):
    """Somebody is away from one day until another, where their company is: a colleague hears in their place."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    delegate = models.ForeignKey(User, models.CASCADE, related_name="+")
    from_on = models.DateField("away from")
    until_on = models.DateField("until")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(delegate=F("user")), name="absence_is_anothers_to_read"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on"), until_on__lte=F("from_on") + LONGEST_ABSENCE),
                name="absence_ends",
            ),
            # A range of one id stands for "equal": with that, the index needs none of PostgreSQL's extensions.
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[
                    (Func("user", "user", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("company", "company", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("from_on", "until_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            Trigger(
                name="delegate_is_a_colleague",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=COLLEAGUES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.from_on} to {self.until_on}: {self.delegate}"


class Threshold(models.Model):
    """From how much on a vendor's managers hear of a partner's money that is about to lapse. Without a row they do not."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="Minor units.")

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "currency"], name="one_threshold_a_currency"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="threshold_range"),
        ]
        triggers = [
            Trigger(
                name="threshold_of_a_vendor",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_A_VENDOR,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}, {self.currency}: {self.amount}"
