"""A fund's story, told step by step with every balance after each. See docs/ledger.md for the same in prose."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from funds import actions as funds
from funds.asks import Proposal
from funds.lapse import lapse
from funds.ledger import IllegalMovement, InsufficientFunds, Posting, post
from funds.models import Allocation, Budget, Movement
from funds.reconcile import reconcile
from funds.states import ALLOCATION_BUCKETS, BUDGET_ACTS, Act, Bucket
from partners.models import Partner
from programs.days import Clock
from tests.cast import NOW, TODAY, balances

steps = iter(range(1_000_000))


def move(fund, act, amount, *, source=None, target=None):
    posting = Posting(act, fund.budget_id, fund.pk, amount, f"step-{next(steps)}", None, "", source, target)
    return post([posting])


def budget(fund) -> tuple[int, int]:
    """(funded, unallocated)."""
    return Budget.objects.values_list("funded", "unallocated").get(pk=fund.budget_id)


def test_a_fund_from_grant_to_payment(w):
    fund = w.fund(1000)
    assert balances(fund) == {"available": 1000}
    move(fund, Act.RESERVE, 400)
    assert balances(fund) == {"available": 600, "reserved": 400}
    move(fund, Act.CLAIM, 400, source=Bucket.RESERVED)
    move(fund, Act.CLAIM, 100, source=Bucket.AVAILABLE)
    assert balances(fund) == {"available": 500, "claimed": 500}
    move(fund, Act.RETURN, 50, target=Bucket.AVAILABLE)
    move(fund, Act.RETURN, 150, target=Bucket.RESERVED)
    assert balances(fund) == {"available": 550, "reserved": 150, "claimed": 300}
    move(fund, Act.RELEASE, 150)
    assert balances(fund) == {"available": 700, "claimed": 300}
    move(fund, Act.APPROVE, 300)
    assert balances(fund) == {"available": 700, "approved": 300}
    move(fund, Act.UNAPPROVE, 100)
    assert balances(fund) == {"available": 700, "claimed": 100, "approved": 200}
    move(fund, Act.APPROVE, 100)
    move(fund, Act.PAY, 300)
    assert balances(fund) == {"available": 700, "paid": 300}
    assert reconcile().differences == []


def test_a_fund_whose_money_goes_on_to_others(w):
    """Granted, extended as the partner asked, lapsed, taken back, granted to another partner's plan, moved to a third."""
    budget = w.budget(w.program(ends_on=date(2027, 12, 31)), amount=1_000_00)
    days = {"expires_on": TODAY + timedelta(days=10), "claim_by": TODAY + timedelta(days=20)}
    fund = w.fund(1_000_00, budget=budget, **days)
    third = Partner.objects.create(name="Third", slug="third")

    def stands(unallocated: int, **ours: int) -> None:
        assert (balances(fund), Budget.objects.get(pk=budget.pk).unallocated) == (ours, unallocated)

    stands(0, available=1_000_00)
    w.approved(fund, costs=(400_00,))
    stands(0, available=800_00, approved=200_00)
    asked = funds.ask_for_time(allocation=fund, until=TODAY + timedelta(days=40), why="Moved", by=w.owner, now=NOW)
    funds.grant_time(request=asked, by=w.manager, now=NOW)
    lapse(clock=Clock(NOW + timedelta(days=50)))
    stands(0, available=800_00, approved=200_00)
    late = NOW + timedelta(days=51)
    lapse(clock=Clock(late))
    stands(0, approved=200_00, lapsed=800_00)
    # Some of it is taken back by hand, the rest for a plan that another partner has ready.
    funds.reoffer(allocation=fund, amount=100_00, key="hand", by=w.manager, reason="For later", at=late)
    stands(100_00, approved=200_00, lapsed=700_00)
    day = TODAY + timedelta(days=60)
    plan = Proposal(
        program=budget.program,
        partner=w.othertech,
        title="Expo",
        purpose="New customers",
        starts_on=day,
        ends_on=day,
        amount=600_00,
    )
    plan = funds.propose(proposal=plan, by=w.stranger, now=late)
    (theirs,) = funds.regrant(
        budget=budget, taken={fund.pk: 700_00}, shares={plan.pk: 600_00}, key="plans", by=w.manager, at=late
    )
    stands(200_00, approved=200_00)
    assert balances(theirs) == {"available": 600_00}
    # The plan needs less; a third partner can use the rest.
    theirs = Allocation.objects.with_terms().get(pk=theirs.pk)
    grant = funds.Grant.under(
        budget.program, partner=third, amount=150_00, name="Roadshow", reference="T-1", expires_on=day
    )
    funds.transfer(allocation=theirs, amount=150_00, to=grant, key="t", reason="Not needed", by=w.manager, at=late)
    assert balances(theirs) == {"available": 450_00}
    assert balances(Allocation.objects.get(partner=third)) == {"available": 150_00}
    stands(200_00, approved=200_00)
    funds.withdraw(allocation=theirs, amount=50_00, key="w", by=w.manager, reason="Cheaper", at=late)
    assert balances(theirs) == {"available": 400_00}
    stands(250_00, approved=200_00)
    assert reconcile().differences == []


