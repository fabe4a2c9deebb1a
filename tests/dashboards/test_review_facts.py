"""A worked example: one vendor's review twenty days on, with every figure; and what takes part in it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import actions as claims
from claims.models import ExchangeRate
from dashboards.reviews import choosing
from dashboards.reviews.facts import Review, reviews
from dashboards.reviews.scope import Scope
from dashboards.reviews.sheets import sheets
from funds.lapse import lapse
from partners.models import Company
from plans.actions import steps
from programs import standing
from programs.activities import ActivityKind
from programs.days import Clock
from programs.models import Activity, Tier
from programs.resources.actions import use
from programs.resources.states import Act
from tests.cast import NOW, TODAY
from tests.claims import asking, paying
from tests.dashboards.test_roi import paid, tell

LATER = NOW + timedelta(days=20)


def in_days(days):
    return TODAY + timedelta(days=days)


def review_of(w, *vendors, user=None, company=None, now=LATER, months=12) -> list[Review]:
    found = tuple(Company.objects.get(pk=vendor.pk) for vendor in vendors)
    return reviews(Scope(user or w.owner, company or w.brightpath, found, now, months))


@pytest.fixture
def northgate(w) -> Review:
    """Everything that a review tells of."""
    told = paid(w)
    tell(w, told, measured=2_000_00, claimed=300_00, leads=8)
    paying.due(w, w.fund(50_000_00, name="Paid from", budget=w.budget(w.program(pay_days=10), amount=50_000_00)))
    w.submitted(w.fund(500_00, name="Claimed from", budget=w.budget(w.program(review_days=5))))
    w.draft(w.fund(700_00, name="Drafted on", expires_on=in_days(90)))
    asking.filed(w, w.fund(500_00, name="Asked of"), 1_000_00)
    w.fund(4_200_00, name="Spring", expires_on=in_days(25), budget=w.budget(w.program(claim_window_days=5)))
    w.fund(900_00, name="Lost", expires_on=in_days(3), budget=w.budget(w.program(claim_window_days=2)))
    lapse(clock=Clock(NOW + timedelta(days=10)))
    w.program(name="Growth", activities=[Activity(kind=ActivityKind.SEMINAR, name="Evening", proofs=[])])
    kit, used = w.resource(title="Kit"), w.resource(title="Used")
    use(resource=kit, partner=w.brightpath, act=Act.OPENED, by=w.member, now=NOW)
    use(resource=used, partner=w.brightpath, act=Act.USED, by=w.member, now=NOW)
    agreed = {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
    steps.agree(words="Send the plan", due_on=in_days(15), **agreed)
    steps.tick(step=steps.agree(words="Call", due_on=in_days(1), **agreed), by=w.owner, now=NOW)
    (found,) = review_of(w, w.northgate)
    return found


def test_funds_left_the_first_to_lapse_on_top(northgate):
    left = {row.fund.name: (row.step.amount, row.fund.claim_by, row.is_at_risk) for row in northgate.left}
    assert left["Spring"] == (4_200_00, in_days(30), True)
    assert left["Drafted on"] == (700_00, in_days(120), False)
    assert "Lost" not in left
    assert [row.fund.claim_by for row in northgate.left] == sorted(row.fund.claim_by for row in northgate.left)
    assert northgate.left_totals == [("USD", sum(amount for amount, *_ in left.values()))]


def test_claims_and_requests_with_how_long_they_wait(northgate):
    rows = [(row.about.title, row.is_request, row.days, row.late) for row in northgate.waiting]
    assert rows == [
        ("Cloud webinar", False, 20, 15),
        ("Cloud evening", True, 20, None),
        ("Cloud webinar", False, 0, None),
    ]
    assert [row.is_filed for row in northgate.waiting] == [True, True, False]


def test_owed_against_paid(northgate):
    (balance,) = northgate.balances.values()
    assert (balance.currency, balance.owed, balance.overdue) == ("USD", 500_00, 500_00)
    assert (balance.paid, balance.lapsed, balance.deciding) == (500_00, 900_00, 500_00)
    assert [(row.payment.amount, row.late) for row in northgate.due] == [(500_00, 10)]


def test_results_of_the_period(w, northgate):
    (row,) = northgate.returns
    assert (row["paid"], row["measured"], row["claimed"], row["leads"]) == (500_00, 2_000_00, 300_00, 8)
    (later,) = review_of(w, w.northgate, now=NOW + timedelta(days=120), months=3)
    assert later.returns == []
    assert later.balance("USD").paid == 0


def test_programs_not_joined_with_why_they_fit(northgate):
    (row,) = northgate.openings
    assert (row.program.name, row.outlook.state) == ("Growth", "ask")
    assert row.ran == (ActivityKind.SEMINAR,)


def test_resources_not_used(northgate):
    assert [(row.resource.title, row.taken) for row in northgate.unused] == [("Kit", True)]


def test_steps_the_open_ones_first(northgate):
    assert [(step.words, step.is_open) for step in northgate.steps] == [("Send the plan", True), ("Call", False)]


def test_in_words(northgate):
    page = sheets(northgate)
    blocks = {block.key: [[cell.words for cell in line.cells] for line in block.lines] for block in page.first}
    blocks |= {block.key: [[cell.words for cell in line.cells] for line in block.lines] for block in page.second}
    (spring,) = [cells for cells in blocks["funds"] if cells[0].startswith("Spring")]
    assert spring[3:] == ["23 Dec 2026", "$4,200.00"]
    (growth,) = blocks["programs"]
    assert growth == [
        "Growth",
        "Pays back 50%. Pays for what you have claimed before: seminar or webinar",
        "You meet its rules: ask to join",
    ]
    assert blocks["claims"][0][1:] == ["Submitted", "23 Nov 2026", "20 days, 5 days promised", "$500.00"]
    assert blocks["claims"][2][2:4] == ["–", "with you"]
    assert blocks["money"] == [["USD", "$500.00", "$500.00", "$500.00", "$900.00"]]
    assert blocks["payments"][0][2:] == ["3 Dec 2026 · 10 days late", "$500.00"]
    assert blocks["results"] == [["USD", "1, 1 with results", "8", "0", "$500.00", "$2,000.00", "$300.00"]]
    assert blocks["resources"] == [["Kit", "Campaign kit, English", "Any activity", "Opened"]]
    steps_there = [[cell.words for cell in line.cells] for line in page.steps.lines]
    assert steps_there == [["Send the plan", "Member", "8 Dec 2026"], ["Call", "Member", "Done on 23 Nov 2026"]]


def test_long_lists_are_cut_and_counted(w):
    for number in range(9):
        w.fund(100_00, name=f"Fund {number}")
    (found,) = review_of(w, w.northgate)
    funds = sheets(found).first[0]
    assert (len(funds.lines), funds.more, funds.more_words) == (6, 3, "and 3 more")


def test_of_the_own_books_the_statements_tell(w):
    fund = w.kept_fund(available=1_000_00, claimed=300_00, approved=200_00, paid=50_00)
    (found,) = review_of(w, fund.program.vendor)
    (balance,) = found.balances.values()
    assert (balance.owed, balance.deciding, balance.paid, balance.stated_on) == (200_00, 300_00, 50_00, TODAY)
    assert [row.step.amount for row in found.left] == [1_000_00]
    assert (found.openings, found.unused, found.left[0].extends_to) == ([], [], None)
    page = sheets(found)
    assert "By your statement of 23 Nov 2026 you owe us $200.00: when is it paid?" in page.questions
    assert page.second[0].note == "By your statements, $300.00 is being decided."


def test_another_partners_affairs_are_not_in_it(w):
    budget = w.budget(amount=100_000_00)
    theirs = w.fund(50_000_00, partner=w.othertech, budget=budget)
    w.submitted(theirs, by=w.stranger)
    (found,) = review_of(w, w.northgate)
    assert (found.left, found.waiting, found.balances, found.due, found.returns) == ([], [], {}, [], [])


def test_three_vendors_take_as_many_queries_as_one(w, northgate):
    w.fund(budget=w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager), by=w.other_manager)
    w.program(vendor=w.skylark, by=w.other_manager)
    w.resource(vendor=w.skylark, by=w.other_manager)
    kept = w.kept_fund().program.vendor

    def count(*vendors) -> int:
        review_of(w, *vendors)
        with CaptureQueriesContext(connection) as captured:
            for review in review_of(w, *vendors):
                sheets(review)
        # Looking up the vendors themselves is the test's own.
        return len(captured) - len(vendors)

    assert count(w.northgate, w.skylark, kept) == count(w.northgate)


class TestChoosing:
    def ranked(self, w, user=None, company=None):
        return choosing.ranked(user or w.owner, company or w.brightpath, NOW)

    def names(self, ranking) -> list[str]:
        return [stake.vendor.name for stake in ranking.stakes]

    def test_by_what_is_still_to_claim_and_owed(self, w):
        w.fund(1_000_00)
        sky = {"by": w.other_manager}
        w.fund(2_000_00, budget=w.budget(w.program(vendor=w.skylark, **sky), **sky), **sky)
        w.kept_fund(available=500_00, approved=700_00)
        ranking = self.ranked(w)
        assert self.names(ranking) == ["Skylark Compute", "Cobalt Print", "Northgate Cloud"]
        assert [stake.amounts["USD"] for stake in ranking.stakes] == [2_000_00, 1_200_00, 1_000_00]
        w.approved(w.fund(5_000_00), costs=(6_000_00,))
        ranking = self.ranked(w)
        # 1,000 and 2,000 to claim, 3,000 owed.
        assert (self.names(ranking)[0], ranking.stakes[0].amounts) == ("Northgate Cloud", {"USD": 6_000_00})

    def test_currencies_are_compared_by_the_days_rate_and_what_has_none_comes_last(self, w):
        w.fund(1_000_00)
        sky = {"by": w.other_manager}
        euros = w.program(vendor=w.skylark, currency="EUR", **sky)
        w.fund(950_00, budget=w.budget(euros, **sky), **sky)
        assert self.names(self.ranked(w)) == ["Northgate Cloud", "Skylark Compute"]
        assert self.ranked(w).unknown == ["EUR"]
        rate = ExchangeRate(base="EUR", quote="USD", day=TODAY, rate=Decimal("1.10"), source="ECB")
        claims.save_rate(rate=rate, by=w.finance, now=NOW)
        ranking = self.ranked(w)
        assert self.names(ranking) == ["Skylark Compute", "Northgate Cloud"]
        assert (ranking.unknown, ranking.exchange.rate("EUR").source) == ([], "ECB")

    def test_five_unless_others_are_named(self, w):
        for name in "ABCDEF":
            w.kept_program(name=f"Vendor {name}")
        ranking = self.ranked(w)
        assert len(ranking.chosen(set())) == 5
        last = ranking.stakes[-1].vendor
        assert ranking.chosen({str(last.pk), "evil", "-1"}) == [last]

    def test_also_one_of_which_it_has_a_tier_alone(self, w):
        tier = standing.save_tier(tier=Tier(vendor=w.skylark, name="Gold"), by=w.other_manager, now=NOW)
        change = standing.Change(w.brightpath, sets_tier=True, tier=tier)
        standing.set_standings(vendor=w.skylark, changes=[change], by=w.other_manager, now=NOW)
        assert self.names(self.ranked(w)) == ["Skylark Compute"]

    def test_a_vendor_that_was_put_away_and_others_books_are_not_there(self, w):
        w.kept_program(partner=w.othertech, by=w.stranger, name="Theirs")
        kept = w.kept_program().vendor
        assert self.names(self.ranked(w)) == ["Cobalt Print"]
        Company.objects.filter(pk=kept.pk).update(retired_at=NOW)
        assert self.names(self.ranked(w)) == []
        assert self.names(self.ranked(w, user=w.manager)) == []
