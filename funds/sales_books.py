"""Recomputes what partners earned from the sales themselves, and what was granted for it from the movements.

`funds/reconcile.py` asks it. Each query gives (id, kept, recomputed) of what differs, in minor units or lines.
"""

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper


class Rule(NamedTuple):
    """What must be so: the query finds where the `column` of a `table` is another than what its `source` make."""

    table: str
    column: str
    source: str
    query: str


# Each sale counts in the one period of its partner and program in which its day lies.
COUNTED = """
    SELECT a.id, count(s.reference) AS lines, coalesce(sum(s.amount), 0)::bigint AS sold FROM funds_accrual a
      LEFT JOIN funds_sale s ON s.program_id = a.program_id AND s.partner_id = a.partner_id
       AND s.sold_on BETWEEN a.starts_on AND a.ends_on
     GROUP BY a.id
"""
LINES = f"SELECT a.id, a.lines, c.lines FROM funds_accrual a JOIN ({COUNTED}) c ON c.id = a.id WHERE a.lines <> c.lines"
SOLD = f"SELECT a.id, a.sold, c.sold FROM funds_accrual a JOIN ({COUNTED}) c ON c.id = a.id WHERE a.sold <> c.sold"
# Sales that no period counts.
LOST = """
    SELECT s.upload_id, 0, count(*) FROM funds_sale s
     WHERE NOT EXISTS (SELECT FROM funds_accrual a WHERE a.program_id = s.program_id AND a.partner_id = s.partner_id
                          AND s.sold_on BETWEEN a.starts_on AND a.ends_on)
     GROUP BY s.upload_id
"""
# What a file brought, by its own page.
POSTED_LINES = """
    SELECT u.id, u.lines - u.standing - u.wrong, count(s.reference) FROM funds_salesupload u
      LEFT JOIN funds_sale s ON s.upload_id = u.id
     WHERE u.status = 'posted' OR s.upload_id IS NOT NULL
     GROUP BY u.id HAVING count(s.reference) <> CASE u.status WHEN 'posted' THEN u.lines - u.standing - u.wrong ELSE 0 END
"""
POSTED_SOLD = """
    SELECT u.id, u.sold, coalesce(sum(s.amount), 0)::bigint FROM funds_salesupload u
      LEFT JOIN funds_sale s ON s.upload_id = u.id
     WHERE u.status = 'posted' GROUP BY u.id HAVING coalesce(sum(s.amount), 0) <> u.sold
"""
# Rounded half-even once, on the period's sum, and at most the cap; as `funds/earning.py` does it.
EARNED = """
    SELECT id, earned, least(CASE WHEN abs(exact - trunc(exact)) = 0.5 THEN 2 * round(exact / 2) ELSE round(exact) END,
                             accrual_cap)::bigint
      FROM (SELECT a.id, a.earned, a.sold * t.accrual_percent / 100 AS exact, t.accrual_cap
              FROM funds_accrual a JOIN programs_terms t ON t.id = a.terms_id) periods
"""
EARNED = f"SELECT * FROM ({EARNED}) e (id, kept, recomputed) WHERE kept <> recomputed"
# What was moved for a period, into its own fund. Where its vendor took money out of the fund by hand before, less than what is to
# come back was left to be taken.
GRANTED = """
    SELECT a.id, a.posted, coalesce(m.granted, 0)::bigint FROM funds_accrual a
      LEFT JOIN (
          SELECT allocation_id, split_part(key, ':', 2) AS accrual,
                 sum(CASE WHEN source = 'unallocated' THEN amount WHEN target = 'unallocated' THEN -amount ELSE 0 END) AS granted
            FROM funds_movement WHERE key LIKE 'accrual:%' GROUP BY 1, 2
      ) m ON m.allocation_id = a.allocation_id AND m.accrual = a.id::text
      LEFT JOIN (
          SELECT allocation_id, sum(amount) AS taken FROM funds_movement
           WHERE target = 'unallocated' AND key NOT LIKE 'accrual:%' GROUP BY 1
      ) h ON h.allocation_id = a.allocation_id
     WHERE coalesce(m.granted, 0) - a.posted NOT BETWEEN 0 AND coalesce(h.taken, 0)
"""
# A partner that owes nothing has been granted what it earned, period by period or in another of them.
WITHHELD = """
    SELECT min(id), sum(posted)::bigint, sum(earned - late)::bigint FROM funds_accrual GROUP BY program_id, partner_id
    HAVING sum(posted) < sum(earned - late)
"""

RULES = (
    Rule("accrual", "lines", "sales", LINES),
    Rule("accrual", "sold", "sales", SOLD),
    Rule("accrual", "earned", "sales", EARNED),
    Rule("accrual", "posted", "movements", GRANTED),
    Rule("accrual", "granted to its partner in all", "earnings", WITHHELD),
    Rule("upload", "sales without a period", "sales", LOST),
    Rule("upload", "lines", "sales", POSTED_LINES),
    Rule("upload", "sold", "sales", POSTED_SOLD),
)


def broken(cursor: CursorWrapper) -> list[tuple[Rule, int, int, int]]:
    """The rules that do not hold, each with the id of the row, what is kept there and what it ought to be."""
    found = []
    for rule in RULES:
        cursor.execute(f"{rule.query} ORDER BY 1")
        found += [(rule, pk, kept, recomputed) for pk, kept, recomputed in cursor.fetchall()]
    return found
