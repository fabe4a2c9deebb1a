"""A channel manager adds a budget to a program, puts money into it and takes it out again."""

import pytest
from django.urls import reverse

from funds import actions
from funds.models import Budget, Movement
from programs.money import LARGEST
from tests.cast import NOW
from tests.pages import errors, fresh_key, statuses, told

pytestmark = pytest.mark.usefixtures("_at_now")
PERIOD = {"name": "2027 H1", "starts_on": "2026-12-01", "ends_on": "2026-12-31"}


def add(program) -> str:
    return reverse("funds:budget_add", args=[program.pk])


def url(budget, name="fund") -> str:
    return reverse(f"funds:{name}", args=[budget.pk])


def money(amount: str = "1,000.00", **fields) -> dict[str, str]:
    return {"amount": amount, "reason": "", "key": fresh_key()} | fields


def held(budget) -> tuple[int, int]:
    budget = Budget.objects.get(pk=budget.pk)
    return budget.funded, budget.unallocated


def test_a_budget_is_added_empty(w, client):
    program = w.program()
    client.force_login(w.manager)
    form = client.get(add(program)).context["form"]
    assert form["starts_on"].value() == program.starts_on
    response = client.post(add(program), PERIOD, follow=True)
    budget = program.budgets.get()
    assert response.redirect_chain[-1][0] == url(budget, "budget")
    assert (budget.name, budget.funded) == ("2027 H1", 0)
    assert "It holds no money yet." in response.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give the budget a name."),
        ("name", "x" * 81, "Ensure this value has at most 80 characters (it has 81)."),
        ("name", "\x00", "Null characters are not allowed."),
        ("starts_on", "soon", "Enter a day as in 2026-11-30."),
        ("ends_on", "2026-11-30", "The last day comes before the first."),
        ("ends_on", "3000-01-01", "Check the year: 3000 is not one that a program runs in."),
    ],
)
def test_a_bad_budget_gets_a_sentence(w, client, field, value, sentence):
    program = w.program()
    client.force_login(w.manager)
    assert sentence in errors(client.post(add(program), PERIOD | {field: value}))[field]
    assert not program.budgets.exists()


def test_a_budget_for_another_time_is_refused(w, client):
    client.force_login(w.manager)
    response = client.post(add(w.program()), PERIOD | {"starts_on": "2029-01-01", "ends_on": "2029-12-31"})
    assert "The program runs from 1 Jan 2026 until 31 Dec 2026" in errors(response)["starts_on"][0]


def test_a_repeated_click_adds_one_budget(w, client):
    program = w.program()
    client.force_login(w.manager)
    client.post(add(program), PERIOD)
    assert "has a budget of this name" in errors(client.post(add(program), PERIOD))["name"][0]
    assert program.budgets.count() == 1


def test_two_who_add_the_same_budget_at_once(w):
    """Both forms found the name free; the second save is refused in words."""
    program = w.program()
    for attempt in range(2):
        budget = Budget(program=program, name="2027", starts_on=program.starts_on, ends_on=program.ends_on)
        if attempt:
            with pytest.raises(actions.FundsRefused, match="a budget of this name"):
                actions.open_budget(budget=budget, by=w.manager, now=NOW)
        else:
            actions.open_budget(budget=budget, by=w.manager, now=NOW)


