"""A manager moves money from one partner's fund to another partner: into a fund that stands, or into a new one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from funds import actions
from funds.ledger import ClosedPeriod, DuplicatePosting, InsufficientFunds
from funds.models import Allocation, Budget
from funds.reconcile import reconcile
from partners.models import Event
from programs import actions as programs
from tests.cast import NOW, TODAY, balances, world
from tests.funds.test_races import at_once
from tests.pages import errors, fresh_key, queries, told

WHY = "The trade fair goes to the north this year."


@pytest.fixture
def budget(w):
    return w.budget(amount=10_000_00)


@pytest.fixture
def fund(w, budget):
    return w.fund(3_000_00, budget=budget)


def url(fund) -> str:
    return reverse("funds:transfer", args=[fund.pk])


def sent(**fields) -> dict[str, str]:
    typed = {"partner": "Othertech", "amount": "1,000.00", "into": "", "expires_on": "2026-12-31", "reason": WHY}
    return typed | {"key": fresh_key()} | fields


def theirs(w) -> Allocation:
    return Allocation.objects.with_terms().get(partner=w.othertech)


@pytest.mark.usefixtures("_at_now")
class TestPage:
    def test_into_a_new_fund(self, w, budget, fund, client):
        client.force_login(w.manager)
        assert url(fund) in client.get(reverse("funds:allocation", args=[fund.pk])).text
        assert client.get(url(fund)).context["form"]["expires_on"].value() == budget.program.ends_on
        once = sent()
        response = client.post(url(fund), once, follow=True)
        assert told(response) == ["You moved $1,000.00 from Brightpath to Othertech."]
        made = theirs(w)
        assert (balances(fund), balances(made)) == ({"available": 2_000_00}, {"available": 1_000_00})
        assert (made.name, made.terms_id, str(made.expires_on)) == (budget.program.name, fund.terms_id, "2026-12-31")
        for one, verb in ((fund, "withdraw"), (made, "allocate")):
            event = Event.objects.about(one).last()
            assert (event.verb, event.reason, event.data["amount"]) == (verb, WHY, 1_000_00)
        # Both read why, and neither who the other is.
        for who, one, other in ((w.owner, fund, "Othertech"), (w.stranger, made, "Brightpath")):
            client.force_login(who)
            page = client.get(reverse("funds:allocation", args=[one.pk])).text
            assert WHY in page
            assert other not in page
        client.force_login(w.manager)
        again = client.post(url(fund), once, follow=True)
        assert "nothing was moved a second time" in told(again)[0]
        assert balances(fund) == {"available": 2_000_00}
        assert reconcile().differences == []

    def test_into_a_fund_that_stands(self, w, budget, fund, client):
        other = w.fund(500_00, budget=budget, partner=w.othertech, reference="OT-1")
        client.force_login(w.manager)
        assert "OT-1" in client.get(url(fund)).text
        client.post(url(fund), sent(into="OT-1", expires_on=""))
        assert (balances(fund), balances(other)) == ({"available": 2_000_00}, {"available": 1_500_00})
        assert Budget.objects.get(pk=budget.pk).unallocated == 6_500_00

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"partner": ""}, "partner", "Choose a partner"),
            ({"partner": "Nobody Inc"}, "partner", "no partner of this name"),
            ({"partner": "Brightpath"}, "partner", "that partner's already"),
            ({"amount": "3,000.01"}, "amount", "Brightpath has $3,000.00 available in this fund"),
            ({"amount": "0"}, "amount", "above zero"),
            ({"amount": "x"}, "amount", "Enter an amount"),
            ({"into": "NO-1"}, "into", "No other fund of this budget has this reference"),
            ({"expires_on": ""}, "expires_on", "Choose the new fund's last day"),
            ({"expires_on": "2026-11-01"}, "__all__", "That day has passed"),
            ({"expires_on": "9999-01-01"}, "expires_on", "Check the year"),
            ({"reason": ""}, "reason", "Say why"),
            ({"key": "x"}, "__all__", "out of date"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_loses_nothing(self, w, fund, client, fields, field, words):
        client.force_login(w.manager)
        response = client.post(url(fund), sent(**fields))
        assert words in errors(response)[field][0]
        if "reason" not in fields:
            assert response.context["form"]["reason"].value() == WHY
        assert balances(fund) == {"available": 3_000_00}
        assert not Allocation.objects.filter(partner=w.othertech).exists()

    def test_a_fund_of_a_third_partner_is_not_taken_for_the_named_one(self, w, budget, fund, client):
        third = type(w.othertech).objects.create(name="Third", slug="third")
        w.fund(100, budget=budget, partner=third, reference="T-1")
        client.force_login(w.manager)
        assert "That fund is Third's." in errors(client.post(url(fund), sent(into="T-1")))["into"]

    def test_queries(self, w, budget, fund, client):
        client.force_login(w.manager)
        at_none = queries(client, url(fund))
        for _ in range(3):
            w.fund(1_00, budget=budget, partner=w.othertech)
        assert queries(client, url(fund)) == at_none


def move(w, fund, to, amount=100_00, key="k", by=None) -> bool:
    return actions.transfer(allocation=fund, amount=amount, to=to, key=key, reason=WHY, by=by or w.manager, at=NOW)


def grant(w, fund, partner=None, reference="N-1", amount=100_00, **fields) -> actions.Grant:
    days = {"expires_on": TODAY + timedelta(days=30)} | fields
    return actions.Grant.under(
        fund.program, partner=partner or w.othertech, amount=amount, name="New", reference=reference, **days
    )


class TestAction:
    def test_only_the_vendors_manager(self, w, fund):
        for who in (w.owner, w.stranger, w.other_manager, w.admin, w.finance):
            with pytest.raises(PermissionDenied):
                move(w, fund, grant(w, fund), by=who)

    def test_a_key_does_one_thing(self, w, budget, fund):
        other = w.fund(1, budget=budget, partner=w.othertech)
        assert move(w, fund, other)
        assert not move(w, fund, other)
        for to, amount in ((other, 5), (grant(w, fund, w.brightpath), 100_00)):
            with pytest.raises(DuplicatePosting):
                move(w, fund, to, amount)
        assert balances(fund) == {"available": 2_900_00}

    def test_what_is_claimed_or_reserved_stays(self, w, fund):
        actions.reserve(allocation=fund, amount=2_950_00, key="a", by=w.manager, reason="x", at=NOW)
        with pytest.raises(InsufficientFunds):
            move(w, fund, grant(w, fund))
        assert Allocation.objects.filter(partner=w.othertech).count() == 0

    def test_money_stays_in_its_budget(self, w, fund):
        elsewhere = w.fund(partner=w.othertech)
        with pytest.raises(actions.FundsRefused, match="another budget"):
            move(w, fund, elsewhere)

    def test_a_fund_whose_time_is_over_takes_none(self, w, budget, fund):
        over = w.fund(100, budget=budget, partner=w.othertech, expires_on=TODAY)
        later = NOW + timedelta(days=1)
        with pytest.raises(actions.FundsRefused, match="last day of that fund has passed"):
            actions.transfer(allocation=fund, amount=1, to=over, key="k", reason=WHY, by=w.manager, at=later)

    def test_not_to_oneself(self, w, budget, fund):
        for to in (w.fund(1, budget=budget), grant(w, fund, w.brightpath)):
            with pytest.raises(actions.FundsRefused, match="that partner's already"):
                move(w, fund, to)

    def test_a_closed_program_makes_no_new_fund_but_moves_what_is_there(self, w, budget, fund):
        other = w.fund(1, budget=budget, partner=w.othertech)
        programs.close(program=budget.program, by=w.manager, now=NOW)
        with pytest.raises(actions.FundsRefused, match="grants no new money"):
            move(w, fund, grant(w, fund))
        assert move(w, fund, other)

    def test_a_closed_period_moves_nothing(self, w, budget, fund):
        other = w.fund(1, budget=budget, partner=w.othertech)
        Budget.objects.filter(pk=budget.pk).update(closed_at=NOW)
        with pytest.raises(ClosedPeriod):
            move(w, fund, other)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("into", ["a fund that stands", "a new one"])
def test_the_last_hundred_go_to_exactly_one_of_fifty(into):
    w = world()
    budget = w.budget()
    fund = w.fund(100_00, budget=budget)
    other = w.fund(1, budget=budget, partner=w.othertech) if into == "a fund that stands" else None

    def work(client):
        connection.ensure_connection()
        to = other or grant(w, fund, reference=f"N-{client}")
        try:
            return int(move(w, fund, to, key=f"race-{client}"))
        except InsufficientFunds:
            return 0

    assert sum(at_once(50, work)) == 1
    assert balances(fund) == {}
    held = Allocation.objects.filter(partner=w.othertech)
    assert sum(one.available for one in held) == 100_00 + (1 if other else 0)
    # Whoever lost made no fund.
    assert held.count() == 1
    assert reconcile().differences == []


@pytest.mark.django_db(transaction=True)
def test_one_click_twice_at_once_makes_one_fund():
    w = world()
    fund = w.fund(1_000_00)
    assert sum(at_once(10, lambda client: int(move(w, fund, grant(w, fund), key="same")))) == 1
    assert balances(fund) == {"available": 900_00}
    assert Allocation.objects.filter(partner=w.othertech).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ways_at_once_never_stand_in_each_others_way():
    w = world()
    budget = w.budget()
    ours, theirs = w.fund(100_00, budget=budget), w.fund(100_00, budget=budget, partner=w.othertech)

    def work(client):
        source, to = (ours, theirs) if client % 2 else (theirs, ours)
        return int(move(w, source, to, amount=1, key=f"k{client}"))

    assert sum(at_once(20, work)) == 20
    assert (balances(ours), balances(theirs)) == ({"available": 100_00}, {"available": 100_00})
