"""A manager reads which resources partners use, beside the money that they use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards import managers
from funds.lapse import lapse
from partners.models import Membership, Partner, User
from partners.states import Role
from programs.days import Clock
from programs.resources.actions import retire, use
from programs.resources.states import Act
from tests.cast import NOW, TODAY
from tests.dashboards.reading import as_manager, opened, queries, rows_of
from tests.pages import table

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE, BY_PARTNER = "dashboards:resources", "dashboards:use_by_partner"
LINK = "https://learn.example.com/course"


@pytest.fixture(autouse=True)
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def partner_with_owner(name: str) -> tuple[Partner, User]:
    partner = Partner.objects.create(name=name, slug=name.lower())
    owner = User.objects.create(email=f"owner@{name.lower()}.example", name=f"Owner of {name}")
    Membership.objects.create(user=owner, company=partner, role=Role.OWNER)
    return partner, owner


def did(resource, partner, by, *acts: Act, ago: int = 0, activity: str = "") -> None:
    for act in acts:
        what = activity if act == Act.USED else ""
        use(resource=resource, partner=partner, act=act, by=by, now=NOW - timedelta(days=ago), activity=what)


def groups(response) -> dict[str, tuple]:
    return {
        row["group"].value: (row["partners"], row["granted"], row["used"], row["gone"])
        for row in response.context["groups"]
    }


def by_title(response) -> dict[str, dict]:
    return {row["title"]: row for row in response.context["page_obj"]}


@pytest.fixture
def shared(w):
    """Brightpath used two resources and half of its money, Othertech only opened one; Cobalt did nothing and lost a part."""
    budget = w.budget()
    kit, course = w.resource(title="Kit"), w.resource(title="Course", link=LINK, kind="training")
    w.approved(w.fund(2_000_00, budget=budget), costs=(2_000_00,))
    w.fund(400_00, budget=budget, partner=w.othertech)
    cobalt, _ = partner_with_owner("Cobalt")
    w.fund(300_00, budget=budget, partner=cobalt)
    ending = w.fund(100_00, budget=budget, partner=cobalt, expires_on=TODAY, claim_by=TODAY)
    lapse(clock=Clock(NOW, on=ending.claim_by + timedelta(days=1)))
    did(kit, w.brightpath, w.owner, Act.DOWNLOADED, ago=100)
    did(kit, w.brightpath, w.owner, Act.USED, ago=90, activity="seminar")
    did(kit, w.brightpath, w.owner, Act.USED, ago=80, activity="email")
    did(course, w.brightpath, w.member, Act.OPENED, Act.USED, ago=2)
    did(course, w.othertech, w.stranger, Act.OPENED, ago=1)
    return {"kit": kit, "course": course, "budget": budget, "cobalt": cobalt}


def test_partners_stand_by_how_far_they_went(w, shared):
    response = opened(as_manager(w), PAGE)
    assert groups(response) == {
        "none": (1, 400_00, 0, 100_00),
        "taken": (1, 400_00, 0, 0),
        "one": (0, 0, 0, 0),
        "more": (1, 2_000_00, 1_000_00, 0),
    }
    shares = {row["group"]: (row["used_share"], row["gone_share"]) for row in response.context["groups"]}
    assert shares["more"] == (50, 0)
    assert shares["none"] == (0, 25)
    assert shares["one"] == (None, None)
    assert response.context["chart"]["labels"] == ["Opened none", "Opened, used none", "Used two or more"]
    assert {s["label"]: s["values"] for s in response.context["chart"]["series"]} == {
        "Used": [0, 0, 50],
        "Unused": [75, 100, 50],
        "Lapsed": [25, 0, 0],
    }
    assert "It shows what goes together, not what causes what." in response.text


def test_a_resource_with_how_often_by_whom_and_beside_what_money(w, shared):
    found = by_title(opened(as_manager(w), PAGE))
    names = ("opened", "downloaded", "used", "partners", "users")
    assert [found["Kit"][name] for name in names] == [0, 1, 2, 1, 1]
    assert [found["Course"][name] for name in names] == [2, 0, 1, 2, 1]
    # Half of Brightpath's; nothing of Othertech's and Cobalt's.
    assert (found["Kit"]["share"], found["Kit"]["others"]) == (50, 0)
    # Brightpath's and Othertech's together: 1,000 of 2,400.
    assert (round(found["Course"]["share"], 2), found["Course"]["others"]) == (41.67, 0)


def test_used_one_is_one_resource_however_often(w, shared):
    did(shared["kit"], w.othertech, w.stranger, Act.USED, activity="seminar")
    did(shared["kit"], w.othertech, w.stranger, Act.USED, activity="email")
    assert groups(opened(as_manager(w), PAGE))["one"] == (1, 400_00, 0, 0)


def test_since_when(w, shared):
    ended = w.fund(500_00, budget=shared["budget"], partner=shared["cobalt"], expires_on=TODAY, claim_by=TODAY)
    client = as_manager(w)
    response = opened(client, PAGE, months="3")  # since 1 September: the kit's last use was on the 4th
    assert by_title(response)["Kit"]["used"] == 1
    assert by_title(response)["Kit"]["downloaded"] == 0
    assert groups(response)["more"][0] == 1
    assert "Done since 1 Sep 2026" in response.text
    # Since more than a year nothing of it is left out.
    assert by_title(opened(client, PAGE, months="12"))["Kit"]["used"] == 2
    assert groups(opened(client, PAGE, months="12")) == groups(opened(client, PAGE))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE funds_allocation SET expires_on = '2026-08-30', claim_by = '2026-08-31' WHERE id = %s", [ended.pk]
        )
        cursor.execute("SET session_replication_role = origin")
    assert groups(opened(client, PAGE, months="3"))["none"][1] == 400_00  # could be claimed until August only
    assert groups(opened(client, PAGE))["none"][1] == 900_00


def test_one_program_with_what_is_for_all_programs(w, shared):
    other = w.program(name="Other")
    w.resource(title="Other's", program=other)
    mine = w.resource(title="Its own", program=shared["budget"].program)
    did(mine, w.othertech, w.stranger, Act.USED)
    w.fund(700_00, budget=w.budget(other))
    client = as_manager(w)
    assert set(by_title(opened(client, PAGE))) == {"Kit", "Course", "Its own", "Other's"}
    response = opened(client, PAGE, program=shared["budget"].program_id)
    assert set(by_title(response)) == {"Kit", "Course", "Its own"}
    assert groups(response)["more"][1] == 2_000_00
    assert groups(response)["one"][1] == 400_00
    response = opened(client, PAGE, program=other.pk)
    assert set(by_title(response)) == {"Kit", "Course", "Other's"}
    assert groups(response) == {
        "none": (0, 0, 0, 0),
        "taken": (0, 0, 0, 0),
        "one": (0, 0, 0, 0),
        "more": (1, 700_00, 0, 0),
    }


def test_currencies_stand_apart(w, shared):
    yen = w.budget(w.program(currency="JPY"), amount=100_000)
    w.fund(70_000, budget=yen)
    client = as_manager(w)
    response = opened(client, PAGE)
    assert response.context["currency"] == "USD"
    assert groups(response)["more"][1] == 2_000_00
    response = opened(client, PAGE, currency="JPY")
    assert groups(response)["more"] == (1, 70_000, 0, 0)
    assert groups(response)["none"] == (0, 0, 0, 0)
    assert "Money in JPY only." in response.text
    assert groups(opened(client, PAGE, program=yen.program_id))["more"][1] == 70_000


def test_the_group_leads_to_its_partners(w, shared):
    client = as_manager(w)
    for group, names in (("none", ["Cobalt"]), ("taken", ["Othertech"]), ("one", []), ("more", ["Brightpath"])):
        page = opened(client, BY_PARTNER, resources=group)
        assert [row["partner__name"] for row in page.context["page_obj"]] == names, group
    other = w.budget(w.program(name="Other"))
    w.fund(100_00, budget=other, partner=w.othertech)
    did(w.resource(program=other.program), w.othertech, w.stranger, Act.USED)
    page = opened(client, BY_PARTNER, resources="taken", program=shared["budget"].program_id)
    assert [row["partner__name"] for row in page.context["page_obj"]] == ["Othertech"]
    page = opened(client, BY_PARTNER, resources="one", program=other.program_id)
    assert [row["partner__name"] for row in page.context["page_obj"]] == ["Othertech"]


def test_it_is_sorted(w, shared):
    client = as_manager(w)
    for sort, first in (
        ("title", "Course"),
        ("-used", "Kit"),
        ("-opened", "Course"),
        ("share", "Course"),
        ("", "Course"),
    ):
        assert next(iter(by_title(opened(client, PAGE, sort=sort)))) == first, sort


def test_the_files_are_harmless_and_whole(w, shared):
    w.resource(title="=1+1")
    client = as_manager(w)
    rows = {row["Resource"]: row for row in rows_of(client, PAGE)}
    assert rows["'=1+1"]["These used, %"] == ""
    kit = rows["Kit"]
    assert (kit["Downloaded"], kit["Used"], kit["Partners"], kit["Currency"]) == ("1", "2", "1", "USD")
    assert (kit["These used, %"], kit["Others used, %"]) == ("50.0", "0.0")
    named = {row["Partners that"]: row for row in rows_of(client, PAGE, table="groups")}
    assert (named["Used two or more"]["Granted"], named["Used two or more"]["Used, %"]) == ("2000.00", "50.0")
    assert (named["Used one"]["Granted"], named["Used one"]["Used, %"]) == ("0.00", "")
    for more in ({}, {"table": "groups"}):
        assert client.get(reverse(PAGE), {"format": "xlsx", **more}).status_code == 200


def test_nothing_is_there_yet(w):
    client = as_manager(w)
    response = opened(client, PAGE)
    assert "No partner has money of yours yet" in response.text
    assert "You share no resource yet" in response.text
    assert table(client.get(reverse(PAGE), {"format": "csv"})) == []
    assert len(rows_of(client, PAGE, table="groups")) == 4


def test_a_draft_is_not_there_and_a_retired_one_is(w, shared):
    w.resource(title="Draft", publish=False)
    retire(resource=shared["kit"], by=w.manager, now=NOW)
    assert set(by_title(opened(as_manager(w), PAGE))) == {"Kit", "Course"}


def test_nothing_of_another_vendor(w, shared):
    """Not its resources, not its money, and not what partners did with what it shares."""
    w.program(vendor=w.skylark, by=w.other_manager)
    theirs = w.resource(vendor=w.skylark, by=w.other_manager, title="Theirs")
    did(theirs, shared["cobalt"], Membership.objects.get(company=shared["cobalt"]).user, Act.USED)
    client = as_manager(w)
    assert groups(opened(client, PAGE))["none"][0] == 1
    client.force_login(w.other_manager)
    response = opened(client, PAGE)
    assert set(by_title(response)) == {"Theirs"}
    assert "Brightpath" not in response.text
    assert not response.context["has_money"]


@pytest.mark.parametrize("query", [{"months": "7"}, {"program": "9" * 30}, {"currency": "XXX"}, {"page": "99"}])
def test_what_is_none_breaks_nothing(w, shared, query):
    assert len(by_title(opened(as_manager(w), PAGE, **query))) == 2


def test_the_home_and_the_resource_lead_there(w, shared):
    client = as_manager(w)
    facts = managers.home(user=w.manager, company=w.northgate, now=NOW)["resources"]
    assert (facts["users"], facts["users_share"], facts["idle"], facts["idle_share"]) == (1, 50, 1, 0)
    assert reverse(PAGE) in client.get(reverse("dashboards:home")).text
    assert reverse(PAGE) in client.get(reverse("programs:resource", args=[shared["kit"].pk])).text
    client.force_login(w.owner)
    assert reverse(PAGE) not in client.get(reverse("programs:resource", args=[shared["kit"].pk])).text


def test_the_home_is_silent_without_both(w):
    w.fund()
    w.resource()
    assert managers.home(user=w.manager, company=w.northgate, now=NOW)["resources"] is None


@pytest.mark.parametrize("query", ["", "?months=6", "?table=groups&format=csv", "?format=csv"])
def test_the_number_of_queries_does_not_grow(w, query):
    client = as_manager(w)
    counts = []
    for more in (1, 2):
        for n in range(more):
            kit = w.resource()
            partner, owner = partner_with_owner(f"Partner{more}{n}")
            w.fund(partner=partner)
            did(kit, partner, owner, Act.DOWNLOADED, Act.USED)
        counts.append(queries(client, reverse(PAGE) + query))
    assert counts[0] == counts[1] <= 17


def test_the_list_of_partners_of_a_group_takes_no_more_queries(w, shared):
    client = as_manager(w)
    plain = queries(client, reverse(BY_PARTNER))
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse(BY_PARTNER), {"resources": "none"})
    assert len(captured) <= plain + 1  # whose resources they are
