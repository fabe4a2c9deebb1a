"""What may be mailed to whom now, by their morning and their wishes.

Two questions rather than one: the planner knows how many people are handed to it, but not how many a step of a statement will
give, and tens of thousands that it takes for one it joins each with each.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, F, Q
from django.db.models.expressions import RawSQL

from partners.states import Role
from programs.days import Clock
from reminders.models import Reminder, ReminderQuerySet
from reminders.models.standing import in_time
from reminders.states import DigestStatus
from reminders.ways import MAILED_WITHIN, MONEY, USUAL_A_DAY, Morning, Way, takes_mail

# Somebody else was told the same, and is mailed of it: one who works on another matter is no reader of this one.
TOLD_BESIDES = f"""EXISTS (
        SELECT FROM reminders_reminder t JOIN partners_user u ON u.id = t.recipient_id AND u.is_active
         WHERE t.subject_id = f.subject_id AND t.rule = f.rule AND t.anchor = f.anchor AND t.lead = f.lead
           AND t.company_id = f.company_id AND t.recipient_id <> f.recipient_id
           AND EXISTS (SELECT FROM partners_membership m
                        WHERE m.user_id = u.id AND m.company_id = f.company_id AND m.ended_at IS NULL)
           AND {takes_mail("u.id", "u.email", "f.rule")}
    )"""
# An owner of that company, or who hears in the place of one who is away.
IN_AN_OWNERS_PLACE = f"""EXISTS (
        SELECT FROM partners_membership own JOIN partners_company c ON c.id = own.company_id
          LEFT JOIN reminders_absence a ON a.user_id = own.user_id AND a.company_id = own.company_id
                AND coalesce(%s::date, (%s::timestamptz AT TIME ZONE c.time_zone)::date) BETWEEN a.from_on AND a.until_on
         WHERE f.recipient_id IN (own.user_id, a.delegate_id)
           AND own.company_id = f.company_id AND own.role = '{Role.OWNER}' AND own.ended_at IS NULL
    )"""
# A person's morning is where they say, else where their oldest membership is, that of a partner before others.
READERS = f"""
    SELECT morning.zone, coalesce(d.most_a_day, {USUAL_A_DAY}), had.it, array_agg(u.id ORDER BY u.id)
      FROM ({{people}}) told
      JOIN partners_user u ON u.id = told.person
      LEFT JOIN reminders_delivery d ON d.user_id = u.id
      JOIN LATERAL (
          SELECT c.time_zone FROM partners_membership m JOIN partners_company c ON c.id = m.company_id
           WHERE m.user_id = u.id AND m.ended_at IS NULL
           ORDER BY m.role IN ('{Role.OWNER}', '{Role.MEMBER}') DESC, m.id LIMIT 1
      ) home ON true
      JOIN unnest(%s::text[], %s::date[]) AS morning (zone, day)
        ON morning.zone = coalesce(nullif(d.time_zone, ''), home.time_zone)
     CROSS JOIN LATERAL (
          SELECT EXISTS (SELECT FROM reminders_digest g WHERE g.recipient_id = u.id AND g.number = 0
                            AND (g.day = morning.day OR g.status = '{DigestStatus.PENDING}')) AS it
     ) had
     WHERE NOT EXISTS (SELECT FROM reminders_suppression s WHERE s.address = u.email AND s.lifted_at IS NULL)
     GROUP BY 1, 2, 3
"""
# With its way: an owner's "no mail" stands for money that lapses only where another is mailed of the same.
WISHED = f"""
    WITH fresh AS MATERIALIZED ({{fresh}}),
    wished AS (
        SELECT f.id, f.recipient_id, f.created_at, f.closes_at,
               CASE WHEN p.way IS NULL THEN '{Way.DIGEST}'
                    WHEN p.way = '{Way.OFF}' AND f.rule IN ({", ".join(f"'{rule}'" for rule in MONEY)})
                         AND {IN_AN_OWNERS_PLACE} AND NOT {TOLD_BESIDES} THEN '{Way.DIGEST}'
                    ELSE p.way END AS way
          FROM fresh f LEFT JOIN reminders_preference p ON p.user_id = f.recipient_id AND p.rule = f.rule
    )
