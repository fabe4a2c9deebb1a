"""The links of a mail: signed for one act of one person about one reminder, for thirty days. Looking changes nothing."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from funds import actions as funds
from partners import actions as partners
from partners.models import Event
from partners.states import Role
from reminders import actions
from reminders.items import items_of, still_told
from reminders.models import Reminder, Reply
from reminders.replying.links import Act, token
from tests.cast import NOW, TODAY, person
from tests.reminders.telling import in_days, mail_day, noon

pytestmark = pytest.mark.usefixtures("_at_now")
WORDS = {"later": "Remind me later", "take": "I'm working on it", "hand": "Hand it to a colleague"}


@pytest.fixture
def w(settled):
    return settled


@pytest.fixture
def fund(w):
    made = w.fund(name="Cloud fund", expires_on=in_days(14), claim_by=in_days(300))
    mail_day(noon(TODAY))
    return made


@pytest.fixture
def phone() -> Client:
    """Signed in nowhere."""
    return Client()


def links(user, words: str) -> str:
    """The path of that link in the text of the user's mail; the HTML has the same."""
    letter = next(m for m in mail.outbox if m.to == [user.email])
    (found,) = re.findall(rf"^    {re.escape(words)}: (\S+)$", letter.body, re.MULTILINE)
    assert f'href="{found}"' in letter.alternatives[0].content
    return urlsplit(found).path


def told(user) -> Reminder:
    return Reminder.objects.get(recipient=user)


def test_a_mail_has_the_four_answers(w, fund):
    assert "/mail/hand/" in links(w.member, WORDS["hand"])
    assert links(w.member, "Ask for more time") == reverse("funds:ask_for_time", args=[fund.pk])
    assert links(w.member, WORDS["later"]) != links(w.owner, WORDS["later"])


def test_who_is_alone_is_not_asked_to_hand_it_on(w):
    w.fund(partner=w.othertech, expires_on=in_days(14), claim_by=in_days(300))
    mail_day(noon(TODAY))
    (letter,) = [m for m in mail.outbox if m.to == [w.stranger.email]]
    assert (WORDS["take"] in letter.body, WORDS["hand"] in letter.body) == (True, False)


def test_looking_changes_nothing(w, fund, phone):
    for act in WORDS:
        path = links(w.member, WORDS[act])
        for method in (phone.get, phone.head):
            response = method(path)
            assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
        assert w.member.email in phone.get(path).text
        assert phone.put(path).status_code == 405
    assert not Reply.objects.exists()


def test_later_without_a_sign_in_and_once(w, fund, phone):
    path = links(w.member, WORDS["later"])
    assert phone.get(path).text.count("<button") == 1
    response = phone.post(path, {"when": "week"})
    assert "You hear of it on 30 November" in response.text
    reply = Reply.objects.get()
    assert (reply.user, reply.until, reply.by_mail) == (w.member, in_days(7), True)
    # It signs nobody in.
    assert phone.get(reverse("reminders:inbox")).status_code == 302
    for again in (phone.post(path, {"when": "tomorrow"}), phone.get(path)):
        assert again.status_code == 200
        assert "You put this off already" in again.text
        assert "<button" not in again.text
    assert Reply.objects.get().until == in_days(7)
    assert Event.objects.filter(verb="put off").count() == 1


def test_a_link_that_was_used_says_so_when_it_ended(w, fund, phone):
    path = links(w.member, WORDS["later"])
    phone.post(path, {"when": "week"})
    actions.take_back(about=told(w.member), by=w.member, now=NOW + timedelta(minutes=1))
    response = phone.post(path, {"when": "week"})
    assert "A link answers once" in response.text
    assert Reply.objects.filter(ended_at=None).count() == 0


