"""Putting a row off with a reason, taking it, handing it to a colleague: for any row, also where nobody was reminded."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from claims import actions as claims
from dashboards.queue.rows import is_theirs
from partners.models import Event
from partners.states import Role
from reminders import actions
from reminders.models import Reminder, Reply
from reminders.replying.states import Later
from tests.cast import NOW, person
from tests.claims import asking
from tests.dashboards.queue.looking import facts, frozen, home, row_of, rows, signed_in
from tests.pages import told
from tests.reminders.telling import in_days, mail_day, noon

pytestmark = frozen
QUEUE = reverse("dashboards:queue")
WHY = "The caterer has not answered yet."


def put_off(w, row, user, when=Later.WEEK, reason=WHY, now=NOW) -> Reply:
    return actions.put_off(about=row.matter(w.brightpath), when=when, reason=reason, by=user, now=now)


def hand(w, row, to, by) -> Reply:
    return actions.hand(about=row.matter(w.brightpath), to=to, by=by, now=NOW)


def page_of(name: str, row) -> str:
    return reverse(f"dashboards:{name}", args=[row.subject_id, row.rule])


class TestPutOff:
    def test_it_leaves_queue_and_home_until_its_day_with_its_reason(self, w):
        w.fund()
        reply = put_off(w, row_of(w, "safe_start"), w.owner)
        assert (reply.reminder, reply.until, reply.reason) == (None, in_days(7), WHY)
        row = row_of(w, "safe_start")
        assert (row.until, row.reason) == (in_days(7), WHY)
        assert (home(w)["queue"], home(w)["put_off"]) == ([], 1)
        back = row_of(w, "safe_start", now=reply.ends_at)
        assert (back.until, back.reason) == (None, "")

    def test_a_colleagues_queue_stays_and_says_why(self, w):
        w.fund()
        put_off(w, row_of(w, "safe_start"), w.owner)
        row = row_of(w, "safe_start", w.member)
        assert (row.until, row.others) == (None, (f"Owner put it off until 30 Nov: {WHY}",))

    def test_each_act_is_an_event_with_its_words(self, w):
        w.fund()
        reply = put_off(w, row_of(w, "safe_start"), w.owner)
        event = Event.objects.get(verb="put off")
        assert (event.subject, event.subject_id, event.reason) == ("reminders.reply", reply.pk, WHY)
        actions.take_back(about=row_of(w, "safe_start").matter(w.brightpath), by=w.owner, now=NOW)
        assert Event.objects.filter(verb="took back: put off", actor=w.owner).exists()
        assert row_of(w, "safe_start").until is None

    def test_it_comes_back_before_its_last_day(self, w):
        w.fund(expires_on=in_days(16))  # to be started within 2 days
        with pytest.raises(actions.ReplyRefused, match="too near"):
            put_off(w, row_of(w, "safe_start"), w.owner, Later.WEEK)
        assert put_off(w, row_of(w, "safe_start"), w.owner, Later.TOMORROW).until == in_days(1)

    def test_a_draft_of_a_request_comes_back_before_it_is_too_late_to_ask(self, w):
        asking.draft(w, w.fund(expires_on=in_days(17)))
        with pytest.raises(actions.ReplyRefused, match="too near"):
            put_off(w, row_of(w, "draft_request"), w.owner, Later.WEEK)

    def test_the_sweep_leaves_it_alone_until_then_and_tells_it_after(self, w):
        w.fund(expires_on=in_days(30))  # to be started within 16 days
        put_off(w, row_of(w, "safe_start"), w.owner)
        mail_day(noon(in_days(2)))
        assert not Reminder.objects.filter(recipient=w.owner, rule="safe_start").exists()
        assert Reminder.objects.filter(recipient=w.member, rule="safe_start").exists()
        mail_day(noon(in_days(7)))
        assert Reminder.objects.filter(recipient=w.owner, rule="safe_start").count() == 1
        assert Reply.objects.get().ended_at is not None

    def test_what_was_put_off_by_mail_leaves_the_queue_too(self, w):
        w.fund(expires_on=in_days(30))
        mail_day(noon(in_days(0)))
        reminder = Reminder.objects.with_fund().get(recipient=w.owner, rule="safe_start")
        actions.put_off(about=reminder, when=Later.TOMORROW, by=w.owner, now=NOW)
        assert row_of(w, "safe_start").until == in_days(1)

    def test_only_who_acts_there(self, w):
        w.fund()
        row = row_of(w, "safe_start")
        for user in (w.stranger, w.manager, w.admin):
            with pytest.raises(PermissionDenied):
                put_off(w, row, user)

    def test_what_is_done_meanwhile_is_refused(self, w):
        draft = w.draft()
        row = row_of(w, "draft_claim")
        claims.submit(claim=draft, by=w.owner, now=NOW)
        with pytest.raises(actions.ReplyRefused, match="Nothing is left"):
            put_off(w, row, w.owner)

    def test_page_asks_why(self, w):
        w.fund()
        row, client = row_of(w, "safe_start"), signed_in(w.owner)
        assert client.get(page_of("matter", row)).status_code == 200
        answer = client.post(page_of("put_off", row), {"when": "week", "reason": " "})
        assert (answer.status_code, Reply.objects.count()) == (400, 0)
        assert "Say why" in answer.text
        answer = client.post(page_of("put_off", row), {"when": "week", "reason": WHY}, follow=True)
        assert told(answer) == ["Put off until 30 Nov 2026: Market development."]
        assert "Nothing fits" not in answer.text
        assert WHY in client.get(QUEUE, {"show": "later"}).text
        answer = client.post(page_of("take_back", row), follow=True)
        assert told(answer) == ["It is open again: Market development."]


class TestHand:
    def test_it_is_the_colleagues_and_they_hear_of_it(self, w):
        w.fund()
        reply = hand(w, row_of(w, "safe_start"), w.member, w.owner)
        assert (reply.user, reply.by, reply.reminder) == (w.member, w.owner, None)
        assert Event.objects.get(verb="handed over").subject_id == reply.pk
        theirs, mine = row_of(w, "safe_start", w.member), row_of(w, "safe_start")
        assert (theirs.handed_by, mine.worker, mine.handed_by) == ("Owner", "Member", "")
        told_now = Reminder.objects.get(recipient=w.member)
        assert (told_now.rule, told_now.title, told_now.amount) == ("safe_start", "Market development", 5_000_00)

    def test_it_is_no_other_members_any_more_but_the_owner_sees_whose_it_is(self, w):
        helper = person("helper", w.brightpath, Role.MEMBER)
        w.fund()
        hand(w, row_of(w, "safe_start"), w.member, w.owner)
        seen = {
            user.name: is_theirs(row_of(w, "safe_start", user), facts(w, user)) for user in (helper, w.member, w.owner)
        }
        assert seen == {"Helper": False, "Member": True, "Owner": True}

    def test_who_left_works_on_nothing(self, w):
        w.fund()
        hand(w, row_of(w, "safe_start"), w.member, w.owner)
        w.member.memberships.update(ended_at=NOW)
        assert row_of(w, "safe_start").worker_id is None

    def test_a_draft_stays_with_whom_it_was_handed_to_when_it_changes(self, w):
        draft = w.draft()
        hand(w, row_of(w, "draft_claim"), w.member, w.owner)
        type(draft).objects.filter(pk=draft.pk).update(changed_at=NOW + timedelta(days=1))
        assert row_of(w, "draft_claim").worker == "Member"

    def test_only_to_who_acts_there(self, w):
        w.fund()
        for to in (w.stranger, w.manager):
            with pytest.raises(actions.ReplyRefused, match="can't do this"):
                hand(w, row_of(w, "safe_start"), to, w.owner)

    def test_pages(self, w):
        w.fund()
        row, client = row_of(w, "safe_start"), signed_in(w.owner)
        assert client.post(page_of("hand_over", row), {"to": ""}).status_code == 400
        assert client.post(page_of("hand_over", row), {"to": w.stranger.pk}).status_code == 400
        answer = client.post(page_of("hand_over", row), {"to": w.member.pk}, follow=True)
        assert told(answer) == ["Member does it now, and hears of it: Market development."]
        assert "Member works on it" in answer.text
        mine = signed_in(w.member)
        assert "Owner handed this to you" in mine.get(QUEUE).text
        client.post(page_of("take_back", row), follow=True)
        assert row_of(w, "safe_start").worker_id is None
        answer = mine.post(page_of("take_on", row), follow=True)
        assert told(answer) == ["You work on it: Market development."]
        answer = client.post(page_of("take_on", row), follow=True)
        assert told(answer) == ["Member works on it already."]

    def test_an_address_of_yesterdays_step_finds_todays(self, w):
        fund = w.fund(expires_on=in_days(3))
        assert [row.rule for row in rows(w)] == ["expires_on"]
        client = signed_in(w.owner)
        for rule, status in {"safe_start": 200, "claim_by": 200, "draft_claim": 404, "nonsense": 404}.items():
            assert client.get(reverse("dashboards:matter", args=[fund.pk, rule])).status_code == status
