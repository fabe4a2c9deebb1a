"""What partners ask of vendors: more time for a fund, money for a plan that is ready. Tables, as `models.py` (which names them).

Both live the same life (`ASK_TRANSITIONS`): asked once, answered once, and what was said stays.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from funds import triggers
from funds.states import ASK_TRANSITIONS, AskStatus, DeclineReason
from partners.models import Company, Membership, Partner, User
from partners.permissions import holds_site_role
from partners.triggers import lives
from programs.models import Program, vendors_managed_by
from programs.money import LARGEST

ASKED = ("partner_id", "asked_by_id", "asked_at")
ANSWERED = ("decided_by_id", "decided_at", "reason_code", "answer")


def answers():
    """The constraints of an answer: who gave it, and why it is no."""
    return [
        models.CheckConstraint(condition=Q(status__in=AskStatus.values), name="%(class)s_status"),
        models.CheckConstraint(
            condition=Q(status=AskStatus.OPEN, decided_by=None, decided_at=None)
            | ~Q(status=AskStatus.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False),
            name="%(class)s_answered_by_somebody",
        ),
        models.CheckConstraint(
            condition=~Q(status=AskStatus.DECLINED) | Q(reason_code__in=DeclineReason.values) & ~Q(answer=""),
            name="%(class)s_declined_with_reason",
        ),
    ]


class Ask(models.Model):
    """`answer` is what the vendor says to it; a refusal has a reason code too."""

    status = models.CharField(max_length=10, choices=AskStatus, default=AskStatus.OPEN)
    # Each table has an index that begins with the partner.
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.status == AskStatus.OPEN


class ExtensionRequestQuerySet(models.QuerySet["ExtensionRequest"]):
    def visible_to(self, user: User):
        """Whoever sees the fund: the partner's people, the vendor's managers, and Windfall's people."""
        if holds_site_role(user):
            return self
        vendors = vendors_managed_by(user)
        return self.filter(
            Q(partner__in=Membership.objects.at_partners(user).values("company"))
            | Q(allocation__budget__program__vendor__in=vendors)
        )

    def of_company(self, company: Company):
        """A partner's own, or those on a vendor's money."""
        return self.filter(Q(partner_id=company.pk) | Q(allocation__budget__program__vendor_id=company.pk))

    def open(self):
        return self.filter(status=AskStatus.OPEN)

    def with_fund(self):
        """With its fund, terms, program and vendor, in the same query."""
        return self.select_related("allocation__budget__program__vendor", "allocation__terms", "partner", "asked_by")


class ExtensionRequest(Ask):
    """A partner asks for more time for a fund: that activities may run until `until`, and why."""

    allocation = models.ForeignKey("funds.Allocation", models.PROTECT, related_name="extension_requests")
    until = models.DateField("asked until")
    why = models.TextField()
    granted = models.DateField("granted until", null=True)

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            *answers(),
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(status=AskStatus.OPEN), name="one_open_request_a_fund"
            ),
            models.CheckConstraint(
                condition=Q(status=AskStatus.GRANTED, granted__isnull=False)
                | ~Q(status=AskStatus.GRANTED) & Q(granted=None),
                name="granted_until_a_day",
            ),
        ]
        indexes = [models.Index(fields=["partner", "-asked_at"], name="request_of_partner")]
        triggers = [
            *lives(AskStatus.OPEN, ASK_TRANSITIONS),
            triggers.said_stays([*ASKED, "allocation_id", "until", "why"], [*ANSWERED, "granted"]),
            triggers.asked_for_its_own_fund,
        ]

    def __str__(self) -> str:
        return f"{self.allocation}, until {self.until}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User):
        """The partner's own people and the vendor's managers: a plan is nobody else's affair."""
        return self.filter(
            Q(partner__in=Membership.objects.at_partners(user).values("company"))
            | Q(program__vendor__in=vendors_managed_by(user))
        )

    def of_company(self, company: Company):
        """A partner's own, or those for a vendor's programs."""
        return self.filter(Q(partner_id=company.pk) | Q(program__vendor_id=company.pk))

    def open(self):
        return self.filter(status=AskStatus.OPEN)

    def soonest(self):
        """What can start first stands first; of two, what is done first."""
        return self.order_by("starts_on", "ends_on", "id")

    def with_program(self):
        return self.select_related("program__vendor", "program__terms", "partner", "asked_by")


class Proposal(Ask):
    """A partner has a plan ready for a program's money. `amount` and `pipeline` are in minor units of the program's currency."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="proposals")
    title = models.CharField("what you plan", max_length=120)
    purpose = models.TextField("what it is for", max_length=2000)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    amount = models.BigIntegerField("amount you need")
    leads = models.PositiveIntegerField("leads you expect", null=True, blank=True)
    pipeline = models.BigIntegerField("pipeline you expect", null=True, blank=True)
    allocation = models.OneToOneField(
        "funds.Allocation", models.PROTECT, null=True, related_name="proposal", help_text="The fund that granted it."
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            *answers(),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="proposal_ends_after_start"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="proposal_amount_range"),
            models.CheckConstraint(condition=Q(pipeline__gte=0, pipeline__lte=LARGEST), name="proposal_pipeline_range"),
            models.CheckConstraint(
                condition=Q(status=AskStatus.GRANTED, allocation__isnull=False)
                | ~Q(status=AskStatus.GRANTED) & Q(allocation=None),
                name="granted_with_a_fund",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-asked_at"], name="proposal_of_partner"),
            models.Index(fields=["program", "starts_on"], condition=Q(status="open"), name="proposal_open"),
        ]
        triggers = [
            *lives(AskStatus.OPEN, ASK_TRANSITIONS),
            triggers.said_stays(
                [*ASKED, "program_id", "title", "purpose", "starts_on", "ends_on", "amount", "leads", "pipeline"],
                [*ANSWERED, "allocation_id"],
            ),
            triggers.granted_by_its_own_fund,
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def currency(self) -> str:
        return self.program.currency

    def can_start(self, today: date) -> bool:
        """Its approval, by the terms in force, still comes before it begins."""
        return today <= self.program.current_terms.ask_by(self.starts_on)
