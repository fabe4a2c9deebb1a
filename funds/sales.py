"""Sales that vendors upload, and what partners earn by them. Tables, as `models.py` (which names them)."""

from datetime import date
from decimal import Decimal

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from funds import sales_triggers
from funds.earning import Period, Rule
from funds.sales_states import UPLOAD_TRANSITIONS, UploadStatus
from partners.models import Company, Membership, Partner, User
from partners.permissions import holds_site_role
from partners.states import Kind
from partners.triggers import Protect, append_only, lives
from programs.models import Program, Terms, vendors_managed_by
from programs.money import LARGEST

SENT = ("budget_id", "name", "size", "sha256", "by_id", "created_at")


class SalesUploadQuerySet(models.QuerySet["SalesUpload"]):
    def visible_to(self, user: User):
        """As the budget: the vendor's managers, and Windfall's people."""
        if holds_site_role(user):
            return self
        return self.filter(budget__program__vendor__in=vendors_managed_by(user))

    def of_company(self, company: Company | None):
        """As the company worked in has them: a vendor its programs', Windfall all."""
        if company is None or company.kind == Kind.PARTNER:
            return self.none()
        return self.filter(budget__program__vendor_id=company.pk) if company.kind == Kind.VENDOR else self

    def with_budget(self):
        return self.select_related("budget__program__vendor", "budget__program__terms", "by", "posted_by")


class SalesUpload(models.Model):
    """A file of sales, from its arrival to the money. `sold`, `granted` and so on are minor units of the program's currency."""

    budget = models.ForeignKey("funds.Budget", models.PROTECT, related_name="sales_uploads")
    file = models.FileField(upload_to="sales", max_length=200)
    name = models.CharField("file", max_length=160, help_text="As the user called it, cleaned.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=UploadStatus, default=UploadStatus.RECEIVED)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often its work was begun since it last stood still."
    )
    lines = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0, help_text="Lines with something to correct.")
    standing = models.PositiveIntegerField(default=0, help_text="Lines that were posted before.")
    unknown = models.JSONField(default=list, help_text="Partners that nobody knows: the name and its lines.")
    sold = models.BigIntegerField(default=0, help_text="Of the lines that were not posted before.")
    owed = models.BigIntegerField(default=0, help_text="What its partners owe afterwards.")
    message = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)

    objects = SalesUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=UploadStatus.values), name="upload_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[UploadStatus.POSTING, UploadStatus.POSTED])
                | Q(wrong=0, posted_by__isnull=False),
                name="posted_without_faults",
            ),
            models.CheckConstraint(
                condition=Q(status=UploadStatus.POSTED, posted_at__isnull=False)
                | ~Q(status=UploadStatus.POSTED) & Q(posted_at=None),
                name="posted_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["budget", "-created_at"], name="upload_of_budget"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=[UploadStatus.RECEIVED, UploadStatus.READING, UploadStatus.POSTING]),
                name="upload_busy",
            ),
        ]
        triggers = [
            *lives(UploadStatus.RECEIVED, UPLOAD_TRANSITIONS),
            Protect(
                name="what_was_sent_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"ROW({', '.join(f'OLD.{c}' for c in SENT)}) IS DISTINCT FROM ROW({', '.join(f'NEW.{c}' for c in SENT)})"
                ),
            ),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def program(self) -> Program:
        return self.budget.program

    @property
    def fresh(self) -> int:
        """Lines that count: those that were not posted before."""
        return self.lines - self.standing - self.wrong

    @property
    def staged(self) -> str:
        """The table of its checked lines, from the check until they are posted."""
        return f"staged_sales_{self.pk}"


class SalesFault(models.Model):
    """Something to correct in an uploaded file. The first 500 are kept."""

    upload = models.ForeignKey(SalesUpload, models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=100, blank=True)
    words = models.TextField()

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


class EarnedQuerySet(models.QuerySet):
    """Sales, or what they earned: of one partner in one program of a vendor on Windfall."""

    def visible_to(self, user: User):
        """The partner's people, the vendor's managers, and Windfall's people."""
        if holds_site_role(user):
            return self
        mine = Q(partner__in=Membership.objects.at_partners(user).values("company"))
        return self.filter(mine | Q(program__vendor__in=vendors_managed_by(user)))

    def of_company(self, company: Company | None):
        """As the company worked in has them: a partner its own, a vendor its programs', Windfall all."""
        if company is None:
            return self.none()
        if company.kind == Kind.PARTNER:
            return self.filter(partner_id=company.pk)
        return self.filter(program__vendor_id=company.pk) if company.kind == Kind.VENDOR else self


