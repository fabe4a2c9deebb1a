"""How people come in: allauth, by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from partners.actions import PeopleRefused, accept, find_by_hash
from partners.models import Invitation, User

DEMO_DOMAIN = "@windfall.example"
# Whom a visitor may be in the demo: the sign-in page lists them.
DEMO_SIGN_INS = tuple(
    {"email": name + DEMO_DOMAIN, "role": role}
    for name, role in (
        ("owner", "Owner of a partner"),
        ("member", "Member of a partner"),
        ("manager", "Channel manager of a vendor"),
        ("admin", "Admin: approves claims"),
        ("finance", "Finance: pays them"),
    )
)
INVITATION = "invitation"  # in the session: the hash of the token that somebody signs up with


def is_shut_out(user: User) -> bool:
    """One of the demo's people, whose password is printed on the page, outside the demo."""
    return not settings.DEMO and user.email.endswith(DEMO_DOMAIN)


class Backend(AuthenticationBackend):
    def user_can_authenticate(self, user) -> bool:
        """Asked in each request: a session of the demo ends with the demo."""
        return super().user_can_authenticate(user) and not is_shut_out(user)

    def _check_password(self, user, password):
        """allauth would send one who has the right password but may not come in to a page that says so."""
        return None if user and is_shut_out(user) else super()._check_password(user, password)


def stash(request: HttpRequest, invitation: Invitation) -> None:
    """Remember, until the browser has signed up, with which invitation it came."""
    request.session[INVITATION] = invitation.token_hash


def stashed_invitation(request: HttpRequest | None) -> Invitation | None:
    """The one that this browser came with, while it is open and nobody has its address."""
    token_hash = request.session.get(INVITATION) if request else None
    invitation = find_by_hash(token_hash=token_hash, now=timezone.now()) if token_hash else None
    return None if invitation is None or has_account(invitation.email) else invitation


def has_account(email: str) -> bool:
    return User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists()


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up without an invitation."""
        return stashed_invitation(request) is not None

    def is_email_verified(self, request, email) -> bool:
        """The invitation was mailed to this address and its link was opened: no second mail is needed."""
        token_hash = request.session.get(INVITATION)
        invitation = find_by_hash(token_hash=token_hash, now=timezone.now()) if token_hash else None
        return invitation is not None and invitation.email == email.lower()

    def post_login(self, request, user, *, signup, **kwargs):
        token_hash = request.session.pop(INVITATION, None)
        if signup and token_hash:
            join(request, user, token_hash)
        return super().post_login(request, user, signup=signup, **kwargs)


def join(request: HttpRequest, user: User, token_hash: str) -> None:
    """Who signed up with an invitation accepts it by that."""
    now = timezone.now()
    invitation = find_by_hash(token_hash=token_hash, now=now)
    try:
        if invitation:
            membership = accept(invitation=invitation, by=user, now=now)
            messages.success(request, f"Welcome. You are in {membership.company} now.")
    except (PeopleRefused, PermissionDenied):
        messages.error(request, "The invitation was closed while you signed up. Ask for a new one.")


def verified_user(email: str, name: str, password: str) -> User:
    """A person whose address counts as verified; the one who has it already, unchanged."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password, name=name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
