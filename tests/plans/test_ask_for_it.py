"""From the plan to a request, and on to a claim, with nothing typed again."""

import pytest

from claims import actions as claims
from claims.actions import requests
from claims.models import Claim, FundRequest
from claims.request_checks import wanting
from claims.states.requests import RequestStatus
from partners.models import Event
from plans import actions as plans
from plans.standing import At, standing
from plans.states import Answer, PlanStatus
from programs.activities import ActivityKind
from programs.models import Activity
from programs.money import LARGEST
from tests.cast import NOW, TODAY
from tests.claims.lines_attacks import rate
from tests.plans.planning import IN_JANUARY, funding_of, planned, wanted


@pytest.fixture
def asking(w):
    """A fund whose vendor approves every activity in advance, and pays a dinner by the person."""
    dinner = Activity(kind=ActivityKind.SEMINAR, name="Dinner", person_cap=100_00, most_people=50)
    return w.fund(budget=w.budget(w.program(activities=[dinner], preapproval=True, lead_days=10)))


def test_the_request_is_filled_in(w, asking):
    made = planned(
        w,
        (asking, 2_000_00),
        **IN_JANUARY,
        people=40,
        place="Austin",
        audience="IT leads",
        leads=12,
        pipeline=90_000_00,
    )
    request = plans.ask(funding=funding_of(made), by=w.member, now=NOW)
    assert (request.status, request.partner) == (RequestStatus.DRAFT, w.brightpath)
    assert (request.cost, request.asked) == (4_000_00, 2_000_00)
    assert (request.title, request.plan) == (made.title, made.notes)
    assert (request.starts_on, request.ends_on) == (made.starts_on, made.ends_on)
    assert (request.people, request.place, request.audience) == (40, "Austin", "IT leads")
    assert (request.leads, request.pipeline) == (12, 90_000_00)
    assert request.activity == asking.terms.activities.get()
    # Nothing is wanting: it can be asked as it is.
    fresh = FundRequest.objects.with_fund().get(pk=request.pk)
    assert wanting(fresh, NOW) == []
    assert requests.submit(request=fresh, by=w.member, now=NOW).status == RequestStatus.SUBMITTED
    assert standing(funding_of(made)).at == At.ASKED


def test_the_cost_is_that_of_the_plan(w):
    """Half of $9,999.99 is $5,000.00, and so is half of $10,000.00: the request says what the plan does."""
    fund = w.fund(budget=w.budget(w.program(preapproval=True, lead_days=10)))
    made = planned(w, (fund, 5_000_00), cost=9_999_99, **IN_JANUARY)
    request = plans.ask(funding=funding_of(made), by=w.member, now=NOW)
    assert (request.cost, request.asked) == (9_999_99, 5_000_00)


def test_a_pipeline_that_is_too_much_in_the_funds_currency_is_left_open(w, asking):
    rate()
    made = planned(w, (asking, 2_000_00), **IN_JANUARY, currency="EUR", pipeline=LARGEST)
    assert plans.ask(funding=funding_of(made), by=w.owner, now=NOW).pipeline is None


def test_a_second_click_finds_the_first(w, asking):
    funding = funding_of(planned(w, (asking, 2_000_00), **IN_JANUARY))
    assert plans.ask(funding=funding, by=w.owner, now=NOW) == plans.ask(funding=funding, by=w.member, now=NOW)
    assert FundRequest.objects.count() == 1


def test_a_discarded_request_can_be_made_anew(w, asking):
    made = planned(w, (asking, 2_000_00), **IN_JANUARY)
    first = plans.ask(funding=funding_of(made), by=w.owner, now=NOW)
    requests.discard(request=first, by=w.owner)
    assert standing(funding_of(made)).at == At.OPEN
    assert plans.ask(funding=funding_of(made), by=w.owner, now=NOW).pk != first.pk


def test_what_was_asked_stays_in_the_plan(w, asking):
    made = planned(w, (asking, 2_000_00), **IN_JANUARY)
    plans.ask(funding=funding_of(made), by=w.owner, now=NOW)
    change = {"activity": made, "wanted": wanted(**IN_JANUARY), "by": w.owner, "now": NOW}
    with pytest.raises(plans.PlanRefused, match=r"asked for \$2,000\.00 already"):
        plans.change_activity(**change, fundings=[plans.Funding(asking, 1_00)])
    with pytest.raises(plans.PlanRefused, match="was asked already"):
        plans.change_activity(**change, fundings=[])
    quarter, idea = {"year": 2027, "quarter": 2}, {"to": PlanStatus.IDEA}
    for act, more in ((plans.drop, {}), (plans.move, quarter), (plans.take_up, idea)):
        with pytest.raises(plans.PlanRefused, match="vendor was asked"):
            act(activity=made, by=w.owner, now=NOW, **more)
    assert plans.change_activity(**change, fundings=[plans.Funding(asking, 2_000_00)]).version == 2


