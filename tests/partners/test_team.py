"""Who is in the company: the list, its filters and its export."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Membership
from partners.sign_in import verified_user
from partners.states import Role
from tests.cast import NOW

TEAM = reverse("partners:team")


def names(response) -> list[str]:
    return [member.user.name for member in response.context["page_obj"]]


def add(w, *people):
    for name in people:
        user = verified_user(f"{name}@people.example", name, None)
        Membership.objects.create(user=user, company=w.brightpath, role=Role.MEMBER)


def test_everybody_sees_the_team_and_what_waits(client, w, invite):
    invite("anna@people.example")
    for person in (w.owner, w.member):
        client.force_login(person)
        page = client.get(TEAM)
        assert names(page) == ["Member", "Owner"]
        assert b"anna@people.example" in page.content
        assert (b"Withdraw" in page.content) == (person == w.owner)
        assert b"Stranger" not in page.content


def test_who_left_is_gone_from_it(client, w):
    Membership.objects.filter(user=w.member).update(ended_at=NOW)
    client.force_login(w.owner)
    assert names(client.get(TEAM)) == ["Owner"]


def test_filter_sort_and_export(client, w):
    add(w, "zoe", "anna")
    client.force_login(w.owner)
    assert names(client.get(TEAM, {"role": "owner"})) == ["Owner"]
    assert names(client.get(TEAM, {"q": "ZO"})) == ["zoe"]
    assert names(client.get(TEAM, {"sort": "-name"}))[0] == "zoe"
    assert b"Nobody fits" in client.get(TEAM, {"q": "nobody of that name"}).content
    text = b"".join(client.get(TEAM, {"format": "csv", "q": "anna"}).streaming_content).decode()
    assert text.splitlines()[1].startswith("anna,anna@people.example,Member,")
    assert b"".join(client.get(TEAM, {"format": "xlsx"}).streaming_content).startswith(b"PK")


@pytest.mark.parametrize("query", [{"sort": "user__password"}, {"role": "admin"}, {"page": "-1"}, {"q": "\x00"}])
def test_odd_addresses_of_the_list(client, w, query):
    client.force_login(w.owner)
    assert client.get(TEAM, query).status_code == 200


def test_queries_do_not_grow(client, w, invite):
    client.force_login(w.owner)
    invite("a@people.example")
    with CaptureQueriesContext(connection) as few:
        client.get(TEAM)
    add(w, "one", "two", "three")
    invite("b@people.example")
    invite("c@people.example")
    with CaptureQueriesContext(connection) as many:
        client.get(TEAM)
    assert len(many) == len(few)


def test_an_admin_sees_every_company_and_others_only_theirs(client, w):
    address = reverse("partners:company", args=[w.brightpath.pk])
    for person, status in ((w.admin, 200), (w.owner, 200), (w.member, 200), (w.finance, 404), (w.stranger, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status


def test_a_vendor_and_windfall_have_teams_too(client, w):
    for person, others in ((w.manager, ["Manager"]), (w.finance, ["Admin", "Adminette", "Finance"])):
        client.force_login(person)
        assert names(client.get(TEAM)) == others
