"""What stands in the queue, in which words, by which day, and where its button leads."""

from datetime import timedelta

from django.urls import reverse

from claims import actions as claims
from claims.actions import outcomes, requests
from funds import actions as funds
from programs import actions as programs
from programs import standing
from programs.activities import ActivityKind
from programs.models import Certification
from tests.cast import NOW, TODAY
from tests.claims import asking
from tests.dashboards.queue.looking import a_rate, home, row_of, rows
from tests.plans.test_agree import agree
from tests.reminders.telling import in_days


def certified(w, until) -> None:
    exam = Certification(vendor=w.northgate, name="Architect", how="Pass the exam.")
    exam = standing.save_certification(certification=exam, by=w.manager, now=NOW)
    change = standing.Change(w.brightpath, certified={exam.pk: until})
    standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)


def told(row) -> tuple:
    return row.do.when, row.by, row.amount, row.do.button, row.button_url


class TestFunds:
    def test_start_by_is_the_last_safe_start(self, w):
        program = w.program(activity_days=10, lead_days=5, preapproval=True)
        fund = w.fund(budget=w.budget(program), expires_on=in_days(60))
        (row,) = rows(w)
        ask = reverse("claims:request_start", args=[fund.pk])
        assert told(row) == ("Start by", in_days(45), 5_000_00, "Ask for approval", ask)
        assert (row.rule, row.anchor, row.at_risk) == ("safe_start", in_days(45), False)

    def test_without_approval_its_ideas_are_shown_and_of_private_books_the_fund(self, w):
        fund, kept = w.fund(5_000_00), w.kept_fund(available=1_00)
        first, second = rows(w)
        assert (first.do.button, first.button_url) == ("See ideas", f"{reverse('dashboards:ideas')}?fund={fund.pk}")
        assert (second.do.button, second.button_url) == ("Plan it", reverse("funds:allocation", args=[kept.pk]))

    def test_when_no_activity_fits_any_more(self, w):
        fund = w.fund(expires_on=in_days(3))
        (row,) = rows(w)
        file = reverse("claims:start", args=[fund.pk])
        assert told(row) == ("Run by", in_days(3), 5_000_00, "File a claim", file)
        assert (row.rule, row.tone) == ("expires_on", "tone-lost")

    def test_file_by(self, w):
        fund = w.fund(expires_on=in_days(3), claim_by=in_days(40))
        (row,) = rows(w, now=NOW + timedelta(days=10))
        assert told(row) == ("File by", in_days(40), 5_000_00, "File a claim", reverse("claims:start", args=[fund.pk]))
        assert (row.rule, row.tone) == ("claim_by", "tone-risk")

    def test_what_is_over_is_gone(self, w):
        w.fund(expires_on=in_days(3), claim_by=in_days(40))
        assert rows(w, now=NOW + timedelta(days=41)) == []

    def test_of_a_vendor_that_the_partner_records_itself_the_statement_is_updated(self, w):
        fund = w.kept_fund(expires_on=in_days(3))
        (row,) = rows(w)
        assert (row.do.button, row.button_url) == ("Update", reverse("funds:statement", args=[fund.pk]))
        assert "own portal" in row.do.words

    def test_only_of_the_own_company(self, w):
        w.fund(partner=w.othertech)
        assert rows(w) == []

    def test_what_a_request_holds_stands_in_its_own_row_and_once(self, w):
        fund = w.fund(5_000_00)
        asked = asking.approved(w, fund, 4_000_00)
        held, rest = row_of(w, "request_run"), row_of(w, "safe_start")
        assert told(held)[:3] == ("Run by", asking.END, 2_000_00)
        assert rest.amount == 3_000_00
        assert held.button_url == reverse("claims:request", args=[asked.pk])

    def test_a_fund_that_one_request_holds_has_no_row_of_its_own(self, w):
        asking.approved(w, w.fund(2_000_00), 4_000_00)
        assert [row.rule for row in rows(w)] == ["request_run"]

    def test_what_the_vendor_set_aside_without_a_request_stays_the_funds(self, w):
        fund = w.fund(2_000_00)
        funds.reserve(allocation=fund, amount=2_000_00, reason="Fair", key="k", by=w.manager, at=NOW)
        (row,) = rows(w)
        assert told(row)[:3] == ("Run by", fund.expires_on, 2_000_00)
        assert (row.rule, row.anchor) == ("claim_by", fund.claim_by)


