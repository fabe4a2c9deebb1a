"""What may be granted: one partner's share of a budget, and what is wrong with its days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format

from funds.asks import Proposal
from funds.models import Budget
from funds.terms import LONGEST
from partners.models import Partner
from programs.days import after_months
from programs.models import Program
from programs.terms import counted


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


def usual_last_day(program: Program, budget: Budget, granted_on: date) -> date:
    """The last day for activities of what is granted on that day, if nobody names another.

    For money that is counted from another day, as from the end of the period in which it was earned, `granted_on` is that one.
    """
    return min([program.ends_on, *(limit.day for limit in limits(program, budget, granted_on))])


class Limit(NamedTuple):
    """A last day that the terms set, and how they do, in words."""

    day: date
    words: str


def limits(program: Program, budget: Budget, granted_on: date) -> list[Limit]:
    """How long the terms in force let money of this budget be used that is granted on that day. A trigger keeps to it too."""
    terms, found = program.current_terms, []
    if terms.aging_months:
        months = counted(terms.aging_months, "month")
        words = f"By the terms money may be used for {months} after it was granted"
        found.append(Limit(after_months(granted_on, terms.aging_months), words))
    if terms.forfeits_at_period_end:
        found.append(Limit(budget.ends_on, "By the terms what is left lapses with the budget's period"))
    return found


def over_with(program: Program, budget: Budget, today: date) -> str:
    """Why this budget's time is over, in words; empty while its money can be used."""
    if program.current_terms.forfeits_at_period_end and budget.ends_on < today:
        ended = date_format(budget.ends_on)
        return f"This budget's period ended on {ended}, and by the terms its money lapses with it. Add a budget for another."
    return ""


def too_late(plan: Proposal, last: date, today: date) -> str:
    """Why money that can be used until `last` comes too late for this plan, in words; empty if it does not."""
    if plan.starts_on < today:
        return "Its first day has passed."
    if plan.ends_on > last:
        return f"It ends after {date_format(last)}, the last day on which this money can be used."
    return ""


def wrong_days(program: Program, budget: Budget, *, expires_on: date, claim_by: date, today: date) -> dict[str, str]:
    """What is wrong with a grant's days, by the field's name, in words for the user. `today` is the program's."""
    found: dict[str, str] = {}
    limit = min(limits(program, budget, today), default=None)
    if over := over_with(program, budget, today):
        found["expires_on"] = over
    elif expires_on < today:
        found["expires_on"] = "That day has passed: the partner could not use the money."
    elif expires_on < program.starts_on:
        found["expires_on"] = f"The program starts on {date_format(program.starts_on)}: choose that day or a later one."
    elif expires_on > program.ends_on + LONGEST:
        found["expires_on"] = (
            f"That is more than two years after the program ends ({date_format(program.ends_on)}). Check the year."
        )
    elif limit and expires_on > limit.day:
        found["expires_on"] = f"{limit.words}: until {date_format(limit.day)} at most."
    if claim_by < expires_on:
        found["claim_by"] = f"Claims are taken at least until the money's last day: {date_format(expires_on)} or later."
    elif claim_by > expires_on + LONGEST:
        found["claim_by"] = f"That is more than two years after {date_format(expires_on)}. Check the year."
    return found
