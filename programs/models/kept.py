"""Vendors that a partner records for itself, and how one of them is linked to the real one when that joins."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import Company, CompanyQuerySet, Membership, User
from partners.states import Kind
from partners.triggers import Trigger, lives, refuse
from programs.models.offers import Vendor
from programs.states import LINK_TRANSITIONS, LinkStatus


class KeptVendorQuerySet(CompanyQuerySet):
    def visible_to(self, user: User):
        """Those that one's own partner records: nobody else's."""
        return self.filter(kept_by__in=Membership.objects.at_partners(user).values("company"))

    def of_partner(self, company: Company):
        return self.filter(kept_by=company.pk)


class KeptVendorManager(models.Manager["KeptVendor"]):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Kind.VENDOR, kept_by__isnull=False)


class KeptVendor(Vendor):
    """A vendor that a partner records for itself, with its programs and funds. It has no people, and nobody else sees it."""

    objects = KeptVendorManager.from_queryset(KeptVendorQuerySet)()  # type: ignore[arg-type, assignment, misc]

    class Meta:
        proxy = True

    @property
    def has_joined(self) -> bool:
        """It is linked to a vendor on Windfall: what is new comes from there."""
        return self.links.filter(status=LinkStatus.ACCEPTED).exists()


WRONG_LINK = "WF033"
LINKS_KEPT_TO_REAL = f"""
    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.kept_id AND kept_by_id IS NOT NULL)
       OR NOT EXISTS (
           SELECT FROM partners_company WHERE id = NEW.vendor_id AND kind = '{Kind.VENDOR}' AND kept_by_id IS NULL
       ) THEN
        {refuse(WRONG_LINK, "a link leads from the books of a partner to a vendor on Windfall")}
    END IF;
    RETURN NEW;
"""


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: User):
        return self.filter(kept__kept_by__in=Membership.objects.at_partners(user).values("company"))

    def waiting(self):
        return self.filter(status=LinkStatus.PROPOSED)

    def accepted(self):
        return self.filter(status=LinkStatus.ACCEPTED)

    def of_partner(self, company: Company):
        return self.filter(kept__kept_by=company.pk)


class Link(models.Model):
    """An admin's guess that a vendor on Windfall is the one in a partner's books. The partner's owner says whether it is.

    It shows nobody anything: the books stay the partner's own, also once they are linked.
    """

    kept = models.ForeignKey(KeptVendor, models.PROTECT, related_name="links")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=LinkStatus, default=LinkStatus.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kept", "vendor"], name="asked_once"),
            models.UniqueConstraint(fields=["kept"], condition=~Q(status=LinkStatus.DECLINED), name="one_open_link"),
            models.CheckConstraint(
                condition=Q(status=LinkStatus.PROPOSED) | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answered_by_somebody",
            ),
        ]
        triggers = [
            *lives(LinkStatus.PROPOSED, LINK_TRANSITIONS),
            Trigger(
                name="links_kept_to_real",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("kept_id", "vendor_id"),
                func=LINKS_KEPT_TO_REAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kept}: {self.vendor}"
