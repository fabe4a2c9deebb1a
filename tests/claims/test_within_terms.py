"""A claim keeps to its fund's terms: windows, caps, minimums, people, approval and proof, all of it read from the terms."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import actions
from claims.actions.filing import Entry
from claims.checks import period_cap, wanting
from claims.models import Claim, Line
from funds import actions as funds
from programs.activities import ActivityKind, Shows
from programs.models import Activity
from programs.states import CapRule, WindowFrom
from tests.cast import NOW, TODAY, World, accepted_file, balances, numbers, world
from tests.claims.typed import typed
from tests.pages import queries


def travel(**rules) -> Activity:
    return Activity(kind=ActivityKind.OTHER, name="Travel", **rules)


def drafted(
    w: World, fund, *costs: int, activity="first", people=None, ran_until=None, files=("invoice.pdf",)
) -> Claim:
    """A draft with a line for each cost, of the fund's first activity, with these files."""
    claim = actions.start(allocation=fund, title=f"Trip {costs}", by=w.owner, now=NOW)
    if activity == "first":
        activity = fund.terms.activities.first()
    day = TODAY - timedelta(days=3)
    entries = [Entry("Train", "Rail", f"R-{next(numbers)}", day, cost, activity, people) for cost in costs]
    actions.save(claim=claim, title=claim.title, entries=entries, by=w.owner, now=NOW, ran=(None, ran_until))
    for name in files:
        actions.attach(claim=claim, accepted=accepted_file(name=name), by=w.owner, now=NOW)
    return w.again(claim)


def fund_with(w: World, *activities: Activity, amount: int = 20_000_00, **terms):
    return w.fund(amount, budget=w.budget(w.program(activities=activities, **terms), amount=50_000_00))


@pytest.mark.parametrize(
    ("rules", "costs", "people", "sentence"),
    [
        ({"claim_cap": 500_00}, (1_000_02,), None, "Travel: you ask for $500.01, and a claim gets $500.00 at most."),
        ({"claim_cap": 500_00}, (600_00, 400_02), None, "a claim gets $500.00 at most."),
        ({"least": 100_00}, (199_00,), None, "Travel: you ask for $99.50, and a claim asks for $100.00 at least."),
        ({"person_cap": 100_00}, (200_02,), 1, "and 1 person get $100.00 at most, $100.00 each."),
        ({"person_cap": 100_00}, (200_00,), None, "Travel: say for how many people it was."),
        ({"person_cap": 9_00_00, "most_people": 3}, (100_00,), 4, "it is paid for 3 people at most, and you name 4."),
        ({"period_cap": 100_00}, (200_02,), None, "Travel: a period gets $100.00 at most. Lower it by $0.01."),
        ({"period_cap_percent": 1}, (400_02,), None, "a period gets $200.00 at most. Lower it by $0.01."),
    ],
)
def test_what_is_too_much_or_too_little_is_said_and_refused_by_the_database_too(w, rules, costs, people, sentence):
    fund = fund_with(w, travel(**rules))
    claim = drafted(w, fund, *costs, people=people)
    (said,) = wanting(claim, NOW)
    assert sentence in said
    with pytest.raises(actions.ClaimRefused, match="Travel"):
        actions.submit(claim=claim, by=w.owner, now=NOW)
    with pytest.raises(DatabaseError, match="what its terms do not pay"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="submitted", version=99, filed_by=w.owner, filed_at=NOW)


@pytest.mark.parametrize(
    ("rules", "cost", "people"),
    [
        ({"claim_cap": 500_00}, 1_000_00, None),
        ({"least": 100_00}, 200_00, None),
        ({"person_cap": 100_00, "most_people": 3}, 600_00, 3),
        ({"period_cap": 100_00}, 200_00, None),
        ({"period_cap": 1_00, "period_cap_percent": 1, "period_cap_rule": CapRule.GREATER}, 400_00, None),
    ],
)
def test_to_the_cent_it_is_filed(w, rules, cost, people):
    claim = drafted(w, fund_with(w, travel(**rules)), cost, people=people)
    assert wanting(claim, NOW) == []
    assert actions.submit(claim=claim, by=w.owner, now=NOW).status == "submitted"


@pytest.mark.parametrize(
    ("amount", "percent", "rule", "cap"),
    [
        (3_000_00, 10, CapRule.GREATER, 3_000_00),
        (3_000_00, 50, CapRule.GREATER, 5_000_00),
        (3_000_00, 10, CapRule.LESSER, 1_000_00),
        (None, Decimal("0.01"), CapRule.LESSER, 1_00),
        (7, None, CapRule.GREATER, 7),
        (None, None, CapRule.LESSER, None),
    ],
)
def test_the_greater_or_the_lesser_of_an_amount_and_a_share(amount, percent, rule, cap):
    activity = travel(period_cap=amount, period_cap_percent=percent, period_cap_rule=rule)
    assert period_cap(activity, 10_000_00) == cap


