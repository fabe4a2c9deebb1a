"""Making mails: one a person and day, at their morning, and what they asked to hear of at once; and what each of them tells."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from partners.models import Company
from programs.days import Clock
from reminders.mailable import Reader, due, readers, untold, ways
from reminders.models import Delivery, Digest, Preference
from reminders.states import DigestStatus
from reminders.ways import DigestKind, Way, mornings

# The unique constraints leave out whoever has got one meanwhile.
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
    ON CONFLICT DO NOTHING RETURNING recipient_id
"""
PUT_IN = """
    UPDATE reminders_reminder r SET digest_id = told.digest
      FROM unnest(%s::bigint[], %s::bigint[]) AS told (reminder, digest)
     WHERE r.id = told.reminder AND r.digest_id IS NULL
"""


def collect(*, clock: Clock) -> int:
    """Make the mails of everybody who has something new, where it is past 07:00. Returns how many were made.

    What comes up after a person's mail of the day left stands in their inbox at once, and in tomorrow's mail; what they
    want at once has a mail of its own, as many as they allow on a day. What is wanted on Mondays comes sooner where the
    Monday would be too late, or where it was missed.

    What each tells is put in by whoever sends it: see `put_in`.
    """
    found = mornings(zones(), clock)
    if not found:
        return 0
    waiting = untold(clock)
    people = {reader.id: reader for reader in readers(waiting, found)}
    if any(reader.had for reader in people.values()):
        at_once = set(Preference.objects.filter(way=Way.AT_ONCE).values_list("user", flat=True))
        people = {pk: reader for pk, reader in people.items() if not reader.had or pk in at_once}
    if not people:
        return 0
    fresh = waiting.to_people_there().awake(clock.now).open_of_many(clock)
    wanted = ways(fresh, people.values(), found, clock)
    days = {morning.zone: morning.day for morning in found}
    # Who wants one mail a day has none at once: the day's own tells that too.
    of_the_day = [
        (reader, kind_of(theirs))
        for pk, theirs in wanted.items()
        if not (reader := people[pk]).had and (theirs != {Way.AT_ONCE} or reader.most_a_day == 1)
    ]
    with transaction.atomic():
        have = insert(of_the_day, days, clock)
        # Whoever gets the day's mail reads there what they want at once too.
        others = [
            (people[pk], DigestKind.AT_ONCE)
            for pk, theirs in wanted.items()
            if Way.AT_ONCE in theirs and pk not in have
        ]
        return len(have) + len(insert(others, days, clock))


def kind_of(wanted: set[str]) -> DigestKind:
    return DigestKind.WEEKLY if Way.WEEKLY in wanted and Way.DIGEST not in wanted else DigestKind.DAILY


def insert(mails: Sequence[tuple[Reader, DigestKind]], days: dict[str, date], clock: Clock) -> set[int]:
    """Ids of those whose mails could be made."""
    if not mails:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            MAKE,
            {
                "now": clock.now,
                "people": [reader.id for reader, _ in mails],
                "kinds": [str(kind) for _, kind in mails],
                "days": [days[reader.zone] for reader, _ in mails],
                "zones": [reader.zone for reader, _ in mails],
                "most": [reader.most_a_day for reader, _ in mails],
                "first": min(days.values()),
                "last": max(days.values()),
            },
        )
        return {recipient for (recipient,) in cursor.fetchall()}


def put_in(*, digests: Sequence[Digest], clock: Clock) -> None:
    """Let these mails, just claimed for the first time, tell what is new for their readers now.

    The day's own tells what is wanted at once too.
    """
    if not digests:
        return
    mine = untold(clock).filter(recipient__in=[digest.recipient_id for digest in digests])
    found = mornings({digest.time_zone for digest in digests}, clock)
    of_the_day = {digest.recipient_id: digest.pk for digest in digests if digest.kind != DigestKind.AT_ONCE}
    at_once = {digest.recipient_id: digest.pk for digest in digests if digest.kind == DigestKind.AT_ONCE}
    told = []
    fresh = mine.to_people_there().awake(clock.now).open(clock)
    for row in due(fresh, readers(mine, found), found, clock):
        digest = of_the_day.get(row.recipient) or (at_once.get(row.recipient) if row.way == Way.AT_ONCE else None)
        if digest:
            told.append((row.reminder, digest))
    if told:
        with connection.cursor() as cursor:
            cursor.execute(PUT_IN, [list(column) for column in zip(*told, strict=True)])


def zones() -> set[str]:
    """Where somebody's morning may be."""
    wished = Delivery.objects.exclude(time_zone="").order_by().values_list("time_zone", flat=True)
    return set(Company.objects.order_by().values_list("time_zone", flat=True).union(wished))
