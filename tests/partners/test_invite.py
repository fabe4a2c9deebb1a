"""An owner, a channel manager or an admin invites somebody."""

import hashlib
from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core.exceptions import PermissionDenied
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from partners import actions
from partners.actions import PeopleRefused, invitations
from partners.models import Event, Invitation
from partners.sign_in import verified_user
from partners.states import Role
from tests.cast import NOW
from tests.partners.letters import token_in

URL = reverse("partners:invite")
ANNA = {"email": "Anna@People.Example", "role": "member"}


@pytest.fixture
def owner(client, w):
    client.force_login(w.owner)
    return client


def test_owner_invites(owner, w, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = owner.post(URL, ANNA, follow=True)
    assert b"anna@people.example is invited" in response.content
    invitation = Invitation.objects.get()
    assert (invitation.company_id, invitation.email) == (w.brightpath.pk, "anna@people.example")
    assert (invitation.role, invitation.invited_by) == (Role.MEMBER, w.owner)
    assert timedelta(days=13) < invitation.expires_at - timezone.now() < timedelta(days=15)
    assert Event.objects.about(invitation).get().verb == "invited"
    (message,) = mailoutbox
    assert message.to == ["anna@people.example"]
    assert message.subject == "Owner invites you to Brightpath on Windfall"
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert token_in(message) in html


def test_only_the_hash_of_the_token_is_kept(invite, mailoutbox):
    invitation, token = invite()
    assert len(token) >= 43
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in str(row)
    assert token not in str(Event.objects.values())


def test_the_invitation_is_mailed_only_once_it_stands(owner, w, mailoutbox):
    """The mail waits for the commit: one that is rolled back is never mailed."""
    owner.post(URL, ANNA)
    assert Invitation.objects.count() == 1
    assert mailoutbox == []


def test_again_replaces_the_open_one(invite, w):
    first, old_token = invite("anna@people.example")
    second, new_token = invite("anna@people.example", role=Role.OWNER)
    first.refresh_from_db()
    assert first.withdrawn_at
    assert actions.find(token=old_token, now=timezone.now()) is None
    assert actions.find(token=new_token, now=timezone.now()) == second


def test_an_expired_one_is_replaced_too(invite):
    invite("anna@people.example", now=NOW - timedelta(days=60))
    second, _ = invite("anna@people.example")
    assert list(Invitation.objects.unanswered()) == [second]


def test_a_member_is_not_invited(owner, w):
    response = owner.post(URL, {"email": w.member.email.upper(), "role": "owner"})
    assert response.status_code == 409
    assert "Member is in Brightpath already, as member." in response.content.decode()
    assert w.member.email.upper().encode() in response.content  # what was typed stays
    assert not Invitation.objects.exists()


def test_a_member_is_known_by_a_second_address(owner, w):
    w.member.emailaddress_set.create(email="other@people.example", verified=True)
    assert owner.post(URL, {"email": "other@people.example", "role": "member"}).status_code == 409


def test_a_former_member_may_be_invited_again(owner, w, invite):
    actions.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
    invite(w.member.email)
    assert Invitation.objects.count() == 1


def test_too_many_open_invitations(owner, w, monkeypatch):
    monkeypatch.setattr(invitations, "OPEN_INVITATIONS", 2)
    for number in range(2):
        assert owner.post(URL, {"email": f"p{number}@people.example", "role": "member"}).status_code == 302
    response = owner.post(URL, ANNA)
    assert response.status_code == 409
    assert b"2 invitations of Brightpath wait" in response.content
    # One that is replaced makes room for itself.
    assert owner.post(URL, {"email": "p1@people.example", "role": "member"}).status_code == 302


def test_repeated_click_leaves_one(owner):
    for _ in range(3):
        owner.post(URL, ANNA)
    assert Invitation.objects.unanswered().count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Enter the address to send the invitation to."),
        ({"email": "", "role": "member"}, "Enter the address to send the invitation to."),
        ({"email": "no address", "role": "member"}, "Enter an address as in"),
        ({"email": "a" * 250 + "@people.example", "role": "member"}, "at most 254"),
        ({"email": "a@people.example\r\nBcc: b@people.example", "role": "member"}, "Enter an address as in"),
        ({"email": "a\x00@people.example", "role": "member"}, "Null characters"),
        ({"email": "a@people.example"}, "Choose what the person will be."),
        ({"email": "a@people.example", "role": "admin"}, "Select a valid choice"),
        ({"email": "a@people.example", "role": "x" * 5000}, "Select a valid choice"),
    ],
)
def test_bad_input(owner, data, words):
    response = owner.post(URL, data)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Invitation.objects.exists()


def test_member_may_not(client, w):
    client.force_login(w.member)
    assert client.post(URL, ANNA).status_code == 403
    assert b"Send the invitation" not in client.get(reverse("partners:team")).content


def test_a_person_without_a_company_has_no_team(client, db):
    client.force_login(verified_user("nobody@people.example", "Nobody", "x"))
    assert client.post(URL, ANNA).status_code == 404
    assert client.get(reverse("partners:team")).status_code == 404


def test_admin_invites_into_any_company(client, w):
    client.force_login(w.admin)
    response = client.post(reverse("partners:invite_to", args=[w.skylark.pk]), {**ANNA, "role": "manager"})
    assert response["Location"] == reverse("partners:company", args=[w.skylark.pk])
    assert Invitation.objects.get().company_id == w.skylark.pk


@pytest.mark.parametrize("who", ["owner", "manager", "finance", "stranger"])
def test_others_not_into_another_company(client, w, who):
    client.force_login(getattr(w, who))
    response = client.post(reverse("partners:invite_to", args=[w.skylark.pk]), {**ANNA, "role": "manager"})
    assert response.status_code == 404


def test_the_action_refuses_who_may_not_and_a_role_of_another_kind(w):
    with pytest.raises(PermissionDenied):
        actions.invite(company=w.brightpath, email="a@b.example", role=Role.MEMBER, by=w.member, now=NOW)
    with pytest.raises(PeopleRefused):
        actions.invite(company=w.brightpath, email="a@b.example", role=Role.ADMIN, by=w.owner, now=NOW)


def test_the_database_refuses_a_role_of_another_kind_and_a_second_open_one(w, invite):
    invitation, _ = invite()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(role=Role.ADMIN)
    invitation.pk, invitation.token_hash = None, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation.save(force_insert=True)


def test_a_mail_server_that_is_down(owner, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(self, messages):
        raise SMTPException("down")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    invitation = None
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(URL, ANNA)
    invitation = Invitation.objects.get()
    assert invitation.withdrawn_at is None


def test_names_cannot_break_the_mail(invite, w, mailoutbox):
    w.brightpath.name = "Bright\r\nBcc: evil@people.example"
    w.brightpath.save()
    invite()
    assert "\n" not in mailoutbox[-1].subject
    assert mailoutbox[-1].recipients() == ["new@people.example"]
