"""Signs of trouble on a claim, shown to the reviewer with their evidence. They decide nothing."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q

from claims.models import Claim, Line, Proof
from claims.states import ClaimStatus


class Sign(NamedTuple):
    words: str
    claim: Claim


def signs_of_trouble(claim: Claim, proofs: Sequence[Proof], lines: Sequence[Line]) -> list[Sign]:
    """The same file, or the same supplier and invoice number, on another claim that was filed. Two queries."""
    others = Claim.objects.exclude(pk=claim.pk).exclude(filed_at=None).exclude(status=ClaimStatus.WITHDRAWN)
    found = []
    same_files = (
        Proof.objects.filter(sha256__in=[proof.sha256 for proof in proofs], claim__in=others)
        .select_related("claim__partner")
        .order_by("claim_id")[:20]
    )
    names = {proof.sha256: proof.name for proof in proofs}
    for proof in same_files:
        found.append(Sign(f"The file {names[proof.sha256]} is proof of another claim too", proof.claim))
    invoices = Q()
    for line in lines:
        invoices |= Q(supplier__iexact=line.supplier, invoice_number__iexact=line.invoice_number)
    if invoices:
        same_invoices = Line.objects.filter(invoices, claim__in=others).select_related("claim__partner")
        # Parts of one invoice never pass all of it: what is shared is no sign of trouble.
        shared = [line.invoice_id for line in lines if line.invoice_id]
        for line in same_invoices.exclude(invoice__in=shared).order_by("claim_id")[:20]:
            found.append(Sign(f"Invoice {line.invoice_number} of {line.supplier} is on another claim too", line.claim))
    return found
