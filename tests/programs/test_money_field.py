"""Typing an amount: every form with money in it uses this one field."""

import pytest
from django import forms

from programs.forms import MoneyField, OnceForm


class Typed(OnceForm):
    amount = MoneyField(currency="USD")


def typed(text: str, currency: str = "USD", least: int = 1) -> forms.Form:
    form = Typed({"amount": text, "key": "0c8b3bd6-7a0e-4a5c-9d5a-1a5c0a6e9f11"})
    form.fields["amount"].currency = currency
    form.fields["amount"].least = least
    return form


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50", "USD", 123450),
        (" 1234.5 ", "USD", 123450),
        ("$40", "USD", 4000),
        ("USD 40", "USD", 4000),
        ("1,000,000", "JPY", 1_000_000),
        ("0.125", "KWD", 125),
        ("12.00", "JPY", 12),
        ("1000000000000", "USD", 10**14),
    ],
)
def test_amounts_are_cleaned_to_minor_units(text, currency, minor):
    form = typed(text, currency)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == minor


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("", "USD", "Enter an amount, as in 1,250.00."),
        ("   ", "USD", "Enter an amount, as in 1,250.00."),
        ("lots", "USD", "Enter an amount, as in 1,250.00."),
        ("1.250,00", "USD", "Enter an amount, as in 1,250.00."),
        ("12,50", "USD", "Enter an amount, as in 1,250.00."),
        ("1e5", "USD", "Enter an amount, as in 1,250.00."),
        ("NaN", "USD", "Enter an amount, as in 1,250.00."),
        ("\x00", "USD", "Enter an amount, as in 1,250.00."),
        ("٣٤", "USD", "Enter an amount, as in 1,250.00."),
        ("=1+1", "USD", "Enter an amount, as in 1,250.00."),
        ("9" * 50_000, "USD", "Enter an amount, as in 1,250.00."),
        ("0", "USD", "Enter an amount above zero."),
        ("-5", "USD", "Enter the amount without a minus."),
        ("10.001", "USD", "USD has 2 decimals: 10.001 is too fine."),
        ("12.50", "JPY", "JPY has no decimals: 12.50 is too fine."),
        ("0.0001", "KWD", "KWD has 3 decimals: 0.0001 is too fine."),
        ("1000000000000.01", "USD", "That is more than any fund holds."),
    ],
)
def test_what_is_no_amount_gets_a_sentence_and_stays_as_typed(text, currency, sentence):
    form = typed(text, currency)
    assert form.errors["amount"] == [sentence]
    assert form["amount"].value() == text


def test_zero_may_be_allowed():
    assert typed("0", least=0).is_valid()


def test_it_shows_the_currency_and_lets_phones_offer_digits():
    form = Typed(initial={"amount": 123450})
    form.fields["amount"].currency = "KWD"
    html = str(form["amount"])
    assert 'value="123.450"' in html
    assert 'inputmode="decimal"' in html
    assert ">KWD<" in html


def test_two_forms_do_not_share_their_currency():
    first, second = Typed(), Typed()
    first.fields["amount"].currency = "JPY"
    assert second.fields["amount"].currency == "USD"
    assert ">USD<" in str(second["amount"])


def test_each_showing_has_its_own_key():
    assert Typed()["key"].value() != Typed()["key"].value()


@pytest.mark.parametrize("key", [None, "", "x", "\x00", "0" * 500])
def test_a_form_without_its_key_asks_to_be_sent_again(key):
    data = {"amount": "5"} | ({} if key is None else {"key": key})
    form = Typed(data)
    assert form.errors == {"__all__": ["This page was out of date. Look at what stands here and send it again."]}
    assert Typed({"amount": "5", "key": form["key"].value()}).is_valid()
    assert form["amount"].value() == "5"
