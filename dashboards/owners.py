"""The owner's home: what is still to claim across all vendors, what of it is at risk, and what to do next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse

from claims.models import Claim, Outcome
from claims.states import ClaimStatus
from dashboards import asked
from dashboards.openings import openings
from dashboards.rows import Row
from funds.models import Allocation
from funds.terms import Step, Todo
from partners.models import Company, User
from partners.states import Role
from programs.models import Link

QUEUE_ROWS = 8
ANSWER = "funds.answer_terms"
REJECTION_SHOWN = timedelta(days=30)

# A claim that waits for the partner: what to do with it.
CLAIM_STEPS = {
    ClaimStatus.INFO_REQUESTED: ("Answer the reviewer's question", "Answer"),
    ClaimStatus.DRAFT: ("Finish this claim and file it", "Finish"),
    ClaimStatus.REJECTED: ("Read why it was rejected, correct it and file again", "Correct"),
}


def home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    """All that the page shows: the partner's funds that hold unclaimed money, its open claims, and what it could join."""
    funds = list(Allocation.objects.visible_to(user).of_partner(company).with_terms().unclaimed_or_stated())
    # What its claim deadline has passed is lost already, also in the minutes before the sweep books it.
    steps = [(fund, fund.next_step(fund.today(now)), fund.today(now)) for fund in funds]
    live = [(fund, step, today) for fund, step, today in steps if step.todo not in (Todo.LOST, Todo.NONE)]
    stated = [fund for fund in funds if fund.is_kept]
    claims = list(Claim.objects.visible_to(user).of_partner(company).with_fund().open_or_rejected())
    rows = sorted(
        [
            *(fund_row(*entry) for entry in live),
            *(terms_row(*entry) for entry in live if entry[0].offered_terms_id and user.has_perm(ANSWER, entry[0])),
            *(claim_row(c, now) for c in claims if waits_for_partner(c, now)),
            *asked.rows(user, company, now),
        ],
        key=lambda row: row.urgency,
    )
    return {
        "today": now.date(),
        "totals": totals((fund.currency, step.amount) for fund, step, _ in live),
        "alarm": alarm(live),
        "queue": rows[:QUEUE_ROWS],
        "more": max(0, len(rows) - QUEUE_ROWS),
        "openings": openings(user=user, company=company, now=now),
        "months": by_month(live),
        "vendors": by_vendor(live, claims, stated),
        **questions(user, company),
        "results_overdue": Outcome.objects.visible_to(user).of_partner(company).overdue(now.date()).count(),
        "under_way": [claim for claim in claims if claim.status not in CLAIM_STEPS],
    }


def questions(user: User, company: Company) -> dict[str, Any]:
    """Whether a vendor that joined Windfall is one that the partner records itself: an admin asks, the owner answers."""
    links = list(Link.objects.visible_to(user).of_partner(company).waiting().select_related("kept", "vendor"))
    return {"links": links, "may_answer": bool(links) and Role.OWNER in user.roles_in(company.pk)}


