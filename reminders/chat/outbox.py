"""Messages that are due are rows first: made by sets, each once, claimed with a lease, tried again after a pause, given up."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction

from claims.vault import Unreadable
from partners.events import event, record
from partners.models import Company
from programs.days import Clock
from reminders.chat import payloads, words
from reminders.chat.signing import headers
from reminders.chat.states import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_MISSED,
    HookStatus,
    PostKind,
    PostStatus,
    Shape,
    pause,
)
from reminders.chat.vault import opened
from reminders.chat.wire import NotSent, post
from reminders.models import ChatHook, ChatPost
from reminders.states import MORNING

logger = structlog.get_logger(__name__)

# From the day after the hook was made: each day has one, however often this runs. Days missed are not made up for, as today's
# tells what is due.
COLLECT = f"""
    INSERT INTO reminders_chatpost (hook_id, kind, day, status, body, attempts, leased_until, trouble, created_at)
    SELECT h.id, '{PostKind.DUE}', today.day, '{PostStatus.PENDING}', '', 0, %(now)s, '', %(now)s
      FROM reminders_chathook h JOIN partners_company c ON c.id = h.company_id
      JOIN unnest(%(zones)s::text[], %(days)s::date[]) AS today (zone, day) ON today.zone = c.time_zone
     WHERE h.status = '{HookStatus.LIVE}' AND h.daily AND (h.made_at AT TIME ZONE c.time_zone)::date < today.day
       AND NOT EXISTS (SELECT FROM reminders_chatpost p
                        WHERE p.hook_id = h.id AND p.day = today.day AND p.kind = '{PostKind.DUE}')
     ORDER BY h.id
    ON CONFLICT DO NOTHING
