"""A partner downloads, opens and uses a resource. It counts once for a person in ten minutes; the vendor sees how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from partners.models import Event, Membership
from partners.states import Role
from programs.models import Resource, ResourceUse
from programs.resources import actions
from programs.resources.actions import ResourceRefused, use
from programs.resources.states import Act
from tests.cast import NOW, TODAY, person
from tests.pages import queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
LINK = "https://learn.example.com/course"


@pytest.fixture(autouse=True)
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kit(w):
    w.program()
    return w.resource(activities=["seminar", "email"])


@pytest.fixture
def course(w):
    w.program()
    return w.resource(link=LINK, kind="training")


def page(name: str, resource: Resource) -> str:
    return reverse(f"programs:{name}", args=[resource.pk])


def counts(resource: Resource) -> dict[tuple[str, str], int]:
    return {(use.act, use.activity): use.count for use in resource.uses.all()}


def test_a_download_comes_sealed_and_is_counted(w, kit, client):
    client.force_login(w.member)
    response = client.get(page("resource_file", kit))
    assert response["Content-Disposition"] == 'attachment; filename="kit.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    counted = kit.uses.get()
    assert (counted.act, counted.partner_id, counted.count) == ("downloaded", w.brightpath.pk, 1)
    assert counted.first_by == counted.last_by == w.member
    event = Event.objects.about(kit).last()
    assert (event.verb, event.company_id, event.actor) == ("downloaded", w.brightpath.pk, w.member)
    assert "Downloaded on 23 Nov 2026 by Member" in client.get(page("resource", kit)).text


def test_a_link_is_counted_and_leads_only_to_its_stored_address(w, course, client):
    client.force_login(w.owner)
    response = client.get(
        page("open_resource", course), {"next": "https://evil.example/", "url": "https://evil.example/"}
    )
    assert (response.status_code, response["Location"], response["Referrer-Policy"]) == (302, LINK, "no-referrer")
    assert counts(course) == {("opened", ""): 1}


def test_a_file_has_no_link_and_a_link_no_file(w, kit, course, client):
    client.force_login(w.owner)
    assert client.get(page("open_resource", kit)).status_code == 404
    assert client.get(page("resource_file", course)).status_code == 404
    assert not ResourceUse.objects.exists()


def test_the_same_again_counts_once_in_ten_minutes(w, kit):
    def taken(minutes: int, by=w.owner) -> int | None:
        now = NOW + timedelta(minutes=minutes)
        return use(resource=kit, partner=w.brightpath, act=Act.DOWNLOADED, by=by, now=now)

    assert [taken(0), taken(0), taken(9), taken(9, w.member), taken(12, w.member), taken(19, w.member)] == [
        1,
        None,
        None,
        2,
        None,
        3,
    ]
    counted = kit.uses.get()
    assert (counted.first_at, counted.first_by) == (NOW, w.owner)
    assert (counted.last_at, counted.last_by) == (NOW + timedelta(minutes=19), w.member)
    assert Event.objects.about(kit).filter(verb="downloaded").count() == 3
    # A clock that is behind another's neither fails nor turns anything back.
    assert taken(-60) is None


def test_looking_without_taking_is_not_counted(w, kit, client):
    client.force_login(w.owner)
    client.get(page("resource", kit))
    client.head(page("resource_file", kit))
    client.get(reverse("programs:resources"))
    assert not ResourceUse.objects.exists()


@pytest.mark.parametrize("who", ["manager", "admin", "finance"])
def test_only_partners_are_counted(w, kit, client, who):
    client.force_login(getattr(w, who))
    assert client.get(page("resource_file", kit)).status_code == 200
    assert client.post(page("use_resource", kit)).status_code == 403
    assert not ResourceUse.objects.exists()


def test_the_company_worked_in_is_the_one_that_counts(w, kit, client):
    both = Membership.objects.create(user=w.stranger, company=w.brightpath, role=Role.MEMBER)
    client.force_login(w.stranger)
    client.post(reverse("partners:switch"), {"membership": both.pk})
    client.get(page("resource_file", kit))
    assert kit.uses.get().partner_id == w.brightpath.pk


def test_we_used_it(w, kit, client):
    client.force_login(w.owner)
    shown = client.get(page("resource", kit))
    choices = [value for value, _ in shown.context["form"].fields["activity"].choices]
    assert choices == ["", "email", "seminar"]
    response = client.post(page("use_resource", kit), {"activity": "seminar"}, follow=True)
    assert told(response)[0].startswith("It is noted that you used it.")
    assert "Used for seminar or webinar on 23 Nov 2026" in response.text
    response = client.post(page("use_resource", kit), {"activity": "seminar"}, follow=True)
    assert told(response)[0].startswith("That was noted a moment ago.")
    for said in ("", "golf", "web", "\x00"):
        client.post(page("use_resource", kit), {"activity": said})
    assert counts(kit) == {("used", "seminar"): 1, ("used", ""): 1}


def test_others_do_not_count_for_a_partner(w, kit):
    for who in (w.stranger, w.manager, w.admin, person("nobody")):
        with pytest.raises(actions.PermissionDenied):
            use(resource=kit, partner=w.brightpath, act=Act.USED, by=who, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(1, None, "You can have it from 24 November 2026 on."), (None, -1, "It was valid until 22 November 2026.")],
)
def test_outside_its_validity_it_is_seen_and_not_had(w, kit, client, first, last, words):
    days = {name: n and TODAY + timedelta(days=n) for name, n in (("valid_from", first), ("valid_until", last))}
    Resource.objects.filter(pk=kit.pk).update(**days)
    client.force_login(w.owner)
    shown = client.get(page("resource", kit)).text
    assert words in shown
    assert page("resource_file", kit) not in shown
    assert page("use_resource", kit) not in shown
    for response in (
        client.get(page("resource_file", kit), follow=True),
        client.post(page("use_resource", kit), follow=True),
    ):
        assert words in told(response)[0]
    assert not ResourceUse.objects.exists()
    # Its manager still gets at it.
    client.force_login(w.manager)
    assert client.get(page("resource_file", kit)).status_code == 200


def test_its_last_day_ends_where_the_vendor_is(w, kit):
    type(w.northgate).objects.filter(pk=w.northgate.pk).update(time_zone="America/Los_Angeles")
    Resource.objects.update(valid_until=TODAY)
    kit = Resource.objects.select_related("vendor").get()
    still = NOW.replace(hour=7) + timedelta(days=1)
    assert use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=still) == 1
    with pytest.raises(ResourceRefused):
        use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=still + timedelta(hours=1))


def test_a_draft_is_nobody_elses(w, client):
    w.program()
    draft = w.resource(publish=False)
    client.force_login(w.owner)
    for name in ("resource", "resource_file", "open_resource"):
        assert client.get(page(name, draft)).status_code == 404
    with pytest.raises(ResourceRefused, match="does not offer it now"):
        use(resource=draft, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)


def test_a_lost_file_is_not_counted(w, kit, client):
    kit.file.storage.delete(kit.file.name)
    client.force_login(w.owner)
    assert client.get(page("resource_file", kit)).status_code == 404
    assert not ResourceUse.objects.exists()


def test_a_manager_sees_how_often_partner_by_partner(w, kit, client):
    for partner, by in ((w.brightpath, w.owner), (w.othertech, w.stranger)):
        use(resource=kit, partner=partner, act=Act.DOWNLOADED, by=by, now=NOW)
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW, activity="seminar")
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.member, now=NOW)
    other = w.resource()
    use(resource=other, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    client.force_login(w.manager)
    shown = client.get(page("resource", kit)).text
    assert "by 2 partners" in shown
    assert w.owner.name not in shown
    response = client.get(page("resource_partners", kit), {"sort": "-used"})
    rows = [(p.name, p.taken, p.used, p.served) for p in response.context["page_obj"]]
    assert rows == [("Brightpath", 1, 2, "Seminar or webinar"), ("Othertech", 1, 0, "")]
    assert w.owner.name not in response.text
    (row,) = table(client.get(page("resource_partners", kit), {"q": "bright", "format": "csv"}))
    assert (row["Partner"], row["Downloaded"], row["Used"]) == ("Brightpath", "1", "2")
    assert client.get(page("resource_partners", kit), {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert "No partner fits" in client.get(page("resource_partners", kit), {"q": "nothing"}).text
    assert "No partner has opened it yet" in client.get(page("resource_partners", w.resource())).text
    for sort in ("partner", "-taken", "first", "-last", "x", "-"):
        assert client.get(page("resource_partners", kit), {"sort": sort}).status_code == 200


def test_a_partner_sees_only_its_own(w, kit, client):
    use(resource=kit, partner=w.othertech, act=Act.DOWNLOADED, by=w.stranger, now=NOW)
    client.force_login(w.owner)
    shown = client.get(page("resource", kit)).text
    assert "Nobody of your company has opened it yet." in shown
    assert "Stranger" not in shown
    assert client.get(page("resource_partners", kit)).status_code == 403


def test_queries_of_its_pages_do_not_grow(w, kit, client):
    use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    people = {"owner": ["resource"], "manager": ["resource", "resource_partners"]}
    at_one = {}
    for who, names in people.items():
        client.force_login(getattr(w, who))
        at_one |= {(who, name): queries(client, page(name, kit)) for name in names}
    for partner, by in ((w.brightpath, w.member), (w.othertech, w.stranger)):
        for act, activity in ((Act.DOWNLOADED, ""), (Act.USED, "email")):
            use(resource=kit, partner=partner, act=act, by=by, now=NOW, activity=activity)
    for who, names in people.items():
        client.force_login(getattr(w, who))
        assert {(who, name): queries(client, page(name, kit)) for name in names} == {
            key: n for key, n in at_one.items() if key[0] == who
        }
    assert max(at_one.values()) <= 14


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_are_all_counted_and_none_twice(w, kit):
    def click(number: int) -> int | None:
        try:
            now = NOW + timedelta(hours=number % 20)
            return use(resource=kit, partner=w.brightpath, act=Act.OPENED, by=w.owner, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        counted = [n for n in pool.map(click, sorted(range(40))) if n]
    assert sorted(counted) == list(range(1, len(counted) + 1))
    assert kit.uses.get().count == len(counted) <= 20
