"""The daily sweep: what nobody claimed in time lapses, and who can still save theirs is reminded.

It may run at any time and any number of times: unique rows and balances make each effect once. The beat sweeps a time zone when
its day has turned, and each hour for what came since (a late grant, a new colleague, money that a rejection gave back).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from claims.actions import outcomes, requests, return_unanswered
from funds.lapse import Lapsed, lapse
from partners.states import Role
from programs.days import Clock
from programs.models import Program
from reminders.models import SweptZone
from reminders.states import Rule, due

AGAIN = timedelta(hours=1)
# Any number that no other advisory lock of ours uses.
SWEEP_LOCK = 7_243_110_601

# One statement for all programs, partners and people: each fund's tightest lead that is due (`states.due` worked it out for each
# day and zone) times each person of its partner. What was told already stands in the way of being told again.
REMIND = f"""
    WITH due AS (
        SELECT * FROM unnest(%(zones)s::text[], %(deadlines)s::date[], %(leads)s::int[], %(closes)s::timestamptz[])
            AS due (zone, deadline, lead, closes_at)
    ), stake AS (
        SELECT '{Rule.EXPIRES_ON}' AS rule, id, budget_id, partner_id, expires_on AS deadline, available AS amount
          FROM funds_allocation WHERE available > 0 AND expires_on BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT '{Rule.CLAIM_BY}', id, budget_id, partner_id, claim_by, available + reserved
          FROM funds_allocation WHERE (available > 0 OR reserved > 0) AND claim_by BETWEEN %(first)s AND %(last)s
    ), person AS (
        SELECT DISTINCT m.company_id, m.user_id FROM partners_membership m JOIN partners_user u ON u.id = m.user_id
         WHERE m.ended_at IS NULL AND u.is_active AND m.role IN ('{Role.OWNER}', '{Role.MEMBER}')
    )
    INSERT INTO reminders_reminder (rule, lead, allocation_id, partner_id, recipient_id, deadline, due_on, closes_at,
                                    amount, currency, created_at)
    SELECT stake.rule, due.lead, stake.id, stake.partner_id, person.user_id, stake.deadline, stake.deadline - due.lead,
           due.closes_at, stake.amount, p.currency, %(now)s
      FROM stake
      JOIN funds_budget b ON b.id = stake.budget_id AND b.closed_at IS NULL
      JOIN programs_program p ON p.id = b.program_id
      JOIN due ON due.zone = p.time_zone AND due.deadline = stake.deadline
      JOIN person ON person.company_id = stake.partner_id
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; `reminders` is how many rows it made."""

    lapsed: Lapsed
    reminders: int


@contextmanager
def alone(*, wait: bool) -> Iterator[bool]:
    """Holds the sweep's advisory lock; gives False where another holds it and `wait` is not wanted.

    It spares the database double work, and two bulk inserts that wait for each other; exactly-once does not hang on it.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock(%s)", [SWEEP_LOCK])
        mine = wait or cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def zones_due(clock: Clock) -> list[str]:
    """The time zones whose day has turned since they were swept, or whose last sweep is an hour old."""
    swept = dict(SweptZone.objects.values_list("time_zone", "swept_at"))

    def is_due(zone: str) -> bool:
        last = swept.get(zone)
        return last is None or clock.now - last >= AGAIN or Clock(last).day_in(zone) != clock.day_in(zone)

    return [zone for zone in Program.objects.time_zones() if is_due(zone)]


def sweep(*, clock: Clock, zones: Sequence[str] | None = None) -> Swept:
    """Lapse what is past its last day, and remind of what is not, in these time zones or in all."""
    zones = Program.objects.time_zones() if zones is None else zones
    # What approvals hold comes free before their funds lapse.
    requests.return_unanswered(clock=clock)
    requests.expire(clock=clock)
    return_unanswered(clock=clock)
    lapsed = lapse(clock=clock)
    outcomes.expect(clock.now)
    with transaction.atomic():
        reminders = remind(zones, clock)
        # A named day is a rehearsal or a catching up by hand: the beat's own rounds go on as they were.
        if clock.on is None:
            SweptZone.objects.bulk_create(
                [SweptZone(time_zone=zone, swept_at=clock.now) for zone in zones],
                update_conflicts=True,
                unique_fields=["time_zone"],
                update_fields=["swept_at"],
            )
    return Swept(lapsed, reminders)


def remind(zones: Sequence[str], clock: Clock) -> int:
    rows = due(zones, clock)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            REMIND,
            {
                "zones": [row.zone for row in rows],
                "deadlines": [row.deadline for row in rows],
                "leads": [row.lead for row in rows],
                "closes": [row.closes_at for row in rows],
                # What bounds them all, so that the indexes on the deadlines are of use.
                "first": min(row.deadline for row in rows),
                "last": max(row.deadline for row in rows),
                "now": clock.now,
            },
        )
        return int(cursor.rowcount)
