"""The only module that creates a Movement: the one way to move money.

`post` sends any number of movements as one INSERT; the database adds up the balances and refuses what must not be
(`triggers.py`). Its refusals come back as the exceptions here, whose words are for the user.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from funds import triggers
from funds.states import ACTS, Act, Bucket, Pair, YearAct
from partners.models import User


class LedgerError(Exception):
    """The ledger refused; nothing was moved."""


class InsufficientFunds(LedgerError):
    """A bucket would have gone below zero."""


class HeldByRequests(LedgerError):
    """The money is set aside for requests that were approved."""


class YearFull(LedgerError):
    """A year's budgets would hold more than the year has."""

    def __init__(self, words: str = "That is more than the year has free.") -> None:
        super().__init__(words)


class DuplicatePosting(LedgerError):
    """The key was used before, for something else."""


class IllegalMovement(LedgerError):
    """No act moves money between these buckets, or the amount is out of range."""


class ClosedPeriod(LedgerError):
    """The budget's period is closed."""


TAKEN = "This was already done with another content. Reload the page to see how it stands."
ILLEGAL = {"legal_movement", "amount_range", "year_change_range"}


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement to be made: `amount` in minor units of the program's currency, and a `key` that is used once.

    `source` is needed only where the act can draw on more than one bucket, `target` where it can end in more than one.
    """

    act: Act
    budget_id: int
    allocation_id: int | None
    amount: int
    key: str
    by: User | None
    reason: str = ""
    source: Bucket | None = None
    target: Bucket | None = None

    def pair(self) -> Pair:
        """The buckets that the act moves between. IllegalMovement if they do not name exactly one legal pair."""
        pairs = [
            pair for pair in ACTS[self.act] if self.source in (None, pair.source) and self.target in (None, pair.target)
        ]
        if len(pairs) != 1:
            raise IllegalMovement(f"'{self.act.label}' does not move money between these buckets.")
        return pairs[0]


COLUMNS = "budget_id, allocation_id, act, source, target, amount, reason, actor_id, posted_at, key"
TYPES = ("bigint", "bigint", "text", "text", "text", "bigint", "text", "bigint", "timestamptz", "text")
INTO = f"INSERT INTO funds_movement ({COLUMNS})"
ONCE = "ON CONFLICT (key) DO NOTHING RETURNING key"
# One row is an eighth faster as VALUES; many are many times faster as arrays.
INSERT_ONE = f"{INTO} VALUES ({', '.join('%s' for _ in TYPES)}) {ONCE}"
INSERT_MANY = f"{INTO} SELECT * FROM unnest({', '.join(f'%s::{t}[]' for t in TYPES)}) {ONCE}"


def post(postings: Sequence[Posting], *, at: datetime | None = None) -> int:
    """Move money. One statement for one posting or ten thousand: all are made or none.

    Returns how many were made. A posting whose key stands already with the same content is not made again: repeating a call
    is safe; content is what is moved, not who repeats it and why. Raises InsufficientFunds, DuplicatePosting (same key, other
    content), IllegalMovement, YearFull or ClosedPeriod. After a refusal by the database the surrounding transaction is broken, as
    after any database error: let it roll back.
    """
    if not postings:
        return 0
    moment = at or timezone.now()
    if not all(type(p.amount) is int for p in postings):
        raise IllegalMovement("An amount is a whole number of minor units.")  # PostgreSQL would round it in silence
    rows = [
        (
            p.budget_id,
            p.allocation_id,
            p.act.value,
            *p.pair(),
            p.amount,
            p.reason,
            p.by and p.by.pk,
            moment,
            p.key,
        )
        for p in sorted(postings, key=lambda posting: posting.key)
    ]
    if len({p.key for p in postings}) != len(postings):
        raise DuplicatePosting("The same act stands twice in one posting.")
    if len(rows) == 1:
        return insert(rows)
    # Some rows may be made before a replay of another turns out to differ: those are taken back.
    with transaction.atomic():
        return insert(rows)


def insert(rows: list[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        try:
            if len(rows) == 1:
                cursor.execute(INSERT_ONE, rows[0])
            else:
                cursor.execute(INSERT_MANY, [list(column) for column in zip(*rows, strict=True)])
        except Error as error:
            raise refusal(error) from error
        if cursor.rowcount < len(rows):
            made = {key for (key,) in cursor.fetchall()}
            check_replays(cursor, [row for row in rows if row[-1] not in made])
            return len(made)
    return len(rows)


def changed_year(act: YearAct, *, year_id: int, amount: int, key: str, by: User, reason: str, at: datetime) -> bool:
    """Add an amount to what is planned for a year, or take it out. False if this key did so before.

    Raises YearFull, DuplicatePosting (same key, other content) or IllegalMovement. After a refusal by the database the
    surrounding transaction is broken.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO funds_yearchange (year_id, act, amount, reason, actor_id, at, key) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
                [year_id, act.value, amount, reason, by.pk, at, key],
            )
        except Error as error:
            raise refusal(error) from error
        if cursor.rowcount:
            return True
        cursor.execute("SELECT year_id, act, amount FROM funds_yearchange WHERE key = %s", [key])
        if cursor.fetchone() != (year_id, act.value, amount):
            raise DuplicatePosting(TAKEN)
    return False


