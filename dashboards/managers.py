"""The channel manager's home: how much of the budget works, who sits on unused money, what waits."""

from datetime import datetime
from typing import Any

from django.db.models import F, Sum

from claims.models import Claim
from funds.models import Allocation, Budget
from funds.states import ALLOCATION_BUCKETS
from funds.terms import Todo
from partners.models import Company, User
from programs.days import Clock
from programs.models import Program
from programs.states import ProgramStatus

IDLE_ROWS = 10


def home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    programs = list(Program.objects.visible_to(user).filter(vendor_id=company.pk))
    working = [entry for entry in at_work(programs, user, company) if entry["funded"]]
    return {
        "today": now.date(),
        "working": working,
        "sentence": by_currency(working),
        "drafts": [program for program in programs if program.status == ProgramStatus.DRAFT],
        "published": [program for program in programs if program.status == ProgramStatus.PUBLISHED],
        "idle": idle(user, company, now),
        "waiting": Claim.objects.visible_to(user).of_vendor(company).awaiting_decision().count(),
    }


def at_work(programs: list[Program], user: User, company: Company) -> list[dict[str, Any]]:
    """Per program: funded, unallocated, and each bucket of its allocations, from the kept balances in two queries."""
    budgets = Budget.objects.visible_to(user).filter(program__vendor_id=company.pk).values("program")
    funded = {row["program"]: row for row in budgets.annotate(f=Sum("funded"), u=Sum("unallocated"))}
    shares = Allocation.objects.visible_to(user).of_vendor(company).values(program_id=F("budget__program"))
    buckets = {row["program_id"]: row for row in shares.annotate(**{b.value: Sum(b.value) for b in ALLOCATION_BUCKETS})}
    found = []
    for program in programs:
        money = funded.get(program.pk, {"f": 0, "u": 0})
        parts = buckets.get(program.pk, {})
        amounts = {b.value: int(parts.get(b.value) or 0) for b in ALLOCATION_BUCKETS}
        total = int(money["f"] or 0)
        in_use = amounts["claimed"] + amounts["approved"] + amounts["paid"]
        found.append(
            {
                "program": program,
                "funded": total,
                "unallocated": int(money["u"] or 0),
                "in_use": in_use,
                "idle": amounts["available"] + amounts["reserved"],
                "percent": round(in_use * 100 / total) if total else 0,
                **amounts,
            }
        )
    return found


def by_currency(working: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The page's first sentence, once per currency: of what was funded, how much works."""
    sums: dict[str, dict[str, Any]] = {}
    for entry in working:
        currency = entry["program"].currency
        total = sums.setdefault(currency, {"currency": currency, "funded": 0, "in_use": 0, "idle": 0, "lapsed": 0})
        for name in ("funded", "in_use", "idle", "lapsed"):
            total[name] += entry[name]
    for total in sums.values():
        total["percent"] = round(total["in_use"] * 100 / total["funded"])
    return sorted(sums.values(), key=lambda total: -total["funded"])


def idle(user: User, company: Company, now: datetime) -> list[dict[str, Any]]:
    """Partners' funds with unclaimed money, that with the nearest deadline first."""
    days = Clock(now).days(Program.objects.time_zones())
    funds = (
        Allocation.objects.visible_to(user)
        .of_vendor(company)
        .with_terms()
        .unclaimed()
        .with_steps(days)
        .exclude(todo=Todo.LOST)
        .order_by("by", "id")[:IDLE_ROWS]
    )
    return [{"fund": fund, "today": fund.today(now), "step": fund.next_step(fund.today(now))} for fund in funds]
