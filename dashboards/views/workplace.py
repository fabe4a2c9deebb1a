"""For which partner the person who looks works now."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from partners.models import Company
from partners.states import Kind


def partner_worked_for(request: HttpRequest) -> Company | None:
    membership = request.membership
    return membership.company if membership is not None and membership.company.kind == Kind.PARTNER else None


def partner_of(request: HttpRequest) -> Company:
    """The partner whose person is looking; 403 for everybody else."""
    company = partner_worked_for(request)
    if company is None:
        raise PermissionDenied
    return company
