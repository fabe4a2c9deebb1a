"""A manager reads what of today's unclaimed money will lapse, from how past funds went."""

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisAway

from dashboards.reports import forecast
from dashboards.reports.forecast import Basis, Past
from funds import actions as funds
from funds.lapse import lapse
from funds.ledger import Posting, post
from funds.models import Allocation, Budget
from funds.states import Act, Bucket
from programs.days import Clock
from programs.models import Program
from tests.cast import NOW, TODAY, numbers
from tests.dashboards.reading import as_manager, opened, queries, rows_of

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = "dashboards:forecast"
LAST_DAY = date(2026, 9, 30)  # of the past funds


@pytest.fixture
def budget(w) -> Budget:
    made = w.budget(w.program(name="Growth"), amount=0)
    funds.fund(budget=made, amount=1_000_000_00, key="all", by=w.manager, at=before(300))
    return made


def before(days: int, last: date = LAST_DAY) -> datetime:
    """Noon, so many days before the past funds' last day."""
    return datetime(last.year, last.month, last.day, 12, tzinfo=NOW.tzinfo) - timedelta(days=days)


def past(w, budget: Budget, amount: int, *, granted: int, claimed: dict[int, int] | None = None) -> Allocation:
    """A fund whose last day was in September, granted and claimed of so many days before. The rest lapsed."""
    name = f"Past {next(numbers)}"
    grant = funds.Grant.under(
        budget.program,
        partner=w.brightpath,
        amount=amount,
        name=name,
        reference=name,
        expires_on=LAST_DAY,
        claim_by=LAST_DAY,
    )
    (fund,) = funds.allocate(budget=budget, grants=[grant], by=w.manager, at=before(granted))
    for days, share in (claimed or {}).items():
        key = f"allocation:{fund.pk}:claim:{days}"
        post([Posting(Act.CLAIM, budget.pk, fund.pk, share, key, w.owner, source=Bucket.AVAILABLE)], at=before(days))
    lapse(clock=Clock(before(-1)))
    return fund


def history(w, budget: Budget) -> None:
    """The worked example: three funds of 1,000. The first claims 600 early, the second all of it late, the third nothing."""
    past(w, budget, 1_000_00, granted=100, claimed={50: 600_00})
    past(w, budget, 1_000_00, granted=100, claimed={10: 1_000_00})
    past(w, budget, 1_000_00, granted=30)


def open_fund(w, budget: Budget, amount: int, days: int, **fields) -> Allocation:
    until = TODAY + timedelta(days=days)
    return w.fund(amount, budget=budget, expires_on=until, claim_by=until, **fields)


def pace(w) -> forecast.Pace:
    return forecast.pace(company=w.northgate, programs=list(Program.objects.all()), now=NOW)


def expected(w) -> list[tuple]:
    programs = list(Program.objects.filter(vendor=w.northgate))
    found = forecast.expected(company=w.northgate, programs=programs, pace=pace(w), now=NOW)
    return [(f"{e.month:%Y-%m}", e.program.name, e.unclaimed, e.lapses, e.at_risk, e.words) for e in found]


# The reckoning


def test_the_worked_example(w, budget):
    history(w, budget)
    # Four weeks before: 400 + 1,000 + 1,000 were unclaimed, of which 400 + 1,000 lapsed.
    assert pace(w).share(budget.program_id, 4) == (Basis.PROGRAM, Past(3, 2_400_00, 1_400_00))
    # In the last week the second fund is claimed: all that was left lapsed.
    assert pace(w).share(budget.program_id, 0) == (Basis.PROGRAM, Past(3, 1_400_00, 1_400_00))
    # Fourteen weeks before only two of them were there: too few, also of the vendor's.
    assert pace(w).share(budget.program_id, 14) == (Basis.NOTHING, Past())
    open_fund(w, budget, 1_200_00, 30)
    assert expected(w) == [("2026-12", "Growth", 1_200_00, 700_00, 0, "Past funds of this program")]


def test_each_week_is_rounded_by_itself_and_the_weeks_add_up(w, budget):
    history(w, budget)
    open_fund(w, budget, 1_00, 30)  # 58.33 cents
    open_fund(w, budget, 1_00, 31)
    open_fund(w, budget, 77, 15)  # week 2: as four weeks before, 44.9 cents
    assert [(unclaimed, lapses) for _, _, unclaimed, lapses, *_ in expected(w)] == [(2_77, 117 + 45)]


def test_without_history_all_of_it_is_at_risk(w, budget):
    open_fund(w, budget, 1_200_00, 30)
    assert expected(w) == [("2026-12", "Growth", 1_200_00, 0, 1_200_00, "No history")]


def test_too_few_past_funds_take_those_of_the_vendors_other_programs_in_the_currency(w, budget):
    history(w, budget)
    other = w.budget(w.program(name="Other"))
    open_fund(w, other, 1_200_00, 30)
    yen = w.budget(w.program(name="Yen", currency="JPY"), amount=100_000)
    open_fund(w, yen, 1_200, 30)
    assert expected(w) == [
        ("2026-12", "Other", 1_200_00, 700_00, 0, "Your past funds in this currency"),
        ("2026-12", "Yen", 1_200, 0, 1_200, "No history"),
    ]


