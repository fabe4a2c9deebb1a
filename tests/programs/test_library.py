"""The library: what vendors share, as a partner chooses from it and as a manager looks after it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from programs import actions as programs
from programs.days import Clock
from programs.models import Resource
from programs.resources.actions import use
from programs.resources.languages import LANGUAGES, language_name
from programs.resources.states import Act, ResourceStatus, Standing, standing
from tests.cast import NOW, TODAY, person
from tests.pages import queries, table

LIST = reverse("programs:resources")
pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture(autouse=True)
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def titles(response) -> list[str]:
    return [resource.title for resource in response.context["page_obj"]]


def skylarks(w, **fields) -> Resource:
    return w.resource(vendor=w.skylark, by=w.other_manager, **fields)


def test_a_partner_sees_what_vendors_with_a_published_program_share(w, client):
    program = w.program()
    w.resource(title="Shared")
    w.resource(title="Draft", publish=False)
    w.resource(title="Of a draft", program=w.program(publish=False))
    w.resource(title="Of the program", program=program)
    skylarks(w, title="Without a program")
    client.force_login(w.owner)
    assert sorted(titles(client.get(LIST))) == ["Of the program", "Shared"]
    w.program(vendor=w.skylark, by=w.other_manager)
    assert "Without a program" in titles(client.get(LIST))
    assert reverse("programs:add_resource") not in client.get(LIST).text
    # A program that is closed takes its vendor's resources along, if it was the last.
    programs.close(program=program, by=w.manager, now=NOW)
    assert titles(client.get(LIST)) == ["Without a program"]


def test_a_manager_sees_the_own_vendors_with_their_reach(w, client):
    w.program()
    kit = w.resource(title="Kit")
    w.resource(title="Draft", publish=False)
    skylarks(w)
    use(resource=kit, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW, activity="web")
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    use(resource=kit, partner=w.othertech, act=Act.DOWNLOADED, by=w.stranger, now=NOW)
    client.force_login(w.manager)
    response = client.get(LIST)
    assert titles(response) == ["Draft", "Kit"]
    found = {r.title: (r.reached, r.taken, r.users) for r in response.context["page_obj"]}
    assert found == {"Draft": (0, 0, 0), "Kit": (2, 2, 1)}
    assert titles(client.get(LIST, {"state": "draft"})) == ["Draft"]


def test_windfalls_people_see_all_and_somebody_of_no_company_none(w, client):
    w.resource(title="A", publish=False)
    skylarks(w, title="B")
    for who in (w.admin, w.finance):
        client.force_login(who)
        assert titles(client.get(LIST)) == ["A", "B"]
    client.force_login(person("nobody"))
    assert titles(client.get(LIST)) == []


def test_what_a_partner_did_with_each(w, client):
    w.program()
    kit, other = w.resource(title="Kit"), w.resource(title="Other")
    use(resource=kit, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW, activity="web")
    use(resource=other, partner=w.othertech, act=Act.USED, by=w.stranger, now=NOW)
    client.force_login(w.owner)
    found = {r.title: (r.taken, r.used) for r in client.get(LIST).context["page_obj"]}
    assert found == {"Kit": (1, 1), "Other": (0, 0)}
    assert titles(client.get(LIST, {"own": "used"})) == ["Kit"]
    assert titles(client.get(LIST, {"own": "taken"})) == ["Kit"]
    assert titles(client.get(LIST, {"own": "new"})) == ["Other"]


def test_it_is_narrowed(w, client):
    program = w.program()
    w.program(vendor=w.skylark, by=w.other_manager)
    w.resource(title="Ad kit", activities=["digital_ad", "web"], language="de", valid_until=TODAY + timedelta(days=5))
    w.resource(title="Course", kind="training", words="For sellers", valid_from=TODAY + timedelta(days=5))
    w.resource(title="For one program", program=program, activities=["email"])
    w.resource(title="For another", program=w.program(), activities=["email"])
    skylarks(w, title="Logos", kind="brand", activities=["web"])
    client.force_login(w.owner)

    def found(**query) -> list[str]:
        return sorted(titles(client.get(LIST, query)))

    assert found(activity="web") == ["Ad kit", "Course", "Logos"]
    assert found(kind="brand") == ["Logos"]
    assert found(vendor=w.skylark.pk) == ["Logos"]
    assert found(language="de") == ["Ad kit"]
    assert found(program=program.pk) == ["Ad kit", "Course", "For one program"]
    assert found(q="SELLERS") == ["Course"]
    assert found(q="skylark") == ["Logos"]
    assert found(state="ending") == ["Ad kit"]
    assert found(state="coming") == ["Course"]
    assert found(state="open") == ["Ad kit", "For another", "For one program", "Logos"]
    assert "No resource fits" in client.get(LIST, {"q": "nothing"}).text


@pytest.mark.parametrize(
    ("who", "sort", "first"),
    [
        ("owner", "", "New"),
        ("owner", "title", "A"),
        ("owner", "-title", "New"),
        ("owner", "vendor", "A"),
        ("owner", "until", "A"),
        ("owner", "-until", "New"),
        ("owner", "-taken", "A"),
        ("owner", "-used", "A"),
        ("owner", "language", "A"),
        ("manager", "-reached", "A"),
        ("manager", "-users", "A"),
        ("manager", "-taken", "A"),
        ("manager", "kind", "New"),
        ("manager", "-stands", "A"),
    ],
)
def test_it_is_sorted(w, client, who, sort, first):
    w.program()
    a = w.resource(title="A", kind="playbook", language="de", valid_until=TODAY + timedelta(days=5))
    w.resource(title="New", language="fr")
    Resource.objects.filter(pk=a.pk).update(published_at=NOW - timedelta(days=1))
    use(resource=a, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    use(resource=a, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    client.force_login(getattr(w, who))
    assert titles(client.get(LIST, {"sort": sort}))[0] == first


@pytest.mark.parametrize(
    "query",
    [
        "sort=-",
        "sort=users",
        "sort=used",
        "page=x",
        "vendor=x",
        "vendor=99999999999999999999999",
        "program=-1",
        "kind=%00",
        "activity=golf",
        "language=tlh",
        "state=x",
        "own=x",
        "q=%00",
        "q=" + "x" * 3000,
        "format=pdf",
    ],
)
@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_no_address_breaks_it(w, client, query, who):
    w.program()
    w.resource()
    client.force_login(getattr(w, who))
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_pages_of_25(w, client):
    w.program()
    for number in range(27):
        w.resource(title=f"Kit {number:02}", link="https://kit.example.com/")
    client.force_login(w.owner)
    assert len(titles(client.get(LIST))) == 25
    assert titles(client.get(LIST, {"page": 2, "sort": "title"})) == ["Kit 25", "Kit 26"]


def test_an_empty_library_says_what_to_do(w, client):
    client.force_login(w.manager)
    assert "You share no resource yet" in client.get(LIST).text
    client.force_login(w.owner)
    assert "No vendor shares a resource yet" in client.get(LIST).text


def test_it_can_be_taken_away(w, client):
    w.program()
    w.resource(title="=Kit", activities=["web"], link="https://kit.example.com/")
    w.resource(title="Other", kind="brand")
    client.force_login(w.owner)
    (row,) = table(client.get(LIST, {"format": "csv", "kind": "campaign"}))
    assert (row["Resource"], row["Activities"], row["File or link"]) == (
        "'=Kit",
        "SEO or web",
        "https://kit.example.com/",
    )
    assert "Partners" not in row
    client.force_login(w.manager)
    assert table(client.get(LIST, {"format": "csv"}))[0]["Partners that used it"] == "0"
    assert client.get(LIST, {"format": "xlsx"})["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_the_number_of_queries_does_not_grow(w, client, who):
    client.force_login(getattr(w, who))
    w.program()
    use(resource=w.resource(), partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    at_one = queries(client, LIST)
    for title in ("Two", "Three"):
        kit = w.resource(title=title, program=w.program())
        use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    skylarks(w)
    assert queries(client, LIST) == at_one
    assert at_one <= 14


def test_where_it_stands_is_the_same_in_sql(w):
    for status in ResourceStatus:
        for first in (None, -1, 0, 1):
            for last in (None, -1, 0, 1, 30, 31):
                if first is not None and last is not None and last < first:
                    continue
                made = w.resource(publish=False, link="https://kit.example.com/")
                days = {"valid_from": first, "valid_until": last}
                days = {name: n if n is None else TODAY + timedelta(days=n) for name, n in days.items()}
                steps = {"draft": [], "published": ["published"], "retired": ["published", "retired"]}[status]
                for step in steps:
                    Resource.objects.filter(pk=made.pk).update(status=step, published_at=NOW)
                Resource.objects.filter(pk=made.pk).update(**days)
    stands = Resource.objects.with_standing(Clock(NOW).days(["UTC"])).annotate(found=F("stands"))
    assert {r.found for r in stands} == set(Standing.values)
    assert [r.found for r in stands] == [r.standing(TODAY) for r in stands]


@given(st.sampled_from(ResourceStatus), st.none() | st.dates(), st.none() | st.dates(), st.dates())
def test_every_day_stands_somewhere(status, first, last, day):
    assert standing(status, first, last, day) in Standing


def test_every_language_has_a_name():
    assert len({code for code, _ in LANGUAGES}) == len(LANGUAGES)
    assert all(name != code for code, name in LANGUAGES)
    assert language_name("zh-Hans") == "Chinese (Simplified)"
    assert language_name("qqq-nonsense-1") == "qqq-nonsense-1"


def test_a_program_and_a_fund_lead_to_what_was_made_for_them(w, client):
    fund = w.fund()
    w.resource(title="For all")
    w.resource(title="For this one", program=fund.program)
    w.resource(title="For another", program=w.program())
    w.resource(title="Over", valid_until=TODAY)
    w.resource(title="Coming", valid_from=TODAY + timedelta(days=1))
    w.resource(title="Draft", publish=False)
    Resource.objects.filter(title="Over").update(valid_until=TODAY - timedelta(days=1))
    client.force_login(w.owner)
    pages = [reverse("programs:detail", args=[fund.program.pk]), reverse("funds:allocation", args=[fund.pk])]
    for page in pages:
        response = client.get(page)
        assert {resource.title for resource in response.context["shelf"]} == {"For all", "For this one"}
        assert f"{LIST}?program={fund.program.pk}" in response.text
    client.force_login(w.manager)
    assert list(client.get(pages[1]).context["shelf"]) == []
