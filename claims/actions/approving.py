"""Approve: one claim, a thousand in a few statements, and the second approval of a large one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from claims.actions.moves import move_on
from claims.actions.payments import open_for, opened
from claims.actions.review import taken
from claims.actions.steps import ClaimRefused, check, full_or_part, locked, locked_together, posting, returned
from claims.actions.together import save_judged
from claims.actions.verdicts import Verdict, judged, told
from claims.models import Claim, Line
from claims.states import AWAITING_PAYMENT, ClaimStatus
from funds.ledger import Posting, post
from funds.states import Act
from partners.events import record
from partners.models import Event, User

NOT_YOURS = "You may not decide on it: you filed it, or you work for its partner, or you decided on it before."


@dataclass(frozen=True, slots=True)
class Approval:
    """One claim as its reviewer saw it; `verdicts` by the line's id, all of a line where there is none."""

    claim: Claim
    version: int
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    note: str = ""


@dataclass(slots=True)
class Outcome:
    """The claim after the act; or before it, with why nothing was done."""

    claim: Claim
    refusal: ClaimRefused | PermissionDenied | None = None

    @property
    def words(self) -> str:
        if isinstance(self.refusal, PermissionDenied):
            return NOT_YOURS
        return str(self.refusal or "")


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

    Over what the terms let one person approve, it waits for a second one and no money moves. ClaimRefused if nothing would be
    accepted: that is a rejection, and has a reason of its own.
    """
    (outcome,) = approve_many(approvals=[Approval(claim, version, verdicts or {}, note)], by=by, now=now)
    if outcome.refusal:
        raise outcome.refusal
    return outcome.claim


def approve_many(*, approvals: Sequence[Approval], by: User, now: datetime) -> list[Outcome]:
    """Approve each of these by itself, all of them in the same few statements. What one is refused for stops no other."""
    with transaction.atomic(), by.roles_at_hand():
        found = locked_together([approval.claim for approval in approvals])
        lines: dict[int, list[Line]] = defaultdict(list)
        for line in Line.objects.filter(claim__in=found).order_by("claim_id", "position"):
            lines[line.claim_id].append(line)
        outcomes, moves = [], Moves()
        for approval in approvals:
            claim = found.get(approval.claim.pk)
            if claim is None:
                outcomes.append(Outcome(approval.claim, ClaimRefused("It is not there any more.")))
                continue
            try:
                moves.add(claim, lines[claim.pk], approval, by=by, now=now)
            except (ClaimRefused, PermissionDenied) as refusal:
                outcomes.append(Outcome(approval.claim, refusal))
            else:
                outcomes.append(Outcome(claim))
        moves.write(by=by, now=now)
    return outcomes


@dataclass(slots=True)
class Moves:
    """What an act on many claims is going to write."""

    begun: list[Claim] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def add(self, claim: Claim, lines: Sequence[Line], approval: Approval, *, by: User, now: datetime) -> None:
        """Judge one locked claim. ClaimRefused or PermissionDenied before anything of it is noted here."""
        check(claim, by=by, permission="claims.review", version=approval.version)
        if claim.allocation.budget.closed_at:
            raise ClaimRefused("The period of its budget is closed: nothing can be posted to it any more.")
        if claim.status == ClaimStatus.SECOND_APPROVAL:
            raise ClaimRefused("One person approved it already. The second approval is a button of its own.")
        began = claim.status
        events = taken(claim, by=by, now=now)
        if set(approval.verdicts) - {line.pk for line in lines}:
            raise ClaimRefused("A line that you decided on is not on this claim. Reload the page.")
        decided = [judged(line, approval.verdicts.get(line.pk) or Verdict(line.asked)) for line in lines]
        accepted = sum(line.accepted or 0 for line in decided)
        if accepted == 0:
            raise ClaimRefused("Nothing is accepted. Reject the claim instead, with a reason.")
        to = outcome_of(claim, accepted)
        check(claim, by=by, permission="claims.review", version=None, to=to)
        moved = move_on(
            claim,
            verb="approved first" if to == ClaimStatus.SECOND_APPROVAL else "approved",
            by=by,
            now=now,
            to=to,
            reason=approval.note.strip(),
            amount=accepted,
            lines=told(decided),
        )
        claim.approved = accepted
        claim.decided_by, claim.decided_at = by, now
        if to == ClaimStatus.SECOND_APPROVAL:
            claim.reviewer = None
        else:
            self.postings += settled(claim, by=by)
        if began != ClaimStatus.IN_REVIEW:
            self.begun.append(claim)
        self.claims.append(claim)
        self.lines += decided
        self.events += [*events, moved]

    def write(self, *, by: User, now: datetime) -> None:
        save_judged(self.claims, self.lines, self.begun, by=by, now=now)
        post(self.postings, at=now)
        _, planned = opened([claim for claim in self.claims if claim.status in AWAITING_PAYMENT], by=by, now=now)
        record([*self.events, *planned])


def outcome_of(claim: Claim, accepted: int) -> ClaimStatus:
    """What a claim becomes when so much of it is accepted by one person."""
    most = claim.allocation.terms.second_approval_over
    if most is not None and accepted > most:
        return ClaimStatus.SECOND_APPROVAL
    return full_or_part(claim, accepted)


def settled(claim: Claim, *, by: User) -> list[Posting]:
    """The money of an approval: what is accepted to `approved`, the rest back to where it came from."""
    accepted = claim.approved or 0
    return posting(Act.APPROVE, claim, accepted, by=by) + returned(claim, claim.asked - accepted, by=by)


def approve_too(*, claim: Claim, version: int, by: User, now: datetime, note: str = "") -> Claim:
    """The second approval of what another admin approved: now its money moves."""
    with transaction.atomic(), by.roles_at_hand():
        claim = locked(claim)
        check(claim, by=by, permission="claims.approve_too", version=version)
        if claim.status != ClaimStatus.SECOND_APPROVAL:
            raise ClaimRefused("No second approval is asked for here.")
        lines = list(claim.lines.all())
        moved = move_on(
            claim,
            verb="approved",
            by=by,
            now=now,
            to=full_or_part(claim, claim.approved),
            reason=note.strip(),
            amount=claim.approved,
            lines=told(lines),
        )
        claim.second_by, claim.decided_at, claim.reviewer = by, now, by
        claim.save()
        post(settled(claim, by=by), at=now)
        record([moved])
        open_for([claim], by=by, now=now)
    return claim


def send_to_review(*, claim: Claim, version: int, reason: str, by: User, now: datetime) -> Claim:
    """Not approved by the second person: back to the first one's review, with a sentence. No money moves."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.approve_too", version=version)
        if claim.status != ClaimStatus.SECOND_APPROVAL:
            raise ClaimRefused("No second approval is asked for here.")
        if not reason.strip():
            raise ClaimRefused("Say in a sentence what the first reviewer should look at again.")
        moved = move_on(claim, verb="sent to review", by=by, now=now, to=ClaimStatus.IN_REVIEW, reason=reason.strip())
        claim.reviewer = claim.decided_by
        undecided(claim)
        claim.save()
        record([moved])
    return claim


def undecided(claim: Claim) -> None:
    """As if nobody had decided on it yet."""
    claim.approved = claim.decided_by = claim.decided_at = claim.second_by = None
