"""The admin's side: take, hand on, ask, send back, reject. A decision names the version that the reviewer saw."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format

from claims.actions.moves import move_on
from claims.actions.steps import ClaimRefused, check, locked, returned
from claims.actions.together import UNTAKEN
from claims.actions.verdicts import Verdict, given, judged
from claims.models import Claim, Line
from claims.states import ANSWER_DAYS, AWAITING_DECISION, MOST_ANSWER_DAYS, ClaimStatus
from funds.ledger import post
from partners.events import event, record
from partners.models import Event, User


def take(*, claim: Claim, by: User, now: datetime) -> Claim:
    """Start the review: from now on it is this admin's. Taking one's own again changes nothing."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=None)
        events = taken(claim, by=by, now=now)
        # Saved by itself: the database sees each step of the lifecycle.
        claim.save()
        record(events)
    return claim


def taken(claim: Claim, *, by: User, now: datetime) -> list[Event]:
    """Make a claim this admin's and, as it came from the partner, move it into review, so that a decision needs no extra click.

    The caller saves it. From a colleague it is taken over.
    """
    if claim.status not in AWAITING_DECISION:
        raise ClaimRefused(f"This claim is {ClaimStatus(claim.status).label.lower()}: there is nothing to review.")
    if claim.status == ClaimStatus.SECOND_APPROVAL and claim.decided_by_id == by.pk:
        raise ClaimRefused("You approved it already: somebody else gives the second approval.")
    was_mine = claim.reviewer_id == by.pk
    claim.reviewer = by
    if claim.status in UNTAKEN:
        return [move_on(claim, verb="taken", by=by, now=now, to=ClaimStatus.IN_REVIEW)]
    if was_mine:
        return []
    return [event(verb="taken over", about=claim, by=by, company_id=claim.partner_id, at=now)]


def assign(*, claim: Claim, to: User, by: User, now: datetime) -> Claim:
    """Give it to a colleague, who may decide on it. Its status stays."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=None)
        second = claim.status == ClaimStatus.SECOND_APPROVAL
        if claim.status not in AWAITING_DECISION:
            raise ClaimRefused(f"This claim is {ClaimStatus(claim.status).label.lower()}: there is nothing to review.")
        if not to.has_perm("claims.approve_too" if second else "claims.review", claim):
            raise ClaimRefused(f"{to} cannot decide on this claim: choose somebody else.")
        if claim.reviewer_id == to.pk:
            return claim
        claim.reviewer = to
        claim.changed_at = now
        claim.save(update_fields=["reviewer", "changed_at"])
        data = {"to": to.name}
        record([event(verb="assigned", about=claim, by=by, company_id=claim.partner_id, data=data, at=now)])
    return claim


def hand_back(*, claim: Claim, by: User, now: datetime) -> Claim:
    """Nobody's again, for whoever comes next. Only from who has it."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=None)
        if claim.reviewer_id != by.pk:
            raise ClaimRefused("It is not yours, so you cannot hand it back.")
        if claim.status not in AWAITING_DECISION:
            raise ClaimRefused(f"This claim is {ClaimStatus(claim.status).label.lower()}: there is nothing to review.")
        claim.reviewer = None
        claim.changed_at = now
        claim.save(update_fields=["reviewer", "changed_at"])
        record([event(verb="handed back", about=claim, by=by, company_id=claim.partner_id, at=now)])
    return claim


def in_hand(claim: Claim, version: int, *, by: User, now: datetime, to: ClaimStatus) -> tuple[Claim, list[Event]]:
    """The claim locked and in this admin's review, about to become `to`; the events so far."""
    claim = locked(claim)
    check(claim, by=by, permission="claims.review", version=version)
    events = taken(claim, by=by, now=now)
    check(claim, by=by, permission="claims.review", version=None, to=to)
    claim.save()
    return claim, events


def ask(*, claim: Claim, version: int, question: str, by: User, now: datetime, due: date | None = None) -> Claim:
    """Send a question to the partner; the claim waits for the answer until `due` (a week, where none is named)."""
    with transaction.atomic():
        claim, events = in_hand(claim, version, by=by, now=now, to=ClaimStatus.INFO_REQUESTED)
        if not question.strip():
            raise ClaimRefused("Write the question.")
        today = claim.program.today(now)
        due = due or today + timedelta(days=ANSWER_DAYS)
        if not today < due <= today + timedelta(days=MOST_ANSWER_DAYS):
            raise ClaimRefused(f"Give the partner between one and {MOST_ANSWER_DAYS} days to answer.")
        moved = move_on(
            claim, verb="asked", by=by, now=now, to=ClaimStatus.INFO_REQUESTED, reason=question.strip(), due=due
        )
        claim.question_due = due
        claim.save()
        record([*events, moved])
    return claim


def send_back(*, claim: Claim, version: int, code: str, reason: str, by: User, now: datetime) -> Claim:
    """Back to the partner to be corrected, with a reason code and a sentence: its money returns to the fund.

    ClaimRefused once the fund's claim window is over: it could not be filed again.
    """
    with transaction.atomic():
        claim, events = in_hand(claim, version, by=by, now=now, to=ClaimStatus.RETURNED)
        words = given(code, reason)
        fund = claim.allocation
        if fund.today(now) > fund.claim_by:
            raise ClaimRefused(
                f"The last day to claim was {date_format(fund.claim_by)}: sent back, it could not be filed again and its money "
                "would lapse. Ask a question instead, or decide."
            )
        moved = move_on(
            claim,
            verb="returned",
            by=by,
            now=now,
            to=ClaimStatus.RETURNED,
            reason_code=code,
            reason=words,
            amount=claim.asked,
        )
        claim.save()
        post(returned(claim, claim.asked, by=by), at=now)
        record([*events, moved])
    return claim


def reject(*, claim: Claim, version: int, code: str, reason: str, by: User, now: datetime) -> Claim:
    """Turn it down, with a reason code and a sentence: its money returns to the fund, and the partner may correct it."""
    with transaction.atomic():
        claim, events = in_hand(claim, version, by=by, now=now, to=ClaimStatus.REJECTED)
        words = given(code, reason)
        moved = move_on(
            claim,
            verb="rejected",
            by=by,
            now=now,
            to=ClaimStatus.REJECTED,
            reason_code=code,
            reason=words,
            amount=claim.asked,
        )
        lines = [judged(line, Verdict(0, code, words)) if line.asked else line for line in claim.lines.all()]
        Line.objects.bulk_update(lines, ["status", "accepted", "reason_code", "reason"])
        claim.approved = 0
        claim.decided_by, claim.decided_at = by, now
        claim.save()
        post(returned(claim, claim.asked, by=by), at=now)
        record([*events, moved])
    return claim
