"""Amount × urgency: four times as much each time the days halve."""

from fractions import Fraction

import pytest

from dashboards.queue.weight import urgency, weight


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, Fraction(1)),
        (15, Fraction(4)),
        (60, Fraction(1, 4)),
        (7, Fraction(900, 49)),
        (2, Fraction(225)),
        (1, Fraction(900)),
        (0, Fraction(900)),
        (-5, Fraction(900)),
        (None, Fraction(1)),
    ],
)
def test_urgency(days, expected):
    assert urgency(days) == expected


def test_the_example_that_its_words_give():
    soon, far, near = weight(100_00, 2), weight(9_000_00, 90), weight(9_000_00, 7)
    assert (soon, far) == (22_500_00, 1_000_00)
    assert near > soon > far


def test_nothing_brings_nothing():
    assert weight(0, 1) == 0
