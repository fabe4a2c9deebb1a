"""What a channel manager does with a program."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from partners.events import event, record
from partners.models import Event, User
from programs.models import Program, Terms
from programs.states import PROGRAM_TRANSITIONS, TERMS, ProgramStatus
from programs.terms import changes


class ProgramRefused(Exception):
    """The program's state does not allow it. Its words are for the user."""


class ProgramChanged(ProgramRefused):
    """Somebody else changed the draft after this page was made."""


def version(program: Program) -> int:
    """Goes up with each change: the id of the latest event about the program, 0 for one that is not saved yet."""
    if program.pk is None:
        return 0
    return Event.objects.about(program).values_list("pk", flat=True).last() or 0


def save(*, program: Program, terms: Terms, by: User, now: datetime, seen: int | None = None) -> Program:
    """Create a draft with its terms, or change one.

    `seen` is the version that the page showed; None overwrites whatever stands. ProgramRefused once it is published (partners
    were promised its terms) or when the vendor has a program of that name; ProgramChanged if it is not what was seen.
    """
    if not by.has_perm("programs.change", program):
        raise PermissionDenied
    with transaction.atomic():
        is_new = program.pk is None
        if not is_new:
            if Program.objects.select_for_update().get(pk=program.pk).status != ProgramStatus.DRAFT:
                raise ProgramRefused(
                    "This program is published: partners rely on it. Its terms can go on in a new version."
                )
            if seen not in (None, version(program)):
                raise ProgramChanged(
                    "Somebody changed this draft while you had it open. What you typed is still here: look at the draft in "
                    "another tab, and save again to replace it with yours."
                )
        try:
            with transaction.atomic():
                program.save()
                terms.program = program
                terms.save()
                program.terms = terms
                program.save(update_fields=["terms"])
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


def missing(terms: Terms | None) -> list[str]:
    """What must be there before partners may see them, in words."""
    if terms is not None and terms.wording.strip():
        return []
    return ["The terms: say in a few sentences what the money is for and what you need as proof."]


def move(*, program: Program, source: ProgramStatus, to: ProgramStatus, verb: str, by: User, now: datetime) -> Program:
    with transaction.atomic():
        program = Program.objects.select_for_update().get(pk=program.pk)
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
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


def locked_published(program: Program, *, by: User, seen: int | None) -> Program:
    """The program as it stands now, locked. PermissionDenied; ProgramRefused for a draft; ProgramChanged if not as seen."""
    found = Program.objects.select_for_update().get(pk=program.pk)
    if not by.has_perm("programs.change", found):
        raise PermissionDenied
    if found.published_at is None:
        raise ProgramRefused("This program is a draft: change the draft itself.")
    if seen not in (None, version(found)):
        raise ProgramChanged(
            "Somebody changed these terms while you had them open. What you typed is still here: look at theirs in another "
            "tab, and save again to replace them with yours."
        )
    return found


def revise(*, program: Program, terms: Terms, by: User, now: datetime, seen: int | None = None) -> Terms:
    """Write down the next version of the terms, as a draft that no partner sees.

    `terms` is the draft as it should be. ProgramRefused if it changes nothing.
    """
    with transaction.atomic():
        program = locked_published(program, by=by, seen=seen)
        draft = program.versions.filter(published_at=None).first() or Terms(
            program=program, number=program.current_terms.number + 1
        )
        for name in TERMS:
            setattr(draft, name, getattr(terms, name))
        if not list(changes(program.current_terms, draft)):
            raise ProgramRefused("Nothing is different from the terms in force: change something, or leave them.")
        draft.save()
        record([event(verb="revised", about=program, by=by, at=now, company_id=program.vendor_id)])
    return draft


def publish_terms(*, program: Program, by: User, now: datetime, seen: int | None = None) -> Terms:
    """Put the drafted version in force for what is granted from now on. ProgramRefused where there is none, or it lacks words.

    Funds that were granted before keep their own version: `funds.actions.renew_terms` moves them.
    """
    with transaction.atomic():
        program = locked_published(program, by=by, seen=seen)
        draft = program.versions.filter(published_at=None).first()
        if draft is None:
            raise ProgramRefused("There are no new terms to publish.")
        if wanting := missing(draft):
            raise ProgramRefused(" ".join(wanting))
        words = [change.words for change in changes(program.current_terms, draft)]
        draft.published_at = now
        draft.save(update_fields=["published_at"])
        program.terms = draft
        program.save(update_fields=["terms"])
        data = {"number": draft.number, "changes": words}
        record([event(verb="new terms", about=program, by=by, at=now, company_id=program.vendor_id, data=data)])
    return draft


def drop_terms(*, program: Program, by: User, now: datetime) -> bool:
    """Throw the drafted version away. False if there was none."""
    with transaction.atomic():
        program = locked_published(program, by=by, seen=None)
        dropped, _ = program.versions.filter(published_at=None).delete()
        if dropped:
            record([event(verb="dropped the draft terms", about=program, by=by, at=now, company_id=program.vendor_id)])
    return bool(dropped)
