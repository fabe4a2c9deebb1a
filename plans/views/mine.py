"""What of plans a page may fetch for who asks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partners.models import Company, Partner
from partners.states import Kind
from plans.models import PlannedActivity, PlannedFunding


def partner_of(request: HttpRequest, permission: str) -> Company:
    """The partner worked in. PermissionDenied to everybody who may not do this there."""
    company: Company | None = request.membership and request.membership.company
    if company is None or company.kind != Kind.PARTNER or not request.user.has_perm(permission, company):
        raise PermissionDenied
    return company


def own_partner(request: HttpRequest) -> Partner:
    """The partner worked in, whose plan it is."""
    return Partner.objects.get(pk=partner_of(request, "plans.plan").pk)


def my_activity(request: HttpRequest, pk: int) -> PlannedActivity:
    found: PlannedActivity = get_object_or_404(PlannedActivity.objects.visible_to(request.user).with_fundings(), pk=pk)
    return found


def my_funding(request: HttpRequest, pk: int) -> PlannedFunding:
    rows = PlannedFunding.objects.visible_to(request.user).with_fund()
    found: PlannedFunding = get_object_or_404(rows.select_related("activity__company", "activity__person"), pk=pk)
    return found
