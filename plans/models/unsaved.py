"""What somebody typed of an activity of the plan and has not saved."""

import pgtrigger
from django.db import models
from django.db.models import Q

from partners.models import Partner, User
from partners.triggers import Trigger, refuse
from plans.models.plan import PlannedActivity

NOT_ITS_WRITER = "WF138"

OF_WHO_TYPED = f"""
    IF TG_OP = 'UPDATE' AND ROW(NEW.writer_id, NEW.partner_id, NEW.activity_id)
                            IS DISTINCT FROM ROW(OLD.writer_id, OLD.partner_id, OLD.activity_id) THEN
        {refuse(NOT_ITS_WRITER, "what somebody typed stays theirs, and of that activity")}
    END IF;
    IF NOT EXISTS (
        SELECT FROM partners_membership m JOIN partners_company c ON c.id = m.company_id AND c.kind = 'partner'
         WHERE m.user_id = NEW.writer_id AND m.company_id = NEW.partner_id AND m.ended_at IS NULL
    ) OR NEW.activity_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM plans_plannedactivity WHERE id = NEW.activity_id AND company_id = NEW.partner_id
    ) THEN
        {refuse(NOT_ITS_WRITER, "only who works for the partner types into its plan")}
    END IF;
    RETURN NEW;
"""


class UnsavedQuerySet(models.QuerySet["Unsaved"]):
    def of(self, writer: User, partner: Partner):
        """Nobody else reads it, and neither does its writer once they work elsewhere."""
        return self.filter(writer=writer, partner=partner)


class Unsaved(models.Model):
    """What its writer typed into the form of an activity, or of a new one, as the browser sent it; right or wrong.

    Saving the form, or throwing it away, deletes the row. `version` is the activity's as the form showed it.
    """

    writer = models.ForeignKey(User, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(
        PlannedActivity, models.PROTECT, null=True, related_name="+", help_text="None: a new one."
    )
    fields = models.JSONField(help_text="The form's names and what stands in them.")
    version = models.IntegerField()
    at = models.DateTimeField()

    objects = UnsavedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "unsaved"
        constraints = [
            models.UniqueConstraint(
                fields=["writer", "partner", "activity"], name="one_unsaved_of_each", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(version__gte=0), name="unsaved_version"),
        ]
        triggers = [
            Trigger(
                name="of_who_typed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_WHO_TYPED,
            ),
        ]

    def __str__(self) -> str:
        return self.title or "A new activity"

    @property
    def title(self) -> str:
        return str(self.fields.get("plan-title", "")).strip()
