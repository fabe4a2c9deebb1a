"""Fingerprints of bank accounts and tax numbers: they show that two are the same, and not what they are.

An HMAC with one key that stays (`FingerprintKey`), while the keys that seal it are rotated.
"""

import logging
from collections.abc import Iterable

from claims import vault
from claims.models import FingerprintKey
from claims.reading.marks import ACCOUNT, TAX, Mark

log = logging.getLogger(__name__)


def sealed_key() -> str:
    """Made with the first use; of two who do so at once, one waits for the other's."""
    found = FingerprintKey.objects.values_list("secret", flat=True)
    if (key := found.first()) is None:
        FingerprintKey.objects.bulk_create([FingerprintKey(secret=vault.new_fingerprint_key())], ignore_conflicts=True)
        key = found.get()
    return key


def of(marks: Iterable[Mark]) -> list[str]:
    """The fingerprint of each. None at all where no key opens theirs: what is paid or read goes on, and the log says so."""
    wanted = list(dict.fromkeys(marks))
    if not wanted:
        return []
    key = sealed_key()
    try:
        return [vault.fingerprint(mark.number, mark.kind, key) for mark in wanted]
    except vault.Unreadable:
        log.error("no key of BANK_DETAILS_KEYS opens the key of fingerprints: shared details are not found")
        return []


def of_secrets(secrets: vault.Secrets) -> dict[str, str]:
    """As the columns of BankDetails."""
    marks = [Mark(ACCOUNT, secrets.routing + secrets.account)]
    marks += [Mark(TAX, secrets.tax_id)] if secrets.tax_id else []
    found = {print_[0]: print_ for print_ in of(marks)}
    return {"account_print": found.get(ACCOUNT, ""), "tax_print": found.get(TAX, "")}
