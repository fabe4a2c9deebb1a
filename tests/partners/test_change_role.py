"""Whoever looks after a company's people gives somebody another role."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from partners import actions
from partners.models import Event
from partners.states import Role
from tests.cast import NOW


def membership(user):
    return user.memberships.get()


def url(user):
    return reverse("partners:change_role", args=[membership(user).pk])


def test_owner_makes_a_member_an_owner_and_back(client, w):
    client.force_login(w.owner)
    response = client.post(url(w.member), {"role": "owner"}, follow=True)
    assert b"Member is owner of Brightpath now." in response.content
    client.post(url(w.member), {"role": "member"})
    assert membership(w.member).role == Role.MEMBER
    events = Event.objects.about(membership(w.member))
    assert [(e.from_state, e.to_state) for e in events] == [("member", "owner"), ("owner", "member")]


def test_the_last_owner_keeps_the_role(client, w):
    client.force_login(w.owner)
    response = client.post(url(w.owner), {"role": "member"}, follow=True)
    assert b"Owner is the last owner of Brightpath and keeps that role." in response.content
    assert membership(w.owner).role == Role.OWNER


@pytest.mark.parametrize("role", ["", "admin", "manager", "x" * 5000, "member\x00", "member"])
def test_bad_roles_and_the_one_that_is_held(client, w, role):
    client.force_login(w.owner)
    client.post(url(w.member), {"role": role})
    assert membership(w.member).role == Role.MEMBER
    assert not Event.objects.about(membership(w.member)).exists()


def test_an_ended_membership(client, w):
    actions.end_membership(membership=membership(w.member), by=w.owner, now=NOW)
    client.force_login(w.owner)
    response = client.post(url(w.member), {"role": "owner"}, follow=True)
    assert b"Member is not in Brightpath any more." in response.content


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("stranger", 404), ("manager", 404), ("finance", 404), ("admin", 302)]
)
def test_who_may(client, w, who, status):
    client.force_login(getattr(w, who))
    assert client.post(url(w.member), {"role": "owner"}).status_code == status
    assert membership(w.member).role == (Role.OWNER if status == 302 else Role.MEMBER)


def test_nobody_promotes_oneself(w):
    with pytest.raises(PermissionDenied):
        actions.change_role(membership=membership(w.member), role=Role.OWNER, by=w.member, now=NOW)
