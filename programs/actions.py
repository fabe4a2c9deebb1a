"""What a channel manager does with a program."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from partners.events import event, record
from partners.models import Event, User
from programs.models import Program
from programs.states import PROGRAM_TRANSITIONS, ProgramStatus


class ProgramRefused(Exception):
    """The program's state does not allow it. Its words are for the user."""


class ProgramChanged(ProgramRefused):
    """Somebody else changed the draft after this page was made."""


def version(program: Program) -> int:
    """Goes up with each change: the id of the latest event about the program, 0 for one that is not saved yet."""
    if program.pk is None:
        return 0
    return Event.objects.about(program).values_list("pk", flat=True).last() or 0


def save(*, program: Program, by: User, now: datetime, seen: int | None = None) -> Program:
    """Create a draft or change one.

    `seen` is the version that the page showed; None overwrites whatever stands. ProgramRefused once it is published (partners
    were promised its terms) or when the vendor has a program of that name; ProgramChanged if it is not what was seen.
    """
    if not by.has_perm("programs.change", program):
        raise PermissionDenied
    with transaction.atomic():
        is_new = program.pk is None
        if not is_new:
            if Program.objects.select_for_update().get(pk=program.pk).status != ProgramStatus.DRAFT:
                raise ProgramRefused("This program is published: partners rely on its terms, so they stay as they are.")
            if seen not in (None, version(program)):
                raise ProgramChanged(
                    "Somebody changed this draft while you had it open. What you typed is still here: look at the draft in "
                    "another tab, and save again to replace it with yours."
                )
        try:
            with transaction.atomic():
                program.save()
        except IntegrityError as error:
            if "one_program_of_a_name" not in str(error):
                raise
            raise ProgramRefused("You have a program of this name. Give this one another.") from None
        record(
            [
                event(
                    verb="created" if is_new else "changed",
                    about=program,
                    by=by,
                    at=now,
                    company_id=program.vendor_id,
                )
            ]
        )
    return program


def missing(program: Program) -> list[str]:
    """What must be there before partners may see it, in words."""
    return (
        []
        if program.terms.strip()
        else ["The terms: say in a few sentences what the money is for and what you need as proof."]
    )


def move(*, program: Program, source: ProgramStatus, to: ProgramStatus, verb: str, by: User, now: datetime) -> Program:
    with transaction.atomic():
        program = Program.objects.select_for_update().get(pk=program.pk)
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
        before = ProgramStatus(program.status)
        if before != source or (before, to) not in PROGRAM_TRANSITIONS:
            raise ProgramRefused(f"Nothing was changed: this program is {before.label.lower()} now.")
        if to == ProgramStatus.PUBLISHED:
            if wanting := missing(program):
                raise ProgramRefused(" ".join(wanting))
            program.published_at = program.published_at or now
        program.status = to
        program.save(update_fields=["status", "published_at"])
        record(
            [
                event(
                    verb=verb,
                    about=program,
                    by=by,
                    at=now,
                    company_id=program.vendor_id,
                    from_state=before,
                    to_state=to,
                )
            ]
        )
    return program


def publish(*, program: Program, by: User, now: datetime) -> Program:
    """Show it to partners; from now on its terms stay. ProgramRefused with what is missing."""
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
