"""An address that mail did not reach works again: its person shows it, or who looks after the company's people says so."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from anymail.exceptions import AnymailError
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from partners.events import event, record
from partners.models import User
from reminders.delivery.links import confirm_address
from reminders.models import Suppression

logger = logging.getLogger(__name__)
ASK_AGAIN = timedelta(hours=1)


class MendingRefused(Exception):
    """It is mended already, or was asked for a moment ago. Its words are for the user."""


def locked(suppression: Suppression) -> Suppression:
    found = Suppression.objects.select_for_update(of=("self",)).select_related("user").get(pk=suppression.pk)
    if found.lifted_at:
        raise MendingRefused(f"Reminders go to {found.address} again already.")
    return found


def lift(*, suppression: Suppression, by: User, now: datetime) -> Suppression:
    """Mail reminders there again. PermissionDenied unless `by` looks after the person's company, or all of Windfall."""
    with transaction.atomic():
        found = locked(suppression)
        if not by.has_perm("reminders.lift", found):
            raise PermissionDenied
        return lifted(found, by, now)


def ask(*, suppression: Suppression, by: User, now: datetime) -> bool:
    """Mail the address a link that confirms it. Returns whether it could be mailed. MendingRefused within the hour."""
    with transaction.atomic():
        found = locked(suppression)
        if found.user_id != by.pk:
            raise PermissionDenied
        if found.asked_at and now - found.asked_at < ASK_AGAIN:
            raise MendingRefused(
                f"A mail was sent to {found.address} within the hour. Wait for it, or try again later."
            )
        found.asked_at = now
        found.save(update_fields=["asked_at"])
        record([event(verb="asked to confirm", about=found, by=by, data={"address": found.address}, at=now)])
    message = EmailMessage(
        subject="Confirm that Windfall's mail reaches you",
        body=render_to_string("reminders/mail/confirm.txt", {"person": by, "address": confirm_address(found)}),
        to=[found.address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (SMTPException, OSError, AnymailError):
        logger.exception("the mail to confirm an address could not be sent")
        return False
    return True


def confirm(*, suppression: Suppression, now: datetime) -> Suppression:
    """The link in that mail was opened, so mail arrives. MendingRefused if it was lifted before."""
    with transaction.atomic():
        found = locked(suppression)
        return lifted(found, found.user, now)


def lifted(suppression: Suppression, by: User, now: datetime) -> Suppression:
    suppression.lifted_at, suppression.lifted_by = now, by
    suppression.save(update_fields=["lifted_at", "lifted_by"])
    record([event(verb="lifted", about=suppression, by=by, data={"address": suppression.address}, at=now)])
    return suppression
