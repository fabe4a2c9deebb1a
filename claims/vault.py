"""Bank details at rest: encrypted with keys that the database does not have. A leaf: imports no model.

`BANK_DETAILS_KEYS` names Fernet keys, the newest first; the last resort is a key made from SECRET_KEY, so that an installation
without any has one too. To rotate: put a new key in front, run `manage.py rotate_bank_keys`, then take the old one away.
"""

import base64
import json
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """No key opens it, or it belongs to another company: somebody changed it behind Windfall's back."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the bank needs, in clear: for exports to the bank alone."""

    account: str
    routing: str = ""
    tax_id: str = ""

    def __repr__(self) -> str:
        return "Secrets(…)"  # a traceback or a log shows nothing


def of_secret_key(secret_key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"windfall bank details").derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived)


def ring() -> MultiFernet:
    keys = [key.encode() for key in settings.BANK_DETAILS_KEYS]
    return MultiFernet([Fernet(key) for key in (*keys, of_secret_key(settings.SECRET_KEY))])


def sealed(secrets: Secrets, *, company_id: int) -> str:
    return ring().encrypt(json.dumps(asdict(secrets) | {"company": company_id}).encode()).decode()


def opened(token: str, *, company_id: int) -> Secrets:
    """Unreadable for a token that no key opens, or that was sealed for another company."""
    try:
        content = json.loads(ring().decrypt(token.encode()))
    except InvalidToken:
        raise Unreadable from None
    if content.pop("company") != company_id:
        raise Unreadable
    return Secrets(**content)


def rotated(token: str) -> str:
    """The same, sealed with the newest key. Unreadable where no key opens it."""
    try:
        return ring().rotate(token.encode()).decode()
    except InvalidToken:
        raise Unreadable from None
