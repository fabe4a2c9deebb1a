"""A manager deposits the same amount into every wallet of a program, each usable for as long as the terms say."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from funds.models import Allocation, Budget
from partners.models import Partner
from programs import actions as programs
from programs.models import Enrolment
from tests.cast import NOW, balances
from tests.pages import errors, fresh_key, queries, told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def budget(w):
    """A wallet's, in which both partners hold a fund; $8,000.00 is not granted."""
    program = w.program(kind="wallet", aging_months=12, ends_on=date(2028, 12, 31), lead_days=0)
    budget = w.budget(program, amount=10_000_00)
    for partner in (w.brightpath, w.othertech):
        w.fund(1_000_00, budget=budget, partner=partner)
    return Budget.objects.get(pk=budget.pk)


def url(budget) -> str:
    return reverse("funds:deposit", args=[budget.pk])


def sent(*partners, **fields) -> dict:
    typed = {"amount": "500.00", "name": "Deposit Q4 2026", "expires_on": "2027-11-23", "key": fresh_key()}
    return typed | {"partner": [partner.pk for partner in partners]} | fields


def test_every_wallet_gets_the_same_for_twelve_months(w, budget, client):
    client.force_login(w.manager)
    assert url(budget) in client.get(reverse("funds:budget", args=[budget.pk])).text
    form = client.get(url(budget)).context["form"]
    assert (form["name"].value(), form["expires_on"].value()) == ("Deposit Q4 2026", date(2027, 11, 23))
    assert form["partner"].value() == [str(w.brightpath.pk), str(w.othertech.pk)]
    once = sent(w.brightpath, w.othertech)
    response = client.post(url(budget), once, follow=True)
    assert told(response) == ["You deposited $1,000.00 in 2 wallets."]
    made = Allocation.objects.filter(name="Deposit Q4 2026")
    assert [balances(fund) for fund in made] == [{"available": 500_00}] * 2
    assert Budget.objects.get(pk=budget.pk).unallocated == 7_000_00
    again = client.post(url(budget), once, follow=True)
    assert "done once" in told(again)[0]
    assert made.count() == 2
    # The next quarter's is usable three months longer.
    with time_machine.travel(NOW.replace(year=2027, month=2, day=28)):
        client.force_login(w.manager)
        assert client.get(url(budget)).context["form"]["expires_on"].value() == date(2028, 2, 28)


def test_some_may_get_nothing_this_time(w, budget, client):
    client.force_login(w.manager)
    assert told(client.post(url(budget), sent(w.othertech), follow=True)) == ["You deposited $500.00 in 1 wallet."]
    assert w.brightpath.allocations.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"amount": "4,000.01"}, "amount", "For 2 partners that is $8,000.02, and $8,000.00 is not granted yet."),
        ({"amount": "0"}, "amount", "above zero"),
        ({"name": ""}, "name", "Give the deposit a name"),
        ({"expires_on": "2027-11-24"}, "expires_on", "for 12 months after it was granted: until 23 Nov 2027 at most"),
        ({"expires_on": "2026-11-22"}, "expires_on", "That day has passed"),
        ({"expires_on": ""}, "expires_on", "Choose a day"),
        ({"partner": []}, "partner", "Tick at least one partner"),
        ({"partner": ["0", "x"]}, "partner", "not in the program any more"),
        ({"key": "x"}, "__all__", "out of date"),
    ],
)
def test_bad_input_gets_a_sentence_and_grants_nothing(w, budget, client, fields, field, words):
    client.force_login(w.manager)
    response = client.post(url(budget), sent(w.brightpath, w.othertech, **fields))
    assert words in errors(response)[field][0]
    assert Allocation.objects.count() == 2


def test_only_for_wallets_that_somebody_holds(w, budget, client):
    client.force_login(w.manager)
    other = w.budget()
    for method in (client.get, client.post):
        assert "Deposits are for wallets" in told(method(url(other), follow=True))[0]
    empty = w.budget(w.program(kind="wallet"))
    assert "Nobody is in this program yet." in told(client.get(url(empty), follow=True))[0]
    programs.close(program=budget.program, by=w.manager, now=NOW)
    assert "grants no new money" in told(client.get(url(budget), follow=True))[0]
    assert "grants no new money" in errors(client.post(url(budget), sent(w.othertech)))["__all__"][0]


def test_the_number_of_queries_does_not_grow(w, budget, client):
    client.force_login(w.manager)
    at_two = queries(client, url(budget))
    w.fund(1_00, budget=budget, partner=Partner.objects.create(name="Third", slug="third"))
    assert queries(client, url(budget)) == at_two


def test_whoever_joined_gets_a_first_fund_by_it_and_whoever_left_gets_none(w, budget, client):
    third, gone = (Partner.objects.create(name=name, slug=name.lower(), country="US") for name in ("Newcomer", "Gone"))
    for partner in (third, gone):
        Enrolment.objects.create(program=budget.program, partner=partner, status="joined")
    Enrolment.objects.filter(partner=gone).update(status="left")
    client.force_login(w.manager)
    page = client.get(url(budget))
    assert [row["partner"].name for row in page.context["rows"]] == ["Brightpath", "Newcomer", "Othertech"]
    assert page.text.count("its first fund of this program") == 1
    assert told(client.post(url(budget), sent(third), follow=True)) == ["You deposited $500.00 in 1 wallet."]
    assert balances(Allocation.objects.get(partner=third)) == {"available": 500_00}
    assert errors(client.post(url(budget), sent(gone)))["partner"]
