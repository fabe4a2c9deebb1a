"""What a claim consists of: its lines, one for an invoice's part, and the files that prove it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import triggers
from claims.models.claims import Claim
from claims.states import LineStatus, Reason
from partners.models import User
from partners.triggers import Trigger
from programs.activities import Shows
from programs.models import Activity
from programs.money import LARGEST
from programs.states import FileKind


class Line(models.Model):
    """One invoice's part of a claim. `amount` is what it cost; `asked` the vendor's share of it, rounded once, here."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, related_name="+", help_text="None where the terms name no activities."
    )
    people = models.PositiveSmallIntegerField(null=True, help_text="For whom it was, where that bounds what is paid.")
    what = models.CharField("what", max_length=160)
    supplier = models.CharField(max_length=120)
    invoice_number = models.CharField(max_length=60)
    invoice_date = models.DateField()
    amount = models.BigIntegerField()
    asked = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=LineStatus, default=LineStatus.PENDING)
    accepted = models.BigIntegerField(null=True, blank=True)
    reason_code = models.CharField(max_length=20, choices=Reason, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="one_line_at_a_position"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="line_amount_range"),
            models.CheckConstraint(condition=Q(asked__gte=0, asked__lte=F("amount")), name="line_asked_range"),
            models.CheckConstraint(
                condition=Q(accepted=None) | Q(accepted__gte=0, accepted__lte=F("asked")),
                name="line_accepted_range",
            ),
            # A negative decision carries a reason code and a sentence.
            models.CheckConstraint(
                condition=~Q(status__in=[LineStatus.REDUCED, LineStatus.DENIED]) | ~Q(reason_code="") & ~Q(reason=""),
                name="line_reason_given",
            ),
        ]
        triggers = [
            Trigger(
                name="lines_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=triggers.LINES_OF_DRAFT,
            )
        ]

    def __str__(self) -> str:
        return self.what


class Proof(models.Model):
    """A file that shows it happened. Its bytes are kept under a random name, outside the web root."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="proofs")
    file = models.FileField(upload_to="proofs", max_length=200)
    name = models.CharField(max_length=160, help_text="As the user called it, cleaned.")
    kind = models.CharField(max_length=20, choices=FileKind)
    shows = ArrayField(
        models.CharField(max_length=24, choices=Shows), default=list, help_text="What the partner says that it shows."
    )
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256"], name="one_proof_of_a_content"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="proof_kind"),
        ]
        indexes = [models.Index(fields=["sha256"], name="proof_sha256")]
        triggers = [
            Trigger(
                name="proofs_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=triggers.PROOFS_OF_DRAFT,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_in_words(self) -> list[str]:
        """What it shows, in words."""
        return [Shows(what).label for what in self.shows]
