"""Amounts as people type and read them, in currencies with two, no and three minor digits."""

from decimal import Decimal
from itertools import pairwise

import pytest
from babel.numbers import format_currency, get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from programs.money import (
    CURRENCIES,
    LARGEST,
    LOCALE,
    MoneyError,
    digits,
    major,
    parse,
    plain,
    share,
    show,
    show_whole,
    split,
)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1,234.50", "USD", 123450),
        ("1234.5", "USD", 123450),
        ("$1,234.50", "USD", 123450),
        ("USD 12", "USD", 1200),
        (" 12 000 ", "EUR", 1200000),
        ("0.01", "EUR", 1),
        ("€5", "EUR", 500),
        ("5.50 €", "EUR", 550),
        ("1250", "JPY", 1250),
        ("1250.00", "JPY", 1250),
        ("¥1,250", "JPY", 1250),
        ("1.234", "KWD", 1234),
        ("0", "USD", 0),
        ("-3.20", "USD", -320),
        ("-$3.20", "USD", -320),
        ("$-3.20", "USD", -320),
        ("CA$5", "CAD", 500),
        ("$5", "CAD", 500),
        ("5 kr", "SEK", 500),
        ("1\u202f234\u00a0567.89 \u20ac", "EUR", 123456789),
    ],
)
def test_parse(text, currency, amount):
    assert parse(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.50", "JPY"),
        ("12.345", "USD"),
        ("1.2345", "KWD"),
        ("", "USD"),
        ("abc", "USD"),
        ("1,23", "USD"),
        ("12,34,567", "USD"),
        ("1.234,50", "EUR"),
        ("1e5", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("--1", "USD"),
        ("1-", "USD"),
        ("٣", "USD"),
        ("999999999999999999999999", "USD"),
        ("10000000000000", "USD"),
        ("12", "XXQ"),
        ("EUR 12", "USD"),
        ("-$-5", "USD"),
        ("$$5", "USD"),
        ("12 50", "USD"),
        ("1,000 000", "USD"),
        ("1'000", "CHF"),
        ("(5)", "USD"),
        ("5 -", "USD"),
        ("\u22125", "USD"),
        ("\uff15", "USD"),
        ("\uff045", "USD"),
        ("\u202e5", "USD"),
        ("5.", "USD"),
        (".5", "USD"),
        ("$", "USD"),
        ("-", "USD"),
    ],
)
def test_parse_refuses(text, currency):
    with pytest.raises(MoneyError):
        parse(text, currency)


@pytest.mark.parametrize(
    ("text", "currency", "words"),
    [
        ("€5", "USD", "Enter this amount in USD, not in €."),
        ("5 EUR", "USD", "Enter this amount in USD, not in EUR."),
        ("CA$5", "USD", "Enter this amount in USD, not in CA$."),
        ("$5", "EUR", "Enter this amount in EUR, not in $."),
        ("$5€", "USD", "Write the currency once at most, before the amount or after it."),
        ("$5 USD", "USD", "Write the currency once at most, before the amount or after it."),
    ],
)
def test_another_currency_than_the_field_s_is_never_taken_for_it(text, currency, words):
    with pytest.raises(MoneyError) as refused:
        parse(text, currency)
    assert str(refused.value) == words


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(CURRENCIES))
def test_what_is_shown_reads_back(amount, currency):
    assert parse(show(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123450, "USD", "$1,234.50"),
        (-320, "USD", "-$3.20"),
        (1250, "JPY", "¥1,250"),
        (1234, "KWD", "KWD 1.234"),
        (5, "EUR", "€0.05"),
        (None, "USD", "–"),
    ],
)
def test_show(amount, currency, text):
    assert show(amount, currency).replace("\u00a0", " ") == text


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(CURRENCIES))
def test_show_writes_as_babel_does(amount, currency):
    sign = get_currency_symbol(currency, LOCALE)
    pattern = "¤\u00a0#,##0.00" if sign[-1].isalpha() else None
    assert show(amount, currency) == format_currency(major(amount, currency), currency, pattern, LOCALE)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (4825037, "USD", "$48,250"),
        (-150, "USD", "-$2"),
        (50, "USD", "$0"),
        (1250, "JPY", "¥1,250"),
        (1501, "KWD", "KWD 2"),
    ],
)
def test_what_is_only_about_right_has_no_minor_units(amount, currency, text):
    assert show_whole(amount, currency).replace("\u00a0", " ") == text


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(CURRENCIES))
def test_what_is_shown_plainly_reads_back(amount, currency):
    assert parse(plain(amount, currency), currency) == amount


@given(st.integers(0, LARGEST), st.decimals(1, 100, places=2))
def test_a_share_is_never_more_than_the_whole(amount, percent):
    assert 0 <= share(amount, percent) <= amount


@pytest.mark.parametrize(
    ("amount", "percent", "part"), [(1005, 50, 502), (1015, 50, 508), (1, 50, 0), (3, 50, 2), (100, 100, 100)]
)
def test_shares_round_half_to_even(amount, percent, part):
    assert share(amount, Decimal(percent)) == part


def test_every_currency_offered_is_one():
    assert all(digits(code) in (0, 2, 3) for code in CURRENCIES)


WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=200).filter(any)


@given(st.integers(0, LARGEST), WEIGHTS)
def test_a_split_adds_up_and_is_fair(amount, weights):
    parts, whole = split(amount, weights), sum(weights)
    assert sum(parts) == amount
    # None is a whole unit away from its exact share, and nobody without weight gets any.
    assert all(abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights, strict=True))
    # More weight never gets less.
    ranked = sorted(zip(weights, parts, strict=True))
    assert all(a[1] <= b[1] or a[0] == b[0] for a, b in pairwise(ranked))


@given(st.integers(0, LARGEST), st.integers(1, 500))
def test_an_equal_split_differs_by_one_unit_at_most(amount, count):
    parts = split(amount, [1] * count)
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [1, 2, 3], [2, 3, 5]),
        (0, [5], [0]),
        (7, [0, 1], [0, 7]),
        (1, [2, 3], [0, 1]),
    ],
)
def test_a_split_by_hand(amount, weights, parts):
    assert split(amount, weights) == parts


@pytest.mark.parametrize(("amount", "weights"), [(1, []), (1, [0, 0]), (1, [2, -1]), (-1, [1])])
def test_what_cannot_be_split(amount, weights):
    with pytest.raises(ValueError, match="nothing to split"):
        split(amount, weights)
