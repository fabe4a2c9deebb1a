"""A partner's home: what is still to claim across all vendors, what of it is at risk, and what to do next."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.urls import reverse

from claims.states import AWAITING_DECISION, AWAITING_PAYMENT, ClaimStatus
from claims.worth import Exchange
from dashboards.queue.facts import Facts, Fund, OpenClaim
from dashboards.queue.rows import is_theirs, rows
from funds.terms import Step, Todo
from partners.states import Role
from reminders.states import Rule

QUEUE_ROWS = 8
UNDER_WAY_ROWS = 8
STEPS = 3
REJECTION_SHOWN = timedelta(days=30)

# Money that no activity is approved for yet.
IDLE = (Todo.START, Todo.HURRY)

# A fund that can still be used, its next step, and the day that it is there.
Live = tuple[Fund, Step, date]


class Also(NamedTuple):
    """What waits for the partner and is no money at risk: a row of its own, below the queue."""

    title: str
    vendor: str
    words: str
    by: date
    today: date
    amount: int
    currency: str
    url: str
    button: str


class VendorLine(NamedTuple):
    """A vendor in one currency: what is left, what is at risk, and what is being decided or owed, in minor units.

    `today` is the day where its fund of the `next` deadline is, as in the queue.
    """

    vendor_id: int
    vendor: str
    is_kept: bool
    currency: str
    next: date | None
    today: date
    unclaimed: int
    at_risk: int
    deciding: int
    owed: int


AMOUNTS = ("unclaimed", "at_risk", "deciding", "owed")


def summary(facts: Facts) -> dict[str, Any]:
    """All that the page says, of the facts alone."""
    days, exchange = dict(facts.days), facts.exchange
    # What its claim deadline has passed is lost already, also in the minutes before the sweep books it.
    steps = [(fund, fund.next_step(days[fund.zone]), days[fund.zone]) for fund in facts.funds]
    live = [(fund, step, today) for fund, step, today in steps if step.todo not in (Todo.LOST, Todo.NONE)]
    everything = rows(facts)
    queue = [row for row in everything if row.until is None and is_theirs(row, facts)]
    # What was agreed with vendors stands by itself.
    doing = [row for row in queue if row.rule != Rule.STEP]
    under_way = [claim for claim in facts.claims if claim.status not in NOT_UNDER_WAY]
    vendors = by_vendor(live, facts)
    return {
        "today": facts.today,
        "into": exchange.into,
        "is_owner": Role.OWNER in facts.roles,
        "total": exchange.sum((fund.currency, step.amount) for fund, step, _ in live),
        "alarm": alarm(live, exchange),
        "queue": doing[:QUEUE_ROWS],
        "more": max(0, len(doing) - QUEUE_ROWS),
        "put_off": sum(row.until is not None for row in everything),
        "idle": exchange.sum((fund.currency, fund.available) for fund, step, _ in live if step.todo in IDLE),
        "steps": [row for row in queue if row.rule == Rule.STEP][:STEPS],
        "also": [*rejected(facts), *terms_offered(live, facts)],
        "months": by_month(live, exchange),
        "vendors": vendors,
        "all_vendors": {name: exchange.sum((v.currency, getattr(v, name)) for v in vendors) for name in AMOUNTS},
        "results_overdue": sum(row.rule == Rule.OUTCOME and row.by is not None and row.by < row.today for row in queue),
        "under_way": [stand(claim) for claim in under_way[:UNDER_WAY_ROWS]],
        "more_under_way": max(0, len(under_way) - UNDER_WAY_ROWS),
    }


# What waits for the partner itself.
NOT_UNDER_WAY = (ClaimStatus.INFO_REQUESTED, ClaimStatus.DRAFT, ClaimStatus.RETURNED, ClaimStatus.REJECTED)


def alarm(live: list[Live], exchange: Exchange) -> dict[str, Any] | None:
    """The soonest day on which money is lost unless something is done: the home's second sentence."""
    at_risk = [(step.by, fund, step) for fund, step, today in live if step.is_at_risk(today)]
    if not at_risk:
        return None
    day = min(by for by, _, _ in at_risk)
    due = [(fund, step) for by, fund, step in at_risk if by == day]
    return {
        "day": day,
        "total": exchange.sum((fund.currency, step.amount) for fund, step in due),
        "start": all(step.todo == Todo.START for _, step in due),
        "lost_on": min(fund.expires_on for fund, _ in due),
    }


