"""Answering a reminder: later, I'm on it, a colleague is. What the sweep, the mail and the inbox make of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from funds import actions as funds
from funds.asks import Proposal
from partners import actions as partners
from partners.models import Company, Event
from partners.states import Role
from reminders import actions
from reminders.models import Absence, Reminder, Reply, Threshold, Timing
from reminders.replying.states import WAKES_BEFORE, Later, days_for
from tests.cast import NOW, TODAY, person
from tests.claims import asking, paying
from tests.reminders.telling import in_days, leads, mail_day, noon, remind


@pytest.fixture
def w(settled):
    return settled


def reminder_of(user, **fields) -> Reminder:
    return Reminder.objects.with_fund().filter(recipient=user, **fields).latest("id")


def near(w, days: int = 14, **fields):
    """A fund whose last day for an activity is near, told."""
    fund = w.fund(expires_on=in_days(days), claim_by=in_days(300), **fields)
    remind(noon(TODAY))
    return fund


def later(user, when=Later.WEEK, now=NOW, **fields) -> Reply:
    return actions.put_off(about=reminder_of(user, **fields), when=when, by=user, now=now)


def mailed(day) -> int:
    return mail_day(noon(day))


class TestTheDays:
    """Until when something may be put off."""

    def offered(self, left: int, leads=(30, 14, 7, 1), deadline=True) -> dict:
        anchor = in_days(left)
        found = days_for(today=TODAY, anchor=anchor, deadline=anchor if deadline else None, leads=leads)
        return {when: (day - TODAY).days for when, day in found.items()}

    @pytest.mark.parametrize(
        ("left", "expected"),
        [
            (30, {Later.TOMORROW: 1, Later.WEEK: 7, Later.BEFORE: 23}),
            (9, {Later.TOMORROW: 1, Later.BEFORE: 2, Later.WEEK: 7}),
            (8, {Later.TOMORROW: 1, Later.WEEK: 7}),
            (7, {Later.TOMORROW: 1}),
            (2, {Later.TOMORROW: 1}),
            (1, {}),
            (0, {}),
        ],
    )
    def test_a_day_is_left_at_least(self, left, expected):
        assert self.offered(left) == expected

    def test_never_past_the_last_lead(self):
        assert self.offered(12, leads=(30, 10)) == {Later.TOMORROW: 1}
        assert self.offered(15, leads=(30, 14, 7)) == {Later.TOMORROW: 1, Later.WEEK: 7, Later.BEFORE: 8}
        # Within the last lead a day is left all the same.
        assert self.offered(5, leads=(30, 14, 7)) == {Later.TOMORROW: 1}

    def test_what_has_no_last_day_is_put_off_for_a_week_at_most(self):
        assert self.offered(-3, leads=(-1, -7), deadline=False) == {Later.TOMORROW: 1, Later.WEEK: 7}


class TestLater:
    def test_nothing_is_heard_until_that_day_and_then_once(self, w):
        near(w)
        assert mailed(TODAY) == 2
        reply = later(w.member)
        assert (reply.until, reply.user, reply.by_mail) == (in_days(7), w.member, False)
        for day in range(1, 7):
            assert mailed(in_days(day)) == 0
        # The tighter lead of that very day tells it: not twice.
        assert mailed(in_days(7)) == 2
        assert leads(w.member) == leads(w.owner) == [14, 7]
        assert mailed(in_days(8)) == 0

    def test_it_is_told_anew_on_a_day_without_a_lead(self, w):
        near(w)
        mailed(TODAY)
        later(w.member, Later.TOMORROW)
        assert mailed(in_days(1)) == 1
        assert leads(w.member) == [14, 13]
        assert reminder_of(w.member).due_on == in_days(1)
        assert leads(w.owner) == [14]
        assert mailed(in_days(2)) == 0

    def test_where_its_day_ends_before_the_vendors_it_comes_back_in_time_all_the_same(self, w):
        """The last day of a program in Auckland is over while it is still the day before in Los Angeles."""
        Company.objects.filter(pk=w.northgate.pk).update(time_zone="America/Los_Angeles")
        program = w.program(time_zone="Pacific/Auckland")
        wish = {"title": "Webinar", "purpose": "New", "amount": 500_00}
        days = {"starts_on": in_days(5), "ends_on": in_days(6)}
        funds.propose(proposal=Proposal(partner=w.brightpath, program=program, **wish, **days), by=w.owner, now=NOW)
        clock = noon(in_days(4))
        remind(clock)
        reply = later(w.manager, Later.TOMORROW, clock.now)
        assert reply.until == in_days(5)
        assert reply.reminder.closes_at - reply.ends_at == WAKES_BEFORE

    def test_a_lead_that_falls_into_it_is_told_when_it_ends(self, w):
        near(w, 16)
        Timing.objects.create(company=w.brightpath, rule="expires_on", leads=[30, 13, 1], changed_by=w.owner)
        remind(noon(TODAY))
        mailed(TODAY)
        later(w.member)
        for day in range(1, 8):
            mailed(in_days(day))
        assert leads(w.owner)[-1] == 13
        assert leads(w.member).count(13) == 1
        assert reminder_of(w.member).created_at.date() == in_days(7)
        assert 9 not in leads(w.member)

    def test_what_no_mail_told_yet_is_told_once_then(self, w):
        near(w)
        later(w.member, Later.TOMORROW)
        assert mailed(TODAY) == 1
        assert mailed(in_days(1)) == 1
        assert leads(w.member) == [14]

    def test_it_counts_for_that_person_and_that_matter_alone(self, w):
        near(w)
        other = near(w, 14, name="Other")
        later(w.member, allocation__name="Other")
        assert Reminder.objects.filter(recipient=w.member).awake(NOW).exclude(allocation=other).count() == 1
        assert Reminder.objects.filter(recipient=w.owner).awake(NOW).count() == 2
        assert Reminder.objects.open_count(w.member, NOW) == 1

    def test_a_deadline_that_moves_is_another_matter(self, w):
        fund = near(w)
        later(w.member)
        type(fund).objects.filter(pk=fund.pk).update(expires_on=in_days(7))
        remind(noon(TODAY))
        assert leads(w.member) == [14, 7]
        assert Reminder.objects.open_count(w.member, NOW) == 1

    def test_what_is_done_meanwhile_comes_not_back(self, w):
        fund = near(w)
        mailed(TODAY)
        later(w.member, Later.TOMORROW)
        from funds import actions as funds

        funds.withdraw(allocation=fund, amount=fund.available, reason="Gone", key="x", by=w.manager, at=NOW)
        assert mailed(in_days(1)) == 0
        assert leads(w.member) == [14]
        assert Reply.objects.get().ended_at is not None

    def test_the_same_again_changes_nothing_and_another_day_takes_its_place(self, w):
        near(w)
        first = later(w.member)
        assert later(w.member) == first
        second = later(w.member, Later.TOMORROW)
        first.refresh_from_db()
        assert (first.ended_at, second.until) == (NOW, in_days(1))
        assert Event.objects.filter(verb="put off", actor=w.member).count() == 2

    def test_too_late_is_refused_in_words(self, w):
        near(w, 5)
        with pytest.raises(actions.ReplyRefused, match="too near"):
            later(w.member)
        assert not Reply.objects.exists()

    def test_what_is_over_is_refused(self, w):
        fund = near(w)
        type(fund).objects.filter(pk=fund.pk).update(expires_on=in_days(30))
        with pytest.raises(actions.ReplyRefused, match="Nothing is left"):
            later(w.member)

    def test_it_is_back_when_one_likes(self, w):
        near(w)
        later(w.member)
        actions.take_back(about=reminder_of(w.member), by=w.member, now=NOW)
        assert Reminder.objects.open_count(w.member, NOW) == 1
        assert Event.objects.filter(verb="took back: put off").count() == 1
        assert actions.take_back(about=reminder_of(w.member), by=w.member, now=NOW) == []

    def test_only_ones_own(self, w):
        near(w)
        for by in (w.owner, w.stranger, w.manager):
            with pytest.raises(PermissionDenied):
                actions.put_off(about=reminder_of(w.member), when=Later.WEEK, by=by, now=NOW)
            with pytest.raises(PermissionDenied):
                actions.take_back(about=reminder_of(w.member), by=by, now=NOW)

    def test_a_week_of_downtime_wakes_once(self, w):
        near(w, 40)
        mailed(TODAY)
        later(w.member, Later.TOMORROW)
        assert mailed(in_days(5)) == 1
        assert mailed(in_days(6)) == 0


class TestWorkingOnIt:
    def take(self, w, user, **fields) -> Reply:
        return actions.take(about=reminder_of(user, **fields), by=user, now=NOW)

    def test_colleagues_hear_of_it_again_when_time_gets_short(self, w):
        helper = person("helper", w.brightpath, Role.MEMBER)
        near(w, 16)
        Timing.objects.create(company=w.brightpath, rule="expires_on", leads=[30, 10, 5, 1], changed_by=w.owner)
        self.take(w, w.member)
        for day in range(16):
            remind(noon(in_days(day)))
        assert leads(w.member) == [30, 10, 5, 1]
        # From the owner's lead on (7), though nobody chose it, who keeps the company hears of it; others do not.
        assert leads(w.owner) == [30, 7, 5, 1]
        assert leads(helper) == [30]
        assert reminder_of(w.owner).is_escalated
        assert not Event.objects.filter(verb="works on it").exclude(actor=w.member).exists()

    def test_who_stands_in_for_the_worker_hears_of_it(self, w):
        helper = person("helper", w.brightpath, Role.MEMBER)
        near(w, 16)
        mailed(TODAY)
        self.take(w, w.member)
        days = {"from_on": in_days(1), "until_on": in_days(5)}
        Absence.objects.create(user=w.member, company=w.brightpath, delegate=helper, **days)
        assert mailed(in_days(2)) == 1
        assert leads(helper) == [30, 14]
        assert Reminder.objects.open_count(helper, noon(in_days(2)).now) == 1
        assert leads(w.owner) == [30]

    def test_what_colleagues_were_told_is_not_mailed_and_not_counted(self, w):
        near(w)
        self.take(w, w.member)
        assert Reminder.objects.open_count(w.owner, NOW) == 0
        assert Reminder.objects.open_count(w.member, NOW) == 1
        assert mailed(TODAY) == 1

    def test_two_at_once_is_one(self, w):
        near(w)
        first = self.take(w, w.member)
        assert self.take(w, w.member) == first
        with pytest.raises(actions.ReplyRefused, match="Member works on it already"):
            self.take(w, w.owner)

    def test_who_stands_in_the_record_works_on_it(self, w):
        w.draft(w.fund(expires_on=in_days(300), claim_by=in_days(300)), by=w.member)
        remind(noon(in_days(21)))
        late = reminder_of(w.owner, rule="draft_claim")
        # The owner hears late, and may do it.
        given = actions.take(about=late, by=w.owner, now=noon(in_days(21)).now)
        assert given.user == w.owner

    def test_who_left_works_no_more(self, w):
        near(w, 16)
        self.take(w, w.member)
        assert Reminder.objects.open_count(w.owner, NOW) == 0
        partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
        assert Reminder.objects.open_count(w.owner, NOW) == 1
        remind(noon(in_days(2)))
        assert leads(w.owner) == [30, 14]

    def test_where_no_lead_escalates_it_ends_by_itself(self, w):
        funds.ask_for_time(allocation=w.fund(), until=in_days(100), why="It moved.", by=w.owner, now=NOW)
        remind(noon(in_days(2)))
        at = noon(in_days(2)).now
        given = actions.take(about=reminder_of(w.manager, rule="time_asked"), by=w.manager, now=at)
        assert given.ends_at == at + timedelta(days=14)

    def test_a_payment_that_somebody_works_on_comes_back_to_all_of_finance(self, w):
        paying.due(w)
        paying.colleague(w)
        remind(noon(in_days(1)))
        at = noon(in_days(1)).now
        given = actions.take(about=reminder_of(w.finance, rule="payment_due"), by=w.finance, now=at)
        assert given.ends_at is None
        for day in range(2, 15):
            remind(noon(in_days(day)))
        told = Reminder.objects.filter(rule="payment_due", lead=-14).values_list("recipient__name", flat=True)
        assert sorted(told) == ["Finance", "Fiona"]

    def test_it_can_be_given_back(self, w):
        near(w)
        self.take(w, w.member)
        actions.take_back(about=reminder_of(w.member), by=w.member, now=NOW)
        assert Reminder.objects.open_count(w.owner, NOW) == 1

    def test_a_vendors_manager_does_not_do_it_for_its_partner(self, w):
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1)
        near(w, 14)
        with pytest.raises(PermissionDenied):
            self.take(w, w.manager)
        assert later(w.manager, Later.TOMORROW).company_id == w.northgate.pk

    def test_news_asks_for_no_answer(self, w):
        fund = w.fund(expires_on=in_days(300), claim_by=in_days(300))
        type(fund).objects.filter(pk=fund.pk).update(created_at=NOW)
        remind(noon(TODAY))
        for act in (self.take, lambda w, user, **f: later(user, **f)):
            with pytest.raises(PermissionDenied):
                act(w, w.member, rule="granted")


class TestHanding:
    def hand(self, user, to, now=NOW) -> Reply:
        return actions.hand(about=reminder_of(user), to=to, by=user, now=now)

    def test_the_colleague_hears_at_once_and_others_no_more(self, w):
        near(w)
        mailed(TODAY)
        helper = person("helper", w.brightpath, Role.MEMBER)
        given = self.hand(w.owner, helper)
        assert (given.user, given.by) == (helper, w.owner)
        assert leads(helper) == [14]
        assert mailed(in_days(1)) == 1
        assert [Reminder.objects.open_count(user, NOW) for user in (w.owner, w.member, helper)] == [0, 0, 1]
        told = Event.objects.get(verb="handed over")
        assert (told.actor, told.data["user"]) == (w.owner, helper.pk)

    def test_who_was_told_already_is_told_by_whom(self, w):
        from django.core import mail

        near(w)
        later(w.member)
        self.hand(w.owner, w.member)
        mailed(TODAY)
        (letter,) = mail.outbox
        assert letter.to == [w.member.email]
        assert "Owner handed this to you." in letter.body

    def test_only_to_colleagues_who_may_act(self, w):
        near(w)
        gone = person("gone", w.brightpath, Role.MEMBER)
        partners.end_membership(membership=gone.memberships.get(), by=w.owner, now=NOW)
        for to in (w.stranger, w.manager, gone, w.owner):
            with pytest.raises(actions.ReplyRefused):
                self.hand(w.owner, to)
        assert not Reply.objects.exists()

    def test_bank_details_are_handed_to_no_member(self, w):
        w.approved()
        remind(noon(TODAY))
        with pytest.raises(actions.ReplyRefused):
            actions.hand(about=reminder_of(w.owner, rule="hold"), to=w.member, by=w.owner, now=NOW)

    def test_what_another_works_on_is_the_owners_to_hand(self, w):
        helper = person("helper", w.brightpath, Role.MEMBER)
        near(w)
        actions.take(about=reminder_of(w.member), by=w.member, now=NOW)
        with pytest.raises(actions.ReplyRefused, match="Member works on it"):
            self.hand(helper, w.owner)
        assert self.hand(w.owner, helper).user == helper
        assert self.hand(helper, w.member).user == w.member
        assert Reply.objects.filter(ended_at=None).count() == 1

    def test_a_vendors_people_hand_requests_to_each_other(self, w):
        colleague = person("colleague", w.northgate, Role.MANAGER)
        asking.filed(w, w.fund(budget=w.budget(w.program(review_days=3))), 1_000_00)
        remind(noon(TODAY))
        told = reminder_of(w.manager, rule="request_decision")
        assert actions.hand(about=told, to=colleague, by=w.manager, now=NOW).user == colleague
        remind(noon(in_days(4)))
        found = Reminder.objects.filter(rule="request_decision", lead=-1)
        assert [r.recipient for r in found] == [colleague]
