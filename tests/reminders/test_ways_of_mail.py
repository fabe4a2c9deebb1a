"""In the day's mail, at once, on Mondays, or not: and never more on a day than a person allows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection

from partners import actions as partners
from partners.states import Role
from programs.days import Clock
from reminders import actions
from reminders.models import Absence, Delivery, Digest, Reminder
from reminders.states import DigestStatus, Rule
from reminders.ways import Way
from tests.cast import NOW, TODAY, person
from tests.claims import paying
from tests.reminders.telling import at, in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


MONDAY = TODAY
FAR = {"claim_by": in_days(300)}


def prefer(user, way, rule=Rule.EXPIRES_ON, **delivery) -> None:
    actions.prefer(user=user, ways={rule: way}, now=NOW, **delivery)


def mails(user) -> list[str]:
    return [m.body for m in mail.outbox if m.to == [user.email]]


def kinds(user) -> list[tuple[str, int, date]]:
    return list(Digest.objects.filter(recipient=user).order_by("id").values_list("kind", "number", "day"))


def test_today_is_a_monday():
    assert MONDAY.weekday() == 0


def test_no_mail_stands_in_the_inbox_alone(w):
    prefer(w.member, Way.OFF)
    w.fund(expires_on=in_days(7), **FAR)
    assert mail_day(noon(TODAY)) == 1
    assert mails(w.member) == []
    assert Reminder.objects.visible_to(w.member).count() == 1


def test_an_owners_no_mail_holds_while_somebody_else_reads(w):
    prefer(w.owner, Way.OFF)
    w.fund(expires_on=in_days(7), **FAR)
    assert mail_day(noon(TODAY)) == 1
    assert mails(w.owner) == []
    # The reader leaves: what was told in the inbox alone is mailed to the owner, and so is what comes.
    partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
    assert mail_day(noon(in_days(1))) == 1
    assert len(mails(w.owner)) == 1


def test_an_owners_no_mail_does_not_hold_where_the_only_one_who_was_told_has_none(w):
    """A colleague reads of other money, but works not on this: so nobody would read of it."""
    prefer(w.owner, Way.OFF)
    prefer(w.member, Way.OFF, Rule.CLAIM_BY)
    reader = person("reader", w.brightpath, Role.MEMBER)
    w.fund(expires_on=in_days(7), **FAR)
    actions.sweep(clock=noon(TODAY))
    # As for a matter that somebody works on: the reader was not told of it.
    Reminder.objects.filter(recipient__in=[reader, w.member]).delete()
    assert actions.collect(clock=noon(TODAY)) == 1
    assert [recipient for (recipient,) in Digest.objects.values_list("recipient")] == [w.owner.pk]


def test_who_hears_in_an_owners_place_is_mailed_of_money_all_the_same(w):
    prefer(w.member, Way.OFF)
    prefer(w.member, Way.OFF, Rule.DRAFT_CLAIM)
    days = {"from_on": TODAY, "until_on": in_days(3)}
    Absence.objects.create(user=w.owner, company=w.brightpath, delegate=w.member, **days)
    w.fund(expires_on=in_days(7), **FAR)
    assert mail_day(noon(TODAY)) == 1
    assert len(mails(w.member)) == 1
    # The owner is back: the member's "no mail" holds again.
    w.fund(name="Later", expires_on=in_days(18), **FAR)
    assert mail_day(noon(in_days(4))) == 1
    assert len(mails(w.member)) == 1


def test_two_owners_who_both_want_none_both_read(w):
    """As after two clicks at the same moment, each of which saw the other as a reader."""
    prefer(w.owner, Way.OFF)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_membership SET role = 'owner' WHERE user_id = %s", [w.member.pk])
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO reminders_preference (user_id, rule, way, changed_at) VALUES (%s, 'expires_on', 'off', now())",
            [w.member.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    w.fund(expires_on=in_days(7), **FAR)
    assert mail_day(noon(TODAY)) == 2


def test_what_has_no_last_day_and_was_never_mailed_is_not_looked_at_for_ever(w):
    paying.held(w, paying.due(w), w.finance)
    prefer(w.finance, Way.OFF, Rule.HOLD)
    mail_day(noon(TODAY))
    prefer(w.finance, Way.DIGEST, Rule.HOLD)
    assert list(Reminder.objects.filter(digest=None).values_list("rule", "closes_at")) == [("hold", None)]
    assert actions.collect(clock=noon(in_days(61))) == 0
    assert actions.collect(clock=noon(in_days(60))) == 1


class TestOnMondays:
    def told_on(self, w, first: date, days: int, expires_on: date) -> list[date]:
        prefer(w.member, Way.WEEKLY)
        w.fund(expires_on=expires_on, **FAR)
        for day in range(days):
            mail_day(noon(first + timedelta(days=day)))
        return [day for _, _, day in kinds(w.member)]

    def test_what_comes_up_in_the_week_waits_for_monday(self, w):
        # 30 days ahead is a Wednesday.
        wednesday = MONDAY + timedelta(days=2)
        assert self.told_on(w, wednesday, 6, wednesday + timedelta(days=30)) == [MONDAY + timedelta(days=7)]
        assert kinds(w.member)[0][0] == "weekly"

    def test_what_would_be_too_late_by_then_comes_in_the_days_mail(self, w):
        wednesday = MONDAY + timedelta(days=2)
        # The lead of 7 falls on Wednesday, the last day on the Wednesday after: Monday is in time.
        assert self.told_on(w, wednesday, 6, wednesday + timedelta(days=7)) == [
            MONDAY + timedelta(days=7),
        ]

    @pytest.mark.parametrize(("last_day", "told"), [(5, 2), (7, 2), (8, 7)])
    def test_the_last_day_decides(self, w, last_day, told):
        wednesday = MONDAY + timedelta(days=2)
        days = self.told_on(w, wednesday, 6, MONDAY + timedelta(days=last_day))
        assert days[0] == MONDAY + timedelta(days=told)

    def test_a_missed_monday_is_caught_up(self, w):
        prefer(w.member, Way.WEEKLY)
        w.fund(expires_on=MONDAY + timedelta(days=32), **FAR)
        thursday = MONDAY + timedelta(days=3)
        actions.sweep(clock=noon(thursday))
        Reminder.objects.update(created_at=noon(thursday).now)
        assert mail_day(noon(thursday)) == 1  # the owner's
        # Down from Sunday to Tuesday.
        tuesday = MONDAY + timedelta(days=8)
        mail_day(noon(tuesday))
        assert [day for *_, day in kinds(w.member)] == [tuesday]

    def test_a_mondays_mail_that_leaves_on_tuesday_tells_what_came_up_on_monday(self, w):
        prefer(w.member, Way.WEEKLY)
        w.fund(name="Weekly", expires_on=MONDAY + timedelta(days=30), **FAR)
        actions.sweep(clock=noon(MONDAY))
        actions.collect(clock=noon(MONDAY))
        tuesday = noon(MONDAY + timedelta(days=1))
        actions.send(digest_ids=actions.to_send(tuesday), clock=tuesday)
        (body,) = mails(w.member)
        assert "Weekly" in body
        assert kinds(w.member) == [("weekly", 0, MONDAY + timedelta(days=1))]

    def test_the_week_and_the_day_are_one_mail(self, w):
        prefer(w.member, Way.WEEKLY)
        w.fund(name="Weekly", expires_on=MONDAY + timedelta(days=30), **FAR)
        w.fund(name="Daily", expires_on=MONDAY + timedelta(days=30), claim_by=MONDAY + timedelta(days=30))
        mail_day(noon(MONDAY))
        (body,) = mails(w.member)
        assert "Weekly" in body
        assert "Daily" in body
        assert kinds(w.member) == [("daily", 0, MONDAY)]


class TestAtOnce:
    @pytest.fixture
    def wanted(self, w):
        prefer(w.member, Way.AT_ONCE)
        return w

    def test_a_mail_of_its_own_within_the_minute(self, wanted):
        wanted.fund(name="First", expires_on=in_days(7), **FAR)
        assert mail_day(at(2026, 11, 23, 9)) == 2
        wanted.fund(name="Second", expires_on=in_days(7), **FAR)
        assert mail_day(at(2026, 11, 23, 10)) == 1  # the owner has theirs of the day
        assert ["First" in body for body in mails(wanted.member)] == [True, False]
        assert kinds(wanted.member) == [("at_once", 1, TODAY), ("at_once", 2, TODAY)]

    def test_nobody_is_woken_up(self, wanted):
        wanted.fund(expires_on=in_days(7), **FAR)
        assert mail_day(at(2026, 11, 23, 6, 59)) == 0
        assert mail_day(at(2026, 11, 23, 7)) == 2

    def test_it_goes_with_the_days_mail_that_leaves_at_that_moment(self, wanted):
        wanted.fund(name="Now", expires_on=in_days(7), claim_by=in_days(14))
        assert mail_day(noon(TODAY)) == 2
        assert kinds(wanted.member) == [("daily", 0, TODAY)]
        (body,) = mails(wanted.member)
        assert body.count("Now, ") == 2

    def test_never_more_than_the_person_allows_and_the_rest_goes_with_tomorrows(self, wanted):
        prefer(wanted.member, Way.AT_ONCE, most_a_day=3)
        for hour in range(8, 13):
            wanted.fund(name=f"Fund {hour}", expires_on=in_days(7), **FAR)
            mail_day(at(2026, 11, 23, hour))
        # One is kept free for the day's own.
        assert [number for _, number, _ in kinds(wanted.member)] == [1, 2]
        wanted.fund(name="Of the day", expires_on=in_days(14), claim_by=in_days(14))
        mail_day(at(2026, 11, 23, 14))
        assert len(mails(wanted.member)) == 3
        last = mails(wanted.member)[-1]
        assert all(name in last for name in ("Fund 10", "Fund 11", "Fund 12", "Of the day"))
        wanted.fund(name="Late", expires_on=in_days(7), **FAR)
        mail_day(at(2026, 11, 23, 15))
        assert len(mails(wanted.member)) == 3
        mail_day(at(2026, 11, 24, 9))
        assert "Late" in mails(wanted.member)[-1]

    def test_one_a_day_is_the_days_mail(self, wanted):
        prefer(wanted.member, Way.AT_ONCE, most_a_day=1)
        wanted.fund(expires_on=in_days(7), **FAR)
        mail_day(noon(TODAY))
        assert kinds(wanted.member) == [("daily", 0, TODAY)]
        wanted.fund(name="Late", expires_on=in_days(14), **FAR)
        mail_day(at(2026, 11, 23, 14))
        assert len(mails(wanted.member)) == 1
        mail_day(noon(in_days(1)))
        assert "Late" in mails(wanted.member)[-1]

    def test_three_days_without_a_worker_are_one_mail(self, wanted):
        """Whatever way it takes: for the member at once, for the owner with the day's mail."""
        for days in (7, 8, 9, 10):  # a lead of each day that is missed
            wanted.fund(name=f"Fund {days}", expires_on=in_days(days), **FAR)
        mail_day(noon(in_days(-1)))
        mail.outbox.clear()
        mail_day(noon(in_days(3)))
        mail_day(Clock(noon(in_days(3)).now + timedelta(minutes=1)))
        assert sorted(m.to for m in mail.outbox) == [[wanted.member.email], [wanted.owner.email]]
        assert all(f"Fund {days}" in m.body for m in mail.outbox for days in (7, 8, 9, 10))

    def test_one_that_is_late_takes_a_number_of_its_new_day(self, wanted):
        wanted.fund(name="First", expires_on=in_days(7), **FAR)
        actions.sweep(clock=noon(TODAY))
        actions.collect(clock=noon(TODAY))
        tomorrow = noon(in_days(1))
        assert actions.send(digest_ids=actions.to_send(tomorrow), clock=tomorrow).mails == 2
        assert kinds(wanted.member) == [("at_once", 1, in_days(1))]

    def test_a_second_collect_makes_no_second_one(self, wanted):
        wanted.fund(expires_on=in_days(7), **FAR)
        actions.sweep(clock=noon(TODAY))
        assert [actions.collect(clock=noon(TODAY)) for _ in range(3)] == [2, 0, 0]

    def test_one_that_has_not_left_tells_what_came_since(self, wanted):
        wanted.fund(name="First", expires_on=in_days(7), **FAR)
        actions.sweep(clock=noon(TODAY))
        actions.collect(clock=noon(TODAY))
        wanted.fund(name="Second", expires_on=in_days(7), **FAR)
        actions.sweep(clock=noon(TODAY))
        assert actions.collect(clock=noon(TODAY)) == 0
        actions.send(digest_ids=actions.to_send(noon(TODAY)), clock=noon(TODAY))
        assert "First" in mails(wanted.member)[-1]
        assert "Second" in mails(wanted.member)[-1]
        assert actions.collect(clock=noon(TODAY)) == 0

    def test_the_days_mail_that_has_not_left_tells_what_is_wanted_at_once(self, wanted):
        """And the other, made meanwhile, has nothing left to tell."""
        wanted.fund(name="First", expires_on=in_days(7), claim_by=in_days(14))
        actions.sweep(clock=noon(TODAY))
        actions.collect(clock=noon(TODAY))
        wanted.fund(name="Second", expires_on=in_days(7), **FAR)
        actions.sweep(clock=noon(TODAY))
        actions.collect(clock=noon(TODAY))
        actions.send(digest_ids=actions.to_send(noon(TODAY)), clock=noon(TODAY))
        assert kinds(wanted.member) == [("daily", 0, TODAY)]
        assert "Second" in mails(wanted.member)[-1]


