"""One mail a person and day. Due mails are rows; whoever sends them claims them first, so that two workers never send one twice.

A crash between claiming and sending leaves a lease that runs out: the mail is then tried again under the same Message-ID. Whoever
reads mail sees one either way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from smtplib import SMTPException, SMTPServerDisconnected
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction

from partners.models import Partner
from partners.states import Role
from programs.days import Clock
from reminders.digest import letter
from reminders.models import Digest, Reminder
from reminders.states import LEASE, MORNING, MOST_ATTEMPTS, DigestStatus, pause

logger = structlog.get_logger(__name__)

# A person works where their oldest membership of a partner is. The two unique constraints leave out whoever had today's mail, or
# has one under way: theirs is told tomorrow.
COLLECT = f"""
    WITH fresh AS MATERIALIZED ({{fresh}}),
    person AS (
        SELECT DISTINCT ON (m.user_id) m.user_id, c.time_zone
          FROM partners_membership m JOIN partners_company c ON c.id = m.company_id
         WHERE m.ended_at IS NULL AND m.role IN ('{Role.OWNER}', '{Role.MEMBER}')
           AND m.user_id IN (SELECT recipient_id FROM fresh)
         ORDER BY m.user_id, m.id
    ), made AS (
        INSERT INTO reminders_digest (recipient_id, day, time_zone, status, attempts, leased_until, message_id, trouble,
                                      created_at)
        SELECT person.user_id, today.day, today.zone, '{DigestStatus.PENDING}', 0, %s, '', '', %s
          FROM person JOIN unnest(%s::text[], %s::date[]) AS today (zone, day) ON today.zone = person.time_zone
         ORDER BY person.user_id
        ON CONFLICT DO NOTHING RETURNING id, recipient_id
    )
    UPDATE reminders_reminder r SET digest_id = made.id
      FROM fresh JOIN made ON made.recipient_id = fresh.recipient_id
     WHERE r.id = fresh.id AND r.digest_id IS NULL
    RETURNING made.id
"""


def collect(*, clock: Clock) -> int:
    """Make today's digest for everybody who has something new, where it is past 07:00. Returns how many were made.

    What comes up after a person's mail of the day was made stands in their inbox at once, and in tomorrow's mail.
    """
    zones = Partner.objects.order_by().values_list("time_zone", flat=True).distinct()
    days = {zone: clock.day_in(zone) for zone in zones if clock.is_past(MORNING, zone)}
    if not days:
        return 0
    news = Reminder.objects.filter(digest=None).to_people_there().open(clock).order_by()
    fresh, params = news.values("id", "recipient_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            COLLECT.format(fresh=fresh),
            [*params, clock.now, clock.now, list(days), list(days.values())],
        )
        return len({digest for (digest,) in cursor.fetchall()})


def to_send(clock: Clock) -> list[int]:
    """Ids of the digests that nobody holds and that may leave now, oldest first."""
    waiting = Digest.objects.filter(status=DigestStatus.PENDING, leased_until__lte=clock.now).order_by("pk")
    return [pk for pk, zone in waiting.values_list("pk", "time_zone") if clock.is_past(MORNING, zone)]


@dataclass
class Posted:
    """What a batch came to: how many mails left, and what went wrong with the others."""

    mails: int = 0
    failed: list[dict[str, int | str]] = field(default_factory=list)


def send(*, digest_ids: Sequence[int], clock: Clock) -> Posted:
    """Send those of these digests that nobody else has claimed, over one connection.

    A mail that fails is tried again after a pause, five times; then it is given up and what it told waits for the next day's.
    If the mail server itself is away, the rest of the batch is handed back unharmed.
    """
    posted = Posted()
    digests = claim(digest_ids, clock)
    post_office = get_connection()
    while digests:
        digest = digests.pop(0)
        try:
            mail, told = letter(digest, clock)
            if mail is not None:
                post_office.open()
                mail.connection = post_office
                mail.send()
        except Exception as error:
            # Whatever it is, it is this mail's trouble: it is written down, counted and must not stop the others.
            posted.failed.append({"digest": digest.pk, "why": fail(digest, error, clock)})
            if is_server_trouble(error):
                hand_back(digests, clock)
                digests = []
        else:
            posted.mails += mail is not None
            settle(digest, told, clock)
    post_office.close()
    return posted


def claim(digest_ids: Sequence[int], clock: Clock) -> list[Digest]:
    """Lease what is free of these; committed before anything is sent. One that crashed at its last attempt is given up here."""
    free = Digest.objects.filter(pk__in=digest_ids, status=DigestStatus.PENDING, leased_until__lte=clock.now)
    mine = []
    with transaction.atomic():
        for digest in free.order_by("pk").select_for_update(skip_locked=True):
            if digest.attempts >= MOST_ATTEMPTS:
                give_up(digest)
            elif is_first_of(today := clock.day_in(digest.time_zone), digest):
                digest.day = today
                digest.attempts += 1
                digest.leased_until = clock.now + LEASE
                digest.message_id = digest.message_id or message_id(digest)
                mine.append(digest)
        Digest.objects.bulk_update(mine, ["day", "attempts", "leased_until", "message_id"])
    return list(Digest.objects.filter(pk__in=[digest.pk for digest in mine]).select_related("recipient").order_by("pk"))


def is_first_of(day: date, digest: Digest) -> bool:
    """A mail that is late is the mail of the day on which it leaves; that person gets no second one."""
    return digest.day == day or not Digest.objects.filter(recipient=digest.recipient_id, day=day).exists()


def message_id(digest: Digest) -> str:
    return f"<digest-{digest.pk}@{urlsplit(settings.SITE_ADDRESS).hostname}>"


def settle(digest: Digest, told: Sequence[int], clock: Clock) -> None:
    """It is sent. What it no longer told is free again; a digest that had nothing left to tell is taken back whole."""
    mine = Digest.objects.filter(pk=digest.pk, status=DigestStatus.PENDING)
    with transaction.atomic():
        Reminder.objects.filter(digest=digest).exclude(pk__in=told).update(digest=None)
        if told:
            mine.update(status=DigestStatus.SENT, sent_at=clock.now, trouble="")
        else:
            mine.delete()


def fail(digest: Digest, error: Exception, clock: Clock) -> str:
    """Write down why, and set the pause or give up. Returns the why."""
    why = f"{type(error).__name__}: {error}"[:300]
    logger.warning("digest not sent", digest=digest.pk, attempts=digest.attempts, why=why)
    with transaction.atomic():
        # Only our own attempt: if our lease ran out meanwhile, another worker's stands.
        ours = Digest.objects.filter(pk=digest.pk, attempts=digest.attempts)
        ours.update(trouble=why, leased_until=clock.now + pause(digest.attempts))
        if digest.attempts >= MOST_ATTEMPTS:
            give_up(digest)
    return why


def give_up(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk, status=DigestStatus.PENDING).update(status=DigestStatus.DEAD)
    Reminder.objects.filter(digest=digest).update(digest=None)


def is_server_trouble(error: Exception) -> bool:
    """The server is away or hangs, rather than refusing this one mail."""
    return isinstance(error, SMTPServerDisconnected) or (
        isinstance(error, OSError) and not isinstance(error, SMTPException)
    )


def hand_back(digests: Sequence[Digest], clock: Clock) -> None:
    """Nobody tried these: the attempt does not count."""
    for digest in digests:
        digest.attempts -= 1
        digest.leased_until = clock.now + pause(1)
    Digest.objects.bulk_update(digests, ["attempts", "leased_until"])
