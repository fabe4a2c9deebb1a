"""The list of funds: a partner's across all vendors, a vendor's across all partners."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from funds import actions
from tests.cast import NOW, TODAY, person
from tests.pages import queries, table

LIST = reverse("funds:list")
pytestmark = pytest.mark.usefixtures("_at_now")


def names(response) -> list[str]:
    return [fund.name for fund in response.context["page_obj"]]


@pytest.fixture
def funds(w):
    """Brightpath's: one to start soon, one with time, one in another currency, one that is used up; and a stranger's."""
    skylark = w.program(w.skylark, w.other_manager, currency="JPY")
    yen = w.budget(skylark, amount=900_000, by=w.other_manager)
    soon = w.fund(4_000_00, name="Soon", expires_on=TODAY + timedelta(days=20))
    later = w.fund(6_000_00, name="Later", expires_on=TODAY + timedelta(days=300))
    w.fund(500_000, name="Yen", budget=yen, by=w.other_manager, expires_on=TODAY + timedelta(days=100))
    used = w.fund(1_000_00, name="Used", expires_on=TODAY + timedelta(days=10))
    w.submitted(used, costs=(2_000_00,))
    w.fund(2_000_00, name="Foreign", partner=w.othertech)
    return soon, later


@pytest.mark.usefixtures("funds")
class TestPartner:
    def test_it_shows_all_vendors_the_most_pressing_first(self, w, client):
        client.force_login(w.owner)
        response = client.get(LIST)
        assert names(response) == ["Soon", "Yen", "Later", "Used"]
        assert "Start an activity" in response.text
        assert "Nothing left to do" in response.text
        assert "Skylark Compute" in response.text

    def test_totals_are_per_currency_and_never_added(self, w, client):
        client.force_login(w.owner)
        assert client.get(LIST).context["totals"] == [
            {"currency": "JPY", "unclaimed": 500_000, "at_risk": 0, "claimed": 0, "approved": 0, "paid": 0},
            {
                "currency": "USD",
                "unclaimed": 10_000_00,
                "at_risk": 4_000_00,
                "claimed": 1_000_00,
                "approved": 0,
                "paid": 0,
            },
        ]

    def test_it_is_narrowed(self, w, client):
        client.force_login(w.owner)
        for query, found in [
            ({"vendor": w.skylark.pk}, ["Yen"]),
            ({"state": "open"}, ["Soon", "Yen", "Later"]),
            ({"state": "risk"}, ["Soon"]),
            ({"state": "way"}, ["Used"]),
            ({"state": "done"}, ["Used"]),
            ({"state": "lost"}, []),
            ({"q": "late"}, ["Later"]),
            ({"q": "late", "vendor": w.skylark.pk}, []),
        ]:
            assert names(client.get(LIST, query)) == found
        assert "No fund fits" in client.get(LIST, {"state": "lost"}).text

    def test_another_tenants_vendor_or_program_is_no_choice(self, w, client):
        foreign = w.program(w.skylark, w.other_manager)
        client.force_login(w.stranger)
        for query in ({"vendor": w.skylark.pk}, {"program": foreign.pk}):
            response = client.get(LIST, query)
            assert response.status_code == 200
            assert "Skylark" not in response.text
            assert names(response) == ["Foreign"]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("name", ["Later", "Soon", "Used", "Yen"]),
            ("-name", ["Yen", "Used", "Soon", "Later"]),
            ("expires", ["Used", "Soon", "Yen", "Later"]),
            ("unclaimed", ["Yen", "Used", "Soon", "Later"]),
            ("-unclaimed", ["Later", "Soon", "Used", "Yen"]),
            ("-way", ["Used", "Soon", "Later", "Yen"]),
            ("-next", ["Used", "Later", "Yen", "Soon"]),
            ("bogus", ["Soon", "Yen", "Later", "Used"]),
        ],
    )
    def test_it_is_sorted_and_amounts_only_within_a_currency(self, w, client, sort, order):
        client.force_login(w.owner)
        assert names(client.get(LIST, {"sort": sort})) == order

    def test_it_can_be_taken_away_as_it_is_narrowed(self, w, client):
        client.force_login(w.owner)
        (row,) = table(client.get(LIST, {"format": "csv", "vendor": w.skylark.pk}))
        assert (row["Currency"], row["Available"], row["Granted"]) == ("JPY", "500000", "500000")
        assert (row["Next step"], row["At risk"]) == ("Start an activity", "no")
        assert client.get(LIST, {"format": "xlsx"})["Content-Type"].endswith("sheet")

    def test_a_vendor_sees_its_own_grants_only(self, w, client):
        client.force_login(w.manager)
        response = client.get(LIST)
        assert sorted(names(response)) == ["Foreign", "Later", "Soon", "Used"]
        assert "Othertech" in response.text
        client.force_login(w.other_manager)
        assert names(client.get(LIST)) == ["Yen"]

    def test_windfalls_people_see_all(self, w, client):
        for who in (w.admin, w.finance):
            client.force_login(who)
            assert len(names(client.get(LIST))) == 5

    def test_another_partner_sees_only_its_own(self, w, client):
        client.force_login(w.stranger)
        assert names(client.get(LIST)) == ["Foreign"]

    @pytest.mark.parametrize(
        "query",
        [
            "sort=-",
            "page=x",
            "page=-1",
            "vendor=abc",
            "vendor=" + "9" * 40,
            "program=%00",
            "state=zzz",
            "q=%00",
            "format=zip",
        ],
    )
    @pytest.mark.parametrize("who", ["owner", "manager", "admin"])
    def test_no_address_breaks_it(self, w, client, query, who):
        client.force_login(getattr(w, who))
        assert client.get(f"{LIST}?{query}").status_code == 200


def test_a_program_links_to_its_funds(w, client):
    fund = w.fund(name="This")
    w.fund(name="That")
    client.force_login(w.owner)
    assert names(client.get(LIST, {"program": fund.program.pk})) == ["This"]


def test_an_empty_list_says_what_to_do(w, client):
    for who, words in [(w.owner, "You have no fund yet"), (w.manager, "No fund is granted yet")]:
        client.force_login(who)
        assert words in client.get(LIST).text
    client.force_login(person("nobody"))
    assert client.get(LIST).status_code == 200


def test_money_whose_window_closed_is_shown_as_lost(w, client):
    fund = w.fund(1_000_00, expires_on=TODAY)
    late = NOW + timedelta(days=31)
    with time_machine.travel(late):
        client.force_login(w.owner)
        response = client.get(LIST)
        assert "Lost: the claim window closed" in response.text
        assert response.context["totals"][0]["unclaimed"] == 0
        assert names(client.get(LIST, {"state": "lost"})) == [fund.name]


def test_pages_of_25(w, client):
    budget = w.budget(amount=27_000_00)
    for number in range(27):
        w.fund(1_000_00, budget=budget, name=f"Fund {number:02}")
    client.force_login(w.owner)
    assert len(names(client.get(LIST))) == 25
    assert names(client.get(LIST, {"page": 2, "sort": "name"})) == ["Fund 25", "Fund 26"]


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_the_number_of_queries_does_not_grow(w, client, who):
    w.fund(1_000_00)
    client.force_login(getattr(w, who))
    at_one = queries(client, LIST)
    w.fund(1_000_00)
    fund = w.fund(1_000_00, partner=w.othertech if who != "owner" else None)
    actions.reserve(allocation=fund, amount=1, key="a", by=w.manager, reason="x", at=NOW)
    assert queries(client, LIST) == at_one
    assert at_one <= 14
