"""The matcher: what each suggestion costs and when it runs, exactly; and that it never leaves what the terms allow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claims.models import FundRequest
from claims.request_checks import of_days, of_least, of_people
from dashboards.ideas.matching import Brought, Record, suggest
from dashboards.ideas.sizing import sized, window
from dashboards.ideas.words import reasons
from funds.models import Allocation, Budget
from programs.activities import ActivityKind
from programs.models import Activity, Program, Resource, Terms, Vendor
from programs.money import LARGEST, share
from programs.states import LeadUnit

MONDAY = date(2026, 11, 23)


def fund_of(currency: str = "USD", expires_on: date = MONDAY + timedelta(days=60), **terms) -> Allocation:
    program = Program(currency=currency, vendor=Vendor(name="Skylark"))
    terms = Terms(**({"reimbursement_percent": Decimal(50), "program": program} | terms))
    return Allocation(budget=Budget(program=program), terms=terms, expires_on=expires_on)


def found(fund, *types, idle=5_000_00, left=None, kits=(), records=None):
    return suggest(fund=fund, types=types, idle=idle, left=left or {}, kits=kits, records=records or {}, today=MONDAY)


def seminar(**rules) -> Activity:
    return Activity(kind=ActivityKind.SEMINAR, **({"name": "Customer webinar", "activity_days": 30} | rules))


def ad(**rules) -> Activity:
    return Activity(kind=ActivityKind.DIGITAL_AD, **({"name": "Search ads", "activity_days": 10} | rules))


def kit(**fields) -> Resource:
    said = {"kind": "campaign", "title": "Cloud webinar kit", "activities": ["seminar"], "status": "published"}
    return Resource(**(said | fields))


def record(told: int = 2, paid: int = 1_000_00, measured: int | None = 4_000_00, claimed: int | None = None, **more):
    by_currency = {"USD": Brought(told, paid, measured, claimed)}
    return Record(**({"leads": 28, "decided": 4, "smooth": 3, "by_currency": by_currency} | more))


def test_a_webinar_that_uses_all_of_the_money():
    fund = fund_of(lead_days=14)
    (it,) = found(fund, seminar())
    # At 50% of three lines alike, to the hundred dollars.
    assert it.size.entries == (
        ("Room or webinar platform", 3_400_00),
        ("Speakers", 3_300_00),
        ("Invitations", 3_300_00),
    )
    assert (it.size.cost, it.size.asked, it.size.own_share) == (10_000_00, 5_000_00, 5_000_00)
    # Approval takes until 7 December; thirty days end before 22 January.
    when = it.window
    assert (when.earliest, when.latest, when.ask_by) == (date(2026, 12, 7), date(2026, 12, 23), date(2026, 12, 9))
    assert (when.starts_on, when.ends_on) == (date(2026, 12, 7), date(2027, 1, 5))
    assert reasons(it) == [
        "You have run too few of these here to know what they bring you.",
        "It uses all of what is idle.",
        "Start between 7 Dec 2026 and 23 Dec 2026: ask by 9 Dec 2026, 14 days ahead.",
    ]


def test_a_cap_and_a_rate_of_its_own_bound_it():
    (it,) = found(fund_of(), ad(rate=Decimal(25), claim_cap=1_000_00))
    assert (it.size.cost, it.size.asked, it.size.own_share) == (4_000_00, 1_000_00, 3_000_00)
    assert it.bound == "claim"
    assert "It uses $1,000.00 of the idle $5,000.00: a claim gets no more." in reasons(it)


def test_what_is_left_of_a_period_bounds_it():
    (it,) = found(fund_of(), ad(), left={"Search ads": 120_00})
    assert (it.size.asked, it.bound) == (120_00, "period")
    assert found(fund_of(), ad(), left={"Search ads": 0}) == []


def test_it_is_paid_for_as_many_people_as_the_money_is_enough_for():
    course = Activity(kind=ActivityKind.TRAINING, name="Exam", person_cap=300_00, most_people=10)
    (it,) = found(fund_of(), course)
    assert (it.size.people, it.size.asked, it.size.cost, it.bound) == (10, 3_000_00, 6_000_00, "people")
    (it,) = found(fund_of(), course, idle=1_000_00)
    assert (it.size.people, it.size.asked) == (3, 900_00)


def test_less_than_the_terms_take_is_not_suggested():
    assert found(fund_of(least_claim=500_00), seminar(), idle=499_99) == []
    # Exactly as much, though no round cost gives it.
    (it,) = found(fund_of(least_claim=500_01), seminar(), idle=500_01)
    assert (it.size.asked, it.size.cost) == (500_01, 1_000_02)
    assert found(fund_of(), seminar(least=600_00), idle=500_01) == []


@pytest.mark.parametrize(
    ("currency", "idle", "cost", "asked"),
    [
        ("JPY", 123_456, 245_000, 122_500),  # to 5,000 yen
        ("KWD", 1_234_567, 2_450_000, 1_225_000),  # to 50 dinars of a thousand fils
        ("USD", 12_34, 24_00, 12_00),
        ("USD", 1_00, 2_00, 1_00),
    ],
)
def test_it_is_rounded_as_its_currency_is_spoken_of(currency, idle, cost, asked):
    (it,) = found(fund_of(currency), ad(), idle=idle)
    assert (it.size.cost, it.size.asked) == (cost, asked)


def test_it_starts_on_a_working_day_with_time_to_prepare():
    long_ago = window(terms=Terms(), activity=None, days=10, expires_on=date(2027, 3, 1), today=date(2026, 11, 21))
    assert long_ago.starts_on == date(2026, 12, 7)  # two weeks on is a Saturday
    near = window(terms=Terms(), activity=None, days=10, expires_on=date(2026, 12, 6), today=MONDAY)
    assert (near.latest, near.starts_on) == (date(2026, 11, 26), date(2026, 11, 26))
    weekend = window(terms=Terms(), activity=None, days=10, expires_on=date(2026, 12, 9), today=MONDAY)
    assert (weekend.latest, weekend.starts_on) == (date(2026, 11, 29), date(2026, 11, 27))


def test_what_no_longer_fits_is_not_suggested():
    fund = fund_of(expires_on=MONDAY + timedelta(days=20), lead_days=10, lead_unit=LeadUnit.WORKING)
    assert found(fund, seminar()) == []
    # Ten working days from today is Saturday 5 December at the soonest; eight days from then are over before the 13th.
    assert [it.window.starts_on for it in found(fund, ad(activity_days=8))] == [date(2026, 12, 5)]
    assert found(fund, ad(activity_days=9)) == []


def test_a_kit_at_hand_and_what_worked_before_come_first():
    fund, types = fund_of(), (ad(), seminar())
    assert [it.activity.name for it in found(fund, *types)] == ["Search ads", "Customer webinar"]
    with_kit = found(fund, *types, kits=[kit()])
    assert [it.activity.name for it in with_kit] == ["Customer webinar", "Search ads"]
    assert with_kit[0].kit.title == "Cloud webinar kit"
    assert "The campaign kit «Cloud webinar kit» is ready." in reasons(with_kit[0])
    proven = found(fund, *types, records={"seminar": record()})
    assert [it.activity.name for it in proven] == ["Customer webinar", "Search ads"]
    assert reasons(proven[0])[:3] == [
        "Your two seminars and webinars brought 14 leads each.",
        "They brought $4.00 of measured revenue for each $1.00 that vendors paid.",
        "3 of your 4 claims for it went through without a question.",
    ]


def test_measured_counts_more_than_claimed():
    fund, types = fund_of(), (ad(activity_days=30), seminar())
    said = record(measured=None, claimed=4_000_00)
    first, second = found(fund, *types, records={"digital_ad": said, "seminar": record()})
    assert (first.activity.kind, second.activity.kind) == ("seminar", "digital_ad")
    assert first.points - second.points == 8  # four for each 1 paid: sixteen, or half of that
    assert "They brought $4.00 of revenue, as you report it, for each $1.00 that vendors paid." in reasons(second)


def test_one_of_a_kind_says_nothing():
    (it,) = found(fund_of(), seminar(), records={"seminar": record(told=1, decided=1, smooth=1)})
    (unknown,) = found(fund_of(), seminar())
    assert it.points == unknown.points
    assert reasons(it) == reasons(unknown)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "retired"},
        {"status": "draft"},
        {"valid_until": MONDAY - timedelta(days=1)},
        {"valid_until": MONDAY + timedelta(days=10)},  # over when the webinar begins
        {"valid_from": MONDAY + timedelta(days=1)},
        {"activities": ["email"]},
    ],
)
def test_a_kit_that_cannot_be_had_counts_for_nothing(fields):
    (it,) = found(fund_of(), seminar(), kits=[kit(**fields)])
    assert it.kit is None


def test_the_best_kit_is_named():
    brand, any_kind, playbook = kit(kind="brand"), kit(activities=[], title="Any"), kit(kind="playbook", title="How")
    (it,) = found(fund_of(), seminar(), kits=[any_kind, brand, playbook])
    assert it.kit == playbook
    (it,) = found(fund_of(), seminar(), kits=[any_kind, brand])
    assert it.kit == brand


def test_three_at_most_and_equals_in_the_order_of_the_terms():
    types = [ad(name=name) for name in ("C", "A", "D", "B")]
    assert [it.activity.name for it in found(fund_of(), *types)] == ["C", "A", "D"]


AMOUNT = st.integers(0, 10**13)
CAP = st.none() | st.integers(1, 10**12)
PERCENT = st.decimals(1, 100, places=2)


@st.composite
def activities(draw) -> Activity:
    return Activity(
        kind=draw(st.sampled_from(ActivityKind.values)),
        name="Something",
        rate=draw(st.none() | PERCENT),
        claim_cap=draw(CAP),
        person_cap=draw(CAP),
        most_people=draw(st.none() | st.integers(1, 30_000)),
        least=draw(CAP),
        activity_days=draw(st.none() | st.integers(0, 730)),
        lead_days=draw(st.none() | st.integers(0, 365)),
        eligible=draw(st.sampled_from(["", "Rooms\nFood", "A\n\nB\nC\nD"])),
    )


@st.composite
def funds(draw) -> Allocation:
    return fund_of(
        draw(st.sampled_from(["USD", "JPY", "KWD"])),
        expires_on=MONDAY + timedelta(days=draw(st.integers(0, 1_500))),
        reimbursement_percent=draw(PERCENT),
        least_claim=draw(CAP),
        lead_days=draw(st.integers(0, 365)),
        lead_unit=draw(st.sampled_from(LeadUnit.values)),
        activity_days=draw(st.integers(0, 730)),
    )


@settings(max_examples=400, deadline=None)
@given(funds(), st.lists(activities(), max_size=5), AMOUNT, CAP)
def test_no_suggestion_leaves_what_the_terms_allow(fund, types, idle, cap):
    left = {} if cap is None else {"Something": cap}
    suggestions = found(fund, *types, idle=idle, left=left)
    assert len(suggestions) <= 3
    for it in suggestions:
        activity, size, when = it.activity, it.size, it.window
        rate = fund.terms.reimbursement_percent if activity.rate is None else activity.rate
        assert 0 < size.asked <= idle
        assert size.asked == sum(share(amount, rate) for _, amount in size.entries)
        assert all(amount > 0 for _, amount in size.entries)
        assert size.own_share >= 0
        assert size.asked <= min(cap or idle, activity.claim_cap or idle)
        assert MONDAY <= when.earliest <= when.starts_on <= when.latest
        assert when.ends_on < max(fund.expires_on, when.starts_on + timedelta(days=1))
        asked = FundRequest(
            allocation=fund,
            activity=activity,
            people=size.people,
            starts_on=when.starts_on,
            ends_on=when.ends_on,
            cost=size.cost,
            asked=size.asked,
        )
        assert [*of_days(asked, MONDAY), *of_least(asked), *of_people(asked, asked.asked, asked.people)] == []
        assert reasons(it)
        assert it.points <= 100


@settings(max_examples=400, deadline=None)
@given(AMOUNT, PERCENT, st.sampled_from(["USD", "JPY", "KWD"]))
def test_little_of_the_money_stays_idle(most, rate, currency):
    assume(most >= 10**7 and most * 100 / rate < LARGEST)
    size = sized(most=most, least=0, rate=rate, currency=currency, names=["A", "B", "C"])
    assert most * 18 // 20 <= size.asked <= most
