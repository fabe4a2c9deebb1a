"""What a partner asks a vendor to approve before it spends, and what of it is set aside."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import record_triggers, request_triggers, sum_triggers, triggers
from claims.models.filed import FiledQuerySet
from claims.states.requests import (
    AWAITING_DECISION,
    AWAITING_VENDOR,
    DECIDED,
    IN_FORCE,
    OPEN,
    REQUEST_TRANSITIONS,
    WAITS_FOR,
    RequestStatus,
)
from funds.models import Allocation
from partners.models import Partner, User
from partners.triggers import Protect, Trigger, lives
from programs.models import Activity
from programs.money import LARGEST
from programs.states import FileKind


class FundRequestQuerySet(FiledQuerySet):
    def open(self):
        return self.filter(status__in=OPEN)

    def in_force(self):
        """Money is set aside for it, and claims may draw on that."""
        return self.filter(status__in=IN_FORCE)

    def awaiting_vendor(self):
        """Waits for somebody of the vendor, longest first."""
        return self.filter(status__in=AWAITING_VENDOR).order_by("filed_at", "id")

    def with_fund(self):
        """With its fund, the fund's terms, program, vendor, partner and activity, in the same query."""
        return self.select_related(
            "allocation__budget__program__vendor", "allocation__terms", "partner", "activity__terms", "reviewer"
        )