def totals(amounts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Per currency, largest first; amounts of different currencies are never added."""
    sums: dict[str, int] = defaultdict(int)
    for currency, amount in amounts:
        sums[currency] += amount
    return sorted(sums.items(), key=lambda entry: -entry[1])


def alarm(live: list[tuple[Allocation, Step, date]]) -> dict[str, Any] | None:
    """The soonest day on which money is lost unless something is done: the home's second sentence."""
    at_risk = [(step.by, fund, step) for fund, step, today in live if step.is_at_risk(today)]
    if not at_risk:
        return None
    day = min(by for by, _, _ in at_risk)
    due = [(fund, step) for by, fund, step in at_risk if by == day]
    return {
        "day": day,
        "totals": totals((fund.currency, step.amount) for fund, step in due),
        "start": all(step.todo == Todo.START for _, step in due),
        "lost_on": min(fund.expires_on for fund, _ in due),
    }


def waits_for_partner(claim: Claim, now: datetime) -> bool:
    """A question always; a draft while it can still be filed; a rejection for a month, while it can be filed again."""
    if claim.status == ClaimStatus.INFO_REQUESTED:
        return True
    is_recent = claim.decided_at is None or now - claim.decided_at < REJECTION_SHOWN
    can_be_filed = claim.allocation.today(now) <= claim.allocation.claim_by
    return claim.status in CLAIM_STEPS and can_be_filed and (claim.status == ClaimStatus.DRAFT or is_recent)


def fund_row(fund: Allocation, step: Step, today: date) -> Row:
    url = reverse("funds:allocation", args=[fund.pk])
    asks = step.asks and fund.available > 0 and not fund.is_kept
    files = step.todo in (Todo.FILE, Todo.HURRY, Todo.RUN) and not asks
    button, button_url = ("File a claim", reverse("claims:start", args=[fund.pk])) if files else ("Plan it", url)
    if asks:
        button, button_url = "Ask for approval", reverse("claims:request_start", args=[fund.pk])
    if fund.is_kept and files:
        # Its vendor takes the claim elsewhere; what came of it stands in the next statement.
        button, button_url = "Update", reverse("funds:statement", args=[fund.pk])
    return Row(
        title=fund.name,
        vendor=fund.program.vendor.name,
        words=f"{step.words} in the vendor's own portal" if fund.is_kept and files else step.words,
        by=step.by,
        today=today,
        amount=step.amount,
        currency=fund.currency,
        url=url,
        button=button,
        button_url=button_url,
        at_risk=step.is_at_risk(today),
        urgency=step.urgency(today),
    )


def terms_row(fund: Allocation, step: Step, today: date) -> Row:
    """Other terms are offered for it: the owner decides."""
    url = f"{reverse('funds:allocation', args=[fund.pk])}#terms"
    return replace(
        fund_row(fund, step, today),
        words="Other terms are offered: accept them or keep yours",
        button="Read",
        button_url=url,
    )


def claim_row(claim: Claim, now: datetime) -> Row:
    words, button = CLAIM_STEPS[ClaimStatus(claim.status)]
    url = reverse("claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail", args=[claim.pk])
    fund = claim.allocation
    today = fund.today(now)
    step = Step(Todo.FILE, fund.claim_by, claim.asked)
    # A reviewer waits for the answer: nothing else is as quickly done.
    urgency = (0, today, -claim.asked) if claim.status == ClaimStatus.INFO_REQUESTED else step.urgency(today)
    return Row(
        title=claim.title,
        vendor=fund.program.vendor.name,
        words=words,
        by=fund.claim_by,
        today=today,
        amount=claim.asked,
        currency=claim.currency,
        url=url,
        button=button,
        button_url=url,
        at_risk=step.is_at_risk(today),
        urgency=urgency,
    )


def by_month(live: list[tuple[Allocation, Step, date]]) -> list[dict[str, Any]]:
    """What lapses in which month if nobody claims it, by the last day to file; `share` is of the largest in its currency."""
    lapses = sorted((fund.claim_by.replace(day=1), fund.currency, step.amount) for fund, step, _ in live)
    months = [
        {"month": month, "currency": currency, "amount": sum(amount for *_, amount in group)}
        for (month, currency), group in groupby(lapses, key=lambda lapse: lapse[:2])
    ]
    largest: dict[str, int] = {}
    for entry in months:
        largest[entry["currency"]] = max(largest.get(entry["currency"], 0), entry["amount"])
    return [entry | {"share": entry["amount"] * 100 // largest[entry["currency"]]} for entry in months]


def by_vendor(
    live: list[tuple[Allocation, Step, date]], claims: list[Claim], stated: list[Allocation]
) -> list[dict[str, Any]]:
    """Each vendor with what is left, what is at risk and what is being decided or paid, per currency.

    Of the `stated` funds, which the partner records itself, no claim tells what is on its way: their balances do.
    """
    lines: dict[tuple[str, int, str], dict[str, Any]] = {}

    def line(fund: Allocation) -> dict[str, Any]:
        vendor = fund.program.vendor
        empty = {
            "vendor": vendor,
            "currency": fund.currency,
            "unclaimed": 0,
            "at_risk": 0,
            "deciding": 0,
            "owed": 0,
            "funds": 0,
            "next": None,
        }
        return lines.setdefault((vendor.name, vendor.pk, fund.currency), empty)

    for fund, step, today in live:
        entry = line(fund)
        entry["unclaimed"] += step.amount
        entry["funds"] += 1
        entry["at_risk"] += step.amount if step.is_at_risk(today) else 0
        entry["next"] = min(filter(None, [entry["next"], step.by]))
    for claim in claims:
        if claim.is_awaiting_decision:
            line(claim.allocation)["deciding"] += claim.asked
        elif claim.is_awaiting_payment:
            line(claim.allocation)["owed"] += (claim.approved or 0) - claim.paid
    for fund in stated:
        if fund.claimed or fund.approved:
            line(fund)["deciding"] += fund.claimed
            line(fund)["owed"] += fund.approved
    return [lines[key] for key in sorted(lines)]
