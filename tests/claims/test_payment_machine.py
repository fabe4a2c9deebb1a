"""Random acts by random people on the payments of a few claims: whatever succeeds, money, statuses and record stay right."""

from collections import Counter

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claims import actions
from claims.models import Batch, Claim, Hold, Payment, Reversal, ShortPay
from claims.states import AWAITING_PAYMENT
from claims.states.payments import LIVE, ON_THE_WAY, WAITING
from funds.models import Allocation, Movement
from funds.reconcile import reconcile
from partners.models import Event
from tests.cast import NOW, TODAY, world
from tests.claims import paying

WHO = ("owner", "member", "manager", "admin", "finance", "fiona")
people = st.sampled_from(WHO)
some = st.integers(0, 5)


class Payments(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.w = world()
        self.people = {name: getattr(self.w, name, None) or paying.colleague(self.w) for name in WHO}
        self.fund = self.w.fund(10_000_00)
        for _ in range(3):
            paying.due(self.w, self.fund)

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, act, who, **arguments):
        """Do it or be refused; a refusal leaves no trace."""
        before = self.trace()
        try:
            with transaction.atomic():
                act(by=self.people[who], now=NOW, **arguments)
        except (actions.ClaimRefused, PermissionDenied):
            assert self.trace() == before

    def trace(self):
        states = list(Payment.objects.order_by("pk").values_list("pk", "status", "version"))
        return states, Event.objects.count(), Movement.objects.count()

    def pick(self, model, place, **narrowed):
        found = list(model.objects.filter(**narrowed).order_by("-pk")[:6])
        return found[place % len(found)] if found else None

    def payment(self, place, *states):
        found = self.pick(Payment, place, **({"status__in": states} if states else {}))
        return paying.again(found) if found else None

    @rule(place=some, who=people, code=st.sampled_from(["other", "checking", "asked"]))
    def hold(self, place, who, code):
        self.attempt(actions.hold, who, payment=self.payment(place), code=code, words="Wait.")

    @rule(place=some, who=people)
    def lift(self, place, who):
        if found := self.pick(Hold, place, closed_at=None):
            self.attempt(actions.lift, who, hold=found, words="Done.")

    @rule(who=people, count=st.integers(1, 4), method=st.sampled_from(["bank", "credit"]))
    def make_batch(self, who, count, method):
        chosen = list(Payment.objects.filter(status__in=WAITING).values_list("pk", flat=True)[:count])
        asked = {"vendor": self.w.northgate, "currency": "USD", "method": method, "execute_on": TODAY}
        self.attempt(actions.make_batch, who, payment_ids=chosen, **asked)

    @rule(place=some, who=people)
    def take_out(self, place, who):
        if found := self.payment(place, "batched"):
            self.attempt(actions.take_out, who, payment=found)

    @rule(place=some, who=people, stale=st.booleans())
    def send(self, place, who, stale):
        if found := self.pick(Batch, place):
            self.attempt(actions.send_batch, who, batch=found, version=found.version - stale)

    @rule(place=some, who=people)
    def drop(self, place, who):
        if found := self.pick(Batch, place):
            self.attempt(actions.drop_batch, who, batch=found)

    @rule(place=some, who=people, less=st.sampled_from([0, 0, 1, 100_00, 900_00]), fails=st.booleans())
    def settle(self, place, who, less, fails):
        if found := self.payment(place, "sent", "confirmed", "failed", "pending"):
            answer = paying.failed(found) if fails else paying.arrived(found, found.amount - less)
            self.attempt(actions.settle, who, answers=[answer])

    @rule(place=some, who=people)
    def pay_by_hand(self, place, who):
        claim = self.pick(Claim, place)
        self.attempt(actions.pay, who, claim=claim, version=claim.version, paid_on=TODAY, reference="HAND")

    @rule(place=some, who=people, first=st.integers(1, 600_00))
    def split(self, place, who, first):
        claim = self.pick(Claim, place)
        whole = claim.payments.filter(status__in=WAITING).aggregate(sum=Sum("amount"))["sum"] or 0
        parts = [(first, TODAY), (whole - first, TODAY)]
        self.attempt(actions.split, who, claim=claim, version=claim.version, parts=parts)

    @rule(place=some, who=people)
    def pay_rest(self, place, who):
        if found := self.pick(ShortPay, place):
            self.attempt(actions.pay_rest, who, short=found, words="A fee.")

    @rule(place=some, who=people)
    def accept_short(self, place, who):
        if found := self.pick(ShortPay, place):
            self.attempt(actions.accept_short, who, short=found, words="Fine.")

    @rule(place=some, who=people, back_to=st.sampled_from(["fund", "budget"]))
    def propose_reversal(self, place, who, back_to):
        claim = self.pick(Claim, place)
        self.attempt(actions.propose_reversal, who, claim=claim, back_to=back_to, code="twice", reason="Twice.")

    @rule(place=some, who=people, confirms=st.booleans())
    def decide_reversal(self, place, who, confirms):
        if found := self.pick(Reversal, place):
            more = {} if confirms else {"words": ""}
            self.attempt(actions.confirm_reversal if confirms else actions.drop_reversal, who, reversal=found, **more)

    @rule(checks=st.booleans(), who=people)
    def bank_details(self, checks, who):
        details = self.w.brightpath.bank_details.get(replaced_at=None)
        if checks:
            self.attempt(actions.check_details, who, details=details, words="Called.")
        elif who == "owner":
            paying.enter(self.w.brightpath, self.people[who])

    @invariant()
    def each_cent_is_where_the_payments_say(self):
        if not hasattr(self, "fund"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        fund = Allocation.objects.get(pk=self.fund.pk)
        claims = Claim.objects.filter(allocation=fund)
        unpaid = claims.filter(status__in=AWAITING_PAYMENT).aggregate(sum=Sum(F("approved") - F("paid")))["sum"] or 0
        arrived = Payment.objects.filter(status="confirmed").aggregate(sum=Sum("received"))["sum"] or 0
        assert (fund.approved, fund.paid) == (unpaid, arrived)
        assert reconcile().differences == []

    @invariant()
    def each_claim_stands_as_its_payments_do(self):
        if not hasattr(self, "fund"):
            return
        for claim in Claim.objects.filter(allocation=self.fund):
            states = Counter(claim.payments.values_list("status", flat=True))
            live = claim.payments.filter(status__in=LIVE).aggregate(sum=Sum(Coalesce("received", "amount")))["sum"] or 0
            open_short = (
                ShortPay.objects.filter(payment__claim=claim, status="open").aggregate(sum=Sum("missing"))["sum"] or 0
            )
            if claim.status == "reversed":
                assert claim.paid == 0
                assert not set(states) & {*LIVE}
                continue
            # All that is approved is planned, on its way, arrived, or waits for a word on what fell short.
            assert live + open_short == claim.approved
            moving = any(states[state] for state in (*ON_THE_WAY, "confirmed"))
            expected = "paid" if claim.paid == claim.approved else "payable" if moving else None
            assert claim.status == expected if expected else claim.status in ("approved", "partly_approved")


class TestPayments(TestCase):
    def test_it(self):
        run_state_machine_as_test(
            Payments,
            settings=settings(
                max_examples=25, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
