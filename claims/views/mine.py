"""The claims that a page may fetch for who asks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from claims.models import Claim
from partners.states import Kind


def my_claims(request: HttpRequest):
    """What the person may see, narrowed to the company worked in."""
    claims = Claim.objects.visible_to(request.user)
    company = request.membership and request.membership.company
    if company is None:
        return claims.none()
    if company.kind == Kind.PARTNER:
        return claims.of_partner(company)
    return claims.of_vendor(company) if company.kind == Kind.VENDOR else claims


def my_claim(request: HttpRequest, pk: int) -> Claim:
    """One that the person may file: 404 for what they may not see, 403 for what is not their company's."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.file", claim):
        raise PermissionDenied
    return claim
