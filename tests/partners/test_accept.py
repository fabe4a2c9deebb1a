"""Somebody opens the link of an invitation and joins."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners import actions
from partners.actions import PeopleRefused
from partners.models import Event, Membership, User
from partners.sign_in import verified_user
from partners.states import Role
from tests.cast import world

CLOSED = b"This invitation is not open any more"
PASSWORD = "a long and quiet river"
SIGN_UP = {"name": "New  Person", "password1": PASSWORD, "password2": PASSWORD}


def url(token):
    return reverse("partners:accept", args=[token])


@pytest.fixture
def person(w):
    return verified_user("new@people.example", "New", PASSWORD)


# With an account


def test_signed_in_person_joins(client, w, invite, person):
    invitation, token = invite(role=Role.OWNER)
    client.force_login(person)
    page = client.get(url(token))
    assert b"Join Brightpath" in page.content
    assert b"as owner" in page.content
    assert not person.memberships.exists()
    response = client.post(url(token), follow=True)
    assert b"You are in Brightpath now" in response.content
    membership = person.memberships.get()
    assert (membership.company_id, membership.role) == (w.brightpath.pk, Role.OWNER)
    assert response.wsgi_request.membership == membership
    invitation.refresh_from_db()
    assert invitation.accepted_by == person
    assert Event.objects.about(membership).get().verb == "joined"


def test_joining_a_second_company_works_for_it_at_once(client, w, invite):
    EmailAddress.objects.create(user=w.stranger, email=w.stranger.email, verified=True, primary=True)
    _, token = invite(w.stranger.email)
    client.force_login(w.stranger)
    response = client.post(url(token), follow=True)
    assert response.wsgi_request.membership.company_id == w.brightpath.pk


def test_signed_out_person_with_an_account_is_sent_to_sign_in_and_back(client, invite, person):
    _, token = invite()
    page = client.get(url(token))
    assert f"/account/login/?next={url(token)}".replace("/", "%2F") in page.content.decode().replace("/", "%2F")
    response = client.post(url(token))
    assert response["Location"].startswith(reverse("account_login"))
    response = client.post(response["Location"], {"login": person.email, "password": PASSWORD})
    assert response["Location"] == url(token)
    assert b"Join Brightpath" in client.get(url(token)).content


def test_with_a_second_address_of_ones_own(client, w, invite, person):
    EmailAddress.objects.create(user=person, email="second@people.example", verified=True)
    _, token = invite("second@people.example")
    client.force_login(person)
    client.post(url(token))
    assert person.memberships.count() == 1


def test_an_address_that_is_not_shown_to_be_ones_own_is_not_enough(client, invite, person):
    EmailAddress.objects.create(user=person, email="boss@people.example", verified=False)
    invitation, token = invite("boss@people.example")
    client.force_login(person)
    assert client.post(url(token)).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.accept(invitation=invitation, by=person, now=timezone.now())
    assert not person.memberships.exists()


def test_somebody_else_may_not(client, w, invite):
    invitation, token = invite()
    client.force_login(w.stranger)
    page = client.get(url(token))
    assert b"you are signed in as stranger@people.example" in page.content
    assert client.post(url(token)).status_code == 403
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert w.stranger.memberships.count() == 1


def test_a_look_never_consumes(client, invite, person):
    """Mail servers open links to scan them."""
    invitation, token = invite()
    for browser in (client, Client()):
        for _ in range(3):
            assert browser.get(url(token)).status_code == 200
            assert browser.head(url(token)).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


# What is not open


def expire(invitation, w):
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    invitation.save()


def withdraw(invitation, w):
    actions.withdraw_invitation(invitation=invitation, by=w.owner, now=timezone.now())


def use(invitation, w):
    actions.accept(invitation=invitation, by=User.objects.get(email=invitation.email), now=timezone.now())


@pytest.mark.parametrize("close", [expire, withdraw, use])
@pytest.mark.parametrize("signed_in", [True, False])
def test_closed_invitations_all_look_the_same(client, w, invite, person, close, signed_in):
    invitation, token = invite()
    close(invitation, w)
    before = Membership.objects.count()
    if signed_in:
        client.force_login(person)
    unknown = client.get(url("no-such-token"))
    for answer in (client.get(url(token)), client.post(url(token))):
        assert answer.status_code == 404
        assert CLOSED in answer.content
    assert client.get(url(token)).content == unknown.content or signed_in
    assert Membership.objects.count() == before
    with pytest.raises(PeopleRefused):
        actions.accept(invitation=invitation, by=person, now=timezone.now())


@pytest.mark.parametrize("token", ["x", "0" * 5000, "%00", "%ff%fe", "é", "..", "' OR 1=1 --"])
def test_no_token_breaks_the_page(client, db, token):
    assert client.get(f"/invitation/{token}/").status_code == 404


def test_repeated_click(client, w, invite, person):
    _, token = invite()
    client.force_login(person)
    client.post(url(token))
    assert client.post(url(token)).status_code == 404
    assert person.memberships.count() == 1


def test_already_in_the_company(client, w, invite, person):
    """Two ways led in: the second says so and gives no second role."""
    _, token = invite()
    Membership.objects.create(user=person, company=w.brightpath, role=Role.OWNER)
    client.force_login(person)
    response = client.post(url(token), follow=True)
    assert b"You are in Brightpath already." in response.content
    assert person.memberships.count() == 1


# Without an account


def test_newcomer_signs_up_and_is_in(client, w, invite, mailoutbox):
    invitation, token = invite()
    assert b"Create your account" in client.get(url(token)).content
    response = client.post(url(token))
    assert response["Location"] == reverse("account_signup")
    page = client.get(reverse("account_signup"))
    assert b'value="new@people.example"' in page.content
    response = client.post(reverse("account_signup"), SIGN_UP, follow=True)
    assert b"You are in Brightpath now" in response.content
    user = User.objects.get(email="new@people.example")
    assert user.name == "New Person"
    assert user.memberships.get().company_id == w.brightpath.pk
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("new@people.example", True, True)
    assert len(mailoutbox) == 1  # the invitation, and no second mail
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    # The same sign-in works later.
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": "NEW@people.example", "password": PASSWORD})
    assert fresh.get("/").wsgi_request.user == user


def test_the_address_cannot_be_changed(client, invite):
    _, token = invite()
    client.post(url(token))
    client.post(reverse("account_signup"), {**SIGN_UP, "email": "evil@people.example"})
    assert not User.objects.filter(email="evil@people.example").exists()
    assert User.objects.filter(email="new@people.example").exists()


def test_nobody_signs_up_without_an_invitation(client, db):
    assert b"Windfall is by invitation" in client.get(reverse("account_signup")).content
    client.post(reverse("account_signup"), {**SIGN_UP, "email": "evil@people.example"})
    assert not User.objects.exists()


@pytest.mark.parametrize("close", [expire, withdraw])
def test_sign_up_is_shut_when_the_invitation_closes_meanwhile(client, w, invite, close):
    invitation, token = invite()
    client.post(url(token))
    close(invitation, w)
    response = client.post(reverse("account_signup"), SIGN_UP)
    assert b"Windfall is by invitation" in response.content
    assert not User.objects.filter(email="new@people.example").exists()


def test_sign_up_is_shut_once_somebody_has_the_address(client, invite):
    _, token = invite()
    client.post(url(token))
    verified_user("new@people.example", "New", PASSWORD)
    assert b"Windfall is by invitation" in client.get(reverse("account_signup")).content


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "   "}, "Enter your name"),
        ({"name": "x" * 101}, "at most 100"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": PASSWORD, "password2": "another"}, "same password"),
        ({"password1": ""}, "This field is required"),
    ],
)
def test_bad_sign_up(client, invite, change, words):
    _, token = invite()
    client.post(url(token))
    response = client.post(reverse("account_signup"), SIGN_UP | change)
    assert words in response.content.decode()
    assert not User.objects.filter(email="new@people.example").exists()


# Races


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_once_give_one_membership():
    w = world()
    invitation = actions.invite(
        company=w.brightpath, email="new@people.example", role=Role.MEMBER, by=w.owner, now=timezone.now()
    )
    person = verified_user("new@people.example", "New", PASSWORD)
    barrier, outcomes = threading.Barrier(8), []

    def click():
        barrier.wait()
        try:
            outcomes.append(actions.accept(invitation=invitation, by=person, now=timezone.now()))
        except PeopleRefused as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(outcomes) == 8
    assert [type(o) for o in outcomes].count(Membership) == 1
    assert person.memberships.count() == 1
