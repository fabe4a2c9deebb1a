"""What the rules look at: each claim with its lines and files, and the others that they are compared with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from django.db.models import F, QuerySet

from claims.models import Claim, Line, Proof
from claims.states import ClaimStatus
from partners.models import User
from partners.permissions import holds_site_role

K = TypeVar("K")
V = TypeVar("V")
# What one look reads of others at most: more would tell nobody more.
MOST = 5000


class Sign(NamedTuple):
    """`code` names the rule. `claim` is the other claim that shows it, if one does."""

    code: str
    words: str
    claim: Claim | None = None


@dataclass(slots=True)
class Case:
    """One claim with what it consists of."""

    claim: Claim
    lines: list[Line] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)


class Cases:
    """The claims to be looked at. Two queries; the rules add one or two each, for any number of claims."""

    def __init__(self, claims: Iterable[Claim], seen_by: User):
        self.by_id = {claim.pk: Case(claim) for claim in claims}
        # Whose account or tax number it is that two share, Windfall's own people alone learn.
        self.names_companies = holds_site_role(seen_by)
        for line in Line.objects.filter(claim__in=self.by_id).order_by("claim_id", "position"):
            self.by_id[line.claim_id].lines.append(line)
        for proof in Proof.objects.standing().filter(claim__in=self.by_id).order_by("claim_id", "id"):
            self.by_id[proof.claim_id].proofs.append(proof)
        # What was taken back or sent back may be filed anew: it is no second time.
        resting = (ClaimStatus.WITHDRAWN, ClaimStatus.RETURNED, ClaimStatus.DRAFT)
        self.others: QuerySet[Claim] = (
            Claim.objects.visible_to(seen_by).exclude(filed_at=None).exclude(status__in=resting)
        )

        self.shares = self.pairs_that_share()

    def pairs_that_share(self) -> set[tuple[int, int]]:
        """Claims, two and two, that openly take parts of one invoice: there the same invoice and its file are no sign."""
        invoices: dict[int, set[int]] = {}
        for case in self:
            for line in case.lines:
                if line.invoice_id and line.part < line.total:
                    invoices.setdefault(line.invoice_id, set()).add(line.claim_id)
        others = Line.objects.filter(invoice__in=invoices, part__lt=F("total"), claim__in=self.others)
        pairs = others.values_list("invoice_id", "claim_id")[:MOST] if invoices else ()
        return {(own, other) for invoice, other in pairs for own in invoices[invoice] if own != other}

    def __iter__(self) -> Iterator[Case]:
        return iter(self.by_id.values())

    @property
    def partners(self) -> set[int]:
        return {case.claim.partner_id for case in self}

    def other_lines(self, **where) -> list[Line]:
        """Lines of other claims, with their claims and partners."""
        found = Line.objects.filter(claim__in=self.others, **where).select_related("claim__partner")
        return list(found.order_by("-claim_id", "position")[:MOST])


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def once(signs: Collection[Sign]) -> list[Sign]:
    """Each sign once, in their order."""
    return list(dict.fromkeys(signs))
