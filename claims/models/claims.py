"""A partner's demand on one fund, and who sees it."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import record_triggers, sum_triggers, triggers
from claims.models.filed import FiledQuerySet
from claims.states import (
    AWAITING_DECISION,
    AWAITING_PAYMENT,
    AWAITING_REVIEWER,
    CLAIM_TRANSITIONS,
    DECIDED,
    OPEN,
    WAITS_FOR,
    ClaimStatus,
)
from funds.models import Allocation
from partners.models import Partner, User
from partners.triggers import Protect, Trigger, lives
from programs.days import Days
from programs.money import LARGEST


class ClaimQuerySet(FiledQuerySet):
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

    def unanswered(self, days: Days):
        """The last day to answer its question is over, where its program is."""
        late = Q()
        for today, zones in days.items():
            late |= Q(question_due__lt=today, allocation__budget__program__time_zone__in=zones)
        asked = self.filter(status=ClaimStatus.INFO_REQUESTED, question_due__isnull=False)
        return asked.filter(late) if late else self.none()

    def with_fund(self):
        """With its fund, the fund's terms, program, vendor and partner, in the same query."""
        return self.select_related("allocation__budget__program__vendor", "allocation__terms", "partner", "reviewer")


class Claim(models.Model):
    """A partner's demand on one fund. Amounts are in the program's currency, in minor units."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="claims")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="claims")
    request = models.ForeignKey(
        "claims.FundRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text="The approval that it draws on.",
    )
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
    paid = models.BigIntegerField(default=0, help_text="What of `approved` has reached the partner.")
    noted = models.JSONField(default=dict, blank=True, help_text="By the code of a warning: the partner's word on it.")
    question_due = models.DateField(null=True, blank=True, help_text="The last day to answer the open question.")
    typed = models.JSONField(
        default=dict,
        blank=True,
        help_text="The draft's form as it was typed, half-finished lines too. Empty once filed.",
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Who approved it too, where the terms ask for two."
    )
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    disputed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    first_decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Whose decision was disputed."
    )
    first_second_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Who had approved that decision too."
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    filed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)

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
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid__gt=0, approved__isnull=False, paid__lte=F("approved")),
                name="claim_paid_range",
            ),
            # Four eyes: who filed, who decided, who approved too and who paid are all different people.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by")), name="four_eyes_filed_decided"
            ),
            models.CheckConstraint(condition=Q(paid_by=None) | ~Q(paid_by=F("filed_by")), name="four_eyes_filed_paid"),
            models.CheckConstraint(
                condition=Q(paid_by=None) | ~Q(paid_by=F("decided_by")), name="four_eyes_decided_paid"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | Q(decided_by__isnull=False) & ~Q(second_by=F("filed_by")) & ~Q(second_by=F("decided_by")),
                name="four_eyes_second_approval",
            ),
            models.CheckConstraint(
                condition=Q(paid_by=None) | Q(second_by=None) | ~Q(paid_by=F("second_by")),
                name="four_eyes_second_paid",
            ),
            # A dispute goes to another reviewer, and once.
            models.CheckConstraint(
                condition=Q(first_decided_by=None, disputed_at=None, disputed_by=None)
                | Q(first_decided_by__isnull=False, disputed_at__isnull=False, disputed_by__isnull=False),
                name="disputed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(first_decided_by=None) | Q(decided_by=None) | ~Q(decided_by=F("first_decided_by")),
                name="dispute_decided_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(first_second_by=None) | Q(decided_by=None) | ~Q(decided_by=F("first_second_by")))
                & (Q(first_decided_by=None) | Q(second_by=None) | ~Q(second_by=F("first_decided_by"))),
                name="dispute_decided_by_neither",
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
                condition=~Q(status=ClaimStatus.SECOND_APPROVAL) | Q(decided_by__isnull=False, approved__gt=0),
                name="second_approval_has_a_first",
            ),
            models.CheckConstraint(
                condition=Q(question_due=None) | Q(status=ClaimStatus.INFO_REQUESTED), name="question_due_while_asked"
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
                fields=["changed_at"],
                condition=Q(status__in=[ClaimStatus.DRAFT, ClaimStatus.RETURNED]),
                name="claim_to_be_finished",
            ),
            models.Index(
                fields=["question_due"],
                condition=Q(status=ClaimStatus.INFO_REQUESTED),
                name="claim_question_due",
            ),
        ]
        triggers = [
            *record_triggers.filed_is_kept(),
            record_triggers.written_down(claim="id", on_record=record_triggers.FILED_ITSELF),
            *lives(ClaimStatus.DRAFT, CLAIM_TRANSITIONS),
            Trigger(
                name="decided_and_paid_by_outsiders",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("decided_by_id", "second_by_id", "paid_by_id"),
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
                name="within_its_period",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition(
                    "NEW.status = 'disputed' AND OLD.status <> 'disputed' "
                    "OR NEW.status = 'in_review' AND OLD.status IN ('approved', 'partly_approved')"
                ),
                func=triggers.WITHIN_PERIOD,
            ),
            Trigger(
                name="parts_within_their_invoices",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition(
                    f"NEW.status IN ({triggers.IN_COUNTED}) AND OLD.status NOT IN ({triggers.IN_COUNTED})"
                ),
                func=triggers.PARTS_OF_INVOICES,
            ),
            Trigger(
                name="files_its_proofs",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition("OLD.status = 'draft' AND NEW.status = 'submitted'"),
                func=triggers.FILED_WITH_IT,
            ),
            Trigger(
                name="second_approval_over_the_terms",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Condition(
                    "NEW.status IN ('approved', 'partly_approved') AND OLD.status IN ('in_review', 'second_approval')"
                ),
                func=triggers.SECOND_APPROVAL,
            ),
            Trigger(
                name="request_of_its_fund",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("request_id"),
                condition=pgtrigger.Condition("NEW.request_id IS NOT NULL"),
                func=triggers.REQUEST_OF_FUND,
            ),
            triggers.version_goes_up(),
            Protect(
                name="what_was_filed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'draft' AND ROW(OLD.asked, OLD.filed_by_id, OLD.request_id) "
                    "IS DISTINCT FROM ROW(NEW.asked, NEW.filed_by_id, NEW.request_id)"
                ),
            ),
            # More than was approved is approved by a review alone; what is given up after a short payment makes it less.
            Protect(
                name="decision_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.status IN ({triggers.APPROVED}) AND NEW.status IN ({triggers.APPROVED}) "
                    "AND (NEW.approved > OLD.approved OR "
                    "ROW(OLD.decided_by_id, OLD.second_by_id) IS DISTINCT FROM ROW(NEW.decided_by_id, NEW.second_by_id))"
                ),
            ),
            Trigger(
                name="paid_as_its_payments_say",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("paid", "approved"),
                condition=pgtrigger.Condition("NEW.paid <> OLD.paid OR NEW.approved < OLD.approved"),
                timing=pgtrigger.Deferred,
                func=triggers.as_payments_say("NEW.id"),
            ),
            sum_triggers.asked_as_its_lines_say,
            sum_triggers.approved_as_its_lines_say,
            sum_triggers.its_request_holds_the_rest,
            sum_triggers.reversed_by_a_reversal,
            # What was drawn of pre-approved money changes with the claim's status alone: filed, taken again, reopened.
            Protect(
                name="drawn_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'draft' AND OLD.status = NEW.status AND NEW.from_reserved <> OLD.from_reserved"
                ),
            ),
            Protect(
                name="disputed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.disputed_at IS NOT NULL AND (NEW.disputed_at IS DISTINCT FROM OLD.disputed_at "
                    "OR NEW.first_decided_by_id IS DISTINCT FROM OLD.first_decided_by_id "
                    "OR NEW.first_second_by_id IS DISTINCT FROM OLD.first_second_by_id)"
                ),
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
