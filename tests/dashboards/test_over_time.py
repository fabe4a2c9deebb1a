"""A manager reads where the money stood at the end of each month."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from claims import actions as claims
from dashboards.reports.over_time import months_until
from funds import actions as funds
from funds.models import Budget
from tests.cast import NOW, TODAY
from tests.dashboards.reading import as_manager, opened, queries, rows_of

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = "dashboards:over_time"


def day(month: int, of: int = 15, year: int = 2026, hour: int = 12) -> datetime:
    return datetime(year, month, of, hour, tzinfo=UTC)


def budget(w, amount: int, at: datetime, **program) -> Budget:
    made = w.budget(w.program(**program), amount=0)
    funds.fund(budget=made, amount=amount, key="then", by=w.manager, at=at)
    return made


def granted(w, of: Budget, amount: int, at: datetime, name: str = "Share"):
    grant = funds.Grant.under(
        of.program, partner=w.brightpath, amount=amount, name=name, reference=name, expires_on=TODAY
    )
    (made,) = funds.allocate(budget=of, grants=[grant], by=w.manager, at=at)
    return made


def series(response) -> dict[str, list]:
    """By currency, the months with the oldest first."""
    return {entry["currency"]: entry["months"][::-1] for entry in response.context["series"]}


@pytest.mark.parametrize(
    ("today", "count", "expected"),
    [
        (date(2026, 2, 10), 3, [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]),
        (date(2026, 12, 31), 1, [date(2026, 12, 1)]),
        (date(2026, 1, 1), 2, [date(2025, 12, 1), date(2026, 1, 1)]),
    ],
)
def test_the_months_that_are_shown(today, count, expected):
    assert months_until(today, count) == expected


def test_each_month_shows_what_stood_where_when_it_ended(w):
    of = budget(w, 10_000_00, day(8))
    fund = granted(w, of, 6_000_00, day(9))
    funds.reserve(allocation=fund, amount=1_000_00, key="plan", reason="A fair", by=w.manager, at=day(10))
    claim = w.approved(fund, costs=(4_000_00,))  # half of it is the vendor's, the reserved part goes first
    claims.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
    found = series(opened(as_manager(w), PAGE))["USD"]
    assert [(s.month.month, s.funded, s.allocated, s.available, s.reserved, s.paid) for s in found] == [
        (8, 10_000_00, 0, 0, 0, 0),
        (9, 10_000_00, 6_000_00, 6_000_00, 0, 0),
        (10, 10_000_00, 6_000_00, 5_000_00, 1_000_00, 0),
        (11, 10_000_00, 6_000_00, 4_000_00, 0, 2_000_00),
    ]
    assert all(s.funded == s.unallocated + s.allocated for s in found)


def test_what_was_before_the_first_month_is_carried_in(w):
    granted(w, budget(w, 9_000_00, day(3, year=2024)), 4_000_00, day(4, year=2024))
    client = as_manager(w)
    found = series(opened(client, PAGE))["USD"]
    assert len(found) == 12
    assert {(s.funded, s.available) for s in found} == {(9_000_00, 4_000_00)}
    assert len(series(opened(client, PAGE, months="24"))["USD"]) == 24
    # In two thousand and twenty-four it had no money before March.
    assert series(opened(client, PAGE, months="60"))["USD"][0].month == date(2024, 3, 1)


def test_a_month_ends_where_the_vendor_is(w):
    w.northgate.time_zone = "Asia/Tokyo"
    w.northgate.save()
    budget(w, 1_00, day(9, 30, hour=16))  # the first of October in Tokyo
    assert series(opened(as_manager(w), PAGE))["USD"][0].month == date(2026, 10, 1)


def test_currencies_stand_apart_and_a_program_can_stand_alone(w):
    first = budget(w, 1_000_00, day(10), name="One")
    budget(w, 500_00, day(10), name="Two")
    budget(w, 70_000, day(10), name="Three", currency="JPY")
    client = as_manager(w)
    assert {c: s[-1].funded for c, s in series(opened(client, PAGE)).items()} == {"USD": 1_500_00, "JPY": 70_000}
    alone = series(opened(client, PAGE, program=first.program_id))
    assert {c: s[-1].funded for c, s in alone.items()} == {"USD": 1_000_00}


def test_the_picture_has_the_tables_numbers(w):
    budget(w, 70_000, day(11, 1), currency="JPY")
    response = opened(as_manager(w), PAGE)
    (entry,) = response.context["series"]
    assert entry["chart"]["labels"] == ["Nov 2026"]
    assert entry["chart"]["digits"] == 0
    assert {s["label"]: s["values"] for s in entry["chart"]["series"]}["Unallocated"] == [70_000]
    assert '<script id="chart-JPY" type="application/json">' in response.text


def test_the_file_has_each_program_by_itself(w):
    budget(w, 1_000_00, day(10), name="=One")
    budget(w, 500_00, day(10), name="Two")
    rows = rows_of(as_manager(w), PAGE)
    assert [(row["Month"], row["Program"], row["Funded"], row["Unallocated"]) for row in rows] == [
        ("2026-11-01", "Two", "500.00", "500.00"),
        ("2026-11-01", "'=One", "1000.00", "1000.00"),
        ("2026-10-01", "Two", "500.00", "500.00"),
        ("2026-10-01", "'=One", "1000.00", "1000.00"),
    ]
    assert as_manager(w).get(reverse(PAGE), {"format": "xlsx"}).status_code == 200


def test_nothing_of_another_vendor(w):
    budget(w, 1_000_00, day(10), name="Ours")
    client = as_manager(w)
    client.force_login(w.other_manager)
    response = opened(client, PAGE)
    assert response.context["series"] == []
    assert "No money has moved yet" in response.text
    assert "Ours" not in response.text


def test_a_program_that_is_none_is_said_at_the_field(w):
    budget(w, 1_000_00, day(10))
    html = opened(as_manager(w), PAGE, program="9" * 30, months="7").text
    assert html.count("field-error") == 2


def test_the_number_of_queries_does_not_grow(w):
    client = as_manager(w)
    counts = []
    for more in (1, 2):
        for n in range(more):
            granted(w, budget(w, 5_00, day(10)), 1_00, day(10), name=f"S{n}")
        counts.append(queries(client, reverse(PAGE)))
    assert counts[0] == counts[1] <= 10