class TestWaiting:
    def test_a_question_on_a_claim(self, w):
        claim = w.submitted()
        claim = claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW)
        row = row_of(w, "claim_question")
        page = reverse("claims:detail", args=[claim.pk])
        assert told(row) == ("Answer by", claim.question_due, claim.asked, "Answer", page)
        assert row.worker == "Owner"
        claims.answer(claim=claim, words="Forty people.", by=w.owner, now=NOW)
        assert "claim_question" not in [row.rule for row in rows(w)]

    def test_a_draft_of_a_claim_leads_into_it(self, w):
        draft = w.draft()
        row = row_of(w, "draft_claim")
        edit = reverse("claims:edit", args=[draft.pk])
        assert told(row) == ("File by", draft.allocation.claim_by, draft.asked, "Finish", edit)

    def test_a_claim_that_came_back_is_corrected_on_its_page(self, w):
        claim = w.submitted()
        claims.send_back(claim=claim, version=claim.version, code="mismatch", reason="Wrong.", by=w.admin, now=NOW)
        row = row_of(w, "draft_claim")
        assert (row.do.button, row.button_url) == ("Correct", reverse("claims:detail", args=[claim.pk]))

    def test_a_draft_of_a_request_is_asked_by_the_last_safe_start(self, w):
        fund = w.fund()
        asked = asking.draft(w, fund)
        row = row_of(w, "draft_request")
        edit = reverse("claims:request_edit", args=[asked.pk])
        assert told(row) == ("Ask by", fund.last_safe_start, asked.asked, "Finish", edit)

    def test_a_question_on_a_request(self, w):
        asked = asking.filed(w, w.fund())
        requests.ask(request=asked, version=asked.version, question="Where?", due=in_days(5), by=w.manager, now=NOW)
        row = row_of(w, "request_question")
        assert (row.do.when, row.by) == ("Answer by", in_days(5))

    def test_what_was_approved_and_is_over_begins_its_claim_filled_in(self, w):
        asked = asking.approved(w, w.fund())
        later = NOW + timedelta(days=30)
        row = row_of(w, "request_over", now=later)
        assert told(row)[3:] == ("File the claim", reverse("claims:request_claim", args=[asked.pk]))
        assert row.do.posts
        assert row.by == asking.again(asked).claim_by

    def test_results_have_a_day_and_can_be_told_after_it(self, w):
        seminar = programs.usual(ActivityKind.SEMINAR)
        seminar.proofs = []
        claim = w.draft(w.fund(budget=w.budget(w.program(activities=[seminar]))))
        claims.submit(claim=claim, by=w.owner, now=NOW)
        outcomes.expect(NOW)
        row = row_of(w, "outcome")
        assert (row.do.when, row.by, row.last, row.amount) == ("Report by", in_days(30), None, 0)
        assert row.button_url == reverse("claims:report_of_claim", args=[claim.pk])
        assert row_of(w, "outcome", now=NOW + timedelta(days=31)).days == -1

    def test_what_was_agreed_with_a_vendor(self, w):
        step = agree(w)
        row = row_of(w, "step")
        assert (row.do.when, row.by, row.worker, row.last) == ("Due on", step.due_on, "Member", None)
        assert row.button_url == reverse("plans:step", args=[step.pk])
        assert [shown.title for shown in home(w)["steps"]] == ["Send the plan"]
        assert home(w)["queue"] == []
        assert home(w, w.member)["steps"][0].is_mine

    def test_a_certification(self, w):
        certified(w, in_days(20))
        row = row_of(w, "certification")
        assert (row.do.when, row.by, row.vendor) == ("Renew by", in_days(20), "Northgate Cloud")


class TestOrder:
    def test_by_amount_times_urgency(self, w):
        far = w.fund(9_000_00, expires_on=in_days(104), name="Far")  # to be started within 90 days: 9,000 × 1/9
        soon = w.fund(100_00, expires_on=in_days(2), name="Soon")  # 100 × 225
        near = w.fund(9_000_00, expires_on=in_days(21), name="Near")  # to be started within 7 days: 9,000 × 18.4
        assert [row.subject_id for row in rows(w)] == [near.pk, soon.pk, far.pk]
        assert [row.weight for row in rows(w)][1:] == [22_500_00, 1_000_00]

    def test_amounts_of_several_currencies_are_compared_by_the_days_rate(self, w):
        yen = w.fund(500_000, budget=w.budget(w.program(currency="JPY"), amount=500_000), name="Yen")
        dollars = w.fund(4_000_00, name="Dollars")
        a_rate("JPY", "0.0064")  # 3,200 dollars
        assert [row.subject_id for row in rows(w)] == [dollars.pk, yen.pk]
        a_rate("JPY", "0.0100", TODAY + timedelta(days=1))
        later = rows(w, now=NOW + timedelta(days=1))
        assert [row.subject_id for row in later] == [yen.pk, dollars.pk]
        assert later[0].about == 5_000_00

    def test_what_no_rate_compares_is_never_buried(self, w):
        w.fund(4_000_00, name="Dollars")
        yen = w.fund(10, budget=w.budget(w.program(currency="JPY"), amount=10), expires_on=in_days(59), name="Yen")
        first, second = rows(w)
        assert (first.subject_id, first.worth) == (yen.pk, None)
        assert first.weight > second.weight

    def test_what_brings_no_money_comes_last(self, w):
        certified(w, in_days(1))
        w.fund(1_00, expires_on=in_days(300))
        assert [row.rule for row in rows(w)] == ["safe_start", "certification"]