class FundRequest(models.Model):
    """A partner asks for money of one fund to be set aside for an activity to come. Amounts are in the program's currency."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="requests")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="requests")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="+", help_text="Of the fund's own terms."
    )
    title = models.CharField("what you plan", max_length=120)
    plan = models.TextField("how it goes, and why", blank=True, max_length=4000)
    place = models.CharField(max_length=160, blank=True)
    audience = models.CharField("whom it is for", max_length=300, blank=True)
    people = models.PositiveSmallIntegerField(
        "for how many people", null=True, blank=True, help_text="Where its activity is paid by the person."
    )
    starts_on = models.DateField("from", null=True, blank=True)
    ends_on = models.DateField("until", null=True, blank=True)
    leads = models.PositiveIntegerField("leads you expect", null=True, blank=True)
    pipeline = models.BigIntegerField("pipeline you expect", null=True, blank=True)
    status = models.CharField(max_length=20, choices=RequestStatus, default=RequestStatus.DRAFT)
    version = models.PositiveIntegerField(
        default=1, help_text="Goes up with each change; a decision names the one it saw."
    )
    cost = models.BigIntegerField(default=0, help_text="All of its budget lines.")
    asked = models.BigIntegerField(default=0, help_text="The vendor's share of that.")
    approved = models.BigIntegerField(null=True, blank=True)
    reserved = models.BigIntegerField(
        default=0, help_text="What of `approved` is still set aside: no claim drew on it, and it was not released."
    )
    claim_by = models.DateField(null=True, blank=True, help_text="The last day to claim, as its approval said.")
    amendment = models.JSONField(null=True, blank=True, help_text="What the partner asks to change, by field.")
    question_due = models.DateField(null=True, blank=True, help_text="The last day to answer the open question.")
    typed = models.JSONField(default=dict, blank=True, help_text="The draft's form as it was typed.")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    filed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = FundRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="request_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cost__gte=0, cost__lte=LARGEST, asked__gte=0, asked__lte=F("cost")),
                name="request_asked_range",
            ),
            models.CheckConstraint(condition=Q(pipeline__gte=0, pipeline__lte=LARGEST), name="request_pipeline_range"),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved__gt=0, approved__lte=F("asked")),
                name="request_approved_range",
            ),
            models.CheckConstraint(
                condition=Q(reserved=0)
                | Q(reserved__gt=0, approved__isnull=False, reserved__lte=F("approved"), status__in=IN_FORCE),
                name="request_reserved_range",
            ),
            # Four eyes: who filed and who decided are two people, and a second approval is a third one's.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by")), name="request_filed_decided"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | Q(decided_by__isnull=False) & ~Q(second_by=F("filed_by")) & ~Q(second_by=F("decided_by")),
                name="request_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.DRAFT)
                | Q(filed_by__isnull=False, filed_at__isnull=False, asked__gt=0, starts_on__isnull=False),
                name="request_filed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False, claim_by__isnull=False),
                name="request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.AMENDED, amendment__isnull=False)
                | ~Q(status=RequestStatus.AMENDED) & Q(amendment=None),
                name="request_amendment_while_amended",
            ),
            models.CheckConstraint(
                condition=Q(question_due=None) | Q(status=RequestStatus.INFO_REQUESTED),
                name="request_question_due_while_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-changed_at"], name="request_of_partner_by_change"),
            models.Index(fields=["allocation", "status"], name="request_of_allocation"),
            models.Index(
                fields=["filed_at", "id"], condition=Q(status__in=AWAITING_DECISION), name="request_awaiting_decision"
            ),
            models.Index(fields=["claim_by"], condition=Q(status__in=IN_FORCE), name="request_in_force"),
            models.Index(
                fields=["changed_at"],
                condition=Q(status__in=[RequestStatus.DRAFT, RequestStatus.RETURNED]),
                name="request_to_be_finished",
            ),
        ]
        triggers = [
            *record_triggers.filed_is_kept(),
            record_triggers.written_down(request="id", on_record=record_triggers.FILED_ITSELF),
            *lives(RequestStatus.DRAFT, REQUEST_TRANSITIONS),
            Trigger(
                name="decided_by_outsiders",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status", "decided_by_id", "second_by_id"),
                declare=[("managers", "bigint[]")],
                func=request_triggers.OUTSIDER,
            ),
            Trigger(
                name="second_approval_over_the_terms",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition(
                    "NEW.status IN ('approved', 'approved_reduced') "
                    "AND OLD.status IN ('in_review', 'second_approval', 'amended')"
                ),
                func=triggers.SECOND_APPROVAL,
            ),
            Trigger(
                name="within_what_its_fund_reserved",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("reserved"),
                condition=pgtrigger.Condition("NEW.reserved > OLD.reserved"),
                timing=pgtrigger.Deferred,
                func=request_triggers.WITHIN_RESERVED,
            ),
            sum_triggers.holds_what_its_claims_leave,
            sum_triggers.budget_adds_up,
            sum_triggers.grows_by_a_change,
            Trigger(
                name="within_its_people",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition(
                    "OLD.status = 'draft' AND NEW.status = 'submitted' "
                    "OR OLD.status = 'amended' AND (NEW.approved > OLD.approved OR NEW.people IS DISTINCT FROM OLD.people)"
                ),
                func=request_triggers.WITHIN_ITS_PEOPLE,
            ),
            Trigger(
                name="asked_on_windfall",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=triggers.CLAIMED_HERE,
            ),
            triggers.version_goes_up(),
            # More is approved by an answer to a change alone, which a second person may have to give.
            Protect(
                name="decision_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.status = NEW.status AND OLD.status IN ({', '.join(repr(status.value) for status in IN_FORCE)}) "
                    "AND ROW(OLD.approved, OLD.asked, OLD.decided_by_id, OLD.second_by_id, OLD.filed_by_id) IS DISTINCT FROM "
                    "ROW(NEW.approved, NEW.asked, NEW.decided_by_id, NEW.second_by_id, NEW.filed_by_id)"
                ),
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
        return f"R-{self.pk:05d}"

    @property
    def currency(self) -> str:
        return self.allocation.currency

    @property
    def program(self):
        return self.allocation.program

    @property
    def own_share(self) -> int:
        """What the partner pays itself."""
        return self.cost - self.asked

    @property
    def waits_for(self) -> str:
        """Who must act next, in words; empty for a request that rests."""
        return WAITS_FOR.get(RequestStatus(self.status), "")

    @property
    def is_awaiting_decision(self) -> bool:
        return self.status in AWAITING_DECISION

    @property
    def is_in_force(self) -> bool:
        return self.status in IN_FORCE


class RequestLine(models.Model):
    """One thing that the activity will cost, with or without tax as the terms say. Minor units of the program's currency."""

    request = models.ForeignKey(FundRequest, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=160)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="one_request_line_at_a_position"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="request_line_amount_range"),
        ]
        triggers = [
            record_triggers.never_emptied(),
            record_triggers.written_down(request="request_id", on_record=record_triggers.FILED_REQUEST),
            Trigger(
                name="lines_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=request_triggers.LINES_OF_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return self.what


class RequestFile(models.Model):
    """A file that the partner adds to what it asks. Its bytes are kept under a random name, outside the web root."""

    request = models.ForeignKey(FundRequest, models.CASCADE, related_name="files")
    file = models.FileField(upload_to="requests", max_length=200)
    name = models.CharField(max_length=160, help_text="As the user called it, cleaned.")
    kind = models.CharField(max_length=20, choices=FileKind)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "sha256"], name="one_request_file_of_a_content"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="request_file_kind"),
        ]
        triggers = [
            record_triggers.never_emptied(),
            record_triggers.written_down(request="request_id", on_record=record_triggers.FILED_REQUEST),
            Trigger(
                name="files_of_an_open_request",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=request_triggers.LINES_OF_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return self.name
