"""What people answer to a reminder, or to a matter in their queue: later, I'm on it, a colleague is. Each answer is an event."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from partners.events import event, record
from partners.models import Company, Membership, User
from plans.actions.steps import StepRefused
from plans.models import AgreedStep
from programs.days import Clock, end_of
from reminders.actions.again import again
from reminders.actions.agreed import pass_on
from reminders.models import Matter, Reminder, Reply, ReplyQuerySet, Timing
from reminders.models.replies import MATTER
from reminders.replying.states import ALONE_FOR, DAY, WAKES_BEFORE, Kind, Later, days_for
from reminders.rules import AUDIENCES, KEEPERS, RULES
from reminders.states import Rule

# What is answered: a reminder, or a matter that nobody needs to have been reminded of.
About = Reminder | Matter

# Told to a colleague at once; their own row of that day, where they have one, is new again.
TELL = """
    WITH told AS (
        UPDATE reminders_reminder SET read_at = NULL
         WHERE subject_id = %(subject)s AND recipient_id = %(to)s AND rule = %(rule)s AND anchor = %(anchor)s
           AND company_id = %(company)s AND (digest_id IS NULL OR lead = anchor - %(today)s)
        RETURNING id
    ), r AS (
        SELECT m.rule, m.subject_id, left(m.title, 300) AS title, m.audience, m.company_id, m.vendor_id, m.partner_id,
               m.allocation_id, m.anchor, m.deadline, (m.deadline + 1)::timestamp AT TIME ZONE m.zone AS closes_at, m.amount,
               CASE WHEN m.amount IS NULL THEN '' ELSE m.currency END AS currency, m.step, m.step_id
          FROM reminders_matter m
         WHERE m.rule = %(rule)s AND m.subject_id = %(subject)s AND m.company_id = %(company)s AND m.anchor = %(anchor)s
    )
""" + again(
    recipient="%(to)s",
    is_escalated="false",
    lead="r.anchor - %(today)s",
    due_on="%(today)s",
    rows="r WHERE NOT EXISTS (SELECT FROM told)",
)


class ReplyRefused(Exception):
    """Nothing was answered. Its words are for the user."""


def put_off(*, about: About, when: Later, by: User, now: datetime, reason: str = "", by_mail: bool = False) -> Reply:
    """Let it be until a day. The same answer again changes nothing. ReplyRefused where that day is too late, or it is over."""
    with answering(about, "reminders.answer", by, now) as mine:
        if by_mail and isinstance(about, Reminder) and (given := answered(about, Kind.LATER)):
            return given
        day = days(about, Clock(now)).get(when)
        if day is None:
            raise ReplyRefused("Its last day is too near to put it off until then.")
        standing: Reply | None = mine.sleeps().filter(user=by).first()
        if standing and (standing.until, standing.reason) == (day, reason):
            return standing
        end(mine.sleeps().filter(user=by), now)
        wakes = end_of(day - DAY, about.zone)
        if isinstance(about, Reminder) and about.closes_at:
            # Its last day may end in a zone that is earlier than where the vendor is.
            wakes = min(wakes, about.closes_at - WAKES_BEFORE)
        return give(about, Kind.LATER, by, by, now, until=day, ends_at=wakes, reason=reason, by_mail=by_mail)


def take(*, about: About, by: User, now: datetime, by_mail: bool = False) -> Reply:
    """Work on it: colleagues hear no more of it until time gets short. ReplyRefused where somebody else does, or it is over."""
    with answering(about, "reminders.take", by, now) as mine:
        if by_mail and isinstance(about, Reminder) and (given := answered(about, Kind.WORKING)):
            return given
        standing: Reply | None = mine.works().first()
        if standing and standing.user_id == by.pk:
            return standing
        if words := why_not_taken(about, by, now):
            raise ReplyRefused(words)
        end(Reply.objects.filter(key(about)).works(), now)
        return give(about, Kind.WORKING, by, by, now, ends_at=left_alone_until(about, now), by_mail=by_mail)


def why_not_taken(about: About, by: User, now: datetime) -> str:
    """Who works on it, in words; empty where `by` may take it: an escalation asks whoever looks after the others to."""
    worker = worker_of(about, now)
    return f"{worker} works on it already." if worker and worker != by and not about.is_escalated else ""


def hand(*, about: About, to: User, by: User, now: datetime, by_mail: bool = False) -> Reply:
    """A colleague works on it, and hears of it now; a step that was agreed with a vendor becomes theirs.

    ReplyRefused where another works on it already, or they may not act.
    """
    with answering(about, "reminders.take", by, now) as mine:
        if by_mail and isinstance(about, Reminder) and (given := handed(about)):
            return given
        if not colleagues_for(about, by).filter(pk=to.pk).exists():
            raise ReplyRefused(f"{to} can't do this any more. Choose another colleague.")
        standing: Reply | None = mine.works().first()
        if standing and standing.user_id == to.pk:
            pass_step(about, to, by, now)
            return standing
        worker = worker_of(about, now)
        if worker and worker not in (by, to) and not keeps(by, about):
            raise ReplyRefused(f"{worker} works on it already.")
        end(Reply.objects.filter(key(about)).works(), now)
        end(Reply.objects.filter(key(about), user=to).sleeps(), now)
        pass_step(about, to, by, now)
        made = give(about, Kind.WORKING, to, by, now, ends_at=left_alone_until(about, now), by_mail=by_mail)
        tell(about, to, now)
        return made


def pass_step(about: About, to: User, by: User, now: datetime) -> None:
    if about.rule == Rule.STEP:
        try:
            pass_on(step=AgreedStep.objects.get(pk=about.subject_id), to=to, by=by, now=now)
        except StepRefused as refusal:
            raise ReplyRefused(str(refusal)) from None


def take_back(*, about: About, by: User, now: datetime) -> list[Reply]:
    """What was put off is there again, who worked on it no longer does, and a step that was handed over is one's own.

    Returns the answers that it ended.
    """
    with transaction.atomic():
        if not by.has_perm("reminders.answer", about):
            raise PermissionDenied
        lock(about)
        mine = Reply.objects.filter(key(about), Q(user=by) | Q(by=by, kind=Kind.WORKING), ended_at=None)
        ended = list(mine)
        end(mine, now)
        if any(reply.kind == Kind.WORKING and reply.user_id != by.pk for reply in ended):
            # One that ended meanwhile stays as it ended.
            with suppress(ReplyRefused):
                pass_step(about, by, by, now)
        record([said(reply, f"took back: {reply.get_kind_display().lower()}", by, now) for reply in ended])
        return ended


@contextmanager
def answering(about: About, permission: str, by: User, now: datetime) -> Iterator[ReplyQuerySet]:
    """The transaction of an answer; gives those that stand. PermissionDenied, or ReplyRefused where nothing is left to do."""
    with transaction.atomic():
        lock(about)
        if not by.has_perm(permission, about):
            raise PermissionDenied
        if not is_to_do(about, Clock(now)):
            raise ReplyRefused("Nothing is left to do about it.")
        yield Reply.objects.filter(key(about)).standing(now)


def is_to_do(about: About, clock: Clock) -> bool:
    if isinstance(about, Reminder):
        standing = Reminder.objects.filter(pk=about.pk).open(clock)
    else:
        standing = Matter.objects.filter(key(about)).standing(clock.day_in(about.zone))
    found: bool = standing.exists()
    return found


def lock(about: About) -> None:
    """The answers of one company's people come one after the other."""
    Company.objects.select_for_update(no_key=True).get(pk=about.company_id)


