"""A person of several companies changes the one worked in."""

import pytest
from django.urls import reverse

from partners import actions
from partners.models import Membership
from partners.sign_in import verified_user
from partners.states import Role
from tests.cast import NOW

URL = reverse("partners:switch")


@pytest.fixture
def second(w):
    return Membership.objects.create(user=w.member, company=w.othertech, role=Role.MEMBER)


def worked_in(client):
    return client.get(reverse("partners:team")).wsgi_request.membership


def test_switch(client, w, second):
    client.force_login(w.member)
    assert worked_in(client).company_id == w.brightpath.pk
    page = client.get(URL)
    assert b"You work here now" in page.content
    assert b"Othertech" in page.content
    response = client.post(URL, {"membership": second.pk})
    assert response["Location"] == reverse("dashboards:home")
    assert worked_in(client) == second
    client.post(URL, {"membership": second.pk})  # a repeated click
    assert worked_in(client) == second


def test_an_ended_membership_is_no_choice(client, w, second):
    client.force_login(w.member)
    client.post(URL, {"membership": second.pk})
    actions.end_membership(membership=second, by=w.stranger, now=NOW)
    assert worked_in(client).company_id == w.brightpath.pk
    assert client.post(URL, {"membership": second.pk}).status_code == 404


def test_somebody_elses_membership(client, w):
    client.force_login(w.member)
    assert client.post(URL, {"membership": w.owner.memberships.get().pk}).status_code == 404
    assert worked_in(client).user_id == w.member.pk


@pytest.mark.parametrize("wanted", ["", "0", "-1", "abc", str(10**30), "1\x00", "１"])
def test_bad_input(client, w, wanted):
    client.force_login(w.member)
    assert client.post(URL, {"membership": wanted}).status_code == 404


def test_who_belongs_to_none_is_told_what_to_do(client, db):
    client.force_login(verified_user("nobody@people.example", "Nobody", "x"))
    assert b"You belong to no company yet" in client.get(URL).content
