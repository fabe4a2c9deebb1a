"""Through a year's changes of the clocks, month ends and a leap day, for people in three time zones: one mail a day at most, at
the first round from seven in the morning on where its reader is, with all that waited, and each reminder in one mail. The
reckoning knows nothing of the collecting's SQL.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from partners.models import User
from partners.states import Role
from programs.days import Clock, end_of
from reminders import actions
from reminders.models import Delivery, Digest, Reminder
from reminders.states import DigestStatus
from tests.cast import TODAY, World, person

PLACES = {"Owner": "Pacific/Auckland", "Member": "America/Los_Angeles", "Third": "Europe/Berlin"}
# Each from its day on, for four days: where the clocks change on the third, or the month does.
WINDOWS = (
    date(2027, 3, 12),  # forward in Los Angeles on the 14th
    date(2027, 3, 26),  # forward in Berlin on the 28th
    date(2027, 4, 2),  # back in Auckland on the 4th
    date(2027, 9, 24),  # forward in Auckland on the 26th
    date(2027, 10, 29),  # back in Berlin on the 31st
    date(2027, 11, 5),  # back in Los Angeles on the 7th
    date(2028, 2, 27),  # the leap day, and the month's end after it
)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Mailed:
    to: str
    day: date
    at: datetime
    told: frozenset[int]


@pytest.fixture
def w(settled) -> World:
    return settled


def rounds() -> list[datetime]:
    """The hours around each one's morning, and an afternoon's. In each window the third morning is missed, for nine hours, and on
    the fourth day at noon the clock stands a day and two hours back once.
    """
    found = []
    for first in WINDOWS:
        begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
        for n in range(96):
            moment = begin + n * HOUR
            if any(moment.astimezone(ZoneInfo(place)).hour in (6, 7, 8, 15) for place in PLACES.values()):
                found += [moment] if not 52 <= n < 61 else []
            if n == 84:
                found += [moment, moment - 26 * HOUR]
    return found


def live(moments: list[datetime]) -> dict[int, int]:
    """Sweeps where a day has turned, and mails in each round. Returns in which round each reminder was made, by its id."""
    made: dict[int, int] = {}
    days: dict[str, date] = {}
    for n, moment in enumerate(moments):
        clock = Clock(moment)
        here = {zone: clock.day_in(zone) for zone in PLACES.values()}
        if here != days:
            actions.sweep(clock=clock)
            made |= dict.fromkeys(Reminder.objects.exclude(pk__in=made).values_list("pk", flat=True), n)
            days = here
        actions.collect(clock=clock)
        actions.send(digest_ids=actions.to_send(clock), clock=clock)
    return made


def reckoned(moments: list[datetime], made: dict[int, int]) -> set[Mailed]:
    reminders = list(Reminder.objects.select_related("recipient", "allocation__budget__program"))
    waiting: dict[str, list[Reminder]] = {name: [] for name in PLACES}
    had: set[tuple[str, date]] = set()
    found = set()
    for n, moment in enumerate(moments):
        for name, place in PLACES.items():
            waiting[name] += [r for r in reminders if made[r.pk] == n and r.recipient.name == name]
            there = moment.astimezone(ZoneInfo(place))
            if there.hour < 7 or (name, there.date()) in had:
                continue
            told = [r for r in waiting[name] if moment < end_of(r.anchor, r.allocation.program.time_zone)]
            if told:
                found.add(Mailed(name, there.date(), moment, frozenset(r.pk for r in told)))
                had.add((name, there.date()))
                waiting[name] = [r for r in waiting[name] if r not in told]
    return found


def in_place(name: str) -> User:
    user = User.objects.get(name=name)
    Delivery.objects.create(user=user, time_zone=PLACES[name])
    return user


@pytest.mark.django_db
def test_each_reminder_in_one_mail_on_its_readers_own_morning(w):
    person("third", w.brightpath, Role.MEMBER)
    for name in PLACES:
        in_place(name)
    for zone in PLACES.values():
        program = w.program(time_zone=zone, starts_on=TODAY, ends_on=date(2028, 12, 31))
        for first in WINDOWS:
            for days in (3, 9):  # tomorrow's and next week's, on the window's third day
                last = first + timedelta(days=days)
                w.fund(500_00, budget=w.budget(program), expires_on=last, claim_by=last + timedelta(days=250))
    moments = rounds()
    made = live(moments)
    sent = {
        Mailed(d.recipient.name, d.day, d.sent_at, frozenset(d.reminders.values_list("pk", flat=True)))
        for d in Digest.objects.select_related("recipient")
    }
    assert sent == reckoned(moments, made)
    assert not Digest.objects.exclude(status=DigestStatus.SENT).exists()
    # Not in vain: everybody was mailed in each window, and at seven sharp on most days, in summer and winter.
    assert {(m.to, m.at.year, m.at.month, m.at.day // 20) for m in sent} >= {
        (name, first.year, first.month, first.day // 20) for name in PLACES for first in WINDOWS
    }
    hours = Counter(m.at.astimezone(ZoneInfo(PLACES[m.to])).hour for m in sent)
    assert hours[7] > len(sent) / 2
    assert min(hours) == 7
