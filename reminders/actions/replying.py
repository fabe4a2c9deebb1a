"""What people answer to a reminder: later, I'm on it, a colleague is. Each answer is an event of the reminder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from partners.events import event, record
from partners.models import Company, Membership, User
from programs.days import Clock, end_of
from reminders.actions.again import again
from reminders.models import Matter, Reminder, Reply, ReplyQuerySet, Timing
from reminders.models.replies import MATTER
from reminders.replying.states import ALONE_FOR, DAY, Kind, Later, days_for
from reminders.rules import AUDIENCES, KEEPERS, RULES
from reminders.states import Rule

# Told to a colleague at once; their own row of that day, where they have one, is new again.
TELL = """
    WITH told AS (
        UPDATE reminders_reminder SET read_at = NULL
         WHERE subject_id = %(subject)s AND recipient_id = %(to)s AND rule = %(rule)s AND anchor = %(anchor)s
           AND company_id = %(company)s AND (digest_id IS NULL OR lead = anchor - %(today)s)
        RETURNING id
    )
""" + again(
    recipient="%(to)s",
    is_escalated="false",
    lead="r.anchor - %(today)s",
    due_on="%(today)s",
    rows="reminders_reminder r WHERE r.id = %(reminder)s AND NOT EXISTS (SELECT FROM told)",
)


class ReplyRefused(Exception):
    """Nothing was answered. Its words are for the user."""


def put_off(*, reminder: Reminder, when: Later, by: User, now: datetime, by_mail: bool = False) -> Reply:
    """Let it be until a day. The same answer again changes nothing. ReplyRefused where that day is too late, or it is over."""
    with answering(reminder, "reminders.answer", by, now) as mine:
        if by_mail and (given := answered(reminder, Kind.LATER)):
            return given
        day = days(reminder, Clock(now)).get(when)
        if day is None:
            raise ReplyRefused("Its last day is too near to put it off until then.")
        standing: Reply | None = mine.sleeps().filter(user=by).first()
        if standing and standing.until == day:
            return standing
        end(mine.sleeps().filter(user=by), now)
        wakes = end_of(day - DAY, reminder.zone)
        return give(reminder, Kind.LATER, by, by, now, until=day, ends_at=wakes, by_mail=by_mail)


def take(*, reminder: Reminder, by: User, now: datetime, by_mail: bool = False) -> Reply:
    """Work on it: colleagues hear no more of it until time gets short. ReplyRefused where somebody else does, or it is over."""
    with answering(reminder, "reminders.take", by, now) as mine:
        if by_mail and (given := answered(reminder, Kind.WORKING)):
            return given
        standing: Reply | None = mine.works().first()
        if standing and standing.user_id == by.pk:
            return standing
        if words := why_not_taken(reminder, by, now):
            raise ReplyRefused(words)
        end(Reply.objects.filter(key(reminder)).works(), now)
        return give(reminder, Kind.WORKING, by, by, now, ends_at=left_alone_until(reminder, now), by_mail=by_mail)


def why_not_taken(reminder: Reminder, by: User, now: datetime) -> str:
    """Who works on it, in words; empty where `by` may take it: an escalation asks whoever looks after the others to."""
    worker = worker_of(reminder, now)
    return f"{worker} works on it already." if worker and worker != by and not reminder.is_escalated else ""


def hand(*, reminder: Reminder, to: User, by: User, now: datetime) -> Reply:
    """A colleague works on it, and hears of it now. ReplyRefused where another works on it already, or they may not act."""
    with answering(reminder, "reminders.take", by, now) as mine:
        if not colleagues_for(reminder, by).filter(pk=to.pk).exists():
            raise ReplyRefused(f"{to} can't do this any more. Choose another colleague.")
        standing: Reply | None = mine.works().first()
        if standing and standing.user_id == to.pk:
            return standing
        worker = worker_of(reminder, now)
        if worker and worker not in (by, to) and not keeps(by, reminder):
            raise ReplyRefused(f"{worker} works on it already.")
        end(Reply.objects.filter(key(reminder)).works(), now)
        end(Reply.objects.filter(key(reminder), user=to).sleeps(), now)
        given = give(reminder, Kind.WORKING, to, by, now, ends_at=left_alone_until(reminder, now))
        tell(reminder, to, now)
        return given


def take_back(*, reminder: Reminder, by: User, now: datetime) -> list[Reply]:
    """What was put off is there again, who worked on it no longer does. Returns the answers that it ended."""
    with transaction.atomic():
        theirs = reminder.recipient_id == by.pk and Reminder.objects.visible_to(by).filter(pk=reminder.pk).exists()
        if not theirs:
            raise PermissionDenied
        lock(reminder)
        mine = Reply.objects.filter(key(reminder), Q(user=by) | Q(by=by, kind=Kind.WORKING), ended_at=None)
        ended = list(mine)
        end(mine, now)
        record([said(reply, f"took back: {reply.get_kind_display().lower()}", by, now) for reply in ended])
        return ended


@contextmanager
def answering(reminder: Reminder, permission: str, by: User, now: datetime) -> Iterator[ReplyQuerySet]:
    """The transaction of an answer; gives those that stand. PermissionDenied, or ReplyRefused where nothing is left to do."""
    with transaction.atomic():
        lock(reminder)
        if not by.has_perm(permission, reminder):
            raise PermissionDenied
        if not Reminder.objects.filter(pk=reminder.pk).open(Clock(now)).exists():
            raise ReplyRefused("Nothing is left to do about it.")
        yield Reply.objects.filter(key(reminder)).standing(now)


def lock(reminder: Reminder) -> None:
    """The answers of one company's people come one after the other."""
    Company.objects.select_for_update(no_key=True).get(pk=reminder.company_id)


