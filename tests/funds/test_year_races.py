"""Many at once on one year: its budgets never hold more than it has; and what goes wrong without each of its rules."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from funds import actions
from funds.ledger import DuplicatePosting, LedgerError, YearFull
from funds.models import Year
from funds.reconcile import reconcile
from tests.cast import NOW, World, world
from tests.funds.test_locks import without
from tests.funds.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 12


def funded_at_once(w: World, year: Year) -> int:
    """Each of twelve budgets asks for 100 of a year that has 500; how many got it."""
    budgets = [w.budget(amount=0, year=year) for _ in range(CLIENTS)]

    def work(client):
        try:
            return actions.fund(budget=budgets[client], amount=100, key="once", by=w.manager, at=NOW)
        except YearFull:
            return False

    return sum(at_once(CLIENTS, work))


def test_budgets_funded_at_once_never_pass_the_year():
    w = world()
    year = w.year(amount=500)
    assert funded_at_once(w, year) == 5
    year.refresh_from_db()
    assert (year.amount, year.held) == (500, 500)
    assert reconcile().differences == []


def test_without_the_trigger_s_sum_they_do():
    w = world()
    with without(r"UPDATE funds_year y SET held[^;]*;"):
        assert funded_at_once(w, w.year(amount=500)) == CLIENTS
    assert reconcile().differences


@contextmanager
def unchecked() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'year_holds_no_more%%'")
        rule = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE funds_year DROP CONSTRAINT year_holds_no_more_than_planned")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE funds_year ADD CONSTRAINT year_holds_no_more_than_planned {rule} NOT VALID")


def test_without_the_check_they_do_too():
    w = world()
    with unchecked():
        assert funded_at_once(w, w.year(amount=500)) == CLIENTS


def test_cuts_fundings_and_budgets_that_come_in_share_one_limit():
    """Whoever comes first gets it: the year is never over, whichever way it fills or shrinks."""
    w = world()
    year = w.year(amount=600)
    inside = [w.budget(amount=0, year=year) for _ in range(4)]
    outside = [w.budget(amount=100) for _ in range(4)]

    def work(client):
        try:
            if client < 4:
                return actions.fund(budget=inside[client], amount=100, key="x", by=w.manager, at=NOW)
            if client < 8:
                return actions.put_in_year(budget=outside[client - 4], year=year, by=w.manager, now=NOW)
            return actions.take_out(year=year, amount=100, key=f"{client}", by=w.manager, reason="Cut", at=NOW)
        except YearFull:
            return False

    assert sum(at_once(CLIENTS, work)) == 6
    year.refresh_from_db()
    assert year.amount == year.held
    assert reconcile().differences == []


def test_one_top_up_by_many_clicks_counts_once():
    w = world()
    year = w.year(amount=100)

    def work(client):
        try:
            return actions.top_up(year=year, amount=10 + client % 2, key="same", by=w.manager, reason="More", at=NOW)
        except DuplicatePosting:
            return False

    assert sum(at_once(CLIENTS, work)) == 1
    year.refresh_from_db()
    assert year.amount in (110, 111)


def swap(w: World, rounds: int) -> bool:
    """Money moved to and fro between budgets of different years, by many at once: whether they ever locked each other out."""
    years = [w.year(amount=100_000) for _ in range(3)]
    budgets = [w.budget(amount=10_000, year=years[n % 3]) for n in range(6)]

    def work(client):
        for turn in range(rounds):
            source, target = budgets[(client + turn) % 6], budgets[(client * 5 + turn * 2 + 3) % 6]
            if source == target:
                continue
            try:
                actions.move_money(
                    source=source, target=target, amount=1, key=f"{client}-{turn}", by=w.manager, reason="Swap", at=NOW
                )
            except LedgerError as refusal:
                return str(refusal)
            except OperationalError as error:
                if "deadlock" not in str(error):
                    raise
                return "locked out"
        return "done"

    outcomes = set(at_once(6, work))
    assert outcomes <= {"done", "locked out"}
    return "locked out" in outcomes


def test_transfers_in_all_directions_never_lock_each_other_out():
    w = world()
    assert not swap(w, 30)
    assert reconcile().differences == []
    assert sum(year.held for year in Year.objects.all()) == 60_000


def test_the_year_is_locked_before_it_is_added_to():
    """Its lock stands in the trigger, after the budgets': one order for all. Without the order, see `test_locks.py`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc JOIN pg_trigger ON tgfoid = pg_proc.oid "
            "WHERE tgrelid = 'funds_movement'::regclass AND tgname LIKE 'pgtrigger_post_%%'"
        )
        (source,) = cursor.fetchone()
    locks = re.findall(r"PERFORM FROM (funds_\w+)[^;]*FOR NO KEY UPDATE", source)
    assert locks == ["funds_allocation", "funds_budget", "funds_year"]
