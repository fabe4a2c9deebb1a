"""`manage.py sweep`: counts as JSON, and a second run that finds nothing left to do."""

import json
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from funds.models import Allocation
from reminders.models import Digest, Reminder, SweptZone
from tests.cast import TODAY, balances
from tests.reminders.telling import in_days


@pytest.fixture
def w(settled):
    return settled


ON = str(in_days(53))


def run(*args: str) -> dict:
    out = StringIO()
    call_command("sweep", *args, stdout=out)
    return json.loads(out.getvalue())


def test_it_lapses_reminds_and_mails_and_the_second_run_adds_nothing(w):
    past = w.fund(5_000_00, name="Past", expires_on=in_days(30), claim_by=in_days(40))
    near = w.fund(2_000_00, name="Near", expires_on=in_days(60), claim_by=in_days(200))
    assert run("--on", ON) == {
        "on": ON,
        "lapsed_allocations": 1,
        "lapsed": {"USD": 5_000_00},
        "reminders": 2,
        "digests": 2,
        "mails": 2,
        "skipped": [],
    }
    assert balances(past) == {"lapsed": 5_000_00}
    assert balances(near) == {"available": 2_000_00}
    assert {m.to[0] for m in mail.outbox} == {w.owner.email, w.member.email}
    before = (Reminder.objects.count(), Digest.objects.count(), len(mail.outbox), past.movements.count())
    assert run("--on", ON) == {
        "on": ON,
        "lapsed_allocations": 0,
        "lapsed": {},
        "reminders": 0,
        "digests": 0,
        "mails": 0,
        "skipped": [],
    }
    assert before == (Reminder.objects.count(), Digest.objects.count(), len(mail.outbox), past.movements.count())


def test_a_named_day_leaves_the_beats_own_rounds_alone(w):
    w.fund()
    run("--on", ON)
    assert not SweptZone.objects.exists()
    run()
    assert SweptZone.objects.exists()


def test_days_in_any_order_tell_each_thing_once(w):
    w.fund(expires_on=in_days(60), claim_by=in_days(200))
    told = [run("--on", str(in_days(days)))["reminders"] for days in (59, 30, 53, 46, 0, 59)]
    # Each day makes its own tightest lead, for two people; what was told is never told again.
    assert told == [2, 2, 2, 2, 2, 0]
    assert Reminder.objects.count() == 10


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "2026-02-30", "1999-12-31", "2200-01-01", "", "20261"])
def test_what_is_no_day_is_refused_in_words(db, day):
    with pytest.raises(CommandError, match=r"2026-12-01|is not a day that a fund can have"):
        run("--on", day)


def test_an_empty_world(db):
    assert run()["reminders"] == run()["mails"] == 0
    assert not Allocation.objects.exists()


def test_today_is_the_default(w):
    assert run("--on", str(TODAY))["on"] == str(TODAY)
