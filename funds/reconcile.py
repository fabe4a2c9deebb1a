"""Recomputes every balance from the movements, and what was earned from the sales, and compares it with what is kept."""

from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from funds.sales_books import broken
from funds.states import ALLOCATION_BUCKETS, Bucket, YearAct


class Difference(NamedTuple):
    table: str
    id: int
    column: str
    kept: int
    recomputed: int
    source: str = "movements"  # what it was recomputed from


class Report(NamedTuple):
    budgets: int
    allocations: int
    movements: int
    sales: int
    differences: list[Difference]


class Kept(NamedTuple):
    """A balance column, and the bucket whose movements add up to it (`sign` -1: what left the bucket)."""

    column: str
    bucket: Bucket
    sign: int = 1


TABLES = {
    "budget": (Kept("funded", Bucket.OUTSIDE, -1), Kept("unallocated", Bucket.UNALLOCATED)),
    "allocation": tuple(Kept(bucket.value, bucket) for bucket in ALLOCATION_BUCKETS),
}


def comparison(table: str, kept: tuple[Kept, ...]) -> str:
    """A query for the rows of one table in which a kept balance differs; one statement, so one snapshot."""
    sums = ", ".join(
        f"{k.sign} * sum(CASE '{k.bucket}' WHEN target THEN amount WHEN source THEN -amount ELSE 0 END) AS {k.column}"
        for k in kept
    )
    pairs = ", ".join(f"t.{k.column}, coalesce(m.{k.column}, 0)::bigint" for k in kept)
    differs = " OR ".join(f"t.{k.column} <> coalesce(m.{k.column}, 0)" for k in kept)
    return (
        f"SELECT t.id, {pairs} FROM funds_{table} t "
        f"LEFT JOIN (SELECT {table}_id, {sums} FROM funds_movement GROUP BY {table}_id) m ON m.{table}_id = t.id "
        f"WHERE {differs} ORDER BY t.id"
    )


# What its funds hold is what left the budget for them: a fund that was moved to another budget shows up here alone.
ALLOCATED = f"""
    SELECT b.id, coalesce(a.held, 0)::bigint, coalesce(m.granted, 0)::bigint FROM funds_budget b
    LEFT JOIN (SELECT budget_id, sum({" + ".join(ALLOCATION_BUCKETS)}) AS held FROM funds_allocation GROUP BY budget_id) a
      ON a.budget_id = b.id
    LEFT JOIN (SELECT budget_id, sum(CASE '{Bucket.UNALLOCATED}' WHEN source THEN amount WHEN target THEN -amount END) AS granted
        FROM funds_movement WHERE allocation_id IS NOT NULL GROUP BY budget_id) m ON m.budget_id = b.id
    WHERE coalesce(a.held, 0) <> coalesce(m.granted, 0) ORDER BY b.id
"""


# Both balances of a year, from what was planned and from what its budgets are kept to hold.
YEARS = f"""
    SELECT y.id, y.amount, coalesce(c.amount, 0)::bigint, y.held, coalesce(b.held, 0)::bigint FROM funds_year y
    LEFT JOIN (SELECT year_id, sum(CASE act WHEN '{YearAct.TOP_UP}' THEN amount ELSE -amount END) AS amount
        FROM funds_yearchange GROUP BY year_id) c ON c.year_id = y.id
    LEFT JOIN (SELECT year_id, sum(funded) AS held FROM funds_budget GROUP BY year_id) b ON b.year_id = y.id
    WHERE y.amount <> coalesce(c.amount, 0) OR y.held <> coalesce(b.held, 0) ORDER BY y.id
"""


def count(cursor: CursorWrapper, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM funds_{table}")
    return int(cursor.fetchone()[0])


def reconcile() -> Report:
    """How much was compared, and each balance that is not the sum of its movements or sales."""
    differences: list[Difference] = []
    with connection.cursor() as cursor:
        for table, kept in TABLES.items():
            cursor.execute(comparison(table, kept))
            for pk, *values in cursor.fetchall():
                found = zip(kept, values[::2], values[1::2], strict=True)
                differences += [Difference(table, pk, k.column, have, want) for k, have, want in found if have != want]
        cursor.execute(ALLOCATED)
        differences += [Difference("budget", pk, "allocated", held, granted) for pk, held, granted in cursor.fetchall()]
        cursor.execute(YEARS)
        for pk, amount, planned, held, funded in cursor.fetchall():
            both = (("amount", amount, planned), ("held", held, funded))
            differences += [Difference("year", pk, name, have, want) for name, have, want in both if have != want]
        differences += [Difference(r.table, pk, r.column, have, want, r.source) for r, pk, have, want in broken(cursor)]
        budgets, allocations, movements, sales = (
            count(cursor, table) for table in ("budget", "allocation", "movement", "sale")
        )
        return Report(budgets, allocations, movements, sales, differences)