def key(about: About) -> Q:
    """Answers about the same matter, and that matter itself."""
    return Q(**{name: getattr(about, name) for name in MATTER if name != "company"}, company=about.company_id)


def answered(reminder: Reminder, kind: Kind) -> Reply | None:
    """What a link in a mail of this reminder answered already, for its reader."""
    found: Reply | None = Reply.objects.filter(reminder=reminder, kind=kind, by_mail=True, user=F("by")).first()
    return found


def handed(reminder: Reminder) -> Reply | None:
    """To whom a link in a mail of this reminder handed it already."""
    by_link = Reply.objects.filter(reminder=reminder, by_mail=True).exclude(user=F("by"))
    found: Reply | None = by_link.select_related("user").first()
    return found


def give(about: About, kind: Kind, user: User, by: User, now: datetime, **fields: Any) -> Reply:
    made: Reply = Reply.objects.create(
        reminder=about if isinstance(about, Reminder) else None,
        rule=about.rule,
        subject_id=about.subject_id,
        company_id=about.company_id,
        audience=about.audience,
        anchor=about.anchor,
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
    subject = reply.reminder or reply
    return event(verb=verb, about=subject, by=by, company_id=reply.company_id, reason=reply.reason, data=data, at=now)


def end(replies: ReplyQuerySet, now: datetime) -> None:
    replies.filter(ended_at=None).update(ended_at=now)


def tell(about: About, to: User, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            TELL,
            {
                "subject": about.subject_id,
                "rule": about.rule,
                "anchor": about.anchor,
                "company": about.company_id,
                "to": to.pk,
                "today": Clock(now).day_in(about.zone),
                "now": now,
            },
        )


def worker_of(about: About, now: datetime) -> User | None:
    """Who works on it: who said so or was handed it, else who stands in its record, while they may act there."""
    answer: Reply | None = Reply.objects.filter(key(about)).standing(now).works().select_related("user").first()
    if answer:
        return answer.user
    worker = Matter.objects.filter(key(about)).values_list("worker", flat=True).first()
    found: User | None = acting(about).filter(pk=worker).first() if worker else None
    return found


def acting(about: About) -> QuerySet[User]:
    """Who may do it at the company whose it is to do."""
    roles = [role for role, audiences in AUDIENCES.items() if about.audience in audiences]
    there = Membership.objects.active().filter(company=about.company_id, role__in=roles)
    found: QuerySet[User] = User.objects.filter(pk__in=there.values("user"), is_active=True).order_by("name", "email")
    return found


def colleagues_for(about: About, user: User) -> QuerySet[User]:
    return acting(about).exclude(pk=user.pk)


def keeps(user: User, about: About) -> bool:
    return any(role in KEEPERS for role in user.roles_in(about.company_id))


def left_alone_until(about: About, now: datetime) -> datetime | None:
    """None where a lead brings it back to who looks after the others."""
    return now + ALONE_FOR if RULES[Rule(about.rule)].owner_lead is None else None


def days(about: About, clock: Clock, chosen: dict[tuple[int, str], list[int]] | None = None) -> dict[Later, date]:
    """Until when it may be put off. `chosen` is `chosen_leads` of it and others."""
    leads = chosen_leads([about]) if chosen is None else chosen
    own = leads.get((about.company_id, about.rule), RULES[Rule(about.rule)].leads)
    added = leads.get((about.vendor_id or 0, about.rule), [])
    return days_for(today=clock.day_in(about.zone), anchor=about.anchor, deadline=about.deadline, leads=[*own, *added])


def chosen_leads(these: Sequence[About]) -> dict[tuple[int, str], list[int]]:
    """(company, rule) → the leads that it chose, of these reminders' or matters' companies and vendors."""
    companies = {a.company_id for a in these} | {a.vendor_id for a in these}
    found = Timing.objects.filter(company__in=companies - {None}, rule__in={a.rule for a in these})
    return {(company, rule): leads for company, rule, leads in found.values_list("company", "rule", "leads")}
