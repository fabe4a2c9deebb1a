"""An agreed step moves to another day or person: its reminders close by themselves, and whoever does it now is told."""

import pytest
import time_machine
from django.urls import reverse

from partners.models import Event
from partners.states import Role
from plans.actions import steps
from plans.models import AgreedStep
from reminders import actions
from reminders.models import Matter, Reminder, Reply
from reminders.replying.states import Later, Place
from tests.cast import person
from tests.plans.test_agree import agree
from tests.reminders.telling import in_days, mail_day, noon, remind

WEEK = in_days(7)


def change(w, step: AgreedStep, **fields) -> AgreedStep:
    step.refresh_from_db()
    given = {
        "person": step.person,
        "due_on": step.due_on,
        "seen": step.seen,
        "by": w.owner,
        "now": noon(in_days(0)).now,
    }
    return actions.change_step(step=step, **given | fields)


def heard() -> list[tuple[str, int, bool]]:
    """Who was told, how many days ahead, and whether that stands still."""
    told = Reminder.objects.filter(rule="step").placed(noon(in_days(0))).order_by("id")
    return [(r.recipient.name, (r.anchor - in_days(0)).days, r.place == Place.OPEN) for r in told]


def test_on_another_day_the_old_one_closes_and_a_new_one_is_told(w, client):
    step = agree(w, due_on=WEEK)
    remind(noon(in_days(0)))
    assert heard() == [("Member", 7, True)]
    change(w, step, due_on=in_days(5))
    assert heard() == [("Member", 7, False)]
    remind(noon(in_days(0)))
    assert heard() == [("Member", 7, False), ("Member", 5, True)]
    client.force_login(w.member)
    inbox = client.get(reverse("reminders:inbox"), {"show": "done"})
    assert [reminder.outcome for reminder in inbox.context["page_obj"]] == ["The deadline moved"]
    # Farther away than any lead nobody hears of it, until it is near.
    change(w, step, due_on=in_days(30))
    assert remind(noon(in_days(1))) == 0
    assert remind(noon(in_days(23))) == 1


def test_of_another_person_the_old_one_is_with_a_colleague_and_the_new_person_is_told(w):
    step = agree(w, due_on=WEEK)
    remind(noon(in_days(0)))
    change(w, step, person=w.owner, now=noon(in_days(0)).now)
    assert heard() == [("Member", 7, False)]
    assert Reminder.objects.open_count(w.member, noon(in_days(0)).now) == 0
    remind(noon(in_days(0)))
    assert heard() == [("Member", 7, False), ("Owner", 7, True)]
    # Back again: it is the member's as it was, and nobody is told twice of the same.
    change(w, step, person=w.member)
    assert heard() == [("Member", 7, True), ("Owner", 7, False)]
    assert remind(noon(in_days(0))) == 0


def test_who_said_that_they_work_on_it_does_so_no_more_once_it_is_handed_over(w):
    step = agree(w, due_on=WEEK, person=w.owner)
    remind(noon(in_days(0)))
    (told,) = Reminder.objects.filter(rule="step")
    actions.hand(about=told, to=w.member, by=w.owner, now=noon(in_days(0)).now)
    actions.put_off(about=told, when=Later.TOMORROW, by=w.owner, now=noon(in_days(0)).now)
    # The owner says on the step's own page that it is a third one's: what was answered counts no more.
    third = person("Third", w.brightpath, Role.MEMBER)
    change(w, step, person=third)
    remind(noon(in_days(0)))
    assert heard()[-1] == ("Third", 7, True)
    change(w, step, person=w.owner)
    assert [row for row in heard() if row[2]] == [("Owner", 7, True)]


def test_handed_over_from_the_inbox_it_is_the_colleagues_own(w):
    step = agree(w, due_on=WEEK, person=w.owner)
    remind(noon(in_days(0)))
    (told,) = Reminder.objects.filter(rule="step")
    for _ in range(2):
        actions.hand(about=told, to=w.member, by=w.owner, now=noon(in_days(0)).now)
        step.refresh_from_db()
        assert (step.person, step.due_on) == (w.member, WEEK)
    assert heard() == [("Owner", 7, False), ("Member", 7, True)]
    between = {"from": w.owner.pk, "from_name": "Owner", "to": w.member.pk, "to_name": "Member"}
    assert [e.data for e in Event.objects.about(step).filter(verb="handed over")] == [between]
    # Taken back it is who handed it over that does it.
    actions.take_back(about=told, by=w.owner, now=noon(in_days(0)).now)
    step.refresh_from_db()
    assert step.person == w.owner
    remind(noon(in_days(0)))
    assert [row for row in heard() if row[2]] == [("Owner", 7, True)]


def test_it_is_also_theirs_where_they_work_on_it_already(w):
    step = agree(w, due_on=WEEK, person=w.owner)
    (matter,) = Matter.objects.filter(rule="step")
    now = noon(in_days(0)).now
    # So it stood where somebody handed it over before it became theirs.
    given = {"rule": "step", "subject_id": step.pk, "company": w.brightpath, "audience": matter.audience}
    Reply.objects.create(**given, anchor=WEEK, kind="working", user=w.member, by=w.owner, at=now)
    actions.hand(about=matter, to=w.member, by=w.owner, now=now)
    step.refresh_from_db()
    assert step.person == w.member


def test_a_step_that_ended_is_handed_to_nobody_and_taken_back_as_it_ended(w):
    step = agree(w, due_on=WEEK, person=w.owner)
    remind(noon(in_days(0)))
    (told,) = Reminder.objects.filter(rule="step")
    actions.hand(about=told, to=w.member, by=w.owner, now=noon(in_days(0)).now)
    step.refresh_from_db()
    steps.tick(step=step, by=w.member, now=noon(in_days(0)).now)
    with pytest.raises(actions.ReplyRefused):
        actions.hand(about=told, to=w.member, by=w.owner, now=noon(in_days(0)).now)
    actions.take_back(about=told, by=w.owner, now=noon(in_days(0)).now)
    step.refresh_from_db()
    assert (step.person, step.done_by) == (w.member, w.member)


def test_the_same_step_twice_of_one_person_is_refused_in_words(w, client):
    agree(w, due_on=WEEK, person=w.owner)
    agree(w, due_on=WEEK)
    remind(noon(in_days(0)))
    told = Reminder.objects.get(rule="step", recipient=w.owner)
    with time_machine.travel(noon(in_days(0)).now, tick=False):
        client.force_login(w.owner)
        page = client.post(reverse("reminders:hand", args=[told.pk]), {"to": w.member.pk})
    assert (page.status_code, "That is agreed on already" in page.text) == (400, True)
    assert heard() == [("Owner", 7, True), ("Member", 7, True)]


def test_what_waits_for_the_mail_goes_to_who_does_it_now(w, mailoutbox):
    step = agree(w, due_on=WEEK)
    remind(noon(in_days(0)))
    change(w, step, person=w.owner)
    mail_day(noon(in_days(0)))
    assert [mail.to for mail in mailoutbox if "Send the plan" in mail.body] == [[w.owner.email]]


def test_the_queue_names_who_does_it_now_and_by_when(w, client):
    step = agree(w, due_on=WEEK)
    change(w, step, person=w.owner, due_on=in_days(4))
    (matter,) = Matter.objects.filter(rule="step")
    assert (matter.worker, matter.anchor) == (w.owner, in_days(4))
    for user, shown in ((w.owner, [("Send the plan", in_days(4), True)]), (w.member, [])):
        client.force_login(user)
        rows = client.get(reverse("dashboards:queue")).context["page_obj"]
        assert [(row.title, row.by, row.is_mine) for row in rows] == shown
