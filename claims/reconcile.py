"""Recomputes what each request holds from its claims, and compares that, and what a fund's requests hold together."""

from typing import NamedTuple

from django.db import connection

from claims.states import AWAITING_DECISION, AWAITING_PAYMENT, ClaimStatus
from claims.states.requests import IN_FORCE


class Difference(NamedTuple):
    what: str
    id: int
    kept: int
    recomputed: int


def quoted(statuses) -> str:
    return ", ".join(f"'{status.value}'" for status in statuses)


# What a claim keeps of what it drew: all while it is decided on, then what was accepted of it, pre-approved money first.
HELD = f"""
    SELECT r.id, r.reserved, CASE WHEN r.status IN ({quoted(IN_FORCE)}) THEN r.approved - coalesce(c.drawn, 0) ELSE 0 END
      FROM claims_fundrequest r
      LEFT JOIN (SELECT request_id, sum(CASE WHEN status IN ({quoted(AWAITING_DECISION)}) THEN from_reserved
                        WHEN status IN ({quoted([*AWAITING_PAYMENT, ClaimStatus.PAID, ClaimStatus.REVERSED])})
                        THEN least(from_reserved, approved) ELSE 0 END) AS drawn
                   FROM claims_claim WHERE request_id IS NOT NULL GROUP BY request_id) c ON c.request_id = r.id
"""
BROKEN = f"SELECT * FROM ({HELD}) AS kept (id, reserved, held) WHERE reserved <> held ORDER BY id"
OVER = """
    SELECT f.id, f.reserved, sum(r.reserved)::bigint FROM funds_allocation f JOIN claims_fundrequest r ON r.allocation_id = f.id
     GROUP BY f.id HAVING sum(r.reserved) > f.reserved ORDER BY f.id
"""


def reconcile() -> tuple[int, list[Difference]]:
    """How many requests were compared, and each that holds another amount than its claims leave it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims_fundrequest")
        requests = int(cursor.fetchone()[0])
        cursor.execute(BROKEN)
        found = [Difference("request", *row) for row in cursor.fetchall()]
        cursor.execute(OVER)
        return requests, found + [Difference("fund", *row) for row in cursor.fetchall()]
