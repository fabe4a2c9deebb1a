"""What the terms say to a request's people, and to a change of what is approved: in words, on the page and in the database."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims.actions import requests
from claims.models import Claim, FundRequest
from claims.request_checks import wanting
from claims.states.requests import RequestStatus
from programs.activities import ActivityKind
from programs.models import Activity
from tests.cast import NOW, TODAY, World
from tests.claims.asking import END, START, again, approved, draft

pytestmark = pytest.mark.usefixtures("_at_now")
S = RequestStatus


def dinner(w: World, **rules):
    """A fund under terms that pay for dinners by these rules, half of what they cost."""
    activity = Activity(kind=ActivityKind.OTHER, name="Dinner", **rules)
    return w.fund(9_000_00, budget=w.budget(w.program(activities=(activity,))))


def planned(w: World, fund, cost: int, people: int | None) -> FundRequest:
    request = draft(w, fund, cost)
    FundRequest.objects.filter(pk=request.pk).update(people=people)
    return again(request)


def by_sql(request: FundRequest, changes: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"UPDATE claims_fundrequest SET version = version + 1, {changes} WHERE id = %s", [request.pk])


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (None, "Dinner: say for how many people it is."),
        (3, "Dinner: you ask for $400.00, and 3 people get $300.00 at most, $100.00 each."),
        (1, "Dinner: you ask for $400.00, and 1 person get $100.00 at most, $100.00 each."),
        (6, "Dinner: it is paid for 5 people at most, and you name 6."),
    ],
)
def test_what_its_people_get_is_said_and_refused_by_the_database_too(w, people, sentence):
    request = planned(w, dinner(w, person_cap=100_00, most_people=5), 800_00, people)
    assert wanting(request, NOW) == [sentence]
    with pytest.raises(requests.RequestRefused, match="Dinner"):
        requests.submit(request=request, by=w.owner, now=NOW)
    with pytest.raises(DatabaseError, match="more than its people get"):
        by_sql(request, f"status = 'submitted', filed_by_id = {w.owner.pk}, filed_at = now()")


@pytest.mark.parametrize(("people", "cost"), [(4, 800_00), (5, 1_000_00)])
def test_to_the_cent_and_to_the_person_it_is_asked(w, people, cost):
    request = planned(w, dinner(w, person_cap=100_00, most_people=5), cost, people)
    assert requests.submit(request=request, by=w.owner, now=NOW).status == S.SUBMITTED


def test_the_page_asks_for_how_many_only_where_the_terms_pay_by_the_person(w, client):
    client.force_login(w.owner)
    plain = draft(w, w.fund())
    assert "For how many people" not in client.get(reverse("claims:request_edit", args=[plain.pk])).text
    request = draft(w, dinner(w, person_cap=100_00), 800_00)
    edit = reverse("claims:request_edit", args=[request.pk])
    page = client.get(edit)
    assert "For how many people" in page.text
    assert "say for how many people it is" in page.text
    sent = {name: page.context["head"].data[name] for name in ("title", "activity", "starts_on", "ends_on", "plan")}
    sent |= {"budget-TOTAL_FORMS": 1, "budget-INITIAL_FORMS": 0, "budget-0-what": "Room", "budget-0-amount": "800"}
    said = client.post(edit, sent | {"people": "3", "do": "submit", "version": request.version})
    assert "3 people get $300.00 at most" in said.text
    assert again(request).status == S.DRAFT
    client.post(edit, sent | {"people": "4", "do": "submit", "version": again(request).version})
    assert (again(request).status, again(request).people) == (S.SUBMITTED, 4)
    client.force_login(w.manager)
    assert "<dt>People</dt><dd>4</dd>" in client.get(reverse("claims:request", args=[request.pk])).text


@pytest.fixture
def dined(w) -> FundRequest:
    """A dinner for four, approved with all that four people get."""
    request = planned(w, dinner(w, person_cap=100_00, most_people=5, period_cap=700_00), 800_00, 4)
    request = requests.submit(request=request, by=w.owner, now=NOW)
    return again(requests.approve(request=request, version=request.version, by=w.manager, now=NOW))


def test_a_claim_takes_over_for_how_many_people_it_is(w, client, dined):
    client.force_login(w.owner)
    client.post(reverse("claims:request_claim", args=[dined.pk]))
    claim = Claim.objects.get()
    (row,) = claim.typed["rows"]
    assert (row["people"], row["activity"], row["total"]) == ("4", str(dined.activity_id), "800.00")
    page = client.get(reverse("claims:edit", args=[claim.pk]))
    assert page.context["lines"].forms[0]["people"].value() == "4"


def test_of_several_lines_nobody_knows_which_the_people_are_of(w, client):
    fund = dinner(w, person_cap=100_00)
    request = draft(w, fund, 300_00, 300_00)
    FundRequest.objects.filter(pk=request.pk).update(people=4)
    request = requests.submit(request=again(request), by=w.owner, now=NOW)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    client.force_login(w.owner)
    client.post(reverse("claims:request_claim", args=[request.pk]))
    assert [row["people"] for row in Claim.objects.get().typed["rows"]] == ["", ""]


AS_IT_WAS = {"starts_on": START, "ends_on": END, "place": "Berlin", "reason": "More want to come."}


def test_a_change_for_more_money_or_people_keeps_to_what_they_get(w, client, dined):
    client.force_login(w.owner)
    change = reverse("claims:request_change", args=[dined.pk])
    assert 'name="people" value="4"' in client.get(change).text
    sent = AS_IT_WAS | {"version": dined.version}
    said = client.post(change, sent | {"people": "4", "amount": "500"})
    assert "4 people get $400.00 at most" in said.text
    said = client.post(change, sent | {"people": "6", "amount": "500"})
    assert "it is paid for 5 people at most, and you name 6" in said.text
    assert again(dined).status == S.APPROVED
    client.post(change, sent | {"people": "5", "amount": "500"})
    assert again(dined).status == S.AMENDED
    assert "5 people instead of 4; $500.00 instead of $400.00" in client.get(
        reverse("claims:request", args=[dined.pk])
    ).text.replace("\n", "")
    raised = "status = 'approved', amendment = NULL, cost = 100000, asked = 50000, approved = 50000, reserved = 50000"
    with pytest.raises(DatabaseError, match="more than its people get"):
        by_sql(dined, raised)
    with pytest.raises(DatabaseError, match="more than its people get"):
        by_sql(dined, raised + ", people = 6")
    requests.accept_change(request=again(dined), version=again(dined).version, by=w.manager, now=NOW)
    assert (again(dined).people, again(dined).reserved) == (5, 500_00)


def test_a_change_for_more_keeps_to_what_its_period_gets(w, dined):
    other = planned(w, dined.allocation, 500_00, 3)
    other = requests.submit(request=other, by=w.owner, now=NOW)
    requests.approve(request=other, version=other.version, by=w.manager, now=NOW)
    more = AS_IT_WAS | {"request": dined, "people": 5, "by": w.owner, "now": NOW}
    with pytest.raises(requests.RequestRefused, match=r"a period gets \$700.00 at most.*Lower it by \$10.00"):
        requests.amend(amount=460_00, **more)
    assert requests.amend(amount=450_00, **more).status == S.AMENDED


def ahead(w: World) -> FundRequest:
    """Approved for a day twenty days away, under terms of ten days' lead."""
    return approved(w, w.fund(budget=w.budget(w.program(lead_days=10))), 800_00)


