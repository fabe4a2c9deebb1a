"""What a partner knows of its vendors, block by block: any number of vendors in the same few queries.

Everything is of what the user may see. Amounts are minor units of the currency beside them; two currencies are never added.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from claims.models import Claim, FundRequest, Payment
from claims.states import ClaimStatus
from claims.states.payments import ON_THE_WAY, WAITING, PaymentStatus, Side
from dashboards.reports import roi
from dashboards.reviews.offers import Opening, Unused, openings, unused
from dashboards.reviews.scope import Scope
from funds.models import Allocation, Movement
from funds.states import Act
from funds.terms import Step, Todo
from partners.models import Company
from plans.models import AgreedStep


@dataclass(frozen=True, slots=True)
class Left:
    """A fund with money that nobody has claimed. `extends_to`: the latest day that its terms allow, where that is later."""

    fund: Allocation
    step: Step
    today: date
    extends_to: date | None

    @property
    def is_at_risk(self) -> bool:
        return self.step.is_at_risk(self.today)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that is not decided or not filed yet, or a request that waits for the vendor; `days` since it was filed.

    `late` are the days since the terms promised an answer; None where they promise none.
    """

    about: Claim | FundRequest
    days: int
    late: int | None

    @property
    def is_filed(self) -> bool:
        return self.about.status != ClaimStatus.DRAFT

    @property
    def is_request(self) -> bool:
        return isinstance(self.about, FundRequest)

    @property
    def waits_for_vendor(self) -> bool:
        return self.is_filed and self.about.status != ClaimStatus.INFO_REQUESTED


@dataclass(frozen=True, slots=True)
class Due:
    """A payment of what was approved, that has not arrived. `late` days after the day by which it was due, before it negative."""

    payment: Payment
    by: date
    late: int
    held_since: date | None = None  # by the vendor


@dataclass(slots=True)
class Balance:
    """In one currency: owed, what of it is overdue, what arrived and what lapsed since the period began, what is being decided.

    `stated_on`: where the partner records it itself, the day of the last statement; then `paid` is all that it ever brought.
    """

    currency: str
    owed: int = 0
    overdue: int = 0
    paid: int = 0
    lapsed: int = 0
    deciding: int = 0
    stated_on: date | None = None


@dataclass(slots=True)
class Review:
    """Of one vendor."""

    vendor: Company
    today: date
    since: date
    left: list[Left] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    balances: dict[str, Balance] = field(default_factory=dict)
    returns: list[dict[str, Any]] = field(default_factory=list)
    steps: list[AgreedStep] = field(default_factory=list)

    def balance(self, currency: str) -> Balance:
        return self.balances.setdefault(currency, Balance(currency))

    @property
    def left_totals(self) -> list[tuple[str, int]]:
        """Per currency, the largest first."""
        sums: dict[str, int] = defaultdict(int)
        for left in self.left:
            sums[left.fund.currency] += left.step.amount
        return sorted(sums.items(), key=lambda entry: -entry[1])


def reviews(scope: Scope) -> list[Review]:
    """One of each vendor, in their order."""
    found = {vendor.pk: Review(vendor, scope.today, scope.since) for vendor in scope.vendors}
    for block in (add_funds, add_waiting, add_owed, add_paid, add_lapsed, add_returns, add_steps):
        block(scope, found)
    for vendor_id, offers in openings(scope).items():
        found[vendor_id].openings = offers
    for vendor_id, kits in unused(scope).items():
        found[vendor_id].unused = kits
    return list(found.values())


def add_funds(scope: Scope, found: dict[int, Review]) -> None:
    """What is left of each fund, the first to lapse on top; and of the own books what their statements say."""
    kept = Q(budget__program__vendor__kept_by__isnull=False)
    funds = Allocation.objects.visible_to(scope.user).of_partner(scope.company).with_terms()
    funds = funds.filter(Q(available__gt=0) | Q(reserved__gt=0) | kept, budget__program__vendor__in=scope.ids)
    for fund in funds.order_by("claim_by", "expires_on", "pk"):
        review, today = found[fund.program.vendor_id], fund.today(scope.now)
        step = fund.next_step(today)
        if step.todo not in (Todo.LOST, Todo.NONE):
            extends_to = fund.longest if fund.is_extendable(today) and not fund.is_kept else None
            review.left.append(Left(fund, step, today, extends_to))
        if fund.is_kept:
            balance = review.balance(fund.currency)
            balance.owed += fund.approved
            balance.deciding += fund.claimed
            balance.paid += fund.paid
            balance.lapsed += fund.lapsed
            balance.stated_on = max(filter(None, [balance.stated_on, fund.stated_on]), default=None)


