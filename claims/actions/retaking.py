"""A decision that does not stand: undone by an admin before it is paid, or disputed by the partner."""

from datetime import date, datetime, timedelta

from django.db import Error, transaction
from django.db.models import Sum
from django.utils.formats import date_format

from claims.actions.approving import undecided
from claims.actions.moves import move_on
from claims.actions.payments import call_off
from claims.actions.steps import ClaimRefused, check, locked, posting
from claims.checks import used_by_others
from claims.drawing import reserved_for
from claims.models import Claim
from claims.states import ClaimStatus, LineStatus
from funds.ledger import Posting, post
from funds.models import Movement
from funds.states import Act, Bucket
from partners.events import record
from partners.models import User
from partners.triggers import is_ours
from programs.money import show

CAN_BE_DISPUTED = (ClaimStatus.REJECTED, ClaimStatus.PARTLY_APPROVED)


def dispute_until(claim: Claim) -> date | None:
    """The last day to dispute its decision, in the program's days; None where none can be disputed."""
    days = claim.allocation.terms.dispute_days
    if claim.status not in CAN_BE_DISPUTED or claim.disputed_at or not claim.decided_at or not days:
        return None
    decided_on: date = claim.program.today(claim.decided_at)
    return decided_on + timedelta(days=days)


def undo(*, claim: Claim, version: int, reason: str, by: User, now: datetime) -> Claim:
    """Take back an approval that nobody paid yet; the claim is in review again, with all the money that it asks for.

    ClaimRefused where the fund has not enough left of what went back to it, or the period pays no more for its activities.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=version, to=ClaimStatus.IN_REVIEW)
        if claim.status not in (ClaimStatus.APPROVED, ClaimStatus.PARTLY_APPROVED) or claim.paid:
            raise ClaimRefused("Only an approval that nobody paid yet can be undone.")
        if not reason.strip():
            raise ClaimRefused("Say in a sentence why. The partner reads it.")
        moved = move_on(
            claim, verb="undone", by=by, now=now, to=ClaimStatus.IN_REVIEW, reason=reason.strip(), amount=claim.approved
        )
        call_off([claim], by=by, now=now, words="The approval was undone.")
        postings = taken_again(claim, by=by)
        undecided(claim)
        claim.reviewer = by
        save_or_refuse(claim)
        post(postings, at=now)
        record([moved])
    return claim


def dispute(*, claim: Claim, reason: str, by: User, now: datetime, version: int | None = None) -> Claim:
    """Say once, in time, why the decision is wrong: another admin decides anew, and all that was asked stands claimed again.

    ClaimRefused where the fund has not enough left of what went back to it.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.file", version=version)
        until = dispute_until(claim)
        if claim.disputed_at:
            raise ClaimRefused("It was disputed once already: the second decision is final.")
        if until is None or claim.paid:
            raise ClaimRefused("There is no decision here that you can dispute.")
        if claim.program.today(now) > until:
            days = claim.allocation.terms.dispute_days
            raise ClaimRefused(f"A decision is disputed within {days} days: that was until {date_format(until)}.")
        if claim.allocation.budget.closed_at:
            raise ClaimRefused("The period of its budget is closed: nothing can be posted to it any more.")
        if not reason.strip():
            raise ClaimRefused("Say in a sentence why the decision is wrong.")
        moved = move_on(
            claim, verb="disputed", by=by, now=now, to=ClaimStatus.DISPUTED, reason=reason.strip(), amount=claim.asked
        )
        call_off([claim], by=by, now=now, words="The decision is disputed.")
        postings = taken_again(claim, by=by)
        claim.first_decided_by, claim.first_second_by = claim.decided_by, claim.second_by
        claim.disputed_by, claim.disputed_at = by, now
        undecided(claim)
        claim.reviewer = None
        save_or_refuse(claim)
        claim.lines.update(status=LineStatus.PENDING, accepted=None, reason_code="", reason="")
        post(postings, at=now)
        record([moved])
    return claim


def save_or_refuse(claim: Claim) -> None:
    try:
        with transaction.atomic():
            claim.save()
    except Error as error:
        if not is_ours(error):
            raise
        raise ClaimRefused(
            "Since the decision, other claims took what this one asks for, so the decision stays."
        ) from error


def taken_again(claim: Claim, *, by: User) -> list[Posting]:
    """All that the claim asks for into `claimed` again: what was approved, and what went back to the fund.

    Pre-approved money comes from there as far as it is left. What lapsed since the decision is taken out of `lapsed`.
    """
    kept = claim.approved or 0
    fund, lacking = claim.allocation, claim.asked - kept
    if lacking and (used := used_by_others(claim)):
        raise ClaimRefused(f"Since the decision, other claims took what this one asks for. {' '.join(used)}")
    reserved = min(max(0, claim.from_reserved - kept), reserved_for(claim))
    available = lacking - reserved
    short = max(0, available - fund.available)
    if short > min(fund.lapsed, lapsed_since(claim) if short else 0):
        there = show(fund.available + reserved, claim.currency)
        raise ClaimRefused(
            f"{show(lacking, claim.currency)} went back to the fund, and {there} of that is left: the rest was used "
            "for something else."
        )
    claim.from_reserved = min(claim.from_reserved, kept) + reserved
    if claim.request and reserved:
        claim.request.reserved -= reserved
        claim.request.save(update_fields=["reserved"])
    return [
        *posting(Act.UNAPPROVE, claim, kept, by=by),
        *posting(Act.EXTEND, claim, short, by=by),
        *posting(Act.CLAIM, claim, reserved, by=by, source=Bucket.RESERVED),
        *posting(Act.CLAIM, claim, available, by=by, source=Bucket.AVAILABLE),
    ]


def lapsed_since(claim: Claim) -> int:
    """What lapsed of the fund since the claim's decision, in minor units."""
    lapsed = Movement.objects.filter(allocation=claim.allocation_id, act=Act.EXPIRE, posted_at__gte=claim.decided_at)
    return int(lapsed.aggregate(total=Sum("amount", default=0))["total"])
