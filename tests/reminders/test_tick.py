"""The beat's tick: sweeps where a day has turned, hands out the mail that is due, and rests otherwise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.db import connections

from reminders import actions, tasks
from reminders.models import Digest, Reminder, SweptZone
from tests.cast import NOW
from tests.reminders.telling import in_days


@pytest.fixture
def w(settled):
    return settled


@pytest.fixture
def _at_once(settings):
    """A task is run where it is called."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def tick(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        tasks.tick()


@pytest.mark.usefixtures("_at_once")
class TestTick:
    def test_it_reminds_and_mails(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        tick(NOW)
        assert {m.to[0] for m in mail.outbox} == {w.owner.email, w.member.email}

    def test_the_next_minutes_find_nothing(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        for minute in range(5):
            tick(NOW + timedelta(minutes=minute))
        assert len(mail.outbox) == Reminder.objects.count() == 2

    def test_a_quiet_tick_is_small(self, w, django_assert_max_num_queries):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        tick(NOW)
        with django_assert_max_num_queries(13):
            tick(NOW + timedelta(minutes=1))

    def test_before_seven_it_reminds_in_the_inbox_and_mails_at_seven(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        night = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)
        tick(night)
        assert (Reminder.objects.count(), len(mail.outbox)) == (2, 0)
        tick(night.replace(hour=6, minute=59))
        assert mail.outbox == []
        tick(night.replace(hour=7, minute=0))
        assert len(mail.outbox) == 2

    def test_a_late_grant_is_told_within_the_hour(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        tick(NOW)
        w.fund(expires_on=in_days(1), claim_by=in_days(100))
        tick(NOW + timedelta(minutes=59))
        assert Reminder.objects.count() == 2
        tick(NOW + timedelta(minutes=60))
        assert Reminder.objects.count() == 4

    def test_a_zone_whose_day_turns_is_swept_at_once(self, w):
        tokyo = w.budget(w.program(time_zone="Asia/Tokyo"))
        late = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 23:30 in Tokyo
        w.fund(budget=tokyo, expires_on=in_days(8), claim_by=in_days(100))
        tick(late)
        assert [r.lead for r in Reminder.objects.filter(recipient=w.owner)] == [14]
        tick(late + timedelta(minutes=30))
        assert [r.lead for r in Reminder.objects.filter(recipient=w.owner).order_by("id")] == [14, 7]

    def test_mail_leaves_even_when_the_sweep_fails(self, w, monkeypatch):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        actions.sweep(clock=tasks.Clock(NOW))
        SweptZone.objects.all().delete()

        def fail(**_):
            raise RuntimeError("a sweep that fails")

        monkeypatch.setattr(actions, "sweep", fail)
        with pytest.raises(RuntimeError, match="a sweep that fails"):
            tick(NOW)
        assert len(mail.outbox) == 2


def test_hints_go_out_in_batches_and_expire_before_the_next_tick(monkeypatch):
    given = []
    monkeypatch.setattr(tasks.send_digests, "apply_async", lambda args, **options: given.append((args[0], options)))
    tasks.hand_out(list(range(220)))
    assert [len(ids) for ids, _ in given] == [100, 100, 20]
    assert {options["expires"] for _, options in given} == {60}


@pytest.mark.django_db(transaction=True)
def test_two_beats_do_not_sweep_at_once(monkeypatch):
    entered, go_on, times = Event(), Event(), []

    def slow(clock, zones):
        times.append(zones)
        entered.set()
        go_on.wait(10)

    monkeypatch.setattr(actions, "zones_due", lambda clock: ["UTC"])
    monkeypatch.setattr(actions, "sweep", slow)

    def work():
        try:
            tasks.tick()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(work)
        assert entered.wait(10)
        pool.submit(work).result(10)  # leaves at once
        go_on.set()
        first.result(10)
    assert times == [["UTC"]]
    assert not Digest.objects.exists()
