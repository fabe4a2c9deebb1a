"""Ways in: sent by mail, used once."""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from partners.actions.steps import PeopleRefused, check_role, locked
from partners.events import event, record
from partners.models import Company, Invitation, Membership, User
from partners.states import Role

logger = logging.getLogger(__name__)

OPEN_INVITATIONS = 50  # per company: an inbox is not to be flooded from here
CLOSED = (
    "This invitation is not open any more: it was used, withdrawn or replaced by a newer one, or its time is over. "
    "Ask for a new one."
)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def invite(*, company: Company, email: str, role: str, by: User, now: datetime) -> Invitation:
    """Mail `email` a way into the company. It replaces one that waits for the same address.

    PermissionDenied unless `by` looks after the company's people; PeopleRefused if that person is there already, or too many
    invitations are open. The invitation's `mailed` says whether the mail went out.
    """
    with transaction.atomic():
        company = locked(company)
        if not by.has_perm("partners.manage_team", company):
            raise PermissionDenied
        return send(company=company, email=email.strip().lower(), role=check_role(company, role), by=by, now=now)


def send(*, company: Company, email: str, role: Role, by: User, now: datetime) -> Invitation:
    """The invitation, once the company is locked and the inviter is known to be allowed."""
    if there := company.memberships.active().filter(known_by(email)).select_related("user").first():
        raise PeopleRefused(f"{there.user} is in {company} already, as {there.get_role_display().lower()}.")
    waiting = company.invitations.unanswered().filter(email=email)
    replaced = waiting.update(withdrawn_at=now)
    if company.invitations.open(now).count() >= OPEN_INVITATIONS:
        raise PeopleRefused(
            f"{OPEN_INVITATIONS} invitations of {company} wait for an answer. Withdraw some, then invite more people."
        )
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        company=company,
        role=role,
        email=email,
        token_hash=hash_of(token),
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    data = {"email": email, "role": role, "replaced": bool(replaced)}
    record([event(verb="invited", about=invitation, by=by, company_id=company.pk, data=data, at=now)])
    transaction.on_commit(lambda: mail(invitation, token))
    return invitation


def mail(invitation: Invitation, token: str) -> None:
    """The only place where the token stands in clear. A mail server that is down does not undo the invitation."""
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("partners:accept", args=[token])
    context = {"invitation": invitation, "address": address}
    subject = f"{invitation.invited_by} invites you to {invitation.company} on Windfall"
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("partners/mail/invitation.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("partners/mail/invitation.html", context), "text/html")
    try:
        message.send()
    except (SMTPException, OSError):
        logger.exception("invitation %s could not be mailed", invitation.pk)
        invitation.mailed = False


def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Its link stops working. PeopleRefused if it was used or withdrawn before."""
    with transaction.atomic():
        company = locked(invitation.company)
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not by.has_perm("partners.manage_team", company):
            raise PermissionDenied
        if invitation.accepted_at:
            raise PeopleRefused(f"{invitation.email} has accepted this invitation. You can end the membership instead.")
        if invitation.withdrawn_at:
            raise PeopleRefused("This invitation is withdrawn already.")
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        data = {"email": invitation.email}
        record([event(verb="withdrew", about=invitation, by=by, company_id=company.pk, data=data, at=now)])
    return invitation


def find(*, token: str, now: datetime) -> Invitation | None:
    """The open invitation that the token opens."""
    return find_by_hash(token_hash=hash_of(token), now=now)


def find_by_hash(*, token_hash: str, now: datetime) -> Invitation | None:
    found = Invitation.objects.open(now).select_related("company", "invited_by").filter(token_hash=token_hash).first()
    return found if found and hmac.compare_digest(found.token_hash, token_hash) else None


def known_by(email: str) -> Q:
    """Memberships of whoever uses this address, shown to be theirs or not."""
    return Q(user__email=email) | Q(user__emailaddress__email=email)


def has_address(user: User, email: str) -> bool:
    """The user has shown that the address is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email=email, verified=True).exists())


def accept(*, invitation: Invitation, by: User, now: datetime) -> Membership:
    """Join. The invitation works once, and only for the person whose address it names: else PermissionDenied.

    PeopleRefused when it is not open any more, or the person is in the company already.
    """
    with transaction.atomic():
        company = locked(invitation.company)
        invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if not has_address(by, invitation.email):
            raise PermissionDenied
        if invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= now:
            raise PeopleRefused(CLOSED)
        if company.memberships.active().filter(user=by).exists():
            raise PeopleRefused(f"You are in {company} already.")
        membership = Membership.objects.create(user=by, company=company, role=invitation.role, created_at=now)
        invitation.accepted_at = now
        invitation.accepted_by = by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        data = {"role": invitation.role, "invitation": invitation.pk}
        record([event(verb="joined", about=membership, by=by, company_id=company.pk, data=data, at=now)])
    return membership
