"""The cash forecast: what goes out and what comes back, on which day, and what that is reckoned from."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from claims import actions as claims
from claims.actions import requests
from dashboards.cash.flows import Flow, flows
from dashboards.cash.months import by_month, deepest
from dashboards.cash.pace import Basis, Pace, Usual, paces
from plans import actions as plans
from tests.cast import NOW, TODAY
from tests.claims.asking import again, approved, claim_on, draft, filed
from tests.pages import queries, table

pytestmark = [pytest.mark.usefixtures("_at_now", "kept")]
PAGE = reverse("dashboards:cash")
DAY = timedelta(days=1)


@pytest.fixture
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def fund_of(w, amount=2_000_00, by=None, **terms):
    return w.fund(amount, budget=w.budget(w.program(by=by, **terms), by=by), by=by)


def found(w, now=NOW):
    usual = paces(w.owner, w.brightpath, now)
    return flows(user=w.owner, company=w.brightpath, paces=usual, now=now)


def told(flow: Flow) -> tuple:
    return flow.day, flow.what, flow.own, flow.advanced, flow.back, flow.basis


def decided(w, fund, after: int, paid_after: int | None = None):
    """A claim for 100.00 that was decided so many days from now, and paid so many days after that."""
    claim = w.submitted(fund, (200_00,))
    claim = w.again(claims.approve(claim=claim, version=claim.version, by=w.admin, now=NOW + after * DAY))
    if paid_after is not None:
        on = TODAY + (after + paid_after) * DAY
        claims.pay(claim=claim, version=claim.version, paid_on=on, reference="R", by=w.finance, now=NOW + 90 * DAY)
    return claim


def test_an_approved_activity_goes_out_whole_and_comes_back_as_promised(w):
    fund = fund_of(w, pay_days=40)
    approved(w, fund, 600_00, 400_00)  # of 1,000.00 the vendor pays half; 13 and 14 December
    out, back = found(w)
    assert told(out) == (date(2026, 12, 13), "Approved activity", 500_00, 500_00, 0, Basis.PLANNED)
    # Over on 14 December, filed two weeks later, paid 40 days after that.
    assert told(back) == (date(2027, 2, 6), "To be claimed", 0, 0, 500_00, Basis.PROMISED)
    months = by_month([out, back], TODAY)
    assert [(m.month, m.own, m.advanced, m.back, m.net, m.running) for m in months] == [
        (date(2026, 11, 1), 0, 0, 0, 0, 0),
        (date(2026, 12, 1), 500_00, 500_00, 0, -1_000_00, -1_000_00),
        (date(2027, 1, 1), 0, 0, 0, 0, -1_000_00),
        (date(2027, 2, 1), 0, 0, 500_00, 500_00, -500_00),
    ]
    assert {currency: (m.month, m.out) for currency, m in deepest(months).items()} == {
        "USD": (date(2026, 12, 1), 1_000_00)
    }


def test_what_nobody_promised_has_no_day(w):
    approved(w, fund_of(w), 1_000_00)
    out, back = found(w)
    assert told(back) == (None, "To be claimed", 0, 0, 500_00, Basis.UNKNOWN)
    *_, unknown = by_month([out, back], TODAY)
    assert (unknown.month, unknown.back) == (None, 500_00)


def test_a_reduced_approval_leaves_more_to_oneself(w):
    approved(w, fund_of(w), 1_000_00, amount=300_00)
    out, back = found(w)
    assert (out.own, out.advanced, back.back) == (700_00, 300_00, 300_00)


def test_what_is_claimed_of_it_goes_out_no_more(w):
    request = approved(w, fund_of(w, pay_days=30), 1_000_00)
    claim_on(w, request, 400_00)  # the vendor's share is 200.00
    by_what = {flow.what: flow for flow in found(w)}
    out, rest, claimed = (by_what[what] for what in ("Approved activity", "To be claimed", "Claim filed"))
    assert (out.own, out.advanced) == (300_00, 300_00)
    assert (rest.back, claimed.back) == (300_00, 200_00)
    assert claimed.day == TODAY + 30 * DAY


def test_once_it_is_over_only_what_comes_back_is_left(w):
    approved(w, fund_of(w, pay_days=30), 1_000_00)
    (back,) = found(w, NOW + 30 * DAY)
    # It ended on 14 December: filed by 28 December at the usual pace, and today is 23 December.
    assert told(back) == (date(2027, 1, 27), "To be claimed", 0, 0, 500_00, Basis.PROMISED)
    (back,) = found(w, NOW + 45 * DAY)
    assert back.day == TODAY + 75 * DAY


def test_own_claims_tell_the_usual_days(w):
    fund = fund_of(w, pay_days=90, review_days=60)
    for after, paid_after in ((4, 10), (5, 12), (9, 30)):
        decided(w, fund, after, paid_after)
    now = NOW + 100 * DAY
    assert paces(w.owner, w.brightpath, now) == {w.northgate.pk: Pace(None, Usual(5, 3), Usual(12, 3))}
    later = fund_of(w, pay_days=90)
    waiting = w.submitted(later, (500_00,))  # filed today
    (flow,) = found(w)
    assert told(flow) == (TODAY + 17 * DAY, "Claim filed", 0, 0, 250_00, Basis.USUAL)
    claims.approve(claim=waiting, version=waiting.version, by=w.admin, now=NOW + 2 * DAY)
    (flow,) = found(w)
    assert told(flow) == (TODAY + 14 * DAY, "Claim approved", 0, 0, 250_00, Basis.USUAL)


def test_two_claims_tell_nothing_yet(w):
    fund = fund_of(w, pay_days=90)
    for _ in range(2):
        decided(w, fund, 4, 10)
    assert paces(w.owner, w.brightpath, NOW + 100 * DAY) == {w.northgate.pk: Pace()}
    w.submitted(fund, (500_00,))
    (flow,) = found(w)
    assert (flow.day, flow.basis) == (TODAY + 90 * DAY, Basis.PROMISED)


def test_each_vendor_by_itself_and_nobody_elses_claims(w):
    fund = fund_of(w)
    for _ in range(3):
        decided(w, fund, 4, 10)
    assert set(paces(w.owner, w.brightpath, NOW + 20 * DAY)) == {w.northgate.pk}
    assert paces(w.stranger, w.othertech, NOW + 20 * DAY) == {}
    assert flows(user=w.stranger, company=w.othertech, paces={}, now=NOW) == []


def test_what_takes_longer_than_usual_stands_today(w):
    w.submitted(fund_of(w, pay_days=10), (500_00,))
    (flow,) = found(w, NOW + 30 * DAY)
    assert (flow.day, flow.late) == (TODAY + 30 * DAY, True)


def test_what_is_not_approved_or_filed_is_not_counted(w):
    fund = fund_of(w)
    draft(w, fund, 100_00)
    filed(w, fund, 100_00, title="Dinner for ten")
    w.draft(fund)
    assert found(w) == []


def test_a_statement_says_what_is_on_its_way_and_no_day(w):
    w.kept_fund(claimed=300_00, approved=200_00)
    (flow,) = found(w)
    assert told(flow) == (None, "On its way, as the statement says", 0, 0, 500_00, Basis.UNKNOWN)


def planned(w, *fundings, cost=1_000_00, starts_on=date(2027, 1, 11)):
    wanted = plans.Wanted(
        title="Dinner",
        kind="seminar",
        cost=cost,
        currency="USD",
        starts_on=starts_on,
        ends_on=starts_on + DAY,
        notes="Ten guests.",
    )
    fundings = [plans.Funding(fund, amount) for fund, amount in fundings]
    return plans.plan_activity(partner=w.brightpath, wanted=wanted, fundings=fundings, by=w.owner, now=NOW)


def test_what_is_planned_goes_out_and_each_fund_pays_its_part_back(w):
    promised, silent = fund_of(w, pay_days=30), fund_of(w)
    planned(w, (promised, 300_00), (silent, 100_00))  # stand for 800.00 of 1,000.00
    out, back, unknown = found(w)
    assert told(out) == (date(2027, 1, 11), "Planned activity", 600_00, 400_00, 0, Basis.PLANNED)
    # Over on 12 January, filed two weeks later, paid 30 days after that.
    assert told(back) == (date(2027, 2, 25), "Planned", 0, 0, 300_00, Basis.PROMISED)
    assert told(unknown) == (None, "Planned", 0, 0, 100_00, Basis.UNKNOWN)


def test_a_request_of_the_plan_is_counted_once(w):
    activity = planned(w, (fund_of(w, pay_days=30), 500_00))
    asked = plans.ask(funding=activity.fundings.get(), by=w.owner, now=NOW)
    before = [told(flow) for flow in found(w)]
    asked = again(requests.submit(request=again(asked), by=w.owner, now=NOW))
    assert [told(flow) for flow in found(w)] == before
    requests.approve(request=asked, version=asked.version, by=w.manager, now=NOW)
    assert [(flow.what, flow.own, flow.advanced, flow.back) for flow in found(w)] == [
        ("Planned activity", 500_00, 500_00, 0),
        ("To be claimed", 0, 0, 500_00),
    ]


def test_the_page_narrows_sorts_and_gives_tables(w, client):
    approved(w, fund_of(w, pay_days=40), 1_000_00)
    euros = fund_of(w, vendor=w.skylark, by=w.other_manager, currency="EUR", pay_days=30)
    w.submitted(euros, (80_00,))
    client.force_login(w.member)
    page = client.get(PAGE)
    assert [currency for currency, _ in page.context["charts"]] == ["EUR", "USD"]
    assert "By the end of December 2026" in page.text
    assert "Usual is the median of your own claims" in page.text
    only = client.get(f"{PAGE}?vendor={w.skylark.pk}")
    assert [flow.currency for flow in only.context["page_obj"]] == ["EUR"]
    biggest = client.get(f"{PAGE}?sort=-back").context["page_obj"]
    assert [flow.back for flow in biggest] == [500_00, 0, 40_00]  # each currency by itself
    rows = table(client.get(f"{PAGE}?format=csv"))
    assert [(row["Currency"], row["Own share"], row["Paid back"]) for row in rows] == [
        ("USD", "500.00", "0.00"),
        ("EUR", "0.00", "40.00"),
        ("USD", "0.00", "500.00"),
    ]
    months = table(client.get(f"{PAGE}?format=csv&table=months"))
    assert [(row["Month"], row["Currency"], row["Since today"]) for row in months if row["Currency"] == "EUR"] == [
        ("2026-11-01", "EUR", "0.00"),
        ("2026-12-01", "EUR", "40.00"),
    ]


def test_nothing_under_way_says_what_to_do(w, client):
    client.force_login(w.owner)
    page = client.get(PAGE)
    assert "Nothing is under way" in page.text
    assert reverse("dashboards:ideas") in page.text


def test_it_takes_as_many_queries_for_three_as_for_one(w, client):
    client.force_login(w.owner)

    def more(title):
        approved(w, fund_of(w, pay_days=40), 100_00, title=title)
        w.submitted(fund_of(w, pay_days=40))

    more("Breakfast")
    planned(w, (fund_of(w), 100_00))
    one = queries(client, PAGE)
    more("Roadshow")
    more("Trade fair")
    w.kept_fund(claimed=300_00)
    for _ in range(2):
        planned(w, (fund_of(w), 100_00), starts_on=date(2027, 1, 11) + 7 * DAY)
    assert queries(client, PAGE) == one
