"""A manager takes lapsed money back and grants it to plans that are ready: looked at first, then done at once or not at all."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import actions
from funds.asks import Proposal
from funds.lapse import lapse
from funds.ledger import DuplicatePosting, InsufficientFunds
from funds.models import Allocation, Budget
from funds.reconcile import reconcile
from partners.models import Event
from programs import actions as programs
from programs.days import Clock
from tests.cast import NOW, TODAY, balances
from tests.funds.test_plans import plan
from tests.pages import errors, fresh_key, queries, told

LATE = NOW + timedelta(days=12)


@pytest.fixture(autouse=True)
def _late():
    with time_machine.travel(LATE, tick=True):
        yield


@pytest.fixture
def budget(w):
    """$1,000.00 is not granted; $3,000.00 of Brightpath's and $1,500.00 of Othertech's has lapsed."""
    budget = w.budget(amount=5_500_00)
    days = {"expires_on": TODAY + timedelta(days=10), "claim_by": TODAY + timedelta(days=11)}
    w.fund(3_000_00, budget=budget, **days)
    w.fund(1_500_00, budget=budget, partner=w.othertech, **days)
    lapse(clock=Clock(LATE))
    budget.refresh_from_db()
    return budget


def lapsed(budget) -> list[Allocation]:
    return list(budget.allocations.filter(lapsed__gt=0).order_by("pk"))


def soon(w, budget, amount: int, days: int = 20, **fields) -> Proposal:
    day = TODAY + timedelta(days=days)
    return plan(w, budget.program, amount=amount, starts_on=day, ends_on=day, **fields)


def url(budget) -> str:
    return reverse("funds:regrant", args=[budget.pk])


def choice(funds=(), plans=None, **fields) -> dict:
    amounts = {f"plan-{made.pk}": amount for made, amount in (plans or {}).items()}
    return {"key": fresh_key(), "fund": [f"{fund.pk}:{fund.lapsed}" for fund in funds]} | amounts | fields


def unallocated(budget) -> int:
    return Budget.objects.get(pk=budget.pk).unallocated


def test_looked_at_and_then_done_at_once(w, budget, client):
    ours = soon(w, budget, 2_000_00)
    theirs = soon(w, budget, 2_200_00, 15, partner=w.othertech, by=w.stranger, title="Expo")
    client.force_login(w.manager)
    assert url(budget) in client.get(reverse("funds:budget", args=[budget.pk])).text
    page = client.get(url(budget))
    assert [row["plan"] for row in page.context["plans"]] == [theirs, ours]
    # What is there is filled in, for what can start first.
    assert [row["field"].value() for row in page.context["plans"]] == ["2200.00", "2000.00"]
    assert all(row["chosen"] for row in page.context["funds"])
    sent = choice(lapsed(budget), {ours: "1,800.00", theirs: "2,200"})
    looked = client.post(url(budget), sent)
    assert "Grant $4,000.00 to 2 plans?" in looked.text
    assert (looked.context["taken"], looked.context["left"]) == (4_500_00, 1_500_00)
    assert unallocated(budget) == 1_000_00
    hidden = dict(looked.context["hidden"])
    assert hidden[f"plan-{ours.pk}"] == "1,800.00"
    before = Event.objects.count()
    done = client.post(url(budget), sent | {"confirm": "1"}, follow=True)
    assert told(done) == [
        "$4,500.00 that had lapsed is back in the budget. 2 plans have $4,000.00 now: the partners see their new funds."
    ]
    assert unallocated(budget) == 1_500_00
    assert lapsed(budget) == []
    for made, amount, partner in ((ours, 1_800_00, w.brightpath), (theirs, 2_200_00, w.othertech)):
        made.refresh_from_db()
        assert (made.status, made.decided_by, made.allocation.partner) == ("granted", w.manager, partner)
        assert balances(made.allocation) == {"available": amount}
        assert made.allocation.expires_on == budget.program.ends_on
        event = Event.objects.about(made).last()
        assert (event.verb, event.to_state, event.data["fund"]) == ("granted", "granted", made.allocation_id)
    # Each fund that gave, each that was made and each plan has one.
    assert Event.objects.count() == before + 6
    assert reconcile().differences == []
    client.force_login(w.owner)
    assert "granted it money" in client.get(reverse("funds:proposal", args=[ours.pk])).text
    # A repeated click, from a page where none of it stands any more.
    client.force_login(w.manager)
    again = client.post(url(budget), sent | {"confirm": "1"}, follow=True)
    assert "nothing was moved a second time" in told(again)[0]
    assert unallocated(budget) == 1_500_00


def test_one_can_go_back_and_change_it(w, budget, client):
    ours = soon(w, budget, 2_000_00)
    client.force_login(w.manager)
    page = client.post(url(budget), choice(lapsed(budget)[:1], {ours: "5.00"}, change="1"))
    assert [row["chosen"] for row in page.context["funds"]] == [True, False]
    assert page.context["plans"][0]["field"].value() == "5.00"


def test_a_plan_may_be_granted_what_was_never_granted(w, budget, client):
    ours = soon(w, budget, 900_00)
    client.force_login(w.manager)
    client.post(url(budget), choice([], {ours: "900.00"}, confirm="1"))
    assert unallocated(budget) == 100_00
    assert len(lapsed(budget)) == 2


def test_money_may_be_taken_back_for_later(w, budget, client):
    client.force_login(w.manager)
    done = client.post(url(budget), choice(lapsed(budget)[:1], confirm="1"), follow=True)
    assert told(done) == ["$3,000.00 that had lapsed is back in the budget."]
    assert unallocated(budget) == 4_000_00


def test_a_plan_that_was_opened_alone_gets_its_amount(w, budget, client):
    first, second = soon(w, budget, 900_00, 15), soon(w, budget, 700_00)
    client.force_login(w.manager)
    page = client.get(url(budget), {"plan": second.pk})
    assert {row["plan"]: row["field"].value() for row in page.context["plans"]} == {first: None, second: "700.00"}
    assert client.get(url(budget), {"plan": "\x00"}).status_code == 200


def test_who_asks_for_more_time_is_not_ticked(w, budget, client):
    ours, _ = lapsed(budget)
    fund = Allocation.objects.get(pk=ours.pk)
    actions.ask_for_time(allocation=fund, until=TODAY + timedelta(days=40), why="x", by=w.owner, now=LATE)
    client.force_login(w.manager)
    page = client.get(url(budget))
    assert [row["chosen"] for row in page.context["funds"]] == [False, True]
    assert "Asks for more time" in page.text


def test_what_would_come_too_late_says_so_and_can_not_be_granted(w, budget, client):
    program = budget.program
    early = soon(w, budget, 100_00, 5)
    with time_machine.travel(NOW + timedelta(days=6), tick=True):
        client.force_login(w.manager)
        page = client.get(url(budget))
        assert page.context["plans"][0]["late"] == "Its first day has passed."
        response = client.post(url(budget), choice([], {early: "100.00"}, confirm="1"))
    assert "Its first day has passed." in errors(response)["__all__"][0]
    assert program.proposals.open().count() == 1


@pytest.mark.parametrize(
    ("amount", "field", "words"),
    [
        ("5,500.01", "__all__", "The plans get $5,500.01, but only $5,500.00 is there."),
        ("0", "__all__", ""),
        ("-1", "plan", "without a minus"),
        ("1.001", "plan", "decimals"),
        ("lots", "plan", "Enter an amount"),
    ],
)
def test_bad_amounts_get_a_sentence_and_lose_nothing(w, budget, client, amount, field, words):
    ours = soon(w, budget, 2_000_00)
    client.force_login(w.manager)
    funds = lapsed(budget) if amount != "0" else []
    response = client.post(url(budget), choice(funds, {ours: amount}, confirm="1"))
    found = errors(response)["__all__" if field == "__all__" else f"plan-{ours.pk}"][0]
    assert (words or "Tick what to take back, or give a plan an amount.") in found
    assert response.context["plans"][0]["field"].value() == amount
    assert unallocated(budget) == 1_000_00


def test_what_changed_since_one_looked_is_said(w, budget, client):
    ours = soon(w, budget, 2_000_00)
    sent = choice(lapsed(budget), {ours: "2,000.00"}, confirm="1")
    client.force_login(w.manager)
    actions.reoffer(allocation=lapsed(budget)[0], amount=1, key="a", by=w.manager, reason="x", at=LATE)
    response = client.post(url(budget), sent)
    assert "changed since you looked" in errors(response)["fund"][0]
    assert unallocated(budget) == 1_000_01
    # The action asks again, for what changes after the form was read.
    with pytest.raises(actions.FundsRefused, match="Something changed"):
        actions.regrant(budget=budget, taken={lapsed(budget)[0].pk: 1}, shares={}, key="b", by=w.manager, at=LATE)
    actions.withdraw_proposal(proposal=ours, by=w.owner, now=LATE)
    with pytest.raises(actions.FundsRefused, match="Something changed"):
        actions.regrant(budget=budget, taken={}, shares={ours.pk: 1}, key="c", by=w.manager, at=LATE)


def test_all_or_nothing(w, budget):
    ours, theirs = soon(w, budget, 2_000_00), soon(w, budget, 1, 5)
    funds = lapsed(budget)
    for shares, refusal in (
        ({ours.pk: 1, theirs.pk: 1}, actions.FundsRefused),
        ({ours.pk: 9_000_00}, InsufficientFunds),
    ):
        taken = {fund.pk: fund.lapsed for fund in funds}
        with pytest.raises(refusal):
            actions.regrant(budget=budget, taken=taken, shares=shares, key="a", by=w.manager, at=LATE)
        ours.refresh_from_db()
        assert (ours.status, unallocated(budget), len(lapsed(budget))) == ("open", 1_000_00, 2)


def test_one_key_does_one_thing(w, budget):
    ours = soon(w, budget, 500_00)

    def grant(amount, key="same"):
        return actions.regrant(budget=budget, taken={}, shares={ours.pk: amount}, key=key, by=w.manager, at=LATE)

    assert len(grant(500_00)) == 1
    assert grant(500_00) == []
    with pytest.raises(DuplicatePosting):
        grant(400_00)
    with pytest.raises(actions.FundsRefused):
        grant(500_00, key="other")
    assert unallocated(budget) == 500_00


def test_foreign_funds_and_plans_are_out_of_reach(w, budget, client):
    elsewhere = w.budget(w.program(w.skylark, by=w.other_manager), by=w.other_manager)
    foreign = soon(w, elsewhere, 5_00)
    with pytest.raises(actions.FundsRefused):
        actions.regrant(budget=budget, taken={}, shares={foreign.pk: 1}, key="a", by=w.manager, at=LATE)
    for who in (w.owner, w.admin, w.other_manager):
        with pytest.raises(PermissionDenied):
            actions.regrant(budget=budget, taken={}, shares={foreign.pk: 1}, key="a", by=who, at=LATE)
    other = w.budget(budget.program)
    taken = {fund.pk: fund.lapsed for fund in lapsed(budget)}
    with pytest.raises(actions.FundsRefused):
        actions.regrant(budget=other, taken=taken, shares={}, key="a", by=w.manager, at=LATE)


def test_a_closed_program_or_period_grants_nothing(w, budget, client):
    ours = soon(w, budget, 5_00)
    programs.close(program=budget.program, by=w.manager, now=LATE)
    client.force_login(w.manager)
    assert "grants no new money" in told(client.get(url(budget), follow=True))[0]
    response = client.post(url(budget), choice([], {ours: "5.00"}, confirm="1"))
    assert "grants no new money" in errors(response)["__all__"][0]


def test_the_number_of_queries_does_not_grow(w, budget, client):
    client.force_login(w.manager)
    soon(w, budget, 1_00)
    at_one = queries(client, url(budget))
    more = [soon(w, budget, 1_00) for _ in range(3)]
    assert queries(client, url(budget)) == at_one

    def cost(key, *plans):
        with CaptureQueriesContext(connection) as captured:
            shares = {made.pk: 1_00 for made in plans}
            actions.regrant(budget=budget, taken={}, shares=shares, key=key, by=w.manager, at=LATE)
        return len(captured)

    # One posting is a statement by itself; several stand in a savepoint.
    assert cost("two", *more[:2]) == cost("more", soon(w, budget, 1_00), soon(w, budget, 1_00), more[2])


def test_what_is_not_shown_is_counted(w, budget, client, monkeypatch):
    """The page shows so many at once; the total counts all of them, and it says how many are not there."""
    monkeypatch.setattr("funds.views.regranting.FUNDS_SHOWN", 1)
    monkeypatch.setattr("funds.views.regranting.PLANS_SHOWN", 1)
    for day in (20, 21, 22):
        soon(w, budget, 100_00, day, title=f"Day {day}")
    client.force_login(w.manager)
    page = client.get(url(budget)).text
    assert "$4,500.00 lapsed with 2 funds" in page
    assert "1 more fund with less comes once these are taken back." in page
    assert "2 more plans that start later wait." in page
