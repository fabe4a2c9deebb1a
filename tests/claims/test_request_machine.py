"""Random acts by random people on requests and claims of one fund: whatever succeeds, the money and the record stay right."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claims import actions as claims
from claims.actions import requests
from claims.actions.filing import Entry
from claims.actions.review import Verdict
from claims.models import FundRequest
from claims.reconcile import reconcile as request_differences
from claims.states.requests import REQUEST_TRANSITIONS, RequestStatus
from funds import actions as funds
from funds.ledger import LedgerError
from funds.models import Allocation
from funds.reconcile import reconcile
from partners.models import Event
from programs.days import Clock
from tests.cast import NOW, TODAY, accepted_file, world
from tests.claims.asking import END, START, again, draft, filed, second_manager

WHO = ("owner", "member", "stranger", "manager", "second", "admin", "finance", "other_manager")
# Mostly those who may, so that the stories get far.
asking = st.sampled_from((*["owner"] * 6, *WHO))
deciding = st.sampled_from((*["manager", "second"] * 4, *WHO))
places = st.integers(0, 1)
REFUSALS = (requests.RequestRefused, claims.ClaimRefused, PermissionDenied, LedgerError)


class Requests(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.w = world()
        self.w.second = second_manager(self.w)
        program = self.w.program(second_approval_over=300_00)
        self.fund = self.w.fund(1_000_00, budget=self.w.budget(program))
        self.requests = [
            draft(self.w, self.fund, cost, title=title) for cost, title in ((900_00, "One"), (500_00, "Two"))
        ]
        requests.submit(request=self.requests[0], by=self.w.owner, now=NOW)
        self.claims = []

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, act, at, who, **arguments):
        """Do it or be refused; a refusal leaves no trace, and an act leaves events that follow the table."""
        request = again(self.requests[at])
        before = (request.status, request.version, Event.objects.count())
        try:
            with transaction.atomic():
                act(request=request, by=getattr(self.w, who), now=NOW, **arguments)
        except REFUSALS:
            after = again(request)
            assert (after.status, after.version, Event.objects.count()) == before
            return
        after, new = again(request), list(Event.objects.order_by("id")[before[2] :])
        if act is requests.take and not new:  # one's own already: nothing to tell
            return
        assert new, "every act leaves an event"
        for event in new:
            if event.from_state:
                assert (RequestStatus(event.from_state), RequestStatus(event.to_state)) in REQUEST_TRANSITIONS
        assert new[-1].to_state in ("", after.status)
        # Taken over from a colleague it says the same as before, so that what somebody saw of it still holds.
        is_taken_over = act is requests.take and after.status == before[0]
        assert after.version == before[1] if is_taken_over else after.version > before[1]

    def version(self, place) -> int:
        return again(self.requests[place]).version

    @rule(place=places, who=asking)
    def submit(self, place, who):
        self.attempt(requests.submit, place, who)

    @rule(place=places, who=asking)
    def take_back(self, place, who):
        self.attempt(requests.take_back, place, who)

    @rule(place=places, who=deciding)
    def take(self, place, who):
        self.attempt(requests.take, place, who)

    @rule(place=places, who=deciding, part=st.integers(0, 460_00), stale=st.booleans())
    def approve(self, place, who, part, stale):
        amount = part if part % 2 else None
        version = self.version(place) - stale
        self.attempt(requests.approve, place, who, version=version, amount=amount, code="other", reason="Less.")

    @rule(place=places, who=deciding)
    def approve_too(self, place, who):
        self.attempt(requests.approve_too, place, who, version=self.version(place))

    @rule(place=places, who=deciding)
    def not_too(self, place, who):
        self.attempt(requests.not_too, place, who, version=self.version(place), reason="No.")

    @rule(place=places, who=deciding)
    def ask_and_answer(self, place, who):
        due = TODAY + timedelta(days=2)
        self.attempt(requests.ask, place, who, version=self.version(place), question="Who?", due=due)

    @rule(place=places, who=asking)
    def answer(self, place, who):
        self.attempt(requests.answer, place, who, words="Forty.")

    @rule(place=places, who=deciding, no=st.sampled_from([requests.send_back, requests.decline]))
    def turn_down(self, place, who, no):
        self.attempt(no, place, who, version=self.version(place), code="other", reason="No.")

    @rule(place=places, who=asking, amount=st.integers(1, 700_00))
    def amend(self, place, who, amount):
        wanted = {"starts_on": START, "ends_on": END, "place": "Bonn", "reason": "It moved."}
        self.attempt(requests.amend, place, who, amount=amount, **wanted)

    @rule(place=places, who=deciding)
    def accept_change(self, place, who):
        self.attempt(requests.accept_change, place, who, version=self.version(place))

    @rule(place=places, who=deciding)
    def refuse_change(self, place, who):
        self.attempt(requests.refuse_change, place, who, version=self.version(place), code="other", reason="No.")

    @rule(place=places, who=asking, how=st.sampled_from(["complete", "cancel", "revoke"]))
    def end(self, place, who, how):
        if how == "complete":
            self.attempt(requests.complete, place, who)
        elif how == "cancel":
            self.attempt(requests.cancel, place, who, reason="")
        else:
            self.attempt(requests.revoke, place, who, version=self.version(place), code="other", reason="No.")

    @rule(days=st.sampled_from([0, 3, 200]))
    def a_day_comes(self, days):
        clock = Clock(NOW, on=TODAY + timedelta(days=days))
        requests.return_unanswered(clock=clock)
        if days > 100 and len(self.claims) % 2:
            requests.expire(clock=clock)

    @rule(place=places, cost=st.integers(2, 500_00), alone=st.booleans())
    def file_a_claim(self, place, cost, alone):
        w, request = self.w, None if alone else again(self.requests[place])
        try:
            with transaction.atomic():
                claim = claims.start(
                    allocation=self.fund, title=f"Claim {len(self.claims)}", by=w.owner, now=NOW, request=request
                )
                entry = Entry("Room", "Hotel", f"H-{len(self.claims)}", TODAY - timedelta(days=1), cost)
                claims.save(claim=claim, title=claim.title, entries=[entry], by=w.owner, now=NOW)
                claims.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
                claims.submit(claim=w.again(claim), by=w.owner, now=NOW)
        except claims.ClaimRefused:
            return
        self.claims.append(claim)

    @rule(how=st.sampled_from(["approve", "part", "reject", "withdraw"]), which=st.integers(0, 5))
    def decide_a_claim(self, how, which):
        if not self.claims:
            return
        claim = self.w.again(self.claims[which % len(self.claims)])
        try:
            with transaction.atomic():
                if how == "withdraw":
                    claims.withdraw(claim=claim, by=self.w.owner, now=NOW)
                elif how == "reject":
                    sure = {"version": claim.version, "by": self.w.admin, "now": NOW}
                    claims.reject(claim=claim, code="other", reason="No.", **sure)
                else:
                    line = claim.lines.get()
                    verdicts = {line.pk: Verdict(line.asked // 2, "other", "Less.")} if how == "part" else {}
                    sure = {"version": claim.version, "by": self.w.admin, "now": NOW}
                    claims.approve(claim=claim, verdicts=verdicts, **sure)
        except claims.ClaimRefused:
            return

    @rule(amount=st.integers(1, 200_00), by_hand=st.sampled_from([funds.reserve, funds.release]))
    def by_hand(self, amount, by_hand):
        try:
            with transaction.atomic():
                key = f"{Event.objects.count()}"
                by_hand(allocation=self.fund, amount=amount, key=key, by=self.w.manager, reason="x", at=NOW)
        except LedgerError:
            return

    @invariant()
    def the_money_is_where_the_record_says(self):
        if not hasattr(self, "claims"):
            return
        with connection.cursor() as cursor:
            # What the database would look at when the transaction ends.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert reconcile().differences == []
        assert request_differences()[1] == []
        fund = Allocation.objects.get(pk=self.fund.pk)
        assert fund.granted == 1_000_00
        held = FundRequest.objects.filter(allocation=fund).aggregate(total=Sum("reserved"))["total"]
        assert held <= fund.reserved

    @invariant()
    def nobody_decides_on_the_own_and_two_say_yes_to_much(self):
        if not hasattr(self, "claims"):
            return
        partner = {self.w.owner.pk, self.w.member.pk}
        for request in FundRequest.objects.all():
            known = [p for p in (request.filed_by_id, request.decided_by_id, request.second_by_id) if p]
            assert len(known) == len(set(known))
            assert not {request.decided_by_id, request.second_by_id} & partner
            if request.is_in_force and request.approved > 300_00:
                assert request.second_by_id


class TestRequests(TestCase):
    def test_money_and_record_stay_right(self):
        run_state_machine_as_test(
            Requests,
            settings=settings(
                max_examples=10, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )


def test_the_database_refuses_every_other_step(w):
    """All pairs of statuses that are not in the table, straight by SQL."""
    request = filed(w, w.fund(1_000_00))
    legal = {(a.value, b.value) for a, b in REQUEST_TRANSITIONS}
    facts = "decided_by_id = %s, decided_at = now(), approved = 1, claim_by = now()"
    for source in RequestStatus.values:
        for target in RequestStatus.values:
            sid = transaction.savepoint()
            amendment = ["'{}'" if status == RequestStatus.AMENDED else "NULL" for status in (source, target)]
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(
                    f"UPDATE claims_fundrequest SET status = %s, {facts}, amendment = {amendment[0]} WHERE id = %s",
                    [source, w.manager.pk, request.pk],
                )
                cursor.execute("SET LOCAL session_replication_role = origin")
                moved = f"status = %s, version = version + 1, amendment = {amendment[1]}"
                step = f"UPDATE claims_fundrequest SET {moved} WHERE id = %s"
                if (source, target) in legal or source == target:
                    cursor.execute(step, [target, request.pk])
                else:
                    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                        cursor.execute(step, [target, request.pk])
            transaction.savepoint_rollback(sid)


ACTS = {
    "approve": ("manager", {}),
    "send_back": ("manager", {"code": "other", "reason": "No."}),
    "decline": ("manager", {"code": "other", "reason": "No."}),
    "ask": ("manager", {"question": "Who?", "due": TODAY + timedelta(days=2)}),
    "accept_change": ("manager", {}),
    "revoke": ("manager", {"code": "other", "reason": "No."}),
    "approve_too": ("manager", {}),
}
POSSIBLE = {
    "draft": set(),
    "submitted": {"approve", "send_back", "decline", "ask"},
    "approved": {"revoke"},
    "completed": set(),
    "returned": set(),
}


def brought_to(w, status: str) -> FundRequest:
    fund = w.fund(1_000_00)
    request = draft(w, fund)
    if status != "draft":
        request = again(requests.submit(request=request, by=w.owner, now=NOW))
    if status in ("approved", "completed"):
        request = again(requests.approve(request=request, version=request.version, by=w.manager, now=NOW))
    if status == "completed":
        requests.complete(request=request, by=w.owner, now=NOW)
    if status == "returned":
        sure = {"version": request.version, "by": w.manager, "now": NOW}
        requests.send_back(request=request, code="other", reason="No.", **sure)
    return again(request)


@pytest.mark.parametrize("status", POSSIBLE)
def test_an_act_that_the_status_does_not_allow_is_refused(w, status):
    for name, (who, arguments) in ACTS.items():
        if name in POSSIBLE[status]:
            continue
        request = brought_to(w, status)
        with pytest.raises((requests.RequestRefused, PermissionDenied)):
            getattr(requests, name)(request=request, version=request.version, by=getattr(w, who), now=NOW, **arguments)
        assert again(request).status == request.status
