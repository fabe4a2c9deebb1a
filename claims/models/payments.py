"""Money on its way to a partner: what is to be paid of a claim, what holds it up, and the batch that it leaves with."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import payment_triggers as rules
from claims import record_triggers
from claims.models.accounts import BankDetails
from claims.models.claims import Claim
from claims.states import AWAITING_PAYMENT
from claims.states.payments import (
    BATCH_TRANSITIONS,
    ON_THE_WAY,
    PAYMENT_TRANSITIONS,
    WAITING,
    BatchStatus,
    HoldReason,
    Method,
    PaymentStatus,
    Side,
)
from claims.triggers import version_goes_up
from partners.models import Partner, User
from partners.permissions import holds_site_role
from partners.states import Role
from partners.triggers import Protect, differs, follows, listed, lives
from programs.models import Vendor
from programs.money import LARGEST


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User):
        """Finance's own: a partner sees its remittance advice, never what others are paid."""
        return self if holds_site_role(user, Role.FINANCE) else self.none()


class Batch(models.Model):
    """Payments of one vendor in one currency that leave together."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="batches")
    currency = models.CharField(max_length=3)
    method = models.CharField("how it is paid", max_length=10, choices=Method)
    execute_on = models.DateField("day of execution")
    account = models.ForeignKey(
        BankDetails, models.PROTECT, null=True, related_name="+", help_text="The vendor's, from which it is paid."
    )
    status = models.CharField(max_length=10, choices=BatchStatus, default=BatchStatus.OPEN)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BatchStatus.values), name="batch_status"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="batch_method"),
            models.CheckConstraint(
                condition=~Q(status=BatchStatus.SENT) | Q(sent_by__isnull=False, sent_at__isnull=False),
                name="batch_sent_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["vendor", "-created_at"], name="batch_of_vendor")]
        triggers = [
            *lives(BatchStatus.OPEN, BATCH_TRANSITIONS),
            version_goes_up(),
            rules.stays("vendor_id", "currency", "method", "created_by_id", "created_at"),
            rules.from_its_own_account,
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.execute_on:%-d %b}"

    @property
    def number(self) -> str:
        return f"B-{self.pk:05d}"

    @property
    def message_id(self) -> str:
        """What the bank knows the file by: the same each time that it is exported."""
        return f"WINDFALL-B{self.pk:08d}"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User):
        return self.filter(claim__in=Claim.objects.visible_to(user))

    def waiting(self):
        """Nobody has done anything with it yet, and its claim is still approved."""
        return self.filter(status__in=WAITING, claim__status__in=AWAITING_PAYMENT)

    def payable(self):
        """What a batch may take."""
        return self.filter(status=PaymentStatus.PENDING, claim__status__in=AWAITING_PAYMENT)

    def with_claim(self):
        """With its claim and the claim's fund, partner, vendor and batch, in the same query."""
        return self.select_related(
            "claim__allocation__budget__program__vendor",
            "claim__allocation__terms",
            "claim__partner",
            "partner",
            "vendor",
            "batch",
            "account",
        )


class Payment(models.Model):
    """One transfer of what was approved of a claim: all of it, an instalment, or the rest after a short payment."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    due_on = models.DateField("due on")
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.PENDING)
    version = models.PositiveIntegerField(default=1)
    instead_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="followed_by",
        help_text="The payment that failed, fell short or was split.",
    )
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="payments")
    account = models.ForeignKey(
        BankDetails, models.PROTECT, null=True, related_name="+", help_text="The partner's, to which it is sent."
    )
    received = models.BigIntegerField(null=True, help_text="What of `amount` reached the partner.")
    paid_on = models.DateField("paid on", null=True)
    reference = models.CharField("payment reference", max_length=80, blank=True)
    failure = models.CharField(max_length=200, blank=True, help_text="Why the bank did not execute it.")
    batched_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(received=None) | Q(received__gt=0, received__lte=F("amount")), name="payment_received_range"
            ),
            models.CheckConstraint(
                condition=Q(received=None) | Q(status__in=[PaymentStatus.CONFIRMED, PaymentStatus.REVERSED]),
                name="payment_received_once_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.CONFIRMED)
                | Q(
                    received__isnull=False,
                    paid_on__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                )
                & ~Q(reference=""),
                name="payment_has_reference",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ON_THE_WAY) | Q(batch__isnull=False, batched_by__isnull=False),
                name="payment_in_its_batch",
            ),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.SENT) | Q(sent_by__isnull=False), name="payment_sent_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["claim", "status"], name="payment_of_claim"),
            models.Index(fields=["batch", "partner"], name="payment_of_batch"),
            models.Index(
                fields=["vendor", "currency", "due_on"], condition=Q(status__in=WAITING), name="payment_waiting"
            ),
            models.Index(fields=["partner", "status"], name="payment_of_partner"),
            models.Index(fields=["status", "-paid_on"], name="payment_by_state"),
        ]
        triggers = [
            record_triggers.written_down(claim="claim_id"),
            Protect(
                name="starts_as",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(f"NEW.status NOT IN ({listed(WAITING)})"),
            ),
            follows(PAYMENT_TRANSITIONS),
            version_goes_up(),
            rules.within_what_was_approved,
            rules.of_its_claim,
            rules.approved_still,
            rules.paid_by_outsiders,
            rules.not_by_who_entered,
            rules.in_a_batch_of_its_own,
            rules.held_while_held("NEW.id"),
            rules.claim_paid_as_it_says,
            rules.stays(
                "claim_id",
                "partner_id",
                "vendor_id",
                "currency",
                "amount",
                "instead_of_id",
                once=" OR OLD.status = 'confirmed' AND "
                + differs(
                    ("received", "paid_on", "reference", "confirmed_by_id", "confirmed_at", "account_id", "batch_id")
                ),
            ),
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"P-{self.pk:05d}"

    @property
    def end_to_end(self) -> str:
        """What the bank's answer names it by: unique, and the same each time that its batch is exported."""
        return f"WF-{self.pk:010d}"

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def missing(self) -> int:
        """What was sent and did not arrive."""
        return self.amount - self.received if self.received is not None else 0


class Hold(models.Model):
    """Why a payment waits: a reason and a sentence that both sides read. Only its end is added to it."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="holds")
    side = models.CharField(max_length=10, choices=Side)
    code = models.CharField("reason", max_length=20, choices=HoldReason)
    words = models.CharField("in a sentence", max_length=500)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="None: Windfall.")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_words = models.CharField("what came of it", max_length=500, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values, code__in=HoldReason.values), name="hold_reason"),
            models.CheckConstraint(condition=~Q(words=""), name="hold_has_words"),
            models.UniqueConstraint(
                fields=["payment", "side", "code"], condition=Q(closed_at=None), name="one_open_hold_of_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["payment"], condition=Q(closed_at=None), name="hold_open"),
        ]
        triggers = [
            rules.stays(
                "payment_id",
                "side",
                "code",
                "words",
                "opened_by_id",
                "opened_at",
                once=" OR OLD.closed_at IS NOT NULL AND " + differs(("closed_by_id", "closed_at", "closed_words")),
            ),
            rules.held_while_held("NEW.payment_id"),
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.words}"
