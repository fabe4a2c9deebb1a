"""A partnership ends: what the partner holds is claimed for as long as its terms say, and the rest lapses."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.lapse import lapse
from funds.models import Allocation
from partners.models import Event
from programs.actions.joining import JoinRefused
from programs.days import Clock
from programs.models import Enrolment
from programs.states import EnrolmentStatus
from tests.cast import NOW, TODAY, balances
from tests.pages import told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def fund(w):
    return w.fund(5_000_00, budget=w.budget(w.program(termination_days=30)), expires_on=TODAY + timedelta(days=200))


def enrolment_of(fund) -> Enrolment:
    return Enrolment.objects.select_related("program", "partner").get(
        program=fund.budget.program_id, partner=fund.partner_id
    )


def parted(w, fund, **more):
    return actions.part(
        enrolment=enrolment_of(fund), reason="The contract ended.", by=more.get("by", w.manager), now=NOW
    )


def days_of(fund) -> tuple:
    fresh = Allocation.objects.get(pk=fund.pk)
    return fresh.expires_on, fresh.claim_by


def test_its_money_is_claimed_for_thirty_days_more_and_then_lapses(w, fund):
    found = parted(w, fund)
    assert (found.funds, found.amount, found.claim_by) == (1, 5_000_00, TODAY + timedelta(days=30))
    assert enrolment_of(fund).status == EnrolmentStatus.ENDED
    assert days_of(fund) == (TODAY, TODAY + timedelta(days=30))
    assert balances(fund) == {"available": 5_000_00}
    lapse(clock=Clock(NOW, on=TODAY + timedelta(days=30)))
    assert balances(fund) == {"available": 5_000_00}
    lapse(clock=Clock(NOW, on=TODAY + timedelta(days=31)))
    assert balances(fund) == {"lapsed": 5_000_00}
    event = Event.objects.about(fund).get(verb="cut short")
    assert (event.actor, event.reason) == (w.manager, "The contract ended.")
    # A second click changes nothing.
    assert parted(w, fund).funds == 0
    assert Event.objects.about(fund).filter(verb="cut short").count() == 1


def test_a_deadline_that_is_sooner_stays(w, fund):
    soon = w.fund(
        1_000_00, budget=fund.budget, expires_on=TODAY + timedelta(days=3), claim_by=TODAY + timedelta(days=5)
    )
    parted(w, fund)
    assert days_of(soon) == (TODAY, TODAY + timedelta(days=5))


def test_terms_that_say_nothing_of_it_keep_their_promise(w):
    fund = w.fund()
    before = days_of(fund)
    assert parted(w, fund).funds == 0
    assert days_of(fund) == before


def test_others_funds_go_on(w, fund):
    other_partner = w.fund(1_000_00, budget=fund.budget, partner=w.othertech)
    other_program = w.fund(1_000_00, budget=w.budget(w.program(termination_days=30)))
    before = days_of(other_partner), days_of(other_program)
    parted(w, fund)
    assert (days_of(other_partner), days_of(other_program)) == before


def test_what_is_claimed_already_is_decided_as_ever(w, fund):
    claim = w.submitted(fund, costs=(2_000_00,))
    parted(w, fund)
    assert balances(fund) == {"available": 4_000_00, "claimed": 1_000_00}
    assert w.again(claim).status == "submitted"


def test_only_the_vendors_manager_ends_it(w, fund):
    for by in (w.owner, w.other_manager, w.admin, w.finance):
        with pytest.raises(PermissionDenied):
            parted(w, fund, by=by)
    assert days_of(fund)[0] > TODAY


def test_a_partner_that_is_not_in_has_nothing_to_end(w, fund):
    Enrolment.objects.filter(pk=enrolment_of(fund).pk).update(status=EnrolmentStatus.LEFT)
    with pytest.raises(JoinRefused):
        parted(w, fund)
    assert days_of(fund)[0] > TODAY


def test_the_page_says_what_becomes_of_the_money(w, client, fund):
    client.force_login(w.manager)
    url = reverse("funds:end_enrolment", args=[enrolment_of(fund).pk])
    page = client.get(url).text
    assert "1 fund ends with it." in page
    assert "$5,000.00 can be claimed until 23 Dec 2026" in page
    response = client.post(url, {"reason": "The contract ended."}, follow=True)
    assert "is out of" in told(response)[0]
    client.force_login(w.owner)
    page = client.get(reverse("funds:allocation", args=[fund.pk])).text
    assert "The partnership ended: claims are taken until 23 Dec 2026" in page
    assert "The contract ended." in page