class Sale(models.Model):
    """One line of a vendor's sales, or a return (below zero). Append-only; a reference counts once in a program.

    Its partner and its upload are checked once a statement, not once a row: a million lines come in one.
    """

    pk = models.CompositePrimaryKey("program_id", "reference")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    reference = models.CharField(max_length=60)
    upload = models.ForeignKey(SalesUpload, models.PROTECT, related_name="sales", db_constraint=False, db_index=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    sold_on = models.DateField()
    amount = models.BigIntegerField()

    objects = EarnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=-LARGEST, amount__lte=LARGEST), name="sale_amount_range"),
            models.CheckConstraint(condition=~Q(reference=""), name="sale_has_reference"),
        ]
        indexes = [
            models.Index(fields=["program", "-sold_on"], name="sale_of_program"),
            models.Index(fields=["partner", "-sold_on"], name="sale_of_partner"),
            # A file's sales lie beside each other: this one costs a posting nothing.
            BrinIndex(fields=["upload"], name="sale_of_upload"),
        ]
        triggers = [sales_triggers.sold_by_upload, *append_only()]

    def __str__(self) -> str:
        return self.reference


class Earning(models.Model):
    """One partner's period in a program. Minor units; `sold` and `earned` may be below zero."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+", help_text="By whose rate and cap it earns.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    sold = models.BigIntegerField(default=0)
    earned = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)


class AccrualQuerySet(EarnedQuerySet):
    def owed(self) -> int:
        """What is granted beyond what was earned."""
        found = self.aggregate(owed=models.Sum(F("posted") + F("late") - F("earned"), default=0))
        return int(found["owed"])


class Accrual(Earning):
    """What a partner sold and earned in a period, and what was granted for it.

    `late` was earned when the money could not be claimed any more. What a partner owes in a program is the sum, over its
    periods, of `posted + late - earned`: where that is above zero in one period, others get less.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="accruals", db_index=False)
    allocation = models.OneToOneField("funds.Allocation", models.PROTECT, null=True, related_name="accrual")
    lines = models.PositiveIntegerField(default=0)
    posted = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)

    objects = AccrualQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "partner", "starts_on"], name="one_accrual_a_period"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="accrual_ends_after_start"),
            models.CheckConstraint(condition=Q(posted__gte=0), name="accrual_posted_not_negative"),
            models.CheckConstraint(
                condition=Q(posted=0) | Q(allocation__isnull=False), name="accrual_posted_to_a_fund"
            ),
            models.CheckConstraint(condition=Q(late__gte=0), name="accrual_late_not_negative"),
        ]
        triggers = [
            sales_triggers.earned_by_its_partner,
            Protect(
                name="period_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "ROW(OLD.program_id, OLD.partner_id, OLD.terms_id, OLD.starts_on, OLD.ends_on) IS DISTINCT FROM "
                    "ROW(NEW.program_id, NEW.partner_id, NEW.terms_id, NEW.starts_on, NEW.ends_on)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}, {self.period.label}"

    @property
    def rate(self) -> str:
        return f"{self.terms.accrual_percent.normalize():f}%" if self.terms.accrual_percent else ""


class SalesEffect(Earning):
    """What an upload does to one partner's period: as its check foresaw it, and once posted, as it was.

    `added` is what the upload itself sold; `sold`, `earned` and `late` are the period's in all; `moved` goes into the fund, or
    comes back out of it.
    """

    upload = models.ForeignKey(SalesUpload, models.CASCADE, related_name="effects")
    lines = models.PositiveIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)
    owed = models.BigIntegerField(
        default=0, help_text="What the partner owes in all afterwards; the same in each of its rows."
    )

    class Meta:
        ordering = ["partner__name", "starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "partner", "starts_on"], name="one_effect_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}: {self.partner_id}, {self.period.label}"


def rules_of(program: Program) -> list[Rule]:
    """How partners earn under each published version of the terms, oldest first."""

    def since(terms: Terms) -> date:
        return program.today(terms.published_at) if terms.published_at else date.max

    return [
        Rule(terms.pk, since(terms), terms.earning_months or 1, terms.accrual_percent or Decimal(0), terms.accrual_cap)
        for terms in program.versions.filter(published_at__isnull=False).order_by("number")
    ]
