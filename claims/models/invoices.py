"""An invoice that a partner asks vendors to share: each claim takes a part, and together they never take more than all of it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from partners.models import Membership, Partner, User
from partners.triggers import Protect
from programs.money import LARGEST

LONGEST_KEY = 120


def folded(text: str) -> str:
    """What stays of a supplier's name or a number for comparing: "INV-001 / a" and "inv001A" are one."""
    return "".join(c for c in text.casefold() if c.isalnum())[:LONGEST_KEY]


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User):
        """Its partner's people alone: which vendors share an invoice is nobody else's business."""
        mine = Membership.objects.at_partners(user).values("company")
        return self.filter(partner__in=mine)


class Invoice(models.Model):
    """A supplier's invoice as it stands on filed lines; the same supplier, number, day and total are the same invoice.

    `total` is in minor units of `currency`. It is made when a claim with it is filed, and never changes.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="invoices")
    supplier = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    supplier_key = models.CharField(max_length=LONGEST_KEY)
    number_key = models.CharField(max_length=LONGEST_KEY)
    day = models.DateField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "number_key", "supplier_key", "day", "currency", "total"],
                name="one_invoice_of_a_number",
            ),
            models.CheckConstraint(condition=Q(total__gt=0, total__lte=LARGEST), name="invoice_total_range"),
        ]
        indexes = [models.Index(fields=["partner", "-day"], name="invoice_of_partner")]
        triggers = [Protect(name="invoice_is_fixed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.number} of {self.supplier}"