def test_a_period_counts_all_of_a_partners_claims_of_a_name(w):
    budget = w.budget(w.program(activities=[travel(period_cap=1_000_00)]), amount=50_000_00)
    first, second = w.fund(5_000_00, budget=budget), w.fund(5_000_00, budget=budget)
    paid_of = actions.submit(claim=drafted(w, first, 1_200_00), by=w.owner, now=NOW)
    (said,) = wanting(drafted(w, second, 900_00), NOW)
    assert said == "Travel: a period gets $1,000.00 at most, and $600.00 of it is claimed already. Lower it by $50.00."
    # What was not accepted counts no more; what was rejected or withdrawn neither.
    line = paid_of.lines.get()
    verdict = actions.approving.Verdict(500_00, "other", "Less.")
    actions.approve(claim=paid_of, version=paid_of.version, verdicts={line.pk: verdict}, by=w.admin, now=NOW)
    assert wanting(drafted(w, second, 1_000_00), NOW) == []
    withdrawn = actions.submit(claim=drafted(w, second, 990_00), by=w.owner, now=NOW)
    assert wanting(drafted(w, first, 100_00), NOW) != []
    actions.withdraw(claim=withdrawn, by=w.owner, now=NOW)
    assert wanting(drafted(w, first, 101_00), NOW) == []
    # Another partner's claims and another period's do not count.
    other = w.fund(5_000_00, budget=budget, partner=w.othertech)
    assert wanting(Claim(allocation=other, partner=w.othertech, pk=0), NOW)[0].startswith("Add at least one line")


def test_an_activity_has_a_rate_of_its_own(w):
    fund = fund_with(w, travel(rate=Decimal("33.33")), Activity(kind="email", name="Email", position=2))
    claim = drafted(w, fund, 100_05)
    assert claim.asked == 33_35
    assert drafted(w, fund, 100_05, activity=fund.terms.activities.last()).asked == 50_02


def test_each_line_has_a_kind_where_the_terms_name_some(w):
    claim = drafted(w, fund_with(w, travel()), 100_00, activity=None)
    assert wanting(claim, NOW) == ["Line 1: choose what kind of activity it was."]
    with pytest.raises(DatabaseError, match="do not pay"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="submitted", version=99, filed_by=w.owner, filed_at=NOW)
    foreign = w.program(activities=[travel()]).terms.activities.get()
    assert wanting(drafted(w, fund_with(w, travel()), 101_00, activity=foreign), NOW) == [
        "Line 1: choose what kind of activity it was."
    ]


def test_the_smallest_claim(w):
    fund = fund_with(w, least_claim=200_00)
    assert wanting(drafted(w, fund, 399_98), NOW) == ["You ask for $199.99, and claims are taken from $200.00."]
    assert wanting(drafted(w, fund, 400_00), NOW) == []


def test_only_what_was_approved_in_advance_is_claimed(w):
    fund = fund_with(w, preapproval=True)
    claim = drafted(w, fund, 1_000_00)
    (said,) = wanting(claim, NOW)
    assert said.startswith("You ask for $500.00, and $0.00 of this fund is approved in advance.")
    with pytest.raises(DatabaseError, match="do not pay"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="submitted", version=99, filed_by=w.owner, filed_at=NOW)
    funds.reserve(allocation=fund, amount=500_00, key="plan", by=w.manager, reason="Approved", at=NOW)
    actions.submit(claim=w.again(claim), by=w.owner, now=NOW)
    assert balances(fund) == {"available": 19_500_00, "claimed": 500_00}


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (None, "Say when the activity ended: a claim is taken for 7 days after it."),
        (8, "The activity ended on 15 Nov 2026, and a claim is taken for 7 days after it."),
        (-1, "The activity has not ended yet: file when it has."),
        (7, None),
        (0, None),
    ],
)
def test_a_window_that_counts_from_the_activitys_end(w, ago, sentence):
    fund = fund_with(w, claim_window_days=7, claim_window_from=WindowFrom.ACTIVITY)
    ran_until = None if ago is None else TODAY - timedelta(days=ago)
    assert wanting(drafted(w, fund, 100_00, ran_until=ran_until), NOW) == ([sentence] if sentence else [])


def test_what_ran_after_the_money_expired_is_not_paid(w):
    fund = w.fund(expires_on=TODAY + timedelta(days=1))
    claim = drafted(w, fund, 100_00, ran_until=TODAY + timedelta(days=2))
    assert any("ended after this fund's last day for activities" in words for words in wanting(claim, NOW))


