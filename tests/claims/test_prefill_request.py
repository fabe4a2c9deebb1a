"""A draft that says all of a plan already: made in one act for a suggestion or a planned activity."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from claims.actions import requests
from claims.models import FundRequest
from claims.request_checks import wanting
from claims.states.requests import RequestStatus
from partners.models import Event
from programs.activities import ActivityKind
from programs.models import Activity
from tests.cast import NOW, balances
from tests.claims.asking import END, START, again

pytestmark = [pytest.mark.usefixtures("_at_now", "kept")]

BUDGET = (requests.Entry("Speaker", 800_00), requests.Entry("Invitations", 400_00))


def webinar_fund(w, **fields):
    webinar = Activity(kind=ActivityKind.SEMINAR, name="Customer webinar", rate=75)
    return w.fund(2_000_00, budget=w.budget(w.program(activities=[webinar], **fields)))


def plan_on(fund) -> requests.Plan:
    return requests.Plan(
        title="Cloud cost webinar",
        activity=fund.terms.activities.get(),
        plan="Two customers tell how they cut their bill.",
        place="Online",
        audience="Finance leads",
        people=None,
        starts_on=START,
        ends_on=END,
        leads=14,
        pipeline=40_000_00,
    )


def prefilled(w, fund, plan=None, entries=BUDGET, by=None) -> FundRequest:
    return again(
        requests.prefill(allocation=fund, plan=plan or plan_on(fund), entries=entries, by=by or w.owner, now=NOW)
    )


def test_it_could_be_filed_as_it_is(w):
    fund = webinar_fund(w)
    made = prefilled(w, fund, by=w.member)
    assert (made.status, made.created_by, made.version) == (RequestStatus.DRAFT, w.member, 2)
    assert (made.cost, made.asked, made.own_share) == (1_200_00, 900_00, 300_00)
    assert [(line.what, line.amount) for line in made.lines.all()] == [("Speaker", 800_00), ("Invitations", 400_00)]
    assert wanting(made, NOW) == []
    assert balances(fund) == {"available": 2_000_00}
    assert [event.verb for event in Event.objects.filter(subject="claims.fundrequest", subject_id=made.pk)] == [
        "started"
    ]
    asked = requests.submit(request=made, by=w.member, now=NOW, version=made.version)
    assert asked.status == RequestStatus.SUBMITTED


def test_its_page_shows_all_of_it(w, client):
    made = prefilled(w, webinar_fund(w))
    client.force_login(w.owner)
    page = client.get(reverse("claims:request_edit", args=[made.pk]))
    head, rows = page.context["head"], page.context["budget"].forms
    assert {name: head[name].value() for name in head.fields} == {
        "title": "Cloud cost webinar",
        "activity": str(made.activity_id),
        "plan": "Two customers tell how they cut their bill.",
        "starts_on": START.isoformat(),
        "ends_on": END.isoformat(),
        "place": "Online",
        "audience": "Finance leads",
        "leads": "14",
        "pipeline": "40000.00",
    }
    assert [(row["what"].value(), row["amount"].value()) for row in rows if row.has_changed()] == [
        ("Speaker", "800.00"),
        ("Invitations", "400.00"),
    ]
    assert page.context["wanting"] == []


def test_a_second_click_finds_the_first_ones_draft(w):
    fund = webinar_fund(w)
    first = prefilled(w, fund)
    assert prefilled(w, fund) == first
    # Another plan, another person's, or one that was changed since is another draft.
    assert prefilled(w, fund, replace(plan_on(fund), place="Berlin")) != first
    assert prefilled(w, fund, by=w.member) != first
    plan, entries = plan_on(fund), list(BUDGET[:1])
    requests.save(request=first, plan=plan, entries=entries, by=w.owner, now=NOW)
    assert prefilled(w, fund) != first
    assert FundRequest.objects.count() == 4


def test_an_activity_of_other_terms_is_refused(w):
    fund, other = webinar_fund(w), webinar_fund(w)
    with pytest.raises(requests.RequestRefused, match="do not name that kind"):
        prefilled(w, fund, plan_on(other))
    assert not FundRequest.objects.exists()


def test_more_than_any_fund_holds_leaves_no_draft_behind(w):
    with pytest.raises(requests.RequestRefused, match="more than any fund holds"):
        prefilled(w, webinar_fund(w), entries=[requests.Entry("Everything", 10**14), requests.Entry("And more", 1)])
    assert not FundRequest.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "manager", "admin", "finance"])
def test_only_the_partners_people_may(w, who):
    with pytest.raises(PermissionDenied):
        prefilled(w, webinar_fund(w), by=getattr(w, who))


def test_not_on_a_fund_that_the_partner_records_itself(w):
    fund = w.kept_fund()
    with pytest.raises(PermissionDenied):
        prefilled(w, fund, requests.Plan(title="Cloud webinar"))
