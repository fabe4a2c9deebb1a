"""Whom a program is for: its rules, which its managers may change at any time. Who is in it stays in it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.events import event, record
from partners.models import User
from programs.actions.joining import locked_program
from programs.eligibility import rule_changes
from programs.models import Certification, Eligibility, Program, Tier


def eligibility_of(program: Program) -> Eligibility:
    """Its row, or one with the defaults that is not saved."""
    found = Eligibility.objects.filter(program=program.pk).select_related("least_tier").first()
    found = found or Eligibility(program=program)
    found.program = program
    return found


def certifications_of(eligibility: Eligibility) -> list[Certification]:
    return [] if eligibility._state.adding else list(eligibility.certifications.all())


def set_rules(
    *,
    program: Program,
    way: str,
    least_tier: Tier | None,
    countries: Sequence[str],
    certifications: Sequence[Certification],
    by: User,
    now: datetime,
) -> list[str]:
    """Say whom the program is for. Returns what is different now, in words: nothing for a repeated click."""
    with transaction.atomic():
        program = locked_program(program.pk)
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
        found = eligibility_of(program)
        before = found.rules(certifications_of(found))
        found.way, found.least_tier, found.countries = way, least_tier, sorted(countries)
        found.save()
        found.certifications.set(certifications)
        words = rule_changes(before, found.rules(certifications))
        if words:
            data = {"changes": words}
            record(
                [
                    event(
                        verb="changed who may join", about=found, by=by, company_id=program.vendor_id, data=data, at=now
                    )
                ]
            )
    return words
