"""Making mails: one a person and day, at their morning, and what they asked to hear of at once; and what each of them tells."""

from collections.abc import Mapping, Sequence, Set

from django.db import connection, transaction
from django.db.models import Q

from partners.models import Company
from programs.days import Clock
from reminders.mailable import Readers, due, mornings_of, readers, untold, ways
from reminders.models import Delivery, Digest, Preference, Reminder, ReminderQuerySet
from reminders.states import DigestStatus
from reminders.ways import DigestKind, Way, morning, mornings

# The unique constraints leave out whoever has got one meanwhile.
MAKE = f"""
    INSERT INTO reminders_digest (recipient_id, kind, number, day, time_zone, status, attempts, leased_until, message_id, trouble,
                                  created_at)
    SELECT person, %(kind)s, number, %(day)s, %(zone)s, '{DigestStatus.PENDING}', 0, %(now)s, '', '', %(now)s
      FROM ({{numbered}}) AS mail (person, number) ORDER BY person
    ON CONFLICT DO NOTHING RETURNING recipient_id
"""
OF_THE_DAY = "SELECT unnest(%(people)s::bigint[]), 0"
AT_ONCE = """
    SELECT person, coalesce(max(had.number), 0) + 1
      FROM unnest(%(people)s::bigint[]) AS person
      LEFT JOIN reminders_digest had ON had.recipient_id = person AND had.day = %(day)s
     GROUP BY 1 HAVING coalesce(max(had.number), 0) + 1 < %(most)s
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

    What each tells, and whether there still is anything to do, is looked into by whoever sends it: see `put_in`.
    """
    found = mornings(zones(), clock)
    if not found:
        return 0
    waiting = untold(clock)
    groups = readers(waiting, found)
    if any(group.had for group in groups):
        at_once = set(Preference.objects.filter(way=Way.AT_ONCE).values_list("user", flat=True))
        groups = [
            group._replace(people=[person for person in group.people if person in at_once]) if group.had else group
            for group in groups
        ]
    theirs = mornings_of(groups, found)
    if not theirs:
        return 0
    fresh = waiting.to_people_there().awake(clock.now)
    passed_over = fresh.filter(passed_over_at__isnull=False).open_of_many(clock)
    wanted = ways(fresh.filter(Q(passed_over_at=None) | Q(pk__in=passed_over.values("pk"))), theirs, clock)
    with transaction.atomic():
        return sum(make(group, wanted, clock) for group in groups)


def make(group: Readers, wanted: Mapping[str, set[int]], clock: Clock) -> int:
    """The mails of these people, by the ways on which something waits for them. Returns how many."""
    daily, weekly, at_once = (
        wanted.get(way, set()).intersection(group.people) for way in (Way.DIGEST, Way.WEEKLY, Way.AT_ONCE)
    )
    have: set[int] = set()
    if not group.had:
        of_the_week = weekly - daily
        # Who wants one mail a day has none at once: the day's own tells that too.
        of_the_day = daily | at_once if group.most_a_day == 1 else daily
        have |= insert(DigestKind.DAILY, of_the_day - of_the_week, group, clock)
        have |= insert(DigestKind.WEEKLY, of_the_week, group, clock)
    # Whoever gets the day's mail reads there what they want at once too.
    return len(have) + len(insert(DigestKind.AT_ONCE, at_once - have, group, clock))


def insert(kind: DigestKind, people: Set[int], group: Readers, clock: Clock) -> set[int]:
    """Ids of those whose mails could be made."""
    if not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            MAKE.format(numbered=AT_ONCE if kind == DigestKind.AT_ONCE else OF_THE_DAY),
            {
                "people": list(people),
                "kind": str(kind),
                "day": clock.day_in(group.zone),
                "zone": group.zone,
                "most": group.most_a_day,
                "now": clock.now,
            },
        )
        return {recipient for (recipient,) in cursor.fetchall()}


def put_in(*, digests: Sequence[Digest], clock: Clock) -> None:
    """Let these mails, just claimed for the first time, tell what is new for their readers now.

    The day's own tells what is wanted at once too. Of a mail that comes to nothing it is written down what was done already, so
    that none is made for it again.
    """
    if not digests:
        return
    at_once = {digest.recipient_id: digest for digest in digests if digest.kind == DigestKind.AT_ONCE}
    of_the_day = {digest.recipient_id: digest for digest in digests if digest.kind != DigestKind.AT_ONCE}
    # A Monday's mail that leaves on Tuesday tells what it was made for.
    theirs = {
        person: morning(digest.time_zone, Clock(digest.created_at, clock.on))
        for person, digest in (at_once | of_the_day).items()
    }
    fresh = untold(clock).filter(recipient__in=theirs).to_people_there().awake(clock.now)
    told = []
    for row in due(fresh.open(clock), theirs, clock):
        digest = of_the_day.get(row.recipient) or (at_once.get(row.recipient) if row.way == Way.AT_ONCE else None)
        if digest:
            told.append((row.reminder, digest.pk))
    if told:
        with connection.cursor() as cursor:
            cursor.execute(PUT_IN, [list(column) for column in zip(*told, strict=True)])
    filled = {digest for _, digest in told}
    if empty := [digest.recipient_id for digest in digests if digest.pk not in filled]:
        pass_over(fresh.filter(recipient__in=empty), clock)


def pass_over(reminders: ReminderQuerySet, clock: Clock) -> None:
    """Write down which of these are done."""
    stand = list(reminders.open(clock).values_list("pk", flat=True))
    done = list(reminders.exclude(pk__in=stand).values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=done, passed_over_at=None).update(passed_over_at=clock.now)


def zones() -> set[str]:
    """Where somebody's morning may be."""
    wished = Delivery.objects.exclude(time_zone="").order_by().values_list("time_zone", flat=True)
    return set(Company.objects.order_by().values_list("time_zone", flat=True).union(wished))
