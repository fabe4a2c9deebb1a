"""Somebody leaves a company."""

from django.urls import reverse

from partners.models import Event, Membership
from partners.states import Role


def url(membership):
    return reverse("partners:end_membership", args=[membership.pk])


def test_member_leaves_and_is_signed_out(client, w):
    own = w.member.memberships.get()
    client.force_login(w.member)
    assert url(own) in client.get(reverse("partners:team")).content.decode()
    assert b"Leave Brightpath?" in client.get(url(own)).content
    response = client.post(url(own), follow=True)
    assert response.redirect_chain[-1][0] == reverse("account_login")
    assert b"You left Brightpath." in response.content
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    assert Event.objects.about(own).get().verb == "left"


def test_who_has_another_company_goes_on_there(client, w):
    Membership.objects.create(user=w.member, company=w.othertech, role=Role.MEMBER)
    client.force_login(w.member)
    response = client.post(url(w.member.memberships.get(company=w.brightpath)), follow=True)
    assert b"You left Brightpath." in response.content
    assert response.wsgi_request.membership.company_id == w.othertech.pk


def test_the_last_owner_cannot(client, w):
    own = w.owner.memberships.get()
    client.force_login(w.owner)
    response = client.post(url(own), follow=True)
    assert b"cannot leave. Give that role to another first." in response.content
    own.refresh_from_db()
    assert own.ended_at is None


def test_the_last_manager_and_the_last_admin_cannot(client, w):
    Membership.objects.filter(user=w.second_admin).update(ended_at=w.owner.created_at)
    for person in (w.manager, w.admin):
        client.force_login(person)
        client.post(url(person.memberships.get()))
        assert person.memberships.active().exists()


def test_an_owner_leaves_once_there_is_another(client, w):
    member = w.member.memberships.get()
    client.force_login(w.owner)
    client.post(reverse("partners:change_role", args=[member.pk]), {"role": "owner"})
    client.post(url(w.owner.memberships.get()))
    assert not w.owner.memberships.active().exists()


def test_repeated_click_of_who_is_out(client, w):
    """The second click comes from somebody who is signed out by then."""
    own = w.member.memberships.get()
    client.force_login(w.member)
    client.post(url(own))
    assert client.post(url(own))["Location"].startswith(reverse("account_login"))
