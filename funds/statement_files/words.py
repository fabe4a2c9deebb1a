"""What portals call their columns, their states and their sums, in the languages that we have met: `words.toml`.

A column's name is compared word by word: the longest phrase that stands in it says what it means, and a phrase that fits the
whole name beats one that stands in it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple


class Meaning(StrEnum):
    """What a column holds."""

    REFERENCE = "reference"
    NAME = "name"
    PROGRAM = "program"
    PERIOD = "period"
    STATUS = "status"
    CURRENCY = "currency"
    STARTS_ON = "starts_on"
    EXPIRES_ON = "expires_on"
    CLAIM_BY = "claim_by"
    GRANTED = "granted"
    REQUESTED = "requested"
    APPROVED = "approved"
    PENDING = "pending"
    CLAIMED = "claimed"
    USED = "used"
    PAID = "paid"
    LAPSED = "lapsed"
    RESERVED = "reserved"
    AVAILABLE = "available"
    CREDIT = "credit"
    DEBIT = "debit"
    OTHER = "other"


class Need(StrEnum):
    """What a person has to say before a line can be read."""

    ORDER = "order"
    MARK = "mark"
    CURRENCY = "currency"


M = Meaning
LABELS = {
    M.REFERENCE: "Its number",
    M.NAME: "Name or activity",
    M.PROGRAM: "Program or wallet",
    M.PERIOD: "Period",
    M.STATUS: "Status",
    M.CURRENCY: "Currency",
    M.STARTS_ON: "First day",
    M.EXPIRES_ON: "Last day for activities",
    M.CLAIM_BY: "Last day to claim",
    M.GRANTED: "Granted in all",
    M.REQUESTED: "Asked for",
    M.APPROVED: "Approved",
    M.PENDING: "In claims not decided",
    M.CLAIMED: "Claimed so far",
    M.USED: "Used",
    M.PAID: "Paid",
    M.LAPSED: "Lapsed",
    M.RESERVED: "Set aside for approved activities",
    M.AVAILABLE: "Still to claim",
    M.CREDIT: "A booking in",
    M.DEBIT: "A booking out",
    M.OTHER: "Not used",
}
DAYS = (M.STARTS_ON, M.EXPIRES_ON, M.CLAIM_BY)
MONEY = (M.GRANTED, M.REQUESTED, M.APPROVED, M.PENDING, M.CLAIMED, M.USED, M.PAID, M.LAPSED, M.RESERVED, M.AVAILABLE)
# What a person may choose; a statement of bookings is not read.
CHOICES = [(meaning.value, LABELS[meaning]) for meaning in M if meaning not in (M.CREDIT, M.DEBIT)]

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Small letters without accents, marks and brackets; words apart by one blank: "Gültig bis (EUR)" gives "gultig bis eur"."""
    plain = unicodedata.normalize(
        "NFKD",
        text.replace("ß", "ss")
        .replace("Ł", "L")
        .replace("ł", "l")
        .replace("ø", "o")
        .replace("Ø", "O")
        .replace("æ", "ae"),
    )
    # A name in one piece, as programs give them: "expiresOn", "claim_by".
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


class Guess(NamedTuple):
    """What a column of some name holds. `sure`: 4 a person said so, 3 the whole name, 2 but for stray words, 1 a part, 0 unknown.

    `rank`: of two columns that mean the same, the lower one is named more plainly.
    """

    meaning: Meaning
    sure: int = 0
    rank: int = 0


@cache
def meanings() -> dict[str, Guess]:
    """Each phrase with what it means."""
    found: dict[str, Guess] = {}
    for meaning, names in WORDS["columns"].items():
        for rank, name in enumerate(names):
            found.setdefault(folded(name), Guess(Meaning(meaning), 3, rank))
    return found


STRAY = frozenset(WORDS["stray"]["words"])


def meaning_of(heading: str) -> Guess:
    name = folded(heading.replace("%", " percent ").replace("#", " number "))
    known = meanings()
    if name in known:
        return known[name]
    words = name.split()
    bare = " ".join(word for word in words if word not in STRAY)
    if bare in known:
        return known[bare]._replace(sure=2)
    for size in range(min(len(words) - 1, 5), 0, -1):
        # What stands last in a name is what it is: "claim due date" is a day, "fund request status" a state.
        for start in range(len(words) - size, -1, -1):
            part = " ".join(words[start : start + size])
            if part in known and len(part) > 2:
                return known[part]._replace(sure=1)
    return Guess(Meaning.OTHER)


@cache
def states() -> dict[str, str]:
    found: dict[str, str] = {}
    for group, names in WORDS["states"].items():
        for name in names:
            found.setdefault(name, group)
    return found


def state_of(text: str) -> str:
    """The group of a state's name: approved, spent, closed, pending, refused or lapsed; "" for a name that we do not know."""
    name = folded(text)
    known = states()
    if name in known:
        return known[name]
    # "Approved – 2nd level", "03 Rejected": the one known state in it, if there is one and nothing turns it around.
    words = set(name.split())
    if words & {"not", "nicht", "non", "no", "partially", "partly"}:
        return ""
    inside = {group for phrase, group in known.items() if phrase in words}
    return inside.pop() if len(inside) == 1 else ""


TOTAL_WORDS = frozenset(WORDS["sums"]["names"])
TOTAL_STRAY = frozenset(WORDS["sums"]["stray"])


def is_total(cells: Iterable[str]) -> bool:
    """Whether the first cell that says anything says that this is a sum.

    As in: "Total", "Summe:", "Grand total (USD)", "Total (4 funds)".
    """
    first = next((cell for cell in cells if cell), "")
    name = folded(first)
    if name in TOTAL_WORDS:
        return True
    words = [word for word in name.split() if not word.isdigit() and word not in TOTAL_STRAY]
    return " ".join(words) in TOTAL_WORDS
