"""The admin's side: take, ask, approve in full or in part, reject. A decision names the version that the reviewer saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from claims.actions.payments import open_for
from claims.actions.steps import ClaimRefused, check, locked, move_on, posting, returned
from claims.models import Claim, Line
from claims.states import AWAITING_DECISION, ClaimStatus, LineStatus, Reason
from funds.ledger import post
from funds.states import Act
from partners.events import event, record
from partners.models import Event, User


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is accepted of one line's `asked`. Less than all needs a reason code and a sentence."""

    accepted: int
    code: str = ""
    reason: str = ""


def take(*, claim: Claim, by: User, now: datetime) -> Claim:
    """Start the review: from now on it is this admin's. Taking one's own again changes nothing."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=None)
        record(taken(claim, by=by, now=now))
    return claim


def taken(claim: Claim, *, by: User, now: datetime) -> list[Event]:
    """Move a submitted claim into review, so that a decision needs no extra click. From a colleague it is taken over."""
    if claim.status not in AWAITING_DECISION:
        raise ClaimRefused(f"This claim is {ClaimStatus(claim.status).label.lower()}: there is nothing to review.")
    was_mine = claim.reviewer_id == by.pk
    claim.reviewer = by
    events = []
    if claim.status != ClaimStatus.SUBMITTED and not was_mine:
        events = [event(verb="taken over", about=claim, by=by, company_id=claim.partner_id, at=now)]
    if claim.status == ClaimStatus.SUBMITTED:
        events = [move_on(claim, verb="taken", by=by, now=now, to=ClaimStatus.IN_REVIEW)]
    # Saved by itself: the database sees each step of the lifecycle.
    claim.save()
    return events


def ask(*, claim: Claim, version: int, question: str, by: User, now: datetime) -> Claim:
    """Send a question to the partner; the claim waits for the answer."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=version)
        if not question.strip():
            raise ClaimRefused("Write the question.")
        events = taken(claim, by=by, now=now)
        check(claim, by=by, permission="claims.review", version=None, to=ClaimStatus.INFO_REQUESTED)
        events.append(
            move_on(claim, verb="asked", by=by, now=now, to=ClaimStatus.INFO_REQUESTED, reason=question.strip())
        )
        claim.save()
        record(events)
    return claim


def told(lines: list[Line]) -> list[dict[str, str | int]]:
    """What was taken off which line and why: kept in the event, since a reopened claim's lines are judged anew."""
    return [
        {
            "what": line.what,
            "asked": line.asked,
            "accepted": line.accepted or 0,
            "code": line.reason_code,
            "reason": line.reason,
        }
        for line in lines
        if line.reason_code
    ]


def judged(line: Line, verdict: Verdict) -> Line:
    """The line with the reviewer's verdict. ClaimRefused where a reason is missing or the amount does not fit."""
    if not 0 <= verdict.accepted <= line.asked:
        raise ClaimRefused(f"Line {line.position}: accept something between nothing and what is asked.")
    line.accepted = verdict.accepted
    if verdict.accepted == line.asked:
        line.status, line.reason_code, line.reason = LineStatus.ACCEPTED, "", ""
        return line
    if verdict.code not in Reason.values or not verdict.reason.strip():
        raise ClaimRefused(f"Line {line.position}: say why less is accepted. The partner reads it there.")
    line.status = LineStatus.REDUCED if verdict.accepted else LineStatus.DENIED
    line.reason_code, line.reason = verdict.code, verdict.reason.strip()
    return line


def approve(
    *,
    claim: Claim,
    version: int,
    by: User,
    now: datetime,
    verdicts: Mapping[int, Verdict] | None = None,
    note: str = "",
) -> Claim:
    """Approve all lines, or with `verdicts` (by line id) less of some. What is not accepted goes back to the fund.

    ClaimRefused if nothing would be accepted: that is a rejection, and has a reason of its own.
    """
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=version)
        events = taken(claim, by=by, now=now)
        lines = list(claim.lines.all())
        if set(verdicts or {}) - {line.pk for line in lines}:
            raise ClaimRefused("A line that you decided on is not on this claim. Reload the page.")
        lines = [judged(line, (verdicts or {}).get(line.pk) or Verdict(line.asked)) for line in lines]
        accepted = sum(line.accepted or 0 for line in lines)
        if accepted == 0:
            raise ClaimRefused("Nothing is accepted. Reject the claim instead, with a reason.")
        to = ClaimStatus.APPROVED if accepted == claim.asked else ClaimStatus.PARTLY_APPROVED
        check(claim, by=by, permission="claims.review", version=None, to=to)
        events.append(
            move_on(
                claim, verb="approved", by=by, now=now, to=to, reason=note.strip(), amount=accepted, lines=told(lines)
            )
        )
        decide(claim, lines, accepted, by=by, now=now)
        post(
            posting(Act.APPROVE, claim, accepted, by=by) + returned(claim, claim.asked - accepted, by=by),
            at=now,
        )
        record(events)
        open_for([claim], by=by, now=now)
    return claim


def reject(*, claim: Claim, version: int, code: str, reason: str, by: User, now: datetime) -> Claim:
    """Turn it down, with a reason code and a sentence: its money returns to the fund, and the partner may correct it."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.review", version=version)
        if code not in Reason.values or not reason.strip():
            raise ClaimRefused("Choose a reason and say in a sentence what is wrong. The partner reads both.")
        events = taken(claim, by=by, now=now)
        check(claim, by=by, permission="claims.review", version=None, to=ClaimStatus.REJECTED)
        events.append(
            move_on(
                claim,
                verb="rejected",
                by=by,
                now=now,
                to=ClaimStatus.REJECTED,
                reason_code=code,
                reason=reason.strip(),
                amount=claim.asked,
            )
        )
        lines = [judged(line, Verdict(0, code, reason)) if line.asked else line for line in claim.lines.all()]
        decide(claim, lines, 0, by=by, now=now)
        post(returned(claim, claim.asked, by=by), at=now)
        record(events)
    return claim


def decide(claim: Claim, lines: list[Line], accepted: int, *, by: User, now: datetime) -> None:
    Line.objects.bulk_update(lines, ["status", "accepted", "reason_code", "reason"])
    claim.approved = accepted
    claim.decided_by, claim.decided_at = by, now
    claim.save()
