"""What is asked for, proven, decided and paid."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import triggers
from claims.states import (
    AWAITING_DECISION,
    AWAITING_PAYMENT,
    AWAITING_REVIEWER,
    CLAIM_TRANSITIONS,
    DECIDED,
    OPEN,
    WAITS_FOR,
    ClaimStatus,
    LineStatus,
    Reason,
)
from funds.models import Allocation
from partners.models import Company, Membership, Partner, User
from partners.permissions import holds_site_role
from partners.states import Role
from partners.triggers import FSM, Protect, Trigger, append_only, starts_as
from programs.activities import Shows
from programs.models import Activity, vendors_managed_by
from programs.money import LARGEST
from programs.states import FileKind


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User):
        """The partner's people see all of theirs; the vendor's managers and Windfall's people what was ever filed."""
        filed = Q(filed_at__isnull=False)
        of_vendors = Q(allocation__budget__program__vendor__in=vendors_managed_by(user))
        theirs = filed if holds_site_role(user) else filed & of_vendors
        mine = Membership.objects.active().filter(user=user, role__in=[Role.OWNER, Role.MEMBER]).values("company")
        return self.filter(Q(partner__in=mine) | theirs)

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def of_vendor(self, company: Company):
        return self.filter(allocation__budget__program__vendor_id=company.pk)

    def drafts(self):
        return self.filter(status=ClaimStatus.DRAFT)

    def open(self):
        return self.filter(status__in=OPEN)

    def open_or_rejected(self):
        """What somebody still has to do something about; a rejected claim may be corrected."""
        return self.filter(status__in=[*OPEN, ClaimStatus.REJECTED])

    def awaiting_decision(self):
        return self.filter(status__in=AWAITING_DECISION)

    def awaiting_review(self):
        """Waits for a reviewer, longest first."""
        return self.filter(status__in=AWAITING_REVIEWER).order_by("filed_at", "id")

    def awaiting_payment(self):
        return self.filter(status__in=AWAITING_PAYMENT).order_by("decided_at", "id")

    def with_fund(self):
        """With its fund, the fund's terms, program, vendor and partner, in the same query."""
        return self.select_related("allocation__budget__program__vendor", "allocation__terms", "partner", "reviewer")


class Claim(models.Model):
    """A partner's demand on one fund. Amounts are in the program's currency, in minor units."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="claims")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="claims")
    title = models.CharField("what it was for", max_length=120)
    status = models.CharField(max_length=20, choices=ClaimStatus, default=ClaimStatus.DRAFT)
    version = models.PositiveIntegerField(
        default=1, help_text="Goes up with each change; a decision names the one it saw."
    )
    asked = models.BigIntegerField(default=0, help_text="The vendor's share of all lines.")
    ran_from = models.DateField("it ran from", null=True, blank=True)
    ran_until = models.DateField("until", null=True, blank=True)
    from_reserved = models.BigIntegerField(default=0, help_text="How much of it was drawn from pre-approved money.")
    approved = models.BigIntegerField(null=True, blank=True)
    typed = models.JSONField(
        default=dict,
        blank=True,
        help_text="The draft's form as it was typed, half-finished lines too. Empty once filed.",
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    filed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ClaimStatus.values), name="claim_status"),
            models.CheckConstraint(condition=Q(asked__gte=0, asked__lte=LARGEST), name="claim_asked_range"),
            models.CheckConstraint(
                condition=Q(from_reserved__gte=0, from_reserved__lte=F("asked")),
                name="claim_from_reserved_range",
            ),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved__gte=0, approved__lte=F("asked")),
                name="claim_approved_range",
            ),
            models.CheckConstraint(condition=Q(ran_until__gte=F("ran_from")), name="claim_ran_until_after_from"),
            # Four eyes: who filed, who decided and who paid are three people.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by")), name="four_eyes_filed_decided"
            ),
            models.CheckConstraint(condition=Q(paid_by=None) | ~Q(paid_by=F("filed_by")), name="four_eyes_filed_paid"),
            models.CheckConstraint(
                condition=Q(paid_by=None) | ~Q(paid_by=F("decided_by")), name="four_eyes_decided_paid"
            ),
            models.CheckConstraint(
                condition=Q(status=ClaimStatus.DRAFT) | Q(filed_by__isnull=False, filed_at__isnull=False, asked__gt=0),
                name="filed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED) | Q(decided_by__isnull=False, approved__isnull=False),
                name="decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=ClaimStatus.PAID) | Q(paid_by__isnull=False, approved__gt=0),
                name="paid_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-changed_at"], name="claim_of_partner"),
            models.Index(fields=["allocation", "status"], name="claim_of_allocation"),
            models.Index(
                fields=["filed_at", "id"],
                condition=Q(status__in=AWAITING_REVIEWER),
                name="claim_awaiting_review",
            ),
            models.Index(
                fields=["decided_at", "id"],
                condition=Q(status__in=AWAITING_PAYMENT),
                name="claim_awaiting_payment",
            ),
        ]
        triggers = [
            starts_as(ClaimStatus.DRAFT),
            FSM(
                name="status_follows_the_table",
                field="status",
                transitions=[(a.value, b.value) for a, b in CLAIM_TRANSITIONS],
            ),
            Trigger(
                name="decided_and_paid_by_outsiders",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("decided_by_id", "paid_by_id"),
                func=triggers.OUTSIDER,
            ),
            Trigger(
                name="within_its_terms",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition("OLD.status = 'draft' AND NEW.status = 'submitted'"),
                func=triggers.WITHIN_TERMS,
            ),
            Trigger(
                name="claimed_on_windfall",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=triggers.CLAIMED_HERE,
            ),
            Protect(
                name="fund_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("allocation", "partner"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"C-{self.pk:05d}"

    @property
    def currency(self) -> str:
        return self.allocation.currency

    @property
    def program(self):
        return self.allocation.program

    @property
    def waits_for(self) -> str:
        """Who must act next, in words; empty for a claim that rests."""
        return WAITS_FOR.get(ClaimStatus(self.status), "")

    @property
    def is_awaiting_decision(self) -> bool:
        return self.status in AWAITING_DECISION

    @property
    def is_awaiting_payment(self) -> bool:
        return self.status in AWAITING_PAYMENT

    def waiting_days(self, now: datetime) -> int:
        """Full days since it was filed."""
        return (now - self.filed_at).days if self.filed_at else 0


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


class Payment(models.Model):
    """Money that left for the partner, as finance recorded it. Append-only."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="payment")
    amount = models.BigIntegerField()
    paid_on = models.DateField("paid on")
    reference = models.CharField("payment reference", max_length=80)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_has_reference"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.reference
