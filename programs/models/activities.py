"""The types of activity that a version of a program's terms pays for, each with its own rate, caps and proof."""

from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from partners.triggers import Trigger, refuse
from programs import wording
from programs.activities import ActivityKind, Figure, Shows
from programs.models.terms import AMOUNTS, PUBLISHED_TERMS, Terms
from programs.money import LARGEST
from programs.states import CapRule

# The activities of a version are promised with it.
ACTIVITIES_OF_DRAFT = f"""
    IF EXISTS (SELECT FROM programs_terms WHERE id IN (NEW.terms_id, OLD.terms_id) AND published_at IS NOT NULL) THEN
        {refuse(PUBLISHED_TERMS, "the activities of published terms stay as they are")}
    END IF;
    RETURN coalesce(NEW, OLD);
"""


class Activity(models.Model):
    """A type of activity that a version of the terms pays for, and its rules. Without any, the terms pay for whatever fits them.

    Amounts are in minor units of the program's currency; what is empty follows the terms, or has no limit.
    """

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField("type", max_length=15, choices=ActivityKind)
    name = models.CharField(max_length=80, help_text="As partners know it, as in Customer webinar.")
    rate = models.DecimalField(
        "rate of its own, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Empty: the program's rate.",
    )
    claim_cap = models.BigIntegerField("at most, per claim", null=True, blank=True)
    period_cap = models.BigIntegerField("at most, per period", null=True, blank=True)
    period_cap_percent = models.DecimalField(
        "or a share of what was earned, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text="Of all that the partner was granted in the period.",
    )
    period_cap_rule = models.CharField(
        "where both stand", max_length=8, choices=CapRule, default=CapRule.LESSER, help_text="Which of the two holds."
    )
    person_cap = models.BigIntegerField("at most, per person", null=True, blank=True)
    most_people = models.PositiveSmallIntegerField(
        "people at most", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    least = models.BigIntegerField("at least, per claim", null=True, blank=True)
    activity_days = models.PositiveSmallIntegerField(
        "usual length, days", null=True, blank=True, validators=[MaxValueValidator(730)]
    )
    lead_days = models.PositiveSmallIntegerField(
        "pre-approval lead time, days",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="Empty: the program's.",
    )
    proofs = ArrayField(models.CharField(max_length=24, choices=Shows), default=list, blank=True)
    figures = ArrayField(
        models.CharField(max_length=16, choices=Figure), verbose_name="results to report", default=list, blank=True
    )
    eligible = models.TextField("you pay for", blank=True, max_length=2000, help_text="One kind of expense a line.")
    ineligible = models.TextField(
        "you don't pay for", blank=True, max_length=2000, help_text="One kind of expense a line."
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(fields=["terms", "name"], name="one_activity_of_a_name"),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gte=1, rate__lte=100), name="activity_rate_up_to_100"
            ),
            models.CheckConstraint(
                condition=Q(period_cap_percent=None) | Q(period_cap_percent__gt=0, period_cap_percent__lte=100),
                name="activity_cap_percent_up_to_100",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gt": 0, f"{name}__lte": LARGEST}),
                    name=f"activity_{name}_range",
                )
                for name in AMOUNTS
            ),
            # A comparison with an empty one is neither true nor false, and a CHECK takes that.
            *(
                models.CheckConstraint(condition=Q(**{f"{cap}__gte": F("least")}), name=f"activity_{cap}_above_least")
                for cap in AMOUNTS
                if cap != "least"
            ),
        ]
        triggers = [
            Trigger(
                name="published_activities_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ACTIVITIES_OF_DRAFT,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> list[str]:
        """What it pays and asks beyond the program's terms, in words."""
        return list(wording.rules(self, self.terms.currency))

    @property
    def shown_by(self) -> list[str]:
        """What a claim must prove, in words."""
        return [Shows(proof).label for proof in self.proofs]

    @property
    def percent(self) -> Decimal:
        """The share of an invoice that is paid back."""
        return self.terms.reimbursement_percent if self.rate is None else self.rate
