"""What the invoices among a claim's files say: read once, kept with the file, and offered beside it.

The reader sees a stranger's file, so it runs bounded, as the checks do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from claims import fingerprints
from claims.models import Claim, Line, Proof
from claims.models.invoices import folded
from claims.reading.invoice import Found, read
from claims.reading.marks import Mark, marks_in
from claims.reading.text import text_of
from partners.models import Company
from programs.bounds import Broke, bounded
from programs.money import LARGEST, digits, plain, show
from programs.states import FileKind

MOST_AT_ONCE = 3
MOST_KNOWN = 500


def found_in(content: bytes, partner: Company) -> tuple[Found, list[Mark]]:
    """What a PDF says as an invoice, and whose numbers stand on it; nothing for a scan, and for what cannot be read in time."""
    known = Line.objects.filter(claim__partner=partner.pk).order_by("supplier").values_list("supplier", flat=True)
    try:
        text = bounded(text_of, content)
    except Broke:
        return Found(), []
    return read(text, known=list(known.distinct()[:MOST_KNOWN]), own=partner.name), marks_in(text)


def read_proof(proof: Proof, partner: Company) -> None:
    """Read the file and keep what it says. OSError if it is gone."""
    if proof.kind == FileKind.PDF:
        with proof.file.open("rb") as file:
            keep(proof, *found_in(file.read(), partner))
    else:
        keep(proof, Found())


def keep(proof: Proof, found: Found, marks: Sequence[Mark] = ()) -> None:
    proof.read, proof.marks = found.as_json(), fingerprints.of(marks)
    # Of a claim that was filed meanwhile everything stays as it is.
    Proof.objects.filter(pk=proof.pk, claim__status="draft").update(read=proof.read, marks=proof.marks)


def read_what_is_new(claim: Claim, proofs: Sequence[Proof]) -> None:
    """Do what a lost or late task left, a few files at once."""
    waiting = [proof for proof in proofs if proof.read is None and proof.kind == FileKind.PDF]
    for proof in waiting[:MOST_AT_ONCE]:
        try:
            read_proof(proof, claim.partner)
        except OSError:
            keep(proof, Found())


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says as an invoice, in minor units of `currency`; what was not found is empty."""

    proof: Proof
    number: str
    day: date | None
    total: int | None
    tax: int | None
    currency: str
    supplier: str

    @property
    def words(self) -> list[str]:
        """As the page says it."""
        found = [f"number {self.number}"] if self.number else []
        if self.day:
            found.append(f"{self.day:%-d %b %Y}")
        if self.total is not None:
            tax = f", of it tax {show(self.tax, self.currency)}" if self.tax else ""
            found.append(f"total {show(self.total, self.currency)}{tax}")
        return [*found, *([self.supplier] if self.supplier else [])]

    def row(self, program_currency: str) -> dict[str, str]:
        """As somebody would type it."""
        return {
            "supplier": self.supplier,
            "invoice_number": self.number,
            "invoice_date": self.day.isoformat() if self.day else "",
            "total": plain(self.total, self.currency) if self.total is not None else "",
            "tax": plain(self.tax, self.currency) if self.tax else "",
            "currency": self.currency if self.currency != program_currency else "",
        }


def minor(text: str, currency: str) -> int | None:
    amount = int(Decimal(text).scaleb(digits(currency)))
    return amount if 0 < amount <= LARGEST else None


def said(proof: Proof, program_currency: str) -> Said | None:
    """None where it says too little to be of use: an invoice has a number or a total."""
    kept: Mapping[str, str] = proof.read or {}
    currency = kept.get("currency") or program_currency
    total = minor(kept["total"], currency) if "total" in kept else None
    tax = minor(kept["tax"], currency) if "tax" in kept and total else None
    if not kept.get("number") and total is None:
        return None
    day = date.fromisoformat(kept["day"]) if "day" in kept else None
    return Said(proof, kept.get("number", ""), day, total, tax, currency, kept.get("supplier", ""))


def offered(claim: Claim, rows: Sequence[Mapping[str, Any]], proofs: Sequence[Proof]) -> dict[int, Said]:
    """By a file's id: what it says, where no line has its number yet and none was given to it."""
    numbers = {folded(str(row.get("invoice_number", ""))) for row in rows}
    found = {}
    for proof in proofs:
        invoice = said(proof, claim.currency)
        if invoice and not proof.lines and (not invoice.number or folded(invoice.number) not in numbers):
            found[proof.pk] = invoice
    return found


def differences(claim: Claim, lines: Sequence[Line], proofs: Sequence[Proof]) -> list[tuple[Line, Proof, str]]:
    """Where a line says something else than the invoice that was attached to it, or that has its number, in words."""
    found = []
    for proof in proofs:
        invoice = said(proof, claim.currency)
        if invoice is None:
            continue
        own = [line for line in lines if line.key in proof.lines]
        own = own or [
            line for line in lines if invoice.number and folded(line.invoice_number) == folded(invoice.number)
        ]
        for line in own:
            if words := told_apart(line, own, invoice, claim.currency):
                found.append((line, proof, words))
    return found


def told_apart(line: Line, of_it: Sequence[Line], invoice: Said, program_currency: str) -> str:
    """`of_it` are all lines of that invoice: their totals may be the whole, or add up to it."""
    said, typed = [], []
    currency = line.invoice_currency or program_currency
    if invoice.number and folded(invoice.number) != folded(line.invoice_number):
        said.append(f"number {invoice.number}")
        typed.append(line.invoice_number)
    if invoice.day and invoice.day != line.invoice_date:
        said.append(f"{invoice.day:%-d %b %Y}")
        typed.append(f"{line.invoice_date:%-d %b %Y}")
    whole = {line.total, sum(other.total for other in of_it)}
    if invoice.total is not None and (invoice.currency != currency or invoice.total not in whole):
        said.append(f"total {show(invoice.total, invoice.currency)}")
        typed.append(show(line.total, currency))
    elif invoice.tax is not None and len(of_it) == 1 and invoice.tax != line.tax:
        said.append(f"tax {show(invoice.tax, invoice.currency)}")
        typed.append(f"tax {show(line.tax, currency)}")
    if invoice.supplier and not same_name(invoice.supplier, line.supplier):
        said.append(invoice.supplier)
        typed.append(line.supplier)
    if not said:
        return ""
    return f"{invoice.proof.name} says {', '.join(said)}; you typed {', '.join(typed)}."


def same_name(one: str, other: str) -> bool:
    """Acme Media is Acme Media Ltd."""
    words = [set(re.findall(r"\w{2,}", name.casefold())) for name in (one, other)]
    return words[0] <= words[1] or words[1] <= words[0]
