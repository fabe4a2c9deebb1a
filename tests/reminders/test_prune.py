"""Old messages and calendar dates are forgotten; what still matters stays."""

from datetime import timedelta

import pytest

from programs.days import Clock
from reminders import actions
from reminders.actions import pruning
from reminders.actions.pruning import KEPT, prune
from reminders.calendar.actions import make, told
from reminders.calendar.dates import days_of
from reminders.chat import outbox
from reminders.models import CalendarDate, ChatPost
from tests.cast import NOW, TODAY
from tests.reminders.hooks_attacks import hook
from tests.reminders.telling import in_days

LATER = NOW + KEPT + timedelta(hours=1)


def message(place, days_ago: int, status: str = "sent") -> ChatPost:
    at = NOW - timedelta(days=days_ago)
    day = TODAY - timedelta(days=days_ago)
    made = ChatPost.objects.create(hook=place, kind="due", day=day, body="said", leased_until=at, created_at=at)
    if status != "pending":
        outbox.move(made, status, **({"sent_at": at} if status == "sent" else {}))
    return made


class TestMessages:
    def test_old_ones_go_and_what_waits_stays(self, w):
        place = hook(w)
        kept = {message(place, 400).pk, message(place, 900, "pending").pk, message(place, 1, "dead").pk}
        for n, status in enumerate(("sent", "dead", "empty")):
            message(place, 402 + n, status)
        assert prune(clock=Clock(NOW)) == 3
        assert set(ChatPost.objects.values_list("pk", flat=True)) == kept

    def test_so_many_at_most_at_once(self, w, monkeypatch):
        monkeypatch.setattr(pruning, "AT_ONCE", 2)
        place = hook(w)
        for n in range(5):
            message(place, 500 + n)
        assert [prune(clock=Clock(NOW)) for _ in range(4)] == [2, 2, 1, 0]

    def test_the_sweep_does_it(self, w):
        message(hook(w), 500)
        actions.sweep(clock=Clock(NOW))
        assert not ChatPost.objects.exists()


class TestDates:
    @pytest.fixture
    def feed(self, w):
        program = w.program(activity_days=0, ends_on=in_days(800))
        w.fund(expires_on=in_days(800), claim_by=in_days(800), budget=w.budget(program))
        return make(user=w.owner, alarm=None, instead_of=None, by=w.owner, now=NOW)[0]

    def read(self, w, feed, now) -> dict[str, int]:
        days = days_of(w.owner, Clock(now))
        return {key: stand.sequence for key, stand in told(feed=feed, days=days, now=now).items()}

    def test_what_calendars_still_read_stays_though_it_never_changed(self, w, feed):
        first = self.read(w, feed, NOW)
        for days in range(0, 500, 20):
            moment = NOW + timedelta(days=days)
            assert self.read(w, feed, moment) == first
            assert prune(clock=Clock(moment)) == 0

    def test_what_none_was_shown_for_long_goes(self, w, feed):
        first = self.read(w, feed, NOW)
        assert prune(clock=Clock(NOW + KEPT)) == 0
        assert prune(clock=Clock(LATER)) == len(first) == 2
        assert not CalendarDate.objects.exists()

    def test_reading_writes_once_a_month(self, w, feed, django_assert_num_queries):
        self.read(w, feed, NOW)
        days = days_of(w.owner, Clock(NOW))
        for after, queries in ((1, 1), (29, 1), (31, 2), (32, 1)):
            with django_assert_num_queries(queries):
                told(feed=feed, days=days, now=NOW + timedelta(days=after))
