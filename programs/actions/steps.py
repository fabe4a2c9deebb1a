"""What every act on a program does the same way: lock, check, tell."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from partners.events import event
from partners.models import Event, User
from programs.models import Program
from programs.states import ProgramStatus


class ProgramRefused(Exception):
    """The program's state does not allow it. Its words are for the user."""


class ProgramChanged(ProgramRefused):
    """Somebody else changed the draft after this page was made."""


def currency_stays(currency: str) -> str:
    return f"Money of this program is counted in {currency} already, so that stays. Make another program for another currency."


def version(program: Program) -> int:
    """Goes up with each change: the id of the latest event about the program, 0 for one that is not saved yet."""
    if program.pk is None:
        return 0
    return Event.objects.about(program).values_list("pk", flat=True).last() or 0


def locked(program: Program, *, by: User, seen: int | None) -> Program:
    """The program as it stands now, locked. PermissionDenied; ProgramChanged if it is not what was seen.

    `seen` is the version that the page showed; None overwrites whatever stands.
    """
    found = Program.objects.select_for_update(of=("self",)).select_related("terms", "vendor").get(pk=program.pk)
    if not by.has_perm("programs.change", found):
        raise PermissionDenied
    check_seen(found, seen)
    return found


def check_seen(program: Program, seen: int | None) -> None:
    """ProgramChanged if the program is not what the page showed."""
    if seen not in (None, version(program)):
        raise ProgramChanged(
            "Somebody changed this program while you had it open. What you typed is still here: look at the program in another "
            "tab, and save again to replace it with yours."
        )


def check_open(program: Program) -> None:
    """ProgramRefused if its terms can't be written on: a closed program promises nothing new."""
    if program.status == ProgramStatus.CLOSED:
        raise ProgramRefused("This program is closed: it grants nothing new. Reopen it first.")


def told(verb: str, program: Program, *, by: User, now: datetime, **facts: Any) -> Event:
    return event(verb=verb, about=program, by=by, at=now, company_id=program.vendor_id, **facts)
