"""What amounts of several currencies are worth in one: exact, rounded once, with what no rate exchanges beside it."""

from datetime import timedelta
from fractions import Fraction

import pytest

from claims.worth import Exchange
from tests.cast import TODAY
from tests.dashboards.queue.looking import a_rate


def test_one_currency_takes_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        total = Exchange.on(TODAY, "USD", ["USD"]).sum([("USD", 1_00), ("USD", 2_50)])
    assert (total.amount, total.is_about, total.stated) == (3_50, False, [("USD", 3_50)])


def test_each_currency_is_exchanged_and_rounded_once(db):
    a_rate("EUR", "1.0857")
    a_rate("JPY", "0.0064", TODAY - timedelta(days=3))
    exchange = Exchange.on(TODAY, "USD", ["USD", "EUR", "JPY"])
    total = exchange.sum([("EUR", 10_05), ("USD", 100_00), ("EUR", 3), ("JPY", 70_001)])
    # 10.08 euros are 10.943856 dollars, 70,001 yen 448.0064.
    assert total.amount == 100_00 + 10_94 + 448_01
    assert total.days == [TODAY - timedelta(days=3), TODAY]
    assert total.sources == ["ECB"]
    assert total.parts == [("JPY", 70_001), ("USD", 100_00), ("EUR", 10_08)]
    assert total.stated == [("USD", total.amount)]


def test_of_a_currency_with_three_digits_into_one_with_none(db):
    a_rate("KWD", "490.5", quote="JPY")
    assert Exchange.on(TODAY, "JPY", ["KWD"]).of(1_500, "KWD") == Fraction(735_750, 1000)


def test_what_has_no_rate_is_named_beside_the_sum_and_never_left_out(db):
    a_rate("EUR", "1.1")
    total = Exchange.on(TODAY, "USD", ["EUR", "GBP"]).sum([("EUR", 10_00), ("GBP", 5_00)])
    assert (total.amount, total.missing) == (11_00, [("GBP", 5_00)])
    assert total.stated == [("USD", 11_00), ("GBP", 5_00)]
    assert total.added == [("EUR", 10_00)]


def test_without_any_rate_nothing_is_added(db):
    total = Exchange.on(TODAY, "USD", ["EUR"]).sum([("EUR", 10_00), ("USD", 1_00)])
    assert not total.is_about
    assert total.stated == [("EUR", 10_00), ("USD", 1_00)]


@pytest.mark.parametrize(("age", "is_used"), [(7, True), (8, False)])
def test_a_rate_is_of_the_last_week(db, age, is_used):
    a_rate("EUR", "1.1", TODAY - timedelta(days=age))
    assert Exchange.on(TODAY, "USD", ["EUR"]).sum([("EUR", 1_00)]).is_about is is_used


def test_what_comes_to_nothing_is_left_out(db):
    assert not Exchange.on(TODAY, "USD", ["USD"]).sum([("USD", 0)])
