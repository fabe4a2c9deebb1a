"""Dates as an iCalendar file (RFC 5545), of the kind that a calendar reads again and again from one address.

Google, Outlook and Apple take such a file as the whole calendar: what is no longer in it goes. So what is done is left out; a
STATUS:CANCELLED would stay as a crossed-out ghost in Outlook and Apple. What moved keeps its UID, with a higher SEQUENCE and a
later LAST-MODIFIED, without which Outlook keeps the old day. As DTSTAMP is that same moment, the file is the same to the byte
until something changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import icalendar
from django.conf import settings

from reminders.calendar.dates import Day, seen
from reminders.models import Alarm

REFRESH = timedelta(hours=1)
# From the first moment of the day: it rings at nine in the morning.
TRIGGERS = {Alarm(days): timedelta(hours=9) - timedelta(days=days) for days in Alarm.values}


class Stand(NamedTuple):
    """How often a date has changed since it was first told, and when it last did."""

    sequence: int
    changed_at: datetime


def render(days: Sequence[Day], stands: Mapping[str, Stand], alarm: Alarm | None) -> bytes:
    """The whole file. `stands` has each day's key."""
    book = icalendar.Calendar()
    book.add("prodid", "-//Windfall//Deadlines//EN")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        book.add(name, "Windfall deadlines")
    book.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", "PT1H")
    for day in days:
        book.add_component(event(day, stands[day.key], alarm))
    return book.to_ical()


def event(day: Day, stand: Stand, alarm: Alarm | None) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", f"{day.key}@{urlsplit(settings.SITE_ADDRESS).hostname}")
    made.add("sequence", stand.sequence)
    for name in ("dtstamp", "last-modified"):
        made.add(name, stand.changed_at)
    # A whole day, of no time zone: it stands on the same date wherever its reader travels. The words say where it ends.
    made.add("dtstart", day.on)
    made.add("dtend", day.on + timedelta(days=1))
    made.add("summary", day.summary)
    made.add("description", description(day))
    made.add("url", day.url)
    made.add("categories", [seen(day.why)])
    made.add("transp", "TRANSPARENT")  # the day stays free for appointments
    made.add("class", "PRIVATE")
    if alarm is not None:
        made.add_component(bell(day, alarm))
    return made


def bell(day: Day, alarm: Alarm) -> icalendar.Alarm:
    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("description", day.summary)
    made.add("trigger", TRIGGERS[alarm])
    return made


def description(day: Day) -> str:
    """The link stands here too: Google's calendar hides the URL of an event that it was not given by hand."""
    whose = f", {day.vendor}" if day.vendor else ""
    whom = f", for {day.partner}" if day.partner else ""
    return seen(
        f"{day.why}: {day.title}{whose}{whom}.\n"
        f"The day counts until it ends in {day.zone.replace('_', ' ')}.\n{day.url}"
    )
