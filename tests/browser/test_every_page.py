"""Every page that anybody may open, looked at by axe and measured at 1280 and at 360 px, as one of those whom it is for."""

import pytest

from tests.browser.conftest import looks_right
from tests.cast import world
from tests.sides import both_sides
from tests.test_permissions import ABOUT_ONESELF, APPS, address_of, reverse, rows

pytestmark = pytest.mark.django_db(transaction=True)

# They end what the test needs: the session.
NOT_HERE = {"account_logout"}


@pytest.fixture
def both(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return both_sides(world())


@pytest.fixture
def opened_by(both, open_browser, live_server):
    """A page of somebody's browser, in which they are signed in."""
    pages = {}

    def page_of(person: str):
        if person not in pages:
            context = open_browser()
            cookie = both.clients[person].cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            pages[person] = context.new_page()
        return pages[person]

    return page_of


def is_html(both, person: str, address: str) -> bool:
    response = both.clients[person].get(address)
    return response.status_code == 200 and not response.streaming and response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("app", APPS)
def test_it_looks_right(both, opened_by, app):
    for name, row in rows(app):
        if not row.may:
            continue  # nobody is shown it
        address = address_of(name, getattr(both.ours, row.object) if row.object else None)
        person = row.may.split()[0]
        if "GET" in row.methods and is_html(both, person, address):
            page = opened_by(person)
            page.goto(address)
            looks_right(page)


def test_about_oneself(both, opened_by):
    for name in sorted(ABOUT_ONESELF - NOT_HERE):
        if is_html(both, "member", reverse(name)):
            page = opened_by("member")
            page.goto(reverse(name))
            looks_right(page)


def test_lists_as_everybody_who_reads_them_in_another_way(both, opened_by):
    things = {
        "programs:detail": both.ours.program,
        "programs:resource": both.ours.resource,
        "claims:detail": both.ours.submitted,
    }
    lists = ("dashboards:home", "funds:list", "claims:list", "programs:list", "programs:resources")
    for name in (*lists, *things):
        for person in ("member", "manager", "admin", "finance"):
            thing = things.get(name)
            page = opened_by(person)
            page.goto(address_of(name, thing))
            looks_right(page)
