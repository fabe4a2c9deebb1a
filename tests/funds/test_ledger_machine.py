"""Random acts, legal and not, on several budgets and funds beside a simple model in Python; after each, both agree."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from funds.ledger import ClosedPeriod, DuplicatePosting, IllegalMovement, InsufficientFunds, Posting, post
from funds.models import Allocation, Budget, Movement
from funds.reconcile import reconcile
from funds.states import ACTS, ALLOCATION_BUCKETS, BUDGET_ACTS, Act, Bucket
from programs.money import LARGEST
from tests.cast import NOW, world

FUNDS = 4
places = st.integers(0, FUNDS - 1)
amounts = st.one_of(st.integers(1, 500), st.sampled_from([0, -1, 1_000_000, LARGEST, LARGEST + 1, 2**63 - 1]))
pairs = [(act, pair) for act, moves in ACTS.items() for pair in moves]


class Ledger(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        # Each example works in a transaction of its own and leaves nothing behind.
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        w = world()
        budgets = [w.budget(amount=1000), w.budget(amount=1000)]
        self.funds = [w.fund(100, budget=budgets[n % 2]) for n in range(FUNDS)]
        self.balances = [dict.fromkeys(ALLOCATION_BUCKETS, 0) | {Bucket.AVAILABLE: 100} for _ in range(FUNDS)]
        self.unallocated = {budget.pk: 800 for budget in budgets}
        self.funded = {budget.pk: 1000 for budget in budgets}
        self.closed: set[int] = set()
        self.keys = 0
        self.made: list[Posting] = []

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, *postings) -> type | None:
        """None when it was posted, else the refusal."""
        try:
            with transaction.atomic():
                assert post(postings) == len(postings)
        except (InsufficientFunds, IllegalMovement, ClosedPeriod) as refusal:
            return type(refusal)
        return None

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    @rule(place=places, choice=st.sampled_from(pairs), amount=amounts)
    def act(self, place, choice, amount):
        act, (source, target) = choice
        fund = self.funds[place]
        on_fund = act not in BUDGET_ACTS
        posting = Posting(
            act, fund.budget_id, fund.pk if on_fund else None, amount, self.key(), None, source=source, target=target
        )
        refusal = self.attempt(posting)
        held = self.held(place, source)
        if not 0 < amount <= LARGEST:
            assert refusal is IllegalMovement
        elif fund.budget_id in self.closed:
            assert refusal is ClosedPeriod
        elif held is not None and held < amount:
            assert refusal is InsufficientFunds
        else:
            assert refusal is None
            self.made.append(posting)
            self.change(place, source, -amount)
            self.change(place, target, amount)

    @rule(orders=st.lists(st.tuples(places, st.sampled_from(pairs), st.integers(1, 150)), min_size=2, max_size=8))
    def batch(self, orders):
        """All or none, and only the outcome counts: what comes in within the batch may go out in it."""
        before = [dict(kept) for kept in self.balances], dict(self.unallocated), dict(self.funded)
        postings = []
        for place, (act, (source, target)), amount in orders:
            fund = self.funds[place]
            on = None if act in BUDGET_ACTS else fund.pk
            postings.append(Posting(act, fund.budget_id, on, amount, self.key(), None, "", source, target))
            self.change(place, source, -amount)
            self.change(place, target, amount)
        kept = [self.unallocated, self.funded, *self.balances]
        possible = all(balance >= 0 for each in kept for balance in each.values())
        closed = any(posting.budget_id in self.closed for posting in postings)
        refusal = self.attempt(*postings)
        if closed:
            assert refusal is ClosedPeriod
        else:
            assert refusal is (None if possible else InsufficientFunds)
        if refusal:
            self.balances, self.unallocated, self.funded = before
        else:
            self.made += postings

    @precondition(lambda self: getattr(self, "made", None))
    @rule(chance=st.randoms(use_true_random=False), more=st.integers(0, 1))
    def again(self, chance, more):
        """A posting that stands is not made again; with another amount it is refused."""
        posting = chance.choice(self.made)
        if not more:
            assert post([posting]) == 0
            return
        with pytest.raises(DuplicatePosting):
            post([replace(posting, amount=posting.amount - 1 or 2)])

    def held(self, place, bucket) -> int | None:
        """What the bucket holds; None of the outside, which holds any amount."""
        if bucket == Bucket.OUTSIDE:
            return None
        if bucket == Bucket.UNALLOCATED:
            return self.unallocated[self.funds[place].budget_id]
        return self.balances[place][bucket]

    def change(self, place, bucket, amount):
        if bucket == Bucket.OUTSIDE:
            self.funded[self.funds[place].budget_id] -= amount
        elif bucket == Bucket.UNALLOCATED:
            self.unallocated[self.funds[place].budget_id] += amount
        else:
            self.balances[place][bucket] += amount

    @rule(place=places, act=st.sampled_from(Act), way=st.tuples(st.sampled_from(Bucket), st.sampled_from(Bucket)))
    def illegal_pair(self, place, act, way):
        source, target = way
        if (source, target) in ACTS[act]:
            return
        fund = self.funds[place]
        posting = Posting(act, fund.budget_id, fund.pk, 1, self.key(), None, source=source, target=target)
        assert self.attempt(posting) is IllegalMovement

    @rule(place=places, act=st.sampled_from(sorted(BUDGET_ACTS)))
    def budget_act_on_a_fund(self, place, act):
        fund = self.funds[place]
        refusal = self.attempt(Posting(act, fund.budget_id, fund.pk, 1, self.key(), None))
        assert refusal in (IllegalMovement, ClosedPeriod)

    @rule(place=places)
    def through_another_budget(self, place):
        fund = self.funds[place]
        other = next(f for f in self.funds if f.budget_id != fund.budget_id)
        assert self.attempt(Posting(Act.RESERVE, other.budget_id, fund.pk, 1, self.key(), None)) is IllegalMovement

    @rule(place=places, often=st.integers(0, 4))
    def close(self, place, often):
        budget = self.funds[place].budget_id
        if len(self.closed) == 0 and often == 4:  # seldom: for good
            Budget.objects.filter(pk=budget).update(closed_at=NOW)
            self.closed.add(budget)

    @rule()
    def a_closed_period_stays_closed(self):
        for budget in self.closed:
            with pytest.raises(DatabaseError), transaction.atomic():
                Budget.objects.filter(pk=budget).update(closed_at=None)

    @invariant()
    def balances_agree(self):
        if not hasattr(self, "funds"):
            return
        kept = Allocation.objects.in_bulk([fund.pk for fund in self.funds])
        for fund, expected in zip(self.funds, self.balances, strict=True):
            assert {b: getattr(kept[fund.pk], b.value) for b in ALLOCATION_BUCKETS} == expected
        for pk, funded, unallocated in Budget.objects.values_list("pk", "funded", "unallocated"):
            assert (funded, unallocated) == (self.funded[pk], self.unallocated[pk])

    @invariant()
    def movements_agree(self):
        if hasattr(self, "funds"):
            assert reconcile().differences == []
            assert Movement.objects.count() == Movement.objects.values("key").distinct().count()


class TestLedger(TestCase):
    def test_it_agrees_with_the_model(self):
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
