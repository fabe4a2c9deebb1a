"""What is told of our mail by services, and by the server that takes it: it came back, or its reader complained. Then no reminder
goes there until it is mended.

What could not be delivered only that day (a full mailbox, a server that is away) is no reason yet; on several days it is. What
did not arrive goes with the next mail.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.db import transaction
from django.db.models import Max

from partners.events import event, record
from partners.models import User
from reminders.models import Digest, MailEvent, Reminder, Suppression
from reminders.ways import SOFT_DAYS, SOFT_WITHIN, Trouble

# RFC 3463: which the mail is for does not exist, or takes no mail. Others may be about us: that we may not send, or as whom.
ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
NO_SUCH_ADDRESS = re.compile(r"5\.(1\.([1236]|10)|2\.1)\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a mail service told. `key` is the same each time that it tells the same."""

    service: str
    trouble: Trouble
    address: str
    message_id: str
    said: str
    happened_at: datetime
    told_as: str  # the service's own name of the event, or whatever else tells it from others
    digest_id: int | None = None  # which of our mails, where the service says so

    @property
    def key(self) -> str:
        parts = (self.service, self.trouble, self.address, self.message_id, self.told_as)
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def of_the_server(digest: Digest, error: Exception, now: datetime, *, takes_others: bool) -> Heard | None:
    """What a mail server's refusal of that mail says of its address; None for nothing.

    Where it does not say what is wrong it counts for that day, if the server takes mail for others: else it may refuse us.
    """
    answer: bytes | str
    match error:
        case SMTPRecipientsRefused():
            code, answer = error.recipients.get(digest.recipient.email, (0, b""))
        case SMTPDataError():
            code, answer = error.smtp_code, error.smtp_error
        case _:
            return None
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    if not 500 <= code < 600:
        return None
    if NO_SUCH_ADDRESS.match(said):
        trouble = Trouble.BOUNCE
    elif ENHANCED.match(said) or not takes_others:
        return None
    else:
        trouble = Trouble.SOFT
    return Heard(
        service="Mail server",
        trouble=trouble,
        address=digest.recipient.email,
        message_id=digest.message_id,
        said=f"{code} {said}",
        happened_at=now,
        told_as=str(code),
    )


def hear(*, told: Iterable[Heard], now: datetime) -> int:
    """Write down what is new of this, and suppress the addresses. Returns how many addresses were.

    The same told again changes nothing, nor does what happened before the address was mended. What is told of an address that
    nobody here has is not kept.
    """
    return sum(hear_one(one, now) for one in told)


def hear_one(heard: Heard, now: datetime) -> bool:
    address = heard.address.lower()
    with transaction.atomic():
        # The person's row is the lock: two reports of one address come one after the other.
        user = User.objects.select_for_update(no_key=True).filter(email=address).first()
        if user is None:
            return False
        said = " ".join(heard.said.split())[:300]
        told, is_new = MailEvent.objects.get_or_create(
            key=heard.key,
            defaults={
                "service": heard.service[:30],
                "trouble": heard.trouble,
                "address": address,
                "message_id": heard.message_id[:300],
                "said": said,
                "happened_at": min(heard.happened_at, now),
                "created_at": now,
            },
        )
        if not is_new:
            return False
        if heard.digest_id and heard.trouble != Trouble.COMPLAINT:
            tell_again(heard.digest_id, user)
        if heard.trouble == Trouble.SOFT and not is_lasting(told):
            return False
        if is_over(told) or Suppression.objects.filter(address=address, lifted_at=None).exists():
            return False
        trouble = Trouble.BOUNCE if heard.trouble == Trouble.SOFT else heard.trouble
        made = Suppression.objects.create(address=address, user=user, trouble=trouble, said=said, event=told, at=now)
        data = {"address": address, "service": told.service}
        record([event(verb="suppressed", about=made, by=None, reason=said, data=data, at=now)])
    return True


def tell_again(digest_id: int, user: User) -> None:
    """What that mail told, and nobody read on Windfall since, waits for the next."""
    Reminder.objects.filter(digest=digest_id, recipient=user).unread().update(digest=None)


def is_lasting(told: MailEvent) -> bool:
    """It could not be delivered on several days, since somebody last said that the address works."""
    lifted = Suppression.objects.filter(address=told.address).aggregate(at=Max("lifted_at"))["at"]
    since = max(told.happened_at - SOFT_WITHIN, lifted) if lifted else told.happened_at - SOFT_WITHIN
    soft = MailEvent.objects.filter(address=told.address, trouble=Trouble.SOFT, happened_at__gt=since)
    return soft.values("happened_at__date").distinct().count() >= SOFT_DAYS


def is_over(told: MailEvent) -> bool:
    """It happened before somebody mended the address."""
    return Suppression.objects.filter(address=told.address, lifted_at__gte=told.happened_at).exists()
