"""Invoices whose date does not fit."""

from collections.abc import Iterator
from datetime import timedelta

from claims.models import Claim, Line
from claims.signs.cases import Case, Cases, Sign

# How far from its activity's days an invoice may well be dated.
AROUND = timedelta(days=60)


def odd_dates(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """Dated before its request was approved, outside the fund's time, or far from the activity. Asks the database nothing."""
    for case in cases:
        for line in case.lines:
            for words in odd(case.claim, line):
                said = f"Invoice {line.invoice_number} is dated {line.invoice_date:%-d %b %Y}, {words}"
                yield case, Sign("odd_date", said)


def odd(claim: Claim, line: Line) -> Iterator[str]:
    day, fund, program = line.invoice_date, claim.allocation, claim.program
    request = claim.request
    if request and request.decided_at and day < program.today(request.decided_at):
        yield f"before {request.number} was approved on {program.today(request.decided_at):%-d %b %Y}"
    if program.starts_on and day < program.starts_on:
        yield f"before the program began on {program.starts_on:%-d %b %Y}"
    if day > fund.expires_on:
        yield f"after the fund's last day, {fund.expires_on:%-d %b %Y}"
    if claim.ran_from and day < claim.ran_from - AROUND:
        yield f"long before the activity, which began on {claim.ran_from:%-d %b %Y}"
    if claim.ran_until and day > claim.ran_until + AROUND:
        yield f"long after the activity, which ended on {claim.ran_until:%-d %b %Y}"
