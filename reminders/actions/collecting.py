"""Who is mailed of what now: one mail a person and day, at their morning, and what they asked to hear of at once."""

from django.db import connection

from partners.models import Company
from partners.states import Role
from programs.days import Clock
from reminders.models import Delivery, Reminder
from reminders.states import DigestStatus
from reminders.ways import MONEY, USUAL_A_DAY, DigestKind, Morning, Way, mornings, takes_mail

# Somebody else was told the same, and is mailed of it: one who works on another matter is no reader of this one.
TOLD_BESIDES = f"""EXISTS (
        SELECT FROM reminders_reminder t JOIN partners_user u ON u.id = t.recipient_id AND u.is_active
         WHERE t.subject_id = f.subject_id AND t.rule = f.rule AND t.anchor = f.anchor AND t.lead = f.lead
           AND t.company_id = f.company_id AND t.recipient_id <> f.recipient_id
           AND EXISTS (SELECT FROM partners_membership m
                        WHERE m.user_id = u.id AND m.company_id = f.company_id AND m.ended_at IS NULL)
           AND {takes_mail("u.id", "u.email", "f.rule")}
    )"""
# A person's morning is where they say, else where their oldest membership is, that of a partner before others. `due` is what may
# be told now, each with its way: an owner's "no mail" stands for money that lapses only where another is mailed of the same.
# The unique constraints leave out whoever had the day's mail, or has one under way: theirs is told tomorrow.
COLLECT = f"""
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
        SELECT f.*, person.is_monday, person.week_began, person.next_monday_ends,
               CASE WHEN p.way IS NULL THEN '{Way.DIGEST}'
                    WHEN p.way = '{Way.OFF}' AND f.rule IN ({", ".join(f"'{rule}'" for rule in MONEY)}) AND EXISTS (
                        SELECT FROM partners_membership own WHERE own.user_id = f.recipient_id
                           AND own.company_id = f.company_id AND own.role = '{Role.OWNER}' AND own.ended_at IS NULL
                    ) AND NOT {TOLD_BESIDES} THEN '{Way.DIGEST}'
                    ELSE p.way END AS way
          FROM fresh f JOIN person ON person.id = f.recipient_id
          LEFT JOIN reminders_preference p ON p.user_id = f.recipient_id AND p.rule = f.rule
    ), due AS MATERIALIZED (
        SELECT id, recipient_id, way FROM wished
         WHERE way IN ('{Way.DIGEST}', '{Way.AT_ONCE}')
            OR way = '{Way.WEEKLY}' AND (is_monday OR created_at < week_began OR closes_at <= next_monday_ends)
    ), of_the_day AS (
        INSERT INTO reminders_digest (recipient_id, kind, number, day, time_zone, status, attempts, leased_until, message_id,
                                      trouble, created_at)
        SELECT person.id, CASE WHEN bool_or(way = '{Way.DIGEST}') THEN '{DigestKind.DAILY}' ELSE '{DigestKind.WEEKLY}' END,
               0, person.day, person.zone, '{DigestStatus.PENDING}', 0, %s::timestamptz, '', '', %s::timestamptz
          FROM due JOIN person ON person.id = due.recipient_id
         GROUP BY person.id, person.day, person.zone
        HAVING bool_or(way <> '{Way.AT_ONCE}')
         ORDER BY person.id
        ON CONFLICT DO NOTHING RETURNING id, recipient_id
    ), at_once AS (
        INSERT INTO reminders_digest (recipient_id, kind, number, day, time_zone, status, attempts, leased_until, message_id,
                                      trouble, created_at)
        SELECT person.id, '{DigestKind.AT_ONCE}', had.number + 1, person.day, person.zone, '{DigestStatus.PENDING}', 0,
               %s::timestamptz, '', '', %s::timestamptz
          FROM person CROSS JOIN LATERAL (
              SELECT coalesce(max(number), 0) AS number FROM reminders_digest
               WHERE recipient_id = person.id AND day = person.day
          ) had
         WHERE had.number + 1 < person.most_a_day
           AND person.id IN (SELECT recipient_id FROM due WHERE way = '{Way.AT_ONCE}')
           AND person.id NOT IN (SELECT recipient_id FROM of_the_day)
         ORDER BY person.id
        ON CONFLICT DO NOTHING RETURNING id, recipient_id
    ), made AS (
        SELECT due.id AS reminder, of_the_day.id FROM due JOIN of_the_day USING (recipient_id)
        UNION ALL
        SELECT due.id, at_once.id FROM due JOIN at_once USING (recipient_id) WHERE due.way = '{Way.AT_ONCE}'
    )
    UPDATE reminders_reminder r SET digest_id = made.id FROM made WHERE r.id = made.reminder AND r.digest_id IS NULL
    RETURNING made.id
"""


def collect(*, clock: Clock) -> int:
    """Make the mails of everybody who has something new, where it is past 07:00. Returns how many were made.

    What comes up after a person's mail of the day was made stands in their inbox at once, and in tomorrow's mail; what they
    want at once has a mail of its own, as many as they allow on a day. What is wanted on Mondays comes sooner where the
    Monday would be too late, or where it was missed.
    """
    found = mornings(zones(), clock)
    if not found:
        return 0
    news = Reminder.objects.filter(digest=None).to_people_there().open(clock).order_by()
    columns = ("id", "recipient_id", "rule", "company_id", "subject_id", "anchor", "lead", "created_at", "closes_at")
    fresh, params = news.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            COLLECT.format(fresh=fresh),
            [*([getattr(m, name) for m in found] for name in Morning._fields), *params, *[clock.now] * 4],
        )
        return len({digest for (digest,) in cursor.fetchall()})


def zones() -> set[str]:
    """Where somebody's morning may be."""
    wished = Delivery.objects.exclude(time_zone="").order_by().values_list("time_zone", flat=True)
    return set(Company.objects.order_by().values_list("time_zone", flat=True).union(wished))