def test_another_vendors_past_says_nothing(w, budget):
    foreign = w.budget(w.program(vendor=w.skylark, by=w.other_manager), amount=10_000_00, by=w.other_manager)
    history(w, budget)
    found = forecast.pace(company=w.skylark, programs=[foreign.program], now=NOW)
    assert found.share(foreign.program_id, 4) == (Basis.NOTHING, Past())


def test_more_than_the_whole_never_lapses(w, budget):
    """A claim that was rejected after the last day: its money was not unclaimed then, and lapsed all the same."""
    for _ in range(3):
        fund = past(w, budget, 1_000_00, granted=60, claimed={20: 900_00})
        back = Posting(Act.RETURN, budget.pk, fund.pk, 900_00, f"back:{fund.pk}", w.admin, target=Bucket.AVAILABLE)
        post([back], at=before(-3))
        lapse(clock=Clock(before(-4)))
    basis, found = pace(w).share(budget.program_id, 1)
    assert (basis, found) == (Basis.PROGRAM, Past(3, 300_00, 3_000_00))
    assert found.share == 1


def test_what_was_extended_and_lapsed_again_counts_once(w, budget):
    for _ in range(3):
        past(w, budget, 1_000_00, granted=60)
    for fund in Allocation.objects.all():
        until = TODAY + timedelta(days=3)
        funds.extend(allocation=fund, until=until, reason="More time", by=w.manager, now=NOW)
    assert pace(w).share(budget.program_id, 2) == (Basis.NOTHING, Past())  # they are open again
    after = NOW + timedelta(days=5)
    lapse(clock=Clock(after))
    found = forecast.pace(company=w.northgate, programs=[budget.program], now=after)
    assert found.share(budget.program_id, 0) == (Basis.PROGRAM, Past(3, 3_000_00, 3_000_00))


# The page


def test_the_page_says_what_is_expected_and_how_it_is_reckoned(w, budget):
    history(w, budget)
    open_fund(w, budget, 1_200_00, 30)
    html = opened(as_manager(w), PAGE).text
    for said in (
        '<strong class="lost">$700.00</strong> of $1,200.00 will lapse.',
        "Past funds of this program",
        "How this is reckoned",
        "Where fewer than 3 past funds",
        "December 2026",
        "58%",
        "too few",
    ):
        assert said in html


def test_it_is_sorted_narrowed_and_taken_away(w, budget):
    history(w, budget)
    other = w.budget(w.program(name="=Other"))
    open_fund(w, other, 5_000_00, 40)
    open_fund(w, budget, 1_200_00, 30)
    client = as_manager(w)

    def names(**query):
        return [entry.program.name for entry in opened(client, PAGE, **query).context["page_obj"]]

    assert names() == ["Growth", "=Other"]
    for sort in ("-month", "program", "-unclaimed", "lapses", "-risk", "percent"):
        assert names(sort=sort) == ["=Other", "Growth"], sort
    assert names(program=other.program_id) == ["=Other"]
    rows = rows_of(client, PAGE)
    assert [
        (row["Month"], row["Program"], row["Unclaimed"], row["Expected to lapse"], row["No history: at risk"])
        for row in rows
    ] == [
        ("2026-12-01", "Growth", "1200.00", "700.00", "0.00"),
        ("2027-01-01", "'=Other", "5000.00", "0.00", "5000.00"),
    ]
    assert client.get(reverse(PAGE), {"format": "xlsx"}).status_code == 200


def test_nothing_of_another_vendor(w, budget):
    open_fund(w, budget, 1_200_00, 30)
    client = as_manager(w)
    client.force_login(w.other_manager)
    response = opened(client, PAGE)
    assert list(response.context["page_obj"]) == []
    assert "Nothing can lapse now" in response.text


def test_the_number_of_queries_does_not_grow(w, budget):
    client = as_manager(w)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            history(w, budget)
            open_fund(w, w.budget(), 1_00, 30)
        counts.append(queries(client, reverse(PAGE)))
    assert counts[0] == counts[1] <= 14


# Once a day for the home


def test_the_home_asks_the_ledger_once_a_day(w, budget, django_assert_num_queries):
    programs = [budget.program]
    history(w, budget)
    first = forecast.todays_pace(company=w.northgate, programs=programs, now=NOW)
    assert first == pace(w)
    with django_assert_num_queries(0):
        assert forecast.todays_pace(company=w.northgate, programs=programs, now=NOW) == first
    with django_assert_num_queries(1):
        forecast.todays_pace(company=w.northgate, programs=programs, now=NOW + timedelta(days=1))


def test_the_home_does_without_redis(w, budget, monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    monkeypatch.setattr(cache, "get", away)
    history(w, budget)
    assert forecast.todays_pace(company=w.northgate, programs=[budget.program], now=NOW).share(
        budget.program_id, 4
    ) == (Basis.PROGRAM, Past(3, 2_400_00, 1_400_00))
