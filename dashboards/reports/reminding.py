"""What reminders bring: told → seen → acted → saved, of the reminders that were made since a moment.

- A matter is a rule and what it is about (at a partner). Told: how many were reminded of, however often and however many people.
- Seen: somebody marked a reminder of it as read, or opened it by its link. Who reads a mail and opens nothing is not known.
- Acted: after a reminder of it, at most `ACTED_WITHIN` and before the next one, somebody of a company that was told did
  something about it: an `Event`. So each act belongs to one reminder, and leads can be compared.
- Saved: what was claimed of a fund after the first of these reminders and before it lapsed, less what came back since. A fund
  counts once, for the reminder that came last before its first claim. Amounts of two currencies are never added.

It says what came after reminders, and not what came because of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from funds.states import Act
from partners.models import Company
from partners.triggers import listed
from reminders.items import OF_THE_FUND
from reminders.models.wordings import OF_A_STEP
from reminders.rules import ADMIN, FINANCE, NOT_THE_VENDORS
from reminders.states import Rule

ACTED_WITHIN = timedelta(days=14)
SPANS = {"30": 30, "90": 90, "365": 365}
R = Rule
# What an act about it looks like: whose events these are, by the rule's subject.
OF_FUNDS = (R.SAFE_START, R.EXPIRES_ON, R.CLAIM_BY, R.NUDGE, R.GRANTED)
OF_REQUESTS = (
    R.REQUEST_CLAIM_BY,
    R.REQUEST_RUN,
    R.REQUEST_OVER,
    R.DRAFT_REQUEST,
    R.REQUEST_QUESTION,
    R.REQUEST_DECISION,
)
SHORT = (R.SHORT_PAY, R.SHORT_REST)
OF_THEMSELVES = {
    R.DRAFT_CLAIM: "claims.claim",
    R.CLAIM_QUESTION: "claims.claim",
    R.CLAIM_DECISION: "claims.claim",
    R.PAYMENT_DUE: "claims.payment",
    R.TIME_ASKED: "funds.extensionrequest",
    R.PLAN_ASKED: "funds.proposal",
    R.JOIN_ASKED: "programs.enrolment",
    R.RESOURCE: "programs.resource",
    R.RESOURCE_HELD: "programs.resource",
    R.STEP: "plans.agreedstep",
}
# There is nothing to do here about an answer or money taken back, and a certification is renewed elsewhere: nobody knows.
NOT_KNOWN = (R.CERTIFICATION, R.TIME_ANSWERED, R.PLAN_ANSWERED, R.JOIN_ANSWERED, R.REVERSAL)


def about(kind: str, key: str, sources: str) -> str:
    return f"""SELECT m.*, '{kind}' AS about, {key} AS about_id FROM {sources}"""


ABOUT = " UNION ALL ".join(
    [
        about(kind, key, f"matter m {join} WHERE m.rule IN ({listed(rules)})")
        for rules, kind, key, join in (
            (OF_FUNDS, "funds.allocation", "m.subject_id", ""),
            (OF_FUNDS, "claims.claim", "c.id", "JOIN claims_claim c ON c.allocation_id = m.subject_id"),
            (OF_FUNDS, "claims.fundrequest", "r.id", "JOIN claims_fundrequest r ON r.allocation_id = m.subject_id"),
            (
                OF_FUNDS,
                "funds.extensionrequest",
                "x.id",
                "JOIN funds_extensionrequest x ON x.allocation_id = m.subject_id",
            ),
            (OF_REQUESTS, "claims.fundrequest", "m.subject_id", ""),
            (OF_REQUESTS, "claims.claim", "c.id", "JOIN claims_claim c ON c.request_id = m.subject_id"),
            ((R.OUTCOME,), "claims.fundrequest", "o.request_id", "JOIN claims_outcome o ON o.id = m.subject_id"),
            ((R.OUTCOME,), "claims.claim", "o.claim_id", "JOIN claims_outcome o ON o.id = m.subject_id"),
            ((R.HOLD,), "claims.payment", "h.payment_id", "JOIN claims_hold h ON h.id = m.subject_id"),
            (SHORT, "claims.payment", "p.payment_id", "JOIN claims_shortpay p ON p.id = m.subject_id"),
            (
                (R.PROGRAM_FITS,),
                "programs.enrolment",
                "e.id",
                "JOIN programs_enrolment e ON e.program_id = m.subject_id AND e.partner_id = m.partner_id",
            ),
            *(((rule,), kind, "m.subject_id", "") for rule, kind in OF_THEMSELVES.items()),
        )
    ]
)
MONEY_CAME_BACK = (Act.RETURN, Act.REVERSE)
# Keys begin with a number: what is sorted by a text first takes twice as long.
BROUGHT = f"""
    WITH told AS MATERIALIZED (
        SELECT r.rule, r.subject_id, coalesce(r.partner_id, 0) AS partner_id, r.company_id, r.vendor_id, r.allocation_id, r.lead,
               r.nudge_id, r.deadline, r.created_at, r.read_at IS NOT NULL AS seen
          FROM reminders_reminder r JOIN partners_company v ON v.id = r.vendor_id AND v.kept_by_id IS NULL
         WHERE r.created_at >= %(since)s AND {{scope}}
    ), step AS MATERIALIZED (
        SELECT rule, subject_id, partner_id, created_at, min(vendor_id) AS vendor_id, min(allocation_id) AS allocation_id,
               min(lead) AS lead, min(nudge_id) AS nudge_id, min(deadline) AS deadline, bool_or(seen) AS seen,
               least(created_at + %(within)s, lead(created_at) OVER (PARTITION BY subject_id, rule, partner_id
                                                                     ORDER BY created_at)) AS until
          FROM told GROUP BY subject_id, rule, partner_id, created_at
    ), matter AS MATERIALIZED (
        SELECT DISTINCT subject_id, rule, partner_id, company_id FROM told
    ), done AS MATERIALIZED (
        SELECT DISTINCT a.subject_id, a.rule, a.partner_id, e.at
          FROM ({ABOUT}) AS a
          JOIN partners_event e ON e.subject = a.about AND e.subject_id = a.about_id AND e.at > %(since)s
          JOIN partners_membership p ON p.user_id = e.actor_id AND p.company_id = a.company_id
         WHERE e.verb <> 'packet' AND (a.rule <> '{R.OUTCOME}' OR e.verb = 'reported')
    ), acted AS (
        SELECT DISTINCT s.subject_id, s.rule, s.partner_id, s.created_at
          FROM step s JOIN done USING (subject_id, rule, partner_id)
         WHERE done.at > s.created_at AND done.at <= s.until
    ), fund AS (
        SELECT allocation_id, min(created_at) AS first_at FROM step
         WHERE rule IN ({listed(OF_THE_FUND)}) AND allocation_id IS NOT NULL GROUP BY 1
    ), moved AS (
        SELECT m.allocation_id, m.act, m.amount, m.posted_at,
               min(m.posted_at) FILTER (WHERE m.act = '{Act.EXPIRE}') OVER (PARTITION BY m.allocation_id) AS lapsed_at
          FROM fund JOIN funds_movement m ON m.allocation_id = fund.allocation_id AND m.posted_at > fund.first_at
         WHERE m.act IN ({listed((Act.CLAIM, Act.EXPIRE, *MONEY_CAME_BACK))})
    ), kept AS (
        SELECT allocation_id, min(posted_at) FILTER (WHERE act = '{Act.CLAIM}') AS first_claim,
               coalesce(sum(amount) FILTER (WHERE act = '{Act.CLAIM}' AND (lapsed_at IS NULL OR posted_at < lapsed_at)), 0)
               - coalesce(sum(amount) FILTER (WHERE act IN ({listed(MONEY_CAME_BACK)})), 0) AS amount
          FROM moved GROUP BY 1
    ), saved AS (
        SELECT DISTINCT ON (kept.allocation_id) kept.allocation_id, kept.amount, s.rule, s.subject_id, s.partner_id, s.created_at
          FROM kept JOIN step s ON s.allocation_id = kept.allocation_id AND s.created_at < kept.first_claim
         WHERE kept.amount > 0 AND s.rule IN ({listed(OF_THE_FUND)})
         ORDER BY kept.allocation_id, s.created_at DESC, s.deadline, s.rule
    ), keyed AS MATERIALIZED (
        SELECT s.rule, s.subject_id, s.partner_id, s.created_at, s.seen, acted.rule IS NOT NULL AS acted, {{key}} AS key
          FROM step s LEFT JOIN acted USING (subject_id, rule, partner_id, created_at) {{join}}
         WHERE {{only}}
    ), of_matter AS (
        SELECT grouping(key) = 1 AS is_total, key, rule, bool_or(seen) AS seen, bool_or(acted) AS acted
          FROM keyed GROUP BY GROUPING SETS ((key, subject_id, rule, partner_id), (subject_id, rule, partner_id))
    ), money AS MATERIALIZED (
        SELECT grouping(key) = 1 AS is_total, key, p.currency, sum(saved.amount)::bigint AS amount
          FROM keyed JOIN saved USING (subject_id, rule, partner_id, created_at)
          JOIN funds_allocation f ON f.id = saved.allocation_id JOIN funds_budget b ON b.id = f.budget_id
          JOIN programs_program p ON p.id = b.program_id
         GROUP BY GROUPING SETS ((key, p.currency), (p.currency))
    )
    SELECT is_total, key, count(*) AS told, count(*) FILTER (WHERE seen) AS seen, count(*) FILTER (WHERE acted) AS acted,
           count(*) FILTER (WHERE rule NOT IN ({listed(NOT_KNOWN)})) AS could_act,
           (SELECT json_object_agg(currency, amount) FROM money
             WHERE money.is_total = of_matter.is_total AND money.key IS NOT DISTINCT FROM of_matter.key) AS saved
      FROM of_matter GROUP BY is_total, key
