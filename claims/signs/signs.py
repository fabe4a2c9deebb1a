"""All rules over any number of claims."""

from collections.abc import Iterable

from claims.models import Claim
from claims.signs.cases import Cases, Sign, once
from claims.signs.dates import odd_dates
from claims.signs.details import shared_details
from claims.signs.patterns import patterns
from claims.signs.sameness import near_invoice, same_file, same_invoice
from claims.signs.suppliers import close_to_partner, new_and_round
from partners.models import User

RULES = (
    same_file,
    same_invoice,
    near_invoice,
    odd_dates,
    patterns,
    new_and_round,
    close_to_partner,
    shared_details,
)
# More of one kind tell the reviewer nothing more.
MOST_SIGNS = 20


def signs_of(claims: Iterable[Claim], *, seen_by: User) -> dict[int, list[Sign]]:
    """The signs on each of these claims (with fund, terms, program, partner and request), by its id. About ten queries in all."""
    cases = Cases(claims, seen_by)
    if not cases.by_id:
        return {}
    found: dict[int, list[Sign]] = {pk: [] for pk in cases.by_id}
    for rule in RULES:
        for case, sign in rule(cases):
            found[case.claim.pk].append(sign)
    return {pk: once(signs)[:MOST_SIGNS] for pk, signs in found.items()}
