"""Who is mailed of what now: one mail a person and day, at their morning, and what they asked to hear of at once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from partners.models import Company
from partners.states import Role
from programs.days import Clock
from reminders.models import Delivery, Reminder
from reminders.states import DigestStatus
from reminders.ways import MAILED_WITHIN, MONEY, USUAL_A_DAY, DigestKind, Morning, Way, mornings, takes_mail

# Somebody else was told the same, and is mailed of it: one who works on another matter is no reader of this one.
TOLD_BESIDES = f"""EXISTS (
        SELECT FROM reminders_reminder t JOIN partners_user u ON u.id = t.recipient_id AND u.is_active
         WHERE t.subject_id = f.subject_id AND t.rule = f.rule AND t.anchor = f.anchor AND t.lead = f.lead
           AND t.company_id = f.company_id AND t.recipient_id <> f.recipient_id
           AND EXISTS (SELECT FROM partners_membership m
                        WHERE m.user_id = u.id AND m.company_id = f.company_id AND m.ended_at IS NULL)
           AND {takes_mail("u.id", "u.email", "f.rule")}
    )"""
# A person's morning is where they say, else where their oldest membership is, that of a partner before others. Each row may be
# told now, with its way: an owner's "no mail" stands for money that lapses only where another is mailed of the same.
DUE = f"""
    WITH morning AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::date[], %s::boolean[], %s::timestamptz[], %s::timestamptz[])
            AS morning (zone, day, is_monday, week_began, next_monday_ends)
    ), fresh AS MATERIALIZED ({{fresh}}),
    person AS MATERIALIZED (
        SELECT u.id, morning.*, coalesce(d.most_a_day, {USUAL_A_DAY}) AS most_a_day
          FROM (SELECT DISTINCT recipient_id FROM fresh) told
          JOIN partners_user u ON u.id = told.recipient_id
          LEFT JOIN reminders_delivery d ON d.user_id = u.id
          JOIN LATERAL (
              SELECT c.time_zone FROM partners_membership m JOIN partners_company c ON c.id = m.company_id
               WHERE m.user_id = u.id AND m.ended_at IS NULL
               ORDER BY m.role IN ('{Role.OWNER}', '{Role.MEMBER}') DESC, m.id LIMIT 1
          ) home ON true
          JOIN morning ON morning.zone = coalesce(nullif(d.time_zone, ''), home.time_zone)
         WHERE NOT EXISTS (SELECT FROM reminders_suppression s WHERE s.address = u.email AND s.lifted_at IS NULL)
    ), wished AS (
        SELECT f.*, person.zone, person.day, person.most_a_day, person.is_monday, person.week_began, person.next_monday_ends,
               CASE WHEN p.way IS NULL THEN '{Way.DIGEST}'
                    WHEN p.way = '{Way.OFF}' AND f.rule IN ({", ".join(f"'{rule}'" for rule in MONEY)}) AND EXISTS (
                        SELECT FROM partners_membership own WHERE own.user_id = f.recipient_id
                           AND own.company_id = f.company_id AND own.role = '{Role.OWNER}' AND own.ended_at IS NULL
                    ) AND NOT {TOLD_BESIDES} THEN '{Way.DIGEST}'
                    ELSE p.way END AS way
          FROM fresh f JOIN person ON person.id = f.recipient_id
          LEFT JOIN reminders_preference p ON p.user_id = f.recipient_id AND p.rule = f.rule
    )
    SELECT id, recipient_id, way, day, zone, most_a_day FROM wished
     WHERE way IN ('{Way.DIGEST}', '{Way.AT_ONCE}')
        OR way = '{Way.WEEKLY}' AND (is_monday OR created_at < week_began OR closes_at <= next_monday_ends)
     ORDER BY recipient_id, id
"""
# The unique constraints leave out whoever had the day's mail, or has one under way: theirs is told tomorrow.
MAKE = f"""
    INSERT INTO reminders_digest (recipient_id, kind, number, day, time_zone, status, attempts, leased_until, message_id, trouble,
                                  created_at)
    SELECT person.id, person.kind, CASE WHEN person.kind = '{DigestKind.AT_ONCE}' THEN had.number + 1 ELSE 0 END, person.day,
           person.zone, '{DigestStatus.PENDING}', 0, %(now)s, '', '', %(now)s
      FROM unnest(%(people)s::bigint[], %(kinds)s::text[], %(days)s::date[], %(zones)s::text[], %(most)s::int[])
           AS person (id, kind, day, zone, most_a_day)
      LEFT JOIN (
          SELECT recipient_id, day, max(number) AS number FROM reminders_digest
           WHERE recipient_id = ANY (%(people)s::bigint[]) AND day BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
      ) earlier ON earlier.recipient_id = person.id AND earlier.day = person.day
     CROSS JOIN LATERAL (SELECT coalesce(earlier.number, 0) AS number) had
     WHERE person.kind <> '{DigestKind.AT_ONCE}' OR had.number + 1 < person.most_a_day
     ORDER BY person.id
    ON CONFLICT DO NOTHING RETURNING id, recipient_id, kind
