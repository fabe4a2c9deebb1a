"""Which funds pay which part of an activity: worked out, then put in place of what stood there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from funds.models import Allocation
from plans.actions.acting import PlanRefused
from plans.demand import free_of
from plans.models import PlannedActivity, PlannedFunding
from plans.shares import part_behind, percent_of, share_of, suggested
from plans.standing import is_asked, was_asked
from programs.money import LARGEST, show


@dataclass(frozen=True, slots=True)
class Funding:
    """What a fund is to pay, in its own currency. None: what its terms pay of the rest, as far as it has it."""

    allocation: Allocation
    amount: int | None = None


def arranged(
    activity: PlannedActivity, fundings: Sequence[Funding], standing: Sequence[PlannedFunding], today: date
) -> list[PlannedFunding]:
    """The rows that `fundings` ask for, unsaved; of what stands already its own row. PlanRefused where they can't be.

    Those without an amount share what the others leave, in their order; one for which nothing is left falls out.
    """
    by_fund = {row.allocation_id: row for row in standing}
    rows: dict[int, PlannedFunding] = {}
    for funding in sorted(fundings, key=lambda funding: funding.amount is None):
        fund = funding.allocation
        if fund.partner_id != activity.company_id:
            raise PermissionDenied
        if fund.pk in rows:
            raise PlanRefused(f"{fund} stands twice: put the two together.")
        old = by_fund.get(fund.pk)
        if old is not None and was_asked(old):
            if funding.amount not in (None, old.amount):
                asked = show(old.amount, fund.currency)
                raise PlanRefused(f"{fund} was asked for {asked} already: that stays as it was asked.")
            rows[fund.pk] = old
            continue
        amount, left = funding.amount, activity.cost - sum(row.part for row in rows.values())
        if amount is None:
            amount = suggested(fund, activity.kind, left, activity.currency, free_of(fund, activity), today)
        if amount or funding.amount is not None:
            row = old or PlannedFunding(activity=activity, allocation=fund)
            row.amount = amount
            rows[fund.pk] = reckoned(row, activity, left, today)
    lost = next((row for row in standing if row.allocation_id not in rows and is_asked(row)), None)
    if lost is not None:
        raise PlanRefused(f"{lost.allocation} was asked already: discard, take back or cancel that first.")
    check_sum(activity, list(rows.values()))
    return list(rows.values())


def reckoned(row: PlannedFunding, activity: PlannedActivity, left: int, today: date) -> PlannedFunding:
    """With the part of the cost that its amount stands for; `left` of that no other fund pays.

    Several costs give one amount, as that is rounded: what the terms pay of all that is left stands for no more than that.
    """
    fund = row.allocation
    if not 0 < row.amount <= LARGEST:
        raise PlanRefused(f"Say what {fund} is to pay.")
    part = part_behind(fund, activity.kind, row.amount, activity.currency, today)
    if part is None:
        raise PlanRefused(
            f"No rate between {fund.currency} and {activity.currency} is known this week. "
            f"Plan what {fund} pays as an activity of its own, in {fund.currency}."
        )
    if part > left and (share_of(fund, activity.kind, left, activity.currency, today) or 0) >= row.amount:
        part = left
    row.part = max(part, 1)
    return row


def check_sum(activity: PlannedActivity, rows: Sequence[PlannedFunding]) -> None:
    parts = sum(row.part for row in rows)
    if parts <= activity.cost:
        return
    over = show(parts - activity.cost, activity.currency)
    if not activity.cost:
        raise PlanRefused("Say what it costs before funds pay for it.")
    each = ", ".join(
        f"{show(row.amount, row.currency)} of {row.allocation} at {percent_of(row.allocation, activity.kind):.4g}% "
        f"stand for {show(row.part, activity.currency)}"
        for row in rows
    )
    raise PlanRefused(f"The funds pay for {over} more than it costs: {each}. No part of an invoice is paid twice.")


def replace(activity: PlannedActivity, rows: Sequence[PlannedFunding], *, now: datetime) -> None:
    """Save the activity and put these rows in place of its others, in an order in which the parts never pass the cost."""
    kept = {row.pk for row in rows if row.pk}
    activity.fundings.exclude(pk__in=kept).delete()
    before = dict(activity.fundings.values_list("pk", "part"))
    old = [row for row in rows if row.pk]
    for row in old:
        if row.part < before[row.pk]:
            row.save(update_fields=["amount", "part"])
    activity.save()
    for row in old:
        if row.part >= before[row.pk]:
            row.save(update_fields=["amount", "part"])
    for row in rows:
        if not row.pk:
            row.activity, row.created_at = activity, now
            row.save()