def key(reminder: Reminder) -> Q:
    """Answers about the same matter."""
    return Q(**{name: getattr(reminder, name) for name in MATTER if name != "company"}, company=reminder.company_id)


def answered(reminder: Reminder, kind: Kind) -> Reply | None:
    """What a link in a mail of this reminder answered already."""
    found: Reply | None = reminder.replies.filter(kind=kind, by_mail=True).first()
    return found


def give(reminder: Reminder, kind: Kind, user: User, by: User, now: datetime, **fields: Any) -> Reply:
    made: Reply = Reply.objects.create(
        reminder=reminder,
        rule=reminder.rule,
        subject_id=reminder.subject_id,
        company_id=reminder.company_id,
        audience=reminder.audience,
        anchor=reminder.anchor,
        kind=kind,
        user=user,
        by=by,
        at=now,
        **fields,
    )
    verb = "put off" if kind == Kind.LATER else "works on it" if user == by else "handed over"
    record([said(made, verb, by, now)])
    return made


def said(reply: Reply, verb: str, by: User, now: datetime) -> Any:
    data = {
        "rule": reply.rule,
        "user": reply.user_id,
        "until": reply.until and str(reply.until),
        "by_mail": reply.by_mail,
    }
    return event(verb=verb, about=reply.reminder, by=by, company_id=reply.company_id, data=data, at=now)


def end(replies: ReplyQuerySet, now: datetime) -> None:
    replies.filter(ended_at=None).update(ended_at=now)


def tell(reminder: Reminder, to: User, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            TELL,
            {
                "reminder": reminder.pk,
                "subject": reminder.subject_id,
                "rule": reminder.rule,
                "anchor": reminder.anchor,
                "company": reminder.company_id,
                "to": to.pk,
                "today": Clock(now).day_in(reminder.zone),
                "now": now,
            },
        )


def worker_of(reminder: Reminder, now: datetime) -> User | None:
    """Who works on it: who said so or was handed it, else who stands in its record, while they may act there."""
    answer: Reply | None = Reply.objects.filter(key(reminder)).standing(now).works().select_related("user").first()
    if answer:
        return answer.user
    there = Matter.objects.filter(rule=reminder.rule, subject_id=reminder.subject_id, company=reminder.company_id)
    worker = there.filter(anchor=reminder.anchor).values_list("worker", flat=True).first()
    found: User | None = acting(reminder).filter(pk=worker).first() if worker else None
    return found


def acting(reminder: Reminder) -> QuerySet[User]:
    """Who may do it where the reminder's recipient acts."""
    roles = [role for role, audiences in AUDIENCES.items() if reminder.audience in audiences]
    there = Membership.objects.active().filter(company=reminder.company_id, role__in=roles)
    found: QuerySet[User] = User.objects.filter(pk__in=there.values("user"), is_active=True).order_by("name", "email")
    return found


def colleagues_for(reminder: Reminder, user: User) -> QuerySet[User]:
    return acting(reminder).exclude(pk=user.pk)


def keeps(user: User, reminder: Reminder) -> bool:
    return any(role in KEEPERS for role in user.roles_in(reminder.company_id))


def left_alone_until(reminder: Reminder, now: datetime) -> datetime | None:
    """None where a lead brings it back to who looks after the others."""
    return now + ALONE_FOR if RULES[Rule(reminder.rule)].owner_lead is None else None


def days(reminder: Reminder, clock: Clock, chosen: dict[tuple[int, str], list[int]] | None = None) -> dict[Later, date]:
    """Until when it may be put off. `chosen` is `chosen_leads` of it and others."""
    leads = chosen_leads([reminder]) if chosen is None else chosen
    own = leads.get((reminder.company_id, reminder.rule), RULES[Rule(reminder.rule)].leads)
    added = leads.get((reminder.vendor_id or 0, reminder.rule), [])
    return days_for(
        today=clock.day_in(reminder.zone), anchor=reminder.anchor, deadline=reminder.deadline, leads=[*own, *added]
    )


def chosen_leads(reminders: list[Reminder]) -> dict[tuple[int, str], list[int]]:
    """(company, rule) → the leads that it chose, of these reminders' companies and vendors."""
    companies = {r.company_id for r in reminders} | {r.vendor_id for r in reminders}
    found = Timing.objects.filter(company__in=companies - {None}, rule__in={r.rule for r in reminders})
    return {(company, rule): leads for company, rule, leads in found.values_list("company", "rule", "leads")}
