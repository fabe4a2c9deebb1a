"""A partner plans an activity, stacks funds of several vendors on it, changes, moves and drops it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Event
from plans import actions as plans
from plans.models import PlannedActivity
from plans.states import PlanStatus
from programs.activities import ActivityKind
from programs.models import Activity
from tests.cast import NOW, World
from tests.dashboards.queue.looking import a_rate
from tests.plans.planning import IN_JANUARY, funding_of, paid_by, planned, wanted


def rows(activity: PlannedActivity) -> list[tuple[int, int, int]]:
    """Fund, amount and part of the cost, as the database has them."""
    return list(activity.fundings.values_list("allocation", "amount", "part"))


def change(w: World, activity: PlannedActivity, *funds, version=None, **fields) -> PlannedActivity:
    return plans.change_activity(
        activity=activity,
        wanted=wanted(**fields),
        fundings=paid_by(funds),
        by=w.member,
        now=NOW,
        version=version,
    )


def test_two_vendors_share_one_activity(w):
    north = w.fund()
    sky = w.fund(budget=w.budget(w.program(w.skylark, w.other_manager), by=w.other_manager), by=w.other_manager)
    made = planned(w, (north, 2_000_00), (sky, 3_000_00), **IN_JANUARY)
    # At half of the cost, $2,000 stand for $4,000 of it and $3,000 for the other $6,000.
    assert rows(made) == [(north.pk, 2_000_00, 4_000_00), (sky.pk, 3_000_00, 6_000_00)]
    assert (made.year, made.quarter, made.status, made.version) == (2027, 1, PlanStatus.PLANNED, 1)
    told = Event.objects.about(made).get()
    assert (told.verb, told.company, told.actor) == ("planned", w.brightpath, w.owner)
    assert told.data["funds"] == {str(north.pk): 2_000_00, str(sky.pk): 3_000_00}


def test_nothing_of_the_cost_is_paid_twice(w):
    with pytest.raises(plans.PlanRefused, match=r"\$2\.00 more than it costs"):
        planned(w, (w.fund(), 3_000_00), (w.fund(), 2_001_00))
    assert not PlannedActivity.objects.exists()


def test_without_an_amount_the_terms_say_how_much(w):
    """As much as the rate gives of what is left, as far as the fund has it."""
    small, rich = w.fund(1_000_00), w.fund(9_000_00)
    assert rows(planned(w, small, rich)) == [(small.pk, 1_000_00, 2_000_00), (rich.pk, 4_000_00, 8_000_00)]
    # What another plan wants of a fund is not there twice.
    again = planned(w, rich, title="Another")
    assert rows(again) == [(rich.pk, 5_000_00, 10_000_00)]
    assert rows(planned(w, small, title="A third")) == []


@pytest.mark.parametrize(("cost", "amount"), [(3, 2), (9_999_99, 5_000_00)])
def test_a_share_that_was_rounded_up_stands_for_no_more_than_the_cost(w, cost, amount):
    """Twice the amount is a cent more than it costs, but half of the cost is that amount."""
    fund = w.fund()
    assert rows(planned(w, fund, cost=cost)) == [(fund.pk, amount, cost)]
    with pytest.raises(plans.PlanRefused, match="more than it costs"):
        planned(w, (fund, amount + 1), cost=cost, title="A cent more")


def test_an_activity_of_its_own_rate_and_cap(w):
    dinner = Activity(kind=ActivityKind.SEMINAR, name="Dinner", rate=Decimal(30), claim_cap=1_500_00)
    fund = w.fund(budget=w.budget(w.program(activities=[dinner])))
    assert rows(planned(w, fund)) == [(fund.pk, 1_500_00, 5_000_00)]
    assert rows(planned(w, (fund, 1_00), title="By hand")) == [(fund.pk, 1_00, 3_33)]


def test_only_its_own_funds(w):
    with pytest.raises(PermissionDenied):
        planned(w, w.fund(partner=w.othertech))
    assert not PlannedActivity.objects.exists()


def test_funds_of_vendors_that_it_keeps_itself(w):
    fund = w.kept_fund()
    assert rows(planned(w, (fund, 500_00))) == [
        (fund.pk, 500_00, 500_00 * 100 // int(fund.terms.reimbursement_percent))
    ]


def test_only_its_own_people_plan(w):
    for somebody in (w.manager, w.admin, w.finance, w.stranger):
        with pytest.raises(PermissionDenied):
            planned(w, by=somebody)
        with pytest.raises(PermissionDenied):
            plans.drop(activity=planned(w), by=somebody, now=NOW)


def test_somebody_who_works_there_looks_after_it(w):
    assert planned(w, person=w.member).person == w.member
    with pytest.raises(plans.PlanRefused, match="does not work at Brightpath"):
        planned(w, person=w.stranger, title="Another")


def test_the_second_click_finds_the_first(w):
    assert planned(w, (w.fund(), 1_00)) == planned(w)
    assert PlannedActivity.objects.count() == 1


def test_the_second_click_counts_with_what_the_first_one_took(w):
    """The first fund pays all that it has; the second, for which nothing was left, stays out of it."""
    one, two = w.fund(1_000_00), w.fund()
    assert planned(w, one, two, cost=2_000_00) == planned(w, one, two, cost=2_000_00)
    assert PlannedActivity.objects.count() == 1


def test_the_same_paid_by_other_funds_is_another(w):
    one, two = w.fund(), w.fund()
    assert rows(planned(w, one)) != rows(planned(w, two))
    assert rows(planned(w, (two, 1_00))) == [(two.pk, 1_00, 2_00)]
    assert PlannedActivity.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_on": date(2027, 1, 1)}, "from which day"),
        ({"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}, "ends before it begins"),
        ({"quarter": None}, "in which quarter"),
        ({"year": 1999}, "Check the year"),
    ],
)
def test_days_that_cannot_be(w, fields, words):
    with pytest.raises(plans.PlanRefused, match=words):
        planned(w, **fields)


def test_a_change_puts_other_funds_in_place(w):
    one, two = w.fund(), w.fund()
    made = planned(w, (one, 4_000_00))
    kept = funding_of(made).pk
    changed = change(w, made, (one, 1_000_00), (two, 4_000_00), title="Cloud days", version=1)
    assert rows(changed) == [(one.pk, 1_000_00, 2_000_00), (two.pk, 4_000_00, 8_000_00)]
    assert funding_of(made).pk == kept  # so that its sheet keeps its address
    assert (changed.title, changed.version) == ("Cloud days", 2)
    # What is lowered goes first, what is raised last: on the way, too, no part is paid twice.
    assert rows(change(w, made, (one, 4_500_00), (two, 500_00))) == [
        (one.pk, 4_500_00, 9_000_00),
        (two.pk, 500_00, 1_000_00),
    ]
    assert rows(change(w, made, (two, 500_00), cost=1_000_00)) == [(two.pk, 500_00, 1_000_00)]
    told = Event.objects.about(made).last()
    assert (told.verb, told.data["changed"]) == ("changed", {"cost": 1_000_00})


def test_who_saw_an_older_plan_is_refused(w):
    made = planned(w)
    change(w, made, title="Mine", version=1)
    with pytest.raises(plans.PlanChanged):
        change(w, made, title="Theirs", version=1)


def test_the_same_fund_twice(w):
    fund = w.fund()
    with pytest.raises(plans.PlanRefused, match="stands twice"):
        planned(w, (fund, 1_00), (fund, 2_00))


def test_another_currency_needs_a_rate(w):
    fund = w.fund(budget=w.budget(w.program(currency="EUR")))
    with pytest.raises(plans.PlanRefused, match="No rate between EUR and USD"):
        planned(w, (fund, 100_00))
    a_rate("EUR", "1.1")
    assert rows(planned(w, (fund, 100_00))) == [(fund.pk, 100_00, 220_00)]
    # $10,000.00 are €9,090.91, half of which are €4,545.46 when rounded: back in dollars twice that would be a cent too much.
    rich = w.fund(budget=w.budget(w.program(currency="EUR")))
    assert rows(planned(w, rich, title="Half of it")) == [(rich.pk, 4_545_46, 10_000_00)]


def test_into_another_quarter(w):
    """What has days keeps its place in the quarter, and its length."""
    made = plans.move(activity=planned(w), year=2027, quarter=3, by=w.member, now=NOW)
    assert (made.when, made.starts_on) == ("Q3 2027", None)
    dated = planned(w, title="Dated", **IN_JANUARY)
    dated = plans.move(activity=dated, year=2028, quarter=2, by=w.member, now=NOW)
    assert (dated.starts_on, dated.ends_on) == (date(2028, 4, 11), date(2028, 4, 12))
    assert [told.verb for told in Event.objects.about(dated)] == ["planned", "moved"]
    version = dated.version
    assert plans.move(activity=dated, year=2028, quarter=2, by=w.member, now=NOW).version == version
    with pytest.raises(plans.PlanRefused, match="no such quarter"):
        plans.move(activity=dated, year=2028, quarter=5, by=w.member, now=NOW)


def test_dropped_and_taken_up_again(w):
    made = plans.drop(activity=planned(w), by=w.member, now=NOW)
    assert made.status == PlanStatus.DROPPED
    with pytest.raises(plans.PlanRefused, match="dropped already"):
        plans.drop(activity=made, by=w.member, now=NOW)
    assert plans.take_up(activity=made, by=w.member, now=NOW).status == PlanStatus.PLANNED
    assert plans.take_up(activity=made, to=PlanStatus.IDEA, by=w.member, now=NOW).status == PlanStatus.IDEA
    assert [told.verb for told in Event.objects.about(made)] == ["planned", "dropped", "taken up", "taken up"]


def test_what_only_is_an_idea_wants_no_money(w):
    fund = w.fund(1_000_00)
    planned(w, fund, status=PlanStatus.IDEA)
    assert rows(planned(w, fund, title="Meant")) == [(fund.pk, 1_000_00, 2_000_00)]
