"""One invoice on several claims of a partner: what others hold of it, and what is left. For the partner's own eyes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from claims.models import Claim, Invoice, Line
from claims.models.invoices import folded
from claims.states import COUNTED, ClaimStatus


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


def same_numbers(claim: Claim, lines: Sequence[Line]) -> Iterable[Invoice]:
    """The partner's filed invoices whose number is one of these lines'."""
    numbers = {folded(line.invoice_number) for line in lines}
    return Invoice.objects.filter(partner=claim.partner_id, number_key__in=numbers)


@dataclass(slots=True)
class Standing:
    """How one line's invoice stands: `held` are the filed lines of other claims on it, `alike` other invoices of its number."""

    line: Line
    held: list[Line] = field(default_factory=list)
    alike: list[Claim] = field(default_factory=list)
    here: int = 0

    @property
    def taken(self) -> int:
        """What other claims ask of it, in minor units of its currency."""
        return sum(line.part for line in self.held)

    @property
    def left(self) -> int:
        return max(0, self.line.total - self.taken)

    @property
    def is_too_much(self) -> bool:
        return self.here + self.taken > self.line.total

    @property
    def is_shared(self) -> bool:
        return bool(self.held) or self.here < self.line.total


def key_of(invoice: Invoice) -> tuple[str, str]:
    return invoice.number_key, invoice.supplier_key


def standings(claim: Claim, lines: Sequence[Line]) -> list[Standing]:
    """One for each line, in their order. Three queries, however many there are."""
    wanted = [invoice_of(line, claim) for line in lines]
    known = {invoice.pk: invoice for invoice in same_numbers(claim, lines)} if lines else {}
    holding = (
        Line.objects.filter(invoice__in=known, claim__status__in=COUNTED)
        .exclude(claim=claim)
        .select_related("claim__allocation__budget__program__vendor")
        .order_by("claim_id", "position")
    )
    same, alike = defaultdict(list), defaultdict(list)
    for other in holding if known else ():
        invoice = known[other.invoice_id or 0]
        same[identity(invoice)].append(other)
        alike[key_of(invoice)].append(other)
    here: dict[tuple, int] = defaultdict(int)
    for invoice, line in zip(wanted, lines, strict=True):
        here[identity(invoice)] += line.part
    drafted = in_drafts(claim, wanted, here)
    found = []
    for invoice, line in zip(wanted, lines, strict=True):
        held = same[identity(invoice)]
        others = {other.claim_id: other.claim for other in alike[key_of(invoice)] if other not in held}
        others |= drafted[key_of(invoice)]
        found.append(Standing(line, held, list(others.values()), here[identity(invoice)]))
    return found


def in_drafts(
    claim: Claim, wanted: Sequence[Invoice], here: dict[tuple, int]
) -> dict[tuple[str, str], dict[int, Claim]]:
    """The partner's other drafts by the number and supplier of their lines; not those that share the same invoice with this."""
    found: dict[tuple[str, str], dict[int, Claim]] = defaultdict(dict)
    numbers = {invoice.number for invoice in wanted}
    drafts = Line.objects.filter(
        claim__partner=claim.partner_id, claim__status=ClaimStatus.DRAFT, invoice_number__in=numbers
    ).exclude(claim=claim)
    for line in drafts.select_related("claim__allocation__budget__program__vendor") if numbers else ():
        other = invoice_of(line, line.claim)
        if line.part + here.get(identity(other), line.total) > line.total:
            found[key_of(other)][line.claim_id] = line.claim
    return found
