"""What a vendor's manager tells a partner in words of their own."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from funds.models import Allocation
from partners.models import User
from partners.states import Role
from partners.triggers import Trigger, append_only, refuse
from programs.models import Vendor
from reminders.states import MOST_WORDS, NUDGE_DAYS

NOT_ITS_MANAGER = "WF035"
# Whoever nudges manages the vendor whose money it is.
BY_ITS_MANAGER = f"""
    IF NOT EXISTS (
        SELECT FROM funds_allocation a
          JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program p ON p.id = b.program_id
          JOIN partners_membership m ON m.company_id = p.vendor_id
         WHERE a.id = NEW.allocation_id AND p.vendor_id = NEW.vendor_id
           AND m.user_id = NEW.by_id AND m.role = '{Role.MANAGER}' AND m.ended_at IS NULL
    ) THEN
        {refuse(NOT_ITS_MANAGER, "only a manager of its vendor nudges for this fund")}
    END IF;
    RETURN NEW;
"""


class Nudge(models.Model):
    """A vendor's manager reminded a partner of one fund in words of their own. It stays as it was sent."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="nudges")
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="nudges")
    words = models.CharField(max_length=MOST_WORDS)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_on = models.DateField(help_text="The day where the vendor is.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_on", "-id"]
        constraints = [
            # A range of one id stands for "equal": with that, the index needs none of PostgreSQL's extensions.
            ExclusionConstraint(
                name="one_nudge_a_week",
                expressions=[
                    (Func("allocation", "allocation", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func("sent_on", F("sent_on") + Value(NUDGE_DAYS), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=~Q(words=""), name="nudge_has_words"),
        ]
        triggers = [
            Trigger(name="by_its_manager", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BY_ITS_MANAGER),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}, {self.sent_on}"