def rejected(facts: Facts) -> Iterator[Also]:
    """A rejection, for a month, while it can be filed again. Its money is the fund's again, whose own row counts it."""
    days = dict(facts.days)
    for claim in facts.claims:
        today = days[claim.zone]
        is_recent = claim.decided_at is None or today - claim.decided_at.date() < REJECTION_SHOWN
        if claim.status == ClaimStatus.REJECTED and is_recent and today <= claim.claim_by:
            yield Also(
                title=claim.title,
                vendor=claim.vendor,
                words="Rejected: read why, correct it and file again",
                by=claim.claim_by,
                today=today,
                amount=claim.asked,
                currency=claim.currency,
                url=reverse("claims:detail", args=[claim.pk]),
                button="Correct",
            )


def terms_offered(live: list[Live], facts: Facts) -> Iterator[Also]:
    """The owner decides."""
    for fund, step, today in live if Role.OWNER in facts.roles else ():
        if fund.offered_id:
            yield Also(
                title=fund.name,
                vendor=fund.vendor,
                words="Other terms are offered: accept them or keep yours",
                by=step.by,
                today=today,
                amount=step.amount,
                currency=fund.currency,
                url=f"{reverse('funds:allocation', args=[fund.pk])}#terms",
                button="Read",
            )


def stand(claim: OpenClaim) -> dict[str, Any]:
    """A claim on its way: what of it is to be paid, or is asked."""
    is_owed = claim.status in AWAITING_PAYMENT
    return {
        "claim": claim,
        "is_owed": is_owed,
        "status": ClaimStatus(claim.status).label,
        "amount": claim.approved if is_owed else claim.asked,
    }


def by_month(live: list[Live], exchange: Exchange) -> list[dict[str, Any]]:
    """What lapses in which month if nobody claims it, by the last day to file; `share` is of the largest month."""
    months: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for fund, step, _ in live:
        months[fund.claim_by.replace(day=1)].append((fund.currency, step.amount))
    found = [(month, exchange.sum(amounts)) for month, amounts in sorted(months.items())]
    most = max((total.amount for _, total in found), default=0)
    return [{"month": month, "total": total, "share": total.amount * 100 // (most or 1)} for month, total in found]


def by_vendor(live: list[Live], facts: Facts) -> list[VendorLine]:
    """Each vendor with what is left, what is at risk and what is being decided or paid, per currency.

    Of the funds that the partner records itself no claim tells what is on its way: their balances do.
    """
    sums: dict[tuple[str, int, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0))
    nearest: dict[tuple[str, int, str], tuple[date, date]] = {}
    kept = {fund.vendor_id for fund in facts.funds if fund.is_kept}
    for fund, step, today in live:
        key = (fund.vendor, fund.vendor_id, fund.currency)
        sums[key]["unclaimed"] += step.amount
        sums[key]["at_risk"] += step.amount if step.is_at_risk(today) else 0
        nearest[key] = min(nearest.get(key, (step.by, today)), (step.by, today))
    for claim in facts.claims:
        key = (claim.vendor, claim.vendor_id, claim.currency)
        if claim.status in AWAITING_DECISION:
            sums[key]["deciding"] += claim.asked
        elif claim.status in AWAITING_PAYMENT:
            sums[key]["owed"] += (claim.approved or 0) - claim.paid
    for fund in facts.funds:
        if fund.is_kept and (fund.claimed or fund.approved):
            key = (fund.vendor, fund.vendor_id, fund.currency)
            sums[key]["deciding"] += fund.claimed
            sums[key]["owed"] += fund.approved
    none = (None, facts.today)
    return [
        VendorLine(key[1], key[0], key[1] in kept, key[2], *nearest.get(key, none), **sums[key]) for key in sorted(sums)
    ]