def story() -> list[list[str]]:
    """The rows of the table in docs/ledger.md."""
    lines = (Path(__file__).parents[2] / "docs/ledger.md").read_text().splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return table[2 : next(n for n, row in enumerate(table) if row[0] == "rule")]


def test_the_story_in_the_documentation_is_true(w):
    fund = w.fund(1, budget=w.budget(amount=1))
    move(fund, Act.WITHDRAW, 1)
    post([Posting(Act.DEFUND, fund.budget_id, None, 1, "empty", None)])
    told = set()
    for words, act, way, amount, unallocated, *buckets in story():
        source, target = way.split(" → ")
        on = None if act in BUDGET_ACTS else fund.pk
        minor = int(amount.replace(",", ""))
        key = f"told-{len(told)}-{words}"
        post([Posting(Act(act), fund.budget_id, on, minor, key, None, "", Bucket(source), Bucket(target))])
        expected = dict(zip(ALLOCATION_BUCKETS, buckets, strict=True))
        assert balances(fund) == {b: int(n.replace(",", "")) for b, n in expected.items() if n not in ("", "0")}, words
        assert budget(fund)[1] == int(unallocated.replace(",", "")), words
        told.add(act)
    assert told >= set(Act) - {Act.RELEASE, Act.UNAPPROVE}
    assert reconcile().differences == []


def test_money_taken_back_after_payment_goes_to_the_partner_or_to_the_vendor(w):
    fund = w.fund(1000, budget=w.budget(amount=1500))
    move(fund, Act.CLAIM, 600, source=Bucket.AVAILABLE)
    move(fund, Act.APPROVE, 600)
    move(fund, Act.PAY, 600)
    assert (balances(fund), budget(fund)) == ({"available": 400, "paid": 600}, (1500, 500))
    move(fund, Act.REVERSE, 200, target=Bucket.AVAILABLE)
    assert (balances(fund), budget(fund)) == ({"available": 600, "paid": 400}, (1500, 500))
    move(fund, Act.REVERSE, 400, target=Bucket.UNALLOCATED)
    assert (balances(fund), budget(fund)) == ({"available": 600}, (1500, 900))


def test_what_lapses_can_be_extended_or_offered_to_others(w):
    fund = w.fund(1000, budget=w.budget(amount=1000))
    move(fund, Act.RESERVE, 300)
    move(fund, Act.EXPIRE, 700, source=Bucket.AVAILABLE)
    move(fund, Act.EXPIRE, 300, source=Bucket.RESERVED)
    assert (balances(fund), budget(fund)) == ({"lapsed": 1000}, (1000, 0))
    move(fund, Act.EXTEND, 250)
    assert balances(fund) == {"available": 250, "lapsed": 750}
    move(fund, Act.REOFFER, 750)
    assert (balances(fund), budget(fund)) == ({"available": 250}, (1000, 750))


def test_a_budget_gives_takes_back_and_shrinks(w):
    fund = w.fund(600, budget=w.budget(amount=1000))
    assert budget(fund) == (1000, 400)
    move(fund, Act.WITHDRAW, 200)
    assert (balances(fund), budget(fund)) == ({"available": 400}, (1000, 600))
    post([Posting(Act.DEFUND, fund.budget_id, None, 600, "out", None)])
    assert budget(fund) == (400, 0)
    post([Posting(Act.FUND, fund.budget_id, None, 50, "in", None)])
    assert budget(fund) == (450, 50)
    assert reconcile().differences == []


@pytest.mark.parametrize("act", [Act.CLAIM, Act.RETURN, Act.EXPIRE, Act.REVERSE])
def test_an_act_with_two_ways_asks_which(w, act):
    fund = w.fund(1000)
    with pytest.raises(IllegalMovement):
        move(fund, act, 1)


def test_more_than_there_is_moves_nothing(w, transactional_db):
    fund = w.fund(1000)
    before = Movement.objects.count()
    with pytest.raises(InsufficientFunds, match="'available'"):
        move(fund, Act.RESERVE, 1001)
    assert (balances(fund), Movement.objects.count()) == ({"available": 1000}, before)


def test_many_postings_are_all_made_or_none(w, transactional_db):
    fund, other = w.fund(1000), w.fund(1000)
    batch = [
        Posting(Act.RESERVE, fund.budget_id, fund.pk, 900, "a", None),
        Posting(Act.RESERVE, other.budget_id, other.pk, 1100, "b", None),
    ]
    with pytest.raises(InsufficientFunds):
        post(batch)
    assert (balances(fund), balances(other)) == ({"available": 1000}, {"available": 1000})


def test_within_one_posting_only_the_outcome_counts(w):
    """Releasing and claiming in one go needs no cent more than it uses: the balances are checked after all of it."""
    fund = w.fund(1000)
    move(fund, Act.RESERVE, 1000)
    post(
        [
            Posting(Act.RELEASE, fund.budget_id, fund.pk, 1000, "x", None),
            Posting(Act.CLAIM, fund.budget_id, fund.pk, 800, "y", None, source=Bucket.AVAILABLE),
        ]
    )
    assert balances(fund) == {"available": 200, "claimed": 800}