def approved(w, made, asking) -> FundRequest:
    request = plans.ask(funding=funding_of(made), by=w.member, now=NOW)
    request = requests.submit(request=request, by=w.member, now=NOW)
    request = requests.take(request=request, by=w.manager, now=NOW)
    return requests.approve(request=request, amount=2_000_00, version=request.version, by=w.manager, now=NOW)


def test_the_claim_asks_for_nothing_that_the_plan_said(w, asking):
    made = planned(w, (asking, 2_000_00), **IN_JANUARY, people=40)
    request = approved(w, made, asking)
    assert standing(funding_of(made)).at == At.APPROVED
    claim = plans.claim(funding=funding_of(made), by=w.member, now=NOW)
    assert (claim.request, claim.title) == (request, made.title)
    (row,) = claim.typed["rows"]
    assert {name: value for name, value in row.items() if value} == {
        "activity": str(request.activity_id),
        "people": "40",
        "what": "Seminar or webinar",
        "total": "4000.00",
    }


def test_without_approval_the_claim_is_filled_in(w):
    fund = w.fund()
    made = planned(w, (fund, 1_500_00), starts_on=TODAY, ends_on=TODAY)
    claim = plans.claim(funding=funding_of(made), by=w.member, now=NOW)
    assert (claim.title, claim.ran_from, claim.ran_until) == (made.title, TODAY, TODAY)
    assert claim.typed["rows"][0]["total"] == "3000.00"
    assert plans.claim(funding=funding_of(made), by=w.owner, now=NOW) == claim
    assert standing(funding_of(made)).at == At.DRAFT
    claims.discard(claim=claim, by=w.owner)
    assert not Claim.objects.exists()
    assert standing(funding_of(made)).at == At.OPEN


def test_what_needs_approval_is_asked_for_first(w, asking):
    made = planned(w, (asking, 2_000_00), **IN_JANUARY)
    with pytest.raises(plans.PlanRefused, match="ask for that first"):
        plans.claim(funding=funding_of(made), by=w.owner, now=NOW)


def test_an_idea_is_not_asked_for(w, asking):
    made = planned(w, (asking, 2_000_00), status=PlanStatus.IDEA)
    with pytest.raises(plans.PlanRefused, match="no plan yet"):
        plans.ask(funding=funding_of(made), by=w.owner, now=NOW)


def test_in_a_portal_of_its_own(w):
    """A vendor that takes no requests here: what was asked there, and what it said, stands in the plan."""
    fund = w.kept_fund()
    made = planned(w, (fund, 1_000_00), **IN_JANUARY)
    answer = {"by": w.member, "now": NOW, "on": TODAY}
    with pytest.raises(plans.PlanRefused, match="own portal"):
        plans.ask(funding=funding_of(made), by=w.owner, now=NOW)
    with pytest.raises(plans.PlanRefused, match="on which day you asked"):
        plans.answered_elsewhere(funding=funding_of(made), answer=Answer.APPROVED, **answer)
    plans.asked_elsewhere(funding=funding_of(made), **answer)
    assert standing(funding_of(made)) == (At.ASKED, "Asked for on 23 Nov 2026", 1_000_00)
    for approved in (None, 0, 1_000_00, 2_000_00):
        with pytest.raises(plans.PlanRefused, match="less than"):
            plans.answered_elsewhere(funding=funding_of(made), answer=Answer.REDUCED, approved=approved, **answer)
    plans.answered_elsewhere(funding=funding_of(made), answer=Answer.REDUCED, approved=600_00, **answer)
    assert standing(funding_of(made)) == (At.APPROVED, "Approved for less, $600.00 on 23 Nov 2026", 600_00)
    with pytest.raises(plans.PlanRefused, match="approved this already"):
        plans.asked_elsewhere(funding=funding_of(made), **answer)
    # A slip is mended by noting it anew; a no may be followed by asking again.
    plans.answered_elsewhere(funding=funding_of(made), answer=Answer.DECLINED, said="Too late.", **answer)
    assert standing(funding_of(made)).at == At.REFUSED
    plans.asked_elsewhere(funding=funding_of(made), **answer)
    assert standing(funding_of(made)).at == At.ASKED
    assert [told.verb for told in Event.objects.about(made)] == [
        "planned",
        "asked elsewhere",
        "answered elsewhere",
        "answered elsewhere",
        "asked elsewhere",
    ]


def test_a_vendor_on_windfall_is_asked_here(w):
    with pytest.raises(plans.PlanRefused, match="on Windfall"):
        plans.asked_elsewhere(funding=funding_of(planned(w, (w.fund(), 1_00))), on=TODAY, by=w.owner, now=NOW)
