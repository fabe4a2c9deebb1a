"""The list of agreed steps: narrowed, sorted, taken away, empty."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from plans.actions import steps
from tests.cast import NOW, TODAY
from tests.pages import queries, table
from tests.plans.test_agree import agree

pytestmark = pytest.mark.usefixtures("_at_now")
LIST = reverse("plans:steps")


@pytest.fixture
def client(w) -> Client:
    client = Client()
    client.force_login(w.owner)
    return client


def shown(client, **narrowed) -> list[str]:
    return [step.words for step in client.get(LIST, narrowed).context["page_obj"]]


@pytest.fixture
def agreed(w):
    """Yesterday's is overdue; one of a vendor of the own books; one done, one dropped."""
    past = NOW - timedelta(days=30)
    agree(w, words="Late", due_on=TODAY - timedelta(days=1), now=past)
    agree(w, words="Later", due_on=TODAY + timedelta(days=20), person=w.owner)
    agree(w, words="Sooner", due_on=TODAY + timedelta(days=2), vendor=w.kept_program().vendor)
    steps.tick(step=agree(w, words="Done one"), by=w.owner, now=NOW)
    steps.drop(step=agree(w, words="Dropped one"), by=w.owner, now=NOW)


def test_nothing(client):
    html = client.get(LIST).content.decode()
    assert "Nothing is agreed yet" in html
    assert f'href="{reverse("dashboards:reviews")}" aria-current="page"' in html, "the navigation shows where one is"


def test_open_ones_first_due_on_top_and_the_rest_by_choice(w, client, agreed):
    assert shown(client) == ["Late", "Sooner", "Later"]
    assert shown(client, state="overdue") == ["Late"]
    assert shown(client, state="done") == ["Done one"]
    assert shown(client, state="dropped") == ["Dropped one"]
    assert len(shown(client, state="all")) == 5
    assert shown(client, vendor=w.northgate.pk) == ["Late", "Later"]
    assert shown(client, person=w.owner.pk) == ["Later"]
    assert shown(client, q="soon") == ["Sooner"]
    assert shown(client, sort="-due") == ["Later", "Sooner", "Late"]
    assert shown(client, sort="vendor") == ["Sooner", "Late", "Later"]


def test_where_no_step_fits_it_says_so(client, agreed):
    assert "No step fits" in client.get(LIST, {"q": "nothing like it"}).content.decode()


def test_taken_away(client, agreed):
    rows = table(client.get(LIST, {"format": "csv", "state": "all"}))
    assert [row["What was agreed"] for row in rows] == ["Late", "Sooner", "Done one", "Dropped one", "Later"]
    assert rows[1]["Vendor"] == "Cobalt Print"
    assert rows[2]["Done (UTC)"]


def test_another_partners_are_not_there(w, client):
    agree(w, partner=w.othertech, person=w.stranger, by=w.stranger)
    assert shown(client, state="all") == []


def test_the_same_queries_for_one_row_and_for_three(w, client):
    agree(w, words="One")
    one = queries(client, LIST)
    agree(w, words="Two", person=w.owner, vendor=w.skylark)
    agree(w, words="Three", vendor=w.kept_program().vendor)
    assert queries(client, LIST) == one
