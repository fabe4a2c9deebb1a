"""What suggestions for a partner's funds are made from, in the same few queries for any number of funds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from claims.checks import period_cap
from claims.models import Claim, FundRequest, Line
from claims.partner_record import first_pass
from claims.states import COUNTED
from claims.states.requests import AWAITING_DECISION, RequestStatus
from claims.worth import Exchange
from dashboards.ideas.matching import Brought, Record, Suggestion, obstacle, suggest, types_of
from dashboards.queue.weight import weight
from dashboards.reports import roi
from funds.models import Allocation
from funds.states import ALLOCATION_BUCKETS
from funds.terms import Step, Todo
from partners.models import Company, User
from plans.demand import TO_COME, at_hand
from plans.models import PlannedFunding
from programs.models import Resource


@dataclass(frozen=True, slots=True)
class Idea:
    """A fund with idle money (minor units), what it could be used for, and the drafts of requests that were begun on it."""

    fund: Allocation
    step: Step
    idle: int
    suggestions: list[Suggestion]
    begun: list[FundRequest]
    obstacle: str  # why there is no suggestion


def idle_funds(user: User, company: Company) -> QuerySet[Allocation]:
    """The partner's funds that hold money which nobody claimed and no vendor set aside."""
    funds = Allocation.objects.visible_to(user).of_partner(company).filter(available__gt=0)
    return funds.with_terms().prefetch_related("terms__activities")


def usable(funds: Iterable[Allocation], now: datetime) -> list[Allocation]:
    """Those whose last day for activities is not over, the most urgent first."""
    steps = [(fund, fund.next_step(fund.today(now)), fund.today(now)) for fund in funds]
    live = [
        (step.urgency(today), fund.pk, fund) for fund, step, today in steps if step.todo in (Todo.START, Todo.HURRY)
    ]
    return [fund for _, _, fund in sorted(live, key=lambda entry: entry[:2])]


def idle_in(funds: Sequence[Allocation]) -> dict[int, int]:
    """By fund, what nobody claimed, asked for or planned, in minor units."""
    meant = meant_for(funds)
    # In books that the partner keeps, what the vendor has set aside for a plan is no longer available.
    return {fund.pk: max(0, min(fund.available, at_hand(fund) - meant[fund.pk])) for fund in funds}


def pressing_first(
    funds: Sequence[Allocation], idle: Mapping[int, int], exchange: Exchange, now: datetime
) -> list[Allocation]:
    """By idle money × urgency, as the queue of money at risk. What no rate compares weighs as much as the largest."""
    worth = {fund.pk: exchange.of(idle[fund.pk], fund.currency) for fund in funds}
    most = max((amount for amount in worth.values() if amount), default=Fraction(1))

    def place(fund: Allocation) -> Fraction:
        today, amount = fund.today(now), worth[fund.pk]
        return -weight(most if amount is None else amount, fund.next_step(today).days_left(today))

    return sorted(funds, key=place)


def ideas(
    *, user: User, company: Company, funds: Sequence[Allocation], idle: Mapping[int, int], now: datetime
) -> list[Idea]:
    """For each of these funds of that partner, in their order; `idle` as `idle_in` says."""
    kits, records = kits_for(user, funds), records_of(user, company)
    left, begun = left_of_period(company, funds), drafts_on(user, funds)
    found = []
    for fund in funds:
        today, program, types = fund.today(now), fund.program, types_of(fund)
        near = [kit for kit in kits[program.vendor_id] if kit.program_id in (None, program.pk)]
        suggestions = suggest(
            fund=fund, types=types, idle=idle[fund.pk], left=left[fund.pk], kits=near, records=records, today=today
        )
        why_none = "" if suggestions else obstacle(fund, types, today)
        found.append(Idea(fund, fund.next_step(today), idle[fund.pk], suggestions, begun[fund.pk], why_none))
    return found


