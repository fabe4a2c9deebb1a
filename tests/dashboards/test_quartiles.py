"""Nobody's figure is given away: each promise of `quartiles`, and somebody who tries to break it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards.reports.quartiles import LEAST, Unit, band, on_step, places, quartiles, sets_apart, step_of

UNITS = st.sampled_from(Unit)
VALUES = st.floats(0, 400, allow_nan=False)
NUMBERS = ("low", "middle", "high")


def worlds(least: int = LEAST, most: int = 60):
    return st.lists(VALUES, min_size=least, max_size=most)


def told(values, unit) -> list[int]:
    found = quartiles(values, unit)
    return [getattr(found, name) for name in NUMBERS]


def test_a_worked_example():
    days = [2, 3.2, 4, 5.4, 5.6, 7, 8.1, 9, 200]
    # In steps: 2 3 4 5 6 7 8 9 200. Means of three neighbours: (3 4 5), (5 6 7), (7 8 9).
    assert told(days, Unit.DAYS) == [4, 6, 8]
    # In steps of 5: 0 50 65 65 70 80 85 100 100. Means: 60, 71.7, 88.3.
    assert told([1, 52, 64, 66, 68, 80, 87, 99, 100], Unit.PERCENT) == [60, 70, 90]
    assert quartiles(days, Unit.DAYS).over == 9


@pytest.mark.parametrize("count", range(LEAST))
def test_fewer_than_nine_are_never_told(count):
    assert quartiles([3.0] * count, Unit.DAYS) is None


def test_how_many_there_are_is_told_in_bands():
    assert [band(count) for count in (9, 19, 20, 49, 50, 100, 5000)] == [9, 9, 20, 20, 50, 100, 200]


@given(worlds(most=300), UNITS)
def test_whatever_is_told_stands_on_a_step_in_order_and_leaves_out_the_extremes(values, unit):
    low, middle, high = told(values, unit)
    assert low <= middle <= high
    assert all(number % step_of(number, unit) == 0 for number in (low, middle, high))
    for quarter in (1, 2, 3):
        used = places(len(values), quarter)
        assert len(used) >= 3
        assert used[0] >= 1
        assert used[-1] <= len(values) - 2


@given(worlds(), UNITS, st.data())
def test_what_differs_within_a_step_is_told_alike(values, unit, data):
    """The exact value is used nowhere: every value of the same step gives the same figures."""
    place = data.draw(st.integers(0, len(values) - 1))
    other = data.draw(VALUES)
    stepped = on_step(values[place], unit)
    moved = stepped + (other % step_of(stepped, unit) - step_of(stepped, unit) / 2)
    assume(moved >= 0 and on_step(moved, unit) == stepped)
    assert quartiles([*values[:place], moved, *values[place + 1 :]], unit) == quartiles(values, unit)


def between(others: list[float], quarter: int, unit: Unit) -> tuple[int, int]:
    """The two figures of other companies alone between which a figure stays, whatever one more company's value is."""
    steps = sorted(on_step(other, unit) for other in others)
    used = places(len(steps) + 1, quarter)
    low, high = (sum(steps[place + shift] for place in used) / len(used) for shift in (-1, 0))
    return on_step(low, unit), on_step(high, unit)


@given(worlds(least=LEAST - 1), VALUES, UNITS)
def test_a_company_moves_a_figure_no_further_than_between_two_of_others_alone(others, value, unit):
    """Also to somebody who knows all others exactly: below its neighbours, or above them, a value no longer matters."""
    for quarter, number in zip((1, 2, 3), told([*others, value], unit), strict=True):
        low, high = between(others, quarter, unit)
        assert low <= number <= high


@given(worlds(), VALUES, UNITS)
def test_coming_and_going_moves_a_figure_by_two_places_at_the_most(values, new, unit):
    steps = sorted(on_step(value, unit) for value in values)
    for quarter, after in zip((1, 2, 3), told([*values, new], unit), strict=True):
        used = places(len(steps), quarter)
        lowest, highest = steps[max(0, used[0] - 2)], steps[min(len(steps) - 1, used[-1] + 2)]
        assert min(lowest, on_step(lowest, unit)) <= after <= on_step(highest, unit)


@given(st.lists(st.integers(0, 40), min_size=LEAST - 1, max_size=30), UNITS)
def test_many_values_of_one_company_give_the_same_figures(others, unit):
    """A thousand values of it give no more worlds than there are steps between its neighbours: none can be read back."""
    ever = {tuple(told([*others, value], unit)) for value in range(1001)}
    room = 0
    for quarter in (1, 2, 3):
        low, high = between(others, quarter, unit)
        room += len({on_step(number, unit) for number in range(low, high + 1)}) - 1
    assert len(ever) <= 1 + room
    assert told([*others, 10_000], unit) == told([*others, 1_000], unit)


class TestSetsApart:
    def test_nobody_stands_apart_where_all_deal_with_one_vendor_only(self):
        assert not sets_apart({company: {1} for company in range(12)})

    @pytest.mark.parametrize("few", range(1, LEAST))
    def test_a_few_with_another_vendor_would(self, few):
        both = {company: {1, 2} if company < few else {1} for company in range(30)}
        assert sets_apart(both)
        alone = {company: {2} if company < few else {1} for company in range(30)}
        assert sets_apart(alone)

    def test_nine_and_more_do_not(self):
        assert not sets_apart({company: {1, 2} if company < LEAST else {1} for company in range(30)})
        assert not sets_apart({company: {company % 3} for company in range(30)})
