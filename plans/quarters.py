"""Quarters of a year. A leaf: pure dates."""

from datetime import date, timedelta

QUARTERS = (1, 2, 3, 4)


def quarter_of(day: date) -> tuple[int, int]:
    """Year and quarter of a day."""
    return day.year, (day.month - 1) // 3 + 1


def first_day(year: int, quarter: int) -> date:
    return date(year, 3 * quarter - 2, 1)


def last_day(year: int, quarter: int) -> date:
    following = date(year + 1, 1, 1) if quarter == 4 else first_day(year, quarter + 1)
    return following - timedelta(days=1)
