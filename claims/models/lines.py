"""What a claim consists of: its lines, one for an invoice's part, and the files that prove it."""

import secrets

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5, Cast, Left, Lower, Random
from django.utils import timezone

from claims import record_triggers, sum_triggers, triggers
from claims.amounts import RATE_DECIMALS, rate_in_words
from claims.models.accounts import PRINT_LENGTH
from claims.models.claims import Claim
from claims.models.invoices import Invoice
from claims.models.rates import OLDEST_RATE
from claims.states import PROOF_TRANSITIONS, PUT_AWAY, LineStatus, ProofStatus, Reason
from partners.models import User
from partners.triggers import FSM, Trigger, starts_as
from programs.activities import Shows
from programs.models import Activity
from programs.money import LARGEST
from programs.states import FileKind

KEY_LENGTH = 8


def new_key() -> str:
    return secrets.token_hex(KEY_LENGTH // 2)


def replaced(what, pattern: str, by: str) -> Func:
    return Func(what, Value(pattern), Value(by), Value("g"), function="regexp_replace")


def letters(what) -> Func:
    """Lower case, without spaces and punctuation: what two ways of writing a name have in common."""
    return replaced(Lower(what), "[^[:alnum:]]+", "")


def without_zeros(what) -> Func:
    """INV-0042 as INV-42."""
    return replaced(what, "(^|[^0-9])0+(?=[0-9])", "\\1")


class Line(models.Model):
    """One invoice's part of a claim.

    `net`, `tax`, `total` and `part` (how much of the total is asked here) are in the invoice's currency. `amount` is what counts
    of them in the program's (`claims/amounts.py`); `asked` is the vendor's share of that. `key` stays when the draft is saved
    again, so that files can belong to a line.
    """

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
    key = models.CharField(
        max_length=KEY_LENGTH, default=new_key, db_default=Left(MD5(Cast(Random(), models.TextField())), KEY_LENGTH)
    )
    net = models.BigIntegerField()
    tax = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField()
    part = models.BigIntegerField()
    invoice_currency = models.CharField(
        max_length=3, blank=True, default="", db_default="", help_text="Where it is not the program's."
    )
    rate = models.DecimalField(max_digits=20, decimal_places=RATE_DECIMALS, null=True, help_text="Of one unit.")
    rate_day = models.DateField(null=True)
    rate_source = models.CharField(max_length=90, blank=True, default="", db_default="")
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="lines", help_text="Known from the first filing on."
    )
    amount = models.BigIntegerField()
    asked = models.BigIntegerField()
    supplier_key = models.GeneratedField(
        expression=letters("supplier"), output_field=models.TextField(), db_persist=True
    )
    number_key = models.GeneratedField(
        expression=letters(without_zeros("invoice_number")), output_field=models.TextField(), db_persist=True
    )
    status = models.CharField(max_length=10, choices=LineStatus, default=LineStatus.PENDING)
    accepted = models.BigIntegerField(null=True, blank=True)
    reason_code = models.CharField(max_length=20, choices=Reason, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="one_line_at_a_position"),
            models.UniqueConstraint(fields=["claim", "key"], name="one_line_of_a_key"),
            models.CheckConstraint(
                condition=Q(net__gte=0, tax__gte=0, total=F("net") + F("tax"), total__gt=0, total__lte=LARGEST),
                name="line_adds_up",
            ),
            models.CheckConstraint(condition=Q(part__gt=0, part__lte=F("total")), name="line_part_range"),
            models.CheckConstraint(
                condition=~Q(invoice_currency="") | Q(amount__lte=F("part")), name="line_amount_of_its_part"
            ),
            # An invoice of another currency carries its rate, which is of its day or of the week before.
            models.CheckConstraint(
                condition=Q(invoice_currency="", rate=None, rate_day=None, rate_source="")
                | ~Q(invoice_currency="")
                & Q(
                    rate__isnull=False,
                    rate__gt=0,
                    rate_day__isnull=False,
                    rate_day__lte=F("invoice_date"),
                    rate_day__gte=F("invoice_date") - OLDEST_RATE,
                ),
                name="line_rate_of_its_day",
            ),
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
        indexes = [
            models.Index(fields=["number_key", "supplier_key"], name="line_of_an_invoice"),
            models.Index(fields=["supplier_key", "invoice_date"], name="line_of_a_supplier"),
        ]
        triggers = [
            record_triggers.never_emptied(),
            record_triggers.written_down(claim="claim_id", on_record=record_triggers.FILED_CLAIM),
            Trigger(
                name="lines_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=triggers.LINES_OF_DRAFT,
            ),
            Trigger(
                name="invoice_as_on_the_line",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("invoice_id", "claim_id", "total", "invoice_date", "invoice_currency"),
                condition=pgtrigger.Condition("NEW.invoice_id IS NOT NULL"),
                func=triggers.INVOICE_OF_LINE,
            ),
            sum_triggers.amount_as_it_counts,
            sum_triggers.verdict_stays,
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def currency(self) -> str:
        """The invoice's."""
        return self.invoice_currency or self.claim.currency

    @property
    def rate_words(self) -> str:
        return rate_in_words(self.rate) if self.rate is not None else ""

    @property
    def is_plain(self) -> bool:
        """Counts as the invoice says: in the program's currency, all of it, with nothing taken off."""
        return not self.invoice_currency and self.amount == self.total


class ProofQuerySet(models.QuerySet):
    def standing(self):
        """What shows it now: not what was replaced or taken off."""
        return self.exclude(status__in=PUT_AWAY)

    def put_away(self):
        """What was replaced or taken off after reviewers could look at it."""
        return self.filter(status__in=PUT_AWAY)


class Proof(models.Model):
    """A file that shows it happened. Its bytes are kept under a random name, outside the web root."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="proofs")
    file = models.FileField(upload_to="proofs", max_length=200)
    name = models.CharField(max_length=160, help_text="As the user called it, cleaned.")
    kind = models.CharField(max_length=20, choices=FileKind)
    shows = ArrayField(
        models.CharField(max_length=24, choices=Shows), default=list, help_text="What the partner says that it shows."
    )
    lines = ArrayField(
        models.CharField(max_length=KEY_LENGTH),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=KEY_LENGTH))),
        help_text="Keys of the lines that it belongs to; none: it belongs to all.",
    )
    read = models.JSONField(null=True, help_text="What an invoice says, read from it. None: not tried yet.")
    marks = ArrayField(
        models.CharField(max_length=PRINT_LENGTH),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=PRINT_LENGTH))),
        help_text="Fingerprints of the bank accounts and tax numbers that it names.",
    )
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(
        max_length=10, choices=ProofStatus, default=ProofStatus.PENDING, db_default=ProofStatus.PENDING.value
    )
    reason_code = models.CharField(max_length=20, choices=Reason, blank=True, default="", db_default="")
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    replaces = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="The declined file in whose place it is.",
    )
    filed_at = models.DateTimeField(
        null=True, help_text="Since when reviewers see it: from then on it stays. The database notes it."
    )

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256"], name="one_proof_of_a_content"),
            models.CheckConstraint(condition=Q(status__in=ProofStatus.values), name="proof_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[ProofStatus.DECLINED, ProofStatus.REPLACED])
                | ~Q(reason_code="") & ~Q(reason=""),
                name="proof_reason_given",
            ),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="proof_kind"),
        ]
        indexes = [models.Index(fields=["sha256"], name="proof_sha256")]
        triggers = [
            record_triggers.never_emptied(),
            record_triggers.written_down(claim="claim_id", on_record=record_triggers.FILED_CLAIM, passing=("marks",)),
            Trigger(
                name="proofs_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=triggers.PROOFS_OF_DRAFT,
            ),
            Trigger(
                name="filed_proof_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.filed_at IS NOT NULL"),
                func=triggers.FILED_PROOF_IS_KEPT,
            ),
            starts_as(ProofStatus.PENDING),
            FSM(
                name="proof_follows_the_table",
                field="status",
                transitions=[(a.value, b.value) for a, b in PROOF_TRANSITIONS],
            ),
            Trigger(
                name="replaces_a_declined_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("replaces_id"),
                condition=pgtrigger.Condition("NEW.replaces_id IS NOT NULL"),
                func=triggers.REPLACES_DECLINED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stands(self) -> bool:
        """It is proof of the claim: neither replaced nor taken off."""
        return self.status not in PUT_AWAY

    @property
    def shown_in_words(self) -> list[str]:
        """What it shows, in words."""
        return [Shows(what).label for what in self.shows]

    def belongs_to(self, line: Line) -> bool:
        return not self.lines or line.key in self.lines
