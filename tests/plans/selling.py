"""Sales people, targets and SPIFFs as tests make them: through the actions that pages use."""

from datetime import date, timedelta
from itertools import count

from partners.models import Company, User
from plans.actions import sellers, spiffs, targets
from plans.models import SalesPerson, SalesTarget, SpiffEarning
from plans.quarters import Quarter
from plans.target_figures import FIGURES
from programs.models import Program
from tests.cast import NOW, TODAY

RUNNING = Quarter(2026, 4)
numbers = count(1)


def seller(partner: Company, by: User, name: str = "Sally", user: User | None = None) -> SalesPerson:
    return sellers.add(partner=partner, name=name, user=user, by=by, now=NOW)


def target(
    person: SalesPerson,
    by: User,
    *,
    quarter: Quarter = RUNNING,
    currency: str = "USD",
    version: int = 0,
    **figures: int,
) -> SalesTarget:
    """What is not named is not expected."""
    wanted = targets.Wanted(person, version, dict.fromkeys(FIGURES, 0) | figures)
    targets.set_targets(partner=person.partner, quarter=quarter, currency=currency, wanted=[wanted], by=by, now=NOW)
    return SalesTarget.objects.of_quarter(quarter).get(person=person, currency=currency)


def spiff(
    person: SalesPerson,
    program: Program,
    by: User,
    amount: int = 250_00,
    *,
    reference: str = "",
    earned_on: date = TODAY - timedelta(days=10),
    paid_on: date | None = None,
) -> SpiffEarning:
    new = spiffs.NewSpiff(person, program, reference or f"PO-{next(numbers)}", earned_on, amount, paid_on)
    (made,) = spiffs.enter(partner=person.partner, new=[new], by=by, now=NOW)
    return made


def one_selling(program: Program, partner: Company, owner: User) -> dict[str, object]:
    """A sales person with a target of this quarter and a SPIFF."""
    person = seller(partner, owner)
    target(person, owner, leads=20, currency=program.currency)
    return {"seller": person, "spiff": spiff(person, program, owner)}
