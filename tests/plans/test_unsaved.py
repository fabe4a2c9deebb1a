"""What is typed into the plan's form is kept for who typed it, until it is saved or thrown away."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from partners import actions as partners
from plans import actions as plans
from plans.actions import unsaved
from plans.models import PlannedActivity, Unsaved
from programs.days import Clock
from reminders.actions.pruning import prune
from tests.cast import NOW
from tests.pages import queries
from tests.plans.planning import IN_JANUARY, planned
from tests.plans.test_plan_pages import typed

pytestmark = pytest.mark.usefixtures("_at_now")
NEW, KEEP, FORGET = "/plans/new/", "/plans/new/keep/", "/plans/new/forget/"


@pytest.fixture
def page(w, client):
    client.force_login(w.owner)
    return client


def of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client, url: str = NEW) -> dict[str, str]:
    """What stands in the form, and in its rows of funds."""
    context = client.get(url).context
    return {name: context["head"][name].value() for name in ("title", "cost", "kind")} | {
        "funds": context["funds"].typed()
    }


def test_it_stands_there_again_right_or_wrong(w, page):
    fund = w.fund()
    sent = typed((fund, "2,0"), title="Half a ti", cost="many", kind="web")
    assert page.post(KEEP, sent).status_code == 200
    assert not PlannedActivity.objects.exists()
    # The browser is gone: another one, the same person.
    assert shown(of(w.owner)) == {
        "title": "Half a ti",
        "cost": "many",
        "kind": "web",
        "funds": [{"fund": str(fund.pk), "amount": "2,0"}],
    }
    html = page.get(NEW).content.decode()
    assert "You typed this on" in html
    assert page.get("/plans/").content.decode().count("«Half a ti»") == 1


def test_the_last_of_it_counts_and_it_is_one(page):
    for title in ("One", "Two"):
        page.post(KEEP, typed(title=title))
    assert shown(page)["title"] == "Two"
    assert Unsaved.objects.count() == 1


def test_saved_or_thrown_away_it_is_gone(page):
    page.post(KEEP, typed())
    refused = page.post(NEW, typed(title=""))
    assert (refused.status_code, Unsaved.objects.count()) == (400, 1)
    page.post(NEW, typed())
    assert (PlannedActivity.objects.count(), Unsaved.objects.count()) == (1, 0)
    page.post(KEEP, typed(title="Again"))
    assert page.post(FORGET).url == NEW
    assert shown(page)["title"] is None
    assert not Unsaved.objects.exists()


def test_nobody_else_sees_it(w, page):
    activity = planned(w, **IN_JANUARY)
    edit = reverse("plans:edit_activity", args=[activity.pk])
    page.post(KEEP, typed(title="Mine"))
    page.post(reverse("plans:keep", args=[activity.pk]), typed(title="Mine too") | {"version": "1"})
    colleague = of(w.member)
    assert shown(colleague)["title"] is None
    assert shown(colleague, edit)["title"] == activity.title
    assert "Mine" not in colleague.get("/plans/").content.decode()
    assert shown(page, edit)["title"] == "Mine too"
    activity.refresh_from_db()
    assert activity.title != "Mine too"
    # A colleague throws away their own, which is nothing.
    colleague.post(reverse("plans:forget", args=[activity.pk]))
    assert Unsaved.objects.count() == 2


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(w, page):
    activity = planned(w, **IN_JANUARY)
    edit = reverse("plans:edit_activity", args=[activity.pk])
    page.post(reverse("plans:keep", args=[activity.pk]), typed(title="Mine") | {"version": "1"})
    of(w.member).post(edit, typed(title="Theirs") | {"version": "1"})
    assert shown(page, edit)["title"] == "Mine"
    # The form has the version that it was typed over.
    version = page.get(edit).context["version"]
    refused = page.post(edit, typed(title="Mine") | {"version": str(version)})
    assert (version, refused.status_code) == (1, 400)
    assert "Somebody else changed this activity meanwhile" in refused.content.decode()
    activity.refresh_from_db()
    assert activity.title == "Theirs"
    assert Unsaved.objects.count() == 1


def test_only_what_the_form_has_is_kept(page):
    page.post(KEEP, typed() | {"plan-title": "x" * 19_000, "funds-777-fund": "1", "plan-secret": "1", "do": "save"})
    (kept,) = Unsaved.objects.all()
    assert len(kept.fields["plan-title"]) == 10_000
    assert not {"funds-777-fund", "plan-secret", "do"} & set(kept.fields)


def test_notes_that_are_too_long_are_refused_not_cut(w, page):
    refused = page.post(NEW, typed(notes="x" * 4_001))
    assert (refused.status_code, PlannedActivity.objects.count()) == (400, 0)
    assert "at most 4000 characters" in refused.content.decode()
    assert page.post(NEW, typed(notes="x" * 4_000)).status_code == 302


def test_hostile_bodies_are_kept_as_text_or_refused(w, page):
    fund = w.fund()
    sent = urlencode(typed((fund, "1\x00"), title="\u202e\U0001f600\x00"))
    surrogate = sent + "&plan-place=%ED%A0%80&plan-kind[__proto__]=1&funds-TOTAL_FORMS=999&version=-1&version=1e9"
    form = "application/x-www-form-urlencoded"
    assert page.post(KEEP, surrogate, content_type=form).status_code == 200
    (kept,) = Unsaved.objects.all()
    assert (kept.fields["plan-title"], kept.version) == ("\u202e\U0001f600", 0)
    assert not {"funds-17-fund", "plan-kind[__proto__]"} & set(kept.fields)
    assert page.get(NEW).status_code == 200
    for body, kind in (
        (sent + "&x=1" * 2_001, form),
        (sent + "&plan-notes=" + "x" * 3_000_000, form),
    ):
        assert page.post(KEEP, body, content_type=kind).status_code in (400, 413)
    # No form: nothing is in it.
    assert page.post(KEEP, '{"plan-title": {"a": 1}}', content_type="application/json").status_code == 200
    assert page.get(NEW).status_code == 200


def test_what_is_kept_of_a_form_that_was_another_shows_what_still_fits(w, page):
    page.post(KEEP, typed(title="Old"))
    Unsaved.objects.update(fields={"plan-title": "Old", "plan-gone": "1", "funds-TOTAL_FORMS": "many"})
    assert shown(page) == {"title": "Old", "cost": None, "kind": None, "funds": []}


def test_two_tabs_at_once_keep_one(w, page):
    activity = planned(w, **IN_JANUARY)
    keep = reverse("plans:keep", args=[activity.pk])
    page.post(keep, typed(title="One") | {"version": "1"})
    page.post(keep, typed(title="Two") | {"version": "1"})
    # Dropped meanwhile it is still its writer's to look at, and to throw away.
    plans.drop(activity=activity, by=w.member, now=NOW)
    assert shown(page, reverse("plans:edit_activity", args=[activity.pk]))["title"] == "Two"
    assert page.get("/plans/").status_code == 200
    page.post(reverse("plans:forget", args=[activity.pk]))
    assert not Unsaved.objects.exists()


def test_what_nobody_went_on_with_is_forgotten_by_the_sweep(w, page):
    page.post(KEEP, typed(title="Mine"))
    for days, stands in ((179, True), (181, False)):
        prune(clock=Clock(NOW + timedelta(days=days)))
        assert Unsaved.objects.exists() == stands


def test_who_left_reads_nothing_of_it(w, page):
    colleague = of(w.member)
    colleague.post(KEEP, typed(title="Mine"))
    partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
    assert colleague.get(NEW).status_code == 302  # signed out
    for user in (w.member, w.manager, w.stranger):
        with pytest.raises(PermissionDenied):
            unsaved.keep(partner=w.brightpath, activity=None, fields={}, version=1, by=user, now=NOW)


def test_the_board_takes_the_same_queries_for_one_and_for_three(w, page):
    made = [planned(w, title=title, **IN_JANUARY) for title in ("One", "Two", "Three")]
    counts = []
    for activity in made:
        page.post(reverse("plans:keep", args=[activity.pk]), typed(title=activity.title) | {"version": "1"})
        counts.append(queries(page, "/plans/?year=2027"))
    assert counts[0] == counts[-1]