"""
PUT_IN = """
    UPDATE reminders_reminder r SET digest_id = told.digest
      FROM unnest(%s::bigint[], %s::bigint[]) AS told (reminder, digest)
     WHERE r.id = told.reminder AND r.digest_id IS NULL
"""


class Due(NamedTuple):
    """One reminder that may be mailed now, and to whom, which way, on which day there."""

    reminder: int
    recipient: int
    way: str
    day: date
    zone: str
    most_a_day: int


def collect(*, clock: Clock) -> int:
    """Make the mails of everybody who has something new, where it is past 07:00. Returns how many were made.

    What comes up after a person's mail of the day was made stands in their inbox at once, and in tomorrow's mail; what they
    want at once has a mail of its own, as many as they allow on a day. What is wanted on Mondays comes sooner where the
    Monday would be too late, or where it was missed.

    Three statements rather than one: the planner knows how many rows are handed to it, but not how many a step of a statement
    will give, and tens of thousands that it takes for one it joins each with each.
    """
    found = mornings(zones(), clock)
    if not found:
        return 0
    due = reminders_due(found, clock)
    if not due:
        return 0
    with transaction.atomic():
        made = make(due, clock)
        # Whoever gets the day's mail reads there what they want at once too.
        kinds = {recipient: (digest, kind) for digest, recipient, kind in made}
        told = [
            (row.reminder, kinds[row.recipient][0])
            for row in due
            if row.recipient in kinds and (kinds[row.recipient][1] != DigestKind.AT_ONCE or row.way == Way.AT_ONCE)
        ]
        if told:
            with connection.cursor() as cursor:
                cursor.execute(PUT_IN, [[reminder for reminder, _ in told], [digest for _, digest in told]])
    return len(made)


def reminders_due(found: Sequence[Morning], clock: Clock) -> list[Due]:
    # What has no last day and was mailed nobody for so long (they chose so, or mail does not reach them) stands in the inbox.
    fresh_enough = Q(closes_at__isnull=False) | Q(created_at__gte=clock.now - MAILED_WITHIN)
    news = (
        Reminder.objects.filter(fresh_enough, digest=None)
        .to_people_there()
        .awake(clock.now)
        .open_of_many(clock)
        .order_by()
    )
    columns = ("id", "recipient_id", "rule", "company_id", "subject_id", "anchor", "lead", "created_at", "closes_at")
    fresh, params = news.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            DUE.format(fresh=fresh), [*([getattr(m, name) for m in found] for name in Morning._fields), *params]
        )
        return [Due(*row) for row in cursor.fetchall()]


def make(due: Sequence[Due], clock: Clock) -> list[tuple[int, int, str]]:
    """(digest, recipient, kind) of each mail that could be made.

    Somebody who had the day's mail gets what they want at once in one of its own.
    """
    ways: dict[int, set[str]] = {}
    for row in due:
        ways.setdefault(row.recipient, set()).add(row.way)
    first = {row.recipient: row for row in reversed(due)}
    of_the_day = [(first[person], kind_of(wanted)) for person, wanted in ways.items() if wanted != {Way.AT_ONCE}]
    made = insert(of_the_day, clock)
    have = {recipient for _, recipient, _ in made}
    at_once = [
        (first[person], DigestKind.AT_ONCE)
        for person, wanted in ways.items()
        if Way.AT_ONCE in wanted and person not in have
    ]
    return made + insert(at_once, clock)


def kind_of(wanted: set[str]) -> DigestKind:
    return DigestKind.DAILY if Way.DIGEST in wanted else DigestKind.WEEKLY


def insert(mails: Sequence[tuple[Due, DigestKind]], clock: Clock) -> list[tuple[int, int, str]]:
    if not mails:
        return []
    days = [row.day for row, _ in mails]
    with connection.cursor() as cursor:
        cursor.execute(
            MAKE,
            {
                "now": clock.now,
                "people": [row.recipient for row, _ in mails],
                "kinds": [str(kind) for _, kind in mails],
                "days": days,
                "zones": [row.zone for row, _ in mails],
                "most": [row.most_a_day for row, _ in mails],
                "first": min(days),
                "last": max(days),
            },
        )
        return [(digest, recipient, kind) for digest, recipient, kind in cursor.fetchall()]


def zones() -> set[str]:
    """Where somebody's morning may be."""
    wished = Delivery.objects.exclude(time_zone="").order_by().values_list("time_zone", flat=True)
    return set(Company.objects.order_by().values_list("time_zone", flat=True).union(wished))
