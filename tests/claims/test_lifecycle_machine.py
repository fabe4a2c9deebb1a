"""Random acts by random people on a few claims of one fund: whatever succeeds, the money and the record stay right."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claims import actions
from claims.actions.verdicts import Verdict
from claims.models import Claim, Payment
from claims.states import AWAITING_DECISION, AWAITING_PAYMENT, CLAIM_TRANSITIONS, ClaimStatus
from funds import actions as funds
from funds.models import Allocation
from funds.reconcile import reconcile
from partners.models import Event
from tests.cast import NOW, TODAY, world

WHO = ("owner", "member", "stranger", "manager", "admin", "second_admin", "finance")
people = st.sampled_from(WHO)
places = st.integers(0, 2)


class Lifecycle(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.w = world()
        self.fund = self.w.fund(1_000_00)
        funds.reserve(allocation=self.fund, amount=300_00, key="k", by=self.w.manager, reason="Plan", at=NOW)
        self.claims = [self.w.draft(self.fund, costs=(700_00, 101)) for _ in range(3)]
        self.status = {claim.pk: claim.status for claim in self.claims}

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, act, place, who, **arguments):
        """Do it or be refused; a refusal leaves no trace."""
        claim = self.w.again(self.claims[place])
        before = (claim.status, claim.version, Event.objects.count())
        try:
            with transaction.atomic():
                act(claim=claim, by=getattr(self.w, who), now=NOW, **arguments)
        except (actions.ClaimRefused, PermissionDenied):
            after = self.w.again(claim)
            assert (after.status, after.version, Event.objects.count()) == before
            return
        after = self.w.again(claim)
        new = list(Event.objects.order_by("id")[before[2] :])
        if act is actions.take and not new:  # one's own already: nothing to tell
            assert (after.status, after.version) == before[:2]
            return
        assert new, "every act leaves an event"
        for event in new:
            if event.from_state:
                assert (ClaimStatus(event.from_state), ClaimStatus(event.to_state)) in CLAIM_TRANSITIONS
        assert new[0].from_state in ("", before[0])
        assert new[-1].to_state in ("", after.status)

    @rule(place=places, who=people)
    def submit(self, place, who):
        self.attempt(actions.submit, place, who)

    @rule(place=places, who=people)
    def take(self, place, who):
        self.attempt(actions.take, place, who)

    @rule(place=places, who=people, stale=st.booleans())
    def ask(self, place, who, stale):
        self.attempt(actions.ask, place, who, version=self.version(place) - stale, question="Who came?")

    @rule(place=places, who=people)
    def answer(self, place, who):
        self.attempt(actions.answer, place, who, words="Forty.")

    @rule(place=places, who=people, part=st.integers(0, 350_00), stale=st.booleans())
    def approve(self, place, who, part, stale):
        line = self.claims[place].lines.first()
        verdicts = {line.pk: Verdict(part, "other", "Less.")} if part % 2 else {}
        self.attempt(actions.approve, place, who, version=self.version(place) - stale, verdicts=verdicts)

    @rule(place=places, who=people)
    def reject(self, place, who):
        self.attempt(actions.reject, place, who, version=self.version(place), code="other", reason="No.")

    @rule(place=places, who=people)
    def withdraw(self, place, who):
        self.attempt(actions.withdraw, place, who)

    @rule(place=places, who=people)
    def reopen(self, place, who):
        self.attempt(actions.reopen, place, who)

    @rule(place=places, who=people)
    def pay(self, place, who):
        self.attempt(actions.pay, place, who, version=self.version(place), paid_on=TODAY, reference="R")

    def version(self, place) -> int:
        return self.w.again(self.claims[place]).version

    @invariant()
    def each_cent_is_where_the_claims_say(self):
        if not hasattr(self, "fund"):
            return
        fund = Allocation.objects.get(pk=self.fund.pk)

        def total(column, statuses):
            claims = Claim.objects.filter(allocation=fund, status__in=statuses)
            return claims.aggregate(total=Sum(column))["total"] or 0

        assert fund.claimed == total("asked", AWAITING_DECISION)
        assert fund.approved == total("approved", AWAITING_PAYMENT)
        assert fund.paid == (Payment.objects.aggregate(total=Sum("amount"))["total"] or 0)
        assert fund.granted == 1_000_00
        assert reconcile().differences == []

    @invariant()
    def statuses_move_along_the_table(self):
        if not hasattr(self, "fund"):
            return
        reached = {pair[1] for pair in CLAIM_TRANSITIONS} | {ClaimStatus.DRAFT}
        for claim in Claim.objects.all():
            assert claim.status in reached
            people = [claim.filed_by_id, claim.decided_by_id, claim.paid_by_id]
            known = [someone for someone in people if someone]
            assert len(known) == len(set(known))


class TestLifecycle(TestCase):
    def test_money_and_record_stay_right(self):
        run_state_machine_as_test(
            Lifecycle,
            settings=settings(
                max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )


def test_the_database_refuses_every_other_step(w):
    """All pairs of statuses that are not in the table, straight by SQL."""
    claim = w.approved()
    legal = {(a.value, b.value) for a, b in CLAIM_TRANSITIONS}
    past = "SET LOCAL session_replication_role = %s"
    people = "filed_by_id = %s, filed_at = now(), decided_by_id = %s, paid_by_id = %s, approved = 1"
    for source in ClaimStatus.values:
        for target in ClaimStatus.values:
            sid = transaction.savepoint()
            with connection.cursor() as cursor:
                cursor.execute(past, ["replica"])
                cursor.execute(
                    f"UPDATE claims_claim SET status = %s, {people} WHERE id = %s",
                    [source, w.owner.pk, w.admin.pk, w.finance.pk, claim.pk],
                )
                cursor.execute(past, ["origin"])
                statement = "UPDATE claims_claim SET status = %s, version = version + 1 WHERE id = %s"
                step = partial(cursor.execute, statement, [target, claim.pk])
                if (source, target) in legal or source == target:
                    step()
                else:
                    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                        step()
            transaction.savepoint_rollback(sid)
