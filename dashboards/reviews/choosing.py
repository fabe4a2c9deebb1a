"""Which of a partner's vendors are reviewed: those that the user names, else those where most money is to be had."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from claims.models import Claim
from claims.states import AWAITING_PAYMENT
from claims.worth import Exchange
from funds.models import Allocation
from partners.models import Company, User
from partners.states import Kind
from programs.days import Clock
from programs.models import Enrolment, TierHeld
from programs.states import EnrolmentStatus

TOP = 5
# So many are set in one pack: more nobody sits down with.
MOST = 10


@dataclass(slots=True)
class Stake:
    """A vendor with what is still to claim from it and what it owes: minor units by currency, added up."""

    vendor: Company
    amounts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Stakes, the largest first, compared by these rates; what is in an `unknown` currency, which has none, comes last."""

    stakes: list[Stake]
    exchange: Exchange
    unknown: list[str]

    def chosen(self, wanted: Collection[str]) -> list[Company]:
        """The vendors of these ids (of an address, so any words), else the top."""
        named = [stake.vendor for stake in self.stakes if str(stake.vendor.pk) in wanted]
        return named[:MOST] or [stake.vendor for stake in self.stakes[:TOP]]


def vendors_of(user: User, company: Company) -> QuerySet[Company]:
    """Those that the partner has money or a tier from, is in a program of, or records; none for who does not act for it."""
    if not user.has_perm("plans.agree", company):
        return Company.objects.none()
    funds = Allocation.objects.of_partner(company).filter(budget__program__vendor=OuterRef("pk"))
    joined = Enrolment.objects.of_partner(company).filter(program__vendor=OuterRef("pk"), status=EnrolmentStatus.JOINED)
    tiers = TierHeld.objects.filter(partner=company.pk, vendor=OuterRef("pk"))
    here = Q(kept_by=None) & (Q(Exists(funds)) | Q(Exists(joined)) | Q(Exists(tiers)))
    return Company.objects.filter(here | Q(kept_by=company.pk, retired_at=None), kind=Kind.VENDOR)


def ranked(user: User, company: Company, now: datetime) -> Ranking:
    """All of them, in a few queries."""
    stakes = {vendor.pk: Stake(vendor) for vendor in vendors_of(user, company)}
    for vendor_id, currency, amount in amounts(user, company, now):
        if amount and vendor_id in stakes:
            held = stakes[vendor_id].amounts
            held[currency] = held.get(currency, 0) + amount
    currencies = {currency for stake in stakes.values() for currency in stake.amounts}
    exchange = Exchange.on(Clock(now).day_in(company.time_zone), company.currency, currencies)

    def place(stake: Stake) -> tuple:
        worth = exchange.sum(stake.amounts.items())
        rest = sum(amount for _, amount in worth.missing)
        return -worth.amount, -rest, stake.vendor.name.casefold(), stake.vendor.pk

    unknown = sorted(c for c in currencies if c != exchange.into and exchange.rate(c) is None)
    return Ranking(sorted(stakes.values(), key=place), exchange, unknown)


def amounts(user: User, company: Company, now: datetime) -> Iterable[tuple[int, str, int]]:
    """(vendor, currency, minor units) of what is still to claim and of what is owed."""
    funds = Allocation.objects.visible_to(user).of_partner(company).order_by()
    by_vendor = funds.values_list("budget__program__vendor", "budget__program__currency")
    yield from by_vendor.filter(claim_by__gte=now.date()).annotate(left=Sum(F("available") + F("reserved")))
    # Of what the partner records itself no claim tells what is owed: its balances do.
    stated = by_vendor.filter(budget__program__vendor__kept_by__isnull=False)
    yield from stated.annotate(owed=Sum("approved"))
    claims = Claim.objects.visible_to(user).of_partner(company).filter(status__in=AWAITING_PAYMENT).order_by()
    program = "allocation__budget__program__"
    owed = claims.values_list(f"{program}vendor", f"{program}currency")
    yield from owed.annotate(owed=Sum(F("approved") - F("paid")))
