"""What may be granted: one partner's share of a budget, and what is wrong with its days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from funds.asks import Proposal
from funds.models import Budget
from partners.models import Partner
from programs.models import Program

# How long after the program's end money may still be used, and after its own end be claimed. Farther is a typing mistake.
LONGEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Grant:
    """One partner's share to be granted: `amount` in minor units; `reference` is unique in the budget."""

    partner: Partner
    amount: int
    name: str
    reference: str
    expires_on: date
    claim_by: date

    @classmethod
    def under(cls, program: Program, *, expires_on: date, claim_by: date | None = None, **fields) -> "Grant":
        """With the claim deadline that the program's claim window gives, unless one is named."""
        return cls(expires_on=expires_on, claim_by=claim_by or usual_claim_by(program, expires_on), **fields)


def usual_claim_by(program: Program, expires_on: date) -> date:
    return expires_on + timedelta(days=program.current_terms.claim_window_days)


def usual_last_day(program: Program, budget: Budget, today: date) -> date:
    """The last day for activities that a grant of today has, if nobody names another."""
    return program.ends_on


def too_late(plan: Proposal, last: date, today: date) -> str:
    """Why money that can be used until `last` comes too late for this plan, in words; empty if it does not."""
    if plan.starts_on < today:
        return "Its first day has passed."
    if plan.ends_on > last:
        return f"It ends after {date_format(last)}, the last day on which this money can be used."
    return ""


def wrong_days(program: Program, *, expires_on: date, claim_by: date, today: date) -> dict[str, str]:
    """What is wrong with a grant's days, by the field's name, in words for the user. `today` is the program's."""
    found: dict[str, str] = {}
    if expires_on < today:
        found["expires_on"] = "That day has passed: the partner could not use the money."
    elif expires_on < program.starts_on:
        found["expires_on"] = f"The program starts on {date_format(program.starts_on)}: choose that day or a later one."
    elif expires_on > program.ends_on + LONGEST:
        found["expires_on"] = (
            f"That is more than two years after the program ends ({date_format(program.ends_on)}). Check the year."
        )
    if claim_by < expires_on:
        found["claim_by"] = f"Claims are taken at least until the money's last day: {date_format(expires_on)} or later."
    elif claim_by > expires_on + LONGEST:
        found["claim_by"] = f"That is more than two years after {date_format(expires_on)}. Check the year."
    return found
