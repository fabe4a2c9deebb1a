"""What was agreed with a vendor: written down, moved, handed over, ticked off or dropped once, by the partner's people alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from partners import actions as partners
from partners.models import Event
from plans.actions import steps
from plans.actions.steps import StepRefused
from plans.models import AgreedStep
from tests.cast import NOW, TODAY
from tests.pages import told

pytestmark = pytest.mark.usefixtures("_at_now")
LATER = TODAY + timedelta(days=10)


def agree(w, **fields) -> AgreedStep:
    given = {
        "partner": w.brightpath,
        "vendor": w.northgate,
        "words": "Send the plan",
        "person": w.member,
        "due_on": LATER,
        "by": w.owner,
        "now": NOW,
    }
    return steps.agree(**given | fields)


def by(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page(w) -> str:
    w.fund()
    return reverse("dashboards:review", args=[w.northgate.pk])


def typed(w, **fields) -> dict:
    return {"words": "Send the plan", "person": w.member.pk, "due_on": LATER.isoformat()} | fields


class TestAgree:
    def test_on_the_review_it_is_written_down_with_who_and_by_when(self, w, page):
        response = by(w.owner).post(page, typed(w, words="  Send the plan "), follow=True)
        step = AgreedStep.objects.get()
        assert (step.partner_id, step.vendor_id) == (w.brightpath.pk, w.northgate.pk)
        assert (step.words, step.person, step.due_on, step.agreed_on, step.agreed_by) == (
            "Send the plan",
            w.member,
            LATER,
            TODAY,
            w.owner,
        )
        assert told(response) == ["Agreed. Member is reminded in time."]
        assert response.redirect_chain == [(f"{page}?months=12#steps", 302)]
        assert "Send the plan" in response.content.decode()
        (event,) = Event.objects.about(step)
        assert (event.verb, event.actor, event.company_id, event.reason) == (
            "agreed",
            w.owner,
            w.brightpath.pk,
            "Send the plan",
        )

    def test_it_is_one_line(self, w, page):
        by(w.owner).post(page, typed(w, words="Send\r\nBcc: x@example.com\u2028the \u202eplan"))
        assert AgreedStep.objects.get().words == "Send Bcc: x@example.com the plan"

    def test_a_second_click_agrees_on_nothing_more(self, w):
        assert agree(w) == agree(w)
        assert agree(w, words="Something else") != agree(w)

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("words", "", "Say what was agreed."),
            ("words", "x" * 301, "at most 300 characters"),
            ("person", "", "Choose who does it."),
            ("due_on", "", "Choose a day."),
            ("due_on", "2026-11-22", "That day is over."),
            ("due_on", "2027-11-25", "A year ahead at most."),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, w, page, field, value, words):
        response = by(w.owner).post(page, typed(w, **{field: value}))
        assert response.status_code == 400
        assert words in str(response.context["form"].errors)
        assert response.context["form"]["words"].value() == typed(w, **{field: value})["words"]
        assert not AgreedStep.objects.exists()

    def test_nobody_of_another_company_can_be_given_it(self, w, page):
        response = by(w.owner).post(page, typed(w, person=w.manager.pk))
        assert response.status_code == 400
        with pytest.raises(StepRefused, match="does not work there"):
            agree(w, person=w.stranger)
        partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
        with pytest.raises(StepRefused, match="does not work there"):
            agree(w)

    def test_with_a_vendor_of_the_own_books_it_is_as_with_any(self, w):
        vendor = w.kept_program().vendor
        assert agree(w, vendor=vendor).vendor_id == vendor.pk
        foreign = w.kept_program(partner=w.othertech, by=w.stranger, name="Theirs").vendor
        for other in (foreign, w.othertech):
            with pytest.raises(StepRefused, match="one of your vendors"):
                agree(w, vendor=other)

    def test_only_for_the_own_partner(self, w):
        for user in (w.manager, w.admin, w.finance, w.stranger):
            with pytest.raises(PermissionDenied):
                agree(w, by=user)


def change_page(step) -> str:
    return reverse("reminders:change_step", args=[step.pk])


def changed(step, **fields) -> dict:
    return {"person": step.person_id, "due_on": step.due_on.isoformat(), "seen": step.seen} | fields


class TestChange:
    def test_to_another_day_and_person_and_its_page_tells_from_what_to_what(self, w):
        step, later = agree(w), LATER + timedelta(days=5)
        response = by(w.member).post(
            change_page(step), changed(step, person=w.owner.pk, due_on=later.isoformat()), follow=True
        )
        step.refresh_from_db()
        assert (step.person, step.due_on, step.moved_on) == (w.owner, later, TODAY)
        assert (step.agreed_on, step.words) == (TODAY, "Send the plan")
        assert told(response) == ["Kept. Owner is reminded in time."]
        html = response.content.decode()
        assert "Moved from 3 Dec 2026 to 8 Dec 2026" in html
        assert "Handed over from Member to Owner" in html
        _, moved, handed = Event.objects.about(step)
        assert step.handed_at == handed.at
        assert (moved.verb, moved.actor, moved.company_id) == ("moved", w.member, w.brightpath.pk)
        assert (moved.data["from"], moved.data["to"]) == (LATER.isoformat(), later.isoformat())
        assert (handed.verb, handed.data["from"], handed.data["to"]) == ("handed over", w.member.pk, w.owner.pk)

    def test_a_second_click_changes_nothing_more(self, w):
        step = agree(w)
        sent = changed(step, person=w.owner.pk)
        for _ in range(2):
            assert by(w.owner).post(change_page(step), sent).status_code == 302
        assert [event.verb for event in Event.objects.about(step)] == ["agreed", "handed over"]

    def test_what_a_colleague_changed_meanwhile_is_not_undone(self, w):
        step = agree(w)
        sent = changed(step, person=w.owner.pk)
        steps.change(step=step, person=w.member, due_on=LATER + timedelta(days=1), seen=step.seen, by=w.owner, now=NOW)
        response = by(w.owner).post(change_page(step), sent)
        assert response.status_code == 400
        assert "Somebody changed this step meanwhile" in response.content.decode()
        step.refresh_from_db()
        assert (step.person, step.due_on) == (w.member, LATER + timedelta(days=1))

    def test_a_late_one_may_keep_its_day_and_be_moved_a_year_from_today(self, w):
        past = NOW - timedelta(days=360)
        step = agree(w, due_on=TODAY - timedelta(days=1), now=past)
        assert by(w.owner).post(change_page(step), changed(step, person=w.owner.pk)).status_code == 302
        step.refresh_from_db()
        assert (step.person, step.due_on, step.moved_on) == (w.owner, TODAY - timedelta(days=1), None)
        far = TODAY + timedelta(days=366)
        by(w.owner).post(change_page(step), changed(step, due_on=far.isoformat()))
        step.refresh_from_db()
        assert (step.due_on, step.moved_on) == (far, TODAY)

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("due_on", "", "Choose a day."),
            ("due_on", "2026-11-22", "That day is over."),
            ("due_on", "2027-11-25", "A year ahead at most."),
            ("person", "", "Choose who does it."),
        ],
    )
    def test_what_is_wrong_is_said(self, w, field, value, words):
        step = agree(w)
        response = by(w.owner).post(change_page(step), changed(step, **{field: value}))
        assert response.status_code == 400
        assert words in str(response.context["form"].errors)
        assert Event.objects.about(step).count() == 1

    def test_the_same_is_not_agreed_on_twice_by_it(self, w):
        agree(w, person=w.owner)
        step = agree(w)
        response = by(w.owner).post(change_page(step), changed(step, person=w.owner.pk))
        assert "agreed on already" in str(response.context["form"].errors)

    def test_nobody_of_another_company_can_be_given_it(self, w):
        step = agree(w)
        assert by(w.owner).post(change_page(step), changed(step, person=w.manager.pk)).status_code == 400
        with pytest.raises(StepRefused, match="does not work there"):
            steps.change(step=step, person=w.stranger, due_on=LATER, seen=step.seen, by=w.owner, now=NOW)

    @pytest.mark.parametrize("end", [steps.tick, steps.drop])
    def test_what_ended_stays_as_it_was(self, w, end):
        step = agree(w)
        end(step=step, by=w.owner, now=NOW)
        response = by(w.owner).post(change_page(step), changed(step, person=w.owner.pk), follow=True)
        assert told(response) == ["It is done or dropped, and stays as it was."]
        with pytest.raises(StepRefused, match="already"):
            steps.change(step=step, person=w.owner, due_on=LATER, seen=step.seen, by=w.owner, now=NOW)
        step.refresh_from_db()
        assert step.person == w.member

    def test_by_the_partners_people_alone(self, w):
        step = agree(w)
        for user in (w.manager, w.admin, w.finance, w.stranger):
            with pytest.raises(PermissionDenied):
                steps.change(step=step, person=w.owner, due_on=LATER, seen=step.seen, by=user, now=NOW)


class TestEnd:
    def test_ticked_off(self, w):
        step = agree(w)
        url = reverse("plans:tick", args=[step.pk])
        response = by(w.owner).post(url, follow=True)
        step.refresh_from_db()
        assert (step.done_by, step.dropped_at, step.is_open) == (w.owner, None, False)
        assert told(response) == ["Done."]
        by(w.owner).post(url)
        assert [event.verb for event in Event.objects.about(step)] == ["agreed", "done"]

    def test_dropped_it_cannot_be_done(self, w):
        step = agree(w)
        by(w.member).post(reverse("plans:drop_step", args=[step.pk]))
        step.refresh_from_db()
        assert (step.dropped_by, step.done_at) == (w.member, None)
        response = by(w.member).post(reverse("plans:tick", args=[step.pk]), follow=True)
        assert told(response) == ["It was dropped already."]
        html = response.content.decode()
        assert "Dropped" in html
        assert reverse("plans:tick", args=[step.pk]) not in html

    def test_by_the_partners_people_alone(self, w):
        step = agree(w)
        for user in (w.manager, w.admin, w.finance, w.stranger):
            with pytest.raises(PermissionDenied):
                steps.tick(step=step, by=user, now=NOW)
            with pytest.raises(PermissionDenied):
                steps.drop(step=step, by=user, now=NOW)
            assert by(user).get(reverse("plans:step", args=[step.pk])).status_code == 404
