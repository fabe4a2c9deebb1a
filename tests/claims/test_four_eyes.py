"""Who files, decides and pays are three people, and the latter two no members of the partner: by page, action and SQL."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import actions
from partners.models import Membership
from partners.states import Role
from tests.cast import NOW, TODAY, person, site

APPROVE = (
    "UPDATE claims_claim SET status = 'in_review', version = version + 1 WHERE id = {0}; "
    "UPDATE claims_claim SET status = 'approved', version = version + 1, approved = asked, decided_at = now(), "
)


@pytest.fixture
def everybody(w):
    """Three people who each hold every role that a claim needs: only the four eyes keep them apart."""
    people = [person(f"jack{n}", w.brightpath, Role.MEMBER) for n in range(3)]
    for someone in people:
        for role in (Role.ADMIN, Role.FINANCE):
            Membership.objects.create(user=someone, company=site(), role=role)
    return people


def leave_brightpath(someone):
    someone.memberships.filter(company__kind="partner").update(ended_at=NOW)


@pytest.mark.parametrize(("files", "decides", "pays"), list(product(range(3), repeat=3)))
def test_every_triple(w, everybody, files, decides, pays):
    filer, decider, payer = (everybody[n] for n in (files, decides, pays))
    claim = w.submitted(by=filer)
    for someone in everybody:
        leave_brightpath(someone)
    if decider == filer:
        with pytest.raises(PermissionDenied):
            actions.approve(claim=claim, version=claim.version, by=decider, now=NOW)
        return
    claim = actions.approve(claim=claim, version=claim.version, by=decider, now=NOW)
    if payer in (filer, decider):
        with pytest.raises(PermissionDenied):
            actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="x", by=payer, now=NOW)
        return
    assert actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="x", by=payer, now=NOW)


def working_as(client, someone, role: Role):
    client.force_login(someone)
    session = client.session
    session["membership"] = someone.memberships.get(role=role, ended_at=None).pk
    session.save()
    return client


def by_sql(sql: str, *values) -> str:
    """The name of the rule that refuses it, or "" where it is done; undone in either case."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return error.__cause__.diag.constraint_name or str(error)
    return ""


@pytest.mark.usefixtures("_at_now")
@pytest.mark.parametrize(("files", "decides", "pays"), list(product(range(3), repeat=3)))
def test_every_triple_by_page_and_by_sql(w, client, everybody, files, decides, pays):
    filer, decider, payer = (everybody[n] for n in (files, decides, pays))
    claim = w.submitted(by=filer)
    for someone in everybody:
        leave_brightpath(someone)
    decided = "UPDATE claims_claim SET decided_by_id = %s WHERE id = %s"
    assert by_sql(decided, decider.pk, claim.pk) == ("four_eyes_filed_decided" if decider == filer else "")
    sent = {"version": claim.version, "as_asked": "1"}
    page = working_as(client, decider, Role.ADMIN).post(reverse("claims:approve", args=[claim.pk]), sent)
    assert page.status_code == (403 if decider == filer else 302)
    if decider == filer:
        assert w.again(claim).status == "submitted"
        return
    claim = w.again(claim)
    refusals = {filer.pk: "four_eyes_filed_paid", decider.pk: "four_eyes_decided_paid"}
    paid = "UPDATE claims_claim SET paid_by_id = %s WHERE id = %s"
    assert by_sql(paid, payer.pk, claim.pk) == refusals.get(payer.pk, "")
    sent = {"version": claim.version, "paid_on": TODAY.isoformat(), "reference": "x"}
    page = working_as(client, payer, Role.FINANCE).post(reverse("claims:pay", args=[claim.pk]), sent)
    is_third = payer not in (filer, decider)
    assert (page.status_code, w.again(claim).status) == ((302, "paid") if is_third else (403, "approved"))


def test_a_member_of_the_partner_decides_and_pays_nothing_of_it(w, everybody):
    insider = everybody[0]
    claim = w.submitted()
    for act in (actions.take, actions.ask, actions.approve, actions.reject):
        more = {
            actions.take: {},
            actions.ask: {"version": claim.version, "question": "?"},
            actions.approve: {"version": claim.version},
            actions.reject: {"version": claim.version, "code": "other", "reason": "No."},
        }[act]
        with pytest.raises(PermissionDenied):
            act(claim=claim, by=insider, now=NOW, **more)
    claim = w.approved()
    with pytest.raises(PermissionDenied):
        actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="x", by=insider, now=NOW)


def test_the_page_says_why_there_is_no_button(w, client, everybody):
    claim = w.submitted(by=everybody[0])
    client.force_login(everybody[0])
    session = client.session
    session["membership"] = everybody[0].memberships.get(role=Role.ADMIN).pk
    session.save()
    url = reverse("claims:detail", args=[claim.pk])
    assert "You filed this claim, so somebody else decides and pays it." in client.get(url).text
    client.force_login(everybody[1])
    session = client.session
    session["membership"] = everybody[1].memberships.get(role=Role.ADMIN).pk
    session.save()
    page = client.get(url).text
    assert "You work for Brightpath" in page
    assert "Approve what is filled in" not in page
    assert client.post(reverse("claims:approve", args=[claim.pk]), {"version": claim.version}).status_code == 403


def test_who_approved_does_not_pay(w, client):
    Membership.objects.create(user=w.admin, company=site(), role=Role.FINANCE)
    claim = w.approved()
    client.force_login(w.admin)
    url = reverse("claims:detail", args=[claim.pk])
    assert "You approved this claim, so somebody else pays it." in client.get(url).text
    data = {"version": claim.version, "paid_on": TODAY.isoformat(), "reference": "x"}
    assert client.post(reverse("claims:pay", args=[claim.pk]), data).status_code == 403


@pytest.mark.parametrize(
    "sql",
    [
        APPROVE + "decided_by_id = {filer} WHERE id = {0}",
        APPROVE + "decided_by_id = {colleague} WHERE id = {0}",
        "UPDATE claims_claim SET paid_by_id = {colleague} WHERE id = {0}",
        "UPDATE claims_claim SET paid_by_id = {filer} WHERE id = {0}",
    ],
)
def test_sql_is_refused_too(w, sql):
    claim = w.submitted()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(claim.pk, filer=w.owner.pk, colleague=w.member.pk))
    assert w.again(claim).status == "submitted"
