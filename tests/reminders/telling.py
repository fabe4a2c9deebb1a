"""Short words for the tests of reminders: days as clocks, and who was told what."""

from datetime import UTC, date, datetime, timedelta

from partners.models import User
from programs.days import Clock
from reminders import actions
from reminders.models import Reminder
from tests.cast import TODAY


def noon(day: date) -> Clock:
    return Clock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def at(*moment: int) -> Clock:
    """at(2026, 11, 23, 7) is seven o'clock UTC."""
    return Clock(datetime(*moment, tzinfo=UTC))


def told(user: User) -> list[tuple[str, int, int]]:
    """Rule, lead and allocation of all that the user was ever told of, in the order in which it was."""
    return list(Reminder.objects.filter(recipient=user).order_by("id").values_list("rule", "lead", "allocation"))


def leads(user: User, rule: str = "expires_on") -> list[int]:
    return [lead for found, lead, _ in told(user) if found == rule]


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def remind(clock: Clock) -> int:
    """How many reminders a sweep makes."""
    return actions.sweep(clock=clock).reminders


def mail_day(clock: Clock) -> int:
    """A whole round: sweep, make digests, send them. Returns how many mails left."""
    actions.sweep(clock=clock)
    actions.collect(clock=clock)
    return actions.send(digest_ids=actions.to_send(clock), clock=clock).mails
