"""What calendars read at a private address, as another parser than the one that wrote it understands it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from claims import actions as claims
from funds import actions as funds
from programs.days import Clock
from reminders.calendar import actions, ics
from reminders.calendar.dates import Day, days_of
from reminders.calendar.ics import Stand
from reminders.models import Alarm
from tests.cast import NOW, TODAY

STAND = Stand(0, NOW)


def parsed(body: bytes):
    (calendar,) = IcsCalendarStream.from_ics(body.decode()).calendars
    return calendar


def day(**fields) -> Day:
    usual = {
        "key": "claim_by-1",
        "on": date(2026, 12, 31),
        "zone": "America/New_York",
        "todo": "File a claim",
        "why": "Last day to file a claim",
        "title": "Cloud fund",
        "vendor": "Northgate Cloud",
        "partner": "Brightpath",
        "amount": 4_200_00,
        "currency": "USD",
        "url": "https://windfall.example/funds/1/claim/",
    }
    return Day(**(usual | fields))


def file_of(*days: Day, alarm: Alarm | None = None) -> bytes:
    return ics.render(days, {day.key: STAND for day in days}, alarm)


class Reader:
    """A calendar that reads one person's address again and again."""

    def __init__(self, user):
        self.user = user
        self.feed, _ = actions.make(user=user, alarm=None, instead_of=None, by=user, now=NOW)

    def reads(self, now=NOW) -> dict:
        days = days_of(self.user, Clock(now))
        body = ics.render(days, actions.told(feed=self.feed, days=days, now=now), None)
        return {event.uid.partition("@")[0]: event for event in parsed(body).events}


def test_an_event():
    (event,) = parsed(file_of(day())).events
    assert event.uid == "claim_by-1@localhost"
    assert event.summary == "$4,200.00 · File a claim · Cloud fund"
    assert (event.dtstart, event.dtend) == (date(2026, 12, 31), date(2027, 1, 1))
    assert event.dtstamp == event.last_modified == NOW
    assert str(event.url) == "https://windfall.example/funds/1/claim/"
    assert event.description.splitlines() == [
        "Last day to file a claim: Cloud fund, Northgate Cloud, for Brightpath.",
        "The day counts until it ends in America/New York.",
        "https://windfall.example/funds/1/claim/",
    ]
    assert event.transparency == "TRANSPARENT"
    assert event.alarm == []


def test_without_money():
    (event,) = parsed(file_of(day(amount=None, currency=""))).events
    assert event.summary == "File a claim · Cloud fund"


@pytest.mark.parametrize(
    ("alarm", "trigger"),
    [
        (Alarm.SAME_DAY, timedelta(hours=9)),
        (Alarm.DAY_BEFORE, timedelta(hours=-15)),
        (Alarm.WEEK_BEFORE, -timedelta(days=6, hours=15)),
    ],
)
def test_it_rings_where_that_is_wanted(alarm, trigger):
    (event,) = parsed(file_of(day(), alarm=alarm)).events
    (bell,) = event.alarm
    assert bell.trigger == trigger


def test_lines_are_folded():
    body = file_of(day(title="Größe 🎉 " * 60, vendor="東京" * 40))
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    (event,) = parsed(body).events
    assert "Größe 🎉 Größe" in event.summary
    assert "東京" * 40 in event.description


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=200)


