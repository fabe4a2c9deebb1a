"""What mail services tell of our mail: it came back, or its reader complained. Then no reminder goes there until it is mended."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from anymail.exceptions import AnymailError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from partners.events import event, record
from partners.models import Company, Membership, User
from partners.states import KEEPER, Kind
from reminders.delivery.links import absolute
from reminders.models import MailEvent, Suppression
from reminders.ways import Trouble

logger = logging.getLogger(__name__)
TOLD_AGAIN = timedelta(days=1)


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

    @property
    def key(self) -> str:
        parts = (self.service, self.trouble, self.address, self.message_id, self.told_as)
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


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
        if not is_new or is_over(told) or Suppression.objects.filter(address=address, lifted_at=None).exists():
            return False
        made = Suppression.objects.create(
            address=address, user=user, trouble=heard.trouble, said=said, event=told, at=now
        )
        data = {"address": address, "service": told.service}
        record([event(verb="suppressed", about=made, by=None, reason=said, data=data, at=now)])
        transaction.on_commit(lambda: tell_keepers(made))
    return True


def is_over(told: MailEvent) -> bool:
    """It happened before somebody mended the address."""
    return Suppression.objects.filter(address=told.address, lifted_at__gte=told.happened_at).exists()


def tell_keepers(suppression: Suppression) -> int:
    """Mail who looks after the people of that person's companies: once a day, however many addresses fail on it.

    Returns to how many. Pages tell them too, for as long as it stands: a mail that can't be sent is not tried again.
    """
    theirs = Membership.objects.active().filter(user=suppression.user)
    mailed = 0
    for company in Company.objects.filter(pk__in=theirs.values("company")):
        people = company.memberships.active()
        before = Suppression.objects.filter(user__in=people.values("user"), at__gt=suppression.at - TOLD_AGAIN)
        if before.filter(pk__lt=suppression.pk).exists():
            continue
        keepers = people.filter(role=KEEPER[Kind(company.kind)], user__is_active=True).exclude(user=suppression.user)
        unreached = Suppression.objects.filter(lifted_at=None).values("address")
        for keeper in keepers.exclude(user__email__in=unreached).select_related("user"):
            mailed += mail(keeper.user, company, suppression)
    return mailed


def mail(keeper: User, company: Company, suppression: Suppression) -> bool:
    context = {
        "keeper": keeper,
        "company": company,
        "suppression": suppression,
        "page": absolute("reminders:addresses"),
    }
    message = EmailMessage(
        subject=" ".join(f"Mail to {suppression.user} does not arrive".split()),
        body=render_to_string("reminders/mail/unreached.txt", context),
        to=[keeper.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (SMTPException, OSError, AnymailError):
        logger.exception("who looks after a company could not be told of an address that mail does not reach")
        return False
    return True
