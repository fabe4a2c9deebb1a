"""A private calendar address is made, renewed, revoked and read."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from partners.events import event, record
from partners.models import User
from reminders.calendar.dates import Day
from reminders.calendar.ics import Stand
from reminders.models import Alarm, CalendarDate, CalendarFeed

# Read to the hour: not each of a calendar's visits is a write.
SEEN_AGAIN = timedelta(hours=1)
# Nor is that a date was told: a month more or less is nothing to what is forgotten after more than a year.
TOLD_AGAIN = timedelta(days=30)

TELL = """
    INSERT INTO reminders_calendardate (user_id, key, fingerprint, sequence, changed_at, told_at)
    SELECT %(user)s, key, fingerprint, 0, %(now)s, %(now)s
      FROM unnest(%(keys)s::text[], %(fingerprints)s::text[]) AS told (key, fingerprint) ORDER BY key
    ON CONFLICT (user_id, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, sequence = reminders_calendardate.sequence + 1,
           changed_at = greatest(excluded.changed_at, reminders_calendardate.changed_at), told_at = excluded.told_at
     WHERE reminders_calendardate.fingerprint <> excluded.fingerprint
"""


class FeedRefused(Exception):
    """The address is another by now. Its words are for the user."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def make(
    *, user: User, alarm: Alarm | None, instead_of: int | None, by: User, now: datetime
) -> tuple[CalendarFeed, str]:
    """A new address, and its token, which nothing but this answer knows. The one before (`instead_of`, its id) is revoked.

    FeedRefused where that is not the one that works now: a page that is sent twice makes one address.
    """
    check_own(user, by)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        current = CalendarFeed.objects.filter(user=user, revoked_at=None).first()
        if (current.pk if current else None) != instead_of:
            raise FeedRefused(
                "Your address is made already, and was shown once. If you did not copy it, make a new one: "
                "calendars that read the old one then stop."
            )
        if current:
            end(current, by, now)
        token = secrets.token_urlsafe(32)
        feed = CalendarFeed.objects.create(user=user, token_hash=hash_of(token), alarm=alarm, made_at=now)
        record([event(verb="made", about=feed, by=by, data={"instead_of": instead_of}, at=now)])
    return feed, token


def revoke(*, user: User, by: User, now: datetime) -> bool:
    """The address is of no use any more. False where there was none."""
    check_own(user, by)
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().filter(user=user, revoked_at=None).first()
        if feed:
            end(feed, by, now)
    return feed is not None


def end(feed: CalendarFeed, by: User, now: datetime) -> None:
    feed.revoked_at = max(now, feed.made_at)
    feed.save(update_fields=["revoked_at"])
    record([event(verb="revoked", about=feed, by=by, at=now)])


def ring(*, user: User, alarm: Alarm | None, by: User, now: datetime) -> None:
    """When the dates ring in the calendar; the address stays."""
    check_own(user, by)
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().filter(user=user, revoked_at=None).first()
        if feed is None or feed.alarm == alarm:
            return
        before, feed.alarm = feed.alarm, alarm
        feed.save(update_fields=["alarm"])
        record([event(verb="set_alarm", about=feed, by=by, data={"from": before, "to": alarm}, at=now)])


def check_own(user: User, by: User) -> None:
    if user.pk != by.pk:
        raise PermissionDenied


def find(token: str) -> CalendarFeed | None:
    """The feed that the token opens: not revoked, and of somebody who may still sign in."""
    token_hash = hash_of(token)
    live = CalendarFeed.objects.filter(token_hash=token_hash, revoked_at=None, user__is_active=True)
    feed = live.select_related("user").first()
    return feed if feed and hmac.compare_digest(feed.token_hash, token_hash) else None


def was_read(*, feed: CalendarFeed, now: datetime) -> None:
    if feed.read_at is None or now - feed.read_at >= SEEN_AGAIN:
        CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(read_at=now)


def told(*, feed: CalendarFeed, days: Sequence[Day], now: datetime) -> dict[str, Stand]:
    """How each of these dates stands, by its key. What is new or changed since it was last told is written down first."""
    prints = {day.key: hash_of(f"{day.fingerprint} {feed.alarm}") for day in days}
    known = stands(feed, prints)
    if {row.key: row.fingerprint for row in known} != prints:
        with connection.cursor() as cursor:
            cursor.execute(
                TELL,
                {"user": feed.user_id, "now": now, "keys": list(prints), "fingerprints": list(prints.values())},
            )
        known = stands(feed, prints)
    if old := [row.pk for row in known if now - row.told_at > TOLD_AGAIN]:
        CalendarDate.objects.filter(pk__in=old).update(told_at=now)
    return {row.key: Stand(row.sequence, row.changed_at) for row in known}


def stands(feed: CalendarFeed, keys: Iterable[str]) -> list[CalendarDate]:
    return list(CalendarDate.objects.filter(user=feed.user_id, key__in=list(keys)))
