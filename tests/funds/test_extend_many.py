"""A manager extends several funds that are about to lapse at once, and reads what became of each."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import actions
from funds.lapse import lapse
from funds.models import Allocation, Budget
from partners.models import Event
from programs.days import Clock
from tests.cast import NOW, TODAY, balances
from tests.pages import errors, queries

pytestmark = pytest.mark.usefixtures("_at_now")
URL = reverse("funds:extend_many")
WHY = "The platform was down for two weeks."


@pytest.fixture
def budget(w):
    return w.budget(amount=1_000_000_00)


def fund(w, budget, days: int = 20, **fields) -> Allocation:
    return w.fund(1_000_00, budget=budget, expires_on=TODAY + timedelta(days=days), **fields)


def boxes(*funds: Allocation) -> list[str]:
    return [f"{fund.pk}:{fund.expires_on}" for fund in funds]


def send(client, *funds, **fields):
    return client.post(URL, {"fund": boxes(*funds), "days": "30", "reason": WHY} | fields)


def days_of(*funds: Allocation) -> list[date]:
    return [Allocation.objects.get(pk=fund.pk).expires_on for fund in funds]


def test_those_that_can_be_are_extended_and_each_row_says_what_became_of_it(w, budget, client):
    near, nearer = fund(w, budget), fund(w, budget, 10, partner=w.othertech)
    empty = fund(w, budget)
    actions.withdraw(allocation=empty, amount=1_000_00, key="a", by=w.manager, reason="x", at=NOW)
    asked = actions.ask_for_time(allocation=near, until=near.longest, why="x", by=w.owner, now=NOW)
    client.force_login(w.manager)
    assert [row["fund"] for row in client.get(URL).context["rows"]] == [nearer, near]
    response = send(client, near, nearer, empty)
    assert [o.fund for o in response.context["done"]] == [near, nearer]
    assert "2 funds extended, 1 left as it was" in response.text
    assert "There is nothing to extend: all of it is claimed." in response.text
    assert days_of(near, nearer, empty) == [
        TODAY + timedelta(days=50),
        TODAY + timedelta(days=40),
        TODAY + timedelta(days=20),
    ]
    for one in (near, nearer):
        assert Event.objects.about(one).filter(verb="extended", reason=WHY).count() == 1
    asked.refresh_from_db()
    assert (asked.status, asked.granted) == ("granted", TODAY + timedelta(days=50))
    client.force_login(w.stranger)
    assert WHY in client.get(reverse("funds:allocation", args=[nearer.pk])).text


def test_a_second_click_extends_nothing_twice(w, budget, client):
    near = fund(w, budget)
    client.force_login(w.manager)
    send(client, near)
    response = send(client, near)
    assert "It was changed meanwhile: it runs until 12 Jan 2027 now." in response.text
    assert days_of(near) == [TODAY + timedelta(days=50)]


def test_each_by_its_own_terms(w, budget, client):
    strict = w.budget(w.program(extension_days=10), amount=1_000_000_00)
    loose, bound = fund(w, budget), fund(w, strict)
    client.force_login(w.manager)
    response = send(client, loose, bound)
    assert "Its terms allow an extension until 23 Dec 2026 at most." in response.text
    assert days_of(loose, bound) == [TODAY + timedelta(days=50), TODAY + timedelta(days=20)]


def test_lapsed_money_comes_back(w, budget, client):
    old = fund(w, budget, 5, claim_by=TODAY + timedelta(days=5))
    late = NOW + timedelta(days=6)
    lapse(clock=Clock(late))
    done = actions.extend_many(seen={old.pk: old.expires_on}, days=30, reason=WHY, by=w.manager, now=late)
    assert [(o.words, o.brought_back) for o in done] == [("", 1_000_00)]
    assert balances(old) == {"available": 1_000_00}


def test_what_is_not_about_to_lapse_or_can_not_be_extended_is_not_listed(w, budget, client):
    fund(w, budget, 91)
    fund(w, w.budget(w.program(extension_days=0)))
    closed = fund(w, w.budget())
    Budget.objects.filter(pk=closed.budget_id).update(closed_at=NOW)
    spent = fund(w, budget)
    actions.extend(allocation=spent, until=spent.longest, reason="x", by=w.manager, now=NOW)
    client.force_login(w.manager)
    assert "Nothing is about to lapse" in client.get(URL).text


def test_the_list_narrows(w, budget, client):
    one, other = fund(w, budget, name="This"), fund(w, w.budget(), name="That")
    client.force_login(w.manager)
    assert [row["fund"] for row in client.get(URL, {"q": "This"}).context["rows"]] == [one]
    assert [row["fund"] for row in client.get(URL, {"program": other.program.pk}).context["rows"]] == [other]
    assert "No fund fits" in client.get(URL, {"q": "neither"}).text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"fund": []}, "__all__", "Choose at least one fund."),
        ({"fund": ["x", "1:never", ":", f"{'9' * 40}:2026-12-13"]}, "__all__", "Choose at least one fund."),
        ({"days": ""}, "days", "Enter how many days."),
        ({"days": "0"}, "days", "greater than or equal to 1"),
        ({"days": "731"}, "days", "less than or equal to 730"),
        ({"days": "many"}, "days", "Enter a number of days"),
        ({"reason": " "}, "reason", "Say why"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(w, budget, client, fields, field, words):
    near = fund(w, budget)
    client.force_login(w.manager)
    response = send(client, near, **fields)
    assert words in errors(response)[field][0]
    if "fund" not in fields:
        assert response.context["rows"][0]["chosen"]
    assert days_of(near) == [near.expires_on]


def test_a_foreign_fund_is_left_out(w, budget, client):
    foreign = fund(w, w.budget(w.program(w.skylark, by=w.other_manager), by=w.other_manager), by=w.other_manager)
    client.force_login(w.manager)
    assert "Choose at least one fund." in errors(send(client, foreign))["__all__"]
    seen = {foreign.pk: foreign.expires_on}
    with pytest.raises(PermissionDenied):
        actions.extend_many(seen=seen, days=1, reason=WHY, by=w.manager, now=NOW)
    for who in (w.owner, w.admin, w.finance):
        client.force_login(who)
        assert (client.get(URL).status_code, send(client, foreign).status_code) == (403, 403)


def test_the_number_of_queries_does_not_grow(w, budget, client):
    first = fund(w, budget)
    client.force_login(w.manager)
    shown = queries(client, URL)
    more = [fund(w, budget) for _ in range(3)]
    assert queries(client, URL) == shown

    def cost(*funds) -> int:
        with CaptureQueriesContext(connection) as captured:
            seen = {one.pk: one.expires_on for one in funds}
            actions.extend_many(seen=seen, days=1, reason=WHY, by=w.manager, now=NOW)
        return len(captured)

    assert cost(first) == cost(*more)
