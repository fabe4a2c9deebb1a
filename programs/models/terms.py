"""What a program promises, in versions."""

from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from partners.triggers import Protect
from programs.changes import Change, changes
from programs.days import working_days_before
from programs.models.offers import Program
from programs.money import LARGEST
from programs.states import LeadUnit, WindowFrom
from programs.terms import lead_in_words

EARNING_MONTHS = [(1, "a month"), (3, "a quarter"), (6, "half a year"), (12, "a year")]
# Those of an activity that are minor units of its program's currency.
AMOUNTS = ("claim_cap", "period_cap", "person_cap", "least")
PUBLISHED_TERMS = "WF021"


class Terms(models.Model):
    """One version of what a program promises. Published, it never changes: an edit makes the next version.

    A fund keeps the version that it was granted under, and its claims are judged by that one.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    wording = models.TextField(
        "terms, in your words",
        blank=True,
        max_length=20_000,
        help_text="What the money is for, what it is not for, and what you need as proof. You need it to publish.",
    )
    reimbursement_percent = models.DecimalField(
        "reimbursement rate, %",
        max_digits=5,
        decimal_places=2,
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="The share of each invoice that you pay back, where an activity has no rate of its own.",
    )
    tax_included = models.BooleanField("amounts include tax", default=False)
    least_claim = models.BigIntegerField(
        "smallest claim", null=True, blank=True, help_text="Claims that ask for less are not taken. Empty: any amount."
    )
    preapproval = models.BooleanField(
        "every activity is approved in advance",
        default=False,
        help_text="A claim can only draw on money that was pre-approved.",
    )
    lead_days = models.PositiveSmallIntegerField(
        "pre-approval lead time, days",
        default=0,
        validators=[MaxValueValidator(365)],
        help_text="How long before an activity it must be asked for. 0 where no approval is needed.",
    )
    lead_unit = models.CharField("counted in", max_length=8, choices=LeadUnit, default=LeadUnit.CALENDAR)
    activity_days = models.PositiveSmallIntegerField(
        "usual length of an activity, days",
        default=14,
        validators=[MaxValueValidator(730)],
        help_text="With the lead time it gives the last day on which a partner can safely start.",
    )
    claim_window_days = models.PositiveSmallIntegerField(
        "claim window, days",
        default=30,
        validators=[MaxValueValidator(730)],
        help_text="How long a claim may still be filed afterwards.",
    )
    claim_window_from = models.CharField("counted from", max_length=8, choices=WindowFrom, default=WindowFrom.FUND)
    review_days = models.PositiveSmallIntegerField(
        "claims are decided within, days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Counted from the day on which a claim is filed. Empty where you promise nothing.",
    )
    second_approval_over = models.BigIntegerField(
        "a second person approves what is over",
        null=True,
        blank=True,
        help_text="Requests and claims for more than this are approved by two people. Empty: one is enough.",
    )
    dispute_days = models.PositiveSmallIntegerField(
        "days to dispute a decision",
        default=30,
        validators=[MaxValueValidator(365)],
        help_text="A disputed claim goes to another reviewer, once. 0 where a decision is final.",
    )
    pay_days = models.PositiveSmallIntegerField(
        "you pay within, days",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="Counted from a complete claim. Empty where you promise nothing.",
    )
    extension_days = models.PositiveSmallIntegerField(
        "extension limit, days",
        default=90,
        validators=[MaxValueValidator(730)],
        help_text="How far, in all, you may extend a fund beyond its first last day. 0 where you never do.",
    )
    termination_days = models.PositiveSmallIntegerField(
        "days to claim after a partnership ends",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="What is not claimed by then lapses. Empty: a fund's own deadlines go on.",
    )
    aging_months = models.PositiveSmallIntegerField(
        "money may be used for, months",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="Counted from the day on which it was granted or deposited, or from the end of the period in which it was "
        "earned. Empty: until the program ends.",
    )
    forfeits_at_period_end = models.BooleanField(
        "what is left lapses with the budget's period",
        default=False,
        help_text="Whatever the months say, no money can be used after its budget's last day.",
    )
    accrual_percent = models.DecimalField(
        "earned on sales, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text="The share of its sales that a partner earns.",
    )
    accrual_cap = models.BigIntegerField(
        "most that a partner earns in a period", null=True, blank=True, help_text="Empty: no limit."
    )
    earning_months = models.PositiveSmallIntegerField(
        "a period lasts", null=True, blank=True, choices=EARNING_MONTHS, help_text="Sales are added up over it."
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(
                fields=["program"], condition=Q(published_at__isnull=True), name="one_draft_of_terms"
            ),
            models.CheckConstraint(
                condition=Q(reimbursement_percent__gte=1, reimbursement_percent__lte=100), name="rate_up_to_100"
            ),
            models.CheckConstraint(
                condition=Q(least_claim=None) | Q(least_claim__gt=0, least_claim__lte=LARGEST), name="least_claim_range"
            ),
            models.CheckConstraint(
                condition=Q(second_approval_over=None)
                | Q(second_approval_over__gt=0, second_approval_over__lte=LARGEST),
                name="second_approval_over_range",
            ),
            models.CheckConstraint(
                condition=Q(accrual_percent=None, accrual_cap=None)
                | Q(
                    accrual_percent__isnull=False,
                    accrual_percent__gt=0,
                    accrual_percent__lte=100,
                    earning_months__isnull=False,
                    earning_months__in=[m for m, _ in EARNING_MONTHS],
                ),
                name="accrual_over_a_period",
            ),
            models.CheckConstraint(
                condition=Q(accrual_cap=None) | Q(accrual_cap__gt=0, accrual_cap__lte=LARGEST), name="accrual_cap_range"
            ),
        ]
        triggers = [
            Protect(
                name="published_terms_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
            ),
            Protect(
                name="of_one_program",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.program_id IS DISTINCT FROM NEW.program_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def currency(self) -> str:
        return self.program.currency

    def last_safe_start(self, expires_on: date) -> date:
        """After this day the money cannot be used any more, though it has not expired yet."""
        return self.ask_by(expires_on - timedelta(days=self.activity_days))

    def ask_by(self, starts_on: date) -> date:
        """The last day on which approval can be asked for of an activity that starts then."""
        if self.lead_unit == LeadUnit.WORKING:
            return working_days_before(starts_on, self.lead_days)
        return starts_on - timedelta(days=self.lead_days)

    @property
    def lead(self) -> str:
        """The lead time in words: "14 days", "10 working days"."""
        return lead_in_words(self.lead_days, self.lead_unit)

    @property
    def names_amounts(self) -> bool:
        activities = [getattr(activity, name) for activity in self.activities.all() for name in AMOUNTS]
        return any(
            amount is not None
            for amount in (self.least_claim, self.second_approval_over, self.accrual_cap, *activities)
        )

    def changes_from(self, old: "Terms") -> list[Change]:
        """Each way in which this version differs from an older one, in words, its activities too."""
        return list(changes(old, self, old_activities=old.activities.all(), new_activities=self.activities.all()))