"""
# Whether any of a person's was made before its Monday, or ends before the next, the earliest tells: to read all of their
# times takes longer than to find them.
WAYS = f"""
    SELECT way, array_agg(recipient_id ORDER BY recipient_id),
           array_agg(made ORDER BY recipient_id) FILTER (WHERE way = '{Way.WEEKLY}'),
           array_agg(closes ORDER BY recipient_id) FILTER (WHERE way = '{Way.WEEKLY}')
      FROM (SELECT way, recipient_id, min(created_at) FILTER (WHERE way = '{Way.WEEKLY}'),
                   min(closes_at) FILTER (WHERE way = '{Way.WEEKLY}')
              FROM wished WHERE way <> '{Way.OFF}' GROUP BY 1, 2) AS theirs (way, recipient_id, made, closes)
     GROUP BY 1
"""
EACH = f"SELECT id, recipient_id, way, created_at, closes_at FROM wished WHERE way <> '{Way.OFF}' ORDER BY recipient_id, id"
ASKED = ("id", "recipient_id", "rule", "company_id", "subject_id", "anchor", "lead", "created_at", "closes_at")


class Readers(NamedTuple):
    """People to whom mail may leave now, and who have the same morning, allow as many mails a day, and had the day's own.

    `people` are their ids. `had`: it has left, or is on its way.
    """

    zone: str
    most_a_day: int
    had: bool
    people: list[int]


class Due(NamedTuple):
    """One reminder that may be mailed now, to whom and which way."""

    reminder: int
    recipient: int
    way: str


def untold(clock: Clock) -> ReminderQuerySet:
    """What no mail has told, and is not over.

    What has no last day and was mailed nobody for so long (they chose so, or mail does not reach them) stands in the inbox.
    """
    fresh_enough = Q(closes_at__isnull=False) | Q(created_at__gte=clock.now - MAILED_WITHIN)
    return Reminder.objects.filter(fresh_enough, in_time(clock), digest=None).order_by()


def readers(reminders: ReminderQuerySet, found: Sequence[Morning]) -> list[Readers]:
    """Whose these are, where it is one of these mornings and mail arrives."""
    people, params = reminders.values(person=F("recipient_id")).distinct().query.sql_with_params()
    where = [[morning.zone for morning in found], [morning.day for morning in found]]
    return [Readers(*row) for row in fetched(READERS.format(people=people), [*params, *where])]


def mornings_of(groups: Iterable[Readers], found: Sequence[Morning]) -> dict[int, Morning]:
    """By person."""
    at = {morning.zone: morning for morning in found}
    return {person: at[group.zone] for group in groups for person in group.people}


def ways(reminders: ReminderQuerySet, theirs: Mapping[int, Morning], clock: Clock) -> dict[str, set[int]]:
    """By way: to whom of these people, each on a morning, something of these may be mailed so now."""
    wanted = {}
    for way, people, made, closes in wished(WAYS, reminders, theirs, clock):
        if way == Way.WEEKLY:
            times = zip(people, made, closes, strict=True)
            people = [person for person, *of in times if is_this_weeks(theirs[person], *of)]
        wanted[way] = set(people)
    return wanted


def due(reminders: ReminderQuerySet, theirs: Mapping[int, Morning], clock: Clock) -> list[Due]:
    """Which of these may be mailed to these people, each on a morning, and which way."""
    return [
        Due(pk, person, way)
        for pk, person, way, *times in wished(EACH, reminders, theirs, clock)
        if way != Way.WEEKLY or is_this_weeks(theirs[person], *times)
    ]


def wished(query: str, reminders: ReminderQuerySet, people: Iterable[int], clock: Clock) -> Sequence[tuple[Any, ...]]:
    """The query's rows over these reminders of these people, with the way that each is to take."""
    # One array that each row is looked up in. A join may be planned for far fewer people, and take minutes.
    are_theirs = RawSQL("reminders_reminder.recipient_id = ANY (%s::bigint[])", (list(people),), BooleanField())
    fresh, params = reminders.filter(are_theirs).values(*ASKED).query.sql_with_params()
    return fetched(WISHED.format(fresh=fresh) + query, [*params, clock.on, clock.now])


def is_this_weeks(morning: Morning, made: datetime, closes: datetime | None) -> bool:
    """It is Monday, its Monday was missed, or the next one would be too late."""
    too_late = closes is not None and closes <= morning.next_monday_ends
    return morning.is_monday or made < morning.week_began or too_late


def fetched(sql: str, params: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