def add_waiting(scope: Scope, found: dict[int, Review]) -> None:
    """Claims without a decision, and requests that the vendor has not answered, the longest wait on top; drafts last."""
    vendor = {"allocation__budget__program__vendor__in": scope.ids}
    claims = Claim.objects.visible_to(scope.user).of_partner(scope.company).open().filter(**vendor).with_fund()
    requests = FundRequest.objects.visible_to(scope.user).of_partner(scope.company).awaiting_vendor()
    for claim in claims.order_by("filed_at", "pk"):
        review = found[claim.program.vendor_id]
        if claim.is_awaiting_payment:
            review.balance(claim.currency).owed += (claim.approved or 0) - claim.paid
        else:
            review.waiting.append(waiting(claim, scope.now))
            review.balance(claim.currency).deciding += claim.asked if claim.is_awaiting_decision else 0
    for request in requests.filter(**vendor).with_fund():
        found[request.program.vendor_id].waiting.append(waiting(request, scope.now))
    for review in found.values():
        review.waiting.sort(key=lambda w: (not w.is_filed, -w.days, w.is_request, w.about.pk))


def waiting(about: Claim | FundRequest, now: datetime) -> Waiting:
    """Days count where the program is."""
    if about.filed_at is None or about.status == ClaimStatus.DRAFT:
        return Waiting(about, 0, None)
    days = (about.program.today(now) - about.program.today(about.filed_at)).days
    promised = about.allocation.terms.review_days
    return Waiting(about, days, None if promised is None else days - promised)


def add_owed(scope: Scope, found: dict[int, Review]) -> None:
    """Payments that have not arrived, the longest overdue on top."""
    payments = Payment.objects.visible_to(scope.user).filter(partner=scope.company.pk, vendor__in=scope.ids)
    payments = payments.filter(status__in=[*WAITING, *ON_THE_WAY]).with_claim().prefetch_related("holds")
    for payment in payments:
        review = found[payment.vendor_id]
        by = due_by(payment)
        late = (payment.claim.program.today(scope.now) - by).days
        held = [hold for hold in payment.holds.all() if hold.side == Side.VENDOR and hold.closed_at is None]
        since = held[0].opened_at.date() if held else None
        review.due.append(Due(payment, by, late, since))
        review.balance(payment.currency).overdue += payment.amount if late > 0 else 0
    for review in found.values():
        review.due.sort(key=lambda due: (due.by, due.payment.pk))


def due_by(payment: Payment) -> date:
    """As planned, and no earlier than the terms promise: as finance is reminded of it."""
    claim = payment.claim
    promised = timedelta(days=claim.allocation.terms.pay_days or 0)
    return max(payment.due_on, claim.program.today(claim.filed_at or payment.created_at) + promised)


def add_paid(scope: Scope, found: dict[int, Review]) -> None:
    payments = Payment.objects.visible_to(scope.user).filter(partner=scope.company.pk, vendor__in=scope.ids)
    arrived = payments.filter(status=PaymentStatus.CONFIRMED, paid_on__gte=scope.since).order_by()
    for vendor_id, currency, paid in arrived.values_list("vendor", "currency").annotate(paid=Sum("received")):
        found[vendor_id].balance(currency).paid += paid


def add_lapsed(scope: Scope, found: dict[int, Review]) -> None:
    """What lapsed since and was not given back by more time. Of the own books the balances say so."""
    funds = Allocation.objects.visible_to(scope.user).of_partner(scope.company).on_windfall()
    moved = Movement.objects.filter(allocation__in=funds.filter(budget__program__vendor__in=scope.ids).order_by())
    moved = moved.filter(act__in=[Act.EXPIRE, Act.EXTEND], posted_at__date__gte=scope.since)
    program = "allocation__budget__program__"
    by_vendor = moved.order_by().values_list(f"{program}vendor", f"{program}currency")
    lost, back = (Coalesce(Sum("amount", filter=Q(act=act)), 0) for act in (Act.EXPIRE, Act.EXTEND))
    for vendor_id, currency, lapsed in by_vendor.annotate(lapsed=lost - back):
        found[vendor_id].balance(currency).lapsed += max(0, lapsed)


def add_returns(scope: Scope, found: dict[int, Review]) -> None:
    """What came of the activities whose claims were decided since the period began."""
    asked = roi.Scope(scope.user, scope.company, since=scope.since, of_partner=True)
    for row in roi.returns(asked, "vendor"):
        if int(row["key"]) in found:
            found[int(row["key"])].returns.append(row)


def add_steps(scope: Scope, found: dict[int, Review]) -> None:
    """Open steps, the first due on top, then those that were done since the period began."""
    steps = AgreedStep.objects.visible_to(scope.user).of_partner(scope.company).filter(vendor__in=scope.ids)
    done = Q(done_at__date__gte=scope.since)
    for step in in_order(steps.filter(Q(done_at=None, dropped_at=None) | done).with_people()):
        found[step.vendor_id].steps.append(step)


def in_order(steps: Iterable[AgreedStep]) -> list[AgreedStep]:
    return sorted(steps, key=lambda step: (not step.is_open, step.due_on, step.pk))
