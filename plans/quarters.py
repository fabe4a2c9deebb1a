"""Calendar quarters. A leaf: imports no model."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from partners.tables import FIRST_YEAR, LAST_YEAR

QUARTERS = (1, 2, 3, 4)


class Quarter(NamedTuple):
    year: int
    number: int

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"

    @property
    def key(self) -> str:
        """As in an address: 2026-4."""
        return f"{self.year}-{self.number}"

    @property
    def is_known(self) -> bool:
        """Of a year that targets and SPIFFs are kept of."""
        return FIRST_YEAR < self.year < LAST_YEAR

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.after(1).first - timedelta(days=1)

    def after(self, quarters: int) -> "Quarter":
        """So many quarters later; earlier, where it is below zero."""
        year, place = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return Quarter(year, place + 1)


def quarter_of(day: date) -> Quarter:
    """Year and quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def of_years(years: Iterable[int]) -> list[Quarter]:
    """All of these years."""
    return [Quarter(year, number) for year in years for number in QUARTERS]


def choices(quarters: Iterable[Quarter]) -> list[tuple[str, str]]:
    """As a form offers them."""
    return [(quarter.key, str(quarter)) for quarter in quarters]


def parse(key: str) -> Quarter | None:
    """The quarter that an address names; None where it names none."""
    if not re.fullmatch(r"\d{4}-[1-4]", key, re.ASCII):
        return None
    found = Quarter(int(key[:4]), int(key[5]))
    return found if found.is_known else None
