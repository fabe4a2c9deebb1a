"""How much of today's unclaimed money will lapse, if partners go on as they did.

The method, as the page says it: take all past funds of the program, whose last day to claim is over. Of the money in them that
was still unclaimed as many weeks before that day as are left now, what share lapsed in the end? That share of today's money is
expected to lapse. Where fewer than `ENOUGH` past funds of the program were there that early, all of the vendor's past funds in
its currency are taken; where these are too few as well, nothing is known, and all of the money is shown as at risk, by itself.

A share that lapsed is never above the whole: money that came back from a rejected claim late can lapse without having been
unclaimed so early.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from funds.states import Act, Bucket
from partners.models import Company
from programs.days import Clock
from programs.models import Program

ENOUGH = 3  # past funds
# How early before its last day a past fund is looked at, at most.
MOST_WEEKS = 104


class Basis(StrEnum):
    PROGRAM = "program"
    VENDOR = "vendor"
    NOTHING = "nothing"


BASIS_WORDS = {
    Basis.PROGRAM: "Past funds of this program",
    Basis.VENDOR: "Your past funds in this currency",
    Basis.NOTHING: "No history",
}


@dataclass(frozen=True, slots=True)
class Past:
    """Past funds, so many weeks before their last day: how many were there, what was unclaimed in them, what of it lapsed."""

    funds: int = 0
    unclaimed: int = 0
    lapsed: int = 0

    def __add__(self, other: "Past") -> "Past":
        return Past(self.funds + other.funds, self.unclaimed + other.unclaimed, self.lapsed + other.lapsed)

    @property
    def is_enough(self) -> bool:
        return self.funds >= ENOUGH and self.unclaimed > 0

    @property
    def share(self) -> Fraction:
        return min(Fraction(self.lapsed, self.unclaimed), Fraction(1))


# By program and weeks before the last day: what is true of exactly that week; `standing` adds up the weeks before it.
Changes = dict[int, dict[int, Past]]


@dataclass(frozen=True, slots=True)
class Pace:
    """What share lapses, by the weeks that are left."""

    by_program: Changes
    currencies: dict[int, str]  # of each program

    def share(self, program: int, weeks: int) -> tuple[Basis, Past]:
        own = standing(self.by_program.get(program, {}), weeks)
        if own.is_enough:
            return Basis.PROGRAM, own
        currency = self.currencies.get(program)
        peers = [weekly for other, weekly in self.by_program.items() if self.currencies.get(other) == currency]
        all_of_them = sum((standing(weekly, weeks) for weekly in peers), start=Past())
        return (Basis.VENDOR, all_of_them) if all_of_them.is_enough else (Basis.NOTHING, Past())


def standing(weekly: dict[int, Past], weeks: int) -> Past:
    """How it stood so many weeks before the last day: all that happened until then."""
    return sum((past for week, past in weekly.items() if week >= weeks), start=Past())


UNCLAIMED = f"('{Bucket.AVAILABLE}', '{Bucket.RESERVED}')"
# One pass over the movements of past funds. `days` is how long before its fund's last day a movement was posted, in days as they
# are in UTC. What lapsed is counted for the week in which the fund's money came, so that later grants don't weigh on early weeks.
PAST = f"""
    WITH today AS (SELECT * FROM unnest(%(zones)s::text[], %(days)s::date[]) AS today (zone, day)),
    moved AS (
        SELECT b.program_id, a.id, a.claim_by - (m.posted_at AT TIME ZONE 'UTC')::date AS days,
               CASE WHEN m.target IN {UNCLAIMED} THEN m.amount ELSE 0 END
               - CASE WHEN m.source IN {UNCLAIMED} THEN m.amount ELSE 0 END AS unclaimed,
               CASE m.act WHEN '{Act.EXPIRE}' THEN m.amount WHEN '{Act.EXTEND}' THEN -m.amount ELSE 0 END AS lapsed
          FROM funds_movement m
          JOIN funds_allocation a ON a.id = m.allocation_id
          JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program p ON p.id = b.program_id
          JOIN today ON today.zone = p.time_zone AND a.claim_by < today.day
         WHERE p.vendor_id = %(vendor)s
    ), ended AS (
        SELECT program_id, id, least(max(days) / 7, %(most)s) AS week, sum(lapsed) AS lapsed
          FROM moved GROUP BY program_id, id HAVING max(days) >= 0
    )
    SELECT program_id, week, sum(funds)::bigint, sum(unclaimed)::bigint, sum(lapsed)::bigint FROM (
        SELECT program_id, least(days / 7, %(most)s) AS week, 0 AS funds, unclaimed, 0 AS lapsed FROM moved WHERE days >= 0
        UNION ALL
        SELECT program_id, week, 1, 0, lapsed FROM ended
    ) facts GROUP BY program_id, week
"""
# What is unclaimed now, by program, month of the last day, and whole weeks that are left.
OPEN = """
    WITH today AS (SELECT * FROM unnest(%(zones)s::text[], %(days)s::date[]) AS today (zone, day))
    SELECT b.program_id, date_trunc('month', a.claim_by)::date AS month, least((a.claim_by - today.day) / 7, %(most)s) AS week,
           sum(a.available + a.reserved)::bigint, count(*)
      FROM funds_allocation a
      JOIN funds_budget b ON b.id = a.budget_id
      JOIN programs_program p ON p.id = b.program_id
      JOIN today ON today.zone = p.time_zone AND a.claim_by >= today.day
     WHERE p.vendor_id = %(vendor)s AND (a.available > 0 OR a.reserved > 0)
     GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""


