"""Funds keep the terms that they were granted under, and come under new ones when these are no worse or are accepted."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import actions as claims
from funds import actions
from funds.models import Allocation
from partners.models import Event
from programs import actions as programs
from programs.models import Terms
from tests.cast import NOW, balances
from tests.pages import told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def program(w):
    return w.program(wording="Events.", reimbursement_percent=50, claim_window_days=30, lead_days=7)


def new_terms(w, program, **terms) -> Terms:
    fields = {"wording": "Events.", "reimbursement_percent": 50, "claim_window_days": 30, "lead_days": 7}
    programs.revise(program=program, terms=Terms(**(fields | terms)), by=w.manager, now=NOW)
    published = programs.publish_terms(program=program, by=w.manager, now=NOW)
    program.refresh_from_db()
    return published


def fresh(fund) -> Allocation:
    return Allocation.objects.with_terms().get(pk=fund.pk)


def renew(w, program) -> tuple[int, int]:
    done = actions.renew_terms(program=program, by=w.manager, now=NOW)
    return done.moved, done.offered


def test_a_story_of_two_versions(w, program):
    """The worked example: money granted before and after, the same invoice, what each pays back, and all balances."""
    budget = w.budget(program)
    before = w.fund(1_000_00, budget=budget)
    new_terms(w, program, reimbursement_percent=80)
    after = w.fund(1_000_00, budget=budget)
    assert (before.terms.number, after.terms.number) == (1, 2)

    old, new = (w.submitted(fund, costs=(1_000_00,)) for fund in (before, after))
    assert (old.asked, new.asked) == (500_00, 800_00)
    assert balances(before) == {"available": 500_00, "claimed": 500_00}
    assert balances(after) == {"available": 200_00, "claimed": 800_00}

    # What is no worse moves at once; what is filed stays as it was filed.
    assert renew(w, program) == (1, 0)
    assert fresh(before).terms.number == 2
    assert claims.approve(claim=old, version=old.version, by=w.admin, now=NOW).approved == 500_00
    assert balances(before) == {"available": 500_00, "approved": 500_00}
    # The next claim is judged by the better terms.
    assert w.submitted(fresh(before), costs=(500_00,)).asked == 400_00
    assert balances(before) == {"available": 100_00, "claimed": 400_00, "approved": 500_00}


def test_a_longer_window_lengthens_and_no_deadline_gets_earlier(w, program):
    budget = w.budget(program)
    usual = w.fund(1_000, budget=budget)
    generous = w.fund(1_000, budget=budget, claim_by=usual.expires_on + timedelta(days=100))
    new_terms(w, program, claim_window_days=60)
    renew(w, program)
    assert fresh(usual).claim_by == usual.expires_on + timedelta(days=60)
    assert fresh(generous).claim_by == generous.claim_by
    new_terms(w, program, claim_window_days=10)
    renew(w, program)
    actions.accept_terms(allocation=usual, terms=program.terms, by=w.owner, now=NOW)
    assert fresh(usual).claim_by == usual.expires_on + timedelta(days=60)


def test_a_shorter_lead_moves_the_last_safe_start(w, program):
    fund = w.fund(1_000, budget=w.budget(program))
    new_terms(w, program, lead_days=0)
    renew(w, program)
    assert fresh(fund).last_safe_start == fund.last_safe_start + timedelta(days=7)


def test_what_may_be_worse_is_offered_and_accepted(w, program):
    fund = w.fund(1_000_00, budget=w.budget(program))
    worse = new_terms(w, program, reimbursement_percent=40)
    assert renew(w, program) == (0, 1)
    assert (fresh(fund).terms.number, fresh(fund).offered_terms_id) == (1, worse.pk)
    # Until it is answered the old terms hold.
    assert w.draft(fund, costs=(100_00,)).asked == 50_00
    actions.accept_terms(allocation=fund, terms=worse, by=w.owner, now=NOW)
    assert (fresh(fund).terms_id, fresh(fund).offered_terms_id) == (worse.pk, None)
    assert w.draft(fund, costs=(100_00,)).asked == 40_00
    verbs = Event.objects.about(fund).values_list("verb", flat=True)
    assert [verb for verb in verbs if "terms" in verb] == ["offered new terms", "accepted new terms"]


def test_what_may_be_worse_is_kept_away(w, program):
    fund = w.fund(1_000_00, budget=w.budget(program))
    worse = new_terms(w, program, wording="Events, but not on Sundays.")
    renew(w, program)
    actions.keep_terms(allocation=fund, terms=worse, by=w.owner, now=NOW)
    assert (fresh(fund).terms.number, fresh(fund).offered_terms_id) == (1, None)


def test_an_offer_that_was_replaced_is_not_accepted(w, program):
    fund = w.fund(1_000_00, budget=w.budget(program))
    first = new_terms(w, program, reimbursement_percent=40)
    renew(w, program)
    second = new_terms(w, program, reimbursement_percent=30)
    renew(w, program)
    for act in (actions.accept_terms, actions.keep_terms):
        with pytest.raises(actions.FundsRefused, match="not offered any more"):
            act(allocation=fund, terms=first, by=w.owner, now=NOW)
    assert fresh(fund).offered_terms_id == second.pk


def test_a_second_round_finds_nothing(w, program):
    budget = w.budget(program)
    w.fund(1_000, budget=budget)
    w.fund(1_000, budget=budget, partner=w.othertech)
    new_terms(w, program, reimbursement_percent=40)
    assert renew(w, program) == (0, 2)
    assert renew(w, program) == (0, 0)


def test_money_that_is_claimed_already_and_other_programs_are_left_alone(w, program):
    budget = w.budget(program)
    spent = w.fund(500_00, budget=budget)
    w.submitted(spent, costs=(1_000_00,))
    elsewhere = w.fund(1_000)
    new_terms(w, program, reimbursement_percent=80)
    assert renew(w, program) == (0, 0)
    assert (fresh(spent).terms.number, fresh(elsewhere).terms.number) == (1, 1)


def test_only_the_vendors_manager_moves_and_only_the_partners_owner_answers(w, program):
    fund = w.fund(1_000, budget=w.budget(program))
    worse = new_terms(w, program, reimbursement_percent=40)
    for stranger in (w.owner, w.other_manager, w.admin):
        with pytest.raises(PermissionDenied):
            actions.renew_terms(program=program, by=stranger, now=NOW)
    renew(w, program)
    for stranger in (w.member, w.manager, w.stranger, w.admin):
        with pytest.raises(PermissionDenied):
            actions.accept_terms(allocation=fund, terms=worse, by=stranger, now=NOW)


@pytest.mark.parametrize("funds", [1, 40])
def test_the_number_of_statements_does_not_grow(w, program, funds):
    budget = w.budget(program)
    for _ in range(funds):
        w.fund(1_000, budget=budget)
    new_terms(w, program, reimbursement_percent=80)
    with CaptureQueriesContext(connection) as captured:
        assert renew(w, program) == (funds, 0)
    assert len(captured) <= 11


class TestPages:
    def test_the_manager_sees_what_would_happen_and_does_it(self, w, program, client):
        budget = w.budget(program)
        w.fund(1_000, budget=budget)
        new_terms(w, program, reimbursement_percent=80)
        w.fund(1_000, budget=budget)
        new_terms(w, program, reimbursement_percent=70)
        client.force_login(w.manager)
        assert "Funds under older terms" in client.get(reverse("programs:detail", args=[program.pk])).content.decode()
        url = reverse("funds:renew_terms", args=[program.pk])
        html = client.get(url).content.decode()
        assert "1 fund under version 1" in html
        assert "Moves at once" in html
        assert "1 fund under version 2" in html
        assert "Is offered" in html
        response = client.post(url, follow=True)
        assert told(response) == ["1 fund moved to the terms in force. Offered for 1 fund: the owners there decide."]
        assert "Nothing was left to do" in told(client.post(url, follow=True))[0]

    def test_the_owner_reads_what_changes_and_answers(self, w, program, client):
        fund = w.fund(1_000, budget=w.budget(program))
        worse = new_terms(w, program, reimbursement_percent=40)
        url = reverse("funds:allocation", args=[fund.pk])
        answer = reverse("funds:answer_terms", args=[fund.pk])
        client.force_login(w.owner)
        assert "New grants come under version 2" in client.get(url).content.decode()
        renew(w, program)
        html = client.get(url).content.decode()
        assert "Northgate Cloud offers version 2 of the terms for this fund." in html
        assert "Pays back 40% instead of 50%." in html
        assert "Accept version 2" in html
        for stale in ("", "x", "0", "9" * 400):
            response = client.post(answer, {"terms": stale, "answer": "accept"}, follow=True)
            assert "not offered any more" in told(response)[0]
        response = client.post(answer, {"terms": worse.pk, "answer": "accept"}, follow=True)
        assert "Accepted" in told(response)[0]
        assert fresh(fund).terms_id == worse.pk
        # The second click of two says so and changes nothing.
        assert "not offered any more" in told(client.post(answer, {"terms": worse.pk}, follow=True))[0]

    def test_a_member_reads_it_and_waits_for_the_owner(self, w, program, client):
        fund = w.fund(1_000, budget=w.budget(program))
        new_terms(w, program, reimbursement_percent=40)
        renew(w, program)
        client.force_login(w.member)
        html = client.get(reverse("funds:allocation", args=[fund.pk])).content.decode()
        assert "An owner of your company decides." in html
        assert "Accept version" not in html