def test_money_goes_in_and_out(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    response = client.post(url(budget), money("48,250.00", reason="Board decision"), follow=True)
    assert told(response) == ["$48,250.00 is in the budget."]
    assert held(budget) == (48_250_00, 48_250_00)
    response = client.post(url(budget, "defund"), money("250"), follow=True)
    assert told(response) == ["$250.00 is out of the budget."]
    assert held(budget) == (48_000_00, 48_000_00)
    assert Movement.objects.get(act="fund").reason == "Board decision"


@pytest.mark.parametrize("name", ["fund", "defund"])
def test_a_repeated_click_moves_money_once_and_says_so(w, client, name):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    once = money("1,000.00")
    client.post(url(budget, name), once)
    after = held(budget)
    words = told(client.post(url(budget, name), once, follow=True))[-1]
    assert words == "You sent this form twice. It was done once: nothing was moved a second time."
    assert held(budget) == after


def test_the_same_form_with_another_amount_asks_first(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    once = money("1,000.00")
    client.post(url(budget), once)
    response = client.post(url(budget), once | {"amount": "2,000.00"})
    assert "You sent this form before with something else" in errors(response)["__all__"][0]
    assert held(budget) == (1_000_00, 1_000_00)
    again = {name: response.context["form"][name].value() for name in ("amount", "reason", "key")}
    client.post(url(budget), again)
    assert held(budget) == (3_000_00, 3_000_00)


def test_each_showing_of_the_form_has_its_own_key(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    keys = {client.get(url(budget)).context["form"]["key"].value() for _ in range(2)}
    assert len(keys) == 2


BAD_AMOUNTS = [
    ("", "Enter an amount, as in 1,250.00."),
    ("abc", "Enter an amount, as in 1,250.00."),
    ("0", "Enter an amount above zero."),
    ("-5", "Enter the amount without a minus."),
    ("1.005", "USD has 2 decimals: 1.005 is too fine."),
    ("1" * 30, "Enter an amount, as in 1,250.00."),
    ("9999999999999", "That is more than any fund holds."),
    ("1\x00", "Enter an amount, as in 1,250.00."),
]


@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
@pytest.mark.parametrize("name", ["fund", "defund"])
def test_a_bad_amount_gets_a_sentence_and_stays(w, client, name, amount, sentence):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    response = client.post(url(budget, name), money(amount, reason="Because"))
    assert errors(response)["amount"] == [sentence]
    assert response.context["form"]["amount"].value() == amount
    assert response.context["form"]["reason"].value() == "Because"
    assert held(budget) == (10_000_00, 10_000_00)


def test_a_fraction_of_a_yen_is_refused(w, client):
    budget = w.budget(w.program(currency="JPY"), amount=0)
    client.force_login(w.manager)
    assert errors(client.post(url(budget), money("12.50")))["amount"] == ["JPY has no decimals: 12.50 is too fine."]
    client.post(url(budget), money("12,000"))
    assert held(budget) == (12_000, 12_000)


def test_no_more_goes_out_than_is_not_granted(w, client):
    budget = w.budget(amount=10_000_00)
    w.fund(7_000_00, budget=budget)
    client.force_login(w.manager)
    response = client.post(url(budget, "defund"), money("3,000.01"))
    assert errors(response)["amount"] == ["That is more than there is. $3,000.00 of this budget is not granted yet."]
    assert held(budget) == (10_000_00, 3_000_00)


def test_the_largest_amount_there_is(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    for _ in range(3):
        client.post(url(budget), money("1,000,000,000,000.00"))
    assert held(budget) == (3 * LARGEST, 3 * LARGEST)


def test_a_reason_that_is_too_long_gets_a_sentence(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    assert "at most 500" in errors(client.post(url(budget), money(reason="x" * 501)))["reason"][0]


def test_an_empty_form_gets_sentences(w, client):
    budget = w.budget(amount=0)
    client.force_login(w.manager)
    found = errors(client.post(url(budget), {}))
    assert found["__all__"] == ["This page was out of date. Look at what stands here and send it again."]
    assert "amount" in found


@pytest.mark.parametrize("name", ["budget_add", "fund", "defund", "close_period", "allocate", "allocate_file"])
def test_only_the_vendors_managers_may(w, client, name):
    budget = w.budget(amount=1_000_00)
    pk = budget.program_id if name == "budget_add" else budget.pk
    partner_answer = 403 if name == "budget_add" else 404
    for who, answer in [
        (w.other_manager, 404),
        (w.owner, partner_answer),
        (w.stranger, partner_answer),
        (w.admin, 403),
        (w.finance, 403),
    ]:
        client.force_login(who)
        assert statuses(client, f"funds:{name}", pk, PERIOD | money()) == (answer, answer)
    assert held(budget) == (1_000_00, 1_000_00)
    assert budget.program.budgets.count() == 1
    assert statuses(client, f"funds:{name}", 10**30) == (404, 404)


def test_nothing_moves_in_a_closed_period(w, client):
    budget = w.budget(amount=0)
    actions.close_period(budget=budget, by=w.manager, now=NOW)
    client.force_login(w.manager)
    for name in ("fund", "defund"):
        response = client.post(url(budget, name), money())
        assert "This budget's period is closed" in errors(response)["__all__"][0]
    page = client.get(url(budget, "budget")).text
    assert "nothing can be moved in it any more" in page
    assert url(budget, "fund") not in page
