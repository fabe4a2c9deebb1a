"""A manager reads how much of what was granted is used, by program and by partner."""

from datetime import timedelta

import pytest
from django.urls import reverse

from funds import actions as funds
from funds.lapse import lapse
from programs.days import Clock
from tests.cast import NOW, TODAY
from tests.dashboards.reading import as_manager, opened, queries, rows_of

pytestmark = pytest.mark.usefixtures("_at_now")
BY_PROGRAM, BY_PARTNER = "dashboards:use_by_program", "dashboards:use_by_partner"
AMOUNTS = ("granted", "used", "unused", "gone")


def names(response, key: str = "partner__name") -> list[str]:
    return [row[key] for row in response.context["page_obj"]]


def amounts(row) -> tuple[int, ...]:
    return tuple(int(row[name]) for name in AMOUNTS)


def lapsed(fund) -> None:
    """As the sweep books it, once the last day has passed."""
    lapse(clock=Clock(NOW, on=fund.claim_by + timedelta(days=1)))


def test_a_partner_with_what_it_used_kept_and_lost(w):
    budget = w.budget()
    w.approved(w.fund(2_000_00, budget=budget), costs=(1_000_00,))
    lapsed(w.fund(1_000_00, budget=budget, expires_on=TODAY, claim_by=TODAY))
    (row,) = opened(as_manager(w), BY_PARTNER).context["page_obj"]
    assert amounts(row) == (3_000_00, 500_00, 1_500_00, 1_000_00)
    assert row["funds"] == 2
    assert round(row["share"], 1) == 16.7
    assert row["last_claim"] == NOW


def test_a_partner_stands_there_once_for_each_currency(w):
    w.fund(2_000_00)
    w.fund(70_000, budget=w.budget(w.program(currency="JPY"), amount=100_000))
    response = opened(as_manager(w), BY_PARTNER)
    assert {row["currency"]: int(row["granted"]) for row in response.context["page_obj"]} == {
        "USD": 2_000_00,
        "JPY": 70_000,
    }
    assert {total["currency"]: total["granted"] for total in response.context["totals"]} == {
        "USD": 2_000_00,
        "JPY": 70_000,
    }


def test_partners_are_sorted_and_found(w):
    used, idle = w.fund(2_000_00), w.fund(3_000_00, partner=w.othertech)
    w.approved(used, costs=(4_000_00,))
    client = as_manager(w)
    assert names(opened(client, BY_PARTNER)) == ["Othertech", "Brightpath"]  # most unused first
    for sort, first in (("partner", "Brightpath"), ("-used", "Brightpath"), ("share", "Othertech")):
        assert names(opened(client, BY_PARTNER, sort=sort))[0] == first
    # Who never claimed is last when the latest is first.
    assert names(opened(client, BY_PARTNER, sort="-claim")) == ["Brightpath", "Othertech"]
    assert names(opened(client, BY_PARTNER, use="none")) == ["Othertech"]
    assert names(opened(client, BY_PARTNER, use="much")) == ["Brightpath"]
    assert names(opened(client, BY_PARTNER, q="other")) == ["Othertech"]
    assert names(opened(client, BY_PARTNER, program=idle.program.pk)) == ["Othertech"]
    assert "No partner fits" in opened(client, BY_PARTNER, q="nobody").text


def test_money_that_was_all_withdrawn_is_no_grant(w):
    fund = w.fund(2_000_00)
    funds.withdraw(allocation=fund, amount=2_000_00, key="all", reason="Not needed", by=w.manager, at=NOW)
    assert names(opened(as_manager(w), BY_PARTNER)) == []


def test_a_program_with_what_it_granted(w):
    budget = w.budget(w.program(name="Growth"), amount=9_000_00)
    w.approved(w.fund(2_000_00, budget=budget), costs=(1_000_00,))
    w.fund(1_000_00, budget=budget, partner=w.othertech)
    (row,) = opened(as_manager(w), BY_PROGRAM).context["page_obj"]
    assert (row["name"], row["partners"], row["funded"], *amounts(row)) == (
        "Growth",
        2,
        9_000_00,
        3_000_00,
        500_00,
        2_500_00,
        0,
    )


def test_programs_are_sorted_and_found(w):
    small = w.budget(w.program(name="Alpha"))
    large = w.budget(w.program(name="Beta"))
    w.approved(w.fund(1_000_00, budget=small), costs=(2_000_00,))
    w.fund(4_000_00, budget=large)
    client = as_manager(w)
    assert names(opened(client, BY_PROGRAM), "name") == ["Alpha", "Beta"]
    for sort in ("-name", "-granted", "-unused", "share", "claim", "used", "-gone"):
        assert names(opened(client, BY_PROGRAM, sort=sort), "name") == ["Beta", "Alpha"], sort
    assert names(opened(client, BY_PROGRAM, q="alp"), "name") == ["Alpha"]
    assert names(opened(client, BY_PROGRAM, status="draft"), "name") == []


def test_the_files_are_harmless_and_whole(w):
    w.othertech.name = "=HYPERLINK(1)"
    w.othertech.save()
    w.fund(1_234_50, partner=w.othertech, budget=w.budget(w.program(name="+Growth")))
    client = as_manager(w)
    (row,) = rows_of(client, BY_PARTNER)
    assert (row["Partner"], row["Granted"], row["Unused"], row["Used, %"]) == (
        "'=HYPERLINK(1)",
        "1234.50",
        "1234.50",
        "0.0",
    )
    (row,) = rows_of(client, BY_PROGRAM)
    assert (row["Program"], row["Funded"], row["Partners"]) == ("'+Growth", "10000.00", "1")
    for name in (BY_PARTNER, BY_PROGRAM):
        assert client.get(reverse(name), {"format": "xlsx"}).status_code == 200


@pytest.mark.parametrize("name", [BY_PARTNER, BY_PROGRAM])
def test_nothing_of_another_vendor(w, name):
    w.approved(w.fund(1_000_00))
    client = as_manager(w)
    client.force_login(w.other_manager)
    response = opened(client, name)
    assert list(response.context["page_obj"]) == []
    assert "yet" in response.text


@pytest.mark.parametrize("name", [BY_PARTNER, BY_PROGRAM])
def test_the_number_of_queries_does_not_grow(w, name):
    client = as_manager(w)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            w.approved(w.fund(partner=w.brightpath), costs=(100_00,))
            w.fund(partner=w.othertech)
        counts.append(queries(client, reverse(name)))
    assert counts[0] == counts[1] <= 17
