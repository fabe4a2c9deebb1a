"""Into a program and out of it: what partners and channel managers do. Money that comes with joining is `funds.actions.joining`.

Every act locks the program first, then the enrolment: so two acts on one enrolment, or two first ones, come one after the other.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.events import event, record
from partners.models import Company, Event, Partner, User
from programs.actions import ProgramRefused
from programs.eligibility import Outlook, State
from programs.models import CertificationHeld, Enrolment, Program, TierHeld
from programs.outlooks import outlook_of
from programs.states import ENROLMENT_TRANSITIONS, EnrolmentStatus, ProgramStatus

ASKED, JOINED, DECLINED, LEFT, ENDED = EnrolmentStatus


class JoinRefused(ProgramRefused):
    """The program's rules or the state of things do not allow it. Its words are for the user."""


def locked_program(program_id: int) -> Program:
    return (
        Program.objects.select_for_update(of=("self",), no_key=True)
        .select_related("vendor", "terms")
        .get(pk=program_id)
    )


def locked_enrolment(enrolment: Enrolment) -> Enrolment:
    """As it stands now, its program locked first."""
    program = locked_program(enrolment.program_id)
    fresh = Enrolment.objects.select_for_update(of=("self",)).select_related("partner").get(pk=enrolment.pk)
    fresh.program = program
    return fresh


def lock_standing(program: Program, partner: Company) -> None:
    """What the vendor says of this partner does not change until this act is over."""
    list(TierHeld.objects.select_for_update().filter(partner=partner.pk, vendor=program.vendor_id).order_by("pk"))
    held = CertificationHeld.objects.filter(partner=partner.pk, certification__vendor=program.vendor_id)
    list(held.select_for_update(of=("self",)).order_by("pk"))


def told(enrolment: Enrolment, verb: str, before: str, *, by: User | None, now: datetime, **data: Any) -> Event:
    return event(
        verb=verb,
        about=enrolment,
        by=by,
        company_id=enrolment.program.vendor_id,
        from_state=before,
        to_state=enrolment.status,
        reason_code=enrolment.reason_code,
        reason=enrolment.reason or (enrolment.note if verb == "asked" else ""),
        data={"partner": enrolment.partner_id, **data},
        at=now,
    )


def put(
    enrolment: Enrolment, to: EnrolmentStatus, verb: str, *, by: User, now: datetime, **fields: object
) -> Enrolment:
    """Bring an enrolment, new or locked, into this state and write it down."""
    before = enrolment.status
    if before and (EnrolmentStatus(before), to) not in ENROLMENT_TRANSITIONS:
        raise JoinRefused(f"Nothing was changed: this stands at “{EnrolmentStatus(before).label}” now.")
    enrolment.status, enrolment.changed_at = to, now
    for name, value in ({"reason": "", "reason_code": ""} | fields).items():
        setattr(enrolment, name, value)
    enrolment.save()
    record([told(enrolment, verb, before, by=by, now=now)])
    return enrolment


def seat(program: Program, partner: Company) -> Enrolment:
    """The partner's enrolment in the locked program, or a new one that is not saved yet (its status is empty)."""
    found = Enrolment.objects.filter(program=program, partner=partner.pk).select_related("partner").first()
    if found is None:
        found = Enrolment(partner=Partner.objects.get(pk=partner.pk), status="")
    found.program = program
    return found


def looked_at(program: Program, partner: Company, *, by: User, now: datetime) -> tuple[Program, Enrolment, Outlook]:
    """Program and standing locked, and how the partner stands to it. PermissionDenied for other people."""
    if not by.has_perm("programs.join", partner):
        raise PermissionDenied
    program = locked_program(program.pk)
    if program.status == ProgramStatus.DRAFT:
        raise JoinRefused("This program is not published.")
    if program.vendor.is_kept:
        raise JoinRefused("You record this program yourself: its vendor is not on Windfall to let you in.")
    lock_standing(program, partner)
    return program, seat(program, partner), outlook_of(program, partner, now)


def refused(outlook: Outlook) -> JoinRefused:
    words = " ".join(f"{found.words} {found.remedy}".strip() for found in outlook.obstacles)
    return JoinRefused(words or "This program takes nobody new now.")


def ask(*, program: Program, partner: Company, note: str, by: User, now: datetime) -> Enrolment:
    """Ask the vendor to be let in. Who asked or joined before is left as it is. JoinRefused with the reasons."""
    with transaction.atomic():
        program, enrolment, outlook = looked_at(program, partner, by=by, now=now)
        if outlook.state in (State.JOINED, State.ASKED):
            return enrolment
        if outlook.state == State.JOIN:
            raise JoinRefused("You need not ask: you can join this program by yourself.")
        if outlook.state != State.ASK:
            raise refused(outlook)
        return put(enrolment, ASKED, "asked", by=by, now=now, note=note, asked_by=by, asked_at=now)


