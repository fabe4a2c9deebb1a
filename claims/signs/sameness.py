"""The same twice: a file, an invoice, or an invoice that is slightly changed."""

from collections.abc import Iterator
from datetime import timedelta

from claims.models import Line, Proof
from claims.signs.cases import MOST, Case, Cases, Sign, grouped
from programs.money import show

NEAR_DAYS = timedelta(days=3)


def same_file(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """A file of the same content is proof of another claim."""
    hashes = {proof.sha256 for case in cases for proof in case.proofs}
    others = Proof.objects.filter(sha256__in=hashes, claim__in=cases.others).select_related("claim__partner")
    by_hash = grouped((proof.sha256, proof.claim) for proof in others.order_by("claim_id")[:MOST])
    for case in cases:
        for proof in case.proofs:
            for claim in by_hash.get(proof.sha256, ()):
                if claim.pk != case.claim.pk and (case.claim.pk, claim.pk) not in cases.shares:
                    yield case, Sign("same_file", f"The file {proof.name} is proof of another claim too", claim)


def same_invoice(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """The same supplier and number, however they are written: case, spaces, punctuation and leading zeros do not count."""
    numbers = {line.number_key for case in cases for line in case.lines if line.number_key}
    suppliers = {line.supplier_key for case in cases for line in case.lines}
    found = cases.other_lines(number_key__in=numbers, supplier_key__in=suppliers) if numbers else []
    by_key = grouped(((line.supplier_key, line.number_key), line) for line in found)
    for case in cases:
        for line in case.lines:
            for other in by_key.get((line.supplier_key, line.number_key), ()):
                if other.claim_id != case.claim.pk and (case.claim.pk, other.claim_id) not in cases.shares:
                    words = f"Invoice {line.invoice_number} of {line.supplier} is on another claim too"
                    if other.invoice_number != line.invoice_number:
                        words += f", as {other.invoice_number}"
                    yield case, Sign("same_invoice", words, other.claim)


def near_invoice(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """Another invoice of the same supplier to the same partner: within a hundredth of the amount and three days."""
    lines = [line for case in cases for line in case.lines]
    if not lines:
        return
    found = cases.other_lines(
        claim__partner__in=cases.partners,
        supplier_key__in={line.supplier_key for line in lines},
        invoice_date__gte=min(line.invoice_date for line in lines) - NEAR_DAYS,
        invoice_date__lte=max(line.invoice_date for line in lines) + NEAR_DAYS,
    )
    by_supplier = grouped(((line.claim.partner_id, line.supplier_key), line) for line in found)
    for case in cases:
        for line in case.lines:
            for other in by_supplier.get((case.claim.partner_id, line.supplier_key), ()):
                if other.claim_id != case.claim.pk and other.number_key != line.number_key and is_near(line, other):
                    yield case, Sign("near_invoice", near_words(line, other, case.claim.currency), other.claim)
        for place, line in enumerate(case.lines):
            for other in case.lines[place + 1 :]:
                if is_twin(line, other):
                    words = f"Lines {line.position} and {other.position} are the same invoice {line.invoice_number}"
                    yield case, Sign("same_line", words)


def is_near(line: Line, other: Line) -> bool:
    close = abs(line.amount - other.amount) * 100 <= max(line.amount, other.amount)
    return close and abs(line.invoice_date - other.invoice_date) <= NEAR_DAYS


def is_twin(line: Line, other: Line) -> bool:
    key = (line.supplier_key, line.number_key, line.amount)
    return key == (other.supplier_key, other.number_key, other.amount)


def near_words(line: Line, other: Line, currency: str) -> str:
    this, that = (
        f"{one.invoice_number} ({show(one.amount, currency)}, {one.invoice_date:%-d %b %Y})" for one in (line, other)
    )
    return f"Invoice {this} of {line.supplier} is almost {that} of the same supplier"
