"""How vendors deal with partners: days to decide, first-pass rate, days to pay, short payments, money used and lapsed.

Reckoned for any number of spans of time in two queries, for one partner or for all. Only what never changes again is read
(events, movements, and payments' confirmations), each by its own moment: a span that is over gives the same figures for ever.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from claims.states import ClaimStatus
from claims.states.requests import RequestStatus
from dashboards.reports.figures import Dealing, Money
from funds.states import Act, Bucket
from partners.models import Company
from partners.triggers import listed


class Span(NamedTuple):
    """From a moment until before another."""

    since: datetime
    until: datetime


class Pair(NamedTuple):
    """A vendor, or None for all on Windfall, and a partner."""

    vendor: int | None
    partner: int


YES = listed((ClaimStatus.APPROVED, ClaimStatus.PARTLY_APPROVED, RequestStatus.APPROVED_REDUCED))
NO = listed((ClaimStatus.REJECTED, ClaimStatus.RETURNED, RequestStatus.DECLINED))
FILED, ASKED = ClaimStatus.SUBMITTED.value, ClaimStatus.INFO_REQUESTED.value
TAKEN_BACK = listed((ClaimStatus.WITHDRAWN, ClaimStatus.DRAFT))
SPANS = """span AS (
        SELECT * FROM unnest(%(sinces)s::timestamptz[], %(untils)s::timestamptz[]) WITH ORDINALITY AS s(since, until, place)
    )"""
ON_VENDOR = """JOIN funds_allocation f ON f.id = c.allocation_id JOIN funds_budget b ON b.id = f.budget_id
          JOIN programs_program p ON p.id = b.program_id"""
ANSWERS = f"""
    WITH {SPANS}, filed AS (
        SELECT 'claims.claim' AS subject, c.id, c.partner_id, p.vendor_id FROM claims_claim c {ON_VENDOR}
         WHERE c.filed_at IS NOT NULL AND {{whose}}
        UNION ALL
        SELECT 'claims.fundrequest', c.id, c.partner_id, p.vendor_id FROM claims_fundrequest c {ON_VENDOR}
         WHERE c.filed_at IS NOT NULL AND {{whose}}
    ), step AS (
        SELECT filed.*, e.id AS event_id, e.at,
               CASE WHEN e.to_state IN ({YES}) THEN 'yes' WHEN e.to_state IN ({NO}) THEN 'no'
                    WHEN e.to_state = '{ASKED}' THEN 'asked' WHEN e.to_state = '{FILED}' THEN 'filed'
                    ELSE 'taken back' END AS what
          FROM filed JOIN partners_event e ON e.subject = filed.subject AND e.subject_id = filed.id
         WHERE e.to_state IN ({YES}, {NO}, '{ASKED}', '{FILED}', {TAKEN_BACK}) AND e.at < %(last)s
    ), decision AS (
        SELECT vendor_id, partner_id, what, at, lag(what) OVER its_own AS before, lag(at) OVER its_own AS filed_at
          FROM step WHERE what <> 'asked' WINDOW its_own AS (PARTITION BY subject, id ORDER BY at, event_id)
    ), answer AS (
        SELECT DISTINCT ON (subject, id) vendor_id, partner_id, what, at
          FROM step WHERE what IN ('yes', 'no', 'asked') ORDER BY subject, id, at, event_id
    ), payment AS (
        SELECT y.vendor_id, y.partner_id, y.confirmed_at, s.id IS NOT NULL AS is_short,
               greatest(0, y.paid_on - (SELECT (max(e.at) AT TIME ZONE p.time_zone)::date FROM partners_event e
                                         WHERE e.subject = 'claims.claim' AND e.subject_id = y.claim_id
                                           AND e.verb = 'approved' AND e.at <= y.confirmed_at)) AS days
          FROM claims_payment y JOIN claims_claim c ON c.id = y.claim_id {ON_VENDOR}
          LEFT JOIN claims_shortpay s ON s.payment_id = y.id
         WHERE y.confirmed_at >= %(first)s AND y.confirmed_at < %(last)s AND {{whose}}
    ), fact AS (
        SELECT 'decide' AS figure, vendor_id, partner_id, at, extract(epoch FROM at - filed_at) / 86400 AS value
          FROM decision WHERE what IN ('yes', 'no') AND before = 'filed'
        UNION ALL
        SELECT 'first_pass', vendor_id, partner_id, at, CASE what WHEN 'yes' THEN 100 ELSE 0 END FROM answer
        UNION ALL
        SELECT 'pay', vendor_id, partner_id, confirmed_at, days FROM payment
        UNION ALL
        SELECT 'short', vendor_id, partner_id, confirmed_at, CASE WHEN is_short THEN 100 ELSE 0 END FROM payment
    )
    SELECT figure, vendor_id, partner_id, place, count(value), percentile_cont(0.5) WITHIN GROUP (ORDER BY value)::float,
           avg(value)::float
      FROM fact JOIN span ON at >= since AND at < until
     GROUP BY GROUPING SETS ((figure, vendor_id, partner_id, place), (figure, partner_id, place))
