"""The partner's side: draft, save, attach proof, submit, answer, take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction

from claims import previews
from claims.actions.steps import ClaimRefused, check, locked, move_on, posting, returned
from claims.models import Claim, Line, Proof
from claims.states import ClaimStatus, LineStatus
from funds.ledger import InsufficientFunds, Posting, post
from funds.models import Allocation
from funds.states import Act, Bucket
from partners.events import event, record
from partners.models import User
from programs.money import LARGEST, share, show
from programs.uploads import Accepted

MOST_LINES = 50
MOST_PROOFS = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as the partner typed it: `amount` is what the invoice says, in minor units."""

    what: str
    supplier: str
    invoice_number: str
    invoice_date: date
    amount: int


def start(*, allocation: Allocation, title: str, by: User, now: datetime) -> Claim:
    """A new draft on this fund. It moves no money. A second click finds the draft that the first one made."""
    if not by.has_perm("claims.start", allocation):
        raise PermissionDenied
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        untouched = Claim.objects.drafts().filter(allocation=allocation, title=title, created_by=by, version=1)
        twin: Claim | None = untouched.first()
        if twin is not None:
            return twin
        claim = Claim.objects.create(
            allocation=allocation,
            partner_id=allocation.partner_id,
            title=title,
            created_by=by,
            created_at=now,
            changed_at=now,
        )
        record(
            [
                event(
                    verb="started",
                    about=claim,
                    by=by,
                    company_id=claim.partner_id,
                    to_state=ClaimStatus.DRAFT,
                    at=now,
                )
            ]
        )
    return claim


def save(
    *,
    claim: Claim,
    title: str,
    entries: Sequence[Entry],
    by: User,
    now: datetime,
    version: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Claim:
    """Replace the draft's title and complete lines. Each line's share is rounded by itself; `asked` is their sum.

    `typed` is the form as it stands, with what is half-finished, to be shown again. ClaimChanged when `version` is not today's.
    """
    if len(entries) > MOST_LINES:
        raise ClaimRefused(f"A claim has {MOST_LINES} lines at most. File a second claim for the rest.")
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version)
        if claim.status != ClaimStatus.DRAFT:
            raise ClaimRefused("This claim is filed, so its lines stay as they are. Withdraw it to change them.")
        percent = claim.allocation.terms.reimbursement_percent
        lines = [
            Line(
                claim=claim,
                position=position,
                what=e.what,
                supplier=e.supplier,
                invoice_number=e.invoice_number,
                invoice_date=e.invoice_date,
                amount=e.amount,
                asked=share(e.amount, percent),
            )
            for position, e in enumerate(entries, start=1)
        ]
        asked = sum(line.asked for line in lines)
        if asked > LARGEST:
            raise ClaimRefused("These lines add up to more than any fund holds.")
        claim.lines.all().delete()
        Line.objects.bulk_create(lines)
        claim.title = title
        claim.asked = asked
        claim.typed = dict(typed or {})
        claim.version += 1
        claim.changed_at = now
        claim.save(update_fields=["title", "asked", "typed", "version", "changed_at"])
    return claim


def attach(*, claim: Claim, accepted: Accepted, by: User, now: datetime) -> Proof:
    """Add a checked file as proof, to a draft or while a question is open. ClaimRefused for the same file twice."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=None)
        if claim.status not in (ClaimStatus.DRAFT, ClaimStatus.INFO_REQUESTED):
            raise ClaimRefused("This claim is being reviewed: proof can be added again if a question comes back.")
        if claim.proofs.filter(sha256=accepted.sha256).exists():
            raise ClaimRefused(f"{accepted.name} is attached already.")
        if claim.proofs.count() >= MOST_PROOFS:
            raise ClaimRefused(f"A claim has {MOST_PROOFS} files at most.")
        proof = Proof(
            claim=claim,
            name=accepted.name,
            kind=accepted.kind,
            size=len(accepted.content),
            sha256=accepted.sha256,
            pages=accepted.pages,
            uploaded_by=by,
            uploaded_at=now,
        )
        proof.file.save(accepted.stored_name, ContentFile(accepted.content), save=False)
        try:
            proof.save()
        except Exception:
            proof.file.delete(save=False)
            raise
        touch(claim, now)
        data = {"proof": proof.pk, "name": proof.name, "sha256": proof.sha256}
        record([event(verb="attached", about=claim, by=by, company_id=claim.partner_id, data=data, at=now)])
    return proof


class Kept:
    """What lies in the storage for a proof, so that it can go once the proof's row is gone for good."""

    def __init__(self, proof: Proof):
        self.pk, self.storage, self.name = proof.pk, proof.file.storage, str(proof.file.name)

    def delete(self) -> None:
        self.storage.delete(self.name)
        previews.forget(self.pk)


def detach(*, proof: Proof, by: User, now: datetime) -> None:
    """Take a file off a draft."""
    with transaction.atomic():
        claim = locked(proof.claim)
        check(claim, by=by, permission="claims.file", version=None)
        if claim.status != ClaimStatus.DRAFT:
            raise ClaimRefused("This claim is filed, so its proof stays.")
        if not claim.proofs.filter(pk=proof.pk).exists():
            return
        data = {"name": proof.name, "sha256": proof.sha256}
        kept = Kept(proof)
        proof.delete()
        touch(claim, now)
        record([event(verb="detached", about=claim, by=by, company_id=claim.partner_id, data=data, at=now)])
        transaction.on_commit(kept.delete)