def test_the_proof_that_an_activity_needs(w):
    fund = fund_with(w, travel(proofs=[Shows.INVOICE, Shows.PHOTOS, Shows.AGENDA]))
    claim = drafted(w, fund, 100_00, files=("Rechnung 7.pdf", "IMG_0001.pdf"))
    (said,) = wanting(claim, NOW)
    assert said == "Travel: attach what is missing, or tick which file shows it: Agenda."
    first = claim.proofs.first()
    actions.save(
        claim=claim,
        title=claim.title,
        entries=[Entry("Train", "Rail", "R-1", TODAY, 100_00, fund.terms.activities.get())],
        by=w.owner,
        now=NOW,
        shows={first.pk: ["agenda", "invoice"], 10**9: ["photos"]},
    )
    first.refresh_from_db()
    assert first.shows == ["invoice", "agenda"]
    assert wanting(w.again(claim), NOW) == []


@pytest.mark.django_db(transaction=True)
def test_together_they_never_pass_a_periods_cap():
    w = world()
    budget = w.budget(w.program(activities=[travel(period_cap=1_000_00)]), amount=50_000_00)
    claims = [drafted(w, w.fund(2_000_00, budget=budget), 1_000_00 + n * 2) for n in range(6)]
    start = Barrier(len(claims))

    def file(claim: Claim) -> bool:
        start.wait()
        try:
            actions.submit(claim=claim, by=w.owner, now=NOW)
        except actions.ClaimRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(claims)) as pool:
        filed = sum(pool.map(file, claims))
    counted = Line.objects.filter(claim__status="submitted")
    assert filed == 1
    assert sum(line.asked for line in counted) <= 1_000_00


class TestPages:
    @pytest.fixture
    def fund(self, w):
        return fund_with(
            w, travel(person_cap=100_00, most_people=3, proofs=["agenda"]), claim_window_from=WindowFrom.ACTIVITY
        )

    @pytest.fixture
    def owner(self, w, client):
        client.force_login(w.owner)
        return client

    def draft(self, w, fund) -> Claim:
        return w.again(actions.start(allocation=fund, title="Trip", by=w.owner, now=NOW))

    def test_from_the_form_to_filed(self, w, owner, fund):
        claim, activity = self.draft(w, fund), fund.terms.activities.get()
        edit = reverse("claims:edit", args=[claim.pk])
        html = owner.get(edit).text
        assert "At most $100.00 a person, for 3 at most" in html
        actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
        claim = w.again(claim)
        line = {"activity": str(activity.pk), "people": "2", "total": "400"}
        page = owner.post(edit, typed(claim, line, ran_until=TODAY.isoformat(), do="submit"))
        assert page.status_code == 400
        assert "tick which file shows it: Agenda" in page.text
        proof = claim.proofs.get()
        ticked = {"asked-shows": str(proof.pk), f"shows-{proof.pk}": ["agenda", "nonsense"]}
        page = owner.post(
            edit, typed(w.again(claim), line, ran_until=TODAY.isoformat(), do="submit", **ticked), follow=True
        )
        assert "Filed. $200.00 is with the reviewers now." in page.text
        assert "Travel, 2 people" in page.text
        assert "Shows: Agenda" in page.text

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ({"activity": ""}, "Choose what kind of activity it was."),
            ({"activity": "999999"}, "The terms do not name this kind any more. Choose again."),
            ({"activity": "x"}, "The terms do not name this kind any more. Choose again."),
            ({"people": "0"}, "Ensure this value is greater than or equal to 1."),
            ({"people": "many"}, "Enter a whole number."),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(self, w, owner, fund, line, sentence):
        claim = self.draft(w, fund)
        right = {"activity": str(fund.terms.activities.get().pk), "people": "1"}
        page = owner.post(reverse("claims:edit", args=[claim.pk]), typed(claim, right | line, do="submit"))
        assert page.status_code == 400
        assert sentence in page.text

    @pytest.mark.parametrize("days", [("2026-11-20", "2026-11-19"), ("x", ""), ("", "2026-02-30")])
    def test_impossible_days_are_kept_as_typed(self, w, owner, fund, days):
        claim = self.draft(w, fund)
        url = reverse("claims:edit", args=[claim.pk])
        page = owner.post(url, typed(claim, {}, do="submit", ran_from=days[0], ran_until=days[1]))
        assert page.status_code == 400
        assert "field-error" in page.text
        claim.refresh_from_db()
        assert (claim.ran_from, claim.ran_until) == (None, None)
        assert claim.typed["ran_from"] == days[0]

    def test_a_page_asks_the_same_number_of_queries_for_one_and_three(self, w, owner):
        fund = fund_with(w, *(travel(position=n) for n in [1]))
        one = drafted(w, fund, 100_00)
        at_one = [queries(owner, reverse("claims:edit", args=[one.pk]))]
        three = drafted(
            w,
            fund_with(w, *(Activity(kind="other", name=f"Kind {n}", position=n) for n in range(3))),
            100_00,
            200_00,
            300_00,
            files=("a.pdf", "b.pdf", "c.pdf"),
        )
        assert [queries(owner, reverse("claims:edit", args=[three.pk]))] == at_one
