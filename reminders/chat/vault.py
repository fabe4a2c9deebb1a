"""The address of a chat and what messages to it are signed with, encrypted at rest with the keys of `claims/vault.py`."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass

from cryptography.fernet import InvalidToken

from claims.vault import Unreadable, ring


@dataclass(frozen=True, slots=True)
class Secret:
    """`signing` is empty where nobody would look at a signature."""

    address: str
    signing: str = ""

    def __repr__(self) -> str:
        return "Secret(…)"  # a traceback or a log shows nothing


def new_signing() -> str:
    """As standardwebhooks.com writes one: 32 random bytes."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def sealed(secret: Secret, *, company_id: int) -> str:
    return ring().encrypt(json.dumps(asdict(secret) | {"company": company_id, "for": "chat"}).encode()).decode()


def opened(token: str, *, company_id: int) -> Secret:
    """Unreadable for a token that no key opens, or that was sealed for another company or another use."""
    try:
        content = json.loads(ring().decrypt(token.encode()))
    except InvalidToken:
        raise Unreadable from None
    if (content.get("company"), content.get("for")) != (company_id, "chat"):
        raise Unreadable
    return Secret(address=content["address"], signing=content["signing"])
