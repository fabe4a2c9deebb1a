"""The partner's side: draft, save, attach proof, submit, answer, take back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.utils.formats import date_format

from claims.actions.entries import Entry, built
from claims.actions.moves import move_on
from claims.actions.proving import Kept, label
from claims.actions.sharing import register
from claims.actions.steps import ClaimRefused, check, locked, posting, returned
from claims.checklist import answers, checklist, still_open
from claims.drawing import reserved_for
from claims.models import Claim, FundRequest, Line
from claims.states import ClaimStatus, LineStatus
from claims.sum_triggers import ASKED_OTHERWISE
from claims.triggers import BEYOND_TERMS, MORE_THAN_THE_INVOICE
from funds.ledger import InsufficientFunds, Posting, post
from funds.models import Allocation
from funds.states import Act, Bucket
from partners.events import event, record
from partners.models import User
from programs.money import major

MOST_LINES = 50


def elsewhere(fund: Allocation) -> str:
    """Why nobody here decides on this fund's money."""
    return (
        f"Claim this in the own portal of {fund.program.vendor.name}, by {date_format(fund.claim_by)}: you record this fund "
        "yourself, so nobody on Windfall can decide on it. Then update it from the next statement."
    )


def start(*, allocation: Allocation, title: str, by: User, now: datetime, request: FundRequest | None = None) -> Claim:
    """A new draft on this fund. It moves no money. A second click finds the draft that the first one made.

    On a `request` that was approved it begins with what that says: its days, and a line to be completed for each of its budget.
    ClaimRefused for a fund that the partner records itself, as its vendor takes claims elsewhere, and for a request that ended.
    """
    if not by.has_perm("claims.start", allocation):
        raise PermissionDenied
    if allocation.is_kept:
        raise ClaimRefused(elsewhere(allocation))
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        untouched = Claim.objects.drafts().filter(
            allocation=allocation, title=title, created_by=by, version=1, request=request
        )
        twin: Claim | None = untouched.first()
        if twin is not None:
            return twin
        begun = begun_from(FundRequest.objects.get(pk=request.pk), allocation, now) if request else {}
        claim = Claim.objects.create(
            allocation=allocation,
            partner_id=allocation.partner_id,
            title=title,
            created_by=by,
            created_at=now,
            changed_at=now,
            **begun,
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


def begun_from(request: FundRequest, allocation: Allocation, now: datetime) -> dict[str, Any]:
    """What a draft on this request begins with. ClaimRefused where nothing is set aside for it any more."""
    if not request.is_in_force or request.allocation_id != allocation.pk:
        raise ClaimRefused(f"{request.number} has ended, so no claim can draw on it. File one on the fund itself.")
    lines = list(request.lines.all())
    # For how many people says the request; of which line, only where it has one.
    people = request.people if len(lines) == 1 else None
    rows = [
        begun_row(line.what, line.amount, allocation.currency, activity_id=request.activity_id, people=people)
        for line in lines
    ]
    over = request.ends_on is not None and request.ends_on <= allocation.today(now)
    days = {"ran_from": request.starts_on, "ran_until": request.ends_on} if over else {}
    return {"request": request, "typed": {"rows": rows}, **days}


def begun_row(
    what: str, total: int, currency: str, *, activity_id: int | None = None, people: int | None = None
) -> dict[str, str]:
    """A line as far as it is known before its invoice: to be completed on the draft's page."""
    return {
        "activity": str(activity_id or ""),
        "people": str(people or ""),
        "what": what,
        "supplier": "",
        "invoice_number": "",
        "invoice_date": "",
        "total": str(major(total, currency)),
    }


def save(
    *,
    claim: Claim,
    title: str,
    entries: Sequence[Entry],
    by: User,
    now: datetime,
    version: int | None = None,
    typed: Mapping[str, Any] | None = None,
    ran: tuple[date | None, date | None] = (None, None),
    shows: Mapping[int, Sequence[str]] | None = None,
    belongs: Mapping[int, Sequence[str]] | None = None,
    noted: Mapping[str, str] | None = None,
) -> Claim:
    """Replace the draft's title, dates and complete lines. Each line's share is rounded by itself; `asked` is their sum.

    By a proof's id, `shows` says what that file shows and `belongs` the keys of its lines; others stay. `noted` is the partner's
    word on each warning, by its code. `typed` is the form as it stands, with what is half-finished, to be shown again.
    ClaimChanged when `version` is not today's.
    """
    if len(entries) > MOST_LINES:
        raise ClaimRefused(f"A claim has {MOST_LINES} lines at most. File a second claim for the rest.")
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version)
        if claim.status != ClaimStatus.DRAFT:
            raise ClaimRefused("This claim is filed, so its lines stay as they are. Withdraw it to change them.")
        lines = built(claim, entries)
        claim.lines.all().delete()
        Line.objects.bulk_create(lines)
        known = [line.key for line in lines] + [row.get("key", "") for row in (typed or {}).get("rows", [])]
        label(claim, known, shows or {}, belongs or {})
        claim.title = title
        claim.ran_from, claim.ran_until = ran
        claim.asked = sum(line.asked for line in lines)
        claim.noted = claim.noted if noted is None else dict(noted)
        claim.typed = dict(typed or {})
        claim.version += 1
        claim.changed_at = now
        claim.save(update_fields=["title", "ran_from", "ran_until", "asked", "noted", "typed", "version", "changed_at"])
    return claim


