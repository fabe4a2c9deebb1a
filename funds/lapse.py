"""Money that nobody claimed in time lapses: what Windfall does by itself each day.

Balances decide what is due, not a calendar of runs: days that were missed are caught up, and a second run finds nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from funds.ledger import LedgerError, expire
from funds.models import Allocation
from funds.states import Act
from partners.events import event, record
from partners.models import Event
from programs.days import Clock, Days
from programs.models import Program

# Funds in one transaction: enough for one statement to pay, few enough to keep their locks short.
BATCH = 5000


@dataclass
class Lapsed:
    """What a run did: minor units per currency, how many funds they came from, and the funds it had to leave, with why."""

    amounts: dict[str, int] = field(default_factory=dict)
    allocations: int = 0
    skipped: list[dict[str, int | str]] = field(default_factory=list)

    def add(self, amounts: Iterable[tuple[str, int]]) -> None:
        for currency, amount in amounts:
            self.allocations += 1
            self.amounts[currency] = self.amounts.get(currency, 0) + amount


def lapse(*, clock: Clock) -> Lapsed:
    """Move what is available or reserved of every fund whose last day to claim is over to `lapsed`.

    The day is over when it is in the program's time zone. Money that is claimed or approved is not touched. Each fund gets an
    event of Windfall's own in the same transaction. A fund that the ledger refuses is left and named; the others lapse.
    """
    done = Lapsed()
    days = clock.days(Program.objects.time_zones())
    last: int | None = 0
    while last is not None:
        with transaction.atomic():
            funds = next_past_claim_by(days, after=last)
            closed = [fund for fund in funds if fund.budget.closed_at]
            done.skipped += [left(fund, "The period of its budget is closed.") for fund in closed]
            lapse_batch([fund for fund in funds if not fund.budget.closed_at], clock.now, done)
        last = funds[-1].pk if len(funds) == BATCH else None
    return done


def next_past_claim_by(days: Days, *, after: int) -> list[Allocation]:
    """The next batch of funds with unclaimed money whose last day is over, locked, in the order of their ids."""
    funds = Allocation.objects.unclaimed().past_claim_by(days).filter(pk__gt=after).order_by("pk")
    return list(funds.select_related("budget__program").select_for_update(of=("self",), no_key=True)[:BATCH])


def lapse_batch(funds: Sequence[Allocation], at: datetime, done: Lapsed) -> None:
    """Lapse these funds at once; if the ledger refuses, each half by itself, until the fund that it refuses is found."""
    if not funds:
        return
    try:
        with transaction.atomic():
            lapsed = expire([fund.pk for fund in funds], at=at)
            record(told(fund, lapsed[fund.pk], at) for fund in funds if fund.pk in lapsed)
    except LedgerError as error:
        if len(funds) == 1:
            done.skipped.append(left(funds[0], str(error)))
        else:
            middle = len(funds) // 2
            lapse_batch(funds[:middle], at, done)
            lapse_batch(funds[middle:], at, done)
    else:
        done.add((fund.currency, lapsed[fund.pk]) for fund in funds if fund.pk in lapsed)


def left(fund: Allocation, why: str) -> dict[str, int | str]:
    return {"allocation": fund.pk, "why": why}


def told(fund: Allocation, amount: int, at: datetime) -> Event:
    return event(
        verb=Act.EXPIRE.value,
        about=fund,
        by=None,
        company_id=fund.program.vendor_id,
        reason=f"The last day to claim was {fund.claim_by:%-d %B %Y}.",
        data={"amount": amount, "currency": fund.currency, "claim_by": fund.claim_by},
        at=at,
    )