def meant_for(funds: Sequence[Allocation]) -> dict[int, int]:
    """What of each fund is asked for, planned or stands in the draft of a claim, though it did not move yet."""
    meant: dict[int, int] = defaultdict(int)
    asked = FundRequest.objects.filter(allocation__in=funds, status__in=AWAITING_DECISION)
    claimed = Claim.objects.drafts().filter(allocation__in=funds, request=None)
    for found in (asked, claimed):
        for row in found.order_by().values("allocation").annotate(total=Sum("asked")):
            meant[row["allocation"]] += int(row["total"])
    # What a plan asks for already, or drafts a claim of, stands above.
    counted = PlannedFunding.objects.counted().filter(TO_COME, allocation__in=funds, claim=None)
    planned = counted.exclude(request__status__in=AWAITING_DECISION)
    for row in planned.order_by().values("allocation").annotate(total=Sum(Coalesce("approved", "amount"))):
        meant[row["allocation"]] += int(row["total"])
    return meant


def drafts_on(user: User, funds: Sequence[Allocation]) -> dict[int, list[FundRequest]]:
    found = FundRequest.objects.visible_to(user).filter(allocation__in=funds, status=RequestStatus.DRAFT)
    by_fund: dict[int, list[FundRequest]] = defaultdict(list)
    for asked in found:
        by_fund[asked.allocation_id].append(asked)
    return by_fund


def left_of_period(company: Company, funds: Sequence[Allocation]) -> dict[int, dict[str, int]]:
    """By fund, and by the name of each activity with a cap of a period: what that still pays, beside all that is asked for.

    As `claims.request_checks.period_left`, for many at once.
    """
    budgets = {fund.budget_id for fund in funds}
    of_period = {"allocation__budget__in": budgets, "partner": company.pk}
    buckets = sum((F(bucket.value) for bucket in ALLOCATION_BUCKETS[1:]), F(ALLOCATION_BUCKETS[0].value))
    own = Allocation.objects.filter(partner=company.pk, budget__in=budgets).order_by()
    granted = {row["budget"]: int(row["total"]) for row in own.values("budget").annotate(total=Sum(buckets))}
    lines = Line.objects.filter(
        claim__status__in=COUNTED, **{f"claim__{name}": value for name, value in of_period.items()}
    )
    requests = FundRequest.objects.filter(**of_period)
    used: dict[tuple[int, str], int] = defaultdict(int)
    for found, budget, amount in (
        (lines, F("claim__allocation__budget"), Sum(Coalesce("accepted", "asked"))),
        (requests.in_force(), F("allocation__budget"), Sum("reserved")),
        (requests.filter(status__in=AWAITING_DECISION), F("allocation__budget"), Sum("asked")),
    ):
        rows = found.order_by().values(period=budget, name=F("activity__name")).annotate(total=amount)
        for row in rows:
            used[row["period"], row["name"]] += int(row["total"])
    left: dict[int, dict[str, int]] = defaultdict(dict)
    for fund in funds:
        for activity in fund.terms.activities.all():
            most = period_cap(activity, granted[fund.budget_id])
            if most is not None:
                left[fund.pk][activity.name] = max(0, most - used[fund.budget_id, activity.name])
    return left


def kits_for(user: User, funds: Sequence[Allocation]) -> dict[int, list[Resource]]:
    """What these funds' vendors share with partners, by vendor, the newest first."""
    vendors = {fund.program.vendor_id for fund in funds}
    shared = Resource.objects.visible_to(user).shared().filter(vendor__in=vendors)
    by_vendor: dict[int, list[Resource]] = defaultdict(list)
    for kit in shared.order_by("-published_at", "title", "pk"):
        by_vendor[kit.vendor_id].append(kit)
    return by_vendor


def records_of(user: User, company: Company) -> dict[str, Record]:
    """How the partner's own activities went, by kind: what they brought, and how its claims for them were decided."""
    brought: dict[str, dict[str, Brought]] = defaultdict(dict)
    leads: dict[str, int] = defaultdict(int)
    for row in roi.returns(roi.Scope(user, company, of_partner=True), "activity"):
        if row["told"]:
            brought[row["key"]][row["currency"]] = told_in(row)
            leads[row["key"]] += row["leads"]
    decided = first_pass(Claim.objects.visible_to(user).of_partner(company))
    return {
        kind: Record(leads[kind], *decided.get(kind, (0, 0)), by_currency=brought[kind])
        for kind in {*brought, *decided}
    }


def told_in(row: dict[str, Any]) -> Brought:
    return Brought(row["told"], row["paid_told"], row["measured"], row["claimed"])
