"""What a sales person is expected to reach in a quarter."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import Company, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from partners.triggers import Protect
from plans.models.sellers import SalesPerson, shown_to
from plans.quarters import Quarter
from plans.target_figures import FIGURES, MOST_COUNTED
from plans.target_triggers import changes_once_a_version
from programs.money import CURRENCIES, LARGEST


class SalesTargetQuerySet(models.QuerySet["SalesTarget"]):
    def visible_to(self, user: User):
        return self.filter(shown_to(user, "person__"))

    def of_partner(self, company: Company):
        return self.filter(person__partner_id=company.pk)

    def of_quarter(self, quarter: Quarter):
        return self.filter(year=quarter.year, quarter=quarter.number)


class SalesTarget(models.Model):
    """Of one person, quarter and currency: counts, and amounts in minor units. 0: nothing is expected of that figure."""

    person = models.ForeignKey(SalesPerson, models.PROTECT, related_name="targets")
    year = models.SmallIntegerField()
    quarter = models.SmallIntegerField()
    currency = models.CharField(max_length=3)
    leads = models.IntegerField(default=0)
    meetings = models.IntegerField(default=0)
    pipeline = models.BigIntegerField(default=0)
    closed = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = SalesTargetQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-quarter", "person__name", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["person", "year", "quarter", "currency"], name="one_target_a_quarter"),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4, year__gt=FIRST_YEAR, year__lt=LAST_YEAR),
                name="target_quarter",
            ),
            models.CheckConstraint(condition=Q(currency__in=CURRENCIES), name="target_currency"),
            models.CheckConstraint(
                condition=Q(leads__gte=0, leads__lte=MOST_COUNTED, meetings__gte=0, meetings__lte=MOST_COUNTED)
                & Q(pipeline__gte=0, pipeline__lte=LARGEST, closed__gte=0, closed__lte=LARGEST),
                name="target_range",
            ),
            models.CheckConstraint(condition=~Q(**dict.fromkeys(FIGURES, 0)), name="target_of_something"),
        ]
        triggers = [
            Protect(
                name="target_is_of_its_quarter",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "ROW(OLD.person_id, OLD.year, OLD.quarter, OLD.currency) IS DISTINCT FROM "
                    "ROW(NEW.person_id, NEW.year, NEW.quarter, NEW.currency)"
                ),
            ),
            changes_once_a_version(),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.of}, {self.currency}"

    @property
    def of(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def figures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in FIGURES}
