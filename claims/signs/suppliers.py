"""Suppliers that are new, or close to the partner itself."""

import re
from collections.abc import Iterator

from django.db.models import Min

from claims.models import Line
from claims.signs.cases import MOST, Case, Cases, Sign, grouped
from partners.models import Membership
from programs.money import digits, show

# A name of fewer letters is in many others by chance.
LEAST_NAME = 5
# Anybody's mail: says nothing of who they are.
PUBLIC_MAIL = {
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "live",
    "yahoo",
    "icloud",
    "proton",
    "protonmail",
    "gmx",
    "mail",
}
KNOWN = 3
ROUND = 1000


def key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def new_and_round(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """The first invoice of a supplier, over a round sum, from a partner that has filed before."""
    rows = (
        Line.objects.filter(claim__partner__in=cases.partners, claim__in=cases.others)
        .order_by()
        .values_list("claim__partner_id", "supplier_key")
        .annotate(first=Min("claim__filed_at"))[:MOST]
    )
    known = grouped((partner, (supplier, first)) for partner, supplier, first in rows)
    for case in cases:
        filed = case.claim.filed_at
        before = {supplier for supplier, first in known.get(case.claim.partner_id, ()) if filed and first < filed}
        if len(before) < KNOWN:
            continue
        step = ROUND * 10 ** digits(case.claim.currency)
        for line in case.lines:
            if line.supplier_key not in before and line.amount % step == 0:
                amount = show(line.amount, case.claim.currency)
                words = f"{line.supplier} is new with this partner, and its invoice is a round {amount}"
                yield case, Sign("new_supplier", words)


def close_to_partner(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """The supplier has the name of the partner, or of the domain that its people write from."""
    mails = Membership.objects.active().filter(company__in=cases.partners).values_list("company_id", "user__email")
    domains = grouped((company, mail.rpartition("@")[2]) for company, mail in mails[:MOST])
    for case in cases:
        own = key(case.claim.partner.name)
        labels = {domain: key(domain.split(".")[0]) for domain in domains.get(case.claim.partner_id, ())}
        for line in case.lines:
            supplier = key(line.supplier)
            if is_in(own, supplier):
                yield case, Sign("close_supplier", f"The supplier {line.supplier} has the partner's own name")
            for domain, label in labels.items():
                if label not in PUBLIC_MAIL and label != own and is_in(label, supplier):
                    words = f"The supplier {line.supplier} has the name of the partner's mail domain {domain}"
                    yield case, Sign("close_supplier", words)


def is_in(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST_NAME and short in long
