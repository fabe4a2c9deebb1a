"""Many at once, on real connections: no cent twice, none below zero, every key once, nobody stuck."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Sum
from django.utils import timezone

from funds import actions
from funds.ledger import DuplicatePosting, InsufficientFunds, Posting, post
from funds.models import Allocation, Movement
from funds.reconcile import reconcile
from funds.states import ACTS, ALLOCATION_BUCKETS, BUDGET_ACTS, Act, Bucket
from tests.cast import balances, world

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = [(act, pair) for act, moves in ACTS.items() if act not in BUDGET_ACTS for pair in moves]


def at_once(clients: int, work) -> list:
    """Run `work(client number)` in as many threads, each on a connection of its own; what each returned."""
    together = threading.Barrier(clients, timeout=30)

    def one(number):
        try:
            connection.ensure_connection()
            together.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, range(clients)))


def test_ten_thousand_random_acts_by_sixteen_clients():
    clients, operations, batch = 16, 10_000, 5
    w = world()
    budgets = [w.budget(amount=1_000_000) for _ in range(4)]
    funds = [w.fund(10_000, budget=budgets[n % 4]) for n in range(20)]
    granted = sum(b.funded for b in budgets)
    used: list[Posting] = []
    numbers = count()

    def work(client):
        chance = random.Random(client)
        outcomes = Counter()
        for _ in range(operations // clients // batch):
            postings = []
            for _ in range(batch):
                if used and chance.random() < 0.05:
                    postings.append(chance.choice(used))
                    continue
                fund = chance.choice(funds)
                act, (source, target) = chance.choice(PAIRS)
                key = f"race-{next(numbers)}"
                amount = chance.randint(1, 300)
                postings.append(Posting(act, fund.budget_id, fund.pk, amount, key, None, "", source, target))
            postings = list({posting.key: posting for posting in postings}.values())
            try:
                outcomes["made"] += post(postings)
                used.extend(postings)
            except InsufficientFunds:
                # One by one, so that most of them count for something.
                for posting in postings:
                    try:
                        outcomes["made"] += post([posting])
                        used.append(posting)
                    except InsufficientFunds:
                        outcomes["refused"] += 1
        return outcomes

    total = sum(at_once(clients, work), Counter())
    assert total["made"] > 1000
    assert total["refused"] > 100
    assert reconcile().differences == []
    sums = Allocation.objects.aggregate(**{b.value: Sum(b.value) for b in ALLOCATION_BUCKETS})
    unallocated = sum(b.unallocated for b in type(budgets[0]).objects.all())
    assert sum(sums.values()) + unallocated == granted
    raced = Movement.objects.filter(key__startswith="race-")
    assert raced.count() == total["made"] == raced.values("key").distinct().count()


def test_the_last_hundred_go_to_exactly_one_of_fifty():
    fund = world().fund(100)

    def work(client):
        try:
            return post([Posting(Act.CLAIM, fund.budget_id, fund.pk, 100, f"c{client}", None, source=Bucket.AVAILABLE)])
        except InsufficientFunds:
            return 0

    assert sum(at_once(50, work)) == 1
    assert balances(fund) == {"claimed": 100}


def test_one_key_fifty_times_at_once_moves_once():
    fund = world().fund(100)
    posting = Posting(Act.RESERVE, fund.budget_id, fund.pk, 60, "same", None)
    assert sum(at_once(50, lambda client: post([posting]))) == 1
    assert balances(fund) == {"available": 40, "reserved": 60}


def test_one_key_for_different_amounts_at_once_takes_one_of_them():
    fund = world().fund(1000)

    def work(client):
        try:
            return post([Posting(Act.RESERVE, fund.budget_id, fund.pk, client + 1, "same", None)])
        except DuplicatePosting:
            return -1

    assert sorted(at_once(20, work)) == [-1] * 19 + [1]


@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_a_cut_connection_and_a_retry_double_nothing(when):
    fund = world().fund(100)
    posting = Posting(Act.RESERVE, fund.budget_id, fund.pk, 60, "retried", None)

    def lose_the_line():
        with transaction.atomic():
            post([posting])
            if when == "after commit":
                connection.connection.commit()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def cut(client):
        with pytest.raises(DatabaseError):
            lose_the_line()
        return True

    assert at_once(1, cut) == [True]
    assert post([posting]) == (1 if when == "before commit" else 0)
    assert balances(fund) == {"available": 40, "reserved": 60}


def test_closing_a_period_and_posting_at_once_never_both_succeed():
    w = world()
    program = w.program()
    for turn in range(10):
        budget = w.budget(program, amount=0)

        def work(client, turn=turn, budget=budget):
            if client == 0:
                try:
                    return actions.close_period(budget=budget, by=w.manager, now=timezone.now()) and "closed"
                except actions.FundsRefused:
                    return "refused"
            try:
                actions.fund(budget=budget, amount=100, key=f"late-{turn}", by=w.manager)
            except Exception as refusal:
                return type(refusal).__name__
            return "funded"

        outcome = set(at_once(2, work))
        assert outcome in ({"closed", "ClosedPeriod"}, {"refused", "funded"}), outcome
