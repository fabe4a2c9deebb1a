"""What deadlines and lengths mean in words. A leaf: imports no model."""

from datetime import date

from programs.states import LeadUnit

SOON_DAYS = 30
URGENT_DAYS = 7


def tone(day: date, today: date) -> str:
    """How near a deadline is: `past`, `near` within a month, else `far`."""
    left = (day - today).days
    if left < 0:
        return "past"
    return "near" if left <= SOON_DAYS else "far"


def days_left(day: date, today: date) -> str:
    """In words: "today", "1 day", "7 days", "3 days ago"."""
    left = (day - today).days
    if left == 0:
        return "today"
    count = abs(left)
    words = "1 day" if count == 1 else f"{count:,} days"
    return words if left > 0 else f"{words} ago"


def counted(number: int, unit: str = "day") -> str:
    """ "1 day", "14 days"."""
    return f"1 {unit}" if number == 1 else f"{number:,} {unit}s"


def lead_in_words(days: int, unit: str) -> str:
    return counted(days, "working day" if unit == LeadUnit.WORKING else "day")
