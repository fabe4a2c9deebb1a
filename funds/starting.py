"""Money that joining a program brings: what is planned, and what each partner was given. Tables beside those of `models.py`."""

from datetime import date

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from funds.terms import LONGEST
from partners.models import User
from partners.triggers import Protect, Trigger, refuse
from programs.days import after_months
from programs.models import Enrolment, Program, Tier, vendors_managed_by
from programs.money import LARGEST
from programs.states import EnrolmentStatus

FOREIGN_BUDGET = "WF042"
FOREIGN_TIER = "WF043"
FOREIGN_SHARE = "WF044"


def must(name: str, code: str, condition: str, words: str, *columns: str) -> Trigger:
    return Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        func=f"IF NOT ({condition}) THEN {refuse(code, words)} END IF; RETURN NEW;",
    )


class StartingPlan(models.Model):
    """What a program gives to those who join it: from which budget, under which name, until when. None: it gives nothing."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="starting_plan", primary_key=True)
    budget = models.ForeignKey("funds.Budget", models.PROTECT, related_name="+")
    name = models.CharField("name of the fund", max_length=120)
    months = models.PositiveSmallIntegerField(
        "usable for, months",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1, months__lte=36), name="months_range"
            )
        ]
        triggers = [
            must(
                "budget_of_its_program",
                FOREIGN_BUDGET,
                "EXISTS (SELECT FROM funds_budget WHERE id = NEW.budget_id AND program_id = NEW.program_id)",
                "this budget is of another program",
                "budget_id",
                "program_id",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def until(self, today: date) -> date:
        """The last day of what is granted today: so many months from now, or from the program's start; else the program's end."""
        if self.months is None:
            return self.program.ends_on
        usual = after_months(max(today, self.program.starts_on), self.months)
        return min(usual, self.program.ends_on + LONGEST)

    def amount_for(self, tier_id: int | None) -> int:
        """Minor units for a partner of this tier, or of none; 0 is nothing."""
        return next((row.amount for row in self.amounts.all() if row.tier_id == tier_id), 0)


class StartingAmount(models.Model):
    """What partners of a tier start with, in minor units of the program's currency; without a tier: partners that have none."""

    plan = models.ForeignKey(StartingPlan, models.CASCADE, related_name="amounts")
    tier = models.ForeignKey(Tier, models.CASCADE, null=True, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "tier"], name="one_amount_of_a_tier", nulls_distinct=False),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="starting_amount_range"),
        ]
        triggers = [
            must(
                "amount_of_its_tiers",
                FOREIGN_TIER,
                "NEW.tier_id IS NULL OR EXISTS (SELECT FROM programs_tier t JOIN programs_program p "
                "ON p.vendor_id = t.vendor_id WHERE t.id = NEW.tier_id AND p.id = NEW.plan_id)",
                "this tier is of another vendor",
                "tier_id",
                "plan_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tier or 'no tier'}: {self.amount}"


class StartingShareQuerySet(models.QuerySet["StartingShare"]):
    def waiting(self):
        """Not granted yet, because the budget held too little; its partner is still in the program."""
        return self.filter(allocation=None, dropped_at=None, enrolment__status=EnrolmentStatus.JOINED)

    def of_vendor(self, company):
        return self.filter(enrolment__program__vendor_id=company.pk)

    def visible_to(self, user: User):
        """The vendor's managers': partners see the fund that comes of it."""
        return self.filter(enrolment__program__vendor__in=vendors_managed_by(user))


class StartingShare(models.Model):
    """What a partner was given for joining, once; without `allocation` it still waits for money in the budget, or was dropped."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="starting_share")
    amount = models.BigIntegerField()
    allocation = models.OneToOneField("funds.Allocation", models.PROTECT, null=True, related_name="starting_share")
    created_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True)

    objects = StartingShareQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="starting_share_range"),
            models.CheckConstraint(
                condition=Q(allocation__isnull=True) | Q(dropped_at__isnull=True), name="granted_or_dropped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(allocation__isnull=True, dropped_at__isnull=True),
                name="starting_share_waiting",
            )
        ]
        triggers = [
            must(
                "fund_of_its_partner",
                FOREIGN_SHARE,
                "NEW.allocation_id IS NULL OR EXISTS (SELECT FROM funds_allocation a "
                "JOIN funds_budget b ON b.id = a.budget_id JOIN programs_enrolment e ON e.program_id = b.program_id "
                "AND e.partner_id = a.partner_id WHERE a.id = NEW.allocation_id AND e.id = NEW.enrolment_id)",
                "this fund is of another partner or program",
                "allocation_id",
                "enrolment_id",
            ),
            # Once for each enrolment, so that leaving and joining again brings nothing twice.
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            Protect(
                name="granted_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.enrolment_id <> NEW.enrolment_id OR OLD.allocation_id IS DISTINCT FROM NEW.allocation_id "
                    "AND OLD.allocation_id IS NOT NULL"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.amount}"
