"""A manager reads how much the partners of each tier use."""

import pytest
from django.urls import reverse

from programs.models import Tier, TierHeld
from tests.dashboards.reading import as_manager, opened, queries, rows_of

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE, BY_PARTNER = "dashboards:use_by_tier", "dashboards:use_by_partner"


def hold(w, partner, name: str, rank: int, vendor=None) -> Tier:
    vendor = vendor or w.northgate
    tier, _ = Tier.objects.get_or_create(vendor=vendor, name=name, rank=rank)
    TierHeld.objects.create(vendor=vendor, partner=partner, tier=tier)
    return tier


def rows(response) -> list[tuple]:
    return [
        (r["tier_name"], r["partners"], r["currency"], r["granted"], r["used"]) for r in response.context["page_obj"]
    ]


def test_each_tier_with_what_its_partners_use(w):
    hold(w, w.brightpath, "Gold", 2)
    hold(w, w.brightpath, "Elsewhere", 9, vendor=w.skylark)
    budget = w.budget()
    w.approved(w.fund(2_000_00, budget=budget), costs=(1_000_00,))
    w.fund(1_000_00, budget=budget)
    w.fund(70_000, budget=w.budget(w.program(currency="JPY"), amount=100_000))
    w.fund(400_00, budget=budget, partner=w.othertech)
    client = as_manager(w)
    assert rows(opened(client, PAGE)) == [
        ("Gold", 1, "JPY", 70_000, 0),
        ("Gold", 1, "USD", 3_000_00, 500_00),
        (None, 1, "USD", 400_00, 0),
    ]
    assert rows(opened(client, PAGE, program=budget.program_id)) == [
        ("Gold", 1, "USD", 3_000_00, 500_00),
        (None, 1, "USD", 400_00, 0),
    ]


def test_it_is_sorted_and_taken_away(w):
    hold(w, w.brightpath, "=Gold", 2)
    hold(w, w.othertech, "Silver", 1)
    w.approved(w.fund(1_000_00), costs=(2_000_00,))
    w.fund(3_000_00, partner=w.othertech)
    client = as_manager(w)
    for sort, first in (("tier", "Silver"), ("-tier", "=Gold"), ("-granted", "Silver"), ("-share", "=Gold")):
        assert rows(opened(client, PAGE, sort=sort))[0][0] == first, sort
    assert [(row["Tier"], row["Granted"], row["Used, %"]) for row in rows_of(client, PAGE)] == [
        ("'=Gold", "1000.00", "100.0"),
        ("Silver", "3000.00", "0.0"),
    ]
    assert client.get(reverse(PAGE), {"format": "xlsx"}).status_code == 200


def test_partners_are_found_by_their_tier(w):
    gold = hold(w, w.brightpath, "Gold", 2)
    w.fund(1_000_00)
    w.fund(3_000_00, partner=w.othertech)
    client = as_manager(w)

    def names(**query):
        return [row["partner__name"] for row in opened(client, BY_PARTNER, **query).context["page_obj"]]

    assert names(tier=gold.pk) == ["Brightpath"]
    assert names(tier="none") == ["Othertech"]
    assert "field-error" in opened(client, BY_PARTNER, tier="9" * 30).text


def test_nothing_of_another_vendor(w):
    w.fund(1_000_00)
    client = as_manager(w)
    client.force_login(w.other_manager)
    response = opened(client, PAGE)
    assert rows(response) == []
    assert "No partner has money of yours yet" in response.text


def test_the_number_of_queries_does_not_grow(w):
    client = as_manager(w)
    counts = []
    for n, partner in enumerate((w.brightpath, w.othertech)):
        hold(w, partner, f"Tier {n}", n)
        w.fund(partner=partner)
        counts.append(queries(client, reverse(PAGE)))
    assert counts[0] == counts[1] <= 12
