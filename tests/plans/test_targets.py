"""Sales targets: set by the owner, filled from what activities brought, seen by whom they are of."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from claims import actions as claims
from claims.actions import outcomes
from claims.actions.outcomes import Told
from partners import actions as partners
from partners.models import Event
from plans.actions import sellers, targets
from plans.actions.sellers import SalesRefused
from plans.models import PlannedFunding, SalesPerson, SalesTarget
from plans.quarterly import sheet_of
from plans.quarters import Quarter, parse, quarter_of
from plans.realistic import Past
from plans.states import PlanStatus
from plans.target_figures import FIGURES, times
from tests.cast import NOW
from tests.claims import asking
from tests.claims.telling import told
from tests.pages import queries, statuses, table
from tests.plans.planning import funding_of, planned
from tests.plans.selling import RUNNING, seller, target

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = reverse("plans:targets")
SET = reverse("plans:set_targets")


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


@pytest.fixture
def olivia(w):
    return seller(w.brightpath, w.owner, "Olivia", user=w.owner)


@pytest.fixture
def max_(w):
    return seller(w.brightpath, w.owner, "Max", user=w.member)


def activity(
    w, *, by, ended: date = date(2026, 11, 20), currency: str = "USD", basis: str = "measured", **figures: int
):
    """A claim on an activity that ended on that day, with its results."""
    fund = w.fund(budget=w.budget(w.program(currency=currency)))
    claim = w.draft(fund, by=by)
    type(claim).objects.filter(pk=claim.pk).update(ran_from=ended, ran_until=ended)
    claim = w.again(claims.submit(claim=w.again(claim), by=by, now=NOW))
    results = [Told(kind, basis, amount, "CRM" if basis == "measured" else "") for kind, amount in figures.items()]
    outcomes.report(about=claim, number=0, results=results, by=by, now=NOW)
    return claim


def lines(w, by=None, quarter=RUNNING):
    """(name, currency): the figures that were measured."""
    sheet = sheet_of(w.brightpath, by or w.owner, quarter)
    return {
        (line.person.name if line.person else None, line.currency): line.reached.measured
        for line in (*sheet.lines, *sheet.apart)
    }


class TestQuarters:
    def test_where_they_begin_and_end(self):
        assert [quarter_of(date(2026, month, 1)).number for month in range(1, 13)] == [
            1,
            1,
            1,
            2,
            2,
            2,
            3,
            3,
            3,
            4,
            4,
            4,
        ]
        assert (RUNNING.first, RUNNING.last) == (date(2026, 10, 1), date(2026, 12, 31))
        assert Quarter(2024, 1).last == date(2024, 3, 31)

    def test_before_and_after(self):
        assert RUNNING.after(1) == (2027, 1)
        assert RUNNING.after(-4) == (2025, 4)
        assert str(RUNNING.after(-7)) == "Q1 2025"

    @pytest.mark.parametrize("key", ["", "2026", "2026-5", "2026-0", "1999-1", "9999-1", "2026-4x", "٢٠٢٦-4"])
    def test_what_is_none(self, key):
        assert parse(key) is None


class TestReached:
    def test_results_count_for_who_filed_it_and_add_up(self, w, olivia, max_):
        activity(w, by=w.owner, leads=12, meetings=3, pipeline=40_000_01, revenue=9_000_99)
        activity(w, by=w.owner, leads=5, revenue=1_000_01)
        activity(w, by=w.member, leads=7)
        assert lines(w) == {
            ("Olivia", "USD"): {"leads": 17, "meetings": 3, "pipeline": 40_000_01, "closed": 10_001_00},
            ("Max", "USD"): {"leads": 7},
        }

    def test_what_nobody_is_responsible_for_is_apart_and_in_the_total(self, w, max_):
        target(max_, w.owner, leads=10, closed=500_00)
        activity(w, by=w.member, leads=4, revenue=100_01)
        activity(w, by=w.owner, leads=9, revenue=200_02)
        assert lines(w)[None, "USD"] == {"leads": 9, "closed": 200_02}
        sheet = sheet_of(w.brightpath, w.owner, RUNNING)
        (total,) = sheet.totals
        assert total.reached.measured == {"leads": 13, "closed": 300_03}
        assert (total.target["leads"], total.target["closed"], total.activities) == (10, 500_00, 2)

    def test_measured_and_claimed_are_never_added(self, w, max_):
        target(max_, w.owner, leads=10)
        activity(w, by=w.member, leads=4)
        activity(w, by=w.member, basis="claimed", leads=50)
        (line,) = sheet_of(w.brightpath, w.owner, RUNNING).lines
        leads = line.cells[0]
        assert (leads.measured, leads.claimed, leads.percent, leads.segments[0]["width"]) == (4, 50, 40, 40)

    def test_the_latest_report_counts(self, w, max_):
        claim = activity(w, by=w.member, leads=40, revenue=900_00)
        told(claim, by=w.owner, number=1, leads=4)
        assert lines(w) == {("Max", "USD"): {"leads": 4}}

    def test_who_looks_after_it_in_the_plan_comes_before_who_filed_it(self, w, olivia, max_):
        claim = activity(w, by=w.owner, leads=8)
        funding = funding_of(planned(w, claim.allocation, person=w.member, cost=100_00))
        PlannedFunding.objects.filter(pk=funding.pk).update(claim=claim)
        assert lines(w) == {("Max", "USD"): {"leads": 8}, ("Olivia", "USD"): {}}

    def test_it_counts_in_the_quarter_in_which_it_ended(self, w, max_):
        activity(w, by=w.member, ended=date(2026, 9, 30), leads=1)
        activity(w, by=w.member, ended=date(2026, 10, 1), leads=2)
        assert lines(w) == {("Max", "USD"): {"leads": 2}}
        assert lines(w, quarter=Quarter(2026, 3)) == {("Max", "USD"): {"leads": 1}}

    def test_the_example_of_the_docs(self, w, max_):
        """docs/targets.md, to the cent."""
        activity(w, by=w.member, ended=date(2026, 11, 20), leads=12, revenue=9_000_99)
        activity(w, by=w.member, ended=date(2026, 11, 22), leads=5)
        activity(w, by=w.member, ended=date(2026, 11, 22), basis="claimed", revenue=4_000_00)
        activity(w, by=w.member, ended=date(2026, 9, 30), leads=30)
        activity(w, by=w.owner, ended=date(2026, 11, 21), leads=9, revenue=200_02)
        sheet = sheet_of(w.brightpath, w.owner, RUNNING)
        (mine,), (apart,), (total,) = sheet.lines, sheet.apart, sheet.totals
        assert mine.reached.measured == {"leads": 17, "closed": 9_000_99}
        assert mine.reached.claimed == {"closed": 4_000_00}
        assert apart.reached.measured == {"leads": 9, "closed": 200_02}
        assert total.reached.measured == {"leads": 26, "closed": 9_201_01}
        assert (mine.activities, apart.activities, total.activities) == (3, 1, 4)

    def test_each_currency_by_itself(self, w, max_):
        activity(w, by=w.member, leads=1, revenue=5_00)
        activity(w, by=w.member, currency="EUR", leads=2, revenue=7_00)
        assert lines(w) == {
            ("Max", "EUR"): {"leads": 2, "closed": 7_00},
            ("Max", "USD"): {"leads": 1, "closed": 5_00},
        }

    def test_a_request_counts_once_with_all_its_claims(self, w, max_):
        request = asking.approved(w, w.fund(), 800_00, filed_by=w.member)
        for _ in range(2):
            asking.claim_on(w, request, 200_00)
        type(request).objects.filter(pk=request.pk).update(starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 2))
        outcomes.report(
            about=asking.again(request), number=0, results=[Told("leads", "measured", 6, "CRM")], by=w.owner, now=NOW
        )
        assert lines(w) == {("Max", "USD"): {"leads": 6}}

    def test_who_left_keeps_what_was_reached(self, w, max_):
        activity(w, by=w.member, leads=3)
        sellers.change(person=max_, version=1, name="Max", user=w.member, sells=False, by=w.owner, now=NOW)
        assert lines(w) == {("Max", "USD"): {"leads": 3}}
        assert lines(w, quarter=RUNNING.after(1)) == {}


class TestSet:
    def data(self, *typed) -> dict:
        """(person, version, leads, closed)"""
        found = {}
        for person, version, leads, closed in typed:
            found |= {f"p{person.pk}-version": version, f"p{person.pk}-leads": leads, f"p{person.pk}-closed": closed}
        return found

    def test_an_owner_sets_changes_and_removes_them(self, w, owner, olivia, max_):
        page = owner.post(SET, self.data((olivia, 0, "20", "1,500.50"), (max_, 0, "", "")), follow=True)
        assert "1 target of Q4 2026 is kept." in page.text
        kept = SalesTarget.objects.get()
        assert (kept.of, kept.currency, kept.leads, kept.closed, kept.version) == (RUNNING, "USD", 20, 1_500_50, 1)
        assert 'value="1500.50"' in owner.get(SET).text
        owner.post(SET, self.data((olivia, 1, "25", "1500.50"), (max_, 0, "3", "")))
        owner.post(SET, self.data((olivia, 2, "25", "1500.50"), (max_, 1, "0", "")))
        assert [(t.person, t.leads) for t in SalesTarget.objects.all()] == [(olivia, 25)]
        assert list(
            Event.objects.filter(subject_id=max_.pk, subject="plans.salesperson").values_list("verb", flat=True)
        ) == [
            "added a sales person",
            "set a target",
            "removed a target",
        ]
        changed = Event.objects.get(verb="changed a target")
        assert (changed.data["before"]["leads"], changed.data["now"]["leads"]) == (20, 25)

    def test_filled_from_the_plan_and_looked_at_first(self, w, owner, olivia, max_):
        for leads, person, more in (
            (12, w.member, {"closed": 4_000_50}),
            (30, w.member, {"meetings": 5}),
            (99, w.member, {"quarter": 2}),
            (99, w.member, {"currency": "EUR"}),
            (99, w.member, {"status": PlanStatus.IDEA}),
            (99, None, {}),
        ):
            planned(w, person=person, leads=leads, title=f"Evening {more}", **more)
        url = f"{SET}?quarter=2027-1&currency=USD"
        data = self.data((olivia, 0, "7", ""), (max_, 0, "9", "")) | {"fill": "1"}
        page = owner.post(url, data)
        assert page.status_code == 200
        assert not SalesTarget.objects.exists()
        hers, his = page.context["forms"]
        if hers.person != olivia:
            hers, his = his, hers
        assert [cell.value() for cell in hers.cells] == ["7", None, None, ""]
        # What was typed stays; what is empty is filled.
        assert [cell.value() for cell in his.cells] == ["9", 5, None, "4000.50"]
        assert "nothing to compare" in page.text
        empty = owner.post(url, self.data((olivia, 0, "", ""), (max_, 0, "", "")) | {"fill": "1"})
        assert {form.person: form["leads"].value() for form in empty.context["forms"]} == {olivia: "", max_: 42}
        nothing = owner.post(SET, self.data((olivia, 0, "", ""), (max_, 0, "", "")) | {"fill": "1"})
        assert "Nobody among them looks after a planned activity of Q4 2026 in USD." in nothing.text

    def test_a_partner_may_count_in_what_no_program_pays_in(self, w, owner, max_):
        partners.choose_currency(company=w.brightpath, currency="NGN", by=w.owner, now=NOW)
        for address in (SET, f"{SET}?currency=NGN", f"{SET}?currency=%00"):
            assert owner.get(address).context["currency"] == "USD"
        assert owner.post(SET, self.data((max_, 0, "3", ""))).status_code == 302
        assert SalesTarget.objects.get().currency == "USD"

    def test_of_another_quarter_and_currency(self, w, owner, max_):
        owner.post(f"{SET}?quarter=2027-1&currency=JPY", self.data((max_, 0, "", "9000")))
        assert [(t.of, t.currency, t.closed) for t in SalesTarget.objects.all()] == [(Quarter(2027, 1), "JPY", 9000)]

    @pytest.mark.parametrize(
        ("leads", "closed", "sentence"),
        [
            ("-1", "", "greater than or equal to 0"),
            ("1000001", "", "less than or equal to 1000000"),
            ("x", "", "Enter a whole number"),
            ("", "1.005", "is too fine"),
            ("", "-5", "without a minus"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_kept(self, w, owner, olivia, max_, leads, closed, sentence):
        page = owner.post(SET, self.data((olivia, 0, "5", ""), (max_, 0, leads, closed)))
        assert page.status_code == 400
        assert sentence in page.text
        assert not SalesTarget.objects.exists()

    def test_what_somebody_else_changed_is_not_undone(self, w, owner, olivia, max_):
        target(max_, w.owner, leads=10)
        page = owner.post(SET, self.data((olivia, 0, "5", ""), (max_, 0, "9", "")))
        assert page.status_code == 400
        assert "Max’s target was changed after you opened this page" in page.text
        assert [t.leads for t in SalesTarget.objects.all()] == [10]
        page = owner.post(SET, self.data((olivia, "", "5", ""), (max_, 1, "9", "")))
        assert "This page was out of date" in page.text

    def test_a_second_click_changes_nothing(self, w, owner, max_):
        data = self.data((max_, 0, "5", ""))
        owner.post(SET, data)
        assert owner.post(SET, data).status_code == 400
        assert SalesTarget.objects.get().version == 1

    def test_nobody_else_sets_them(self, w, max_):
        wanted = [targets.Wanted(max_, 0, dict.fromkeys(FIGURES, 1))]
        for by in (w.member, w.manager, w.admin, w.stranger):
            with pytest.raises(PermissionDenied):
                targets.set_targets(
                    partner=w.brightpath, quarter=RUNNING, currency="USD", wanted=wanted, by=by, now=NOW
                )
        with pytest.raises(PermissionDenied):
            targets.set_targets(
                partner=w.othertech, quarter=RUNNING, currency="USD", wanted=wanted, by=w.stranger, now=NOW
            )


class TestRealistic:
    @pytest.mark.parametrize(
        ("wanted", "best", "words"),
        [
            (10, 0, ""),
            (14, 10, ""),
            (15, 10, "1.5 times"),
            (20, 10, "twice"),
            (30, 10, "three times"),
            (120, 10, "12 times"),
            (33, 10, "3.3 times"),
        ],
    )
    def test_how_far_above(self, wanted, best, words):
        assert times(wanted, best) == words

    def test_it_is_compared_with_the_best_of_four_quarters(self, w, max_):
        for ended, leads in (
            (date(2025, 9, 30), 90),
            (date(2025, 10, 1), 12),
            (date(2026, 9, 30), 12),
            (date(2026, 6, 1), 5),
        ):
            activity(w, by=w.member, ended=ended, leads=leads)
        activity(w, by=w.member, basis="claimed", ended=date(2026, 6, 1), revenue=2_000_00)
        past = Past(w.brightpath, w.owner, RUNNING)
        assert past.words(max_.pk, "USD", {"leads": 36, "closed": 2_100_00, "meetings": 0, "pipeline": 5}) == [
            "Leads: three times the best of the four quarters before (12 in Q3 2026).",
            "Pipeline: nothing was reported in the four quarters before, so there is nothing to compare.",
        ]
        assert past.words(max_.pk, "USD", {"closed": 4_000_00}) == [
            "Closed: twice the best of the four quarters before ($2,000.00 in Q2 2026)."
        ]

    def test_the_page_says_so(self, w, owner, max_):
        activity(w, by=w.member, ended=date(2026, 9, 30), leads=5)
        target(max_, w.owner, leads=20)
        words = "Leads: four times the best of the four quarters before (5 in Q3 2026)."
        assert words in owner.get(PAGE).text
        assert words in owner.get(SET).text


class TestPage:
    def test_bars_words_and_a_table(self, w, owner, max_):
        target(max_, w.owner, leads=20, closed=1_000_00)
        activity(w, by=w.member, leads=12, revenue=1_200_00)
        page = owner.get(PAGE)
        assert 'aria-label="Leads: 12 of 20 measured, 60%"' in page.text
        assert 'aria-label="Closed: $1,200.00 of $1,000.00 measured, 120%"' in page.text
        (line,) = page.context["sheet"].lines
        assert line.cells[3].segments == [{"x": 0, "width": 100, "tone": "paid"}]
        (row,) = table(owner.get(PAGE, {"format": "csv"}))
        assert (row["Sales person"], row["Leads, target"], row["Leads, measured"]) == ("Max", "20", "12")
        assert (row["Closed, target"], row["Closed, measured"], row["Meetings, target"]) == ("1000.00", "1200.00", "")
        assert owner.get(PAGE, {"format": "xlsx"}).status_code == 200

    def test_another_quarter(self, w, owner, max_):
        target(max_, w.owner, quarter=Quarter(2027, 1), leads=33)
        assert "of 33" not in owner.get(PAGE).text
        assert "of 33" in owner.get(PAGE, {"quarter": "2027-1"}).text
        assert "Sales targets, Q4 2026" in owner.get(PAGE, {"quarter": "nonsense"}).text

    def test_an_empty_page_says_what_to_do(self, w, owner, client):
        assert "Name your sales people" in owner.get(PAGE).text
        assert "Name your sales people" in owner.get(SET).text
        client.force_login(w.member)
        assert "No targets of yours" in client.get(PAGE).text

    def test_one_of_them_quarter_by_quarter(self, w, owner, max_):
        target(max_, w.owner, leads=20)
        target(max_, w.owner, quarter=Quarter(2027, 1), leads=30)
        claim = activity(w, by=w.member, ended=date(2026, 9, 30), leads=5)
        url = reverse("plans:sales_person", args=[max_.pk])
        page = owner.get(url)
        assert [str(quarter) for quarter, _ in page.context["history"]] == ["Q1 2027", "Q4 2026", "Q3 2026"]
        assert reverse("claims:results_of_claim", args=[claim.pk]) in page.text
        assert [row["Leads, target"] for row in table(owner.get(url, {"format": "csv"}))] == ["30", "20", ""]

    def test_the_same_number_of_queries_for_one_and_three(self, w, owner):
        urls = [PAGE, SET, reverse("plans:sales_people")]
        first = seller(w.brightpath, w.owner, "One", user=w.owner)
        target(first, w.owner, leads=1)
        activity(w, by=w.owner, leads=1)
        urls.append(reverse("plans:sales_person", args=[first.pk]))
        at_one = [queries(owner, url) for url in urls]
        for name in ("Two", "Three"):
            target(seller(w.brightpath, w.owner, name), w.owner, leads=1)
            activity(w, by=w.owner, leads=1, ended=date(2026, 11, 2))
        assert [queries(owner, url) for url in urls] == at_one


class TestMembers:
    def test_they_see_what_is_theirs(self, w, client, olivia, max_):
        for person, leads in ((olivia, 7_777), (max_, 20)):
            target(person, w.owner, leads=leads)
        activity(w, by=w.owner, leads=5_555)
        activity(w, by=w.member, leads=11)
        client.force_login(w.member)
        page = client.get(PAGE)
        assert [line.person for line in page.context["sheet"].lines] == [max_]
        assert page.context["sheet"].apart == []
        for figure in ("7,777", "5,555", "Olivia", "Set targets", "<tfoot>"):
            assert figure not in page.text
        assert len(table(client.get(PAGE, {"format": "csv"}))) == 1
        assert statuses(client, "plans:sales_person", olivia.pk) == (404, 405)
        assert statuses(client, "plans:sales_person", max_.pk) == (200, 405)
        assert statuses(client, "plans:change_sales_person", olivia.pk) == (404, 404)
        assert statuses(client, "plans:change_sales_person", max_.pk) == (403, 403)

    def test_what_nobody_is_responsible_for_is_not_theirs(self, w, client, max_):
        activity(w, by=w.owner, leads=55)
        client.force_login(w.member)
        assert client.get(PAGE).context["sheet"].apart == []

    def test_who_leaves_the_company_sees_nothing(self, w, max_):
        target(max_, w.owner, leads=1)
        w.member.memberships.update(ended_at=NOW)
        assert not SalesTarget.objects.visible_to(w.member).exists()
        assert not SalesPerson.objects.visible_to(w.member).exists()

    def test_nobody_outside_knows_of_it(self, w, max_):
        target(max_, w.owner, leads=1)
        for user in (w.manager, w.admin, w.finance, w.stranger, w.other_manager):
            assert not SalesTarget.objects.visible_to(user).exists()
            assert not SalesPerson.objects.visible_to(user).exists()


class TestSalesPeople:
    LIST = reverse("plans:sales_people")

    def test_added_linked_changed_and_gone(self, w, owner):
        owner.post(self.LIST, {"name": "Sam"})
        sam = SalesPerson.objects.get()
        url = reverse("plans:change_sales_person", args=[sam.pk])
        owner.post(url, {"name": "Sam Seller", "user": w.member.pk, "sells": "on", "version": 1})
        owner.post(url, {"name": "Sam Seller", "user": w.member.pk, "version": 2})
        sam.refresh_from_db()
        assert (sam.name, sam.user, sam.version, sam.left_at is None) == ("Sam Seller", w.member, 3, False)
        assert "Left on" in owner.get(self.LIST).text
        verbs = Event.objects.filter(subject="plans.salesperson").values_list("verb", flat=True)
        assert list(verbs) == ["added a sales person", "changed a sales person", "changed a sales person"]

    def test_what_cannot_be_is_said(self, w, owner, max_):
        assert "Max is among your sales people already." in owner.post(self.LIST, {"name": "MAX"}).text
        assert "Max is among your sales people already." in owner.post(self.LIST, {"name": "\u200bMax\n"}).text
        for account in (w.member.pk, w.stranger.pk, w.manager.pk, "x"):
            page = owner.post(self.LIST, {"name": "New", "user": account})
            assert "Select a valid choice" in page.text
        url = reverse("plans:change_sales_person", args=[max_.pk])
        stale = owner.post(url, {"name": "Other", "sells": "on", "version": 9})
        assert "Somebody else changed this" in stale.text
        assert SalesPerson.objects.get().name == "Max"

    def test_by_the_act_itself(self, w, max_):
        with pytest.raises(SalesRefused, match="account is Max’s already"):
            seller(w.brightpath, w.owner, "Twin", user=w.member)
        for by in (w.member, w.stranger, w.admin):
            with pytest.raises(PermissionDenied):
                seller(w.brightpath, by, "New")
            with pytest.raises(PermissionDenied):
                sellers.change(person=max_, version=1, name="X", user=None, sells=True, by=by, now=NOW)

    def test_who_left_the_company_keeps_their_account_there(self, w, owner, max_):
        w.member.memberships.update(ended_at=NOW - timedelta(days=1))
        url = reverse("plans:change_sales_person", args=[max_.pk])
        assert owner.post(url, {"name": "Maxine", "user": w.member.pk, "sells": "on", "version": 1}).status_code == 302
        assert SalesPerson.objects.get().name == "Maxine"
