"""Which types of activity a program pays for: written into the open version of its terms."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from partners.events import record
from partners.models import User
from programs.actions.steps import ProgramRefused, check_open, locked, told
from programs.actions.terms import begun
from programs.activities import LIBRARY, ActivityKind, Shows
from programs.models import Activity, Program, Terms
from programs.states import ACTIVITY

MOST_ACTIVITIES = 40


def usual(kind: ActivityKind) -> Activity:
    """The library's activity of that kind, not saved yet: with the invoice and its proofs, its figures and its length."""
    found = LIBRARY[kind]
    return Activity(
        kind=kind,
        name=kind.label,
        proofs=[Shows.INVOICE.value, *(proof.value for proof in found.proofs)],
        figures=[figure.value for figure in found.figures],
        activity_days=found.days,
    )


def next_position(terms: Terms, adding: int = 1) -> int:
    """ProgramRefused where the list is full."""
    standing = list(terms.activities.values_list("position", flat=True))
    if len(standing) + adding > MOST_ACTIVITIES:
        raise ProgramRefused(f"A program has at most {MOST_ACTIVITIES} types of activity. Remove one first.")
    return max(standing, default=0) + 1


def add_activities(*, program: Program, kinds: Sequence[ActivityKind], by: User, now: datetime) -> list[Activity]:
    """Take these from the library, as they usually are. One whose name stands already is left alone."""
    with transaction.atomic():
        program = locked(program, by=by, seen=None)
        check_open(program)
        terms = begun(program)
        names = set(terms.activities.values_list("name", flat=True))
        made = [usual(kind) for kind in dict.fromkeys(kinds) if kind.label not in names]
        for position, activity in enumerate(made, next_position(terms, len(made))):
            activity.terms, activity.position = terms, position
        Activity.objects.bulk_create(made)
        if made:
            record([told("changed", program, by=by, now=now, data={"added": [a.name for a in made]})])
    return made


def save_activity(
    *, program: Program, activity: Activity, was: str = "", by: User, now: datetime, seen: int | None = None
) -> Activity:
    """Add an activity to the open version, or with `was` (its name so far) change one there.

    ProgramRefused for a name that another has, or where what was changed is gone; ProgramChanged if the program is not as seen.
    """
    with transaction.atomic():
        program = locked(program, by=by, seen=seen)
        check_open(program)
        terms = begun(program)
        target = terms.activities.filter(name=was).first() if was else Activity(position=next_position(terms))
        if target is None:
            raise ProgramRefused("This activity was removed meanwhile. Add it anew if you want it.")
        for name in ACTIVITY:
            setattr(target, name, getattr(activity, name))
        target.terms = terms
        try:
            with transaction.atomic():
                target.save()
        except IntegrityError as error:
            if "one_activity_of_a_name" not in str(error):
                raise
            raise ProgramRefused("This program has an activity of this name. Give this one another.") from None
        record([told("changed", program, by=by, now=now, data={"activity": target.name})])
    return target


def remove_activity(*, program: Program, name: str, by: User, now: datetime) -> bool:
    """Take one out of the open version. False if it is not there."""
    with transaction.atomic():
        program = locked(program, by=by, seen=None)
        check_open(program)
        removed, _ = begun(program).activities.filter(name=name).delete()
        if removed:
            record([told("changed", program, by=by, now=now, data={"removed": name})])
    return bool(removed)
