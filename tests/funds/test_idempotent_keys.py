"""A posting's key is used once: the same again does nothing, something else under it is refused."""

from decimal import Decimal

import pytest

from funds.ledger import DuplicatePosting, IllegalMovement, Posting, post
from funds.models import Movement
from funds.states import Act
from tests.cast import balances


def reserve(fund, amount, key):
    return Posting(Act.RESERVE, fund.budget_id, fund.pk, amount, key, None)


def test_the_same_posting_again_moves_nothing(w):
    fund = w.fund(1000)
    assert post([reserve(fund, 300, "k")]) == 1
    assert post([reserve(fund, 300, "k")]) == 0
    assert balances(fund) == {"available": 700, "reserved": 300}


def test_the_same_key_for_another_amount_is_refused(w):
    fund = w.fund(1000)
    post([reserve(fund, 300, "k")])
    with pytest.raises(DuplicatePosting):
        post([reserve(fund, 301, "k")])
    assert balances(fund) == {"available": 700, "reserved": 300}


def test_the_same_key_for_another_fund_is_refused(w):
    fund, other = w.fund(1000), w.fund(1000)
    post([reserve(fund, 300, "k")])
    with pytest.raises(DuplicatePosting):
        post([reserve(other, 300, "k")])


def test_one_key_twice_in_a_batch_is_refused(w):
    fund = w.fund(1000)
    with pytest.raises(DuplicatePosting):
        post([reserve(fund, 1, "k"), reserve(fund, 1, "k")])
    assert not Movement.objects.filter(key="k").exists()


def test_a_batch_with_old_and_new_makes_only_the_new(w):
    fund = w.fund(1000)
    post([reserve(fund, 100, "old")])
    assert post([reserve(fund, 100, "old"), reserve(fund, 200, "new")]) == 1
    assert balances(fund) == {"available": 700, "reserved": 300}


def test_a_batch_with_a_key_used_for_something_else_makes_none_of_it(w):
    fund = w.fund(1000)
    post([reserve(fund, 100, "old")])
    with pytest.raises(DuplicatePosting):
        post([reserve(fund, 101, "old"), reserve(fund, 200, "new")])
    assert balances(fund) == {"available": 900, "reserved": 100}
    assert not Movement.objects.filter(key="new").exists()


@pytest.mark.parametrize("amount", [1.5, Decimal("1.5"), 2.0, "3", True, None])
def test_an_amount_that_is_no_integer_is_refused_and_never_rounded(w, amount):
    fund = w.fund(1000)
    with pytest.raises(IllegalMovement):
        post([reserve(fund, amount, "k")])
    assert balances(fund) == {"available": 1000}


def test_nothing_to_post_is_nothing(db):
    assert post([]) == 0
