"""Vendors that a partner records for itself, with their programs: what its people do with these books.

Whoever repeats an act finds what the first one made, so that a second click, and a file read twice, record nothing twice.
"""

import uuid
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, Event, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from programs.actions import ProgramRefused
from programs.changes import changes
from programs.models import KeptVendor, Program, Terms
from programs.states import TERMS, ProgramKind, ProgramStatus

# Such a program runs as long as its vendor's statements say: its days bound nothing.
ALWAYS = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def told(verb: str, about: KeptVendor | Program, vendor: Company, *, by: User, now: datetime, **data: Any) -> Event:
    """The event of an act on the partner's own books: its record is the partner's."""
    return event(verb=verb, about=about, by=by, company_id=vendor.kept_by_id, data=data, at=now)


def locked_vendor(vendor: Company, by: User) -> KeptVendor:
    """The vendor as it stands now, its keeper locked first. PermissionDenied to whoever does not keep these books."""
    if vendor.kept_by_id is None or not by.has_perm("programs.keep_vendor", vendor):
        raise PermissionDenied
    Company.objects.select_for_update(no_key=True).get(pk=vendor.kept_by_id)
    found: KeptVendor = KeptVendor.objects.get(pk=vendor.pk)
    return found


def check_open(vendor: KeptVendor) -> None:
    """ProgramRefused where nothing new is recorded any more."""
    if vendor.retired_at:
        raise ProgramRefused(f"You have put {vendor.name} away. Bring it back first.")
    if vendor.has_joined:
        raise ProgramRefused(
            f"{vendor.name} is on Windfall now: new programs and funds come from there. What you recorded stays, and you can "
            "still update it."
        )


def record_vendor(*, partner: Company, name: str, by: User, now: datetime) -> KeptVendor:
    """A vendor in the partner's own books. One of that name that stands there already is given back as it is."""
    if not by.has_perm("programs.record_vendor", partner):
        raise PermissionDenied
    with transaction.atomic():
        partner = locked(partner)
        standing: KeptVendor | None = KeptVendor.objects.of_partner(partner).filter(name__iexact=name).first()
        if standing is not None:
            return standing
        vendor = KeptVendor.objects.create(
            kept_by=partner,
            name=name,
            # Says nothing to others: a slug is unique among all companies.
            slug=f"kept-{uuid.uuid4().hex}",
            currency=partner.currency,
            time_zone=partner.time_zone,
            created_at=now,
        )
        record([told("recorded", vendor, vendor, by=by, now=now, name=name)])
    return vendor


def rename_vendor(*, vendor: KeptVendor, name: str, by: User, now: datetime) -> KeptVendor:
    """ProgramRefused where the partner records another one of that name, or the vendor is linked and carries its own name."""
    with transaction.atomic():
        vendor = locked_vendor(vendor, by)
        if vendor.has_joined:
            raise ProgramRefused(f"{vendor.name} is on Windfall now, and named there.")
        if KeptVendor.objects.filter(kept_by=vendor.kept_by_id, name__iexact=name).exclude(pk=vendor.pk).exists():
            raise ProgramRefused("You record another vendor of this name.")
        before, vendor.name = vendor.name, name
        if before != name:
            vendor.save(update_fields=["name"])
            record([told("renamed", vendor, vendor, by=by, now=now, before=before, name=name)])
    return vendor


def put_away(*, vendor: KeptVendor, by: User, now: datetime) -> KeptVendor:
    """Nothing new is recorded of it until it is brought back. What was recorded stays."""
    with transaction.atomic():
        vendor = locked_vendor(vendor, by)
        if vendor.retired_at is None:
            vendor.retired_at = now
            vendor.save(update_fields=["retired_at"])
            record([told("put away", vendor, vendor, by=by, now=now)])
    return vendor


def bring_back(*, vendor: KeptVendor, by: User, now: datetime) -> KeptVendor:
    with transaction.atomic():
        vendor = locked_vendor(vendor, by)
        if vendor.retired_at is not None:
            vendor.retired_at = None
            vendor.save(update_fields=["retired_at"])
            record([told("brought back", vendor, vendor, by=by, now=now)])
    return vendor


def record_program(
    *, vendor: Company, name: str, currency: str, by: User, now: datetime, terms: Terms | None = None
) -> Program:
    """A program of such a vendor, in force at once. Without `terms`, the usual ones.

    One of that name that stands already is given back as it is; ProgramRefused if that is in another currency, and where
    nothing new is recorded of the vendor.
    """
    with transaction.atomic():
        vendor = locked_vendor(vendor, by)
        standing: Program | None = vendor.programs.filter(name=name).select_related("terms", "vendor").first()
        if standing is not None:
            if standing.currency != currency:
                raise ProgramRefused(
                    f"You record {name} in {standing.currency}. Give the one in {currency} another name."
                )
            return standing
        check_open(vendor)
        program = Program(
            vendor=vendor,
            name=name,
            kind=ProgramKind.MDF,
            currency=currency,
            starts_on=ALWAYS[0],
            ends_on=ALWAYS[1],
            time_zone=vendor.time_zone,
            created_by=by,
            created_at=now,
        )
        program.save()
        terms = terms or Terms()
        terms.program, terms.number, terms.published_at = program, 1, now
        terms.save()
        program.terms, program.status, program.published_at = terms, ProgramStatus.PUBLISHED, now
        program.save(update_fields=["terms", "status", "published_at"])
        record([told("recorded", program, vendor, by=by, now=now, name=name, currency=currency)])
    return program


def change_program(*, program: Program, name: str, terms: Terms, by: User, now: datetime) -> Program:
    """Another name, or terms as they are understood now: these are the next version, in force at once.

    ProgramRefused where the vendor has another program of that name. Its funds are put under them by `funds.actions`.
    """
    with transaction.atomic():
        vendor = locked_vendor(program.vendor, by)
        program = Program.objects.select_for_update(of=("self",)).select_related("terms").get(pk=program.pk)
        if vendor.programs.filter(name=name).exclude(pk=program.pk).exists():
            raise ProgramRefused(f"You record another program of {vendor.name} under this name.")
        terms.program = program
        differing = [change.words for change in changes(program.current_terms, terms)]
        if differing:
            fresh = Terms(program=program, number=program.current_terms.number + 1, published_at=now)
            for field in TERMS:
                setattr(fresh, field, getattr(terms, field))
            fresh.save()
            program.terms = fresh
        if differing or program.name != name:
            program.name = name
            program.save(update_fields=["name", "terms"])
            record([told("changed", program, vendor, by=by, now=now, name=name, changes=differing)])
    return program
