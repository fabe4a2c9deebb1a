"""Who is told of what, when, and how often: once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from funds import actions as funds
from funds.models import Allocation, Budget
from partners.models import Membership
from partners.states import Role
from programs.days import Clock
from reminders.models import Reminder
from reminders.states import LEADS
from tests.cast import NOW, TODAY, person
from tests.reminders.telling import at, in_days, leads, noon, remind, told


@pytest.fixture
def w(settled):
    return settled


def test_each_lead_once_on_its_day(w):
    """A fund's story: 100 days, swept three times each day."""
    w.fund(expires_on=in_days(70), claim_by=in_days(90))
    days = {}
    for day in (TODAY + timedelta(days=n) for n in range(100)):
        for hour in (0, 9, 21):
            before = told(w.owner)
            remind(at(day.year, day.month, day.day, hour))
            for rule, lead, _ in told(w.owner)[len(before) :]:
                days[rule, lead] = (day, hour)
    assert days == {
        **{("expires_on", lead): (in_days(70 - lead), 0) for lead in LEADS},
        **{("claim_by", lead): (in_days(90 - lead), 0) for lead in LEADS},
    }
    assert len(told(w.owner)) == 10


def test_what_a_reminder_holds(w):
    fund = w.fund(7_000_00, expires_on=in_days(14))
    funds.reserve(allocation=fund, amount=2_000_00, key="k", by=w.manager, reason="Fair", at=NOW)
    remind(noon(TODAY))
    reminder = Reminder.objects.get(recipient=w.member, rule="expires_on")
    assert (reminder.allocation, reminder.partner) == (fund, w.brightpath)
    assert (reminder.lead, reminder.deadline, reminder.due_on) == (14, in_days(14), TODAY)
    assert (reminder.amount, reminder.currency) == (5_000_00, "USD")
    assert reminder.created_at == NOW
    assert (reminder.digest, reminder.read_at) == (None, None)


def test_expiry_tells_of_what_is_available_and_the_claim_deadline_also_of_what_is_reserved(w):
    fund = w.fund(7_000_00, expires_on=in_days(7), claim_by=in_days(14))
    funds.reserve(allocation=fund, amount=7_000_00, key="k", by=w.manager, reason="Fair", at=NOW)
    remind(noon(TODAY))
    assert told(w.owner) == [("claim_by", 14, fund.pk)]
    assert Reminder.objects.get(recipient=w.owner).amount == 7_000_00


@pytest.mark.parametrize(
    ("days_left", "lead"),
    [
        *[(61, None), (60, 60), (59, 60), (31, 60), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (5, 7), (2, 7)],
        *[(1, 1), (0, 1), (-1, None), (-40, None)],
    ],
)
def test_granted_late_only_the_tightest_lead_is_told(w, days_left, lead):
    fund = w.fund(expires_on=in_days(200), claim_by=in_days(200))
    # A grant's day lies ahead; that it has passed since is what the calendar does.
    Allocation.objects.filter(pk=fund.pk).update(expires_on=in_days(days_left))
    remind(noon(TODAY))
    assert leads(w.owner) == ([lead] if lead else [])


@pytest.mark.parametrize(("down", "lead"), [(3, 14), (20, 14), (22, 7), (27, 7), (28, 1), (29, 1)])
def test_downtime_is_caught_up_without_a_flood(w, down, lead):
    """The last sweep was 29 days before the deadline, the next one `down` days later."""
    w.fund(expires_on=in_days(29))
    remind(noon(TODAY))
    assert leads(w.owner) == [30]
    remind(noon(in_days(down)))
    assert leads(w.owner) == ([30, lead] if 29 - down <= 14 else [30])


def test_a_deadline_missed_in_forty_days_of_downtime_is_not_reminded_but_the_next_one_is(w):
    w.fund(expires_on=in_days(30), claim_by=in_days(45))
    remind(noon(TODAY))
    assert (leads(w.owner, "expires_on"), leads(w.owner, "claim_by")) == ([30], [60])
    remind(noon(in_days(40)))
    assert leads(w.owner, "expires_on") == [30]
    assert leads(w.owner, "claim_by") == [60, 7]


def test_leap_day(w):
    w.fund(expires_on=date(2028, 2, 29), claim_by=date(2028, 12, 31))
    for day in (date(2027, 12, 30), date(2027, 12, 31), date(2028, 2, 21), date(2028, 2, 22), date(2028, 2, 28)):
        remind(noon(day))
    found = Reminder.objects.filter(recipient=w.owner, rule="expires_on").values_list("lead", "due_on", "created_at")
    assert [(lead, due_on, made.date()) for lead, due_on, made in found.order_by("id")] == [
        (60, date(2027, 12, 31), date(2027, 12, 31)),
        (14, date(2028, 2, 15), date(2028, 2, 21)),
        (7, date(2028, 2, 22), date(2028, 2, 22)),
        (1, date(2028, 2, 28), date(2028, 2, 28)),
    ]


