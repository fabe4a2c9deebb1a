"""A new program begins with a rule set of the field, or with a program of the vendor's own."""

from datetime import date

import pytest
from django.urls import reverse

from programs import actions
from programs.activities import ActivityKind
from programs.models import Program
from programs.starts import STARTS
from tests.cast import NOW
from tests.pages import errors
from tests.programs.test_create_program import GROWTH

CREATE = reverse("programs:create")
pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.key)
@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_each_start_makes_a_draft_that_can_be_published(w, manager, start, currency):
    url = f"{CREATE}?start={start.key}"
    assert start.label in manager.get(url).content.decode()
    assert manager.post(url, GROWTH | {"kind": start.kind, "currency": currency}).status_code == 302
    program = Program.objects.get(name="Growth MDF")
    assert [a.name for a in program.terms.activities.all()] == [
        planned.rules.get("name", planned.kind.label) for planned in start.activities
    ]
    for page in ("revise", "preview", "detail"):
        assert manager.get(reverse(f"programs:{page}", args=[program.pk])).status_code == 200
    program.terms.wording = "As agreed."
    program.terms.save()
    assert actions.publish(program=program, by=w.manager, now=NOW).published_at


def test_amounts_are_in_the_programs_currency(w, manager):
    for currency, least, cap in (("USD", 200_00, 5_000_00), ("JPY", 200, 5_000), ("KWD", 200_000, 5_000_000)):
        manager.post(
            f"{CREATE}?start=coop-half-year", GROWTH | {"name": currency, "kind": "coop", "currency": currency}
        )
        terms = Program.objects.get(name=currency).terms
        assert (terms.least_claim, terms.activities.get(name="Travel").person_cap) == (least, cap)


def test_next_years_program_begins_with_this_years(w, manager):
    this_year = w.program(
        name="Growth MDF 2026", activities=[actions.usual(ActivityKind.SEMINAR)], reimbursement_percent=60
    )
    url = f"{CREATE}?copy={this_year.pk}"
    form = manager.get(url).context["form"]
    assert form["name"].value() == "Growth MDF 2027"
    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2027, 1, 1), date(2027, 12, 31))
    manager.post(url, GROWTH | {"name": "Growth MDF 2027", "currency": "USD"})
    made = Program.objects.get(name="Growth MDF 2027")
    assert made.terms.reimbursement_percent == 60
    assert [a.name for a in made.terms.activities.all()] == ["Seminar or webinar"]
    assert made.terms.activities.get().pk != this_year.terms.activities.get().pk


def test_amounts_of_another_currency_are_not_taken_over(w, manager):
    old = w.program(least_claim=200_00)
    response = manager.post(f"{CREATE}?copy={old.pk}", GROWTH)
    assert "names amounts in USD" in errors(response)["currency"][0]
    assert not Program.objects.filter(name="Growth MDF").exists()


@pytest.mark.parametrize(
    "query", ["start=nothing", "copy=x", "copy=999999999999999999999", "copy=-1", "start=", "copy="]
)
def test_an_unknown_start_is_none(manager, query):
    assert manager.get(f"{CREATE}?{query}").context["start"] is None


def test_another_vendors_program_is_no_start(w, manager):
    foreign = w.program(vendor=w.skylark, by=w.other_manager)
    assert manager.get(f"{CREATE}?copy={foreign.pk}").context["start"] is None
