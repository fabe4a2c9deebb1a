"""Links in the mail that answer one reminder, for one person, in one way, for thirty days: signed, each purpose with its salt."""

from datetime import datetime
from enum import StrEnum

from django.core import signing
from django.http import Http404

from reminders.delivery.links import absolute
from reminders.models import Digest, Reminder
from reminders.permissions import does_it
from reminders.replying.states import DAY, LINK_WITHIN


class Act(StrEnum):
    LATER = "later"
    TAKE = "take"
    HAND = "hand"


class Expired(Exception):
    """It was ours, and is too old."""


def signer(act: Act) -> signing.Signer:
    return signing.Signer(salt=f"reminders.reply.{act}")


def token(act: Act, reminder: Reminder, until: datetime) -> str:
    """The same to the byte for a mail that is tried again."""
    return signer(act).sign_object([reminder.pk, reminder.recipient_id, int(until.timestamp())])


def opened(act: Act, token: str, now: datetime) -> Reminder:
    """What it answers. Http404 for what we never signed for this, and where its reader acts no more; Expired after its time."""
    try:
        pk, recipient, until = signer(act).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    told = Reminder.objects.filter(pk=pk, recipient=recipient).to_people_there()
    found = told.select_related("recipient").with_fund().first()
    if found is None or not found.needs_answer:
        raise Http404
    if until <= now.timestamp():
        raise Expired
    return found


def answer_links(reminder: Reminder, digest: Digest) -> dict[str, str]:
    """By the names that a line of the mail has for them."""
    if not reminder.needs_answer:
        return {}
    until = digest.created_at + LINK_WITHIN
    links = {}
    if reminder.deadline is None or reminder.deadline - digest.day > DAY:
        links["later_url"] = absolute("reminders:later_by_mail", token(Act.LATER, reminder, until))
    if does_it(digest.recipient, reminder):
        links["take_url"] = absolute("reminders:take_by_mail", token(Act.TAKE, reminder, until))
        if getattr(reminder, "has_colleague", False):
            links["hand_url"] = absolute("reminders:hand_by_mail", token(Act.HAND, reminder, until))
    return links
