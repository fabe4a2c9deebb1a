"""Whoever looks after a company's people takes an invitation back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from partners import actions
from partners.models import Event
from partners.sign_in import verified_user
from tests.cast import NOW


def url(invitation):
    return reverse("partners:withdraw_invitation", args=[invitation.pk])


def test_owner_withdraws(client, w, invite):
    invitation, token = invite()
    client.force_login(w.owner)
    response = client.post(url(invitation), follow=True)
    assert b"is withdrawn" in response.content
    assert actions.find(token=token, now=timezone.now()) is None
    assert [e.verb for e in Event.objects.about(invitation)] == ["invited", "withdrew"]


def test_repeated_click(client, w, invite):
    invitation, _ = invite()
    client.force_login(w.owner)
    client.post(url(invitation))
    response = client.post(url(invitation), follow=True)
    assert b"This invitation is withdrawn already." in response.content
    assert Event.objects.about(invitation).count() == 2


def test_an_accepted_one_stays(client, w, invite):
    invitation, _ = invite()
    actions.accept(invitation=invitation, by=verified_user(invitation.email, "New", "x"), now=timezone.now())
    client.force_login(w.owner)
    response = client.post(url(invitation), follow=True)
    assert b"has accepted this invitation" in response.content
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 403), ("stranger", 404), ("manager", 404), ("finance", 404), ("admin", 302)],
)
def test_who_may(client, w, invite, who, status):
    invitation, _ = invite()
    client.force_login(getattr(w, who))
    assert client.post(url(invitation)).status_code == status
    invitation.refresh_from_db()
    assert bool(invitation.withdrawn_at) == (status == 302)


def test_the_action_asks_too(w, invite):
    invitation, _ = invite()
    with pytest.raises(PermissionDenied):
        actions.withdraw_invitation(invitation=invitation, by=w.member, now=NOW)


def test_a_look_changes_nothing(client, w, invite):
    invitation, _ = invite()
    client.force_login(w.owner)
    assert client.get(url(invitation)).status_code == 405
