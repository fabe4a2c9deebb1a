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
from claims.states import ClaimStatus as S
from claims.states.payments import PaymentStatus
from funds import actions as funds
from funds.models import Allocation
from funds.reconcile import reconcile
from partners.models import Event
from tests.cast import NOW, TODAY, world

WHO = ("owner", "member", "stranger", "manager", "admin", "second_admin", "finance")
people = st.sampled_from(WHO)
places = st.integers(0, 2)
SAID = {"code": "other", "reason": "No."}
# Every act on a claim by itself, and what it says.
ACTS = {
    "submit": {},
    "take": {},
    "ask": {"question": "Who came?"},
    "answer": {"words": "Forty."},
    "approve": {},
    "approve_too": {},
    "send_to_review": {"reason": "Look again."},
    "send_back": SAID,
    "reject": SAID,
    "undo": {"reason": "By mistake."},
    "dispute": {"reason": "It was all there."},
    "withdraw": {},
    "reopen": {},
    "pay": {"paid_on": TODAY, "reference": "R"},
}
BY_THE_PARTNER = {"submit", "answer", "dispute", "withdraw", "reopen"}
NAMES_A_VERSION = ACTS.keys() - BY_THE_PARTNER - {"take"}
FITTING = {
    S.DRAFT: ["submit"],
    S.SUBMITTED: ["take"],
    S.DISPUTED: ["take"],
    S.INFO_REQUESTED: ["answer"],
    S.IN_REVIEW: ["approve", "approve", "approve", "reject", "send_back"],
    S.SECOND_APPROVAL: ["approve_too", "approve_too", "send_to_review"],
    S.APPROVED: ["pay", "undo"],
    S.PARTLY_APPROVED: ["dispute", "undo", "pay"],
    S.REJECTED: ["dispute", "reopen"],
    S.RETURNED: ["reopen"],
    S.WITHDRAWN: ["reopen"],
}


class Lifecycle(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.w = world()
        # All of a claim is more than one person may approve; a part of it may be less.
        self.fund = self.w.fund(1_000_00, budget=self.w.budget(self.w.program(second_approval_over=300_00)))
        funds.reserve(allocation=self.fund, amount=300_00, key="k", by=self.w.manager, reason="Plan", at=NOW)
        self.claims = [self.w.draft(self.fund, costs=(700_00, 101)) for _ in range(3)]
        # Most acts are about filed claims: one begins there.
        filed = actions.submit(claim=self.claims[1], by=self.w.owner, now=NOW)
        actions.take(claim=filed, by=self.w.admin, now=NOW)

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
        new = [event for event in new if event.subject == "claims.claim"]
        for event in new:
            if event.from_state:
                assert (ClaimStatus(event.from_state), ClaimStatus(event.to_state)) in CLAIM_TRANSITIONS
        assert new[0].from_state in ("", before[0])
        assert new[-1].to_state in ("", after.status)

    @rule(place=places, who=people, act=st.sampled_from(sorted(ACTS)), part=st.integers(0, 350_00), stale=st.booleans())
    def anything(self, place, who, act, part, stale):
        """Any act by anybody, whatever the claim's status; sometimes on an older version than today's."""
        seen = {"version": self.version(place) - stale} if act in NAMES_A_VERSION else {}
        if act == "approve" and part % 2:
            seen["verdicts"] = {self.claims[place].lines.first().pk: Verdict(part, "other", "Less.")}
        self.attempt(getattr(actions, act), place, who, **seen, **ACTS[act])

    @rule(place=places, way=st.integers(0, 11), admin=st.sampled_from(["admin", "second_admin"]))
    def go_on(self, place, way, admin):
        """One of the acts that fit where the claim stands: at random alone, few get as far as a dispute."""
        fitting = FITTING.get(self.w.again(self.claims[place]).status)
        if fitting is None:
            return
        act = fitting[way % len(fitting)]
        who = {"pay": "finance"}.get(act, "owner" if act in BY_THE_PARTNER else admin)
        seen = {"version": self.version(place)} if act in NAMES_A_VERSION else {}
        if act == "approve" and way > 5:
            seen["verdicts"] = {self.claims[place].lines.first().pk: Verdict(100_00, "other", "Less.")}
        self.attempt(getattr(actions, act), place, who, **seen, **ACTS[act])

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
        confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED)
        assert fund.paid == (confirmed.aggregate(total=Sum("amount"))["total"] or 0)
        assert fund.granted == 1_000_00
        assert reconcile().differences == []

    @invariant()
    def statuses_move_along_the_table(self):
        if not hasattr(self, "fund"):
            return
        reached = {pair[1] for pair in CLAIM_TRANSITIONS} | {ClaimStatus.DRAFT}
        for claim in Claim.objects.all():
            assert claim.status in reached
            people = [claim.filed_by_id, claim.decided_by_id, claim.second_by_id, claim.paid_by_id]
            known = [someone for someone in people if someone]
            assert len(known) == len(set(known))
            assert not claim.decided_by_id or claim.decided_by_id != claim.first_decided_by_id
            if claim.status in AWAITING_PAYMENT:
                assert claim.second_by_id or (claim.approved or 0) <= 300_00


class TestLifecycle(TestCase):
    def test_money_and_record_stay_right(self):
        run_state_machine_as_test(
            Lifecycle,
            settings=settings(
                max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )


def test_the_database_refuses_every_other_step(w):
    """All pairs of statuses that are not in the table, straight by SQL."""
    claim = w.approved()
    legal = {(a.value, b.value) for a, b in CLAIM_TRANSITIONS}
    past = "SET LOCAL session_replication_role = %s"
    people = "filed_by_id = %s, filed_at = now(), decided_by_id = %s, paid_by_id = %s, approved = asked"
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
