"""The proof of a claim: files that are attached, say what they show, and are taken off a draft again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from claims import previews
from claims.actions.moves import store, touch
from claims.actions.steps import ClaimRefused, check, locked
from claims.models import Claim, Proof
from claims.states import TAKES_PROOF, ClaimStatus, ProofStatus
from partners.events import event, record
from partners.models import User
from programs.activities import Shows
from programs.uploads import Accepted

MOST_PROOFS = 30


def label(
    claim: Claim, known: Sequence[str], shows: Mapping[int, Sequence[str]], belongs: Mapping[int, Sequence[str]]
) -> None:
    """Note what each of the draft's files shows, and which of its lines it belongs to; `known` are the keys of its lines."""
    proofs = list(claim.proofs.standing())
    for proof in proofs:
        if proof.pk in shows:
            proof.shows = [what.value for what in Shows if what in shows[proof.pk]]
        wanted = belongs.get(proof.pk, proof.lines)
        proof.lines = [key for key in dict.fromkeys(known) if key and key in wanted]
    Proof.objects.bulk_update(proofs, ["shows", "lines"])


# What a file's name says of it, in the languages that our partners' suppliers write.
NAMED = {
    Shows.INVOICE: ("invoice", "rechnung", "facture", "factura", "fattura", "inv-", "inv_"),
    Shows.AGENDA: ("agenda",),
    Shows.INVITATION: ("invitation", "einladung", "invite"),
    Shows.SCREENSHOT: ("screenshot", "screen shot", "bildschirmfoto"),
    Shows.PHOTOS: ("photo", "foto", "img_"),
}


def guessed(name: str) -> list[str]:
    """What a file shows, by its name: ticked in the draft for the partner to correct."""
    return [what.value for what, words in NAMED.items() if any(word in name.lower() for word in words)]


def attach(*, claim: Claim, accepted: Accepted, by: User, now: datetime, replaces: Proof | None = None) -> Proof:
    """Add a checked file as proof: to a draft, while a question is open, or to a dispute. ClaimRefused for the same file twice.

    It takes the place of `replaces`, a file of the claim that the reviewer declined. One that was taken off is brought back.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=None)
        if claim.status not in TAKES_PROOF:
            raise ClaimRefused("This claim is being reviewed: proof can be added again if a question comes back.")
        same: Proof | None = claim.proofs.filter(sha256=accepted.sha256).first()
        if same is not None and same.status == ProofStatus.REMOVED and replaces is None:
            return brought_back(same, by=by, now=now)
        if same is not None:
            raise ClaimRefused(f"{accepted.name} is attached already.")
        if claim.proofs.count() >= MOST_PROOFS:
            raise ClaimRefused(f"A claim has {MOST_PROOFS} files at most.")
        if replaces is not None:
            replaces = out_of_place(claim, replaces)
        shows = replaces.shows if replaces else guessed(accepted.name)
        proof = Proof(claim=claim, replaces=replaces, shows=shows)
        store(proof, accepted, by=by, now=now)
        touch(claim, now)
        data = {"proof": proof.pk, "name": proof.name, "sha256": proof.sha256}
        if replaces is not None:
            data |= {"replaces": replaces.pk, "old": replaces.name}
        record([event(verb="attached", about=claim, by=by, company_id=claim.partner_id, data=data, at=now)])
    return proof


def out_of_place(claim: Claim, old: Proof) -> Proof:
    """The declined file, marked as replaced. ClaimRefused for any other."""
    found: Proof | None = claim.proofs.filter(pk=old.pk).first()
    if found is None or found.status != ProofStatus.DECLINED:
        raise ClaimRefused("Only a file that the reviewer declined is replaced. Add this one beside it.")
    found.status = ProofStatus.REPLACED
    found.save(update_fields=["status"])
    return found


class Kept:
    """What lies in the storage for a proof, so that it can go once the proof's row is gone for good."""

    def __init__(self, proof: Proof):
        self.pk, self.storage, self.name = proof.pk, proof.file.storage, str(proof.file.name)

    def delete(self) -> None:
        self.storage.delete(self.name)
        previews.forget(self.pk)


def brought_back(proof: Proof, *, by: User, now: datetime) -> Proof:
    """The same file again, after it was taken off: nobody has looked at it anew."""
    proof.status, proof.reason_code, proof.reason = ProofStatus.PENDING, "", ""
    proof.save(update_fields=["status", "reason_code", "reason"])
    touch(proof.claim, now)
    data = {"proof": proof.pk, "name": proof.name, "sha256": proof.sha256}
    record([event(verb="attached", about=proof.claim, by=by, company_id=proof.claim.partner_id, data=data, at=now)])
    return proof


def detach(*, proof: Proof, by: User, now: datetime) -> None:
    """Take a file off a draft. One that reviewers could look at stays on record, and is proof no more."""
    with transaction.atomic():
        claim = locked(proof.claim)
        check(claim, by=by, permission="claims.file", version=None)
        if claim.status != ClaimStatus.DRAFT:
            raise ClaimRefused("This claim is filed, so its proof stays.")
        found: Proof | None = claim.proofs.standing().filter(pk=proof.pk).first()
        if found is None:
            return
        data = {"proof": found.pk, "name": found.name, "sha256": found.sha256}
        if found.filed_at:
            found.status = ProofStatus.REMOVED
            found.save(update_fields=["status"])
        else:
            kept = Kept(found)
            found.delete()
            transaction.on_commit(kept.delete)
        touch(claim, now)
        record([event(verb="detached", about=claim, by=by, company_id=claim.partner_id, data=data, at=now)])
