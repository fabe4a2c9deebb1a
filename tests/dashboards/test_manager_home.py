"""The channel manager's home: what waits, who sits on unused money, what will lapse."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dashboards import managers
from funds import actions as funds
from programs import actions as programs
from programs.models import Terms
from reminders import actions as reminders
from reminders.models import Nudge
from tests.cast import NOW, TODAY
from tests.dashboards.reading import as_manager

pytestmark = pytest.mark.usefixtures("_at_now")
HOME = reverse("dashboards:home")


def facts(w) -> dict:
    return managers.home(user=w.manager, company=w.northgate, now=NOW)


def waiting(w) -> list[str]:
    return [row.title for row in facts(w)["waiting"]]


def ending(w, days: int, amount: int = 1_000_00, **fields):
    until = TODAY + timedelta(days=days)
    return w.fund(amount, expires_on=until, claim_by=until, **fields)


def test_nothing_waits_at_first(w):
    assert waiting(w) == []
    assert "Start by publishing a program." in as_manager(w).get(HOME).text


def test_a_draft_and_a_draft_of_new_terms_wait(w):
    w.program(name="Next year", publish=False)
    program = w.program(name="This year")
    programs.revise(program=program, terms=Terms(wording="Better.", reimbursement_percent=60), by=w.manager, now=NOW)
    assert waiting(w) == ["Next year", "This year"]
    html = as_manager(w).get(HOME).text
    assert reverse("programs:publish_terms", args=[program.pk]) in html
    assert "Version 2 of its terms is a draft." in html


def test_money_about_to_lapse_waits_by_currency(w):
    ending(w, 30)
    ending(w, 31)
    ending(w, 3, 70_000, budget=w.budget(w.program(currency="JPY"), amount=1_000_000))
    assert waiting(w) == ["¥70,000 lapses within 30 days", "$1,000.00 lapses within 30 days"]


def test_a_budget_that_runs_dry_waits_while_its_period_runs(w):
    budget = w.budget(w.program(name="Growth"), amount=10_000_00)
    ending(w, 90, 9_000_00, budget=budget)
    assert waiting(w) == []  # a tenth is left
    ending(w, 90, 1_00, budget=budget)
    (row,) = facts(w)["waiting"]
    assert row.title == f"Growth: {budget.name} runs dry"
    assert row.words == "$999.00 of $10,000.00 is left to grant."
    over = managers.home(user=w.manager, company=w.northgate, now=NOW + timedelta(days=2))
    assert over["waiting"] == []


def test_claims_wait_to_be_followed(w):
    w.submitted(ending(w, 90, budget=w.budget()))
    (row,) = facts(w)["waiting"]
    assert (row.title, row.button, row.is_hers) == ("1 claim on your programs", "Follow", False)


def test_who_sits_on_money_can_be_nudged_from_here_once(w):
    fund = ending(w, 90)
    address = f"{reverse('dashboards:nudge')}?fund={fund.pk}"
    client = as_manager(w)
    assert address in client.get(HOME).text
    client.post(address, {"words": "Use it", "seen": client.get(address).context["preview"].seen})
    assert Nudge.objects.count() == 1
    html = client.get(HOME).text
    assert address not in html
    assert "Nudged on 23 Nov" in html


def test_what_ends_within_three_months_is_forecast(w):
    ending(w, 80)
    ending(w, 200)
    assert facts(w)["ahead"] == [{"currency": "USD", "unclaimed": 1_000_00, "lapses": 0, "at_risk": 1_000_00}]
    assert "no history to tell from" in as_manager(w).get(HOME).text


def test_the_number_of_queries_does_not_grow(w, django_assert_max_num_queries):
    client = as_manager(w)
    client.get(HOME)
    counts = []
    for more in (1, 2):
        for n in range(more):
            w.program(publish=False)
            fund = ending(w, 20, 10_000_00)
            funds.reserve(allocation=fund, amount=1_00, key="k", reason="Fair", by=w.manager, at=NOW)
            w.submitted(ending(w, 20, partner=w.brightpath), costs=(100_00,))
            if n == 0:
                only = type(fund).objects.filter(pk=fund.pk)
                reminders.nudge(funds=only, vendor=w.northgate, words="Use it", by=w.manager, now=NOW)
        with django_assert_max_num_queries(35) as asked:
            client.get(HOME)
        counts.append(len(asked))
    assert counts[0] == counts[1]
