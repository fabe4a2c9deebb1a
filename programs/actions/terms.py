"""What a program promises: written in a draft, put in force as the next version."""

from datetime import datetime

from django.db import transaction

from partners.events import record
from partners.models import User
from programs.actions.steps import ProgramRefused, check_open, locked, told
from programs.models import Activity, Program, Terms
from programs.states import ACTIVITY, TERMS


def missing(terms: Terms | None) -> list[str]:
    """What must be there before partners may see them, in words."""
    if terms is not None and terms.wording.strip():
        return []
    return ["The terms: say in a few sentences what the money is for and what you need as proof."]


def open_version(program: Program) -> Terms | None:
    """The version that is written on now, if there is one: a draft program's own, or the next of a published one."""
    return program.versions.filter(published_at=None).first()


def begun(program: Program) -> Terms:
    """The open version of a program that is locked; a copy of the terms in force where there is none yet."""
    if found := open_version(program):
        return found
    current = program.current_terms
    draft = Terms(program=program, number=current.number + 1, **{name: getattr(current, name) for name in TERMS})
    draft.save()
    Activity.objects.bulk_create(
        Activity(terms=draft, position=old.position, **{name: getattr(old, name) for name in ACTIVITY})
        for old in current.activities.all()
    )
    return draft


def locked_published(program: Program, *, by: User, seen: int | None) -> Program:
    """As `locked`; ProgramRefused for a draft."""
    found = locked(program, by=by, seen=seen)
    if found.published_at is None:
        raise ProgramRefused("This program is a draft: change the draft itself.")
    return found


def revise(*, program: Program, terms: Terms, by: User, now: datetime, seen: int | None = None) -> Terms:
    """Write down the terms' numbers and wording in the open version, which no partner sees before it is published.

    `terms` holds what they should be. ProgramRefused if a published program's would be the same as those in force.
    """
    with transaction.atomic():
        program = locked(program, by=by, seen=seen)
        check_open(program)
        draft = begun(program)
        for name in TERMS:
            setattr(draft, name, getattr(terms, name))
        draft.save()
        if program.published_at and not draft.changes_from(program.current_terms):
            raise ProgramRefused("Nothing is different from the terms in force: change something, or leave them.")
        record([told("revised" if program.published_at else "changed", program, by=by, now=now)])
    return draft


def publish_terms(*, program: Program, by: User, now: datetime, seen: int | None = None) -> Terms:
    """Put the open version in force for what is granted from now on. ProgramRefused where there is none, or it lacks words.

    Funds that were granted before keep their own version: `funds.actions.renew_terms` moves them.
    """
    with transaction.atomic():
        program = locked_published(program, by=by, seen=seen)
        draft = open_version(program)
        if draft is None:
            raise ProgramRefused("There are no new terms to publish.")
        if wanting := missing(draft):
            raise ProgramRefused(" ".join(wanting))
        words = [change.words for change in draft.changes_from(program.current_terms)]
        if not words:
            raise ProgramRefused("Nothing is different from the terms in force: change something, or drop the draft.")
        draft.published_at = now
        draft.save(update_fields=["published_at"])
        program.terms = draft
        program.save(update_fields=["terms"])
        data = {"number": draft.number, "changes": words}
        record([told("new terms", program, by=by, now=now, data=data)])
    return draft


def drop_terms(*, program: Program, by: User, now: datetime) -> bool:
    """Throw the open version of a published program away. False if there was none."""
    with transaction.atomic():
        program = locked_published(program, by=by, seen=None)
        dropped, _ = program.versions.filter(published_at=None).delete()
        if dropped:
            record([told("dropped the draft terms", program, by=by, now=now)])
    return bool(dropped)