def test_working_on_it_without_a_sign_in_and_once(w, fund, phone):
    path = links(w.member, WORDS["take"])
    assert "It is yours" in phone.post(path).text
    assert Reply.objects.get().user == w.member
    assert "You said so already" in phone.post(path).text
    # The colleague's link meanwhile says who does.
    response = phone.get(links(w.owner, WORDS["take"]))
    assert (response.status_code, "Member works on it already" in response.text) == (200, True)
    response = phone.post(links(w.owner, WORDS["take"]))
    assert (response.status_code, "Member works on it already" in response.text) == (409, True)
    assert Reply.objects.count() == 1


def test_handed_on_without_a_sign_in_and_once(w, fund, phone):
    path = links(w.member, WORDS["hand"])
    page = phone.get(path).text
    assert (page.count("<option"), ">Owner</option>" in page, w.owner.email in page) == (2, True, False)
    response = phone.post(path, {"to": w.owner.pk})
    assert "Owner does it now" in response.text
    reply = Reply.objects.get()
    assert (reply.user, reply.by, reply.kind, reply.by_mail) == (w.owner, w.member, "working", True)
    assert Event.objects.get(verb="handed over").data["by_mail"] is True
    helper = person("helper", w.brightpath, Role.MEMBER)
    for again in (phone.post(path, {"to": helper.pk}), phone.get(path)):
        assert (again.status_code, "You handed it on already" in again.text) == (200, True)
    assert Reply.objects.get().user == w.owner
    # In the inbox it can be had back, and handed on again; the link says that it has answered.
    actions.take_back(about=told(w.member), by=w.member, now=NOW + timedelta(minutes=1))
    assert "has ended since" in phone.post(path, {"to": helper.pk}).text
    assert not Reply.objects.filter(ended_at=None).exists()


def test_what_one_took_by_link_can_be_handed_on_by_link(w, fund, phone):
    phone.post(links(w.member, WORDS["take"]))
    assert "You work on it now" in phone.get(links(w.member, WORDS["hand"])).text
    assert "Owner does it now" in phone.post(links(w.member, WORDS["hand"]), {"to": w.owner.pk}).text
    assert Reply.objects.get(ended_at=None).user == w.owner


def test_it_is_handed_to_nobody_who_may_not_do_it(w, fund, phone):
    path = links(w.member, WORDS["hand"])
    for to in (w.member.pk, w.manager.pk, w.stranger.pk, 10**9, "", "x\x00"):
        assert phone.post(path, {"to": to}).status_code == 400
    actions.take(about=told(w.owner), by=w.owner, now=NOW)
    helper = person("helper", w.brightpath, Role.MEMBER)
    response = phone.post(path, {"to": helper.pk})
    assert (response.status_code, "Owner works on it already" in response.text) == (409, True)
    assert Reply.objects.get().user == w.owner


def test_nobody_to_hand_it_to_is_said(w, fund, phone):
    path = links(w.member, WORDS["hand"])
    w.owner.is_active = False
    w.owner.save()
    response = phone.get(path)
    assert ("No colleague of yours may do this" in response.text, "<button" in response.text) == (True, False)


def test_a_day_that_is_none_is_refused(w, fund, phone):
    path = links(w.member, WORDS["later"])
    for data in ({}, {"when": "never"}, {"when": ["tomorrow\x00"]}):
        assert phone.post(path, data).status_code == 400
    assert not Reply.objects.exists()


def test_what_changed_meanwhile_is_said(w, fund, phone):
    paths = [links(w.member, WORDS[act]) for act in WORDS]
    funds.withdraw(allocation=fund, amount=5_000_00, reason="Not needed", key="all", by=w.manager, at=NOW)
    for path in paths:
        response = phone.get(path)
        assert (response.status_code, "This is done since" in response.text) == (200, True)
        assert phone.post(path, {"when": "week"}).status_code == 409
    assert not Reply.objects.exists()


def test_a_deadline_that_moved_is_said(w, fund, phone):
    type(fund).objects.filter(pk=fund.pk).update(expires_on=in_days(60))
    assert "Its deadline has moved since" in phone.get(links(w.member, WORDS["later"])).text


