"""A step that was agreed with a vendor goes to another day or person, and who is reminded of it goes along."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from partners.models import User
from plans.actions import steps
from plans.models import AgreedStep
from reminders.models import Reply
from reminders.replying.states import Kind
from reminders.states import Rule


def change_step(*, step: AgreedStep, person: User, due_on: date, seen: str, by: User, now: datetime) -> AgreedStep:
    """As `plans.actions.steps.change`. Handed over, nobody else works on it any more, and its person has not put it off.

    What was told of another day is over by itself; the next sweep tells whoever does it now what is due.
    """
    with transaction.atomic():
        changed = steps.change(step=step, person=person, due_on=due_on, seen=seen, by=by, now=now)
        if changed.handed_at == now:
            about = Reply.objects.filter(rule=Rule.STEP, subject_id=step.pk, company=step.partner_id, ended_at=None)
            about.filter(Q(kind=Kind.WORKING) | Q(user=person)).update(ended_at=now)
        return changed


def pass_on(*, step: AgreedStep, to: User, by: User, now: datetime) -> None:
    """Handed over from the inbox or the queue, whose answers are settled there: it is the colleague's own. `StepRefused`."""
    steps.change(step=step, person=to, due_on=step.due_on, seen=step.seen, by=by, now=now)
