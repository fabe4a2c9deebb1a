"""An admin adds a partner or a vendor, and sees them all."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners import actions
from partners.actions import PeopleRefused
from partners.models import Company, Event, Invitation
from partners.states import Kind, Role
from tests.cast import NOW

NEW = reverse("partners:create_company")
LIST = reverse("partners:companies")
ACME = {
    "kind": "partner",
    "name": "Acme  Systems",
    "country": "DE",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "email": "Boss@Acme.example",
}


@pytest.fixture
def admin(client, w):
    client.force_login(w.admin)
    return client


def test_admin_adds_a_partner(admin, w, mailoutbox, django_capture_on_commit_callbacks):
    assert admin.get(NEW).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(NEW, ACME, follow=True)
    assert b"Acme Systems is made." in response.content
    company = Company.objects.get(name="Acme Systems")
    assert (company.kind, company.slug, company.country, company.currency) == (
        "partner",
        "acme-systems",
        "DE",
        "EUR",
    )
    assert company.time_zone == "Europe/Berlin"
    invitation = Invitation.objects.get(company=company)
    assert (invitation.email, invitation.role) == ("boss@acme.example", Role.OWNER)
    assert mailoutbox[-1].to == ["boss@acme.example"]
    assert Event.objects.about(company).get().verb == "created"


def test_a_vendor_starts_with_its_channel_manager(admin):
    admin.post(NEW, ACME | {"kind": "vendor"})
    assert Invitation.objects.get().role == Role.MANAGER


def test_repeated_click_makes_one(admin):
    admin.post(NEW, ACME)
    response = admin.post(NEW, ACME)
    assert response.status_code == 409
    assert b"There is a partner called Acme Systems already." in response.content
    assert b"Boss@Acme.example" in response.content
    assert Company.objects.filter(name__iexact="acme systems").count() == 1
    assert Invitation.objects.count() == 1


def test_names_that_give_the_same_address(admin):
    for name in ("A & B", "A / B", "日本", "中国"):
        admin.post(NEW, ACME | {"name": name})
    slugs = (
        Company.objects.filter(currency="EUR", country="DE").exclude(slug="othertech").values_list("slug", flat=True)
    )
    assert set(slugs) == {"a-b", "a-b-2", "company", "company-2"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter the company"),
        ({"name": " \r\n "}, "Enter the company"),
        ({"name": "x" * 121}, "at most 120"),
        ({"kind": ""}, "Choose partner or vendor."),
        ({"kind": "site"}, "Select a valid choice"),
        ({"country": ""}, "Choose the company"),
        ({"country": "Germany"}, "Select a valid choice"),
        ({"currency": "XXX"}, "Select a valid choice"),
        ({"currency": "E" * 5000}, "Select a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"time_zone": "../../etc/passwd"}, "Select a valid choice"),
        ({"email": ""}, "Enter the address"),
        ({"email": "boss"}, "Enter an address as in"),
    ],
)
def test_bad_input(admin, change, words):
    before = Company.objects.count()
    data = ACME | change
    response = admin.post(NEW, data)
    assert response.status_code == 400
    page = response.content.decode()
    assert words in page
    assert "Boss@Acme.example" in page or "email" in change
    assert Company.objects.count() == before


def test_nothing_at_all(admin):
    assert admin.post(NEW, {}).status_code == 400


@pytest.mark.parametrize("who", ["owner", "member", "manager", "finance"])
def test_others_may_not(client, w, who):
    client.force_login(getattr(w, who))
    for url in (NEW, LIST):
        assert client.get(url).status_code == 403
    assert client.post(NEW, ACME).status_code == 403
    assert not Company.objects.filter(name__startswith="Acme").exists()


def test_the_action_asks_too(w):
    company = Company(kind=Kind.PARTNER, name="Acme")
    with pytest.raises(PermissionDenied):
        actions.create_company(company=company, email="a@b.example", by=w.owner, now=NOW)
    company.kind = Kind.SITE
    with pytest.raises(PeopleRefused):
        actions.create_company(company=company, email="a@b.example", by=w.admin, now=NOW)


# The list


def names(response) -> list[str]:
    return [company.name for company in response.context["page_obj"]]


def test_list_filters_and_sorts(admin, w):
    assert names(admin.get(LIST)) == ["Brightpath", "Northgate Cloud", "Othertech", "Skylark Compute", "Windfall"]
    assert names(admin.get(LIST, {"kind": "vendor", "sort": "-name"})) == ["Skylark Compute", "Northgate Cloud"]
    assert names(admin.get(LIST, {"q": "BRIGHT"})) == ["Brightpath"]
    assert names(admin.get(LIST, {"sort": "-people"}))[0] == "Windfall"
    assert b"No company fits" in admin.get(LIST, {"q": "nothing of the kind"}).content


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"sort": "--name"},
        {"kind": "x"},
        {"page": "x"},
        {"page": str(10**30)},
        {"q": "a\x00b"},
        {"q": "%_'\""},
        {"format": "exe"},
    ],
)
def test_odd_addresses_of_the_list(admin, query):
    assert admin.get(LIST, query).status_code == 200


def test_the_list_as_csv_follows_the_filter(admin):
    response = admin.get(LIST, {"format": "csv", "kind": "vendor"})
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Name"], row["People"]) for row in rows] == [("Northgate Cloud", "1"), ("Skylark Compute", "1")]


def test_pages_of_25(admin):
    Company.objects.bulk_create(Company(kind="partner", name=f"P{n:02}", slug=f"p{n}") for n in range(30))
    assert len(names(admin.get(LIST))) == 25
    assert len(names(admin.get(LIST, {"page": 2}))) == 10


def test_queries_do_not_grow(admin):
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST, {"kind": "partner", "q": "Brightpath"})
    Company.objects.bulk_create(Company(kind="partner", name=f"Brightpath {n}", slug=f"p{n}") for n in range(3))
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST, {"kind": "partner", "q": "Brightpath"})
    assert len(many) == len(few)
