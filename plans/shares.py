"""What a fund's terms pay of an activity: from what it costs to what the vendor pays, and back. Amounts are minor units."""

from datetime import date
from decimal import Decimal

from claims.request_checks import rate_of
from claims.worth import Exchange
from funds.models import Allocation
from plans.models import PlannedFunding
from programs.models import Activity, Terms
from programs.money import share


def of_kind(terms: Terms, kind: str) -> Activity | None:
    """The activity of that kind that the terms pay for; None where they name none, or several, which only a person can tell."""
    found = [activity for activity in terms.activities.all() if activity.kind == kind]
    return found[0] if len(found) == 1 else None


def percent_of(fund: Allocation, kind: str) -> Decimal:
    """The share of the cost that this fund's vendor pays for an activity of that kind."""
    return rate_of(fund.terms, of_kind(fund.terms, kind))


def cost_behind(amount: int, percent: Decimal) -> int:
    """The cost of which `percent` is exactly `amount`: (502, 50) gives 1004. The same currency."""
    cost = round(amount * 100 / percent)
    while share(cost, percent) < amount:
        cost += 1
    while share(cost, percent) > amount:
        cost -= 1
    return cost


def cost_asked(funding: PlannedFunding) -> int:
    """The cost that its vendor is asked for a share of, in the fund's currency: the plan's own, where that gives the amount."""
    percent = percent_of(funding.allocation, funding.activity.kind)
    is_its_own = funding.currency == funding.activity.currency and share(funding.part, percent) == funding.amount
    return funding.part if is_its_own else cost_behind(funding.amount, percent)


def exchanged(amount: int, base: str, into: str, day: date) -> int | None:
    """The amount in another currency, by the rate of that day or the week before; None where none is known."""
    if base == into or not amount:
        return amount
    worth = Exchange.on(day, into, [base]).of(amount, base)
    return None if worth is None else round(worth)


def part_behind(fund: Allocation, kind: str, amount: int, currency: str, day: date) -> int | None:
    """The part of the activity's cost, in its own currency, that this amount of the fund is the vendor's share of.

    None where no rate between the two currencies is known.
    """
    return exchanged(cost_behind(amount, percent_of(fund, kind)), fund.currency, currency, day)


def share_of(fund: Allocation, kind: str, left: int, currency: str, day: date) -> int | None:
    """What its terms pay of `left`, a part of the activity's cost, in the fund's currency; None where no rate is known."""
    cost = exchanged(left, currency, fund.currency, day)
    return None if cost is None else share(cost, percent_of(fund, kind))


def suggested(fund: Allocation, kind: str, left: int, currency: str, free: int, day: date) -> int:
    """What the fund may pay of `left`, the part of the cost that no other fund pays yet, in the fund's currency.

    `free` is what the fund has that no plan uses. 0 where it can pay nothing, or no rate is known.
    """
    whole = share_of(fund, kind, left, currency, day)
    if not whole:
        return 0
    activity = of_kind(fund.terms, kind)
    cap = activity.claim_cap if activity else None
    return max(0, min(whole, free, *([cap] if cap is not None else [])))
