"""Who sells for a partner. Not everybody who sells has an account, and not everybody with an account sells."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from partners.models import Company, Membership, Partner, User
from partners.states import Role
from partners.triggers import Protect, Trigger
from plans.target_triggers import SELLS_HERE, changes_once_a_version


def partners_owned_by(user: User):
    """Ids of the partners whose owner the user is, as a subquery."""
    return Membership.objects.at_partners(user).filter(role=Role.OWNER).values("company")


def shown_to(user: User, person: str = "") -> Q:
    """What is about a sales person: an owner sees that of all who sell for the partner, a member only their own."""
    mine = Q(
        **{f"{person}user": user.pk, f"{person}partner__in": Membership.objects.at_partners(user).values("company")}
    )
    return mine | Q(**{f"{person}partner__in": partners_owned_by(user)})


class SalesPersonQuerySet(models.QuerySet["SalesPerson"]):
    def visible_to(self, user: User):
        return self.filter(shown_to(user))

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def selling(self):
        return self.filter(left_at=None)


class SalesPerson(models.Model):
    """Somebody who sells for a partner. Whoever leaves stays a row: targets and SPIFFs of earlier quarters are theirs."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="account",
        help_text="Then results of what they file count for them, and they see their own targets.",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True, help_text="Since when they no longer sell here.")

    objects = SalesPersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("partner", Lower("name"), name="one_sales_person_of_a_name"),
            models.UniqueConstraint(fields=["partner", "user"], name="one_sales_person_of_an_account"),
            models.CheckConstraint(condition=~Q(name=""), name="sales_person_has_a_name"),
        ]
        triggers = [
            Trigger(
                name="sells_here",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "partner_id"),
                func=SELLS_HERE,
            ),
            Protect(
                name="sells_for_one_partner",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.partner_id IS DISTINCT FROM NEW.partner_id"),
            ),
            changes_once_a_version(),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name