def touch(claim: Claim, now: datetime) -> None:
    claim.version += 1
    claim.changed_at = now
    claim.save(update_fields=["version", "changed_at"])


def wanting(claim: Claim, now: datetime) -> list[str]:
    """What still stands between this draft and filing it, in words; empty when it can be filed."""
    allocation = claim.allocation
    today = allocation.today(now)
    found = []
    if not claim.lines.exists():
        found.append("Add at least one line: what it was, the supplier, the invoice and its amount.")
    elif claim.asked == 0:
        found.append("The vendor's share of these lines is nothing: check the amounts.")
    if not claim.proofs.exists():
        found.append("Attach at least one proof: the invoice, and what shows that it happened.")
    if claim.lines.filter(invoice_date__gt=today).exists():
        found.append("An invoice is dated in the future.")
    if today > allocation.claim_by:
        found.append(f"The last day to file was {allocation.claim_by:%-d %B %Y}.")
    if claim.asked > allocation.unclaimed:
        asked, left = show(claim.asked, claim.currency), show(allocation.unclaimed, claim.currency)
        found.append(f"You ask for {asked}, and this fund has {left} left. Lower a line or split the claim.")
    return found


def submit(*, claim: Claim, by: User, now: datetime, version: int | None = None) -> Claim:
    """File it: the money it asks for moves to `claimed`, pre-approved money first. ClaimRefused with what is missing."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version, to=ClaimStatus.SUBMITTED)
        if reasons := wanting(claim, now):
            raise ClaimRefused(" ".join(reasons))
        claim.from_reserved = min(claim.asked, claim.allocation.reserved)
        claim.filed_by, claim.filed_at = by, now
        claim.approved = claim.decided_by = claim.decided_at = None
        claim.typed = {}
        moved = move_on(claim, verb="submitted", by=by, now=now, to=ClaimStatus.SUBMITTED, amount=claim.asked)
        claim.save()
        reserved = posting(Act.CLAIM, claim, claim.from_reserved, by=by, source=Bucket.RESERVED)
        rest = posting(Act.CLAIM, claim, claim.asked - claim.from_reserved, by=by, source=Bucket.AVAILABLE)
        post_or_refuse(reserved + rest, now)
        record([moved])
    return claim


def post_or_refuse(postings: Sequence[Posting], now: datetime) -> None:
    try:
        post(postings, at=now)
    except InsufficientFunds as error:
        raise ClaimRefused("This fund has less left than you ask for: somebody claimed from it just now.") from error


def answer(*, claim: Claim, words: str, by: User, now: datetime, version: int | None = None) -> Claim:
    """Answer the reviewer's question; the claim goes back to its reviewer."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version, to=ClaimStatus.IN_REVIEW)
        if claim.status != ClaimStatus.INFO_REQUESTED:
            raise ClaimRefused("There is no open question on this claim.")
        if not words.strip():
            raise ClaimRefused("Write an answer.")
        moved = move_on(claim, verb="answered", by=by, now=now, to=ClaimStatus.IN_REVIEW, reason=words.strip())
        claim.save()
        record([moved])
    return claim


def withdraw(*, claim: Claim, by: User, now: datetime, reason: str = "", version: int | None = None) -> Claim:
    """Take a filed claim back before it is decided: its money returns to where it was drawn from."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version, to=ClaimStatus.WITHDRAWN)
        moved = move_on(
            claim,
            verb="withdrawn",
            by=by,
            now=now,
            to=ClaimStatus.WITHDRAWN,
            reason=reason,
            amount=claim.asked,
        )
        claim.save()
        post(returned(claim, claim.asked, by=by), at=now)
        record([moved])
    return claim


def reopen(*, claim: Claim, by: User, now: datetime) -> Claim:
    """Make a withdrawn or rejected claim a draft again, with all that was typed, to correct and file anew."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=None, to=ClaimStatus.DRAFT)
        moved = move_on(claim, verb="reopened", by=by, now=now, to=ClaimStatus.DRAFT)
        claim.from_reserved = 0
        claim.reviewer = None
        claim.save()
        claim.lines.update(status=LineStatus.PENDING, accepted=None, reason_code="", reason="")
        record([moved])
    return claim


def discard(*, claim: Claim, by: User) -> None:
    """Delete a draft that was never filed. What was ever filed stays."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=None)
        if claim.status != ClaimStatus.DRAFT or claim.filed_at:
            raise ClaimRefused("This claim was filed once, so it stays on record.")
        record(
            [
                event(
                    verb="discarded",
                    about=claim,
                    by=by,
                    company_id=claim.partner_id,
                    data={"title": claim.title},
                )
            ]
        )
        files = [Kept(proof) for proof in claim.proofs.all()]
        claim.proofs.all().delete()
        claim.lines.all().delete()
        claim.delete()
        for kept in files:
            transaction.on_commit(kept.delete)
