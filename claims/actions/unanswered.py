"""Questions whose last day passed without an answer: what Windfall does with those claims by itself."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format

from claims.actions.moves import move_on
from claims.actions.steps import locked_together, returned
from claims.actions.together import save_decided
from claims.models import Claim
from claims.states import ClaimStatus, Reason
from funds.ledger import Posting, post
from partners.events import record
from partners.models import Event
from programs.days import Clock
from programs.models import Program

# Sent back, a claim leaves its money in the fund: only where at least so many days are left to file it again.
ROOM_DAYS = 7
BATCH = 1000


@dataclass
class Unanswered:
    returned: int = 0
    kept: int = 0


def return_unanswered(*, clock: Clock) -> Unanswered:
    """Send each claim whose question nobody answered in time back to its partner, where there is time to file it again.

    Where there is not, it goes back to its reviewer as it is, so that no money lapses by a question. Any number of
    runs do it once.
    """
    done = Unanswered()
    days = clock.days(Program.objects.time_zones())
    while True:
        with transaction.atomic():
            batch = list(Claim.objects.unanswered(days).order_by("pk")[:BATCH])
            if not batch:
                return done
            found = locked_together(batch)
            # Some were answered before the locks were had.
            late = [c for c in found.values() if c.question_due and c.question_due < clock.day_in(c.program.time_zone)]
            postings: list[Posting] = []
            events: list[Event] = []
            for claim in late:
                events.append(moved(claim, clock.day_in(claim.program.time_zone), clock, postings))
            save_decided(late)
            post(postings, at=clock.now)
            record(events)
        done.returned += sum(claim.status == ClaimStatus.RETURNED for claim in late)
        done.kept += sum(claim.status == ClaimStatus.IN_REVIEW for claim in late)
        if len(batch) < BATCH:
            return done


def moved(claim: Claim, today: date, clock: Clock, postings: list[Posting]) -> Event:
    """The claim moved on in memory, its money added to `postings`."""
    assert claim.question_due is not None  # what makes it unanswered
    until = f"The question was to be answered by {date_format(claim.question_due)}."
    fund = claim.allocation
    if fund.claim_by - today < timedelta(days=ROOM_DAYS) or fund.budget.closed_at:
        return move_on(
            claim,
            verb="unanswered",
            by=None,
            now=clock.now,
            to=ClaimStatus.IN_REVIEW,
            reason=f"{until} Decide without it.",
        )
    event = move_on(
        claim,
        verb="returned",
        by=None,
        now=clock.now,
        to=ClaimStatus.RETURNED,
        reason_code=Reason.UNANSWERED,
        reason=f"{until} Add what was asked for and file it again by {date_format(fund.claim_by)}.",
        amount=claim.asked,
    )
    postings += returned(claim, claim.asked, by=None)
    return event
