"""What a partner files on a fund, be it a claim or a request: who sees it, and whose it is."""

from django.db import models
from django.db.models import Q

from partners.models import Company, Membership, User
from partners.permissions import holds_site_role
from programs.models import vendors_managed_by


class FiledQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """The partner's people see all of theirs; the vendor's managers and Windfall's people what was ever filed."""
        filed = Q(filed_at__isnull=False)
        of_vendors = Q(allocation__budget__program__vendor__in=vendors_managed_by(user))
        theirs = filed if holds_site_role(user) else filed & of_vendors
        return self.filter(Q(partner__in=Membership.objects.at_partners(user).values("company")) | theirs)

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def of_vendor(self, company: Company):
        return self.filter(allocation__budget__program__vendor_id=company.pk)