def test_too_near_to_put_off_is_said(w, fund, phone):
    path = links(w.member, WORDS["later"])
    with time_machine.travel(NOW + timedelta(days=13), tick=False):
        assert "Its last day is too near to put it off" in phone.get(path).text
        assert phone.post(path, {"when": "tomorrow"}).status_code == 409


def test_after_thirty_days_it_is_gone_in_words(w, fund, phone):
    for act in WORDS:
        path = links(w.member, WORDS[act])
        with time_machine.travel(NOW + timedelta(days=30, minutes=1), tick=False):
            for response in (phone.get(path), phone.post(path, {"when": "week"})):
                assert (response.status_code, "This link is too old" in response.text) == (410, True)
    assert not Reply.objects.exists()


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x" + t, lambda t: "x"])
@pytest.mark.parametrize("act", [*WORDS])
def test_a_forged_link_is_none(w, fund, phone, act, spoil):
    path = links(w.member, WORDS[act])
    start, spoiled = path.rstrip("/").rsplit("/", 1)
    forged = f"{start}/{spoil(spoiled)}/"
    assert phone.get(forged).status_code == phone.post(forged, {"when": "week"}).status_code == 404
    assert not Reply.objects.exists()


def test_a_link_is_for_its_act_its_person_and_its_reminder(w, fund, phone):
    soon = NOW + timedelta(days=1)
    later = token(Act.LATER, told(w.member), soon)
    for name in ("reminders:take_by_mail", "reminders:hand_by_mail"):
        assert phone.post(reverse(name, args=[later]), {"to": w.owner.pk}).status_code == 404
    signer = signing.Signer(salt="reminders.reply.later")
    until = int(soon.timestamp())
    for signed in (
        [told(w.member).pk, w.owner.pk, until],
        [10**9, w.member.pk, until],
        [told(w.member).pk, w.member.pk],
        "x",
    ):
        path = reverse("reminders:later_by_mail", args=[signer.sign_object(signed)])
        assert phone.post(path, {"when": "week"}).status_code == 404
    unsalted = signing.dumps([told(w.member).pk, w.member.pk, until])
    assert phone.get(reverse("reminders:later_by_mail", args=[unsalted])).status_code == 404
    assert not Reply.objects.exists()


def test_who_left_answers_no_more(w, fund, phone):
    paths = [links(w.member, WORDS[act]) for act in WORDS]
    partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
    for path in paths:
        assert phone.get(path).status_code == phone.post(path, {"when": "week"}).status_code == 404
    assert not Reply.objects.exists()


def test_another_who_is_signed_in_answers_for_who_was_mailed(w, fund):
    browser = Client()
    browser.force_login(w.owner)
    browser.post(links(w.member, WORDS["later"]), {"when": "week"})
    assert Reply.objects.get().by == w.member


def test_asking_for_time_needs_a_sign_in(w, fund, phone):
    response = phone.get(links(w.member, "Ask for more time"))
    assert (response.status_code, "/account/login/" in response["Location"]) == (302, True)


def test_a_form_of_ours_is_needed(w, fund):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(links(w.member, WORDS["later"]), {"when": "week"}).status_code == 403


def test_a_mail_that_is_tried_again_has_the_same_links(w, fund):
    reminder = told(w.member)
    assert token(Act.LATER, reminder, NOW) == token(Act.LATER, reminder, NOW)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(w, rows, django_assert_max_num_queries):
    for n in range(rows):
        w.fund(name=f"Fund {n}", expires_on=in_days(7), claim_by=in_days(300))
    mail_day(noon(TODAY))
    digest = told_first(w.member).digest
    with django_assert_max_num_queries(5):
        found = still_told([digest], noon(TODAY))[digest.pk]
        assert len(items_of(digest, found, noon(TODAY))) == rows


def told_first(user) -> Reminder:
    return Reminder.objects.filter(recipient=user).select_related("digest__recipient").first()
