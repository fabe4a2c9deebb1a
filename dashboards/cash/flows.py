"""What a partner is going to pay for activities, and what vendors will pay back of it, each with the day when it is expected.

A request in force is paid for when its activity begins; what its vendor set aside comes back once the activity is over,
claimed, decided and paid; so does what is planned. A claim that is filed or approved costs nothing more. Outside the plan, what
waits for an approval is not counted, nor is a draft. Amounts are minor units; those of different currencies are never added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from claims.models import Claim, FundRequest
from claims.states import AWAITING_DECISION, AWAITING_PAYMENT
from dashboards.cash.pace import Basis, Pace
from funds.models import Allocation
from partners.models import Company, User
from plans.demand import is_to_come
from plans.figures import figures
from plans.models import PlannedActivity, PlannedFunding
from plans.standing import standing
from programs.days import Clock


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that goes out or comes in on `day`; None: nobody can tell when.

    `own` is the partner's own share and `advanced` what it pays for its vendor until then, both out; `back` comes in.
    `late` where the usual time is over already: it then stands today.
    """

    day: date | None
    currency: str
    vendor: str
    vendor_id: int | None  # None: what several vendors pay of
    title: str
    url: str
    what: str
    basis: Basis
    own: int = 0
    advanced: int = 0
    back: int = 0
    late: bool = False

    @property
    def month(self) -> date | None:
        return self.day and self.day.replace(day=1)

    @property
    def order(self) -> tuple:
        """The soonest first, what nobody can tell last."""
        return self.day is None, self.day or date.max, self.title, self.url


def flows(*, user: User, company: Company, paces: dict[int, Pace], now: datetime) -> list[Flow]:
    """Of everything that is under way, the soonest first, what nobody can tell last. A few queries, however much it is."""
    found = [
        *of_plan(user, company, paces, now),
        *of_requests(user, company, paces, now),
        *of_claims(user, company, paces, now),
        *of_books(user, company),
    ]
    return sorted(found, key=lambda flow: flow.order)


def of_plan(user: User, company: Company, paces: dict[int, Pace], now: datetime) -> Iterator[Flow]:
    """An activity that is still to come is paid for when it begins; what a fund is to pay of it comes back in its own currency.

    What a vendor approved, or what is claimed, is told by its request or claim.
    """
    today = Clock(now).day_in(company.time_zone)
    for activity in PlannedActivity.objects.visible_to(user).of_company(company).counted().with_fundings():
        fundings = list(activity.fundings.all())
        starts_on = activity.starts_on or activity.in_quarter.first
        ends_on = activity.last_day or activity.in_quarter.last
        url = reverse("plans:activity", args=[activity.pk])
        if ends_on >= today:
            sums = figures(activity, fundings)
            yield Flow(
                max(today, starts_on),
                activity.currency,
                vendor="",
                vendor_id=None,
                title=activity.title,
                url=url,
                what="Planned activity",
                basis=Basis.PLANNED,
                own=sums.own + sums.unfunded,
                advanced=sums.vendors,
            )
        for funding in fundings:
            if not is_to_come(funding):
                continue
            fund = funding.allocation
            pace = paces.get(fund.program.vendor_id, Pace())
            filed_on = max(ends_on + timedelta(days=pace.to_file), today)
            day, basis = pace.paid_after_filing(min(filed_on, max(fund.claim_by, today)), fund.terms)
            back = standing(funding).amount
            yield Flow(day, **about(fund, activity.title, url), what="Planned", basis=basis, back=back)


def of_requests(user: User, company: Company, paces: dict[int, Pace], now: datetime) -> Iterator[Flow]:
    own = FundRequest.objects.visible_to(user).of_partner(company).in_force().filter(reserved__gt=0)
    # What a plan says of its cost, it says for all funds that pay of it.
    in_plan = PlannedFunding.objects.counted().filter(request=OuterRef("pk"))
    for request in own.with_fund().annotate(is_planned=Exists(in_plan)):
        fund = request.allocation
        today = fund.today(now)
        said = about(fund, request.title, reverse("claims:request", args=[request.pk]))
        # Of what it costs, the part that no claim drew on yet.
        cost = round(Fraction(request.cost * request.reserved, request.approved))
        if today <= request.ends_on and not request.is_planned:
            out = {"own": cost - request.reserved, "advanced": request.reserved}
            first = max(today, request.starts_on)
            yield Flow(first, **said, what="Approved activity", basis=Basis.PLANNED, **out)
        pace = paces.get(fund.program.vendor_id, Pace())
        filed_on = max(request.ends_on + timedelta(days=pace.to_file), today)
        day, basis = pace.paid_after_filing(min(filed_on, max(request.claim_by, today)), fund.terms)
        yield Flow(day, **said, what="To be claimed", basis=basis, back=request.reserved)


def of_claims(user: User, company: Company, paces: dict[int, Pace], now: datetime) -> Iterator[Flow]:
    waiting = Claim.objects.visible_to(user).of_partner(company)
    for claim in waiting.filter(status__in=[*AWAITING_DECISION, *AWAITING_PAYMENT]).with_fund():
        fund = claim.allocation
        today, filed_on = fund.today(now), claim.filed_at.date()
        pace = paces.get(fund.program.vendor_id, Pace())
        if claim.is_awaiting_payment:
            what, back = "Claim approved", (claim.approved or 0) - claim.paid
            day, basis = pace.paid_after_decision((claim.decided_at or now).date(), filed_on, fund.terms)
        else:
            what, back = "Claim filed", claim.asked
            day, basis = pace.paid_after_filing(filed_on, fund.terms)
        if back <= 0:
            continue
        said = about(fund, claim.title, reverse("claims:detail", args=[claim.pk]))
        is_late = day is not None and day < today
        yield Flow(today if is_late else day, **said, what=what, basis=basis, back=back, late=is_late)


def of_books(user: User, company: Company) -> Iterator[Flow]:
    """What statements of vendors that are not on Windfall say is on its way: they name no day."""
    own = Allocation.objects.visible_to(user).of_partner(company).with_terms()
    for fund in own.filter(Q(claimed__gt=0) | Q(approved__gt=0), budget__program__vendor__kept_by__isnull=False):
        said = about(fund, fund.name, reverse("funds:allocation", args=[fund.pk]))
        yield Flow(
            None,
            **said,
            what="On its way, as the statement says",
            basis=Basis.UNKNOWN,
            back=fund.claimed + fund.approved,
        )


def about(fund: Allocation, title: str, url: str) -> dict:
    vendor = fund.program.vendor
    return {"currency": fund.currency, "vendor": vendor.name, "vendor_id": vendor.pk, "title": title, "url": url}