def asked(sql: str, company: Company, clock: Clock, programs: Iterable[Program]) -> list[tuple]:
    """`programs` name the time zones, so that no zone is asked of the database."""
    zones = sorted({program.time_zone for program in programs})
    facts = {
        "vendor": company.pk,
        "most": MOST_WEEKS,
        "zones": zones,
        "days": [clock.day_in(zone) for zone in zones],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()


def pace(*, company: Company, programs: list[Program], now: datetime) -> Pace:
    """How past funds went, from the ledger."""
    return pace_of(asked(PAST, company, Clock(now), programs), programs)


def todays_pace(*, company: Company, programs: list[Program], now: datetime) -> Pace:
    """The same, from the ledger once a day: a home never adds up movements for each visit."""
    key = f"pace:{company.pk}:{now:%Y-%m-%d}"
    try:
        rows = cache.get(key)
        if rows is None:
            rows = asked(PAST, company, Clock(now), programs)
            cache.set(key, rows, timeout=24 * 60 * 60)
    except RedisError:
        rows = asked(PAST, company, Clock(now), programs)
    return pace_of(rows, programs)


def pace_of(rows: list[tuple], programs: list[Program]) -> Pace:
    by_program: Changes = defaultdict(dict)
    for program, week, funds, unclaimed, lapsed in rows:
        by_program[program][week] = Past(funds, unclaimed, lapsed)
    return Pace(dict(by_program), {program.pk: program.currency for program in programs})


@dataclass(frozen=True, slots=True)
class Expected:
    """One program's money whose last day is in one month, in minor units: `at_risk` of it is what nothing is known of."""

    month: date
    program: Program
    unclaimed: int
    lapses: int
    at_risk: int
    funds: int
    bases: frozenset[Basis]

    @property
    def currency(self) -> str:
        return self.program.currency

    @property
    def percent(self) -> float | None:
        return percent_of(self.lapses, self.unclaimed - self.at_risk)

    @property
    def words(self) -> str:
        return "; ".join(BASIS_WORDS[basis] for basis in Basis if basis in self.bases)


def percent_of(lapses: int, known: int) -> float | None:
    """What share of the money that something is known of lapses."""
    return lapses * 100 / known if known else None


def expected(*, company: Company, programs: list[Program], pace: Pace, now: datetime) -> list[Expected]:
    """By month and program. Each week's money is rounded half-even by itself, and the weeks are added up."""
    known = {program.pk: program for program in programs}
    groups: dict[tuple[date, int], list[tuple[int, int, int, Basis]]] = defaultdict(list)
    for program, month, week, amount, funds in asked(OPEN, company, Clock(now), programs):
        basis, past = pace.share(program, week)
        lapses = 0 if basis == Basis.NOTHING else round(amount * past.share)
        groups[month, program].append((amount, lapses, funds, basis))
    return [
        Expected(
            month=month,
            program=known[program],
            unclaimed=sum(amount for amount, *_ in weeks),
            lapses=sum(lapses for _, lapses, *_ in weeks),
            at_risk=sum(amount for amount, _, _, basis in weeks if basis == Basis.NOTHING),
            funds=sum(funds for _, _, funds, _ in weeks),
            bases=frozenset(basis for *_, basis in weeks),
        )
        for (month, program), weeks in sorted(groups.items(), key=lambda group: (group[0][0], known[group[0][1]].name))
    ]


AMOUNTS = ("unclaimed", "lapses", "at_risk")


def by_month(found: Iterable[Expected]) -> list[dict[str, Any]]:
    """All programs of a currency together, the nearest month first."""
    months: dict[tuple[date, str], dict[str, Any]] = {}
    for entry in found:
        empty = {"month": entry.month, "currency": entry.currency, **dict.fromkeys(AMOUNTS, 0)}
        row = months.setdefault((entry.month, entry.currency), empty)
        for name in AMOUNTS:
            row[name] += getattr(entry, name)
    for row in months.values():
        row["percent"] = percent_of(row["lapses"], row["unclaimed"] - row["at_risk"])
    return [months[key] for key in sorted(months)]


def totals(months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per currency, the largest first; amounts of different currencies are never added."""
    sums: dict[str, dict[str, Any]] = {}
    for row in months:
        total = sums.setdefault(row["currency"], {"currency": row["currency"], **dict.fromkeys(AMOUNTS, 0)})
        for name in AMOUNTS:
            total[name] += row[name]
    return sorted(sums.values(), key=lambda total: -total["unclaimed"])


def chart(months: list[dict[str, Any]], currency: str, digits: int) -> dict[str, Any]:
    mine = [row for row in months if row["currency"] == currency]
    return {
        "labels": [f"{row['month']:%b %Y}" for row in mine],
        "currency": currency,
        "digits": digits,
        "series": [
            {"label": "Expected to lapse", "tone": "lapsed", "values": [row["lapses"] for row in mine]},
            {"label": "No history: at risk", "tone": "risk", "values": [row["at_risk"] for row in mine]},
            {
                "label": "Expected to be claimed",
                "tone": "available",
                "values": [row["unclaimed"] - row["lapses"] - row["at_risk"] for row in mine],
            },
        ],
    }


# The weeks before the last day at which the page shows a program's pace.
SHOWN_WEEKS = (26, 13, 8, 4, 2, 0)


def paces(programs: Iterable[Program], pace: Pace) -> list[dict[str, Any]]:
    """What share lapsed of what was unclaimed so many weeks before the last day, program by program."""
    rows = []
    for program in programs:
        weekly = pace.by_program.get(program.pk, {})
        stood = [standing(weekly, weeks) for weeks in SHOWN_WEEKS]
        shares = [round(past.share * 100) if past.is_enough else None for past in stood]
        rows.append(
            {
                "program": program,
                "funds": standing(weekly, 0).funds,
                "by_week": list(zip(SHOWN_WEEKS, shares, strict=True)),
            }
        )
    return [row for row in rows if row["funds"]]
