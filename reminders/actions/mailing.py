"""Sending. Mails are rows (`collecting.py` makes them); whoever sends one claims it first: no two workers ever send the same one.

A crash between claiming and sending leaves a lease that runs out: the mail is then tried again under the same Message-ID. Whoever
reads mail sees one either way. Such are also the mails that had left and were not written down yet: at most `TOGETHER`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTPException, SMTPServerDisconnected
from urllib.parse import urlsplit

import structlog
from anymail.exceptions import AnymailAPIError
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from partners.events import event, record
from partners.models import User
from programs.days import Clock
from reminders.actions.collecting import put_in
from reminders.actions.hearing import hear, of_the_server
from reminders.digest import letter
from reminders.items import still_told
from reminders.models import Delivery, Digest, Preference, Reminder, Suppression
from reminders.states import LEASE, MORNING, MOST_ATTEMPTS, DigestStatus, pause
from reminders.ways import USUAL_A_DAY, DigestKind, Way

logger = structlog.get_logger(__name__)

# So many mails that left are written down at once: one commit each takes longer than to send them.
TOGETHER = 10


def to_send(clock: Clock) -> list[int]:
    """Ids of the digests that nobody holds and that may leave now, oldest first."""
    waiting = Digest.objects.filter(status=DigestStatus.PENDING, leased_until__lte=clock.now).order_by("pk")
    return [pk for pk, zone in waiting.values_list("pk", "time_zone") if clock.is_past(MORNING, zone)]


NOTHING_LEFT = "A later mail has told all of it, or it is done: there is nothing left to send."


class MailRefused(Exception):
    """A mail that was given up is not tried again. Its words are for the user."""


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
    unreached = suppressed(digests)
    told = still_told([digest for digest in digests if digest.recipient.email not in unreached], clock)
    post_office = get_connection()
    done: list[Digest] = []
    refused: list[tuple[Digest, Exception]] = []
    try:
        while digests:
            digest = digests.pop(0)
            try:
                if tells := told.get(digest.pk, []):
                    mail = letter(digest, tells, clock)
                    post_office.open()
                    mail.connection = post_office
                    mail.send()
            except Exception as error:
                # Whatever it is, it is this mail's trouble: it is written down, counted and must not stop the others.
                posted.failed.append({"digest": digest.pk, "why": fail(digest, error, clock)})
                refused.append((digest, error))
                if is_server_trouble(error):
                    hand_back(digests, clock)
                    digests = []
            else:
                posted.mails += bool(tells)
                done.append(digest)
                if len(done) == TOGETHER:
                    settle(done, told, clock)
                    done = []
    finally:
        settle(done, told, clock)
        post_office.close()
    said = [of_the_server(*refusal, clock.now, takes_others=posted.mails > 0) for refusal in refused]
    hear(told=filter(None, said), now=clock.now)
    return posted


def suppressed(digests: Sequence[Digest]) -> set[str]:
    """Addresses that mail does not reach since these were made: what they told waits."""
    addresses = [digest.recipient.email for digest in digests]
    return set(Suppression.objects.filter(address__in=addresses, lifted_at=None).values_list("address", flat=True))


def claim(digest_ids: Sequence[int], clock: Clock) -> list[Digest]:
    """Lease what is free of these; committed before anything is sent. One that crashed at its last attempt is given up here."""
    free = Digest.objects.filter(pk__in=digest_ids, status=DigestStatus.PENDING, leased_until__lte=clock.now)
    mine, late = [], []
    with transaction.atomic():
        # Not even whoever reads what one of them tells, and so keeps it from being deleted, stands in the way.
        for digest in free.order_by("pk").select_for_update(skip_locked=True, no_key=True):
            if digest.attempts >= MOST_ATTEMPTS:
                give_up(digest)
            elif digest.day == clock.day_in(digest.time_zone):
                mine.append(digest.pk)
            elif has_room(digest, clock):
                mine.append(digest.pk)
                late.append(digest)
        Digest.objects.bulk_update(late, ["day", "number"])
        claimed = Digest.objects.filter(pk__in=mine)
        claimed.update(attempts=F("attempts") + 1, leased_until=clock.now + LEASE, message_id=message_id())
        digests = list(claimed.select_related("recipient__delivery").order_by("pk"))
        put_in(digests=[digest for digest in digests if digest.attempts == 1], clock=clock)
    return digests


def has_room(digest: Digest, clock: Clock) -> bool:
    """A mail that is late is one of the day on which it leaves: the digest gets that day, and a number that is free there.

    False where that person had theirs, or as many as they allow: it waits for another day.
    """
    today = clock.day_in(digest.time_zone)
    had = set(Digest.objects.filter(recipient=digest.recipient_id, day=today).values_list("number", flat=True))
    if digest.kind == DigestKind.AT_ONCE:
        most = Delivery.objects.filter(pk=digest.recipient_id).values_list("most_a_day", flat=True).first()
        free = next((n for n in range(1, most or USUAL_A_DAY) if n not in had), None)
    else:
        free = None if 0 in had else 0
    if free is None:
        return False
    digest.day, digest.number = today, free
    return True


def message_id() -> Combinable:
    """SQL: that of a mail's first attempt."""
    host = urlsplit(settings.SITE_ADDRESS).hostname
    first = Concat(Value("<digest-"), Cast("pk", CharField()), Value(f"@{host}>"))
    return Coalesce(NullIf("message_id", Value("")), first)


