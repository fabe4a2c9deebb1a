"""Which day it is where. A leaf: imports no model.

A deadline is a date in its program's time zone and counts until that day ends there. So "today" is a question of where: nothing
here or in SQL asks for the current date, it is worked out from a `Clock` that the caller passes in.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> tzinfo:
    """The time zone of that name; UTC where there is none, so that one bad row stops nobody else's day."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def end_of(day: date, zone_name: str) -> datetime:
    """The first moment that is no longer `day` in that time zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone(zone_name)).astimezone(UTC)


# A day, with the time zones where it is that day.
Days = dict[date, list[str]]


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment, and the day that it is in each time zone; with `on`, that is the day everywhere."""

    now: datetime
    on: date | None = None

    def day_in(self, zone_name: str) -> date:
        return self.on or self.now.astimezone(zone(zone_name)).date()

    def is_past(self, hour: int, zone_name: str) -> bool:
        """That hour of the day has struck there. Always, for a day that was named."""
        return self.on is not None or self.now.astimezone(zone(zone_name)).hour >= hour

    def days(self, zone_names: Iterable[str]) -> Days:
        """The days that it is in these time zones (three at most, at one moment), each with the zones where it is that day."""
        found: dict[date, list[str]] = defaultdict(list)
        for name in zone_names:
            found[self.day_in(name)].append(name)
        return dict(found)


def working_days_before(day: date, days: int) -> date:
    """The day from which `days` working days (Monday to Friday) lie before `day`. The database has the same function."""
    if days == 0:
        return day
    weekday = day.isoweekday()
    if weekday > 5:  # as many lie before a Saturday or Sunday as before the Monday after
        day, weekday = day + timedelta(days=8 - weekday), 1
    weeks, rest = divmod(days, 5)
    return day - timedelta(weeks=weeks, days=rest + (2 if rest >= weekday else 0))


def after_months(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