def test_the_day_begins_where_the_program_is(w):
    """One date, two programs: Auckland's people hear of it 21 hours before Los Angeles' do."""
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        w.fund(name=zone, budget=w.budget(w.program(time_zone=zone)), expires_on=date(2027, 1, 30))
    heard = {}
    moment = datetime(2026, 11, 29, 0, tzinfo=UTC)
    while len(heard) < 2:
        remind(Clock(moment))
        for name in Reminder.objects.filter(recipient=w.owner).values_list("allocation__name", flat=True):
            heard.setdefault(name, moment)
        moment += timedelta(hours=1)
    assert heard == {
        "Pacific/Auckland": datetime(2026, 11, 30, 11, tzinfo=UTC),  # 1 December, 00:00 there: 60 days
        "America/Los_Angeles": datetime(2026, 12, 1, 8, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("deadline", "first_moment"),
    [
        # The clocks changed between the reminder's day and the deadline, or on the day itself: days are counted, not hours.
        (date(2027, 4, 4), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 21, 23, tzinfo=UTC)),
        (date(2027, 11, 7), datetime(2027, 10, 30, 22, tzinfo=UTC)),
        (date(2027, 11, 1), datetime(2027, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_a_change_of_the_clocks_moves_no_day(w, deadline, first_moment):
    w.fund(budget=w.budget(w.program(time_zone="Europe/Berlin")), expires_on=deadline, claim_by=in_days(700))
    remind(Clock(first_moment - timedelta(seconds=1)))
    assert leads(w.owner) == [14]
    remind(Clock(first_moment))
    assert leads(w.owner) == [14, 7]


def test_the_deadlines_day_ends_with_the_reminder(w):
    w.fund(budget=w.budget(w.program(time_zone="America/Los_Angeles")), expires_on=date(2026, 11, 23))
    assert remind(at(2026, 11, 24, 8)) == 2  # the claim deadline alone
    assert leads(w.owner) == []
    assert remind(at(2026, 11, 24, 7)) == 2
    reminder = Reminder.objects.filter(rule="expires_on").first()
    assert reminder.closes_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_money_that_is_gone_is_not_told(w):
    fund = w.fund(expires_on=in_days(20))
    remind(noon(TODAY))
    funds.withdraw(allocation=fund, amount=5_000_00, key="k", by=w.manager, reason="Unused", at=NOW)
    remind(noon(in_days(10)))
    assert leads(w.owner) == [30]


def test_a_deadline_that_is_extended_is_told_anew(w):
    fund = w.fund(expires_on=in_days(7))
    remind(noon(TODAY))
    Allocation.objects.filter(pk=fund.pk).update(expires_on=in_days(30))
    remind(noon(TODAY))
    remind(noon(in_days(23)))
    assert leads(w.owner) == [7, 30, 7]
    assert not Reminder.objects.filter(rule="expires_on", deadline=in_days(7)).open(noon(TODAY)).exists()


def test_owners_and_members_of_the_partner_hear_of_it_and_nobody_else(w):
    gone, blocked, both = (person(name, w.brightpath, Role.MEMBER) for name in ("gone", "blocked", "both"))
    Membership.objects.filter(user=gone).update(ended_at=NOW)
    blocked.is_active = False
    blocked.save()
    Membership.objects.create(user=both, company=w.brightpath, role=Role.OWNER)
    fund = w.fund(expires_on=in_days(5), claim_by=in_days(100))
    assert remind(noon(TODAY)) == 3
    assert {r.recipient for r in Reminder.objects.all()} == {w.owner, w.member, both}
    assert told(both) == [("expires_on", 7, fund.pk)]


def test_who_joins_later_hears_of_what_is_still_ahead(w):
    w.fund(expires_on=in_days(30), claim_by=in_days(100))
    remind(noon(TODAY))
    new = person("new", w.brightpath, Role.MEMBER)
    assert remind(noon(in_days(1))) == 1
    assert leads(new) == [30]


def test_a_closed_budget_reminds_nobody(w):
    fund = w.fund(expires_on=in_days(5))
    Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
    assert remind(noon(TODAY)) == 0


def test_an_unknown_time_zone_counts_as_utc_and_stops_nobody(w):
    lost = w.fund(expires_on=in_days(5), claim_by=in_days(100))
    with connection.cursor() as cursor:  # past the form and the trigger that keep programs from it
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE programs_program SET time_zone = 'Mars/Olympus' WHERE id = %s", [lost.program.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    w.fund(expires_on=in_days(5), claim_by=in_days(100))
    assert remind(noon(TODAY)) == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_does_not_grow(w, rows, django_assert_num_queries):
    for _ in range(rows):
        w.fund(expires_on=in_days(5))
    # The zones, what requests and claims leave unanswered or unspent (none), the funds to lapse (none), the results to come,
    # one INSERT, room for it, and what it needs to know of time zones, timings, thresholds and answers, what comes back, the
    # zones that are swept, who is away (nobody), and what is forgotten; half are savepoints.
    with django_assert_num_queries(45):
        remind(noon(TODAY))
