"""Recomputes what each request holds from its claims, and compares that, and what a fund's requests hold together."""

from typing import NamedTuple

from django.db import connection

from claims.sum_triggers import HELD


class Difference(NamedTuple):
    what: str
    id: int
    kept: int
    recomputed: int


SELECTED = f"SELECT r.id, r.reserved, ({HELD})::bigint FROM claims_fundrequest r"
BROKEN = f"SELECT * FROM ({SELECTED}) AS kept (id, reserved, held) WHERE reserved <> held ORDER BY id"
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
