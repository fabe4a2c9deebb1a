"""How vendors deal with a partner: figures to the dot, the year before, and what may be told of others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import actions as claims
from dashboards.reports import peers, scorecards
from dashboards.reports.figures import FIGURES, Dealing, Money
from dashboards.reports.quartiles import Quartiles
from dashboards.tasks import warm_peers
from funds.lapse import lapse
from programs.days import Clock
from tests.cast import NOW, TODAY
from tests.dashboards.dealing import ago, asked_first, company, dealt, filed, granted, short_paid
from tests.pages import queries, table

pytestmark = pytest.mark.usefixtures("_at_now")
INDEX = reverse("dashboards:scorecards")
# In the last quarter that ended before the cast's NOW.
SPRING = datetime(2026, 5, 4, 9, tzinfo=UTC)


def card_of(w, vendor=None):
    (card,) = scorecards.cards([vendor or w.northgate], company=w.brightpath, now=NOW + timedelta(minutes=1))
    return card


def values(card) -> dict:
    return {score.figure.key: score.value for score in card.scores}


def test_each_figure_of_a_year_and_the_year_before(w):
    old = granted(w, 4_000_00, at=ago(700))
    for days in (8, 8, 11):
        dealt(w, old, at=ago(600), days=days, pay_days=30)
    fund = granted(w, 5_000_00, at=ago(200), expires_on=TODAY - timedelta(days=60))
    first = dealt(w, fund, at=ago(150), days=2, pay_days=5)
    dealt(w, fund, at=ago(140), days=4.5, pay_days=10, asked=True)
    dealt(w, fund, at=ago(130), days=9, pay_days=21)
    rejected = filed(w, fund, at=ago(120))
    claims.reject(
        claim=rejected, version=rejected.version, code="mismatch", reason="Wrong name.", by=w.admin, now=ago(119)
    )
    short = dealt(w, fund, at=ago(110), days=3)
    # 500 of these 5,000 each were claimed, but for the rejected one: 2,000; the rest lapses.
    short_paid(w, short, 40_00, ago(100))
    lapse(clock=Clock(ago(1)))
    card = card_of(w)
    # Decided in 1, 2, 3, 4.5 and 9 days; yes, question, yes, no, yes; paid in 5, 7, 10 and 21 days; one of four short.
    assert values(card) == {
        "decide": 3,
        "first_pass": 60,
        "pay": 8.5,
        "short": 25,
        "lapsed": 60,
        "used": pytest.approx(2_000 * 100 / 7_500),
    }
    before = {score.figure.key: score.before for score in card.scores}
    assert (before["decide"], before["first_pass"], before["pay"], before["lapsed"]) == (8, 100, 30, 0)
    trends = {score.figure.key: score.trend for score in card.scores}
    assert trends == {
        "decide": "better",
        "first_pass": "worse",
        "pay": "better",
        "short": "worse",
        "lapsed": "worse",
        "used": "worse",
    }
    assert card.money == [("USD", Money(7_500_00, 2_000_00, 3_000_00), Money(4_000_00, 1_500_00, 0))]
    assert card.shorts == [("USD", 1, 40_00)]
    assert first.paid == 500_00


def test_what_was_filed_again_counts_again_and_the_first_answer_counts_once(w):
    fund = granted(w, at=ago(90))
    claim = filed(w, fund, at=ago(80))
    back = claims.send_back(
        claim=claim, version=claim.version, code="mismatch", reason="Other name.", by=w.admin, now=ago(76)
    )
    again = claims.submit(claim=claims.reopen(claim=back, by=w.owner, now=ago(75)), by=w.owner, now=ago(70))
    claims.approve(claim=w.again(again), version=w.again(again).version, by=w.admin, now=ago(68))
    taken_back = filed(w, fund, at=ago(60))
    taken_back = claims.withdraw(claim=taken_back, by=w.owner, now=ago(50))
    refiled = claims.submit(claim=claims.reopen(claim=taken_back, by=w.owner, now=ago(49)), by=w.owner, now=ago(40))
    refiled = asked_first(w, w.again(refiled), ago(39))
    claims.approve(claim=refiled, version=refiled.version, by=w.admin, now=ago(30))
    scores = {score.figure.key: score for score in card_of(w).scores}
    # Three decisions: after 4, 2 and 10 days. Two first answers, sent back and asked: too few to say.
    assert (scores["decide"].value, scores["decide"].count) == (4, 3)
    assert (scores["first_pass"].value, scores["first_pass"].count) == (None, 2)


def test_two_currencies_are_never_added(w):
    mine = Dealing(money={"USD": Money(100, 50, 50), "EUR": Money(1_000, 0, 1_000)})
    assert (mine.value("lapsed"), mine.value("used")) == (75, 25)
    assert Dealing(money={"USD": Money(0, 0, 0)}).value("lapsed") is None


def test_of_own_books_only_statements_speak(w, client):
    fund = w.kept_fund(available=1_000_00)
    w.kept_fund(program=fund.program, on=TODAY, available=0, paid=600_00, lapsed=400_00)
    found = values(card_of(w, fund.program.vendor))
    assert found == dict.fromkeys(figure.key for figure in FIGURES) | {"lapsed": 40, "used": 60}
    client.force_login(w.owner)
    text = client.get(reverse("dashboards:scorecard", args=[fund.program.vendor_id])).text
    assert "You record this vendor yourself" in text
    assert "How others fare" not in text


def crowd(w, budget, numbers) -> None:
    """Companies of which each had three claims decided in as many days as its number."""
    for number in numbers:
        partner, owner = company(number)
        fund = granted(w, 2_000_00, at=SPRING - timedelta(days=1), budget=budget, partner=partner)
        for _ in range(3):
            dealt(w, fund, 400_00, at=SPRING, days=number, by=owner)


def test_peers_are_told_from_nine_companies_on_and_stay_for_the_quarter(w, client):
    budget = w.budget(amount=50_000_00)
    crowd(w, budget, range(1, 9))
    assert peers.peers([w.northgate.pk], NOW) == {w.northgate.pk: {}, None: {}}
    cache.clear()
    crowd(w, budget, [9])
    found = peers.peers([w.northgate.pk], NOW)
    assert found[w.northgate.pk]["decide"] == Quartiles(3, 5, 7, 9)
    # All of them deal with this vendor alone, so that all vendors together tell the same.
    assert found[None] == found[w.northgate.pk]
    assert found[w.northgate.pk]["used"] == Quartiles(30, 30, 30, 9)
    assert "pay" not in found[w.northgate.pk]
    # What happens in the quarter that runs changes nothing, also where it is reckoned anew.
    partner, owner = company(100)
    fund = granted(w, at=ago(20), budget=budget, partner=partner)
    for _ in range(3):
        dealt(w, fund, at=ago(19), days=10, by=owner)
    cache.clear()
    assert peers.peers([w.northgate.pk], NOW) == found
    # The page tells it without a name.
    mine = granted(w, at=ago(50), budget=budget)
    for days in (2, 2, 2):
        dealt(w, mine, at=ago(40), days=days)
    client.force_login(w.owner)
    page = client.get(reverse("dashboards:scorecard", args=[w.northgate.pk])).text
    assert "Better than its other partners’ middle half, 3 to 7 days." in page
    assert "9 or more" in page
    assert "Secret Company" not in page
    row = table(client.get(INDEX, {"format": "csv"}))[0]
    assert (row["Days to decide"], row["Days to decide: others, half below"]) == ("2.0", "5")
    assert "others 3 to 7 days" in client.get(INDEX).text


def test_a_few_that_deal_with_another_vendor_keep_all_vendors_untold(w):
    budget = w.budget(amount=50_000_00)
    crowd(w, budget, range(1, 11))
    elsewhere = granted(
        w,
        at=SPRING - timedelta(days=1),
        by=w.other_manager,
        budget=w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager),
    )
    for _ in range(3):
        dealt(w, elsewhere, at=SPRING, days=40)
    found = peers.peers([w.northgate.pk, w.skylark.pk], NOW)
    assert "decide" in found[w.northgate.pk]
    # Eleven companies have the figure; beside Northgate's, all vendors' would give away the one at Skylark.
    assert (found[w.skylark.pk], found[None].get("decide")) == ({}, None)


def test_the_figures_are_of_whole_quarters_that_ended_a_day_ago():
    for moment, until in (
        (datetime(2026, 11, 23, tzinfo=UTC), "2026-10-01"),
        (datetime(2026, 10, 1, 23, tzinfo=UTC), "2026-07-01"),
        (datetime(2026, 10, 2, tzinfo=UTC), "2026-10-01"),
        (datetime(2027, 1, 2, tzinfo=UTC), "2027-01-01"),
    ):
        year = peers.last_year(moment)
        assert (year.until.isoformat(), (year.until - year.since).days) == (until, 365)


def test_the_beat_keeps_them_so_that_no_page_reckons(w, client):
    # Also of a vendor that came, or first dealt with anybody, after they were reckoned.
    warm_peers()
    dealt(w, granted(w, at=ago(30)), at=ago(20), days=2)
    client.force_login(w.owner)
    with CaptureQueriesContext(connection) as captured:
        client.get(INDEX)
    # Own history alone: with a partner in each of the questions.
    asked = [query["sql"] for query in captured if "claims_payment y" in query["sql"]]
    assert len(asked) == 2
    assert all(f"partner_id = {w.brightpath.pk}" in sql for sql in asked)
    assert not peers.warm(NOW)


def test_only_a_partners_people_look(w, client):
    dealt(w, granted(w, at=ago(30)), at=ago(20), days=2)
    for user, index, detail in (
        (w.owner, 200, 200),
        (w.member, 200, 200),
        (w.stranger, 200, 404),
        (w.manager, 403, 404),
        (w.admin, 403, 404),
        (w.finance, 403, 404),
    ):
        client.force_login(user)
        assert client.get(INDEX).status_code == index
        assert client.get(reverse("dashboards:scorecard", args=[w.northgate.pk])).status_code == detail


def test_the_list_sorts_narrows_and_is_empty_with_words(w, client):
    client.force_login(w.owner)
    assert "No vendor’s money stands here yet" in client.get(INDEX).text
    dealt(w, granted(w, at=ago(30)), at=ago(20), days=2)
    w.kept_fund()
    for query in ({"sort": "-decide"}, {"sort": "name"}, {"sort": "nonsense"}, {"beside": "everybody"}, {"q": "north"}):
        assert "Northgate Cloud" in client.get(INDEX, query).text
    assert "No vendor of that name" in client.get(INDEX, {"q": "zzz"}).text
    assert b"".join(client.get(INDEX, {"format": "xlsx"}).streaming_content).startswith(b"PK")
    assert "too few to say" in client.get(INDEX).text


def test_queries_are_constant(w, client):
    client.force_login(w.owner)
    dealt(w, granted(w, at=ago(30)), at=ago(20), days=2, pay_days=1)
    one = queries(client, INDEX)
    w.kept_fund()
    by = w.other_manager
    there = w.budget(w.program(vendor=w.skylark, by=by), by=by)
    dealt(w, granted(w, at=ago(30), budget=there, by=by), at=ago(20), days=2, pay_days=1)
    assert queries(client, INDEX) == one
