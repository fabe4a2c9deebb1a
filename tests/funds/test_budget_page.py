"""A budget's page: what is granted to whom, and every movement of its money; and closing its period."""

import pytest
from django.urls import reverse

from funds import actions
from funds.models import Budget
from tests.cast import NOW, TODAY
from tests.pages import fresh_key, queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")


def url(budget, name="budget") -> str:
    return reverse(f"funds:{name}", args=[budget.pk])


def partners(response) -> list[str]:
    return [fund.partner.name for fund in response.context["page_obj"]]


def test_the_page_says_what_is_granted_and_what_not(w, client):
    budget = w.budget(amount=10_000_00)
    fund = w.fund(4_000_00, budget=budget)
    actions.reserve(allocation=fund, amount=1_000_00, key="a", by=w.manager, reason="Expo", at=NOW)
    w.fund(2_000_00, partner=w.othertech, budget=budget)
    client.force_login(w.manager)
    response = client.get(url(budget))
    assert "$4,000.00 of $10,000.00 is not granted yet" in response.text
    assert partners(response) == ["Brightpath", "Othertech"]
    assert "60% of the budget is granted" in response.text
    assert "$3,000.00" in response.text


def test_an_empty_budget_says_what_to_do(w, client):
    client.force_login(w.manager)
    empty = w.budget(amount=0)
    page = client.get(url(empty)).text
    assert "It holds no money yet" in page
    assert url(empty, "fund") in page
    assert url(empty, "allocate") not in page
    page = client.get(url(w.budget())).text
    assert "Nobody has a share yet" in page


def test_a_draft_programs_budget_can_be_funded_but_not_granted_from(w, client):
    budget = w.budget(w.program(publish=False))
    client.force_login(w.manager)
    page = client.get(url(budget)).text
    assert "Publish the program" in page
    assert url(budget, "allocate") not in page
    response = client.get(url(budget, "allocate"), follow=True)
    assert "Publish the program first" in told(response)[0]


@pytest.mark.parametrize("name", ["budget", "budget_history"])
def test_it_is_the_vendors_own_affair(w, client, name):
    budget = w.budget()
    w.fund(1_000_00, budget=budget)
    for who, answer in [(w.other_manager, 404), (w.owner, 404), (w.stranger, 404), (w.admin, 200), (w.finance, 200)]:
        client.force_login(who)
        assert client.get(url(budget, name)).status_code == answer
    page = client.get(url(budget)).text
    assert url(budget, "fund") not in page
    assert url(budget, "close_period") not in page


def test_its_funds_are_narrowed_sorted_and_taken_away(w, client):
    budget = w.budget(amount=20_000_00)
    w.fund(4_000_00, budget=budget, reference="B-1", name="Autumn")
    w.fund(6_000_00, partner=w.othertech, budget=budget, reference="O-1")
    client.force_login(w.manager)
    assert partners(client.get(url(budget), {"q": "O-1"})) == ["Othertech"]
    assert partners(client.get(url(budget), {"sort": "-available"})) == ["Othertech", "Brightpath"]
    assert partners(client.get(url(budget), {"state": "paid"})) == []
    assert "No fund fits" in client.get(url(budget), {"state": "paid"}).text
    (row,) = table(client.get(url(budget), {"q": "Autumn", "format": "csv"}))
    assert (row["Partner"], row["Reference"], row["Available"]) == ("Brightpath", "B-1", "4000.00")


def test_history_tells_every_movement(w, client):
    budget = w.budget(amount=10_000_00)
    fund = w.fund(4_000_00, budget=budget)
    actions.withdraw(allocation=fund, amount=500_00, key="a", by=w.manager, reason="Program cut", at=NOW)
    client.force_login(w.manager)
    page = client.get(url(budget, "budget_history")).text
    for words in ("Budget funded", "Granted", "Withdrawn by the vendor", "Program cut", "Available → unallocated"):
        assert words in page
    assert "Manager" in page
    rows = table(client.get(url(budget, "budget_history"), {"format": "csv"}))
    assert {(row["What"], row["Amount"]) for row in rows} == {
        ("Budget funded", "10000.00"),
        ("Granted", "4000.00"),
        ("Withdrawn by the vendor", "500.00"),
    }
    rows = table(client.get(url(budget, "budget_history"), {"format": "csv", "act": "allocate"}))
    assert [row["Partner"] for row in rows] == ["Brightpath"]


def test_history_of_an_empty_budget(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    assert "No money has moved yet" in client.get(url(budget, "budget_history")).text


def test_history_has_pages(w, client):
    budget = w.budget(amount=0)
    for number in range(27):
        actions.fund(budget=budget, amount=100 + number, key=str(number), by=w.manager, at=NOW)
    client.force_login(w.manager)
    page = client.get(url(budget, "budget_history"), {"page": 2}).context["page_obj"]
    assert [movement.amount for movement in page] == [101, 100]


@pytest.mark.parametrize(
    "query", ["sort=nope", "page=-3", "state=x", "q=%00", "act=zzz", "format=exe", "sort=--name", "page=1e9"]
)
@pytest.mark.parametrize("name", ["budget", "budget_history"])
def test_no_address_breaks_it(w, client, name, query):
    budget = w.budget()
    w.fund(1_000_00, budget=budget)
    client.force_login(w.manager)
    assert client.get(f"{url(budget, name)}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["budget", "budget_history"])
def test_the_number_of_queries_does_not_grow(w, client, name):
    budget = w.budget(amount=10_000_00)
    w.fund(1_000_00, budget=budget)
    client.force_login(w.manager)
    at_one = queries(client, url(budget, name))
    w.fund(1_000_00, budget=budget)
    w.fund(1_000_00, partner=w.othertech, budget=budget)
    assert queries(client, url(budget, name)) == at_one
    assert at_one <= 14


def test_a_period_is_closed_when_nothing_of_it_moves_any_more(w, client):
    budget = w.budget(amount=1_000_00)
    client.force_login(w.manager)
    page = client.get(url(budget, "close_period")).text
    assert "It can't be closed yet" in page
    assert "$1,000.00" in page
    assert "still unallocated" in told(client.post(url(budget, "close_period"), follow=True))[0]
    assert Budget.objects.get(pk=budget.pk).closed_at is None

    client.post(url(budget, "defund"), {"amount": "1000", "reason": "", "key": fresh_key()})
    assert "no money can be moved in it any more" in client.get(url(budget, "close_period")).text
    response = client.post(url(budget, "close_period"), follow=True)
    assert "The period is closed" in told(response)[0]
    assert Budget.objects.get(pk=budget.pk).closed_at.date() == TODAY

    closed_at = Budget.objects.get(pk=budget.pk).closed_at
    client.post(url(budget, "close_period"))
    assert Budget.objects.get(pk=budget.pk).closed_at == closed_at
    assert told(client.get(url(budget, "close_period"), follow=True))[-1] == "This period is closed already."


def test_claims_on_their_way_hold_a_period_open(w, client):
    budget = w.budget(amount=5_000_00)
    w.approved(w.fund(5_000_00, budget=budget), costs=(2_000_00,))
    client.force_login(w.manager)
    page = client.get(url(budget, "close_period")).text
    assert "Approved" in page
    assert "$1,000.00" in page
    client.post(url(budget, "close_period"))
    assert Budget.objects.get(pk=budget.pk).closed_at is None
