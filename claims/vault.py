"""Bank details at rest: encrypted with keys that the database does not have, and fingerprints of them. A leaf: imports no model.

`BANK_DETAILS_KEYS` names Fernet keys, the newest first; the last resort is a key made from SECRET_KEY, so that an installation
without any has one too. To rotate: put a new key in front, run `manage.py rotate_bank_keys` and `rotate_chat_keys`, then take the
old one away.
"""

import base64
import hmac
import json
import secrets as chance
from dataclasses import asdict, dataclass
from typing import Any

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
    return seal(asdict(secrets) | {"company": company_id})


def opened(token: str, *, company_id: int) -> Secrets:
    """Unreadable for a token that no key opens, or that was sealed for another company."""
    content = unseal(token)
    if content.pop("company", None) != company_id:
        raise Unreadable
    return Secrets(**content)


def seal(content: dict[str, Any]) -> str:
    return ring().encrypt(json.dumps(content).encode()).decode()


def unseal(token: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(ring().decrypt(token.encode()))
    except InvalidToken:
        raise Unreadable from None
    return content


def new_fingerprint_key() -> str:
    """A key that nobody knows, sealed."""
    return seal({"fingerprints": chance.token_hex(32)})


def fingerprint(number: str, kind: str, sealed_key: str) -> str:
    """`kind` and 32 hex digits, the same for the same number: whoever has them without the key cannot even guess and compare.

    Unreadable where no key opens the sealed one.
    """
    key = unseal(sealed_key).get("fingerprints")
    if key is None:
        raise Unreadable
    return kind + hmac.digest(bytes.fromhex(key), f"{kind}:{number}".encode(), "sha256").hex()[:32]


def rotated(token: str) -> str:
    """The same, sealed with the newest key. Unreadable where no key opens it."""
    try:
        return ring().rotate(token.encode()).decode()
    except InvalidToken:
        raise Unreadable from None
