"""Which answers there are, and until when somebody may put a thing off. A leaf: imports no model."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import IntegerChoices, TextChoices


class Kind(TextChoices):
    LATER = "later", "Put off"
    WORKING = "working", "Worked on"


class Place(IntegerChoices):
    """Where a reminder stands in its reader's inbox, in that order."""

    OPEN = 0, "Still to do"
    COLLEAGUE = 1, "With a colleague"
    LATER = 2, "Later"
    DONE = 3, "Done or over"


class Later(TextChoices):
    TOMORROW = "tomorrow", "Tomorrow"
    WEEK = "week", "In a week"
    BEFORE = "before", "A week before the last day"


# A link in a mail answers for so long.
LINK_WITHIN = timedelta(days=30)
# Who works on something is left alone with it for so long, where no lead brings it back to who looks after the others.
ALONE_FOR = timedelta(days=14)
# Of the words why something is put off; characters.
MOST_REASON = 200
# What is put off is there again so long before it closes: a day and a good night. The database asks for it too.
WAKES_BEFORE = timedelta(hours=30)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def latest(*, today: date, anchor: date, deadline: date | None, leads: Iterable[int]) -> date | None:
    """The last day until which it may be put off: that of its last lead, and at any rate the day before the last one.

    None where there is no last day.
    """
    if deadline is None:
        return None
    final = anchor - timedelta(days=min(leads))
    before = deadline - DAY
    return min(final, before) if final > today else before


def days_for(*, today: date, anchor: date, deadline: date | None, leads: Iterable[int]) -> dict[Later, date]:
    """The days on which it may come back, the nearest first; none where its last day is too near."""
    last = latest(today=today, anchor=anchor, deadline=deadline, leads=leads)
    wished = {Later.TOMORROW: today + DAY, Later.WEEK: today + WEEK}
    if deadline is not None:
        wished[Later.BEFORE] = deadline - WEEK
    found: dict[Later, date] = {}
    for when, day in sorted(wished.items(), key=lambda pair: pair[1]):
        if day > today and (last is None or day <= last) and day not in found.values():
            found[when] = day
    return found
