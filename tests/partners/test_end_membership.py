"""Whoever looks after a company's people lets somebody go."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from partners import actions
from partners.actions import PeopleRefused
from partners.models import Event, Membership
from partners.states import Role
from tests.cast import NOW, world


def membership(user):
    return user.memberships.get()


def url(user):
    return reverse("partners:end_membership", args=[membership(user).pk])


def second_owner(w):
    return Membership.objects.create(user=w.stranger, company=w.brightpath, role=Role.OWNER)


def test_owner_ends_it_after_being_asked(client, w):
    client.force_login(w.owner)
    page = client.get(url(w.member))
    assert b"End the membership of Member?" in page.content
    assert membership(w.member).ended_at is None
    response = client.post(url(w.member), follow=True)
    assert b"Member is not in Brightpath any more." in response.content
    ended = membership(w.member)
    assert ended.ended_at
    event = Event.objects.about(ended).get()
    assert (event.verb, event.actor) == ("ended", w.owner)


def test_access_ends_with_the_next_click(client, w):
    """The person is signed in, in two browsers, and is in no other company: both are signed out."""
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(w.member)
        assert browser.get(reverse("partners:team")).status_code == 200
    actions.end_membership(membership=membership(w.member), by=w.owner, now=NOW)
    for browser in browsers:
        response = browser.get(reverse("partners:team"))
        assert response["Location"].startswith(reverse("account_login"))
    # A later sign-in works, and leads nowhere.
    w.member.refresh_from_db()
    client.force_login(w.member)
    assert client.get("/").status_code == 200
    assert client.get(reverse("partners:team")).status_code == 404


def test_who_has_another_company_stays_signed_in(client, w):
    Membership.objects.create(user=w.member, company=w.othertech, role=Role.MEMBER)
    client.force_login(w.member)
    ending = w.member.memberships.get(company=w.brightpath)
    actions.end_membership(membership=ending, by=w.owner, now=NOW)
    response = client.get(reverse("partners:team"))
    assert response.wsgi_request.membership.company_id == w.othertech.pk
    assert b"Brightpath" not in response.content


def test_repeated_click(client, w):
    client.force_login(w.owner)
    address = url(w.member)
    client.post(address)
    for response in (client.post(address, follow=True), client.get(address, follow=True)):
        assert b"Member is not in Brightpath any more." in response.content
    assert Event.objects.about(membership(w.member)).count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("stranger", 404), ("manager", 404), ("finance", 404), ("admin", 302)]
)
def test_who_may(client, w, who, status):
    second_owner(w)
    client.force_login(getattr(w, "other_manager" if who == "stranger" else who))
    assert client.get(url(w.owner)).status_code == (200 if status == 302 else status)
    assert client.post(url(w.owner)).status_code == status
    assert bool(membership(w.owner).ended_at) == (status == 302)


def test_the_last_owner_stays(client, w):
    client.force_login(w.admin)
    response = client.post(url(w.owner), follow=True)
    assert b"Owner is the last owner of Brightpath and cannot leave." in response.content
    assert membership(w.owner).ended_at is None


def test_the_page_offers_no_button_for_the_last_one(client, w):
    client.force_login(w.owner)
    page = client.get(reverse("partners:team")).content.decode()
    assert url(w.owner) not in page
    assert "The last owner stays" in page
    assert url(w.member) in page


def test_the_action_asks_too(w):
    with pytest.raises(PermissionDenied):
        actions.end_membership(membership=membership(w.owner), by=w.member, now=NOW)


# The database


ATTACKS = {
    "the last one ended": "UPDATE partners_membership SET ended_at = now() WHERE id = %s",
    "the last one made a member": "UPDATE partners_membership SET role = 'member' WHERE id = %s",
    "deleted": "DELETE FROM partners_membership WHERE id = %s",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_is_refused(w, attack):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack], [membership(w.owner).pk])
    assert (membership(w.owner).ended_at, membership(w.owner).role) == (None, Role.OWNER)


def test_one_statement_cannot_end_both_last_owners(w):
    second_owner(w)
    owners = w.brightpath.memberships.filter(role=Role.OWNER)
    with pytest.raises(DatabaseError, match="keeps one"), transaction.atomic():
        owners.update(ended_at=NOW)
    with pytest.raises(DatabaseError, match="keeps one"), transaction.atomic():
        owners.update(role=Role.MEMBER)


@pytest.mark.parametrize("who", ["manager", "owner"])
def test_every_kind_of_company_keeps_one(w, who):
    with pytest.raises(DatabaseError, match="keeps one"), transaction.atomic():
        getattr(w, who).memberships.update(ended_at=NOW)


def test_an_ended_membership_stays_ended(w):
    actions.end_membership(membership=membership(w.member), by=w.owner, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        w.member.memberships.update(ended_at=None)


def both_leave(w, end) -> list:
    """Both last owners leave at the same moment, over two connections."""
    owners = [membership(w.owner), second_owner(w)]
    barrier, outcomes = threading.Barrier(2), []

    def leave(own):
        try:
            barrier.wait()
            end(own, barrier)
            outcomes.append("left")
        except (DatabaseError, PeopleRefused) as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[own]) for own in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_last_owners_leave_at_once():
    w = world()
    outcomes = both_leave(w, lambda own, _: actions.end_membership(membership=own, by=own.user, now=NOW))
    assert outcomes.count("left") == 1
    assert w.brightpath.memberships.active().filter(role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_last_owners_leave_at_once_past_the_actions():
    """Both transactions have seen two owners before either ends one: only the trigger's lock holds the second."""

    def end(own, barrier):
        with transaction.atomic():
            assert Membership.objects.active().filter(company=own.company_id, role=Role.OWNER).count() == 2
            barrier.wait()
            Membership.objects.filter(pk=own.pk).update(ended_at=NOW)

    w = world()
    outcomes = both_leave(w, end)
    assert outcomes.count("left") == 1
    assert any("keeps one" in outcome for outcome in outcomes)
    assert w.brightpath.memberships.active().filter(role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_lock_the_trigger_would_let_both_go():
    """The race is real: with the lock taken out of the trigger, a company may lose both."""
    lock = "PERFORM FROM partners_company"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'pgtrigger_keeps_a_keeper%'")
        (original,) = cursor.fetchone()
        assert lock in original
        line = next(line for line in original.splitlines() if lock in line)
        cursor.execute(original.replace(line, ""))

    def end(own, barrier):
        with transaction.atomic():
            Membership.objects.filter(pk=own.pk).update(ended_at=NOW)
            barrier.wait()

    try:
        outcomes = both_leave(world(), end)
        assert outcomes == ["left", "left"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(original)