@given(title=WORDS, vendor=WORDS)
def test_no_words_break_out_of_their_line(title, vendor):
    hostile = f"{title}\r\nEND:VEVENT\nATTACH:x,;\\n{vendor}"
    body = file_of(day(title=hostile, vendor=vendor), day(key="claim_by-2"))
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    first, second = parsed(body).events
    assert "END:VEVENT" in first.summary
    assert first.attach == []
    assert second.summary == "$4,200.00 · File a claim · Cloud fund"


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # the last minute of a day, and the first of the next; on the days on which clocks there are changed
        ("America/New_York", datetime(2027, 3, 15, 3, 59, tzinfo=UTC), datetime(2027, 3, 15, 4, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 11, 8, 4, 59, tzinfo=UTC), datetime(2027, 11, 8, 5, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 28, 21, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 10, 31, 22, 59, tzinfo=UTC), datetime(2027, 10, 31, 23, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 12, 31, 10, 59, tzinfo=UTC), datetime(2026, 12, 31, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_date_stands_until_its_day_ends_there(w, zone, before, after):
    last = Clock(before).day_in(zone)
    program = w.program(time_zone=zone, starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31))
    w.fund(budget=w.budget(program), expires_on=last, claim_by=last)
    reader = Reader(w.owner)
    found = [event for event in reader.reads(before).values() if event.dtstart == last]
    assert len(found) == 2
    assert {event.dtend - event.dtstart for event in found} == {timedelta(days=1)}
    assert reader.reads(after) == {}


def test_leap_day_and_new_year():
    leap, last = parsed(file_of(day(on=date(2028, 2, 29)), day(key="b", on=date(2026, 12, 31)))).events
    assert (leap.dtstart, leap.dtend) == (date(2028, 2, 29), date(2028, 3, 1))
    assert last.dtend == date(2027, 1, 1)


def test_what_moved_stays_the_same_event(w):
    fund = w.fund(budget=w.budget(w.program(extension_days=30)), expires_on=TODAY + timedelta(days=20))
    reader, key = Reader(w.owner), f"expires_on-{fund.pk}-{fund.partner_id}"
    first = reader.reads()[key]
    later = NOW + timedelta(hours=1)
    assert reader.reads(later)[key] == first, "nothing changed, nothing is written anew"
    funds.extend(allocation=fund, until=TODAY + timedelta(days=30), reason="It moved.", by=w.manager, now=later)
    moved = reader.reads(later)[key]
    assert moved.uid == first.uid
    assert moved.dtstart == TODAY + timedelta(days=30)
    assert (first.sequence, moved.sequence) == (0, 1)
    assert first.last_modified < moved.last_modified == moved.dtstamp == later


def test_what_is_done_is_gone_and_goes_on_where_it_was(w):
    fund = w.fund(1_000_00)
    reader, key = Reader(w.owner), f"claim_by-{fund.pk}-{fund.partner_id}"
    assert reader.reads()[key].sequence == 0
    claim = w.submitted(fund, costs=(2_000_00,))
    assert key not in reader.reads()
    claims.withdraw(claim=claim, by=w.owner, now=NOW)
    again = reader.reads(NOW + timedelta(days=1))[key]
    assert again.summary.startswith("$1,000.00")
    funds.withdraw(allocation=fund, amount=400_00, reason="Less.", key="y", by=w.manager, at=NOW)
    less = reader.reads(NOW + timedelta(days=2))[key]
    assert less.summary.startswith("$600.00")
    assert less.sequence == again.sequence + 1


def test_a_new_address_knows_what_was_told(w):
    """A calendar that is given the new address meets events that it knows: they must not be older."""
    fund = w.fund(1_000_00)
    reader, key = Reader(w.owner), f"claim_by-{fund.pk}-{fund.partner_id}"
    reader.reads()
    funds.withdraw(allocation=fund, amount=400_00, reason="Less.", key="y", by=w.manager, at=NOW)
    before = reader.reads(NOW + timedelta(days=1))[key]
    reader.feed, _ = actions.make(user=w.owner, alarm=None, instead_of=reader.feed.pk, by=w.owner, now=NOW)
    assert reader.reads(NOW + timedelta(days=2))[key] == before


def test_the_link_is_the_very_step(w, client):
    fund = w.fund()
    event = Reader(w.owner).reads()[f"claim_by-{fund.pk}-{fund.partner_id}"]
    client.force_login(w.owner)
    assert str(event.url).endswith(reverse("claims:start", args=[fund.pk]))
    with time_machine.travel(NOW, tick=True):
        assert client.get(str(event.url).removeprefix("http://localhost:8000")).status_code == 200
