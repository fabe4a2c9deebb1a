"""What came of a partner's money: recovered, lost and why to the cent, how long it took, and what is new since the last visit."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import Case, F, Sum, When
from django.urls import reverse

from claims import actions as claims
from claims.actions import requests
from dashboards.reports import story
from dashboards.reports.changes import changes
from dashboards.reports.losses import Cause, by_cause, came_back, losses
from funds import actions as funds
from funds.lapse import lapse
from funds.models import Movement
from partners.models import Membership
from programs.days import Clock
from programs.models import Activity
from tests.cast import NOW, TODAY
from tests.claims.asking import filed as request_filed
from tests.dashboards.dealing import ago, dealt, drafted, filed, granted
from tests.pages import queries, table

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = reverse("dashboards:story")
MONTH_AGO = ago(30)
OVER = TODAY - timedelta(days=40)  # so that its last day to claim, 30 days later, is over


def of_brightpath(w):
    return {"user": w.owner, "company": w.brightpath, "now": NOW}


def why(w) -> dict[Cause, int]:
    lost = story.lost_this_year(**of_brightpath(w))
    booked = Movement.objects.filter(act__in=["expire", "extend"], allocation__partner=w.brightpath)
    net = booked.aggregate(net=Sum(Case(When(act="expire", then=F("amount")), default=-F("amount"))))["net"]
    found = by_cause(lost)
    # To the cent: the causes add up to what the ledger says lapsed.
    assert sum(one.amount for one in found) - sum(came_back(lost).values()) == (net or 0)
    return {one.cause: one.amount for one in found}


def test_recovered_and_lost_by_month_and_year(w):
    last_year = granted(w, at=ago(500))
    dealt(w, last_year, at=datetime(2025, 8, 4, tzinfo=UTC), days=3, pay_days=10)
    fund = granted(w, 3_000_00, at=ago(200), expires_on=OVER)
    dealt(w, fund, at=datetime(2026, 9, 1, tzinfo=UTC), days=4, pay_days=16)
    claim = dealt(w, fund, 800_00, at=datetime(2026, 10, 1, tzinfo=UTC), days=2, pay_days=10)
    reversal = claims.propose_reversal(
        claim=claim, back_to="budget", code="twice", reason="Paid twice.", by=w.finance, now=ago(20)
    )
    other = w.second_admin  # finance too, for once
    Membership.objects.create(user=other, company=other.memberships.get().company, role="finance")
    claims.confirm_reversal(reversal=reversal, by=other, now=ago(19))
    lapse(clock=Clock(NOW))
    euros = granted(w, at=ago(100), budget=w.budget(w.program(currency="EUR")))
    dealt(w, euros, at=ago(50), days=1, pay_days=1)
    dollars, euro = story.past(**of_brightpath(w))
    months = {f"{month.month:%Y-%m}": (month.recovered, month.lost) for month in dollars.months}
    assert {name: money for name, money in months.items() if any(money)} == {
        "2025-08": (500_00, 0),
        "2026-09": (500_00, 0),
        "2026-10": (400_00, 0),
        "2026-11": (-400_00, 2_100_00),
    }
    assert (dollars.this_year[1:], dollars.last_year[1:]) == ((500_00, 2_100_00), (500_00, 0))
    assert len(dollars.picture) == 12
    assert all((after.month - before.month).days in (28, 30, 31) for before, after in pairwise(dollars.months))
    assert (euro.currency, euro.this_year.recovered) == ("EUR", 500_00)
    assert (dollars.chart["series"][0]["values"][-1], dollars.chart["series"][1]["values"][-1]) == (0, 2_100_00)


def test_the_year_begins_where_the_partner_is(w):
    w.brightpath.time_zone = "America/New_York"
    w.brightpath.save()
    claim = filed(w, granted(w, at=ago(400)), at=datetime(2025, 12, 20, tzinfo=UTC))
    claims.approve(claim=claim, version=claim.version, by=w.admin, now=datetime(2025, 12, 21, tzinfo=UTC))
    paid = datetime(2026, 1, 1, 3, tzinfo=UTC)
    claims.pay(
        claim=w.again(claim),
        version=w.again(claim).version,
        paid_on=paid.date() - timedelta(days=1),
        reference="R",
        by=w.finance,
        now=paid,
    )
    (dollars,) = story.past(**of_brightpath(w))
    assert (dollars.this_year.recovered, dollars.last_year.recovered) == (0, 500_00)


def test_how_long_money_took(w):
    fund = granted(w, at=ago(100))
    for filed_at, days, pay_days in ((90, 2, 5), (80, 3, 10), (70, 5, 20)):
        dealt(w, fund, at=ago(filed_at), days=days, pay_days=pay_days)
    this, before = story.waits(company=w.brightpath, now=NOW)
    # Filed to money: 7, 13, 25 days; granted to money: 17, 33, 55.
    assert (this.payments, this.since_filed, this.since_granted, before) == (3, 13, 33, None)


class TestWhy:
    def test_what_was_never_started_and_the_rest_of_a_fund_in_use(self, w):
        granted(w, 1_000_00, at=ago(100), expires_on=OVER)
        used = granted(w, 2_000_00, at=ago(100), expires_on=OVER)
        dealt(w, used, at=ago(90), days=2, pay_days=5)
        lapse(clock=Clock(NOW))
        assert why(w) == {Cause.NEVER: 1_000_00, Cause.REST: 1_500_00}

    def test_a_rejected_claim_and_one_that_was_sent_back(self, w):
        fund = granted(w, 2_000_00, at=ago(100), expires_on=OVER)
        reason = {"code": "mismatch", "reason": "Another name.", "by": w.admin}
        rejected = filed(w, fund, 800_00, at=ago(90))
        claims.reject(claim=rejected, version=rejected.version, now=ago(88), **reason)
        back = filed(w, fund, 600_00, at=ago(85))
        claims.send_back(claim=back, version=back.version, now=ago(84), **reason)
        lapse(clock=Clock(NOW))
        assert why(w) == {Cause.REJECTED: 400_00, Cause.SENT_BACK: 300_00, Cause.REST: 1_300_00}

    def test_what_was_corrected_and_paid_was_not_lost_by_it(self, w):
        fund = granted(w, 500_00, at=ago(100), expires_on=OVER)
        claim = filed(w, fund, 800_00, at=ago(90))
        claims.reject(
            claim=claim, version=claim.version, code="mismatch", reason="Other name.", by=w.admin, now=ago(88)
        )
        claim = claims.submit(
            claim=claims.reopen(claim=w.again(claim), by=w.owner, now=ago(87)), by=w.owner, now=ago(86)
        )
        claims.approve(claim=w.again(claim), version=w.again(claim).version, by=w.admin, now=ago(80))
        lapse(clock=Clock(NOW))
        assert why(w) == {Cause.REST: 100_00}

    def test_a_question_that_nobody_answered(self, w):
        fund = granted(w, 500_00, at=ago(100), expires_on=OVER)
        claim = claims.take(claim=filed(w, fund, 400_00, at=ago(90)), by=w.admin, now=ago(89))
        claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=ago(88))
        claims.return_unanswered(clock=Clock(ago(70)))
        lapse(clock=Clock(NOW))
        assert why(w) == {Cause.UNANSWERED: 200_00, Cause.REST: 300_00}

    def test_drafts_in_time_and_too_late(self, w):
        fund = granted(w, 1_000_00, at=ago(100), expires_on=OVER)
        assert TODAY - timedelta(days=95) < fund.last_safe_start < TODAY - timedelta(days=45)
        drafted(w, fund, 400_00, at=ago(95))
        drafted(w, fund, 600_00, at=ago(45))
        taken_back = filed(w, fund, 200_00, at=ago(60))
        claims.withdraw(claim=taken_back, by=w.owner, now=ago(59))
        lapse(clock=Clock(NOW))
        assert why(w) == {Cause.TOO_LATE: 300_00, Cause.UNFINISHED: 300_00, Cause.REST: 400_00}

    def test_what_was_set_aside_and_not_claimed_and_what_was_declined(self, w):
        program = w.program(activities=[Activity(kind="other", name="Day")])
        fund = granted(w, 3_000_00, at=ago(10), budget=w.budget(program, amount=3_000_00))
        declined = request_filed(w, fund, 800_00)
        declined = requests.take(request=declined, by=w.manager, now=NOW)
        requests.decline(
            request=declined, version=declined.version, code="no_money", reason="Later.", by=w.manager, now=NOW
        )
        held = request_filed(w, fund, 1_000_00)
        requests.approve(request=held, version=held.version, by=w.manager, now=NOW)
        later = NOW + timedelta(days=200)
        requests.expire(clock=Clock(later))
        lapse(clock=Clock(later))
        (lost,) = losses(user=w.owner, company=w.brightpath, since=NOW, until=later + timedelta(days=1))
        assert lost.causes == {Cause.DECLINED: 400_00, Cause.NOT_CLAIMED: 500_00, Cause.REST: 2_100_00}

    def test_statements_say_it_of_own_books(self, w):
        fund = w.kept_fund(available=1_000_00)
        w.kept_fund(program=fund.program, on=TODAY, available=700_00, lapsed=300_00)
        assert {
            one.cause: one.amount for one in by_cause(story.lost_this_year(**of_brightpath(w) | {"now": far()}))
        } == {Cause.STATED: 300_00}

    def test_what_came_back_is_not_lost(self, w):
        program = w.program(extension_days=365)
        fund = granted(w, 900_00, at=ago(100), expires_on=OVER, budget=w.budget(program, amount=1_000_00))
        lapse(clock=Clock(ago(1)))
        assert why(w) == {Cause.NEVER: 900_00}
        funds.extend(allocation=fund, until=TODAY + timedelta(days=20), reason="It moved.", by=w.manager, now=ago(0.5))
        assert why(w) == {}

    def test_what_lapsed_last_year_and_came_back_is_taken_off(self, w):
        program = w.program(extension_days=400, starts_on=TODAY - timedelta(days=500))
        old = granted(
            w, 900_00, at=ago(450), expires_on=TODAY - timedelta(days=400), budget=w.budget(program, amount=1_000_00)
        )
        lapse(clock=Clock(ago(360)))
        since = NOW.replace(month=1, day=1)
        funds.extend(allocation=old, until=TODAY - timedelta(days=36), reason="It moved.", by=w.manager, now=ago(40))
        found = losses(user=w.owner, company=w.brightpath, since=since, until=NOW)
        assert (by_cause(found), came_back(found)) == ([], {"USD": 900_00})


def far() -> datetime:
    """After what is recorded within the test."""
    return NOW + timedelta(minutes=5)


class TestChanges:
    def told(self, w, user=None, since=MONTH_AGO) -> list[tuple[str, str]]:
        found = changes(user=user or w.owner, company=w.brightpath, since=since, now=far())
        return [(change.title, change.what) for change in found]

    def test_what_others_did_is_told_with_its_money_and_what_oneself_did_is_not(self, w):
        program = w.program(name="Growth fund")
        fund = granted(w, at=ago(10), budget=w.budget(program))
        claim = dealt(w, fund, at=ago(9), days=2, pay_days=3)
        again = filed(w, fund, 400_00, at=ago(3))
        claims.send_back(
            claim=again, version=again.version, code="mismatch", reason="Other name.", by=w.admin, now=ago(2)
        )
        assert self.told(w) == [
            ("Growth fund", "A new program"),
            (claim.title, "Sent back to be corrected, $200.00"),
            (claim.title, "Paid, $500.00"),
            (claim.title, "Approved, $500.00"),
            (fund.name, "Granted to you, $5,000.00"),
        ]
        assert self.told(w, since=ago(3.5)) == self.told(w)[:2]
        # A colleague is told what the owner did.
        assert (claim.title, "Filed by a colleague, $500.00") in self.told(w, user=w.member)

    def test_nobody_else_is_told(self, w):
        dealt(w, granted(w, at=ago(10)), at=ago(9), days=2, pay_days=3)
        w.kept_fund()
        found = changes(user=w.stranger, company=w.othertech, since=ago(30), now=far())
        assert {change.words for change in found} == {"A new program"}
        # Who worked for both is told of the one that is looked at.
        Membership.objects.create(user=w.owner, company=w.othertech, role="member")
        found = changes(user=w.owner, company=w.othertech, since=ago(30), now=far())
        assert {change.words for change in found} == {"A new program"}

    def test_a_lapse_and_more_time_and_a_short_payment(self, w):
        program = w.program(extension_days=365)
        fund = granted(w, 900_00, at=ago(100), expires_on=OVER, budget=w.budget(program, amount=1_000_00))
        lapse(clock=Clock(ago(1)))
        funds.extend(allocation=fund, until=TODAY + timedelta(days=20), reason="It moved.", by=w.manager, now=ago(0.5))
        assert self.told(w, since=ago(2))[1:] == [
            (fund.name, "You have more time for it, $900.00"),
            (fund.name, "Lapsed, $900.00"),
        ]


def test_the_brief_for_the_home(w):
    fund = granted(w, 1_000_00, at=ago(100), expires_on=OVER)
    dealt(w, fund, at=ago(90), days=2, pay_days=5)
    lapse(clock=Clock(ago(1)))
    membership = Membership.objects.select_related("company").get(user=w.owner)
    found = story.brief(user=w.owner, membership=membership, now=NOW)
    assert (found.recovered, found.lost) == ([("USD", 500_00)], [("USD", 500_00)])
    assert (found.is_first, found.since) == (True, ago(30))
    assert (fund.name, "Lapsed, $500.00") in [(change.title, change.what) for change in found.changes]
    membership.visited_before = ago(0.5)
    found = story.brief(user=w.owner, membership=membership, now=NOW)
    assert (found.is_first, found.since, found.more) == (False, ago(0.5), 0)


def test_the_home_fetches_it_in_short_once_it_stands(w, client):
    client.force_login(w.owner)
    address = reverse("dashboards:story_brief")
    assert f'hx-get="{address}"' in client.get(reverse("dashboards:home")).text
    dealt(w, granted(w, at=ago(100)), at=ago(9), days=2, pay_days=3)
    text = client.get(address, headers={"HX-Request": "true"}).text
    for words in ("Recovered this year", "$500.00", "Approved", "In the last 30 days"):
        assert words in text
    assert "<html" not in text
    assert client.get(address).url == PAGE


def test_the_page_tells_it_and_exports_what_lapsed(w, client):
    client.force_login(w.owner)
    assert "The story begins with your first payment" in client.get(PAGE).text
    fund = granted(w, 1_000_00, at=ago(100), expires_on=OVER)
    dealt(w, fund, at=ago(90), days=2, pay_days=5)
    lapse(clock=Clock(ago(1)))
    text = client.get(PAGE).text
    for words in ("Recovered this year", "$500.00", "The rest of a fund in use", "In the last 30 days", "7 days"):
        assert words in text
    (row,) = table(client.get(PAGE, {"format": "csv"}))
    assert (row["Fund"], row["Lapsed"], row["Why"]) == (fund.name, "500.00", Cause.REST.label)
    client.force_login(w.stranger)
    assert fund.name not in client.get(PAGE).text
    client.force_login(w.manager)
    assert client.get(PAGE).status_code == 403


def test_queries_are_constant(w, client):
    client.force_login(w.owner)

    def one_more() -> None:
        fund = granted(w, 2_000_00, at=ago(100), expires_on=OVER)
        dealt(w, fund, at=ago(90), days=2, pay_days=5)
        drafted(w, fund, at=ago(60))
        request_filed(w, granted(w, at=ago(5)), 800_00)
        lapse(clock=Clock(ago(1)))

    one_more()
    once = queries(client, PAGE)
    one_more()
    one_more()
    assert queries(client, PAGE) == once
