"""How long a vendor usually takes to decide and to pay, and the partner to file: from the partner's own claims, else as promised.

Usual is the median of the last two years, where `ENOUGH` claims tell it. Else the terms' promise holds: to decide within
`review_days` of the filing, to pay within `pay_days` of it. Where these say nothing either, it is not known.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median_high
from typing import NamedTuple

from claims.models import Claim, Payment
from claims.states import DECIDED
from claims.states.payments import PaymentStatus
from partners.models import Company, User
from programs.models import Terms

ENOUGH = 3
LOOKED_BACK = timedelta(days=730)
# How long a partner takes to file that has filed too little to tell.
TO_FILE = 14


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual days of something, and how many claims tell it."""

    days: int
    claims: int


def usual(days: Sequence[int]) -> Usual | None:
    return Usual(median_high(days), len(days)) if len(days) >= ENOUGH else None


class Basis(StrEnum):
    """What a day is reckoned from."""

    USUAL = "Your own claims"
    PROMISED = "The terms’ promise"
    UNKNOWN = "Not known"
    PLANNED = "The activity’s first day"


class Expected(NamedTuple):
    day: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Pace:
    """With one vendor: to file after an activity, to decide after the filing, to pay after the decision; None: not known."""

    file: Usual | None = None
    decide: Usual | None = None
    pay: Usual | None = None

    @property
    def to_file(self) -> int:
        return self.file.days if self.file else TO_FILE

    def paid_after_filing(self, filed_on: date, terms: Terms) -> Expected:
        """When a claim that is filed on that day is paid."""
        deciding = self.decide.days if self.decide else terms.review_days
        if self.pay and deciding is not None:
            return Expected(filed_on + timedelta(days=deciding + self.pay.days), Basis.USUAL)
        return promised(filed_on, terms)

    def paid_after_decision(self, decided_on: date, filed_on: date, terms: Terms) -> Expected:
        if self.pay:
            return Expected(decided_on + timedelta(days=self.pay.days), Basis.USUAL)
        return promised(filed_on, terms)


def promised(filed_on: date, terms: Terms) -> Expected:
    if terms.pay_days is None:
        return Expected(None, Basis.UNKNOWN)
    return Expected(filed_on + timedelta(days=terms.pay_days), Basis.PROMISED)


def paces(user: User, company: Company, now: datetime) -> dict[int, Pace]:
    """By vendor, from the partner's own claims and payments. Two queries."""
    filing, deciding, paying = defaultdict(list), defaultdict(list), defaultdict(list)
    own = Claim.objects.visible_to(user).of_partner(company).filter(filed_at__gte=now - LOOKED_BACK)
    decided = own.filter(status__in=DECIDED, decided_at__isnull=False).order_by()
    found = decided.values_list("allocation__budget__program__vendor", "ran_until", "filed_at", "decided_at")
    for vendor, ran_until, filed_at, decided_at in found:
        deciding[vendor].append((decided_at.date() - filed_at.date()).days)
        if ran_until:
            filing[vendor].append(max(0, (filed_at.date() - ran_until).days))
    paid = Payment.objects.filter(claim__in=decided.values("pk"), status=PaymentStatus.CONFIRMED, paid_on__isnull=False)
    for vendor, decided_at, paid_on in paid.values_list("vendor", "claim__decided_at", "paid_on"):
        paying[vendor].append(max(0, (paid_on - decided_at.date()).days))
    vendors = {*deciding, *paying}
    return {vendor: Pace(*(usual(days[vendor]) for days in (filing, deciding, paying))) for vendor in vendors}