class TestTheirOwnMorning:
    @pytest.mark.parametrize(
        ("zone", "morning"),
        [
            ("Asia/Tokyo", (2026, 11, 23, 22)),
            ("America/New_York", (2026, 11, 23, 12)),
            ("", (2026, 11, 23, 7)),
            ("Australia/Lord_Howe", (2026, 11, 23, 20)),  # 11 hours ahead
            ("Asia/Kathmandu", (2026, 11, 23, 1, 15)),
        ],
    )
    def test_where_they_say(self, w, zone, morning):
        prefer(w.member, Way.DIGEST, time_zone=zone)
        w.fund(expires_on=in_days(30), **FAR)
        clock = at(*morning)
        mail_day(Clock(clock.now - timedelta(minutes=1)))
        assert kinds(w.member) == []
        mail_day(clock)
        assert len(kinds(w.member)) == 1

    @pytest.mark.parametrize(
        ("zone", "first", "second"),
        [
            # The clock goes forward on 28 March 2027 in Berlin, and back on 31 October.
            ("Europe/Berlin", datetime(2027, 3, 27, 6, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2027, 10, 30, 5, tzinfo=UTC), datetime(2027, 10, 31, 6, tzinfo=UTC)),
        ],
    )
    def test_seven_is_seven_before_and_after_the_clock_changes(self, w, zone, first, second):
        prefer(w.member, Way.DIGEST, time_zone=zone)
        sent = []
        for n, day in enumerate((first.date(), second.date())):
            w.fund(name=f"Fund {n}", expires_on=day + timedelta(days=7), **{"claim_by": day + timedelta(days=300)})
            for hour in range(3, 9):
                clock = at(day.year, day.month, day.day, hour)
                mail_day(clock)
                if len(mails(w.member)) > len(sent):
                    sent.append(clock.now)
        assert sent == [first, second]

    def test_who_moves_east_gets_no_second_mail_of_the_day(self, w):
        w.fund(expires_on=in_days(30), **FAR)
        assert mail_day(noon(TODAY)) == 2
        prefer(w.member, Way.DIGEST, time_zone="Pacific/Honolulu")
        w.fund(expires_on=in_days(14), **FAR)
        assert mail_day(at(2026, 11, 23, 20)) == 0  # 10:00 of the same day there
        assert mail_day(at(2026, 11, 24, 17)) == 2


def test_a_digest_that_is_sent_stays_as_it_is(w):
    w.fund(expires_on=in_days(7), **FAR)
    mail_day(noon(TODAY))
    assert set(Digest.objects.values_list("status", flat=True)) == {DigestStatus.SENT}
    assert Delivery.objects.count() == 0