def test_another_first_day_is_asked_for_as_long_ahead_as_the_terms_say(w, client):
    request = ahead(w)
    client.force_login(w.owner)
    change = reverse("claims:request_change", args=[request.pk])
    sent = {"ends_on": END, "place": "Berlin", "amount": "400", "reason": "It moved.", "version": request.version}
    soon = TODAY + timedelta(days=9)
    said = client.post(change, sent | {"starts_on": soon})
    assert said.status_code == 400
    assert "10 days ahead. The first day that you can still ask for is" in said.text
    past = client.post(change, sent | {"starts_on": TODAY - timedelta(days=1)})
    assert "It begins in the past" in past.text
    assert again(request).status == S.APPROVED
    client.post(change, sent | {"starts_on": TODAY + timedelta(days=10)})
    assert again(request).status == S.AMENDED
    # The vendor answers in its own time: the partner asked in time.
    later = NOW + timedelta(days=5)
    requests.accept_change(request=again(request), version=again(request).version, by=w.manager, now=later)
    assert again(request).starts_on == TODAY + timedelta(days=10)


def test_what_does_not_touch_the_first_day_may_change_until_it_begins(w):
    request = ahead(w)
    on_the_day = NOW + timedelta(days=20)
    wanted = {"starts_on": START, "ends_on": END + timedelta(days=1), "place": "Bonn", "reason": "A day more."}
    assert requests.amend(request=request, amount=400_00, by=w.owner, now=on_the_day, **wanted).status == S.AMENDED
