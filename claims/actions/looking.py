"""What a reviewer says of each file, and a file in the place of one that was declined."""

from datetime import datetime

from django.db import transaction

from claims.actions.steps import ClaimRefused, check, locked
from claims.actions.verdicts import given
from claims.models import Claim, Proof
from claims.states import ClaimStatus, ProofStatus
from partners.events import event, record
from partners.models import Event, User


def accept_proof(*, proof: Proof, version: int, by: User, now: datetime) -> Proof:
    """This file shows what it should."""
    return looked_at(proof, ProofStatus.ACCEPTED, version=version, by=by, now=now)


def decline_proof(*, proof: Proof, version: int, code: str, reason: str, by: User, now: datetime) -> Proof:
    """This file does not do, for a reason that the partner reads beside it; with a question, or sent back, it can be replaced."""
    return looked_at(
        proof, ProofStatus.DECLINED, version=version, by=by, now=now, code=code, reason=given(code, reason)
    )


def looked_at(
    proof: Proof, status: ProofStatus, *, version: int, by: User, now: datetime, code: str = "", reason: str = ""
) -> Proof:
    """Raises no version: the reviewer's own page stays good while its files are looked at one by one."""
    with transaction.atomic():
        claim = locked(proof.claim)
        check(claim, by=by, permission="claims.review", version=version)
        if claim.status != ClaimStatus.IN_REVIEW:
            raise ClaimRefused("Start the review first: files are judged while you have the claim.")
        proof = Proof.objects.get(pk=proof.pk)
        if proof.status == ProofStatus.REPLACED:
            raise ClaimRefused(f"{proof.name} was replaced by another file: look at that one.")
        if proof.status == ProofStatus.REMOVED:
            raise ClaimRefused(f"{proof.name} was taken off by the partner: it is proof no more.")
        if (proof.status, proof.reason_code, proof.reason) == (status, code, reason):
            return proof
        proof.status, proof.reason_code, proof.reason = status, code, reason
        proof.save(update_fields=["status", "reason_code", "reason"])
        record([told(claim, proof, by=by, now=now)])
    return proof


def told(claim: Claim, proof: Proof, *, by: User, now: datetime) -> Event:
    return event(
        verb=f"file {proof.status}",
        about=claim,
        by=by,
        company_id=claim.partner_id,
        reason_code=proof.reason_code,
        reason=proof.reason,
        data={"proof": proof.pk, "name": proof.name},
        at=now,
    )