HELD = ", ".join(f"('{pair.source}', '{pair.target}', a.{pair.source})" for pair in ACTS[Act.EXPIRE])
# The key names the last movement before it: a repeat on the same state does nothing, money that comes back lapses again.
EXPIRY = f"""
    INSERT INTO funds_movement ({COLUMNS})
    SELECT a.budget_id, a.id, '{Act.EXPIRE}', held.source, held.target, held.amount,
           'The last day to claim was ' || to_char(a.claim_by, 'FMDD FMMonth YYYY') || '.', NULL, %s,
           'allocation:' || a.id || ':expire:' || held.source || ':'
           || (SELECT max(m.id) FROM funds_movement m WHERE m.allocation_id = a.id)
    FROM funds_allocation a CROSS JOIN LATERAL (VALUES {HELD}) AS held (source, target, amount)
    WHERE a.id = ANY(%s) AND held.amount > 0
    ON CONFLICT (key) DO NOTHING RETURNING allocation_id, amount
"""


def expire(allocation_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Lapse all that nobody claimed of these allocations, which the caller has locked: one statement for any number.

    Returns what lapsed, in minor units by allocation; one that holds nothing unclaimed is not in it. Raises as `post` does.
    """
    lapsed: dict[int, int] = {}
    with connection.cursor() as cursor:
        try:
            cursor.execute(EXPIRY, [at, list(allocation_ids)])
        except Error as error:
            raise refusal(error) from error
        for allocation_id, amount in cursor.fetchall():
            lapsed[allocation_id] = lapsed.get(allocation_id, 0) + amount
    return lapsed


def check_replays(cursor: CursorWrapper, rows: list[tuple]) -> None:
    """DuplicatePosting if any of these, whose keys stand already, differs from what stands."""
    cursor.execute(
        "SELECT budget_id, allocation_id, act, source, target, amount, key FROM funds_movement WHERE key = ANY(%s)",
        [[row[-1] for row in rows]],
    )
    standing = {row[-1]: row for row in cursor.fetchall()}
    for budget, allocation, act, source, target, amount, *_, key in rows:
        if standing.get(key) != (budget, allocation, act, source, target, amount, key):
            raise DuplicatePosting(TAKEN)


def refusal(error: Error) -> LedgerError | Error:
    """The database's refusal in our words; an error that is none of the ledger's comes back as it is."""
    cause = error.__cause__
    code = getattr(cause, "pgcode", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if constraint == "year_holds_no_more_than_planned":
        return YearFull()
    if constraint.endswith("_not_negative"):
        bucket = constraint.removesuffix("_not_negative").removeprefix("budget_")
        return InsufficientFunds(f"There is not enough money in '{bucket}' for this.")
    if code == triggers.HELD_BY_REQUESTS:
        return HeldByRequests("Approved requests hold that money: it comes free when they are changed or ended.")
    if code == triggers.CLOSED_PERIOD:
        return ClosedPeriod("This budget's period is closed: nothing can be posted to it any more.")
    if code == triggers.WRONG_BUDGET or constraint in ILLEGAL or code == "22003":
        return IllegalMovement("Money cannot be moved like this.")
    return error
