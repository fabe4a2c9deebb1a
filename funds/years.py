"""What a vendor plans for a year. Tables, as `models.py` (which names them)."""

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from funds import triggers, year_triggers
from funds.states import YearAct
from partners.models import Company, User
from partners.permissions import holds_site_role
from programs.models import Program, Vendor, vendors_managed_by
from programs.money import LARGEST

BIG = models.BigIntegerField()
IN_USE = F("claimed") + F("approved") + F("paid")


class YearQuerySet(models.QuerySet["Year"]):
    def visible_to(self, user: User):
        """As its budgets are: its vendor's managers', and Windfall's people's."""
        if holds_site_role(user):
            return self
        return self.filter(vendor__in=vendors_managed_by(user))

    def of_vendor(self, company: Company):
        return self.filter(vendor_id=company.pk)

    def for_program(self, program: Program):
        """Those that a budget of this program may stand in."""
        return self.filter(vendor_id=program.vendor_id, currency=program.currency)

    def with_use(self):
        """Adds what of each is granted, and what of that is claimed, approved or paid; minor units."""
        allocations = apps.get_model("funds", "Allocation").objects  # its table stands on this one
        funds = allocations.filter(budget__year=models.OuterRef("pk")).order_by().values("budget__year")
        used = models.Subquery(funds.annotate(used=models.Sum(IN_USE)).values("used"))
        return self.annotate(
            unallocated=models.Sum("budgets__unallocated", default=0, output_field=BIG),
            in_use=models.functions.Coalesce(used, 0, output_field=BIG),
            free=F("amount") - F("held"),
        ).annotate(granted=F("held") - F("unallocated"))


class Year(models.Model):
    """What a vendor plans to spend in a year, in one currency. Its programs' budgets stand in it and never hold more."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="years")
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    amount = models.BigIntegerField(default=0, editable=False)
    held = models.BigIntegerField(default=0, editable=False, help_text="What its budgets hold together.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = YearQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "name"], name="one_year_of_a_name"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="year_ends_after_start"),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("amount")), name="year_holds_no_more_than_planned"
            ),
        ]
        indexes = [models.Index(fields=["vendor", "-starts_on"], name="year_of_vendor")]
        triggers = [
            *triggers.balances_by_ledger_only("amount", "held", fixed=("vendor_id", "currency")),
            year_triggers.around_its_budgets,
            year_triggers.takes_its_plan_along,
        ]

    def __str__(self) -> str:
        return self.name


class YearChange(models.Model):
    """An amount added to a year's plan, or taken out of it. Append-only; the database adds them up."""

    # The database takes them along when their year goes.
    year = models.ForeignKey(Year, models.DO_NOTHING, related_name="changes")
    act = models.CharField(max_length=8, choices=YearAct)
    amount = models.BigIntegerField()
    reason = models.TextField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="year_change_range"),
            models.CheckConstraint(condition=Q(act__in=YearAct.values), name="year_change_act"),
            models.CheckConstraint(condition=~Q(reason=""), name="year_change_has_a_reason"),
        ]
        triggers = [year_triggers.adds_up, *year_triggers.append_only_while_planned()]

    def __str__(self) -> str:
        return f"{self.act} {self.amount}"
