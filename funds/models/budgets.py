"""A program's money for a period. Its balances are kept by the database from the movements: see `triggers.py`."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from funds import triggers, year_triggers
from funds.years import Year
from partners.models import User
from partners.permissions import holds_site_role
from partners.triggers import Protect
from programs.models import Program, vendors_managed_by


class BudgetQuerySet(models.QuerySet["Budget"]):
    def visible_to(self, user: User):
        """A budget is the vendor's own affair: its managers', and Windfall's people. A partner's own books have no such page."""
        if holds_site_role(user):
            return self.filter(program__vendor__kept_by=None)
        return self.filter(program__vendor__in=vendors_managed_by(user))


class Budget(models.Model):
    """A program's money for a period, in the program's currency and its minor units; part of a year of its vendor, or of none."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="budgets")
    year = models.ForeignKey(Year, models.PROTECT, null=True, blank=True, related_name="budgets")
    name = models.CharField(max_length=80)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    funded = models.BigIntegerField(default=0, editable=False)
    unallocated = models.BigIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="one_budget_of_a_name"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="budget_ends_after_start"),
            models.CheckConstraint(condition=Q(funded__gte=0), name="budget_funded_not_negative"),
            models.CheckConstraint(condition=Q(unallocated__gte=0), name="budget_unallocated_not_negative"),
        ]
        triggers = [
            *triggers.balances_by_ledger_only("funded", "unallocated", fixed=("program_id",)),
            Protect(
                name="closed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.closed_at IS NOT NULL "
                    "AND (NEW.closed_at IS DISTINCT FROM OLD.closed_at OR NEW.year_id IS DISTINCT FROM OLD.year_id)"
                ),
            ),
            year_triggers.takes_its_money_along,
            year_triggers.in_its_year,
            year_triggers.apart_in_time,
        ]

    def __str__(self) -> str:
        return f"{self.program}, {self.name}"

    @property
    def allocated(self) -> int:
        return self.funded - self.unallocated