def admit(*, program: Program, partner: Company, by: User, now: datetime) -> tuple[Enrolment, bool]:
    """Let in a partner that may join by itself; False beside it if it was in before. JoinRefused with the reasons."""
    with transaction.atomic():
        program, enrolment, outlook = looked_at(program, partner, by=by, now=now)
        if outlook.state == State.JOINED:
            return enrolment, False
        if outlook.state in (State.ASK, State.ASKED):
            raise JoinRefused(f"{program.vendor.name} decides who joins this program: ask to be let in.")
        if outlook.state != State.JOIN:
            raise refused(outlook)
        return put(enrolment, JOINED, "joined", by=by, now=now), True


def accept(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Let in who asked, whether or not it meets each rule: the manager saw which it does not."""
    with transaction.atomic():
        enrolment = locked_enrolment(enrolment)
        if not by.has_perm("programs.answer_request", enrolment):
            raise PermissionDenied
        if enrolment.status != ASKED:
            raise JoinRefused(answered(enrolment))
        if enrolment.program.status != ProgramStatus.PUBLISHED:
            raise JoinRefused("This program is closed: it takes nobody new. Reopen it first.")
        return put(enrolment, JOINED, "accepted", by=by, now=now)


def decline(*, enrolment: Enrolment, code: str, reason: str, by: User, now: datetime) -> Enrolment:
    """Say no, with a reason that the partner reads."""
    with transaction.atomic():
        enrolment = locked_enrolment(enrolment)
        if not by.has_perm("programs.answer_request", enrolment):
            raise PermissionDenied
        if enrolment.status != ASKED:
            raise JoinRefused(answered(enrolment))
        return put(enrolment, DECLINED, "declined", by=by, now=now, reason_code=code, reason=reason)


def answered(enrolment: Enrolment) -> str:
    status = EnrolmentStatus(enrolment.status).label
    return f"Nothing was changed: {enrolment.partner.name} stands at “{status}” here now."


def add(*, program: Program, partner: Company, by: User, now: datetime) -> tuple[Enrolment, bool]:
    """The vendor adds a partner, whatever the rules say. False beside it if it was in before."""
    with transaction.atomic():
        program = locked_program(program.pk)
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
        if program.status != ProgramStatus.PUBLISHED:
            raise JoinRefused("Only a published program takes partners.")
        enrolment = seat(program, partner)
        if enrolment.status == JOINED:
            return enrolment, False
        return put(enrolment, JOINED, "added", by=by, now=now), True


def leave(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """The partner goes, or takes its request back. Money that it holds stays its own until its deadlines."""
    with transaction.atomic():
        enrolment = locked_enrolment(enrolment)
        if not by.has_perm("programs.leave", enrolment):
            raise PermissionDenied
        if enrolment.status == LEFT:
            return enrolment
        return put(enrolment, LEFT, "took back" if enrolment.status == ASKED else "left", by=by, now=now)


def end(*, enrolment: Enrolment, reason: str, by: User, now: datetime) -> Enrolment:
    """The vendor takes a partner out, with a reason that it reads. Money that it holds stays its own until its deadlines."""
    with transaction.atomic():
        enrolment = locked_enrolment(enrolment)
        if not by.has_perm("programs.answer_request", enrolment):
            raise PermissionDenied
        if enrolment.status == ENDED:
            return enrolment
        return put(enrolment, ENDED, "ended", by=by, now=now, reason=reason)


def enrol(program: Program, partner_ids: Iterable[int], *, by: User | None, now: datetime) -> int:
    """Whoever is granted money of a program is in it: these partners too, in a few statements for any number of them.

    The caller holds the program's lock. Returns how many were not in it before.
    """
    wanted = set(partner_ids)
    there = {found.partner_id: found for found in Enrolment.objects.filter(program=program, partner__in=wanted)}
    back = [found for found in there.values() if found.status != JOINED]
    events = []
    for found in back:
        before, found.program = found.status, program
        found.status, found.reason, found.reason_code, found.changed_at = JOINED, "", "", now
        events.append(told(found, "joined by a grant", before, by=by, now=now))
    Enrolment.objects.bulk_update(back, ["status", "reason", "reason_code", "changed_at"], batch_size=1000)
    fresh = Enrolment.objects.bulk_create(
        Enrolment(program=program, partner_id=pk, status=JOINED, changed_at=now) for pk in sorted(wanted - set(there))
    )
    events += [told(made, "joined by a grant", "", by=by, now=now) for made in fresh]
    record(events)
    return len(events)
