"""A program's life: drafted, published, closed, reopened."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from partners.events import record
from partners.models import User
from programs.actions.steps import ProgramRefused, check_seen, currency_stays, locked, told
from programs.actions.terms import missing
from programs.models import Activity, Program, Terms
from programs.states import PROGRAM_TRANSITIONS, ProgramStatus


def save(
    *,
    program: Program,
    terms: Terms | None = None,
    activities: Sequence[Activity] = (),
    by: User,
    now: datetime,
    seen: int | None = None,
) -> Program:
    """Create a draft, with its terms and activities if they are known already, or change one.

    `seen` is the version that the page showed; None overwrites whatever stands. ProgramRefused once it is published (partners
    were promised what stands there) or when the vendor has a program of that name; ProgramChanged if it is not what was seen.
    """
    if not by.has_perm("programs.change", program):
        raise PermissionDenied
    with transaction.atomic():
        is_new = program.pk is None
        if is_new:
            terms = terms or Terms()
        else:
            standing = locked(program, by=by, seen=None)
            if standing.currency != program.currency and standing.has_had_money:
                raise ProgramRefused(currency_stays(standing.currency))
            if standing.status != ProgramStatus.DRAFT:
                raise ProgramRefused(
                    "This program is published: partners rely on it. Its terms can go on in a new version."
                )
            check_seen(program, seen)
        try:
            with transaction.atomic():
                program.save()
                if terms is not None:
                    terms.program = program
                    terms.save()
                    program.terms = terms
                    program.save(update_fields=["terms"])
        except IntegrityError as error:
            if "one_program_of_a_name" not in str(error):
                raise
            raise ProgramRefused("You have a program of this name. Give this one another.") from None
        for activity in activities:
            activity.terms = program.current_terms
        Activity.objects.bulk_create(activities)
        record([told("created" if is_new else "changed", program, by=by, now=now)])
    return program


def move(*, program: Program, source: ProgramStatus, to: ProgramStatus, verb: str, by: User, now: datetime) -> Program:
    with transaction.atomic():
        program = locked(program, by=by, seen=None)
        before = ProgramStatus(program.status)
        if before != source or (before, to) not in PROGRAM_TRANSITIONS:
            raise ProgramRefused(f"Nothing was changed: this program is {before.label.lower()} now.")
        if to == ProgramStatus.PUBLISHED:
            if wanting := missing(program.terms):
                raise ProgramRefused(" ".join(wanting))
            if program.published_at is None:
                program.versions.update(published_at=now)
                program.published_at = now
        program.status = to
        program.save(update_fields=["status", "published_at"])
        record([told(verb, program, by=by, now=now, from_state=before, to_state=to)])
    return program


def publish(*, program: Program, by: User, now: datetime) -> Program:
    """Show it to partners; these terms stay from now on. ProgramRefused with what is missing."""
    return move(
        program=program,
        source=ProgramStatus.DRAFT,
        to=ProgramStatus.PUBLISHED,
        verb="published",
        by=by,
        now=now,
    )


def close(*, program: Program, by: User, now: datetime) -> Program:
    """No new money from it. What was granted can still be claimed."""
    return move(
        program=program,
        source=ProgramStatus.PUBLISHED,
        to=ProgramStatus.CLOSED,
        verb="closed",
        by=by,
        now=now,
    )


def reopen(*, program: Program, by: User, now: datetime) -> Program:
    return move(
        program=program,
        source=ProgramStatus.CLOSED,
        to=ProgramStatus.PUBLISHED,
        verb="reopened",
        by=by,
        now=now,
    )
