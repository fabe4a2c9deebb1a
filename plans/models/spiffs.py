"""SPIFFs: what vendors pay to a partner's sales people for their sales.

Claims know them as lines of an activity, with how many people they are for, and not whose each is: that is here. A claim that
asks for them is named, and once all of it is paid they are too.
"""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Lower
from django.utils import timezone

from claims.models import Claim
from claims.states import COUNTED, ClaimStatus
from partners.models import Company, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from partners.triggers import Protect, Trigger
from plans.models.sellers import SalesPerson, shown_to
from plans.quarters import Quarter
from plans.spiff_states import Spiff
from plans.target_triggers import OF_ITS_PROGRAM, ON_ITS_CLAIM, changes_once_a_version
from programs.models import Program
from programs.money import LARGEST


class SpiffQuerySet(models.QuerySet["SpiffEarning"]):
    def visible_to(self, user: User):
        return self.filter(shown_to(user, "person__"))

    def of_partner(self, company: Company):
        return self.filter(person__partner_id=company.pk)

    def between(self, first: Quarter, last: Quarter):
        """Earned in these quarters."""
        return self.filter(earned_on__range=(first.first, last.last))

    def with_program(self):
        return self.select_related("person", "program__vendor", "claim")

    def with_state(self):
        """Each with its `state`: paid by hand or with its claim, claimed while that stands, else earned.

        A claim of which less was paid than it asked for says nothing of each SPIFF on it: that stays claimed.
        """
        together = (
            SpiffEarning.objects.filter(claim=OuterRef("claim"))
            .order_by()
            .values("claim")
            .annotate(sum=Sum("amount"))
            .values("sum")
        )
        all_paid = Q(claim__status=ClaimStatus.PAID, claim__paid=F("claim__asked"), claim__paid__gte=Subquery(together))
        return self.annotate(
            state=Case(
                When(Q(paid_on__isnull=False) | all_paid, then=Value(Spiff.PAID.value)),
                When(claim__status__in=COUNTED, then=Value(Spiff.CLAIMED.value)),
                default=Value(Spiff.EARNED.value),
            )
        )


class SpiffEarning(models.Model):
    """What one sales person earned by one sale, in minor units of the program's currency; each counts once."""

    person = models.ForeignKey(SalesPerson, models.PROTECT, related_name="spiffs", verbose_name="sales person")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    reference = models.CharField(
        "sale", max_length=60, help_text="Its order or invoice number, as the vendor knows it."
    )
    earned_on = models.DateField("earned on")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    claim = models.ForeignKey(
        Claim,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The filed claim that asks for it, if any. Once all of that is paid, this is paid.",
    )
    paid_on = models.DateField(
        "paid on", null=True, blank=True, help_text="Where it was paid without a claim on Windfall."
    )
    version = models.PositiveIntegerField(default=1)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    if TYPE_CHECKING:
        state: str  # by `with_state`

    objects = SpiffQuerySet.as_manager()

    class Meta:
        ordering = ["-earned_on", "-id"]
        constraints = [
            models.UniqueConstraint("person", "program", Lower("reference"), name="one_spiff_of_a_sale"),
            models.CheckConstraint(condition=~Q(reference=""), name="spiff_of_a_sale"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LARGEST), name="spiff_range"),
            models.CheckConstraint(
                condition=Q(earned_on__year__gt=FIRST_YEAR, earned_on__year__lt=LAST_YEAR), name="spiff_day"
            ),
            models.CheckConstraint(condition=Q(claim=None) | Q(paid_on=None), name="spiff_paid_one_way"),
            models.CheckConstraint(
                condition=Q(paid_on=None) | Q(paid_on__gte=F("earned_on")), name="spiff_paid_after_it_was_earned"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-earned_on"], name="spiff_of_person"),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="spiff_of_claim"),
        ]
        triggers = [
            Trigger(
                name="of_its_program",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("program_id", "person_id", "currency"),
                func=OF_ITS_PROGRAM,
            ),
            Trigger(
                name="on_its_claim",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("claim_id", "program_id", "person_id", "amount"),
                condition=pgtrigger.Condition("NEW.claim_id IS NOT NULL"),
                func=ON_ITS_CLAIM,
            ),
            changes_once_a_version(),
            # What was claimed or paid stays; a mistake is taken off the claim first.
            Protect(
                name="claimed_or_paid_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.claim_id IS NOT NULL OR OLD.paid_on IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.person}"
