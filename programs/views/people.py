"""Which company a page of programs is for, and which program: fetched and authorised in one step."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partners.models import Company
from programs.models import Program


def company_of(request: HttpRequest) -> Company | None:
    return request.membership and request.membership.company


def visible_program(request: HttpRequest, pk: int) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user).select_related("vendor", "terms"), pk=pk)


def own_program(request: HttpRequest, pk: int) -> Program:
    """A program that the person manages; 403 if it is only seen."""
    program = visible_program(request, pk)
    if not request.user.has_perm("programs.change", program):
        raise PermissionDenied
    return program
