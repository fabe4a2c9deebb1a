"""A year of days over three time zones, against a slow and simple reckoning: each reminder once, on its day, none missing."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.days import Clock
from reminders import actions
from reminders.models import Reminder
from tests.cast import TODAY


@pytest.fixture
def w(settled):
    return settled


ZONES = ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"]
LEADS = [60, 30, 14, 7, 1]


def reckoned(funds: list[tuple[str, date, date]], rounds: list[datetime]) -> set[tuple[int, str, int]]:
    """(fund, rule, lead) that somebody has to have heard of after these rounds, said as the issue says it."""
    heard = set()
    for moment in rounds:
        for number, (zone, expires_on, claim_by) in enumerate(funds):
            today = moment.astimezone(ZoneInfo(zone)).date()
            for rule, deadline in (("expires_on", expires_on), ("claim_by", claim_by)):
                left = (deadline - today).days
                reached = [lead for lead in LEADS if left <= lead]
                if left >= 0 and reached:
                    heard.add((number, rule, min(reached)))
    return heard


days = st.integers(1, 420)  # Auckland is a day ahead


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    funds=st.lists(st.tuples(st.sampled_from(ZONES), days, st.integers(0, 90)), min_size=1, max_size=5),
    rounds=st.lists(st.tuples(days, st.integers(0, 23)), min_size=1, max_size=40),
)
@pytest.mark.django_db
def test_any_rounds_in_any_year(w, funds, rounds):
    check(w, funds, sorted(rounds))


@pytest.mark.django_db
def test_every_day_of_a_year(w):
    """Two summers' and winters' clocks, a round a day at noon and one at midnight UTC."""
    funds = [(zone, 40 + 90 * n, 30 * (n % 3)) for n in range(4) for zone in ZONES]
    check(w, funds, [(day, hour) for day in range(400) for hour in (0, 12)])


def check(w, funds, rounds) -> None:
    made, facts = [], []
    for zone, expires, claim_after in funds:
        expires_on = TODAY + timedelta(days=expires)
        claim_by = expires_on + timedelta(days=claim_after)
        budget = w.budget(w.program(time_zone=zone, starts_on=TODAY, ends_on=TODAY + timedelta(days=500)))
        made.append(w.fund(budget=budget, expires_on=expires_on, claim_by=claim_by))
        facts.append((zone, expires_on, claim_by))
    moments = [datetime.combine(TODAY + timedelta(days=1 + d), time(h), tzinfo=UTC) for d, h in rounds]
    for moment in moments:
        actions.sweep(clock=Clock(moment))
    number = {fund.pk: n for n, fund in enumerate(made)}
    rows = Reminder.objects.filter(recipient=w.owner, allocation__in=number)
    found = [(number[fund], rule, lead) for fund, rule, lead in rows.values_list("allocation", "rule", "lead")]
    assert len(found) == len(set(found))
    assert set(found) == reckoned(facts, moments)
