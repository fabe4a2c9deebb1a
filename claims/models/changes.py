"""Who changed what: every change of a row that is on record, as the database itself wrote it down."""

from django.db import models
from django.db.models import Q, TextChoices

from claims.models.claims import Claim
from claims.models.requests import FundRequest
from partners.models import User
from partners.permissions import is_admin
from partners.triggers import append_only


class RowAct(TextChoices):
    INSERT = "insert", "Added"
    UPDATE = "update", "Changed"
    DELETE = "delete", "Deleted"


class RowChangeQuerySet(models.QuerySet["RowChange"]):
    def visible_to(self, user: User):
        """Windfall's admins alone."""
        return self if is_admin(user) else self.none()


class RowChange(models.Model):
    """One row's change: the columns that differ, as they were and as they are. Append-only; triggers write it.

    No foreign keys: what it tells of may be gone, and writing it down must never fail for that.
    """

    at = models.DateTimeField()
    transaction = models.BigIntegerField(help_text="The same for all that was changed together.")
    actor = models.ForeignKey(
        User,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="None: no person's request did it.",
    )
    database_user = models.CharField(max_length=63)
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    act = models.CharField(max_length=6, choices=RowAct)
    claim = models.ForeignKey(
        Claim, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    request = models.ForeignKey(
        FundRequest, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    was = models.JSONField(null=True)
    becomes = models.JSONField(null=True)

    objects = RowChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=RowAct.values), name="change_act"),
        ]
        indexes = [
            models.Index(fields=["claim", "-id"], condition=Q(claim__isnull=False), name="change_of_claim"),
            models.Index(fields=["request", "-id"], condition=Q(request__isnull=False), name="change_of_request"),
            models.Index(fields=["actor", "-id"], name="change_by_actor"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.act} {self.table} {self.row_id}"

    @property
    def fields(self) -> list[tuple[str, object, object]]:
        """(column, as it was, as it is), by name; for a new or a gone row only what stands in it."""
        was, becomes = self.was or {}, self.becomes or {}
        names = sorted({*was, *becomes})
        return [(name, was.get(name), becomes.get(name)) for name in names]
