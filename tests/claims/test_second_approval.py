"""Over what the terms let one person approve, a second admin approves too: by page, action and SQL. No money moves before."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import actions
from claims.actions.verdicts import Verdict
from partners.models import Event, Membership
from partners.states import Role
from tests.cast import NOW, balances, person, site


def at(name, claim):
    return reverse(f"claims:{name}", args=[claim.pk])


@pytest.fixture
def large(w):
    """Filed for $500.00 where one person approves up to $100.00."""
    return w.submitted(w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00))))


def first(w, claim, by=None, **more):
    return w.again(actions.approve(claim=claim, version=claim.version, by=by or w.admin, now=NOW, **more))


def test_two_people_approve_and_only_then_the_money_moves(w, client, large):
    client.force_login(w.admin)
    page = client.post(at("approve", large), {"version": large.version, "as_asked": "1"}, follow=True)
    assert "A colleague has to approve it too" in page.text
    claim = w.again(large)
    assert (claim.status, claim.approved, claim.decided_by, claim.reviewer) == (
        "second_approval",
        500_00,
        w.admin,
        None,
    )
    assert balances(claim.allocation)["claimed"] == 500_00
    assert "second_by" not in client.get(at("detail", claim)).text
    client.force_login(w.second_admin)
    assert "Approve $500.00 too?" in client.get(at("detail", claim)).text
    client.post(at("approve_too", claim), {"second-version": claim.version})
    claim = w.again(claim)
    assert (claim.status, claim.second_by) == ("approved", w.second_admin)
    assert balances(claim.allocation) == {"available": 4_500_00, "approved": 500_00}
    again = client.post(at("approve_too", claim), {"second-version": claim.version})
    assert again.status_code == 403
    assert Event.objects.about(claim).filter(verb="approved").count() == 1


def test_under_the_threshold_one_is_enough_and_counts_what_is_accepted(w, large):
    verdicts = {large.lines.get().pk: Verdict(100_00, "other", "A fifth of it.")}
    claim = first(w, large, verdicts=verdicts)
    assert (claim.status, claim.second_by) == ("partly_approved", None)


def test_a_part_is_approved_twice_and_the_rest_goes_back(w, large):
    verdicts = {large.lines.get().pk: Verdict(300_00, "other", "Not the food.")}
    claim = first(w, large, verdicts=verdicts)
    done = actions.approve_too(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
    assert (done.status, done.approved) == ("partly_approved", 300_00)
    assert balances(done.allocation) == {"available": 4_700_00, "approved": 300_00}
    assert done.lines.get().reason == "Not the food."


def test_the_second_sends_it_back_to_the_first_with_a_sentence(w, client, large):
    claim = first(w, large)
    client.force_login(w.second_admin)
    assert client.post(at("send_to_review", claim), {"refer-version": claim.version}).status_code == 400
    client.post(at("send_to_review", claim), {"refer-version": claim.version, "refer-reason": "Whose invoice is it?"})
    claim = w.again(claim)
    assert (claim.status, claim.reviewer, claim.decided_by, claim.approved) == ("in_review", w.admin, None, None)
    assert balances(claim.allocation)["claimed"] == 500_00
    client.force_login(w.admin)
    assert "Whose invoice is it?" in client.get(at("detail", claim)).text
    assert first(w, claim).status == "second_approval"


def test_the_first_one_has_no_second_button(w, client, large):
    claim = first(w, large)
    client.force_login(w.admin)
    assert "Approve $500.00 too?" not in client.get(at("detail", claim)).text
    data = {"second-version": claim.version, "refer-version": claim.version, "refer-reason": "x"}
    assert client.post(at("approve_too", claim), data).status_code == 403
    assert client.post(at("send_to_review", claim), data).status_code == 403
    with pytest.raises(actions.ClaimRefused, match="already"):
        actions.take(claim=claim, by=w.admin, now=NOW)


def test_the_partner_may_still_withdraw_it(w, large):
    claim = first(w, large)
    gone = w.again(actions.withdraw(claim=claim, by=w.owner, now=NOW))
    assert (gone.status, gone.approved, gone.decided_by) == ("withdrawn", None, None)
    assert balances(gone.allocation) == {"available": 5_000_00}


@pytest.mark.parametrize("who", ["owner", "member", "manager", "finance"])
def test_nobody_else_approves_a_second_time(w, client, large, who):
    claim = first(w, large)
    client.force_login(getattr(w, who))
    assert client.post(at("approve_too", claim), {"second-version": claim.version}).status_code == 403


def test_what_changed_meanwhile_is_not_approved_a_second_time(w, large):
    claim = first(w, large)
    with pytest.raises(actions.ClaimChanged):
        actions.approve_too(claim=claim, version=claim.version - 1, by=w.second_admin, now=NOW)


def test_a_claim_that_one_may_approve_has_no_second_approval(w):
    claim = w.submitted()
    for act, more in ((actions.approve_too, {}), (actions.send_to_review, {"reason": "x"})):
        with pytest.raises(actions.ClaimRefused):
            act(claim=claim, version=claim.version, by=w.second_admin, now=NOW, **more)


@pytest.fixture
def jacks(w):
    """Three people who each hold every role that a claim needs: only the four eyes keep them apart."""
    people = [person(f"jack{n}", w.brightpath, Role.MEMBER) for n in range(3)]
    for someone in people:
        for role in (Role.ADMIN, Role.FINANCE):
            Membership.objects.create(user=someone, company=site(), role=role)
    return people


@pytest.mark.parametrize(("files", "approves", "too"), list(product(range(3), repeat=3)))
def test_every_triple(w, jacks, files, approves, too):
    fund = w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00)))
    claim = w.submitted(fund, by=jacks[files])
    for someone in jacks:
        someone.memberships.filter(company__kind="partner").update(ended_at=NOW)
    if approves == files:
        with pytest.raises(PermissionDenied):
            first(w, claim, by=jacks[approves])
        return
    claim = first(w, claim, by=jacks[approves])
    if too in (files, approves):
        with pytest.raises(PermissionDenied):
            actions.approve_too(claim=claim, version=claim.version, by=jacks[too], now=NOW)
    else:
        actions.approve_too(claim=claim, version=claim.version, by=jacks[too], now=NOW)
    sql = (
        "UPDATE claims_claim SET status = 'approved', version = version + 1, second_by_id = %s WHERE id = %s "
        "AND status = 'second_approval'"
    )
    if too in (files, approves):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [jacks[too].pk, claim.pk])


def test_a_member_of_the_partner_is_no_second_approver(w, large):
    insider = person("insider", w.brightpath, Role.MEMBER)
    Membership.objects.create(user=insider, company=site(), role=Role.ADMIN)
    claim = first(w, large)
    with pytest.raises(PermissionDenied):
        actions.approve_too(claim=claim, version=claim.version, by=insider, now=NOW)
    sql = "UPDATE claims_claim SET status = 'approved', version = version + 1, second_by_id = %s WHERE id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [insider.pk, claim.pk])
