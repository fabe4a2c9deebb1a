"""What is wrong with a plan is said at once, in words, from one pure function."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims import actions as claims
from claims.actions import requests
from plans import actions as plans
from plans.book import Book
from plans.models import PlannedActivity
from plans.states import Answer, PlanStatus
from plans.warnings import warnings
from programs.activities import ActivityKind
from programs.models import Activity
from programs.states import WindowFrom
from tests.cast import NOW, TODAY, World
from tests.plans.planning import funding_of, planned


def found(w: World, activity: PlannedActivity, now=NOW) -> dict[str, str]:
    """By its code, what is said of it; what stops has a ! before its words."""
    book = Book.of(w.brightpath, now)
    (stands,) = [one for one in book.activities if one.pk == activity.pk]
    return {
        warning.code: f"{'!' * warning.stops}{warning.words}"
        for warning in warnings(stands, list(stands.fundings.all()), book)
    }


def soon(days: int, length: int = 1) -> dict[str, date]:
    """Days that begin so many from today, in 2026 or 2027 as they come."""
    first = TODAY + timedelta(days=days)
    return {"starts_on": first, "ends_on": first + timedelta(days=length - 1)}


def wide(w: World, amount: int = 5_000_00, days: int = 300, **terms):
    """A fund that lasts, under terms of its own."""
    return w.fund(
        amount,
        budget=w.budget(w.program(ends_on=date(2028, 12, 31), **terms), amount=amount),
        expires_on=TODAY + timedelta(days=days),
    )


def test_it_asks_no_database(w, django_assert_num_queries):
    for title in ("One", "Two"):
        planned(w, wide(w, preapproval=True), w.kept_fund() if title == "One" else wide(w), title=title, **soon(30))
    book = Book.of(w.brightpath, NOW)
    with django_assert_num_queries(0):
        for activity in book.activities:
            assert warnings(activity, list(activity.fundings.all()), book)


def test_a_plan_that_works_has_none(w):
    assert found(w, planned(w, wide(w), **soon(30))) == {}


def test_without_a_cost(w):
    assert set(found(w, planned(w, cost=0))) == {"cost"}


def test_the_unfunded_part_and_the_own_share(w):
    assert found(w, planned(w)) == {"unfunded": "No fund pays for it yet: all of $10,000.00 would be yours to pay."}
    part = planned(w, (wide(w), 2_000_00), title="Part", **soon(30))
    assert found(w, part) == {
        "unfunded": (
            "$6,000.00 of it has no fund yet: you would pay that yourself, beside your own share of $2,000.00."
        )
    }


def test_more_planned_on_a_fund_than_it_has(w):
    fund = wide(w, 3_000_00)
    one = planned(w, (fund, 2_000_00), cost=4_000_00, title="One", **soon(30))
    assert found(w, one) == {}
    two = planned(w, (fund, 1_500_00), cost=3_000_00, title="Two", **soon(60))
    assert found(w, two)["over"] == (
        "!Market development has $3,000.00: this plans $500.00 more than that, beside what «One» wants of it."
    )
    assert "over" in found(w, one)
    # An idea wants nothing, and what is dropped neither.
    plans.take_up(activity=two, to=PlanStatus.IDEA, by=w.owner, now=NOW)
    assert found(w, one) == {}
    assert "over" not in found(w, two)


def test_what_was_approved_is_no_longer_asked_of_the_fund(w):
    fund = wide(w, 3_000_00, preapproval=True)
    one = planned(w, (fund, 2_000_00), cost=4_000_00, title="One", **soon(60))
    two = planned(w, (fund, 1_000_00), cost=2_000_00, title="Two", **soon(90))
    request = requests.submit(request=plans.ask(funding=funding_of(one), by=w.owner, now=NOW), by=w.owner, now=NOW)
    request = requests.take(request=request, by=w.manager, now=NOW)
    requests.approve(request=request, amount=2_000_00, version=request.version, by=w.manager, now=NOW)
    # $1,000 are left, and $1,000 are wanted: nothing is counted twice.
    assert found(w, two) == {}
    assert found(w, one) == {}


def little(w: World, fund, **fields) -> PlannedActivity:
    """So little that many plans fit into the fund."""
    return planned(w, (fund, 1_00), cost=2_00, **fields)


def test_after_the_last_day(w):
    fund = wide(w, days=40)
    end = "Market development's last day for activities, 2 Jan 2027"
    assert found(w, little(w, fund, title="Days", **soon(40, 2)))["late"] == f"!It ends on 3 Jan 2027, after {end}."
    assert found(w, little(w, fund, title="Quarter", quarter=2))["late"] == f"!Q2 2027 begins after {end}."
    # 14 days are usual: 19 December is the latest that such a one can begin.
    assert "!Q1 2027 is too late" in found(w, little(w, fund, title="First", quarter=1))["late"]
    this = found(w, little(w, fund, title="This", year=2026, quarter=4))
    assert this["start-by"].startswith("Choose days early in Q4 2026: for Market development, to fit in")
    assert "by 19 Dec 2026" in this["start-by"]


def test_close_to_the_last_day(w):
    fund = wide(w, days=40)
    assert set(found(w, little(w, fund, title="Short", **soon(35)))) == {"tight"}
    open_end = little(w, fund, title="Open", starts_on=TODAY + timedelta(days=35))
    assert found(w, open_end)["late"].startswith("!It starts too late for Market development")
    assert found(w, little(w, fund, title="Early", **soon(26))) == {}


def test_too_late_to_ask(w):
    fund = wide(w, preapproval=True, lead_days=14)
    late = found(w, little(w, fund, title="Late", **soon(13)))
    assert late["ask"] == (
        "!Too late to ask Northgate Cloud: to start on 6 Dec 2026 you had to ask by 22 Nov 2026, 14 days ahead."
    )
    assert set(found(w, little(w, fund, title="Just", **soon(14)))) == {"ask-soon"}
    assert found(w, little(w, fund, title="Far", **soon(90))) == {}
    assert found(w, little(w, fund, title="Quarter", quarter=2)) == {}
    # Once it is asked, it was in time.
    asked = little(w, fund, title="Asked", **soon(15))
    requests.submit(request=plans.ask(funding=funding_of(asked), by=w.owner, now=NOW), by=w.owner, now=NOW)
    assert found(w, asked) == {}


def test_the_claim_window(w):
    fund = wide(w, claim_window_from=WindowFrom.ACTIVITY, claim_window_days=30)
    over = planned(w, (fund, 5_000_00), **soon(-10))
    assert found(w, over) == {"claim-by": "It took place. Claim what Market development pays of it by 13 Dec 2026."}
    assert found(w, over, NOW + timedelta(days=25))["window"].startswith("!It was not claimed")


def test_nobody_is_in_two_places(w):
    one = planned(w, (wide(w), 5_000_00), title="One", person=w.member, **soon(30, 3))
    two = planned(w, (wide(w), 5_000_00), title="Two", person=w.member, **soon(32, 3))
    planned(w, (wide(w), 5_000_00), title="Three", person=w.owner, **soon(32, 3))
    planned(w, (wide(w), 5_000_00), title="Four", person=w.member, **soon(33, 3))
    assert found(w, one) == {"person": "!Member is booked twice: «Two» runs 25 Dec 2026 to 27 Dec 2026 too."}
    assert "person" in found(w, two)


def test_one_fund_on_the_same_days(w):
    fund = wide(w, 20_000_00)
    one = planned(w, (fund, 5_000_00), title="One", **soon(30, 3))
    planned(w, (fund, 5_000_00), title="Two", **soon(32, 3))
    assert set(found(w, one)) == {"same-days"}


@pytest.mark.parametrize(
    ("rules", "amount", "fields", "code"),
    [
        ({"claim_cap": 1_000_00}, 2_000_00, {}, "cap"),
        ({"person_cap": 100_00}, 2_000_00, {}, "people"),
        ({"person_cap": 100_00}, 2_000_00, {"people": 19}, "person-cap"),
        ({"person_cap": 100_00, "most_people": 30}, 2_000_00, {"people": 31}, "people"),
        ({"period_cap": 1_999_00}, 2_000_00, {}, "period-cap"),
        ({"period_cap_percent": Decimal(39)}, 2_000_00, {}, "period-cap"),
        ({"least": 2_001_00}, 2_000_00, {}, "least"),
        ({"claim_cap": 2_000_00, "person_cap": 100_00, "period_cap": 2_000_00}, 2_000_00, {"people": 20}, None),
    ],
)
def test_caps_of_the_activity(w, rules, amount, fields, code):
    fund = wide(w, activities=[Activity(kind=ActivityKind.SEMINAR, name="Dinner", **rules)])
    said = found(w, planned(w, (fund, amount), cost=4_000_00, **soon(30), **fields))
    assert set(said) == ({code} if code else set())


def test_all_plans_of_a_period_count_for_its_cap(w):
    fund = wide(w, activities=[Activity(kind=ActivityKind.SEMINAR, name="Dinner", period_cap=3_000_00)])
    one = planned(w, (fund, 2_000_00), cost=4_000_00, title="One", **soon(30))
    assert found(w, one) == {}
    planned(w, (fund, 1_500_00), cost=3_000_00, title="Two", **soon(60))
    assert found(w, one)["period-cap"].endswith("and your plans want $3,500.00.")


def test_what_the_terms_do_not_pay_for(w):
    fund = wide(w, activities=[Activity(kind=ActivityKind.DIGITAL_AD, name="Ads")])
    said = found(w, planned(w, (fund, 5_000_00), **soon(30)))
    assert said == {"kind": "!The terms of Market development do not name «Seminar or webinar»: they pay for Ads."}


def test_what_was_refused_pays_nothing(w):
    made = planned(w, (w.kept_fund(expires_on=TODAY + timedelta(days=200)), 1_000_00), **soon(30))
    note = {"on": TODAY, "by": w.owner, "now": NOW}
    plans.asked_elsewhere(funding=funding_of(made), **note)
    plans.answered_elsewhere(funding=funding_of(made), answer=Answer.DECLINED, **note)
    assert found(w, made)["refused"] == (
        "!Declined on 23 Nov 2026: Cobalt spring pays nothing. Put another fund in its place."
    )
    assert found(w, made)["unfunded"].startswith("No fund pays for it yet")


def test_a_request_of_other_days(w):
    fund = wide(w, preapproval=True)
    made = planned(w, (fund, 5_000_00), **soon(30))
    request = plans.ask(funding=funding_of(made), by=w.owner, now=NOW)
    type(request).objects.filter(pk=request.pk).update(starts_on=TODAY + timedelta(days=31), ends_on=None)
    assert found(w, made)["other-days"] == f"{request.number} says other days than the plan: 24 Dec 2026."


def test_nothing_of_what_is_claimed_or_dropped(w):
    claimed = planned(w, (w.fund(), 500_00), cost=1_000_00, **soon(-3))
    draft = plans.claim(funding=funding_of(claimed), by=w.owner, now=NOW)
    filed = w.submitted(funding_of(claimed).allocation)
    type(funding_of(claimed)).objects.filter(pk=funding_of(claimed).pk).update(claim=filed)
    claims.discard(claim=draft, by=w.owner)
    assert found(w, claimed) == {}
    dropped = plans.drop(activity=planned(w, title="Dropped"), by=w.owner, now=NOW)
    assert found(w, dropped) == {}
