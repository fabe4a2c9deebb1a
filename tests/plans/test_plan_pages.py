"""The pages of the plan: the year by quarter, an activity, its form and what it says while one types."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from plans.models import PlannedActivity
from plans.states import PlanStatus
from tests.cast import TODAY
from tests.claims.lines_attacks import rate
from tests.pages import queries, table, told
from tests.plans.planning import IN_JANUARY, funding_of, planned

YEAR = "/plans/?year=2027"


pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def page(w, client):
    client.force_login(w.owner)
    return client


def typed(*funds, **fields) -> dict[str, str]:
    """The form as a browser sends it: funds as (fund, amount)."""
    usual = {"title": "Cloud evening", "kind": "seminar", "quarter": "2027-1", "currency": "USD", "cost": "10,000"}
    data = {f"plan-{name}": str(value) for name, value in (usual | fields).items()}
    for number, (fund, amount) in enumerate(funds):
        data |= {f"funds-{number}-fund": str(fund.pk), f"funds-{number}-amount": amount}
    return data | {"funds-TOTAL_FORMS": str(len(funds)), "funds-INITIAL_FORMS": "0", "do": "save"}


def test_an_empty_plan_says_what_to_do(page):
    assert "Nothing is planned for this year yet" in page.get("/plans/").content.decode()


def test_the_year_by_quarter(w, page):
    fund = w.fund()
    planned(w, (fund, 2_000_00), title="Paid", **IN_JANUARY)
    planned(w, title="Open", quarter=3)
    planned(w, title="Perhaps", quarter=3, status=PlanStatus.IDEA)
    planned(w, title="Next", year=2028)
    shown = page.get(YEAR)
    columns = shown.context["columns"]
    assert [[card.activity.title for card in column["cards"]] for column in columns] == [
        ["Paid"],
        [],
        ["Open", "Perhaps"],
        [],
    ]
    (first,) = columns[0]["totals"]
    assert (first.cost, first.vendors, first.own, first.unfunded) == (10_000_00, 2_000_00, 2_000_00, 6_000_00)
    # An idea costs nothing yet.
    (year,) = shown.context["totals"]
    assert (year.cost, year.vendors, year.own, year.unfunded) == (20_000_00, 2_000_00, 2_000_00, 16_000_00)
    assert "$6,000.00 of it has no fund yet" in shown.content.decode()


def test_currencies_are_never_added(w, page):
    euro = w.fund(budget=w.budget(w.program(currency="EUR")))
    planned(w, title="Dollars")
    planned(w, (euro, 100_00), title="Euros", currency="EUR", cost=200_00)
    assert [(sums.currency, sums.cost) for sums in page.get(YEAR).context["totals"]] == [
        ("EUR", 200_00),
        ("USD", 10_000_00),
    ]


@pytest.mark.parametrize("year", ["x", "", "99999", "٢٠٢٧", "1000", "9999"])
def test_any_year_in_the_address(page, year):
    assert page.get("/plans/", {"year": year}).status_code == 200


def test_it_is_read_in_the_same_few_queries(w, page):
    def one(number: int) -> None:
        funds = [(w.fund(), 100_00), (w.fund(), 100_00)]
        planned(w, *funds, title=f"Activity {number}", person=w.member, **IN_JANUARY)

    one(1)
    address = reverse("plans:activity", args=[PlannedActivity.objects.get().pk])
    counts = [queries(page, at) for at in (YEAR, address, f"{YEAR}&format=csv")]
    one(2)
    one(3)
    assert [queries(page, at) for at in (YEAR, address, f"{YEAR}&format=csv")] == counts


def test_the_plan_as_a_table(w, page):
    planned(w, (w.fund(), 2_000_00), person=w.member, leads=12, pipeline=90_000_00, **IN_JANUARY)
    (row,) = table(page.get(f"{YEAR}&format=csv"))
    assert (row["Quarter"], row["Activity"], row["Looked after by"]) == ("Q1 2027", "Cloud evening", "Member")
    assert (row["Cost"], row["Vendors pay"], row["Own share"], row["Unfunded"]) == (
        "10000.00",
        "2000.00",
        "2000.00",
        "6000.00",
    )
    assert (row["Funds"], row["Leads"], row["Pipeline"]) == ("Market development: $2,000.00", "12", "90000.00")
    assert page.get(f"{YEAR}&format=xlsx").status_code == 200


def test_plan_one_by_its_form(w, page):
    north, sky = w.fund(), w.kept_fund()
    assert page.get("/plans/new/?quarter=2027-1").status_code == 200
    answer = page.post(
        "/plans/new/",
        typed((north, "2,000"), (sky, ""), person=w.member.pk, starts_on="2027-01-11", ends_on="2027-01-12", leads="9"),
    )
    made = PlannedActivity.objects.get()
    assert answer.url == reverse("plans:activity", args=[made.pk])
    assert (made.cost, made.person, made.leads, made.when) == (10_000_00, w.member, 9, "Q1 2027")
    assert list(made.fundings.values_list("allocation", "amount", "part")) == [
        (north.pk, 2_000_00, 4_000_00),
        (sky.pk, 3_000_00, 6_000_00),
    ]
    assert page.get(answer.url).status_code == 200


def test_what_is_funded_keeps_its_currency(w, page):
    dollars, euros = w.fund(), w.fund(budget=w.budget(w.program(currency="EUR")))
    rate()
    made = planned(w, (dollars, 1_000_00))
    edit = reverse("plans:edit_activity", args=[made.pk])
    refused = page.post(edit, typed((dollars, "1,000"), currency="EUR") | {"version": "1"})
    assert refused.status_code == 400
    assert "Funds pay for it in USD" in refused.text
    made.refresh_from_db()
    assert (made.currency, made.version) == ("USD", 1)
    # With another fund in its place it may have that one's.
    page.post(edit, typed((euros, "1,000"), currency="EUR") | {"version": "1"})
    made.refresh_from_db()
    assert (made.currency, made.fundings.get().allocation) == ("EUR", euros)


def test_keep_it_as_an_idea(page):
    page.post("/plans/new/", typed() | {"do": "idea"})
    assert PlannedActivity.objects.get().status == PlanStatus.IDEA


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Give it a title"),
        ({"cost": "a lot"}, "Enter an amount"),
        ({"starts_on": "2027-01-02", "ends_on": "2027-01-01"}, "ends before it begins"),
        ({"ends_on": "2027-01-01"}, "Say from which day, too."),
        ({"quarter": "2027-9"}, "Choose one of these quarters."),
        ({"person": "99999"}, "valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(w, page, fields, words):
    answer = page.post("/plans/new/", typed((w.fund(), "2,000"), **fields))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert 'value="2,000"' in answer.content.decode()  # what was typed stays
    assert not PlannedActivity.objects.exists()


def test_funds_that_pay_too_much_are_refused_in_words(w, page):
    answer = page.post("/plans/new/", typed((w.fund(9_000_00), "5,001")))
    assert (answer.status_code, PlannedActivity.objects.count()) == (400, 0)
    assert "The funds pay for $2.00 more than it costs" in answer.content.decode()


@pytest.mark.parametrize("amount", ["-5", "0", "5.001", "x"])
def test_an_amount_that_is_none(w, page, amount):
    answer = page.post("/plans/new/", typed((w.fund(), amount)))
    assert (answer.status_code, PlannedActivity.objects.count()) == (400, 0)


def test_a_fund_of_another_is_none_to_choose(w, page):
    answer = page.post("/plans/new/", typed((w.fund(partner=w.othertech), "1")))
    assert (answer.status_code, PlannedActivity.objects.count()) == (400, 0)


def test_rows_are_added_and_removed_without_a_script(w, page):
    one, two = w.fund(name="First fund"), w.fund(name="Second fund")
    answer = page.post("/plans/new/", typed((one, "1"), (two, "2")) | {"do": "remove-0"})
    assert answer.context["funds"].typed() == [{"fund": str(two.pk), "amount": "2"}]
    answer = page.post("/plans/new/", typed((one, "1")) | {"do": "add"})
    assert len(answer.context["funds"].forms) == 2
    assert not PlannedActivity.objects.exists()


def test_it_says_at_once_what_is_wrong(w, page):
    """While one types, before anything is saved."""
    fund = w.fund(1_000_00)
    said = page.post("/plans/new/keep/", typed((fund, "2,000"))).content.decode()
    assert "this plans $1,000.00 more than that" in said
    assert "$6,000.00 of it has no fund yet" in said
    assert "more than it costs" in page.post("/plans/new/keep/", typed((fund, "9,000"))).content.decode()
    assert page.post("/plans/new/keep/", {}).status_code == 200
    assert not PlannedActivity.objects.exists()
    made = planned(w, (fund, 500_00))
    said = page.post(reverse("plans:keep", args=[made.pk]), typed((fund, "2,000"))).content.decode()
    assert "this plans $1,000.00 more than that" in said
    assert funding_of(made).amount == 500_00


def test_a_change_and_a_colleague_who_was_faster(w, page):
    made = planned(w, (w.fund(), 2_000_00))
    address = reverse("plans:edit_activity", args=[made.pk])
    assert 'value="2000.00"' in page.get(address).content.decode()
    assert page.post(address, typed(title="Mine") | {"version": "1"}).status_code == 302
    late = page.post(address, typed(title="Theirs") | {"version": "1"})
    assert late.status_code == 400
    assert "Somebody else changed this activity" in late.content.decode()
    made.refresh_from_db()
    assert made.title == "Mine"
    # The fresh version is on the page: to send it again puts it in place.
    assert 'name="version" value="2"' in late.content.decode()
    assert page.post(address, typed(title="Theirs") | {"version": "2"}).status_code == 302


def test_move_it_by_the_select(w, page):
    made = planned(w, **IN_JANUARY)
    answer = page.post(reverse("plans:move_activity", args=[made.pk]), {"quarter": "2027-2", "next": YEAR})
    assert answer.url == YEAR
    made.refresh_from_db()
    assert (made.when, made.starts_on) == ("Q2 2027", date(2027, 4, 11))
    assert told(page.get(YEAR)) == ["«Cloud evening» stands in Q2 2027 now."]
    here = reverse("plans:activity", args=[made.pk])
    for wrong in ("x", "2027-7", "1999-1", "٢٠٢٧-3", ""):
        answer = page.post(reverse("plans:move_activity", args=[made.pk]), {"quarter": wrong}, follow=True)
        assert (answer.redirect_chain[-1][0], told(answer)) == (here, ["Choose a quarter."])
    made.refresh_from_db()
    assert made.when == "Q2 2027"
    away = {"quarter": "2027-3", "next": "https://evil.example/"}
    assert page.post(reverse("plans:move_activity", args=[made.pk]), away).url == here


def test_dropped_and_taken_up(w, page):
    made = planned(w)
    for act, status in (("drop_activity", "dropped"), ("take_up", "planned"), ("only_think", "idea")):
        page.post(reverse(f"plans:{act}", args=[made.pk]))
        made.refresh_from_db()
        assert made.status == status
        assert page.get(reverse("plans:activity", args=[made.pk])).status_code == 200
    assert "already" in told(page.post(reverse("plans:only_think", args=[made.pk]), follow=True))[0]


def test_one_click_makes_the_request(w, page):
    fund = w.fund(budget=w.budget(w.program(preapproval=True)))
    made = planned(w, (fund, 2_000_00), **IN_JANUARY)
    assert "Ask Northgate Cloud for approval" in page.get(reverse("plans:activity", args=[made.pk])).content.decode()
    answer = page.post(reverse("plans:ask", args=[funding_of(made).pk]), follow=True)
    request = funding_of(made).request
    assert answer.redirect_chain[-1][0] == reverse("claims:request_edit", args=[request.pk])
    assert 'value="4000.00"' in answer.content.decode()
    shown = page.get(YEAR).content.decode()
    assert f"{request.number}: draft" in shown
    assert "Finish the request" in shown


def test_one_click_makes_the_claim(w, page):
    made = planned(w, (w.fund(), 2_000_00), starts_on=TODAY - timedelta(days=2), ends_on=TODAY - timedelta(days=2))
    assert "File the claim" in page.get(reverse("plans:activity", args=[made.pk])).content.decode()
    answer = page.post(reverse("plans:claim", args=[funding_of(made).pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("claims:edit", args=[funding_of(made).claim_id])
    assert 'value="4000.00"' in answer.content.decode()


def test_the_sheet_has_all_that_a_portal_wants(w, page):
    made = planned(
        w, (w.kept_fund(), 2_000_00), person=w.member, place="Austin", leads=12, pipeline=90_000_00, **IN_JANUARY
    )
    funding = funding_of(made)
    address = reverse("plans:sheet", args=[funding.pk])
    shown = page.get(address)
    values = {field.key: field.value for field in shown.context["fields"]}
    assert values["company"] == "Brightpath"
    assert (values["contact"], values["mail"]) == ("Member", "member@people.example")
    assert (values["reference"], values["fund"], values["program"]) == ("CP-1", "Cobalt spring", "Cobalt fund")
    assert (values["cost"], values["amount"], values["own"]) == ("4000.00", "2000.00", "2000.00")
    assert (values["starts_on"], values["ends_on"], values["place"]) == ("2027-01-11", "2027-01-12", "Austin")
    assert (values["leads"], values["pipeline"], values["notes"]) == ("12", "90000.00", made.notes)
    early = page.post(reverse("plans:asked", args=[funding.pk]), {"on": "2026-11-24"})
    assert (early.status_code, "still to come" in early.content.decode()) == (400, True)
    assert page.post(reverse("plans:asked", args=[funding.pk]), {"on": "2026-11-20"}).url == address
    answer = {"answer": "reduced", "on": "2026-11-23"}
    wrong = page.post(reverse("plans:answered", args=[funding.pk]), answer)
    assert "Say how much it approved" in wrong.content.decode()
    page.post(reverse("plans:answered", args=[funding.pk]), answer | {"approved": "1,500", "said": "Too many plans."})
    activity = page.get(reverse("plans:activity", args=[made.pk])).content.decode()
    assert "Approved for less, $1,500.00 on 23 Nov 2026" in activity
    assert "Claim it in the portal of Cobalt Print" in activity
    assert page.get(address).status_code == 200