"""

# One message for all that was written together to one company.
NUDGES = f"""
    INSERT INTO reminders_chatpost (hook_id, kind, day, nudge_id, status, body, attempts, leased_until, trouble, created_at)
    SELECT h.id, '{PostKind.NUDGE}', (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date, min(n.id),
           '{PostStatus.PENDING}', '', 0, %(now)s, '', %(now)s
      FROM reminders_nudge n JOIN funds_allocation a ON a.id = n.allocation_id
      JOIN reminders_chathook h ON h.company_id = a.partner_id AND h.status = '{HookStatus.LIVE}' AND h.nudges
      JOIN partners_company c ON c.id = h.company_id
     WHERE n.allocation_id = ANY(%(funds)s) AND n.vendor_id = %(vendor)s AND n.created_at = %(now)s
     GROUP BY h.id, c.time_zone ORDER BY h.id
    ON CONFLICT DO NOTHING
"""


def collect(*, clock: Clock) -> int:
    """Make today's message for each hook that wants one, where it is past 07:00. Returns how many were made."""
    live = ChatHook.objects.filter(status=HookStatus.LIVE, daily=True).order_by()
    zones = live.values_list("company__time_zone", flat=True).distinct()
    days = {zone: clock.day_in(zone) for zone in zones if clock.is_past(MORNING, zone)}
    if not days:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(COLLECT, {"zones": list(days), "days": list(days.values()), "now": clock.now})
        return int(cursor.rowcount)


def add_nudges(*, funds: Iterable[int], vendor: Company, now: datetime) -> int:
    """What was just written for these funds, to the chats that want it. Called in the transaction of the nudges."""
    with connection.cursor() as cursor:
        cursor.execute(NUDGES, {"funds": list(funds), "vendor": vendor.pk, "now": now})
        return int(cursor.rowcount)


def to_send(clock: Clock) -> list[int]:
    """Ids of the messages that nobody holds and that may leave now, oldest first."""
    waiting = ChatPost.objects.filter(status=PostStatus.PENDING, leased_until__lte=clock.now)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def send(*, post_ids: Sequence[int], clock: Clock) -> int:
    """Send those of these messages that nobody else has claimed. Returns how many arrived."""
    return sum(send_one(message, clock) for message in claim(post_ids, clock))


def claim(post_ids: Sequence[int], clock: Clock) -> list[ChatPost]:
    """Lease what is free of these; committed before anything is sent. What crashed at its last attempt is given up here."""
    free = ChatPost.objects.filter(pk__in=post_ids, status=PostStatus.PENDING, leased_until__lte=clock.now)
    mine = []
    with transaction.atomic():
        for message in free.order_by("pk").select_for_update(skip_locked=True):
            if message.attempts >= MOST_ATTEMPTS:
                give_up(message, clock)
                continue
            message.attempts += 1
            message.leased_until = clock.now + LEASE
            mine.append(message)
        ChatPost.objects.bulk_update(mine, ["attempts", "leased_until"])
    found = ChatPost.objects.filter(pk__in=[message.pk for message in mine])
    return list(found.select_related("hook__company", "nudge__by", "nudge__vendor").order_by("pk"))


def send_one(message: ChatPost, clock: Clock) -> bool:
    hook = message.hook
    try:
        if not is_open(message):
            raise NotSent("Nothing is sent there any more.")
        if not message.body and not write(message, clock):
            move(message, PostStatus.EMPTY)
            return False
        secret = opened(hook.secret, company_id=hook.company_id)
        body = message.body.encode()
        post(secret.address, body=body, headers=headers(secret, message.message_id, body, clock.now))
    except NotSent as error:
        fail(message, str(error), clock)
    except Unreadable:
        fail(message, "Its address can't be read any more: end it and enter it anew.", clock)
    except Exception as error:
        # Whatever it is, it is this message's trouble and must not stop the others.
        logger.exception("message not written", post=message.pk)
        fail(message, f"Windfall could not write it ({type(error).__name__}).", clock)
    else:
        settle(message, clock)
        return True
    return False


def is_open(message: ChatPost) -> bool:
    """What is stopped may still be tried."""
    status = message.hook.status
    return status == HookStatus.LIVE or (status == HookStatus.STOPPED and message.kind == PostKind.TEST)


def write(message: ChatPost, clock: Clock) -> bool:
    """Keep what it says, before it is sent: each attempt sends the same. False where nothing is left to say."""
    if message.nudge is not None:
        said = words.nudged(message.hook, message.nudge)
    elif message.kind == PostKind.DUE:
        said = words.due(message.hook, clock)
    else:
        said = words.test(message.hook.company)
    if said is None:
        return False
    message.body = payloads.body(said, Shape(message.hook.shape), clock.now).decode()
    return bool(ours(message).update(body=message.body))


def ours(message: ChatPost):  # type: ignore[no-untyped-def]
    """Only our own attempt: if our lease ran out meanwhile, another worker's stands."""
    return ChatPost.objects.filter(pk=message.pk, status=PostStatus.PENDING, attempts=message.attempts)


def move(message: ChatPost, status: PostStatus, **fields: object) -> bool:
    """The one place where a message gets another status."""
    return bool(ours(message).update(status=status, **fields))


def settle(message: ChatPost, clock: Clock) -> None:
    with transaction.atomic():
        if move(message, PostStatus.SENT, sent_at=max(clock.now, message.created_at), trouble=""):
            ChatHook.objects.filter(pk=message.hook_id, missed__gt=0).update(missed=0)


def fail(message: ChatPost, why: str, clock: Clock) -> None:
    """Write down why, and set the pause or give up."""
    logger.warning("message not sent", post=message.pk, attempts=message.attempts, why=why)
    with transaction.atomic():
        ours(message).update(trouble=why[:300], leased_until=clock.now + pause(message.attempts))
        if message.attempts >= MOST_ATTEMPTS or message.kind == PostKind.TEST or not is_open(message):
            message.trouble = why
            give_up(message, clock)


def give_up(message: ChatPost, clock: Clock) -> None:
    """It failed for good. So many in a row, and nothing more is sent there until the keeper has looked at it."""
    if not move(message, PostStatus.DEAD) or message.kind == PostKind.TEST:
        return
    hook = ChatHook.objects.select_for_update().get(pk=message.hook_id)
    if hook.status != HookStatus.LIVE:
        return
    company, why, at = hook.company_id, message.trouble, clock.now
    data = {"post": message.pk, "kind": message.kind, "day": message.day}
    events = [event(verb="gave_up", about=hook, by=None, company_id=company, reason=why, data=data, at=at)]
    hook.missed += 1
    if hook.missed >= MOST_MISSED:
        before, after = HookStatus.LIVE, HookStatus.STOPPED
        events.append(
            event(
                verb="stopped",
                about=hook,
                by=None,
                company_id=company,
                from_state=before,
                to_state=after,
                reason=why,
                at=at,
            )
        )
        ChatHook.objects.filter(pk=hook.pk).update(status=after)
    hook.save(update_fields=["missed"])
    record(events)
