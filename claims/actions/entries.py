"""What the partner types of each invoice becomes lines: what counts of it, and the vendor's share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format

from claims.actions.steps import ClaimRefused
from claims.amounts import counted
from claims.models import Claim, Dated, Line, Rates
from claims.models.lines import new_key
from programs.models import Activity, Terms
from programs.money import LARGEST, share


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as the partner typed it.

    `total` and `tax`, which is within it, are what the invoice says, in minor units of `currency` ("" for the program's). `part`
    is how much of the total is asked here, None for all. `key` is the line's from before, "" for a new one.
    """

    what: str
    supplier: str
    invoice_number: str
    invoice_date: date
    total: int
    activity: Activity | None = None
    people: int | None = None
    tax: int = 0
    currency: str = ""
    part: int | None = None
    key: str = ""


def no_rate(currency: str, into: str, day: date) -> str:
    return f"There is no rate from {currency} to {into} of {date_format(day)} or the week before."


def built(claim: Claim, entries: Sequence[Entry]) -> list[Line]:
    """Unsaved lines of the claim, in their order. ClaimRefused where a rate is missing or an amount comes to nothing."""
    into = claim.currency
    rates = Rates(into, ((entry.currency, entry.invoice_date) for entry in entries))
    lines, taken = [], set()
    for position, entry in enumerate(entries, start=1):
        line = line_of(entry, claim, rates)
        line.position = position
        line.key = entry.key if entry.key and entry.key not in taken else new_key()
        taken.add(line.key)
        lines.append(line)
    if sum(line.asked for line in lines) > LARGEST:
        raise ClaimRefused("These lines add up to more than any fund holds.")
    return lines


def line_of(entry: Entry, claim: Claim, rates: Rates) -> Line:
    into, terms = claim.currency, claim.allocation.terms
    foreign = "" if entry.currency == into else entry.currency
    dated: Dated | None = None
    if foreign:
        dated = rates.of(foreign, entry.invoice_date)
        if dated is None:
            raise ClaimRefused(no_rate(foreign, into, entry.invoice_date))
    part = entry.total if entry.part is None else entry.part
    amount = counted(
        total=entry.total,
        tax=entry.tax,
        part=part,
        with_tax=terms.tax_included,
        currency=foreign or into,
        into=into,
        rate=dated.rate if dated else None,
    )
    if not 0 < amount <= LARGEST:
        raise ClaimRefused(f"{entry.what}: nothing of this invoice counts. Check its amounts.")
    return Line(
        claim=claim,
        activity=entry.activity,
        people=entry.people,
        what=entry.what,
        supplier=entry.supplier,
        invoice_number=entry.invoice_number,
        invoice_date=entry.invoice_date,
        net=entry.total - entry.tax,
        tax=entry.tax,
        total=entry.total,
        part=part,
        invoice_currency=foreign,
        rate=dated.rate if dated else None,
        rate_day=dated.day if dated else None,
        rate_source=dated.source if dated else "",
        amount=amount,
        asked=share(amount, rate_of(entry.activity, terms)),
    )


def rate_of(activity: Activity | None, terms: Terms) -> Decimal:
    """What the vendor pays of it, in percent."""
    return terms.reimbursement_percent if activity is None or activity.rate is None else activity.rate