def settle(digests: Sequence[Digest], told: Mapping[int, Sequence[Reminder]], clock: Clock) -> None:
    """They are sent. What they no longer told is free again; a digest that had nothing left to tell is taken back whole."""
    if not digests:
        return
    mine = Digest.objects.filter(pk__in=[digest.pk for digest in digests], status=DigestStatus.PENDING)
    sent = [digest.pk for digest in digests if told.get(digest.pk)]
    with transaction.atomic():
        freed = Reminder.objects.filter(digest__in=digests)
        freed.exclude(pk__in=[reminder.pk for pk in sent for reminder in told[pk]]).update(digest=None)
        mine.filter(pk__in=sent).update(status=DigestStatus.SENT, sent_at=clock.now, trouble="")
        if len(sent) < len(digests):
            mine.exclude(pk__in=sent).delete()


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
    """What it told is free for another mail."""
    if Digest.objects.filter(pk=digest.pk, status=DigestStatus.PENDING).update(status=DigestStatus.DEAD):
        Reminder.objects.filter(digest=digest).update(digest=None)


def try_again(*, digest: Digest, by: User, now: datetime) -> None:
    """Send a mail after all that was given up, with what no later mail has told its reader meanwhile.

    MailRefused if there is nothing of it left, another is under way to that person, or mail does not reach the address.
    """
    if not by.has_perm("reminders.see_mail"):
        raise PermissionDenied
    with transaction.atomic():
        digest = (
            Digest.objects.select_for_update(of=("self",), no_key=True).select_related("recipient").get(pk=digest.pk)
        )
        if digest.status != DigestStatus.DEAD:
            raise MailRefused("This mail was sent meanwhile, or is on its way.")
        if suppressed([digest]):
            raise MailRefused(f"Mail does not reach {digest.recipient.email}. Mend the address first.")
        wanted = dict(Preference.objects.filter(user=digest.recipient).values_list("rule", "way"))
        mute = [rule for rule, way in wanted.items() if way == Way.OFF]
        untold = Reminder.objects.filter(recipient=digest.recipient, digest=None).exclude(rule__in=mute)
        told = list(untold.to_people_there().open_of_many(Clock(now)).values_list("pk", flat=True))
        if not told:
            raise MailRefused(NOTHING_LEFT)
        mine = Digest.objects.filter(pk=digest.pk)
        try:
            with transaction.atomic():
                mine.update(status=DigestStatus.PENDING, attempts=0, leased_until=now)
        except IntegrityError:
            raise MailRefused(f"Another mail to {digest.recipient} is under way. It tells this too.") from None
        # What another mail took meanwhile is that one's.
        if not Reminder.objects.filter(pk__in=told, digest=None).update(digest=digest):
            raise MailRefused(NOTHING_LEFT)
        data = {"to": digest.recipient_id, "trouble": digest.trouble}
        record(
            [event(verb="tried again", about=digest, by=by, from_state="dead", to_state="pending", data=data, at=now)]
        )


def is_server_trouble(error: Exception) -> bool:
    """The server, or the mail service, is away, hangs or knows us not, rather than refusing this one mail.

    Or it is so slow that the task's time is over.
    """
    if isinstance(error, AnymailAPIError):
        return error.status_code is None or error.status_code in (401, 403, 429) or error.status_code >= 500
    return isinstance(error, SMTPServerDisconnected | SoftTimeLimitExceeded) or (
        isinstance(error, OSError) and not isinstance(error, SMTPException)
    )


def hand_back(digests: Sequence[Digest], clock: Clock) -> None:
    """Nobody tried these: the attempt does not count."""
    mine = Digest.objects.filter(pk__in=[digest.pk for digest in digests])
    mine.update(attempts=F("attempts") - 1, leased_until=clock.now + pause(1))
