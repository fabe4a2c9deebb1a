"""A channel manager grants one partner its share of a budget."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from funds import actions
from funds.grants import Grant
from funds.ledger import InsufficientFunds
from funds.models import Allocation, Budget
from partners.models import Event, Partner
from programs import actions as programs
from tests.cast import NOW, TODAY
from tests.funds.test_add_budget import BAD_AMOUNTS
from tests.pages import errors, told

pytestmark = pytest.mark.usefixtures("_at_now")


def url(budget) -> str:
    return reverse("funds:allocate", args=[budget.pk])


def share(**fields) -> dict[str, str]:
    return {
        "partner": "Brightpath",
        "amount": "4,000.00",
        "name": "Autumn push",
        "reference": "NG-1",
        "expires_on": "2026-12-31",
        "claim_by": "",
    } | fields


def unallocated(budget) -> int:
    return Budget.objects.get(pk=budget.pk).unallocated


def test_a_partner_gets_its_share_and_sees_it_at_once(w, client):
    budget = w.budget(w.program(claim_window_days=45), amount=10_000_00)
    client.force_login(w.manager)
    page = client.get(url(budget)).text
    assert "$10,000.00 of this budget is not granted yet" in page
    assert '<option value="Othertech">' in page
    response = client.post(url(budget), share(), follow=True)
    assert told(response) == ["You granted $4,000.00 to Brightpath."]
    fund = Allocation.objects.get()
    assert (fund.partner_id, fund.available, fund.name, fund.reference) == (
        w.brightpath.pk,
        4_000_00,
        "Autumn push",
        "NG-1",
    )
    assert (fund.expires_on, fund.claim_by) == (date(2026, 12, 31), date(2027, 2, 14))
    assert unallocated(budget) == 6_000_00
    assert [event.verb for event in Event.objects.about(fund)] == ["allocate"]
    client.force_login(w.owner)
    assert "Autumn push" in client.get(reverse("funds:list")).text


def test_the_form_comes_with_a_fresh_reference_and_the_programs_end(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    first, second = (client.get(url(budget)).context["form"] for _ in range(2))
    assert first["reference"].value() != second["reference"].value()
    assert first["expires_on"].value() == budget.program.ends_on


def test_a_partner_may_be_named_by_its_short_name_or_in_other_letters(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    client.post(url(budget), share(partner="brightpath-test"))
    client.post(url(budget), share(partner=" BRIGHTPATH ", reference="NG-2"))
    assert Allocation.objects.filter(partner=w.brightpath.pk).count() == 2


def test_two_partners_of_one_name_are_told_apart(w, client):
    Partner.objects.create(name="Brightpath", slug="brightpath-uk")
    budget = w.budget()
    client.force_login(w.manager)
    assert '<option value="brightpath-uk">Brightpath</option>' in client.get(url(budget)).text
    words = errors(client.post(url(budget), share()))["partner"][0]
    assert words.startswith("Several partners have this name.")
    assert "brightpath-uk" in words
    client.post(url(budget), share(partner="brightpath-uk"))
    assert Allocation.objects.get().partner.slug == "brightpath-uk"


def test_a_repeated_click_grants_once_and_says_so(w, client):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    client.post(url(budget), share())
    words = told(client.post(url(budget), share(), follow=True))[-1]
    assert words.endswith("nothing was granted a second time.")
    assert (Allocation.objects.count(), unallocated(budget)) == (1, 6_000_00)


@pytest.mark.parametrize("change", [{"amount": "4,000.01"}, {"partner": "Othertech"}])
def test_a_reference_that_stands_for_something_else_is_refused(w, client, change):
    budget = w.budget()
    client.force_login(w.manager)
    client.post(url(budget), share())
    response = client.post(url(budget), share(**change))
    assert "This reference was granted before" in errors(response)["reference"][0]
    assert Allocation.objects.count() == 1


def test_a_grant_stays_the_same_grant_after_money_was_withdrawn_from_it(w, client):
    """What was granted is compared, not what is left of it."""
    budget = w.budget()
    client.force_login(w.manager)
    client.post(url(budget), share())
    fund = Allocation.objects.get()
    actions.withdraw(allocation=fund, amount=1_000_00, key="a", by=w.manager, reason="Cut", at=NOW)
    assert told(client.post(url(budget), share(), follow=True))[-1].endswith("nothing was granted a second time.")


def test_the_same_reference_may_stand_in_another_budget(w, client):
    program = w.program()
    client.force_login(w.manager)
    for budget in (w.budget(program), w.budget(program)):
        client.post(url(budget), share())
    assert Allocation.objects.filter(reference="NG-1").count() == 2


def test_no_more_is_granted_than_there_is(w, client):
    budget = w.budget(amount=3_000_00)
    client.force_login(w.manager)
    response = client.post(url(budget), share(amount="3,000.01"))
    assert errors(response)["amount"] == ["That is more than there is. $3,000.00 of this budget is not granted yet."]
    assert response.context["form"]["name"].value() == "Autumn push"
    assert unallocated(budget) == 3_000_00
    client.post(url(budget), share(amount="3,000.00"))
    assert unallocated(budget) == 0


@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
def test_a_bad_amount_gets_a_sentence(w, client, amount, sentence):
    budget = w.budget()
    client.force_login(w.manager)
    assert errors(client.post(url(budget), share(amount=amount)))["amount"] == [sentence]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("partner", "", "Choose a partner."),
        ("partner", "Nobody Ltd", "There is no partner of this name. Choose one from the list."),
        ("partner", "Northgate Cloud", "There is no partner of this name. Choose one from the list."),
        ("partner", "Bright\x00path", "There is no partner of this name. Choose one from the list."),
        ("partner", "x" * 5000, "There is no partner of this name. Choose one from the list."),
        ("name", "", "Give the fund a name."),
        ("name", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("reference", "", "Give the grant a reference."),
        ("reference", "x" * 61, "Ensure this value has at most 60 characters (it has 61)."),
        ("expires_on", "", "Choose a day."),
        ("expires_on", "31.12.2026", "Enter a day as in 2026-11-30."),
        ("expires_on", "2026-11-22", "That day has passed: the partner could not use the money."),
        (
            "expires_on",
            "2029-12-31",
            "That is more than two years after the program ends (31 Dec 2026). Check the year.",
        ),
        ("expires_on", "9999-12-31", "Check the year: 9999 is not one that a program runs in."),
        ("claim_by", "2026-12-30", "Claims are taken at least until the money's last day: 31 Dec 2026 or later."),
        ("claim_by", "2029-01-01", "That is more than two years after 31 Dec 2026. Check the year."),
        ("claim_by", "never", "Enter a day as in 2026-11-30."),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(w, client, field, value, sentence):
    budget = w.budget()
    client.force_login(w.manager)
    response = client.post(url(budget), share(**{field: value}))
    assert sentence in errors(response)[field]
    assert response.context["form"]["amount"].value() == "4,000.00"
    assert not Allocation.objects.exists()


def test_a_day_before_the_program_starts_is_refused(w, client):
    budget = w.budget(w.program(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)))
    client.force_login(w.manager)
    assert "The program starts on 1 Jan 2027" in errors(client.post(url(budget), share()))["expires_on"][0]


def test_today_still_counts_where_the_program_is(w, client):
    """At noon in London it is tomorrow already in Kiritimati."""
    here = w.budget(w.program(time_zone="Europe/London"))
    there = w.budget(w.program(time_zone="Pacific/Kiritimati"))
    client.force_login(w.manager)
    assert client.post(url(here), share(expires_on=TODAY.isoformat())).status_code == 302
    response = client.post(url(there), share(expires_on=TODAY.isoformat()))
    assert "That day has passed" in errors(response)["expires_on"][0]


def test_an_empty_form_gets_sentences(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    assert set(errors(client.post(url(budget), {}))) == {"partner", "amount", "name", "reference", "expires_on"}


def test_a_stale_page_of_a_program_that_was_closed_is_refused(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    programs.close(program=budget.program, by=w.manager, now=NOW)
    response = client.post(url(budget), share())
    assert errors(response)["__all__"] == ["This program is closed: it grants no new money. Reopen it first."]
    assert response.context["form"]["amount"].value() == "4,000.00"


def test_a_closed_period_grants_nothing(w, client):
    budget = w.budget(amount=0)
    actions.close_period(budget=budget, by=w.manager, now=NOW)
    client.force_login(w.manager)
    assert "The period of this budget is closed" in told(client.get(url(budget), follow=True))[0]
    assert "This budget's period is closed" in errors(client.post(url(budget), share()))["__all__"][0]


def grant(w, **fields) -> Grant:
    facts = {"partner": w.brightpath, "amount": 100, "name": "A", "reference": "R-1", "expires_on": TODAY}
    return Grant.under(w.program(), **(facts | fields))


def test_the_action_itself_refuses_what_the_form_does(w):
    budget = w.budget(amount=1_000)
    for wrong, words in [
        ([grant(w, expires_on=TODAY - timedelta(days=1))], "That day has passed"),
        ([grant(w, claim_by=TODAY - timedelta(days=1))], "Claims are taken at least"),
        ([grant(w), grant(w)], "stands here twice"),
    ]:
        with pytest.raises(actions.FundsRefused, match=words):
            actions.allocate(budget=budget, grants=wrong, by=w.manager, at=NOW)
    assert not Allocation.objects.exists()


def test_all_are_granted_or_none(w):
    budget = w.budget(amount=150)
    with pytest.raises(InsufficientFunds):
        actions.allocate(budget=budget, grants=[grant(w), grant(w, reference="R-2")], by=w.manager, at=NOW)
    assert (Allocation.objects.count(), unallocated(budget)) == (0, 150)
