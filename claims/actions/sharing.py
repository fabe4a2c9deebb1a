"""One invoice on several claims: filed lines point at one `Invoice`, and their parts never pass its total."""

from claims.models import Claim, Invoice, Line
from claims.shared_invoices import identity, invoice_of, same_numbers


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
