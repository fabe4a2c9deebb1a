"""A vendor's manager reminds partners of unclaimed money in words of their own, for each fund once a week at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet

from funds.models import Allocation
from partners.events import event, record
from partners.models import Company, User
from partners.states import Role
from programs.days import Clock, end_of
from reminders.chat.outbox import add_nudges
from reminders.rules import PARTNER
from reminders.states import Rule

# One statement for a fund or thousands. A fund that was nudged for within the week is left out by its constraint, so that two
# clicks at once send once; so is one without money, over, or without anybody who would read it.
NUDGE = f"""
    WITH due AS (
        SELECT * FROM unnest(%(zones)s::text[], %(deadlines)s::date[], %(closes)s::timestamptz[])
            AS due (zone, deadline, closes_at)
    ), person AS MATERIALIZED (
        SELECT DISTINCT m.company_id, m.user_id FROM partners_membership m JOIN partners_user u ON u.id = m.user_id
         WHERE m.ended_at IS NULL AND u.is_active AND m.role IN ('{Role.OWNER}', '{Role.MEMBER}')
           AND m.company_id IN (SELECT partner_id FROM funds_allocation WHERE id = ANY(%(funds)s))
    ), stake AS (
        SELECT a.id, a.name, a.partner_id, a.claim_by, a.available + a.reserved AS amount, p.currency, p.vendor_id, due.closes_at
          FROM funds_allocation a
          JOIN funds_budget b ON b.id = a.budget_id AND b.closed_at IS NULL
          JOIN programs_program p ON p.id = b.program_id
          JOIN due ON due.zone = p.time_zone AND due.deadline = a.claim_by
         WHERE a.id = ANY(%(funds)s) AND (a.available > 0 OR a.reserved > 0)
    ), made AS (
        INSERT INTO reminders_nudge (vendor_id, allocation_id, words, by_id, sent_on, created_at)
        SELECT vendor_id, id, %(words)s, %(by)s, %(today)s, %(now)s
          FROM stake WHERE EXISTS (SELECT FROM person WHERE person.company_id = stake.partner_id) ORDER BY id
        ON CONFLICT DO NOTHING RETURNING id, allocation_id
    )
    INSERT INTO reminders_reminder (rule, lead, nudge_id, subject_id, allocation_id, title, audience, company_id, partner_id,
                                    vendor_id, recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount,
                                    currency, step, step_id, created_at)
    SELECT '{Rule.NUDGE}', 0, made.id, stake.id, stake.id, stake.name, '{PARTNER}', stake.partner_id, stake.partner_id,
           stake.vendor_id, person.user_id, false, stake.claim_by, stake.claim_by, least(%(today)s, stake.claim_by),
           stake.closes_at, stake.amount, stake.currency, 'funds:allocation', stake.id, %(now)s
      FROM made JOIN stake ON stake.id = made.allocation_id JOIN person ON person.company_id = stake.partner_id
    RETURNING allocation_id, partner_id, recipient_id, amount
"""


@dataclass(frozen=True, slots=True)
class Nudged:
    """What came of it: how many funds were nudged for, how many partners and people read it, how many funds were left out."""

    funds: int
    partners: int
    people: int
    left_out: int


class NudgeChanged(Exception):
    """What would be sent is not what the person saw. Nothing was."""


def nudge(
    *,
    funds: QuerySet[Allocation],
    vendor: Company,
    words: str,
    by: User,
    now: datetime,
    seen: Mapping[int, int] | None = None,
) -> Nudged:
    """Tell the people of these funds' partners, in their inbox and their next mail. A repeated click tells nobody twice.

    `seen`: by fund the unclaimed minor units that the person saw. NudgeChanged if other funds or amounts would be told of.
    """
    chosen = list(
        funds.order_by("pk").values_list("pk", "budget__program__vendor", "budget__program__time_zone", "claim_by")
    )
    if not by.has_perm("reminders.nudge", vendor) or any(owner != vendor.pk for _, owner, _, _ in chosen):
        raise PermissionDenied
    clock = Clock(now)
    # A deadline that has passed is not among them, and so its fund is left out.
    open_days = sorted({(zone, day) for _, _, zone, day in chosen if day >= clock.day_in(zone)})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                NUDGE,
                {
                    "funds": [pk for pk, *_ in chosen],
                    "zones": [zone for zone, _ in open_days],
                    "deadlines": [day for _, day in open_days],
                    "closes": [end_of(day, zone) for zone, day in open_days],
                    "words": words,
                    "by": by.pk,
                    "today": clock.day_in(vendor.time_zone),
                    "now": now,
                },
            )
            told = cursor.fetchall()
        amounts = {fund: amount for fund, _, _, amount in told}
        # Where nothing is left to tell, the same was sent already: that is no surprise.
        if seen is not None and amounts and amounts != dict(seen):
            raise NudgeChanged
        record(
            event(
                verb="nudged",
                about=Allocation(pk=fund),
                by=by,
                company_id=vendor.pk,
                reason=words,
                data={"amount": amount},
                at=now,
            )
            for fund, amount in amounts.items()
        )
        add_nudges(funds=amounts, vendor=vendor, now=now)
    return Nudged(
        funds=len(amounts),
        partners=len({partner for _, partner, _, _ in told}),
        people=len({person for _, _, person, _ in told}),
        left_out=len(chosen) - len(amounts),
    )
