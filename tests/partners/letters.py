"""Reads the invitations that were mailed."""

import re

from partners import actions
from partners.models import Company, Invitation, User
from tests.cast import NOW


def token_in(message) -> str:
    (token,) = set(re.findall(r"/invitation/([\w-]+)/", message.body))
    return token


def invited(company: Company, email: str, role: str, by: User, capture, outbox, now=NOW) -> tuple[Invitation, str]:
    """An open invitation, and the token that its mail holds."""
    with capture(execute=True):
        invitation = actions.invite(company=company, email=email, role=role, by=by, now=now)
    return invitation, token_in(outbox[-1])
