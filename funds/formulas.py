"""Shares of a budget worked out for many partners at once. Grants nothing: what comes out are rows, as from a file of grants."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum, TextChoices

from funds.models import Allocation, Budget
from funds.years import IN_USE
from partners.models import Partner
from partners.tables import Row
from programs.models import Enrolment, Program, Tier, TierHeld
from programs.money import plain, show, split

# Letters that nobody takes for one another, as in all references that Windfall proposes.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Formula(TextChoices):
    EQUAL = "equal", "The same for each"
    TIER = "tier", "By tier"
    USE = "use", "By what each used of an earlier budget"


class FormulaRefused(Exception):
    """The formula gives no shares. Its words are for the user, `field` is what they are about."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class Share:
    """What one partner would get, in minor units, and in words what it follows from."""

    partner: Partner
    amount: int
    basis: str = ""


def takes_part(program: Program) -> QuerySet[Partner]:
    """The partners that have joined this program, or have or had a fund in it, by name."""
    joined = Enrolment.objects.joined().filter(program=program).values("partner")
    holders = Allocation.objects.filter(budget__program=program).values("partner")
    return Partner.objects.filter(Q(pk__in=joined) | Q(pk__in=holders)).order_by("name", "pk")


def used_of(budget: Budget) -> dict[int, int]:
    """What each partner claimed of this budget and did not lose again: claimed, approved or paid; by its id."""
    rows = budget.allocations.order_by().values_list("partner").annotate(used=Sum(IN_USE))
    return {partner: int(used) for partner, used in rows}


def equal_shares(amount: int, partners: Sequence[Partner]) -> list[Share]:
    check_count(partners)
    parts = split(amount, [1] * len(partners))
    return [Share(partner, part) for partner, part in zip(partners, parts, strict=True)]


def shares_by_use(amount: int, partners: Sequence[Partner], earlier: Budget, least: int) -> list[Share]:
    """`least` for each, and the rest of `amount` in proportion to what each used of the earlier budget."""
    check_count(partners)
    used, currency = used_of(earlier), earlier.program.currency
    weights = [used.get(partner.pk, 0) for partner in partners]
    rest = amount - least * len(partners)
    if rest < 0:
        need = show(least * len(partners), currency)
        raise FormulaRefused("least", f"{len(partners)} partners with at least that much need {need} together.")
    if not any(weights):
        raise FormulaRefused(
            "earlier", "None of these partners used anything of it. Choose another one, or equal shares."
        )
    parts = split(rest, weights)
    return [
        Share(partner, least + part, f"used {show(weight, currency) if weight else 'nothing'}")
        for partner, part, weight in zip(partners, parts, weights, strict=True)
    ]


def shares_by_tier(
    amount: int, partners: Sequence[Partner], weights: Mapping[Tier | None, int], vendor_id: int
) -> list[Share]:
    """In proportion to the weight of each partner's tier with this vendor; None is for partners without one."""
    check_count(partners)
    held = dict(TierHeld.objects.filter(vendor=vendor_id).values_list("partner", "tier"))
    by_id = {tier.pk if tier else None: (tier.name if tier else "no tier", weight) for tier, weight in weights.items()}
    found = [by_id[held.get(partner.pk)] for partner in partners]
    if not any(weight for _, weight in found):
        raise FormulaRefused("formula", "None of these partners has a tier with a weight above 0.")
    parts = split(amount, [weight for _, weight in found])
    return [
        Share(partner, part, f"{name}, weight {weight}")
        for partner, part, (name, weight) in zip(partners, parts, found, strict=True)
    ]


def check_count(partners: Sequence[Partner]) -> None:
    if not partners:
        raise FormulaRefused("who", "Nobody has joined this program or has a fund in it. Name the partners instead.")


def run_code(key: str) -> str:
    """Six letters for one showing of the form: what is sent again has the same references, so it grants nothing twice."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    return "".join(LETTERS[number // 32**place % 32] for place in range(6))


def rows_of(
    shares: Sequence[Share], *, budget: Budget, key: str, name: str, expires_on: date, claim_by: date | None
) -> list[Row]:
    """As if a file had named them, line by line. Those who would get nothing are left out."""
    start = f"{budget.program.vendor.slug[:3].upper()}-{run_code(key)}"
    rows: list[Row] = []
    for share in shares:
        if share.amount:
            cells = {
                "partner": share.partner.slug,
                "amount": plain(share.amount, budget.program.currency),
                "reference": f"{start}-{share.partner.pk}",
                "name": name,
                "expires_on": expires_on.isoformat(),
                "claim_by": claim_by.isoformat() if claim_by else "",
            }
            rows.append(Row(len(rows) + 1, cells, note=share.basis))
    return rows
