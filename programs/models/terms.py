"""What a program promises, in versions."""

from datetime import date, timedelta

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from partners.triggers import Protect
from programs.models.offers import Program


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
        help_text="The share of each invoice that you pay back.",
    )
    claim_window_days = models.PositiveSmallIntegerField(
        "claim window, days",
        default=30,
        validators=[MaxValueValidator(730)],
        help_text="How long after the money's last day a claim may still be filed.",
    )
    lead_days = models.PositiveSmallIntegerField(
        "pre-approval lead time, days",
        default=0,
        validators=[MaxValueValidator(365)],
        help_text="How long before an activity it must be asked for. 0 where no approval is needed.",
    )
    activity_days = models.PositiveSmallIntegerField(
        "usual length of an activity, days",
        default=14,
        validators=[MaxValueValidator(730)],
        help_text="With the lead time it gives the last day on which a partner can safely start.",
    )
    extension_days = models.PositiveSmallIntegerField(
        "extension limit, days",
        default=90,
        validators=[MaxValueValidator(730)],
        help_text="How far, in all, you may extend a fund beyond its first last day. 0 where you never do.",
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
    def notice_days(self) -> int:
        """How long before the money's last day one has to begin."""
        return self.activity_days + self.lead_days

    def last_safe_start(self, expires_on: date) -> date:
        """After this day the money cannot be used any more, though it has not expired yet."""
        return expires_on - timedelta(days=self.notice_days)
