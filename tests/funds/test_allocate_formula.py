"""A channel manager shares a budget out by formula: sees who would get what, and grants it once."""

import pytest
from django.urls import reverse

from claims import actions as claims
from funds import actions
from funds.formulas import run_code
from funds.models import Allocation, Budget
from funds.reconcile import reconcile
from partners.models import Partner
from programs import standing
from programs.models import Enrolment, Tier
from tests.cast import NOW
from tests.pages import errors, fresh_key, queries, told

pytestmark = pytest.mark.usefixtures("_at_now")


def url(budget) -> str:
    return reverse("funds:allocate_formula", args=[budget.pk])


def formula(**fields) -> dict[str, str]:
    return {
        "amount": "1,000.00",
        "formula": "equal",
        "earlier": "",
        "least": "",
        "who": "all",
        "named": "",
        "name": "Second half",
        "expires_on": "2026-12-31",
        "claim_by": "",
        "key": fresh_key(),
    } | fields


def shares(response) -> dict[str, int]:
    return {planned.grant.partner.name: planned.grant.amount for planned in response.context["rows"]}


def confirm(client, response, **options):
    address = response.request["PATH_INFO"]
    return client.post(address, {"parcel": response.context["parcel"]}, **options)


def granted(budget) -> dict[str, int]:
    return {
        fund.partner.name: fund.available for fund in Allocation.objects.filter(budget=budget).select_related("partner")
    }


@pytest.fixture
def third(w) -> Partner:
    return Partner.objects.create(name="Thirdline", slug="thirdline")


@pytest.fixture
def periods(w, third) -> tuple[Budget, Budget]:
    """Two periods of a program: in the first, Brightpath used 900, Othertech 300 and Thirdline nothing."""
    program = w.program(reimbursement_percent=100)
    first = w.budget(program, amount=10_000_00)
    for partner, owner, cost in ((w.brightpath, w.owner, 900_00), (w.othertech, w.stranger, 300_00), (third, None, 0)):
        fund = w.fund(2_000_00, partner=partner, budget=first)
        if owner:
            w.submitted(fund, costs=(cost,), by=owner)
    return first, w.budget(program, amount=5_000_00)


