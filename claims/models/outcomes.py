"""What came of an activity: results that a partner reports once it is over, measured and claimed apart.

An activity is a request with all claims that draw on it, or a claim by itself: its results are told once, in one place. A later
report supersedes the one before, which stays.
"""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import record_triggers as triggers
from claims.models.claims import Claim
from claims.models.requests import FundRequest
from claims.states.outcomes import CLAIM_REPORTS, MONEY, REQUEST_REPORTS, RESULTS, Basis
from partners.models import Company, Partner, User
from partners.triggers import Protect, Trigger, append_only
from programs.money import LARGEST
from programs.states import FileKind


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, user: User):
        """Whoever sees the claim or the request sees what came of it."""
        claims, requests = Claim.objects.visible_to(user), FundRequest.objects.visible_to(user)
        return self.filter(
            Q(claim__in=claims.order_by().values("pk")) | Q(request__in=requests.order_by().values("pk"))
        )

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def of_vendor(self, company: Company):
        return self.filter(allocation__budget__program__vendor_id=company.pk)

    def standing(self):
        """Reported, or still to be: without those whose claim was withdrawn, rejected or put behind a request since."""
        waiting = Q(claim__status__in=CLAIM_REPORTS, claim__request=None) | Q(request__status__in=REQUEST_REPORTS)
        return self.filter(Q(number__gt=0) | waiting)

    def unreported(self):
        return self.standing().filter(number=0)

    def overdue(self, today: date):
        return self.unreported().filter(due_on__lt=today)

    def with_fund(self):
        return self.select_related(
            "claim", "request", "partner", "allocation__budget__program__vendor", "allocation__terms"
        )


class Outcome(models.Model):
    """The results of one activity, reported `number` times; 0: not yet, and expected by `due_on`."""

    claim = models.OneToOneField(Claim, models.PROTECT, null=True, related_name="outcome")
    request = models.OneToOneField(FundRequest, models.PROTECT, null=True, related_name="outcome")
    allocation = models.ForeignKey("funds.Allocation", models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    ended_on = models.DateField(help_text="The activity's last day.")
    due_on = models.DateField(null=True, help_text="None where the terms ask for no results.")
    number = models.IntegerField(default=0, help_text="Of the report that stands.")
    reported_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(claim__isnull=False, request=None) | Q(claim=None, request__isnull=False),
                name="outcome_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(number=0, reported_at=None) | Q(number__gt=0, reported_at__isnull=False),
                name="outcome_reported_at",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("ended_on")), name="outcome_due_after_end"),
        ]
        indexes = [
            models.Index(fields=["partner", "due_on"], name="outcome_of_partner"),
            models.Index(fields=["allocation"], name="outcome_of_allocation"),
            models.Index(fields=["due_on"], condition=Q(number=0), name="outcome_unreported"),
        ]
        triggers = [
            Trigger(
                name="outcome_of_its_fund",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=triggers.OUTCOME_OF_FUND,
            ),
            Protect(
                name="outcome_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "request", "allocation", "partner"),
            ),
            Protect(
                name="reports_count_up",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.number NOT IN (OLD.number, OLD.number + 1)"),
            ),
            Protect(
                name="reported_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.number > 0"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.about)

    @property
    def about(self) -> Claim | FundRequest:
        return self.request or self.claim  # type: ignore[return-value]

    @property
    def currency(self) -> str:
        return self.allocation.currency

    def is_overdue(self, today: date) -> bool:
        return not self.number and self.due_on is not None and self.due_on < today


class OutcomeReport(models.Model):
    """One report of an activity's results, as it was sent. Append-only: the next one supersedes it."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="reports")
    number = models.IntegerField()
    words = models.CharField("what came of it", max_length=2000, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["outcome", "number"], name="one_report_of_a_number")]
        triggers = [
            Trigger(
                name="next_report",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=triggers.NEXT_REPORT,
            ),
            # Not even emptied: its results, which go with it, are not.
            append_only()[0],
        ]

    def __str__(self) -> str:
        return f"{self.outcome}, report {self.number}"


class Result(models.Model):
    """One figure of a report: a count, or for pipeline and revenue an amount in minor units of the fund's currency."""

    report = models.ForeignKey(OutcomeReport, models.PROTECT, related_name="results")
    kind = models.CharField(max_length=16, choices=list(RESULTS.items()))
    basis = models.CharField(max_length=8, choices=Basis)
    amount = models.BigIntegerField()
    source = models.CharField(
        "where it is read", max_length=120, blank=True, help_text="As in: CRM export of 30 November."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "basis"], name="one_result_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(RESULTS)), name="result_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount__lte=LARGEST), name="result_range"),
            # What is measured can be looked up somewhere.
            models.CheckConstraint(
                condition=Q(basis=Basis.CLAIMED) | Q(basis=Basis.MEASURED) & ~Q(source=""), name="measured_somewhere"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"

    @property
    def is_money(self) -> bool:
        return self.kind in MONEY


class ResultFile(models.Model):
    """A file that a measured figure can be read in. Append-only, as its report."""

    report = models.ForeignKey(OutcomeReport, models.PROTECT, related_name="files")
    file = models.FileField(upload_to="results", max_length=200)
    name = models.CharField(max_length=160, help_text="As the user called it, cleaned.")
    kind = models.CharField(max_length=20, choices=FileKind)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="one_result_file_of_a_content"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="result_file_kind"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name
