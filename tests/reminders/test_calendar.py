"""The calendar's page: month by month, narrowed, taken away as a table."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from plans.actions import steps
from tests.cast import NOW
from tests.pages import queries, table
from tests.reminders.telling import in_days

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = reverse("reminders:calendar")


@pytest.fixture
def client(w) -> Client:
    client = Client()
    client.force_login(w.owner)
    return client


def fund(w, name: str, claim_by: date, amount: int = 1_000_00, **fields):
    """Under terms without a lead and a length, and so with two dates."""
    budget = fields.pop("budget", None) or w.budget(
        w.program(lead_days=0, activity_days=0, **fields.pop("program", {}))
    )
    return w.fund(amount, name=name, budget=budget, expires_on=in_days(10), claim_by=claim_by, **fields)


def shown(response) -> list[tuple[str, str]]:
    return [(f"{day.on}", f"{day.title}: {day.todo}") for day in response.context["page_obj"]]


def test_nothing(client):
    html = client.get(PAGE).content.decode()
    assert "No deadline ahead" in html
    assert f'href="{PAGE}" aria-current="page"' in html, "it stands in the navigation"


def test_month_by_month(w, client):
    made = fund(w, "Cloud fund", date(2027, 1, 15))
    response = client.get(PAGE)
    assert shown(response) == [
        (str(in_days(10)), "Cloud fund: Run an activity"),
        ("2027-01-15", "Cloud fund: File a claim"),
    ]
    assert [month.first for month in response.context["months"]] == [date(2026, 12, 1), date(2027, 1, 1)]
    html = response.content.decode()
    assert "January 2027" in html
    assert reverse("claims:start", args=[made.pk]) in html
    assert "15 Jan 2027" in html


def test_money_with_two_dates_in_a_month_is_counted_once(w, client):
    fund(w, "Cloud fund", in_days(20))
    fund(w, "Sky fund", in_days(21), amount=200_00)
    (month,) = client.get(PAGE).context["months"]
    assert (month.count, month.totals) == (4, [("USD", 1_200_00)])


def test_narrowed(w, client):
    fund(w, "Cloud fund", date(2027, 1, 15))
    sky = w.program(vendor=w.skylark, by=w.other_manager, lead_days=0, activity_days=0)
    fund(w, "Sky fund", date(2027, 2, 15), budget=w.budget(sky, by=w.other_manager), by=w.other_manager)
    cases = {
        f"vendor={w.skylark.pk}": {"Sky fund"},
        "q=cloud": {"Cloud fund"},
        "q=SKYLARK": {"Sky fund"},
        "month=2027-02": {"Sky fund"},
        "kind=claim_by": {"Cloud fund", "Sky fund"},
        f"kind=claim_by&vendor={w.northgate.pk}": {"Cloud fund"},
        "vendor=0&kind=x&month=2027-99x": {"Cloud fund", "Sky fund"},
        "month=2031-01": set(),
    }
    found = {query: {day.title for day in client.get(f"{PAGE}?{query}").context["page_obj"]} for query in cases}
    assert found == cases
    assert "No day fits this filter" in client.get(f"{PAGE}?month=2031-01").content.decode()
    assert [name for name, _, _ in client.get(f"{PAGE}?vendor={w.skylark.pk}").context["chips"]] == [
        "2026-12",
        "2027-02",
    ]


def test_as_a_table(w, client):
    fund(w, "=Cloud fund", date(2027, 1, 15))
    rows = table(client.get(f"{PAGE}?format=csv&kind=claim_by"))
    assert [(row["Day"], row["What to do"], row["What"], row["Amount"], row["Currency"]) for row in rows] == [
        ("2027-01-15", "File a claim", "'=Cloud fund", "1000.00", "USD")
    ]
    assert client.get(f"{PAGE}?format=xlsx").status_code == 200


def test_ones_own_alone(w):
    fund(w, "Ours", date(2027, 1, 15))
    titles = {}
    for person in (w.member, w.stranger, w.manager, w.admin, w.finance):
        client = Client()
        client.force_login(person)
        titles[person] = {day.title for day in client.get(PAGE).context["page_obj"]}
    assert titles == {w.member: {"Ours"}} | {key: set() for key in (w.stranger, w.manager, w.admin, w.finance)}


def test_few_queries_whatever_there_is(w, client):
    budget = w.budget(w.program(), amount=100_000_00)
    w.fund(budget=budget)
    few = queries(client, PAGE)
    for _ in range(2):
        w.fund(budget=budget)
    assert queries(client, PAGE) == few


def test_a_step_that_was_agreed_stands_on_its_day(w, client):
    step = steps.agree(
        partner=w.brightpath,
        vendor=w.northgate,
        words="Send the plan",
        person=w.member,
        due_on=in_days(12),
        by=w.owner,
        now=NOW,
    )
    response = client.get(PAGE)
    assert shown(response) == [(str(in_days(12)), "Send the plan: Do what was agreed")]
    assert reverse("plans:step", args=[step.pk]) in response.content.decode()
    steps.tick(step=step, by=w.member, now=NOW)
    assert shown(client.get(PAGE)) == []