def test_equal_shares_add_up_exactly(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    assert url(budget) in client.get(reverse("funds:budget", args=[budget.pk])).text
    response = client.post(url(budget), formula(amount="1,000.00"))
    assert shares(response) == {"Brightpath": 333_34, "Othertech": 333_33, "Thirdline": 333_33}
    assert "Grant $1,000.00 in 3 funds?" in response.text
    assert granted(budget) == {}
    response = confirm(client, response, follow=True)
    assert told(response) == ["You granted $1,000.00 in 3 funds to 3 partners."]
    assert granted(budget) == {"Brightpath": 333_34, "Othertech": 333_33, "Thirdline": 333_33}
    fund = Allocation.objects.filter(budget=budget).first()
    assert (fund.name, str(fund.expires_on), str(fund.claim_by)) == ("Second half", "2026-12-31", "2027-01-30")
    assert reconcile().differences == []


def test_shares_by_last_periods_use(w, client, periods):
    first, budget = periods
    client.force_login(w.manager)
    assert client.get(url(budget)).context["form"]["earlier"].value() == first.pk
    response = client.post(url(budget), formula(formula="use", earlier=first.pk))
    assert shares(response) == {"Brightpath": 750_00, "Othertech": 250_00}
    assert "used $900.00" in response.text
    assert "No share: Thirdline." in response.text
    response = client.post(url(budget), formula(formula="use", earlier=first.pk, least="100.00"))
    assert shares(response) == {"Brightpath": 625_00, "Othertech": 275_00, "Thirdline": 100_00}
    confirm(client, response)
    assert granted(budget) == {"Brightpath": 625_00, "Othertech": 275_00, "Thirdline": 100_00}


def test_what_was_rejected_is_no_use(w, client, periods):
    first, budget = periods
    claim = first.allocations.get(partner=w.othertech).claims.get()
    claims.reject(claim=claim, version=claim.version, code="other", reason="Not eligible.", by=w.admin, now=NOW)
    client.force_login(w.manager)
    response = client.post(url(budget), formula(formula="use", earlier=first.pk))
    assert shares(response) == {"Brightpath": 1_000_00}


def test_only_those_that_are_named(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    named = "\n  Thirdline\nothertech\n\nThirdline"
    assert shares(client.post(url(budget), formula(who="named", named=named))) == {
        "Othertech": 500_00,
        "Thirdline": 500_00,
    }


def test_a_repeat_grants_nothing_twice(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    sent = formula()
    response = client.post(url(budget), sent)
    confirm(client, response)
    before = granted(budget)
    assert "nothing was granted a second time" in told(confirm(client, response, follow=True))[-1]
    # The same showing of the form, sent again, names the same references.
    response = client.post(url(budget), sent)
    assert "All of this was granted before" in response.text
    assert response.context["parcel"] == ""
    response = client.post(url(budget), sent | {"amount": "2,000.00"})
    assert "3 shares can’t be granted" in response.text
    assert granted(budget) == before
    assert Allocation.objects.filter(budget=budget).count() == 3


def test_more_than_there_is(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    response = client.post(url(budget), formula(amount="5,000.01"))
    assert "The budget holds too little" in response.text
    assert response.context["parcel"] == ""
    assert response.context["form"]["amount"].value() == "5,000.01"
    # Somebody else takes money meanwhile.
    response = client.post(url(budget), formula(amount="5,000.00"))
    actions.defund(budget=budget, amount=1, key="x", by=w.manager, at=NOW)
    response = confirm(client, response)
    assert "Something changed since you looked" in response.text
    assert granted(budget) == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "", "Enter an amount"),
        ("amount", "0", "above zero"),
        ("amount", "1.005", "USD has 2 decimals"),
        ("formula", "", "Choose how to share it out."),
        ("formula", "use", "Choose the budget whose use counts."),
        ("formula", "lottery", "Select a valid choice"),
        ("earlier", "9" * 30, "Choose one of your budgets."),
        ("least", "-1", "without a minus"),
        ("who", "", "Choose for whom it is."),
        ("who", "named", "Name at least one partner."),
        ("name", "", "Give the funds a name."),
        ("name", "=1+1", "as a formula does"),
        ("name", "x" * 121, "at most 120"),
        ("expires_on", "2026-11-22", "That day has passed"),
        ("expires_on", "soon", "Enter a day as in"),
        ("claim_by", "2026-12-01", "Claims are taken at least until"),
        ("key", "x", "out of date"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(w, client, periods, field, value, words):
    _, budget = periods
    client.force_login(w.manager)
    sent = formula(**{field: value})
    response = client.post(url(budget), sent)
    at = {"who": "named" if value else "who", "formula": "earlier" if value == "use" else "formula", "key": "__all__"}
    assert words in errors(response)[at.get(field, field)][0]
    for name in set(sent) - {"key"}:
        assert response.context["form"][name].value() == sent[name]
    assert granted(budget) == {}


def test_names_that_nobody_has_are_told_line_by_line(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    found = errors(client.post(url(budget), formula(who="named", named="Brightpath\nNobody\n" + "Nil\n" * 9)))
    assert found["named"][0] == "Line 2: There is no partner of this name."
    assert found["named"][-1] == "And 5 more lines."


def test_formulas_that_give_nothing_say_why(w, client, periods):
    first, budget = periods
    client.force_login(w.manager)
    found = errors(client.post(url(budget), formula(formula="use", earlier=first.pk, least="333.34")))
    assert found["least"] == ["3 partners with at least that much need $1,000.02 together."]
    found = errors(client.post(url(budget), formula(formula="use", earlier=first.pk, who="named", named="thirdline")))
    assert "None of these partners used anything" in found["earlier"][0]
    fresh = w.budget()
    assert "Nobody has joined this program or has a fund in it" in errors(client.post(url(fresh), formula()))["who"][0]
    response = client.post(url(budget), formula(amount="0.02"))
    assert shares(response) == {"Brightpath": 1, "Othertech": 1}


def test_another_vendors_budget_is_no_measure(w, client, periods):
    _, budget = periods
    theirs = w.budget(w.program(w.skylark, w.other_manager), by=w.other_manager)
    w.fund(1_000_00, budget=theirs, by=w.other_manager)
    client.force_login(w.manager)
    found = errors(client.post(url(budget), formula(formula="use", earlier=theirs.pk)))
    assert found["earlier"] == ["Choose one of your budgets."]


def test_a_preview_of_somebody_else_is_refused(w, client, periods):
    first, budget = periods
    client.force_login(w.manager)
    response = client.post(url(budget), formula())
    for address, parcel in ((url(first), response.context["parcel"]), (url(budget), "garbage")):
        assert "Look at the shares again" in told(client.post(address, {"parcel": parcel}))[0]
    assert granted(budget) == {}


def test_a_budget_that_grants_nothing_says_why(w, client):
    budget = w.budget(w.program(publish=False))
    client.force_login(w.manager)
    assert "Publish the program first" in told(client.get(url(budget), follow=True))[0]


def test_the_references_of_one_showing_are_the_same():
    key = fresh_key()
    assert run_code(key) == run_code(key)
    assert len({run_code(fresh_key()) for _ in range(200)}) == 200
    assert all(letter not in "01IO" for letter in run_code(key))


def test_the_number_of_queries_does_not_grow(w, client, periods):
    first, budget = periods
    client.force_login(w.manager)
    before = queries(client, url(budget))
    for number in range(3):
        partner = Partner.objects.create(name=f"More {number}", slug=f"more-{number}")
        w.fund(100_00, partner=partner, budget=first)
    assert queries(client, url(budget)) == before


def test_yen_are_split_whole(w, client):
    program = w.program(currency="JPY")
    first = w.budget(program, amount=1_000)
    for partner in (w.brightpath, w.othertech):
        w.fund(100, partner=partner, budget=first)
    budget = w.budget(program, amount=1_001)
    client.force_login(w.manager)
    assert shares(client.post(url(budget), formula(amount="1,001"))) == {"Brightpath": 501, "Othertech": 500}


@pytest.fixture
def tiers(w) -> tuple[Tier, Tier]:
    """Brightpath is Gold, Othertech Silver, everybody else has no tier."""
    silver, gold = (
        standing.save_tier(tier=Tier(vendor=w.northgate, name=name), by=w.manager, now=NOW)
        for name in ("Silver", "Gold")
    )
    changes = [
        standing.Change(w.brightpath, sets_tier=True, tier=gold),
        standing.Change(w.othertech, sets_tier=True, tier=silver),
    ]
    standing.set_standings(vendor=w.northgate, changes=changes, by=w.manager, now=NOW)
    return silver, gold


def test_shares_by_tier(w, client, periods, tiers):
    _, budget = periods
    silver, gold = tiers
    client.force_login(w.manager)
    # The higher the tier, the more: that is filled in already.
    form = client.get(url(budget)).context["form"]
    assert [form[f"weight_{name}"].value() for name in ("none", silver.pk, gold.pk)] == [0, 1, 2]
    weights = {"weight_none": "0", f"weight_{silver.pk}": "1", f"weight_{gold.pk}": "2"}
    response = client.post(url(budget), formula(formula="tier", **weights))
    assert shares(response) == {"Brightpath": 666_67, "Othertech": 333_33}
    assert "Gold, weight 2" in response.text
    assert "No share: Thirdline." in response.text
    response = client.post(url(budget), formula(formula="tier", **weights | {"weight_none": "1"}))
    assert shares(response) == {"Brightpath": 500_00, "Othertech": 250_00, "Thirdline": 250_00}
    confirm(client, response)
    assert granted(budget) == {"Brightpath": 500_00, "Othertech": 250_00, "Thirdline": 250_00}


@pytest.mark.parametrize(
    ("value", "words"),
    [("-1", "greater than or equal to 0"), ("1001", "less than or equal to 1000"), ("x", "whole number")],
)
def test_a_weight_that_is_none_gets_a_sentence(w, client, periods, tiers, value, words):
    _, budget = periods
    client.force_login(w.manager)
    found = errors(client.post(url(budget), formula(formula="tier", weight_none=value)))
    assert words in found["weight_none"][0]


def test_weights_that_nobody_has(w, client, periods, tiers):
    _, budget = periods
    client.force_login(w.manager)
    found = errors(client.post(url(budget), formula(formula="tier", weight_none="0")))
    assert found["formula"] == ["None of these partners has a tier with a weight above 0."]


def test_a_vendor_without_tiers_is_not_asked_for_weights(w, client, periods):
    _, budget = periods
    client.force_login(w.manager)
    assert "By tier" not in client.get(url(budget)).text
    assert "Select a valid choice" in errors(client.post(url(budget), formula(formula="tier")))["formula"][0]


def test_who_has_joined_takes_part_without_a_fund(w, client, periods):
    _, budget = periods
    partner = Partner.objects.create(name="Newcomer", slug="newcomer")
    Enrolment.objects.create(program=budget.program, partner=partner, status="joined")
    client.force_login(w.manager)
    assert shares(client.post(url(budget), formula(amount="4.00")))["Newcomer"] == 1_00