"""
MEDIANS = ("decide", "pay")
UNCLAIMED = listed((Bucket.AVAILABLE, Bucket.RESERVED))


def moved(adds: Sequence[Act], takes: Sequence[Act]) -> str:
    """What these acts brought in the span, less what those took, in SQL."""
    signed = f"CASE WHEN m.act IN ({listed(adds)}) THEN m.amount ELSE -m.amount END"
    return f"coalesce(sum({signed}) FILTER (WHERE m.posted_at >= since AND m.act IN ({listed((*adds, *takes))})), 0)::bigint"


MOVEMENTS = f"""
    WITH {SPANS}
    SELECT p.vendor_id, f.partner_id, p.currency, place, v.kept_by_id IS NOT NULL AS is_kept,
           coalesce(sum(m.amount) FILTER (WHERE m.posted_at < since AND m.target IN ({UNCLAIMED})), 0)::bigint
           - coalesce(sum(m.amount) FILTER (WHERE m.posted_at < since AND m.source IN ({UNCLAIMED})), 0)::bigint
           + {moved((Act.ALLOCATE,), (Act.WITHDRAW,))} AS there,
           {moved((Act.CLAIM,), (Act.RETURN, Act.REVERSE))} AS used, {moved((Act.EXPIRE,), (Act.EXTEND,))} AS lapsed
      FROM funds_movement m JOIN funds_allocation f ON f.id = m.allocation_id JOIN funds_budget b ON b.id = f.budget_id
      JOIN programs_program p ON p.id = b.program_id JOIN partners_company v ON v.id = p.vendor_id
      JOIN span ON m.posted_at < span.until
     WHERE {{whose}} GROUP BY 1, 2, 3, 4, 5
"""
Dealings = dict[tuple[Pair, int], Dealing]


def dealings(spans: Sequence[Span], *, partner: Company | None = None) -> Dealings:
    """By pair and the span's place from 0. Of one partner with its own books, or of all partners and vendors on Windfall.

    A pair without a vendor is all vendors on Windfall together.
    """
    facts = facts_of(spans, partner)
    found: Dealings = defaultdict(Dealing)
    whose = "f.partner_id = %(partner)s" if partner else "TRUE"
    for figure, vendor, company, place, count, median, mean in rows_of(ANSWERS.format(whose=whose), facts):
        of_pair = found[Pair(vendor, company), place - 1]
        of_pair.values[figure] = median if figure in MEDIANS else mean
        of_pair.counts[figure] = count
    whose = whose if partner else "v.kept_by_id IS NULL"
    for vendor, company, currency, place, is_kept, there, used, lapsed in rows_of(MOVEMENTS.format(whose=whose), facts):
        money = Money(max(0, there), max(0, used), max(0, lapsed))
        found[Pair(vendor, company), place - 1].money[currency] = money
        if not is_kept:
            of_all = found[Pair(None, company), place - 1].money
            so_far = of_all.get(currency, Money(0, 0, 0))
            of_all[currency] = Money(so_far.there + money.there, so_far.used + money.used, so_far.lapsed + money.lapsed)
    return found


def facts_of(spans: Sequence[Span], partner: Company | None) -> dict[str, Any]:
    return {
        "sinces": [span.since for span in spans],
        "untils": [span.until for span in spans],
        "first": min(span.since for span in spans),
        "last": max(span.until for span in spans),
        "partner": partner.pk if partner else None,
    }


def rows_of(sql: str, facts: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()


SHORTS = f"""
    WITH {SPANS}
    SELECT y.vendor_id, place, y.currency, count(*), sum(s.missing)::bigint
      FROM claims_shortpay s JOIN claims_payment y ON y.id = s.payment_id
      JOIN span ON s.opened_at >= since AND s.opened_at < until
     WHERE y.partner_id = %(partner)s GROUP BY 1, 2, 3 ORDER BY 5 DESC
"""


def shorts(spans: Sequence[Span], *, partner: Company) -> dict[tuple[int, int], list[tuple[str, int, int]]]:
    """By vendor and span's place: of each currency, how many payments of this partner's fell short and by how much."""
    found: dict[tuple[int, int], list[tuple[str, int, int]]] = defaultdict(list)
    for vendor, place, currency, count, missing in rows_of(SHORTS, facts_of(spans, partner)):
        found[vendor, place - 1].append((currency, count, missing))
    return found