"""
# What a year of all vendors' reminders is sorted and counted in: else it goes through files.
ROOM = "SET LOCAL work_mem = '64MB'"
# By what it is split: the key of a group, and what has to be joined for it.
SPLITS = {
    "rule": ("s.rule", ""),
    "lead": ("s.rule || ' ' || s.lead", ""),
    "vendor": ("s.vendor_id::text", ""),
    "words": ("n.words", "JOIN reminders_nudge n ON n.id = s.nudge_id"),
    # Beside the rule's own, and without any: of the rules that the vendor ever added words to.
    "wording": (
        "s.rule || ' ' || coalesce(w.text, '')",
        f"""JOIN (SELECT DISTINCT vendor_id, rule FROM reminders_wording) AS worded USING (vendor_id, rule)
            LEFT JOIN LATERAL ({OF_A_STEP}) AS w ON true""",
    ),
    # Since the vendor last said on which days its partners are told, and before.
    "change": (
        "s.rule || ' ' || (s.created_at >= t.changed_at) || ' ' || t.changed_at",
        "JOIN reminders_timing t ON t.company_id = s.vendor_id AND t.rule = s.rule",
    ),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Reminders since a moment, about one vendor or about all on Windfall, of one rule or of all.

    A `vendor` alone is its managers' view: without what is Windfall's own to do, and without what partners have not filed.
    """

    since: datetime
    vendor: Company | None = None
    rule: str = ""
    is_windfalls: bool = False

    @property
    def told(self) -> str:
        found = ["TRUE"]
        if self.vendor:
            found.append("r.vendor_id = %(vendor)s")
        if not self.is_windfalls:
            found.append(
                f"r.audience NOT IN ({listed((ADMIN, FINANCE))}) AND r.rule NOT IN ({listed(NOT_THE_VENDORS)})"
            )
        return " AND ".join(found)


