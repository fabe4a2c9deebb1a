"""What to do next with a fund: the lists ask the database, the pages ask `next_step`; both say the same."""

from datetime import timedelta
from itertools import product

import pytest
from django.db.models import F

from claims import actions as claims
from funds import actions
from funds.models import Allocation
from programs.days import Clock
from programs.models import Program
from tests.cast import NOW

ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
HELD = ["available", "reserved", "both", "none"]


def hold(w, fund, what: str) -> None:
    if what in ("reserved", "both"):
        amount = fund.available if what == "reserved" else fund.available // 2
        actions.reserve(allocation=fund, amount=amount, key="a", by=w.manager, reason="Expo", at=NOW)
    elif what == "none":
        actions.withdraw(allocation=fund, amount=fund.available, key="a", by=w.manager, reason="Cut", at=NOW)


@pytest.mark.parametrize(("lead", "length"), [(0, 14), (10, 20)])
def test_the_database_and_the_calculation_agree(w, lead, length):
    for zone in ZONES:
        program = w.program(time_zone=zone, lead_days=lead, activity_days=length, claim_window_days=45)
        budget = w.budget(program, amount=1_000_000_00)
        for days, held in product((1, 13, 14, 15, 30, 31, 45, 60), HELD):
            fund = w.fund(100_00, budget=budget, expires_on=NOW.date() + timedelta(days=days))
            hold(w, fund, held)
    seen = set()
    for ahead, hour in product((0, 1, 14, 29, 31, 61, 90), (0, 11, 23)):
        now = NOW.replace(hour=hour) + timedelta(days=ahead)
        funds = Allocation.objects.with_terms().with_steps(Clock(now).days(Program.objects.time_zones()))
        for fund in funds.annotate(sql_todo=F("todo"), sql_by=F("by"), sql_risk=F("at_risk")):
            today = fund.today(now)
            step = fund.next_step(today)
            seen.add((step.todo, step.is_at_risk(today)))
            assert (fund.sql_todo, fund.sql_by, fund.sql_risk) == (step.todo, step.by, step.is_at_risk(today))
    assert len(seen) == 9  # every step, at risk and not, that there can be


def test_a_claim_takes_its_money_out_of_the_next_step(w):
    fund = w.fund(1_000_00)
    claims.submit(claim=w.draft(fund, costs=(2_000_00,)), by=w.owner, now=NOW)
    days = Clock(NOW).days(["UTC"])
    assert Allocation.objects.with_steps(days).get(todo="none") == fund


def test_without_any_program_there_is_nothing_to_ask(db):
    assert not Allocation.objects.with_steps({}).filter(at_risk=True).exists()
