"""A partner disputes a decision once, in time; an approval is undone before it is paid. All of the money is claimed again."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from claims import actions
from claims.actions.verdicts import Verdict
from claims.models import Claim
from claims.views.queue import mine_to_decide
from funds import actions as funds
from funds.lapse import lapse
from funds.models import Budget
from partners.models import Event
from partners.states import Role
from programs.activities import ActivityKind
from programs.days import Clock
from programs.models import Activity
from tests.cast import NOW, TODAY, balances, person, site
from tests.sides import pdf


def at(name, claim):
    return reverse(f"claims:{name}", args=[claim.pk])


def rejected(w, fund=None):
    claim = w.submitted(fund)
    said = {"code": "not_eligible", "reason": "Food is not paid."}
    return w.again(actions.reject(claim=claim, version=claim.version, by=w.admin, now=NOW, **said))


def partly(w, fund=None, accepted=200_00):
    claim = w.submitted(fund)
    verdicts = {claim.lines.get().pk: Verdict(accepted, "other", "The rest is food.")}
    return w.again(actions.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW))


def dispute(w, claim, by=None, now=NOW):
    return w.again(actions.dispute(claim=claim, reason="It was no food.", by=by or w.owner, now=now))


@pytest.mark.parametrize("decided", [rejected, partly])
def test_a_disputed_claim_goes_to_another_reviewer_with_all_its_money(w, client, kept, decided):
    fund = w.fund(5_000_00)
    claim = decided(w, fund)
    client.force_login(w.owner)
    assert "Dispute this decision" in client.get(at("detail", claim)).text
    files = [SimpleUploadedFile("menu.pdf", pdf(), "application/pdf")]
    page = client.post(at("dispute", claim), {"reason": "It was no food.", "files": files}, follow=True)
    assert "another reviewer decides" in page.text
    claim = w.again(claim)
    assert (claim.status, claim.first_decided_by, claim.decided_by, claim.approved) == ("disputed", w.admin, None, None)
    assert claim.proofs.filter(name="menu.pdf").exists()
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}
    with pytest.raises(PermissionDenied):
        actions.take(claim=claim, by=w.admin, now=NOW)
    done = actions.approve(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
    assert (done.status, done.decided_by) == ("approved", w.second_admin)
    assert balances(fund) == {"available": 4_500_00, "approved": 500_00}


def test_who_approved_too_what_is_disputed_does_not_decide_it_alone(w, client):
    """By act, by page and by SQL; they may approve too what somebody else decides."""
    third = person("third", site(), Role.ADMIN)
    claim = partly(w, w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00))))
    actions.approve_too(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
    claim = dispute(w, w.again(claim))
    assert (claim.first_decided_by, claim.first_second_by) == (w.admin, w.second_admin)
    for before in (w.admin, w.second_admin):
        for act in (actions.approve, partial(actions.reject, code="other", reason="No.")):
            with pytest.raises(PermissionDenied):
                act(claim=claim, version=claim.version, by=before, now=NOW)
        client.force_login(before)
        assert "that was disputed, so somebody else decides now" in client.get(at("detail", claim)).text
        assert client.post(at("approve", claim), {"version": claim.version, "as_asked": "1"}).status_code == 403
        assert not mine_to_decide(before).exists()
    claim = w.again(actions.approve(claim=claim, version=claim.version, by=third, now=NOW))
    assert claim.status == "second_approval"
    with pytest.raises(PermissionDenied):
        actions.approve_too(claim=claim, version=claim.version, by=w.admin, now=NOW)
    assert actions.approve_too(claim=claim, version=claim.version, by=w.second_admin, now=NOW).status == "approved"


def test_it_is_disputed_once(w):
    claim = dispute(w, rejected(w))
    said = {"code": "other", "reason": "It was food."}
    claim = actions.reject(claim=claim, version=claim.version, by=w.second_admin, now=NOW, **said)
    with pytest.raises(actions.ClaimRefused, match="final"):
        dispute(w, claim)


def test_it_is_disputed_in_time(w, client):
    fund = w.fund(5_000_00, budget=w.budget(w.program(dispute_days=10)))
    claim = rejected(w, fund)
    with pytest.raises(actions.ClaimRefused, match="within 10 days"):
        dispute(w, claim, now=NOW + timedelta(days=11))
    assert dispute(w, claim, now=NOW + timedelta(days=10)).status == "disputed"


def test_where_decisions_are_final_there_is_no_button(w, client):
    claim = rejected(w, w.fund(5_000_00, budget=w.budget(w.program(dispute_days=0))))
    client.force_login(w.owner)
    assert "Dispute this decision" not in client.get(at("detail", claim)).text
    assert client.post(at("dispute", claim), {"reason": "x"}).status_code == 409


@pytest.mark.parametrize("state", ["submitted", "approved", "paid"])
def test_what_was_not_refused_is_not_disputed(w, state):
    claim = w.submitted() if state == "submitted" else w.approved()
    if state == "paid":
        actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
    with pytest.raises(actions.ClaimRefused):
        dispute(w, w.again(claim))


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("admin", 403), ("stranger", 404)])
def test_only_the_partner_disputes(w, client, who, status):
    claim = rejected(w)
    client.force_login(getattr(w, who))
    assert client.post(at("dispute", claim), {"reason": "x"}).status_code == status


def test_without_a_sentence_or_twice_nothing_is_disputed(w, client):
    claim = rejected(w)
    client.force_login(w.owner)
    assert client.post(at("dispute", claim), {"reason": " "}).status_code == 400
    client.post(at("dispute", claim), {"reason": "It was no food."})
    again = client.post(at("dispute", claim), {"reason": "Again."})
    assert again.status_code == 409
    assert "Again." in again.text
    assert Event.objects.about(claim).filter(verb="disputed").count() == 1


def test_the_fund_has_too_little_left_and_says_how_much(w, client):
    fund = w.fund(600_00)
    claim = rejected(w, fund)
    w.submitted(fund, costs=(400_00,))
    client.force_login(w.owner)
    page = client.post(at("dispute", claim), {"reason": "It was no food."})
    assert page.status_code == 409
    assert "$500.00 went back to the fund, and $400.00 of that is left" in page.text
    assert w.again(claim).status == "rejected"
    assert balances(fund) == {"available": 400_00, "claimed": 200_00}


def test_what_lapsed_since_the_decision_is_taken_back(w):
    """Worked example: rejected, lapsed, disputed, approved: every balance after each step."""
    fund = w.fund(600_00, expires_on=TODAY + timedelta(days=1), claim_by=TODAY + timedelta(days=2))
    claim = rejected(w, fund)
    assert balances(fund) == {"available": 600_00}
    lapse(clock=Clock(NOW + timedelta(days=3)))
    assert balances(fund) == {"lapsed": 600_00}
    claim = dispute(w, claim, now=NOW + timedelta(days=4))
    assert balances(fund) == {"lapsed": 100_00, "claimed": 500_00}
    actions.approve(claim=claim, version=claim.version, by=w.second_admin, now=NOW + timedelta(days=5))
    assert balances(fund) == {"lapsed": 100_00, "approved": 500_00}


def test_pre_approved_money_is_drawn_from_there_again(w):
    fund = w.fund(5_000_00)
    funds.reserve(allocation=fund, amount=300_00, key="k", by=w.manager, reason="Webinar", at=NOW)
    claim = partly(w, fund)
    assert balances(fund) == {"available": 4_700_00, "reserved": 100_00, "approved": 200_00}
    claim = dispute(w, claim)
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}
    assert claim.from_reserved == 300_00
    said = {"code": "other", "reason": "No."}
    actions.reject(claim=claim, version=claim.version, by=w.second_admin, now=NOW, **said)
    assert balances(fund) == {"available": 4_700_00, "reserved": 300_00}


def test_what_a_period_pays_is_not_passed_by_a_dispute_or_by_undoing(w, client):
    """It pays $500.00: $100.00 were approved of the first claim, then another took the rest. In words, and by SQL."""
    day = Activity(kind=ActivityKind.OTHER, name="Customer day", period_cap=500_00)
    fund = w.fund(5_000_00, budget=w.budget(w.program(activities=[day])))
    claim = partly(w, fund, accepted=100_00)
    other = w.submitted(fund, costs=(800_00,))
    client.force_login(w.owner)
    page = client.post(at("dispute", claim), {"reason": "It was no food."}, follow=True)
    assert "Customer day: a period gets $500.00 at most, and $400.00 of it is claimed already." in page.text
    with pytest.raises(actions.ClaimRefused, match="other claims took"):
        actions.undo(claim=claim, version=claim.version, reason="x", by=w.second_admin, now=NOW)
    for status in ("disputed", "in_review"):
        with pytest.raises(DatabaseError, match="in its period"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(status=status, version=99)
    actions.withdraw(claim=other, by=w.owner, now=NOW)
    assert dispute(w, claim).status == "disputed"


def test_nothing_is_disputed_once_its_period_is_closed(w, client):
    fund = w.fund(600_00, expires_on=TODAY + timedelta(days=1), claim_by=TODAY + timedelta(days=2))
    claim = rejected(w, fund)
    Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
    client.force_login(w.owner)
    page = client.post(at("dispute", claim), {"reason": "It was no food."}, follow=True)
    assert (page.status_code, "period of its budget is closed" in page.text) == (409, True)


# undo


def test_an_approval_is_undone_before_it_is_paid(w, client):
    fund = w.fund(5_000_00)
    claim = partly(w, fund)
    client.force_login(w.second_admin)
    assert "Undo the approval" in client.get(at("detail", claim)).text
    assert client.post(at("undo", claim), {"undo-version": claim.version}).status_code == 400
    client.post(at("undo", claim), {"undo-version": claim.version, "undo-reason": "The wrong claim."})
    claim = w.again(claim)
    assert (claim.status, claim.reviewer, claim.decided_by) == ("in_review", w.second_admin, None)
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}
    client.force_login(w.owner)
    assert "The wrong claim." in client.get(at("detail", claim)).text


def test_what_is_paid_is_not_undone(w):
    claim = w.approved()
    actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
    claim = w.again(claim)
    with pytest.raises(actions.ClaimRefused):
        actions.undo(claim=claim, version=claim.version, reason="x", by=w.admin, now=NOW)


def test_an_approval_is_not_undone_where_the_rest_is_used(w):
    fund = w.fund(600_00)
    claim = partly(w, fund)
    w.submitted(fund, costs=(800_00,))
    with pytest.raises(actions.ClaimRefused, match=r"\$300.00 went back to the fund, and \$0.00 of that is left"):
        actions.undo(claim=claim, version=claim.version, reason="x", by=w.admin, now=NOW)


@pytest.mark.parametrize("who", ["owner", "member", "manager", "finance"])
def test_only_an_admin_undoes(w, client, who):
    claim = partly(w)
    client.force_login(getattr(w, who))
    data = {"undo-version": claim.version, "undo-reason": "x"}
    assert client.post(at("undo", claim), data).status_code == 403


def test_undone_with_an_old_page_nothing_happens(w):
    claim = partly(w)
    with pytest.raises(actions.ClaimChanged):
        actions.undo(claim=claim, version=claim.version - 1, reason="x", by=w.admin, now=NOW)
