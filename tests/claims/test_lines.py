"""What counts of an invoice: net, tax and total, a part of it, another currency; from what is typed to what is kept."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from claims import actions
from claims.actions.entries import Entry
from claims.amounts import counted, inverse, rate_in_words
from claims.models import ExchangeRate
from programs.money import digits
from tests.cast import NOW, TODAY, balances
from tests.claims.lines_attacks import rate
from tests.claims.typed import typed

DAY = TODAY - timedelta(days=3)


def fund(w, currency: str = "USD", amount: int = 5_000_000, **terms):
    return w.fund(amount, budget=w.budget(w.program(currency=currency, **terms), amount=amount))


def saved(w, of, *entries: Entry):
    """The lines of a draft on this fund, as kept."""
    claim = actions.start(allocation=of, title="Fair", by=w.owner, now=NOW)
    actions.save(claim=claim, title=claim.title, entries=entries, by=w.owner, now=NOW)
    return list(w.again(claim).lines.all())


@pytest.mark.parametrize(
    ("with_tax", "amount", "asked"), [(True, 1_190_00, 595_00), (False, 1_000_00, 500_00)], ids=["with", "without"]
)
def test_terms_count_an_invoice_with_or_without_its_tax(w, with_tax, amount, asked):
    (line,) = saved(w, fund(w, tax_included=with_tax), Entry("Stand", "Expo", "1", DAY, 1_190_00, tax=190_00))
    assert (line.net, line.tax, line.total, line.part) == (1_000_00, 190_00, 1_190_00, 1_190_00)
    assert (line.amount, line.asked) == (amount, asked)


# currency of the program, of the invoice, the rate, and what an invoice of that total counts; worked out by hand.
EXAMPLES = [
    ("USD", "EUR", "1.0850", 1_000_00, 1_085_00),
    ("USD", "JPY", "0.0066", 150_001, 990_01),  # 990.0066
    ("JPY", "USD", "151.4567", 10_01, 1_516),  # 1,516.08 yen
    ("KWD", "USD", "0.3071234567", 99_99, 30_709),  # 30.7092744… dinars
    ("USD", "KWD", "3.2560", 1_005, 3_27),  # 3.27228 dollars
    ("JPY", "KWD", "493.25", 1_002, 494),  # 494.2365 yen
    ("KWD", "JPY", "0.0020", 1_250, 2_500),
    ("USD", "EUR", "1.5", 1, 2),  # half a cent more: to the even one
    ("USD", "EUR", "0.5", 1_01, 50),  # 50.5 cents
    ("USD", "EUR", "0.5", 1_03, 52),  # 51.5 cents
]


@pytest.mark.parametrize(("into", "base", "value", "total", "amount"), EXAMPLES)
def test_another_currency_counts_at_the_rate_of_its_day(w, into, base, value, total, amount):
    rate(base, into, value, DAY - timedelta(days=1))
    rate(base, into, "77", DAY + timedelta(days=1))  # later than the invoice
    rate(base, into, "88", DAY - timedelta(days=2))  # there is a later one
    (line,) = saved(w, fund(w, into), Entry("Stand", "Expo", "1", DAY, total, currency=base))
    assert (line.amount, line.total, line.currency) == (amount, total, base)
    assert (line.rate, line.rate_day, line.rate_source) == (Decimal(value), DAY - timedelta(days=1), "ECB")


def test_the_pair_the_other_way_round_serves_too(w):
    rate("USD", "EUR", "0.8", DAY)
    (line,) = saved(w, fund(w), Entry("Stand", "Expo", "1", DAY, 100_00, currency="EUR"))
    assert (line.amount, line.rate, line.rate_source) == (125_00, Decimal("1.25"), "ECB, inverse")


@pytest.mark.parametrize(("age", "is_there"), [(0, True), (7, True), (8, False), (-1, False)])
def test_a_rate_is_a_week_old_at_most(w, age, is_there):
    rate(day=DAY - timedelta(days=age))
    entry = Entry("Stand", "Expo", "1", DAY, 100_00, currency="EUR")
    if is_there:
        assert saved(w, fund(w), entry)[0].amount == 108_50
    else:
        with pytest.raises(
            actions.ClaimRefused, match="There is no rate from EUR to USD of 20 Nov 2026 or the week before"
        ):
            saved(w, fund(w), entry)


def test_a_rate_that_was_used_changes_no_line(w):
    kept = rate(day=DAY)
    claim = actions.start(allocation=fund(w), title="Fair", by=w.owner, now=NOW)
    entries = [Entry("Stand", "Expo", "1", DAY, 100_00, currency="EUR")]
    actions.save(claim=claim, title="Fair", entries=entries, by=w.owner, now=NOW)
    kept.rate = Decimal(2)
    actions.save_rate(rate=kept, by=w.finance, now=NOW)
    actions.remove_rate(rate=kept, by=w.finance, now=NOW)
    line = claim.lines.get()
    assert (line.amount, line.rate) == (108_50, Decimal("1.085"))
    assert not ExchangeRate.objects.exists()


def test_a_part_of_an_invoice_is_rounded_once(w):
    """A third of a net amount in euros: 333.33 of 1,000.00, whose net is 840.34, at 1.0850."""
    rate(day=DAY)
    entry = Entry("Stand", "Expo", "1", DAY, 1_000_00, tax=159_66, currency="EUR", part=333_33)
    (line,) = saved(w, fund(w), entry)
    assert line.amount == round(Fraction(840_34) * Fraction(333_33, 1_000_00) * Fraction("1.085")) == 303_92
    assert line.asked == 151_96


def test_what_comes_to_nothing_is_refused(w):
    rate("JPY", "USD", "0.0033", DAY)
    with pytest.raises(actions.ClaimRefused, match="nothing of this invoice counts"):
        saved(w, fund(w), Entry("Stamp", "Post", "1", DAY, 1, currency="JPY"))
    with pytest.raises(actions.ClaimRefused, match="nothing of this invoice counts"):
        saved(w, fund(w), Entry("Tax", "Customs", "1", DAY, 100, tax=100))


@given(
    total=st.integers(1, 10**12),
    tax=st.integers(0, 10**12),
    part=st.integers(1, 10**12),
    pair=st.sampled_from([("USD", "EUR"), ("JPY", "USD"), ("KWD", "JPY"), ("USD", "KWD"), ("EUR", "EUR")]),
    value=st.decimals("0.0000000001", "1000000", places=10),
)
def test_no_amount_is_half_a_unit_away_from_the_exact_one(total, tax, part, pair, value):
    tax, part = tax % (total + 1), part % total + 1
    base, into = pair
    found = counted(total=total, tax=tax, part=part, with_tax=False, currency=base, into=into, rate=value)
    exact = Fraction(total - tax) * part / total * Fraction(value) * Fraction(10) ** (digits(into) - digits(base))
    assert abs(found - exact) <= Fraction(1, 2)
    assert abs(found - exact) < Fraction(1, 2) or found % 2 == 0
    plain = counted(total=total, tax=tax, part=part, with_tax=True, currency=into, into=into)
    assert plain == part


@given(st.integers(1, 10**6), st.data())
def test_the_parts_of_an_invoice_are_never_a_unit_each_more_than_the_whole(total, data):
    """Each part is rounded by itself; together they miss the whole by half a unit a part at most."""
    cuts = sorted(data.draw(st.sets(st.integers(1, total - 1), max_size=5)) if total > 1 else [])
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]
    tax = data.draw(st.integers(0, total))
    whole = {"total": total, "tax": tax, "with_tax": False, "currency": "USD", "into": "USD"}
    assert abs(sum(counted(part=part, **whole) for part in parts) - (total - tax)) <= len(parts) / 2


def test_rates_in_words():
    assert [rate_in_words(Decimal(value)) for value in ("1.0850000000", "2", "0.0066123000")] == [
        "1.0850",
        "2",
        "0.0066123",
    ]
    assert inverse(Decimal("1.25")) == Decimal("0.8")


# the form


@pytest.fixture
def draft(w):
    return w.again(actions.start(allocation=fund(w), title="Fair", by=w.owner, now=NOW))


def edit(draft) -> str:
    return reverse("claims:edit", args=[draft.pk])


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"total": "1,190", "tax": "190"}, (1_000_00, 190_00, 1_190_00, 1_190_00)),
        ({"total": "1,190", "net": "1,000"}, (1_000_00, 190_00, 1_190_00, 1_190_00)),
        ({"total": "1,190", "net": "1,000", "tax": "190.00"}, (1_000_00, 190_00, 1_190_00, 1_190_00)),
        ({"total": "1,000", "part": "40%"}, (1_000_00, 0, 1_000_00, 400_00)),
        ({"total": "1,000", "part": "33.3333%"}, (1_000_00, 0, 1_000_00, 333_33)),
        ({"total": "1,000", "part": "250.5"}, (1_000_00, 0, 1_000_00, 250_50)),
    ],
)
def test_of_net_tax_and_total_the_rest_follows(w, client, draft, line, kept):
    client.force_login(w.owner)
    assert client.post(edit(draft), typed(draft, line)).status_code == 302
    made = draft.lines.get()
    assert (made.net, made.tax, made.total, made.part) == kept


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"total": "100", "tax": "10", "net": "80"}, "Net and tax make $90.00, and the total is $100.00."),
        ({"total": "100", "tax": "101"}, "This is more than the total."),
        ({"total": "100", "net": "101"}, "This is more than the total."),
        ({"total": "100", "tax": "-1"}, "Enter the amount without a minus."),
        ({"total": "100", "part": "101%"}, "Write a part as in 40% or as an amount."),
        ({"total": "100", "part": "-1%"}, "Write a part as in 40% or as an amount."),
        ({"total": "100", "part": "0"}, "Ask for more than nothing and at most $100.00."),
        ({"total": "100", "part": "100.01"}, "Ask for more than nothing and at most $100.00."),
        ({"total": "100", "part": "half"}, "Enter an amount, as in 1,250.00."),
        ({"total": "100.5", "currency": "JPY"}, "JPY has no decimals: 100.5 is too fine."),
        ({"total": "100", "tax": "100"}, "Nothing of it counts: check the total and the tax."),
        ({"total": "100", "currency": "XXX"}, "Select a valid choice."),
        (
            {"total": "100", "currency": "EUR"},
            "There is no rate from EUR to USD of 19 Oct 2025 or the week before. Ask Finance (finance@people.example) to add it.",
        ),
    ],
)
def test_what_is_wrong_with_a_sum_stands_beside_it(w, client, draft, line, sentence):
    client.force_login(w.owner)
    page = client.post(edit(draft), typed(draft, line, do="submit"))
    assert page.status_code == 400
    assert sentence in page.text
    assert not draft.lines.exists()


def test_a_lines_key_stays_when_the_draft_is_saved_again(w, client, draft):
    client.force_login(w.owner)
    client.post(edit(draft), typed(draft, {}, {"invoice_number": "A-2"}))
    keys = list(draft.lines.values_list("key", flat=True))
    again = [{"key": keys[1], "invoice_number": "A-2"}, {"key": keys[1], "invoice_number": "A-3"}, {"key": "<b>"}]
    client.post(edit(draft), typed(w.again(draft), *again))
    kept = list(draft.lines.values_list("key", flat=True))
    assert kept[0] == keys[1]
    assert len(set(kept)) == 3
    assert f'value="{kept[0]}"' in client.get(edit(draft)).text


def test_a_foreign_line_says_its_rate(w, client, draft):
    rate(day=DAY)
    client.force_login(w.owner)
    line = {"currency": "EUR", "invoice_date": DAY.isoformat(), "total": "1,000.00"}
    assert client.post(edit(draft), typed(draft, line)).status_code == 302
    page = client.get(edit(draft)).text
    assert "$1,085.00 counts, at 1.0850 of 20 Nov 2026 (ECB)" in page
    assert "Northgate Cloud pays $542.50" in page


def test_a_draft_from_before_invoices_had_a_total_keeps_its_amount(w, client, draft):
    row = {"what": "Ads", "supplier": "Acme", "invoice_number": "1", "invoice_date": "2026-11-01", "amount": "1,234.50"}
    draft.typed = {"rows": [row]}
    draft.save()
    client.force_login(w.owner)
    assert 'value="1,234.50"' in client.get(edit(draft)).text


def test_filed_in_yen_and_in_dinars_to_the_last_unit(w):
    """The story of two funds whose currencies have no minor unit and three of them."""
    yen = fund(w, "JPY", 1_000_000, reimbursement_percent=Decimal("33.33"), tax_included=True)
    claim = actions.start(allocation=yen, title="Fair", by=w.owner, now=NOW)
    rate("USD", "JPY", "151.5", DAY)
    entries = [Entry("Stand", "Expo", "1", DAY, 99_99, currency="USD"), Entry("Flyers", "Print", "2", DAY, 10_001)]
    claim = actions.save(claim=claim, title="Fair", entries=entries, by=w.owner, now=NOW)
    # 99.99 dollars are 15,148.485 yen; a third of 15,148 is 5,048.8, of 10,001 it is 3,333.3.
    assert [(line.amount, line.asked) for line in claim.lines.all()] == [(15_148, 5_049), (10_001, 3_333)]
    assert claim.asked == 8_382
    dinars = fund(w, "KWD", 1_000_000)
    claim = w.submitted(dinars, costs=(1_005, 3))
    # Half of 1.005 is 0.5025, of 0.003 it is 0.0015: both to the even unit.
    assert [line.asked for line in claim.lines.all()] == [502, 2]
    assert balances(dinars) == {"available": 1_000_000 - 504, "claimed": 504}
