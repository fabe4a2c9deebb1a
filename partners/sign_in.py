"""How people come in: allauth, by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.conf import settings

from partners.models import User

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


class Backend(AuthenticationBackend):
    def user_can_authenticate(self, user) -> bool:
        """The demo's people, whose password is printed on the page, exist only in the demo."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.email.endswith(DEMO_DOMAIN))


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up without an invitation."""
        return False


def verified_user(email: str, name: str, password: str) -> User:
    """A person whose address counts as verified; the one who has it already, unchanged."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password, name=name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
