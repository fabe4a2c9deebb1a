"""One invoice on several claims: filed lines point at one `Invoice`, and their parts never pass its total."""

from collections.abc import Iterable, Sequence

from claims.models import Claim, Invoice, Line
from claims.models.invoices import folded


def invoice_of(line: Line, claim: Claim) -> Invoice:
    """The invoice that this line says it is of, unsaved."""
    return Invoice(
        partner_id=claim.partner_id,
        supplier=line.supplier,
        number=line.invoice_number,
        supplier_key=folded(line.supplier),
        number_key=folded(line.invoice_number),
        day=line.invoice_date,
        currency=line.invoice_currency or claim.currency,
        total=line.total,
    )


def identity(invoice: Invoice) -> tuple:
    return (invoice.number_key, invoice.supplier_key, invoice.day, invoice.currency, invoice.total)


def register(claim: Claim) -> None:
    """Point each line of a claim that is being filed at its invoice, which is made where there is none yet."""
    lines = list(claim.lines.all())
    wanted = {identity(invoice): invoice for invoice in (invoice_of(line, claim) for line in lines)}
    # In one order, so that two claims with the same invoices wait for each other instead of both ways.
    Invoice.objects.bulk_create([wanted[known] for known in sorted(wanted)], ignore_conflicts=True)
    standing = {identity(invoice): invoice for invoice in same_numbers(claim, lines)}
    for line in lines:
        line.invoice = standing[identity(invoice_of(line, claim))]
    Line.objects.bulk_update(lines, ["invoice"])


def same_numbers(claim: Claim, lines: Sequence[Line]) -> Iterable[Invoice]:
    """The partner's filed invoices whose number is one of these lines'."""
    numbers = {folded(line.invoice_number) for line in lines}
    return Invoice.objects.filter(partner=claim.partner_id, number_key__in=numbers)
