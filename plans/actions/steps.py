"""Agree on a next step with a vendor, move it, hand it over, and say what became of it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, Event, User
from partners.states import Kind
from plans.actions.acting import people_of
from plans.models import AgreedStep
from plans.models.steps import LONGEST, AgreedStepQuerySet
from programs.days import Clock


class StepRefused(Exception):
    """Its words are for the user."""


def agree(
    *, partner: Company, vendor: Company, words: str, person: User, due_on: date, by: User, now: datetime
) -> AgreedStep:
    """What somebody of the partner does next, by when. The same once more is the one that stands. StepRefused."""
    if not by.has_perm("plans.agree", partner):
        raise PermissionDenied
    if vendor.kind != Kind.VENDOR or vendor.kept_by_id not in (None, partner.pk):
        raise StepRefused("Choose one of your vendors.")
    today, words = Clock(now).day_in(partner.time_zone), words.strip()
    check_day(due_on, today)
    if not words:
        raise StepRefused("Say what was agreed.")
    with transaction.atomic():
        # Two clicks on one button come one after the other.
        locked(partner)
        check_person(person, partner)
        same = {"partner_id": partner.pk, "vendor_id": vendor.pk, "words": words, "person": person, "due_on": due_on}
        twin: AgreedStep | None = AgreedStep.objects.open().filter(**same).first()
        if twin:
            return twin
        made: AgreedStep = AgreedStep.objects.create(**same, agreed_on=today, agreed_by=by, at=now)
        note(made, "agreed", by, now)
    return made


def check_day(due_on: date, today: date) -> None:
    if due_on < today:
        raise StepRefused("That day is over. Choose a later one.")
    if due_on > today + timedelta(days=LONGEST):
        raise StepRefused("A year ahead at most.")


def check_person(person: User, partner: Company) -> None:
    if not people_of(partner).filter(pk=person.pk).exists():
        raise StepRefused(f"{person} does not work there any more. Choose a colleague.")


def change(*, step: AgreedStep, person: User, due_on: date, seen: str, by: User, now: datetime) -> AgreedStep:
    """Another day, another person, or both, each an event. `seen` is `AgreedStep.seen` as it was when this was chosen.

    Where it stands so already nothing changes. StepRefused where it ended, or somebody changed it since it was seen.
    """
    if not by.has_perm("plans.change_step", step):
        raise PermissionDenied
    with transaction.atomic():
        # After the partner, as where it is agreed on: of two of the same the second is refused in words.
        partner = locked(step.partner)
        today = Clock(now).day_in(partner.time_zone)
        step = AgreedStep.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=step.pk)
        before, moves, hands = step.person, step.due_on != due_on, step.person_id != person.pk
        if not step.is_open:
            raise StepRefused(f"It was {'dropped' if step.dropped_at else 'done'} already.")
        if not moves and not hands:
            return step
        if step.seen != seen:
            raise StepRefused("Somebody changed this step meanwhile. Look at it again, then decide.")
        events = []
        if moves:
            check_day(due_on, today)
            events.append(told(step, "moved", by, now, {"from": step.due_on, "to": due_on}))
            step.due_on, step.moved_on = due_on, today
        if hands:
            check_person(person, partner)
            between = {"from": before.pk, "from_name": str(before), "to": person.pk, "to_name": str(person)}
            events.append(told(step, "handed over", by, now, between))
            step.person, step.handed_at = person, now
        if same_as(step).exists():
            raise StepRefused("That is agreed on already, for the same day and person.")
        step.save(update_fields=["due_on", "moved_on", "person", "handed_at"])
        record(events)
        return step


def same_as(step: AgreedStep) -> AgreedStepQuerySet:
    """Other open steps that say the same."""
    fields = ("partner_id", "vendor_id", "words", "person_id", "due_on")
    others: AgreedStepQuerySet = AgreedStep.objects.open().exclude(pk=step.pk)
    return others.filter(**{name: getattr(step, name) for name in fields})


def tick(*, step: AgreedStep, by: User, now: datetime) -> None:
    """It is done. A repeated click changes nothing."""
    end(step, "done", by, now)


def drop(*, step: AgreedStep, by: User, now: datetime) -> None:
    """Nobody will do it."""
    end(step, "dropped", by, now)


def end(step: AgreedStep, how: str, by: User, now: datetime) -> None:
    """`how` it ended: done or dropped, which are the columns that say so. StepRefused if it ended the other way."""
    if not by.has_perm("plans.end_step", step):
        raise PermissionDenied
    with transaction.atomic():
        step = AgreedStep.objects.select_for_update(no_key=True).get(pk=step.pk)
        if getattr(step, f"{how}_at"):
            return
        if not step.is_open:
            raise StepRefused(f"It was {'dropped' if step.dropped_at else 'done'} already.")
        setattr(step, f"{how}_at", now)
        setattr(step, f"{how}_by", by)
        step.save(update_fields=[f"{how}_at", f"{how}_by"])
        note(step, how, by, now)


def note(step: AgreedStep, verb: str, by: User, now: datetime) -> None:
    data = {"person": step.person_id, "due": step.due_on, "vendor": step.vendor_id}
    record([told(step, verb, by, now, data)])


def told(step: AgreedStep, verb: str, by: User, now: datetime, data: dict[str, Any]) -> Event:
    return event(verb=verb, about=step, by=by, company_id=step.partner_id, reason=step.words, data=data, at=now)
