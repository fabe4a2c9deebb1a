"""Quartiles of companies that give none of them away. A leaf: pure figures, imports no model.

What is promised, whatever else somebody knows (`tests/dashboards/test_quartiles.py` tries to break each):

1. Nothing is told of fewer than `LEAST` companies: whoever asks has at least eight others beside it.
2. Of a company only its step is used: days in steps of 1 below 15, of 5 below 60 and of 10 from there, rates in steps of 5
   points. Two worlds that differ only within steps publish the same. So no figure can tell a company's exact value.
3. Each figure is the mean of at least three companies that are neighbours in the order, put on a step again; the lowest and
   the highest company are in none. So a figure is a single company's only where it is its neighbours' too.
4. Whatever one company's value is, each figure stays between two that are made of the other companies alone: a company moves a
   figure by one place in the order of the others, never by how far off it is itself.
5. How many companies there are is told in bands, not to the one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor

# Eight others beside whoever asks; that company is counted in, so that everybody reads the same figures.
LEAST = 9
BANDS = (200, 100, 50, 20, LEAST)
# A figure is made of a company and so many on either side: one, or a twentieth of all.
SIDE = 20


class Unit(StrEnum):
    DAYS = "days"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A quarter of the companies is at `low` or below, half at `middle`, three quarters at `high`; there are `over` or more."""

    low: int
    middle: int
    high: int
    over: int


def step_of(value: float, unit: Unit) -> int:
    """How wide the step is that a value stands on."""
    if unit == Unit.PERCENT:
        return 5
    return 1 if value < 15 else 5 if value < 60 else 10


def on_step(value: float, unit: Unit) -> int:
    """The step nearest to a value; of two the upper one."""
    step = step_of(value, unit)
    return floor(value / step + 0.5) * step


def quartiles(values: Collection[float], unit: Unit) -> Quartiles | None:
    """Of one value (0 or more) per company; None where there are too few companies."""
    if len(values) < LEAST:
        return None
    steps = sorted(on_step(value, unit) for value in values)
    low, middle, high = (on_step(around(steps, quarter), unit) for quarter in (1, 2, 3))
    return Quartiles(low, middle, high, band(len(steps)))


def places(count: int, quarter: int) -> range:
    """Which companies, in their order from 0, a quartile is made of: never the first nor the last."""
    side = max(1, count // SIDE)
    centre = (quarter * (count - 1) + 2) // 4
    return range(centre - side, centre + side + 1)


def around(steps: list[int], quarter: int) -> float:
    near = [steps[place] for place in places(len(steps), quarter)]
    return sum(near) / len(near)


def band(count: int) -> int:
    """The largest of `BANDS` that a number of companies reaches."""
    return next(least for least in BANDS if count >= least)


def sets_apart(dealings: Mapping[int, Collection[int]]) -> bool:
    """Whether figures of all companies, beside those of one vendor's, would set a few apart.

    `dealings`: by company, the vendors that its value rests on. The few are those whose value rests on another vendor too: beside
    that vendor's figures they are what makes the difference.
    """
    vendors = {vendor for of_company in dealings.values() for vendor in of_company}
    for vendor in vendors:
        others = sum(any(other != vendor for other in of_company) for of_company in dealings.values())
        if 0 < others < LEAST:
            return True
    return False
