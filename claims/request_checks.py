"""What a fund's terms say to a request before it is filed: what must be put right, what is worth a second look, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from claims.checks import counted_people, granted_in_period, period_cap
from claims.models import FundRequest, Line
from claims.states import COUNTED
from claims.states.requests import AWAITING_DECISION, IN_FORCE, RequestStatus
from programs.models import Activity, Terms
from programs.money import show

ALIKE = 0.8
NEAR = timedelta(days=14)
LOOKED_AT = 200
# A day that no lead time reaches: it ends the search for the first day that can still be asked for.
FARTHEST = 600
NO_DAYS = "Say from when until when it runs."


def rate_of(terms: Terms, activity: Activity | None) -> Decimal:
    return terms.reimbursement_percent if activity is None or activity.rate is None else activity.rate


def ask_by(terms: Terms, activity: Activity | None, starts_on: date) -> date:
    """The last day on which approval can be asked for of this activity, if it starts then."""
    if activity is None or activity.lead_days is None:
        return terms.ask_by(starts_on)
    own = Terms(lead_days=activity.lead_days, lead_unit=terms.lead_unit)
    return own.ask_by(starts_on)


def first_start(terms: Terms, activity: Activity | None, today: date) -> date:
    """The first day for which approval can still be asked for today."""
    days = (today + timedelta(days=n) for n in range(FARTHEST))
    return next(day for day in days if ask_by(terms, activity, day) >= today)


def wanting(request: FundRequest, now: datetime) -> list[str]:
    """What still stands between this draft and asking, in words; empty when it can be asked."""
    fund, activities = request.allocation, list(request.allocation.terms.activities.all())
    today = fund.today(now)
    return [
        *of_plan(request, activities),
        *of_days(request, today),
        *of_least(request),
        *of_people(request, request.asked, request.people),
        *of_period(request, request.asked),
    ]


def of_plan(request: FundRequest, activities: Sequence[Activity]) -> Iterator[str]:
    if activities and request.activity not in activities:
        yield "Choose what kind of activity it is."
    if not request.plan.strip():
        yield "Say how it goes and what it will bring: the vendor decides by that."
    if not request.cost:
        yield "Add at least one budget line: what it is and what it will cost."
    elif request.asked == 0:
        yield "The vendor's share of these lines is nothing: check the amounts."


def of_days(request: FundRequest, today: date) -> Iterator[str]:
    fund, terms = request.allocation, request.allocation.terms
    first, last = request.starts_on, request.ends_on
    if today > fund.expires_on:
        yield f"This fund's last day for activities was {date_format(fund.expires_on)}."
        return
    if first is None or last is None:
        yield NO_DAYS
        return
    if last > fund.expires_on:
        yield f"It ends after this fund's last day for activities, {date_format(fund.expires_on)}. Choose earlier days."
    yield from of_first_day(terms, request.activity, first, today)


def of_first_day(terms: Terms, activity: Activity | None, first: date, today: date) -> Iterator[str]:
    """Approval is asked for ahead of an activity, and as long ahead as the terms say."""
    if first < today:
        yield "It begins in the past: approval comes before an activity."
    elif (by := ask_by(terms, activity, first)) < today:
        lead, earliest = lead_of(terms, activity), first_start(terms, activity, today)
        yield (
            f"To start on {date_format(first)} you had to ask by {date_format(by)}, {lead} ahead. "
            f"The first day that you can still ask for is {date_format(earliest)}."
        )


def of_change(request: FundRequest, wanted: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """What the terms say to a change of what is approved: to another first day, and to more money or people.

    `wanted` as an amendment has it. What the terms allow less of than is approved already stays as it is.
    """
    fund, first = request.allocation, date.fromisoformat(wanted["starts_on"])
    if first != request.starts_on:
        yield from of_first_day(fund.terms, request.activity, first, fund.today(now))
    more = wanted["amount"] - (request.approved or 0)
    if more > 0 or wanted["people"] != request.people:
        yield from of_people(request, wanted["amount"], wanted["people"])
    if more > 0:
        yield from of_period(request, request.reserved + more)


def lead_of(terms: Terms, activity: Activity | None) -> str:
    """The lead time in words: "14 days"; empty where there is none."""
    days = terms.lead_days if activity is None or activity.lead_days is None else activity.lead_days
    return Terms(lead_days=days, lead_unit=terms.lead_unit).lead if days else ""


def of_least(request: FundRequest) -> Iterator[str]:
    terms, activity, currency = request.allocation.terms, request.activity, request.currency
    least = max(terms.least_claim or 0, (activity.least if activity else None) or 0)
    if 0 < request.asked < least:
        asked = show(request.asked, currency)
        yield f"You ask for {asked}, and claims are taken from {show(least, currency)}: nobody could pay it."


def of_people(request: FundRequest, asked: int, people: int | None) -> Iterator[str]:
    """What is paid for each person, and for how many, as claims are asked too; for one of its activity."""
    activity, currency = request.activity, request.currency
    if activity is None or activity.person_cap is None:
        return
    if not people:
        yield f"{activity.name}: say for how many people it is."
    elif asked > activity.person_cap * people:
        most, each = (show(amount, currency) for amount in (activity.person_cap * people, activity.person_cap))
        yield (
            f"{activity.name}: you ask for {show(asked, currency)}, and {counted_people(people)} get {most} at most, {each} each."
        )
    if people and activity.most_people is not None and people > activity.most_people:
        yield f"{activity.name}: it is paid for {counted_people(activity.most_people)} at most, and you name {people:,}."


def of_period(request: FundRequest, asked: int) -> Iterator[str]:
    """`asked` is what it would hold beside what is claimed on it."""
    cap = period_left(request)
    if cap is not None and asked > cap.left:
        currency = request.currency
        used = f", and {show(cap.used, currency)} of it is claimed or approved already" if cap.used else ""
        over = show(asked - cap.left, currency)
        yield f"{request.activity}: a period gets {show(cap.most, currency)} at most{used}. Lower it by {over}."


@dataclass(frozen=True, slots=True)
class Cap:
    """What a period pays for an activity at most, and what of it is claimed or approved already; minor units."""

    most: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


def period_left(request: FundRequest) -> Cap | None:
    """None where the activity has no cap of a period."""
    activity, fund = request.activity, request.allocation
    if activity is None or (activity.period_cap, activity.period_cap_percent) == (None, None):
        return None
    most = period_cap(activity, granted_in_period(fund))
    return None if most is None else Cap(most, used_in_period(request, activity))


def used_in_period(request: FundRequest, activity: Activity) -> int:
    """What the partner's claims of the period ask or got for it, and what other approvals hold for it beside."""
    fund = request.allocation
    here = {"partner": fund.partner_id, "allocation__budget": fund.budget_id}
    lines = Line.objects.filter(activity__name=activity.name, claim__status__in=COUNTED)
    lines = lines.filter(**{f"claim__{name}": value for name, value in here.items()})
    of_claims = lines.aggregate(total=Sum(Coalesce("accepted", "asked"), default=0))["total"]
    others = FundRequest.objects.in_force().filter(**here, activity__name=activity.name).exclude(pk=request.pk)
    return int(of_claims) + int(others.aggregate(total=Sum("reserved", default=0))["total"])


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a second look. It stops nobody; `code` tells which were shown before. `of` is the request it is about."""

    code: str
    words: str
    of: FundRequest | None = None


def notices(request: FundRequest) -> list[Notice]:
    """Warnings: too little money, more than one claim needed, and requests that are much like this one."""
    return [*of_money(request), *of_caps(request), *(like(found, why) for found, why in similar(request))]


def of_money(request: FundRequest) -> Iterator[Notice]:
    fund, currency = request.allocation, request.currency
    if request.asked <= fund.available:
        return
    left = show(fund.available, currency)
    yield Notice(
        "money",
        f"It asks for {show(request.asked, currency)}, and this fund has {left} that is not claimed or set aside. "
        "More than that cannot be approved unless the vendor grants more.",
    )


def of_caps(request: FundRequest) -> Iterator[Notice]:
    activity, currency = request.activity, request.currency
    if activity is None or activity.claim_cap is None or request.asked <= activity.claim_cap:
        return
    cap = show(activity.claim_cap, currency)
    yield Notice("cap", f"A claim for {activity.name} gets {cap} at most: this takes more than one claim.")


def like(found: FundRequest, why: str) -> Notice:
    status = RequestStatus(found.status).label.lower()
    return Notice(f"like-{found.pk}", f"{found.number} «{found.title}» is much like it ({why}; {status}).", found)


def similar(request: FundRequest) -> list[tuple[FundRequest, str]]:
    """Other requests of the partner to the same vendor that stand or wait, and why they look like this one. One query."""
    others = (
        FundRequest.objects.filter(
            partner=request.partner_id,
            allocation__budget__program__vendor=request.allocation.budget.program.vendor_id,
            status__in=[*AWAITING_DECISION, *IN_FORCE, RequestStatus.COMPLETED],
        )
        .exclude(pk=request.pk)
        .select_related("allocation__budget__program", "activity")
        .order_by("-filed_at")[:LOOKED_AT]
    )
    return [(other, why) for other in others if (why := alike(request, other))]


def alike(request: FundRequest, other: FundRequest) -> str:
    """Why the other looks like this one, in words; empty where it does not."""
    first, last = request.starts_on, request.ends_on or request.starts_on
    if first and last and other.starts_on and other.ends_on:
        if first <= other.ends_on and other.starts_on <= last:
            return "on the same days"
        same = (
            request.activity is not None and other.activity is not None and request.activity.name == other.activity.name
        )
        if same and first - NEAR <= other.ends_on and other.starts_on <= last + NEAR:
            return "the same kind of activity, close in time"
    titles = (plain(request.title), plain(other.title))
    return "nearly the same title" if SequenceMatcher(None, *titles).ratio() >= ALIKE else ""


def plain(title: str) -> str:
    return " ".join(title.casefold().split())
