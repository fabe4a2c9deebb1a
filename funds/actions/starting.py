"""What joining a program brings: set by its managers. What was granted before stays as it was granted."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.actions.joining import plan_of
from funds.actions.moving import FundsRefused
from funds.models import Budget
from funds.starting import StartingAmount, StartingPlan
from partners.events import event, record
from partners.models import User
from programs.actions.joining import locked_program
from programs.models import Eligibility, Program
from programs.money import show


def facts_of(plan: StartingPlan | None) -> tuple:
    if plan is None:
        return ()
    return plan.budget_id, plan.name, plan.months, sorted((row.tier_id or 0, row.amount) for row in plan.amounts.all())


def set_starting(
    *,
    program: Program,
    budget: Budget | None,
    name: str = "",
    months: int | None = None,
    amounts: Mapping[int | None, int],
    by: User,
    now: datetime,
) -> bool:
    """Say what partners start with: minor units by tier's id, None for those without a tier. No budget: nothing.

    False if it is so already. FundsRefused for a budget of another program or one whose period is closed.
    """
    with transaction.atomic():
        program = locked_program(program.pk)
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
        before = facts_of(plan_of(program))
        StartingPlan.objects.filter(program=program).delete()
        if budget is not None:
            budget = Budget.objects.get(pk=budget.pk)
            if budget.program_id != program.pk or budget.closed_at:
                raise FundsRefused("Choose a budget of this program whose period is open.")
            plan = StartingPlan.objects.create(program=program, budget=budget, name=name, months=months)
            StartingAmount.objects.bulk_create(
                StartingAmount(plan=plan, tier_id=tier_id, amount=amount) for tier_id, amount in amounts.items()
            )
        after = plan_of(program)
        if facts_of(after) == before:
            return False
        tiers = dict(program.vendor.tiers.values_list("pk", "name"))
        words = [
            f"{tiers.get(row.tier_id or 0, 'Without a tier')}: {show(row.amount, program.currency)}."
            for row in (after.amounts.all() if after else ())
        ]
        data = {"changes": words or ["Joining brings no money."]}
        about = Eligibility(program=program)
        record(
            [
                event(
                    verb="changed what joining brings",
                    about=about,
                    by=by,
                    company_id=program.vendor_id,
                    data=data,
                    at=now,
                )
            ]
        )
    return True
