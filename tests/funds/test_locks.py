"""Each lock of the ledger shown to matter: what goes wrong without it, and does not with it."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partialmethod
from threading import Event

import pytest
from django.db import OperationalError, connection, connections, transaction

from funds import actions
from funds.ledger import ClosedPeriod, Posting, post
from funds.models import Allocation, Budget
from funds.states import Act, Bucket
from tests.cast import NOW, balances, world
from tests.funds.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


AS_A_WHOLE = "SET enable_nestloop = off SET enable_mergejoin = off"


@contextmanager
def without(statement: str) -> Iterator[None]:
    """The movement's trigger, for a while without the statements that this pattern finds.

    It joins funds as a whole: planned to look each up by its id, it would lock them in the order of their ids all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger "
            "WHERE tgrelid = 'funds_movement'::regclass AND tgname LIKE 'pgtrigger_post_%%'"
        )
        whole = cursor.fetchone()[0]
        less, times = re.subn(statement, "", whole)
        assert times, "the trigger has no such statement"
        cursor.execute(less.replace("LANGUAGE plpgsql", f"LANGUAGE plpgsql {AS_A_WHOLE}"))
        try:
            yield
        finally:
            cursor.execute(whole)


def thirty_funds() -> list[Allocation]:
    w = world()
    budget = w.budget(amount=1_000_000)
    return [w.fund(10_000, budget=budget) for _ in range(30)]


def collide(funds: list[Allocation], attempt: int = 1) -> bool:
    """Whether batches on the same funds, named in all orders at once, ever locked each other out."""
    locked_out = Event()

    def work(client):
        for turn in range(30):
            if locked_out.is_set():
                break
            order = funds[client:] + funds[:client]
            order = order[:: 1 if client % 2 else -1][: 30 - turn % 7]
            try:
                # Keys in this order too: the ledger posts in the order of the keys.
                post(
                    [
                        Posting(Act.RESERVE, f.budget_id, f.pk, 1, f"{attempt}-{client}-{turn}-{n:02}", None)
                        for n, f in enumerate(order)
                    ]
                )
            except OperationalError as error:
                if "deadlock" not in str(error):
                    raise
                locked_out.set()

    at_once(4, work)
    return locked_out.is_set()


def test_batches_never_lock_each_other_out():
    assert not collide(thirty_funds())


def test_without_locks_in_order_they_do():
    with without(r"PERFORM FROM funds_\w+\s+WHERE[^;]*FOR NO KEY UPDATE;"):
        # How four clients meet is up to the machine: on a busy one it takes more than one round.
        funds = thirty_funds()
        assert any(collide(funds, attempt) for attempt in range(20))


def waits_or(done: Callable[[], bool]) -> bool:
    """True once some connection waits for a lock; False once the work is done without."""
    for _ in range(500):
        with connection.cursor() as cursor:
            # Otherwise a transaction goes on seeing the connections that there were when it first asked.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            # Rows are waited for through the transaction that holds them, whose lock names no database.
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_get_activity(NULL) a USING (pid) "
                "WHERE NOT granted AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return True
        if done():
            return False
        time.sleep(0.01)
    raise AssertionError("neither waiting nor done")


def close_while_money_comes_back() -> tuple[bool, bool, bool]:
    """Close a period while a payment's reversal is not yet committed: (it waited, it closed, money is left in it)."""
    w = world()
    fund = w.fund(100, budget=w.budget(amount=100))
    for act, source in ((Act.CLAIM, Bucket.AVAILABLE), (Act.APPROVE, None), (Act.PAY, None)):
        post([Posting(act, fund.budget_id, fund.pk, 100, f"{act}", None, source=source)])

    def close():
        try:
            actions.close_period(budget=Budget.objects.get(pk=fund.budget_id), by=w.manager, now=NOW)
            return True
        except actions.FundsRefused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            back = Posting(Act.REVERSE, fund.budget_id, fund.pk, 100, "back", None, target=Bucket.AVAILABLE)
            post([back])
            closing = pool.submit(close)
            waited = waits_or(closing.done)
        closed = closing.result(timeout=20)
    return waited, closed, balances(fund) == {"available": 100}


def test_closing_waits_for_a_posting_under_way():
    assert close_while_money_comes_back() == (True, False, True)


def test_without_the_posting_s_lock_a_closed_period_gets_money():
    with without(r"PERFORM FROM funds_budget[^;]*FOR KEY SHARE;"):
        assert close_while_money_comes_back() == (False, True, True)


def test_without_the_closing_s_full_lock_too(monkeypatch):
    lesser = partialmethod(type(Budget.objects).select_for_update, no_key=True)
    monkeypatch.setattr(type(Budget.objects), "select_for_update", lesser)
    assert close_while_money_comes_back() == (False, True, True)


def test_a_posting_that_comes_while_a_period_closes_is_refused():
    w = world()
    fund = w.fund(100, budget=w.budget(amount=100))

    def late():
        try:
            return post([Posting(Act.RESERVE, fund.budget_id, fund.pk, 1, "late", None)])
        except ClosedPeriod:
            return "closed"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Budget.objects.select_for_update().get(pk=fund.budget_id)
            Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
            posting = pool.submit(late)
            assert waits_or(posting.done)
        assert posting.result(timeout=20) == "closed"
    assert Allocation.objects.get(pk=fund.pk).reserved == 0
