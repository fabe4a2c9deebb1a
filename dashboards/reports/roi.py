"""What the money brings: revenue that partners report, measured and claimed apart, beside what was paid and what it all cost.

An activity is a request with the claims on it, or a claim by itself (`claims.models.outcomes`). Only what was paid counts,
with its latest report. A claim over several types of activity counts for that of its largest line.
What was paid without any results yet is shown beside it, and in no return: nothing is known of it.
A figure is None where nobody reported one. Amounts of two currencies are never added.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from claims.models import Claim
from claims.states.outcomes import REVENUE, Basis
from partners.models import Company, User
from programs.activities import ActivityKind
from programs.models import Program
from programs.money import digits

AMOUNTS = ("paid", "paid_told", "cost_told", "measured", "claimed")
COUNTS = ("activities", "told", "leads", "opportunities")
# By what it is split: the key and the name that a row gets.
SPLITS = {
    "activity": ("kind", "kind"),
    "program": ("program_id::text", "program_name"),
    "partner": ("partner_id::text", "partner_name"),
    "vendor": ("vendor_id::text", "vendor_name"),
}
NO_ACTIVITY = "Not named"


@dataclass(frozen=True)
class Scope:
    """The claims that are looked at: of a vendor or of a partner, of one program or of all, ended since a day or ever."""

    user: User
    company: Company
    program: Program | None = None
    since: date | None = None
    partner: str = ""
    of_partner: bool = False

    @property
    def claims(self) -> QuerySet[Claim]:
        claims = Claim.objects.visible_to(self.user).filter(paid__gt=0)
        claims = claims.of_partner(self.company) if self.of_partner else claims.of_vendor(self.company)
        if self.program:
            claims = claims.filter(allocation__budget__program=self.program)
        if self.partner:
            claims = claims.filter(partner__name__icontains=self.partner)
        if self.since:
            claims = claims.filter(decided_at__date__gte=self.since)
        return claims.order_by()


# Lines and results are added up for each claim and outcome by themselves, so that no join counts an amount twice.
UNITS = """
    WITH mine AS ({claims}), line AS (
        SELECT l.claim_id, sum(l.amount)::bigint AS cost,
               (array_agg(a.kind ORDER BY l.asked DESC, l.position) FILTER (WHERE a.id IS NOT NULL))[1] AS kind
          FROM claims_line l LEFT JOIN programs_activity a ON a.id = l.activity_id
         WHERE l.claim_id IN (SELECT id FROM mine) GROUP BY l.claim_id
    ), unit AS (
        SELECT c.request_id, CASE WHEN c.request_id IS NULL THEN c.id END AS claim_id, c.allocation_id, c.partner_id,
               sum(c.paid)::bigint AS paid, sum(line.cost)::bigint AS cost,
               coalesce(max(ra.kind), max(line.kind), '') AS kind
          FROM claims_claim c JOIN mine ON mine.id = c.id LEFT JOIN line ON line.claim_id = c.id
          LEFT JOIN claims_fundrequest r ON r.id = c.request_id LEFT JOIN programs_activity ra ON ra.id = r.activity_id
         GROUP BY 1, 2, 3, 4
    ), told AS (
        SELECT o.claim_id, o.request_id,
               sum(s.amount) FILTER (WHERE s.kind = '{revenue}' AND s.basis = '{measured}')::bigint AS measured,
               sum(s.amount) FILTER (WHERE s.kind = '{revenue}' AND s.basis = '{claimed}')::bigint AS claimed,
               sum(s.amount) FILTER (WHERE s.kind = 'leads')::bigint AS leads,
               sum(s.amount) FILTER (WHERE s.kind = 'opportunities')::bigint AS opportunities
          FROM claims_outcome o
          JOIN unit ON o.claim_id = unit.claim_id OR o.request_id = unit.request_id
          JOIN claims_outcomereport p ON p.outcome_id = o.id AND p.number = o.number
          JOIN claims_result s ON s.report_id = p.id
         GROUP BY 1, 2
    ), whole AS (
        SELECT unit.*, told.measured, told.claimed, told.leads, told.opportunities,
               (told.claim_id IS NOT NULL OR told.request_id IS NOT NULL) AS is_told, p.currency,
               p.id AS program_id, p.name AS program_name, c.name AS partner_name, v.id AS vendor_id, v.name AS vendor_name
          FROM unit LEFT JOIN told ON told.claim_id = unit.claim_id OR told.request_id = unit.request_id
          JOIN funds_allocation f ON f.id = unit.allocation_id JOIN funds_budget b ON b.id = f.budget_id
          JOIN programs_program p ON p.id = b.program_id JOIN partners_company v ON v.id = p.vendor_id
          JOIN partners_company c ON c.id = unit.partner_id
    )
    SELECT {key} AS key, {name} AS name, currency, count(*) AS activities, count(*) FILTER (WHERE is_told) AS told,
           sum(paid)::bigint AS paid, coalesce(sum(paid) FILTER (WHERE is_told), 0)::bigint AS paid_told,
           coalesce(sum(cost) FILTER (WHERE is_told), 0)::bigint AS cost_told,
           sum(measured)::bigint AS measured, sum(claimed)::bigint AS claimed,
           coalesce(sum(leads), 0)::bigint AS leads, coalesce(sum(opportunities), 0)::bigint AS opportunities
      FROM whole GROUP BY 1, 2, 3
"""


def returns(scope: Scope, by: str) -> list[dict[str, Any]]:
    """A row for each group and currency, in one query, the most paid first within a currency. Amounts in minor units."""
    sql, facts = scope.claims.values("id").query.sql_with_params()
    key, name = SPLITS[by]
    words = {"revenue": REVENUE, "measured": Basis.MEASURED.value, "claimed": Basis.CLAIMED.value}
    with connection.cursor() as cursor:
        cursor.execute(UNITS.format(claims=sql, key=key, name=name, **words), facts)
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if by == "activity":
            row["name"] = ActivityKind(row["key"]).label if row["key"] else NO_ACTIVITY
        with_returns(row)
    return sorted(rows, key=lambda row: (row["currency"], -row["paid"], row["name"]))


def with_returns(row: dict[str, Any]) -> dict[str, Any]:
    """Revenue for each 1 that the vendor paid, and for each 1 that it cost in all; None where nothing is known."""
    for basis in ("measured", "claimed"):
        row[f"{basis}_return"] = ratio(row[basis], row["paid_told"])
    row["measured_of_cost"] = ratio(row["measured"], row["cost_told"])
    row["told_share"] = row["paid_told"] * 100 / row["paid"]
    return row


def ratio(part: int | None, whole: int) -> float | None:
    return part / whole if whole and part is not None else None


def totals(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of these rows, per currency, the most paid first."""
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = sums.setdefault(row["currency"], {"currency": row["currency"]} | dict.fromkeys(AMOUNTS + COUNTS))
        for name in AMOUNTS + COUNTS:
            if row[name] is not None:
                total[name] = (total[name] or 0) + row[name]
    return sorted((with_returns(total) for total in sums.values()), key=lambda total: -total["paid"])


def chart(rows: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    """Revenue by group, in one currency."""
    there = [row for row in rows if row["currency"] == currency and (row["measured"] or row["claimed"])][:10]
    series = (("Revenue measured", "paid", "measured"), ("Revenue claimed", "expected", "claimed"))
    return {
        "labels": [row["name"] for row in there],
        "currency": currency,
        "digits": digits(currency),
        "apart": True,
        "series": [
            {"label": label, "tone": tone, "values": [row[name] or 0 for row in there]} for label, tone, name in series
        ],
    }
