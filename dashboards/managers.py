"""The channel manager's home: how much of the budget works, who sits on unused money, what waits."""

from datetime import datetime
from typing import Any

from claims.models import Claim
from dashboards.reports.use import by_program
from funds.models import Allocation
from funds.terms import Todo
from partners.models import Company, User
from programs.days import Clock
from programs.models import Program
from programs.states import ProgramStatus

IDLE_ROWS = 10


def home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    programs = list(Program.objects.visible_to(user).filter(vendor_id=company.pk))
    working = [entry for entry in by_program(programs=programs, user=user, company=company) if entry["funded"]]
    return {
        "today": now.date(),
        "working": working,
        "sentence": by_currency(working),
        "drafts": [program for program in programs if program.status == ProgramStatus.DRAFT],
        "published": [program for program in programs if program.status == ProgramStatus.PUBLISHED],
        "idle": idle(user, company, now),
        "waiting": Claim.objects.visible_to(user).of_vendor(company).awaiting_decision().count(),
    }


def by_currency(working: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The page's first sentence, once per currency: of what was funded, how much works."""
    sums: dict[str, dict[str, Any]] = {}
    names = ("funded", "used", "unused", "gone")
    for entry in working:
        total = sums.setdefault(entry["currency"], {"currency": entry["currency"], **dict.fromkeys(names, 0)})
        for name in names:
            total[name] += entry[name]
    for total in sums.values():
        total["at_work"] = round(total["used"] * 100 / total["funded"])
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
