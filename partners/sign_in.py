"""How people come in: allauth, by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

DEMO_DOMAIN = "@windfall.example"


class Backend(AuthenticationBackend):
    def user_can_authenticate(self, user) -> bool:
        """The demo's people, whose password is printed on the page, exist only in the demo."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.email.endswith(DEMO_DOMAIN))


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up without an invitation."""
        return False
