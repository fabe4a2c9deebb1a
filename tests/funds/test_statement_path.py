"""From any balances to any balances: the acts are legal, never overdraw, and end where the statement says."""

from hypothesis import given
from hypothesis import strategies as st

from funds.statements import path
from funds.states import ACTS, ALLOCATION_BUCKETS, Act, Bucket, Pair

balances = st.fixed_dictionaries({bucket: st.integers(0, 12) | st.integers(0, 10**14) for bucket in ALLOCATION_BUCKETS})


def walked(standing: dict, steps) -> dict[Bucket, int]:
    """The balances after the steps, one by one. What comes from outside is without end."""
    now = {Bucket.UNALLOCATED: 0, **standing}
    for act, source, target, amount in steps:
        assert Pair(source, target) in ACTS[act]
        assert amount > 0
        if source != Bucket.OUTSIDE:
            now[source] -= amount
            assert now[source] >= 0, (act, source, target, amount)
        if target != Bucket.OUTSIDE:
            now[target] += amount
    return now


@given(balances, balances)
def test_any_way_is_legal_and_ends_right(standing, stated):
    assert walked(standing, path(standing, stated)) == {Bucket.UNALLOCATED: 0, **stated}


@given(balances)
def test_what_stands_already_needs_nothing(standing):
    assert path(standing, standing) == []


@given(balances, balances)
def test_no_money_passes_through_the_outside_in_vain(standing, stated):
    """What leaves the books or comes into them is what the statement has less or more in all."""
    growth = sum(stated.values()) - sum(standing.values())
    steps = path(standing, stated)
    came = sum(step.amount for step in steps if step.act == Act.FUND)
    went = sum(step.amount for step in steps if step.act == Act.DEFUND)
    assert (came, went) == (max(growth, 0), max(-growth, 0))


def acts(standing: dict, stated: dict) -> list[tuple[str, int]]:
    return [(step.act.value, step.amount) for step in path(standing, stated)]


def test_money_goes_on_as_its_story_goes():
    assert acts({}, {Bucket.AVAILABLE: 500}) == [("fund", 500), ("allocate", 500)]
    assert acts({Bucket.AVAILABLE: 500}, {Bucket.AVAILABLE: 300, Bucket.PAID: 200}) == [
        ("claim", 200),
        ("approve", 200),
        ("pay", 200),
    ]
    assert acts({Bucket.CLAIMED: 200}, {Bucket.AVAILABLE: 50, Bucket.APPROVED: 150}) == [
        ("return", 50),
        ("approve", 150),
    ]
    assert acts({Bucket.AVAILABLE: 500}, {Bucket.LAPSED: 500}) == [("expire", 500)]
    assert acts({Bucket.PAID: 100}, {Bucket.CLAIMED: 100}) == [("reverse", 100), ("claim", 100)]
    assert acts({Bucket.CLAIMED: 100}, {}) == [("return", 100), ("withdraw", 100), ("defund", 100)]
    assert acts({Bucket.LAPSED: 100}, {Bucket.AVAILABLE: 100}) == [("extend", 100)]
