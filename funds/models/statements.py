"""Statements that a partner uploads for its own books, and how those of one vendor are to be read."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from funds.statement_files.said import Said
from partners.models import Membership, Partner, User
from partners.triggers import Protect, Trigger, differs, refuse
from programs.models import KeptVendor

FOREIGN_STATEMENT = "WF097"
SENT = ("kept_by_id", "vendor_name", "file", "name", "size", "sha256", "by_id", "created_at")

# A statement is of a vendor in the books of the partner that uploads it.
OF_ITS_KEEPER = f"""
    IF NEW.vendor_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM partners_company WHERE id = NEW.vendor_id AND kept_by_id = NEW.kept_by_id
    ) THEN
        {refuse(FOREIGN_STATEMENT, "a statement is of a vendor in the books of its partner")}
    END IF;
    RETURN NEW;
"""
OF_BOOKS = f"""
    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.vendor_id AND kept_by_id IS NOT NULL) THEN
        {refuse(FOREIGN_STATEMENT, "only statements of a vendor in own books are remembered")}
    END IF;
    RETURN NEW;
"""


class StatementUploadQuerySet(models.QuerySet["StatementUpload"]):
    def visible_to(self, user: User):
        """One's own partner's: nobody else's, as its books."""
        return self.filter(kept_by__in=Membership.objects.at_partners(user).values("company"))

    def of_partner(self, company: models.Model):
        return self.filter(kept_by=company.pk)

    def of_vendor(self, vendor: models.Model):
        return self.filter(vendor=vendor.pk)

    def waiting(self):
        """Looked at, and not recorded yet."""
        return self.filter(recorded_at__isnull=True)

    def with_people(self):
        return self.select_related("kept_by", "vendor", "by", "recorded_by")


class StatementUpload(models.Model):
    """A statement's file from its arrival until its funds stand in the books. `vendor` is None for a new one until then."""

    kept_by = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(KeptVendor, models.PROTECT, null=True, related_name="+")
    vendor_name = models.CharField("vendor", max_length=120, help_text="As it was chosen or typed.")
    file = models.FileField(upload_to="statements", max_length=200)
    name = models.CharField("file", max_length=160, help_text="As the user called it, cleaned.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    said = models.JSONField(default=dict, help_text="What a person said of it: `statement_files.said`.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stated_on = models.DateField(null=True, help_text="The day of the statement, as it was recorded.")
    changes = models.JSONField(default=list, help_text="What it changed of each fund when it was recorded.")

    objects = StatementUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(vendor_name=""), name="statement_has_vendor"),
            models.CheckConstraint(
                condition=Q(recorded_at=None, recorded_by=None, stated_on=None, changes=[])
                | Q(
                    recorded_at__isnull=False, recorded_by__isnull=False, stated_on__isnull=False, vendor__isnull=False
                ),
                name="statement_recorded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["kept_by", "-created_at"], name="statement_of_partner"),
            models.Index(fields=["vendor", "-created_at"], name="statement_of_vendor"),
        ]
        triggers = [
            Trigger(
                name="statement_of_its_keeper",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("vendor_id"),
                func=OF_ITS_KEEPER,
            ),
            Protect(
                name="what_was_sent_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"{differs(SENT)} OR (OLD.vendor_id IS NOT NULL AND NEW.vendor_id IS DISTINCT FROM OLD.vendor_id)"
                ),
            ),
            Protect(
                name="recorded_statement_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.recorded_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def as_said(self) -> Said:
        return Said.of_json(self.said)


class StatementLayoutQuerySet(models.QuerySet["StatementLayout"]):
    def visible_to(self, user: User):
        return self.filter(vendor__kept_by__in=Membership.objects.at_partners(user).values("company"))

    def of_vendor(self, vendor: models.Model):
        return self.filter(vendor=vendor.pk)


class StatementLayout(models.Model):
    """How statements of one vendor with these headings are read: as the last one that was recorded."""

    vendor = models.ForeignKey(KeptVendor, models.PROTECT, related_name="statement_layouts")
    fingerprint = models.CharField(max_length=32, help_text="Of the headings: `Layout.fingerprint`.")
    said = models.JSONField(default=dict, help_text="`statement_files.said`.")
    columns = models.PositiveSmallIntegerField(help_text="How many have a meaning.")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = StatementLayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "fingerprint"], name="one_layout_of_a_shape"),
            models.CheckConstraint(condition=~Q(fingerprint=""), name="layout_has_fingerprint"),
        ]
        triggers = [
            Trigger(
                name="layout_of_books",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("vendor_id"),
                func=OF_BOOKS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id}: {self.columns} columns"