@dataclass(frozen=True, slots=True)
class Brought:
    """A group's figures: counts of matters, and by currency minor units. `acted` is None where nobody can know."""

    key: str
    told: int
    seen: int
    acted: int | None
    could_act: int
    saved: dict[str, int]

    @property
    def seen_share(self) -> float:
        return self.seen * 100 / self.told

    @property
    def acted_share(self) -> float | None:
        return None if self.acted is None else self.acted * 100 / self.could_act


def brought(scope: Scope, by: str) -> tuple[Brought | None, list[Brought]]:
    """The whole (None where nobody was told of anything) and its groups, in one query."""
    if scope.vendor is None and not scope.is_windfalls:
        raise ValueError("Whoever is not Windfall's looks at one vendor.")
    key, join = SPLITS[by]
    only = "s.rule = %(rule)s" if scope.rule else "TRUE"
    facts = {
        "since": scope.since,
        "within": ACTED_WITHIN,
        "vendor": scope.vendor.pk if scope.vendor else None,
        "rule": scope.rule,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(BROUGHT.format(scope=scope.told, key=key, join=join, only=only), facts)
        found = [(is_total, group(*row)) for is_total, *row in cursor]
    whole = next((row for is_total, row in found if is_total), None)
    return whole, [row for is_total, row in found if not is_total]


def group(key: str | None, told: int, seen: int, acted: int, could_act: int, saved: dict[str, int] | None) -> Brought:
    return Brought(key or "", told, seen, acted if could_act else None, could_act, saved or {})


def currencies(whole: Brought | None) -> list[str]:
    return sorted(whole.saved) if whole else []


def words_of(row: Brought, by: str, vendors: dict[int, Any]) -> tuple[str, str]:
    """What a group is called, and what is said smaller beside it."""
    if by == "vendor":
        return vendors[int(row.key)].name, ""
    if by == "words":
        return row.key, ""
    if by == "wording":
        rule, _, text = row.key.partition(" ")
        return str(Rule(rule).label), f"“{text}”" if text else "with the usual words alone"
    rule, *more = row.key.split(" ", 2)
    label = str(Rule(rule).label)
    if by == "lead":
        return label, "" if rule == Rule.NUDGE else when(int(more[0]))
    if by == "change":
        day = datetime.fromisoformat(more[1]).date()
        return label, f"{'since' if more[0] == 'true' else 'before'} the days were changed on {day:%-d %b %Y}"
    return label, ""


def when(lead: int) -> str:
    """ "30 days before"."""
    if lead == 0:
        return "on the day"
    return f"{abs(lead)} day{'' if abs(lead) == 1 else 's'} {'before' if lead > 0 else 'after'}"


def place_of(row: Brought, by: str) -> tuple:
    """Where a group stands at first: rules as everywhere, leads as they come, else the most told first."""
    if by in ("words", "vendor"):
        return (-row.told, row.key)
    rule, *more = row.key.split(" ", 2)
    if by == "wording":
        return (list(Rule).index(Rule(rule)), -row.told, row.key)
    return (list(Rule).index(Rule(rule)), -int(more[0]) if by == "lead" else 0, row.key)
