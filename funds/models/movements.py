"""Every movement of money, each once. `funds/ledger.py` alone makes them."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from funds import triggers
from funds.models.allocations import Allocation
from funds.models.budgets import Budget
from funds.states import ACTS, BUDGET_ACTS, Act, Bucket
from partners.models import User
from partners.triggers import append_only
from programs.money import LARGEST


def legal_movement() -> Q:
    pairs = (
        Q(act=act, source=source, target=target, allocation__isnull=act in BUDGET_ACTS)
        for act, moves in ACTS.items()
        for source, target in moves
    )
    return reduce(or_, pairs)


class MovementQuerySet(models.QuerySet["Movement"]):
    def of_allocation(self, allocation: Allocation):
        return self.filter(allocation=allocation).select_related("actor").order_by("posted_at", "id")


class Movement(models.Model):
    """One amount from one bucket to another. Append-only; only `ledger.py` makes one."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="movements")
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="movements")
    act = models.CharField(max_length=10, choices=Act)
    source = models.CharField(max_length=11, choices=Bucket)
    target = models.CharField(max_length=11, choices=Bucket)
    amount = models.BigIntegerField()
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="None: Windfall.")
    posted_at = models.DateTimeField()
    key = models.CharField(max_length=120, unique=True)

    objects = MovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="amount_range"),
            models.CheckConstraint(condition=legal_movement(), name="legal_movement"),
        ]
        indexes = [
            models.Index(fields=["allocation", "posted_at", "id"], name="movement_of_allocation"),
            models.Index(fields=["budget", "posted_at", "id"], name="movement_of_budget"),
        ]
        triggers = [triggers.post, *append_only()]

    def __str__(self) -> str:
        return f"{self.act} {self.amount}, {self.source} to {self.target}"
