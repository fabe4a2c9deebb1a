"""Lead times in working days: Python and the database count alike."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.days import after_months, working_days_before
from programs.models import Terms
from programs.states import LeadUnit

MONDAY = date(2026, 11, 23)


def counted_by_hand(day: date, days: int) -> date:
    while days:
        day -= timedelta(days=1)
        days -= day.isoweekday() <= 5
    return day


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(0, 400))
def test_it_is_what_counting_gives(day, days):
    assert working_days_before(day, days) == counted_by_hand(day, days)


def test_the_database_counts_alike(db):
    cases = [(MONDAY + timedelta(days=shift), days) for shift in range(14) for days in range(30)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT working_days_before(day, days) FROM unnest(%s::date[], %s::int[]) WITH ORDINALITY AS t (day, days, n)"
            " ORDER BY n",
            [[day for day, _ in cases], [days for _, days in cases]],
        )
        assert [found for (found,) in cursor.fetchall()] == [working_days_before(*case) for case in cases]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 31), 60, date(2031, 12, 31)),
    ],
)
def test_months_end_where_the_month_does(day, months, later):
    assert after_months(day, months) == later


def test_the_last_safe_start_counts_working_days_before_the_activity():
    # Ten working days before the Monday on which a week-long activity has to begin.
    terms = Terms(activity_days=7, lead_days=10, lead_unit=LeadUnit.WORKING)
    assert terms.last_safe_start(MONDAY + timedelta(days=7)) == date(2026, 11, 9)


@settings(max_examples=25, deadline=None)
@given(shift=st.integers(0, 20), lead=st.integers(0, 25), length=st.integers(0, 20))
def test_a_list_and_a_page_give_the_same_last_safe_start(shift, lead, length):
    expires = MONDAY + timedelta(days=60 + shift)
    terms = Terms(activity_days=length, lead_days=lead, lead_unit=LeadUnit.WORKING)
    assert terms.last_safe_start(expires) == counted_by_hand(expires - timedelta(days=length), lead)