def submit(*, claim: Claim, by: User, now: datetime, version: int | None = None) -> Claim:
    """File it: the money it asks for moves to `claimed`, pre-approved money first. ClaimRefused with what is missing."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version, to=ClaimStatus.SUBMITTED)
        checks = checklist(claim, now)
        if reasons := still_open(checks):
            raise ClaimRefused(" ".join(reasons))
        claim.noted = answers(checks)
        claim.from_reserved = min(claim.asked, reserved_for(claim))
        claim.filed_by, claim.filed_at = by, now
        claim.approved = claim.decided_by = claim.decided_at = claim.second_by = None
        claim.typed = {}
        register(claim)
        seen = [item.as_json() for item in checks]
        to = ClaimStatus.SUBMITTED
        moved = move_on(claim, verb="submitted", by=by, now=now, to=to, amount=claim.asked, checks=seen)
        save_or_refuse(claim)
        if claim.request and claim.from_reserved:
            claim.request.reserved -= claim.from_reserved
            claim.request.save(update_fields=["reserved"])
        reserved = posting(Act.CLAIM, claim, claim.from_reserved, by=by, source=Bucket.RESERVED)
        rest = posting(Act.CLAIM, claim, claim.asked - claim.from_reserved, by=by, source=Bucket.AVAILABLE)
        post_or_refuse(reserved + rest, now)
        record([moved])
    return claim


MEANWHILE = {
    BEYOND_TERMS: (
        "Another claim of yours was filed just now, and together they are more than the terms pay. Look at this one again."
    ),
    MORE_THAN_THE_INVOICE: (
        "Another claim of yours with the same invoice was filed just now, and together they ask for more than all of it. "
        "Look at this one again."
    ),
    ASKED_OTHERWISE: "The fund's terms changed since this draft was saved. Save it again and look at what it asks for now.",
}


def save_or_refuse(claim: Claim) -> None:
    """Save a claim that is being filed. ClaimRefused where others, filed meanwhile, leave too little, or its terms changed."""
    try:
        with transaction.atomic():
            claim.save()
    except Error as error:
        words = MEANWHILE.get(getattr(error.__cause__, "pgcode", None) or "")
        if words is None:
            raise
        raise ClaimRefused(words) from error


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
        # One of two approvers may have decided already: it counts no more.
        claim.approved = claim.decided_by = claim.decided_at = None
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
