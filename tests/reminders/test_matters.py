"""Each rule's matter is there while its reason is, and gone when it is done: through the acts that pages use."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from claims import actions as claims
from claims.actions import outcomes, requests
from claims.actions.outcomes import Told
from claims.models import Hold
from funds import actions as funds
from funds.asks import Proposal
from funds.models import Budget
from plans.actions import steps
from programs import actions as programs
from programs import admission, standing
from programs.actions import joining
from programs.activities import ActivityKind
from programs.models import Certification, Tier
from programs.resources import actions as resources
from programs.resources.states import Act
from reminders.models import Matter
from reminders.rules import RULES
from tests.cast import NOW, TODAY
from tests.claims import asking, paying
from tests.reminders.telling import in_days

TOMORROW = in_days(1)


def matter(rule: str, **fields) -> Matter | None:
    """The one matter of that rule; None where there is none."""
    found = list(Matter.objects.filter(rule=rule, **fields))
    assert len(found) < 2
    return found[0] if found else None


def is_of(found: Matter, company, *, anchor, amount=None, step="", worker=None, deadline="same") -> None:
    """Who acts, and by when. `step` is the address of the page that does it."""
    assert found.company_id == company.pk
    assert (found.anchor, found.amount, found.url) == (anchor, amount, step)
    assert found.deadline == (anchor if deadline == "same" else deadline)
    assert found.worker_id == (worker.pk if worker else None)


def test_every_rule_has_an_arm_and_every_arm_a_rule(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('reminders_matter')")
        (definition,) = cursor.fetchone()
    assert set(re.findall(r"SELECT '(\w+)'::text AS rule", definition)) == set(RULES)


class TestFunds:
    def test_last_safe_start(self, w):
        program = w.program(activity_days=10, lead_days=5, preapproval=True)
        fund = w.fund(budget=w.budget(program), expires_on=in_days(60))
        is_of(
            matter("safe_start"), w.brightpath, anchor=in_days(45), amount=5_000_00, step=f"/funds/{fund.pk}/request/"
        )
        funds.withdraw(allocation=fund, amount=5_000_00, key="k", by=w.manager, reason="Unused", at=NOW)
        assert matter("safe_start") is None

    @pytest.mark.parametrize("days", [0, 1, 4, 5, 9, 23])
    def test_last_safe_start_in_working_days_is_the_terms_own(self, w, days):
        program = w.program(activity_days=3, lead_days=days, lead_unit="working")
        for last in range(40, 48):
            fund = w.fund(budget=w.budget(program), expires_on=in_days(last))
            assert matter("safe_start", subject_id=fund.pk).anchor == fund.last_safe_start

    def test_where_an_activity_takes_no_time_there_is_no_other_day_than_the_last(self, w):
        w.fund(budget=w.budget(w.program(activity_days=0)))
        assert matter("safe_start") is None
        assert matter("expires_on") is not None

    def test_expiry_and_claim_window(self, w):
        fund = w.fund(expires_on=in_days(60), claim_by=in_days(90))
        is_of(matter("expires_on"), w.brightpath, anchor=in_days(60), amount=5_000_00, step=f"/funds/{fund.pk}/")
        is_of(matter("claim_by"), w.brightpath, anchor=in_days(90), amount=5_000_00, step=f"/funds/{fund.pk}/claim/")
        funds.reserve(allocation=fund, amount=5_000_00, key="k", by=w.manager, reason="Fair", at=NOW)
        assert matter("expires_on") is None
        is_of(matter("claim_by"), w.brightpath, anchor=in_days(90), amount=5_000_00, step=f"/funds/{fund.pk}/")

    def test_claimed_money_is_done(self, w):
        w.submitted(w.fund(500_00), costs=(1_000_00,))
        assert {matter("expires_on"), matter("claim_by"), matter("granted")} == {None}

    def test_a_closed_budget_has_nothing_to_do(self, w):
        fund = w.fund()
        Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
        assert not Matter.objects.filter(allocation=fund).exists()

    def test_own_books_lead_to_the_fund(self, w):
        fund = w.kept_fund()
        assert matter("claim_by").url == f"/funds/{fund.pk}/"
        assert matter("granted") is None

    def test_granted_until_something_is_begun(self, w):
        fund = w.fund()
        is_of(
            matter("granted"),
            w.brightpath,
            anchor=TODAY,
            amount=5_000_00,
            step=f"/funds/{fund.pk}/",
            deadline=in_days(14),
        )
        claims.start(allocation=fund, title="Fair", by=w.owner, now=NOW)
        assert matter("granted") is None


class TestRequests:
    @pytest.fixture
    def fund(self, w):
        return w.fund(budget=w.budget(w.program(claim_window_from="activity", claim_window_days=10)))

    def test_approved_until_a_claim_is_begun(self, w, fund):
        request = asking.approved(w, fund, 1_000_00)
        step, last = f"/requests/{request.pk}/", asking.END + timedelta(days=10)
        same = {"amount": 500_00, "step": step, "worker": w.owner}
        is_of(matter("request_run"), w.brightpath, anchor=asking.START, deadline=asking.END, **same)
        is_of(matter("request_over"), w.brightpath, anchor=asking.END, deadline=last, **same)
        is_of(matter("request_claim_by"), w.brightpath, anchor=last, **same)
        asking.claim_on(w, request, 400_00, submit=False)
        assert {matter("request_run"), matter("request_over")} == {None}
        assert matter("request_claim_by") is not None

    def test_ended_it_is_done(self, w, fund):
        request = asking.approved(w, fund, 1_000_00)
        requests.cancel(request=request, reason="No speaker.", by=w.owner, now=NOW)
        assert {matter(rule) for rule in ("request_run", "request_over", "request_claim_by")} == {None}

    def test_a_draft_until_it_is_sent(self, w, fund):
        request = asking.draft(w, fund, 1_000_00, by=w.member)
        is_of(
            matter("draft_request"),
            w.brightpath,
            anchor=TODAY,
            amount=500_00,
            step=f"/requests/{request.pk}/edit/",
            worker=w.member,
            deadline=fund.expires_on,
        )
        requests.submit(request=request, by=w.member, now=NOW)
        assert matter("draft_request") is None

    def test_a_decision_is_due_as_promised_and_before_it_begins(self, w):
        for days, due in ((5, in_days(5)), (None, asking.START), (60, asking.START)):
            request = asking.filed(w, w.fund(budget=w.budget(w.program(review_days=days))), 1_000_00)
            found = matter("request_decision", subject_id=request.pk)
            is_of(found, w.northgate, anchor=due, amount=500_00, step=f"/requests/{request.pk}/", deadline=None)
            requests.take(request=request, by=w.manager, now=NOW)
            assert matter("request_decision", subject_id=request.pk).worker_id == w.manager.pk
            request = asking.again(request)
            requests.approve(request=request, version=request.version, amount=None, by=w.manager, now=NOW)
            assert matter("request_decision", subject_id=request.pk) is None

    def test_a_question_until_it_is_answered(self, w, fund):
        request = asking.filed(w, fund, 1_000_00)
        ask = {"question": "Which hotel?", "due": in_days(6), "by": w.manager, "now": NOW}
        requests.ask(request=request, version=request.version, **ask)
        assert matter("request_decision") is None
        is_of(
            matter("request_question"),
            w.brightpath,
            anchor=in_days(6),
            amount=500_00,
            step=f"/requests/{request.pk}/",
            worker=w.owner,
        )
        requests.answer(request=asking.again(request), words="The Grand.", by=w.owner, now=NOW)
        assert matter("request_question") is None


class TestClaims:
    def test_a_draft_until_it_is_filed_or_thrown_away(self, w):
        fund = w.fund()
        claim = w.draft(fund, by=w.member)
        is_of(
            matter("draft_claim"),
            w.brightpath,
            anchor=TODAY,
            amount=500_00,
            step=f"/claims/{claim.pk}/edit/",
            worker=w.member,
            deadline=fund.claim_by,
        )
        claims.submit(claim=claim, by=w.member, now=NOW)
        assert matter("draft_claim") is None
        other = w.draft(fund)
        assert matter("draft_claim") is not None
        claims.discard(claim=other, by=w.owner)
        assert matter("draft_claim") is None

    def test_sent_back_it_is_a_draft_again(self, w):
        claim = w.submitted()
        why = {"code": "mismatch", "reason": "The dates differ.", "by": w.admin, "now": NOW}
        claims.send_back(claim=claim, version=claim.version, **why)
        found = matter("draft_claim")
        assert (found.url, found.worker_id) == (f"/claims/{claim.pk}/", w.owner.pk)

    def test_a_question_until_it_is_answered(self, w):
        claim = w.submitted()
        claims.ask(claim=claim, version=claim.version, question="Which hotel?", by=w.admin, now=NOW)
        is_of(
            matter("claim_question"),
            w.brightpath,
            anchor=in_days(7),
            amount=500_00,
            step=f"/claims/{claim.pk}/",
            worker=w.owner,
        )
        claims.answer(claim=w.again(claim), words="The Grand.", by=w.owner, now=NOW)
        assert matter("claim_question") is None

    def test_a_decision_where_one_is_promised(self, w):
        w.submitted()
        assert matter("claim_decision") is None
        claim = w.submitted(w.fund(budget=w.budget(w.program(review_days=5))))
        is_of(
            matter("claim_decision"),
            w.admin.memberships.get().company,
            anchor=in_days(5),
            amount=500_00,
            step=f"/claims/{claim.pk}/",
            deadline=None,
        )
        claims.take(claim=claim, by=w.second_admin, now=NOW)
        assert matter("claim_decision").worker_id == w.second_admin.pk
        claim = w.again(claim)
        claims.approve(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
        assert matter("claim_decision") is None

    def test_results_until_they_are_told(self, w):
        seminar = programs.usual(ActivityKind.SEMINAR)
        seminar.proofs = []
        claim = w.draft(w.fund(budget=w.budget(w.program(activities=[seminar]))))
        type(claim).objects.filter(pk=claim.pk).update(ran_from=in_days(-2), ran_until=in_days(-1))
        claim = claims.submit(claim=w.again(claim), by=w.owner, now=NOW)
        assert matter("outcome") is None
        outcomes.expect(NOW)
        is_of(
            matter("outcome"),
            w.brightpath,
            anchor=in_days(29),
            step=f"/claims/{claim.pk}/results/report/",
            worker=w.owner,
            deadline=None,
        )
        told = [Told("leads", "measured", 5, "CRM")]
        outcomes.report(about=w.again(claim), number=0, results=told, by=w.owner, now=NOW)
        assert matter("outcome") is None

    def test_results_of_a_withdrawn_claim_are_asked_of_nobody(self, w):
        seminar = programs.usual(ActivityKind.SEMINAR)
        seminar.proofs = []
        claim = w.draft(w.fund(budget=w.budget(w.program(activities=[seminar]))))
        claim = claims.submit(claim=claim, by=w.owner, now=NOW)
        outcomes.expect(NOW)
        assert matter("outcome") is not None
        claims.withdraw(claim=w.again(claim), by=w.owner, now=NOW)
        assert matter("outcome") is None


class TestPayments:
    def test_what_fell_short_is_the_owners_to_accept_and_finances_to_pay(self, w):
        for act in (
            lambda short: claims.accept_short(short=short, words="Fine.", by=w.owner, now=NOW),
            lambda short: claims.pay_rest(short=short, words="A fee.", by=w.finance, now=NOW),
        ):
            short = paying.short(w)
            same = {"anchor": TODAY, "amount": 100_00, "step": f"/payments/{short.payment_id}/", "deadline": None}
            is_of(matter("short_pay"), w.brightpath, **same)
            is_of(matter("short_rest"), w.finance.memberships.get().company, worker=w.finance, **same)
            assert (matter("short_pay").audience, matter("short_rest").audience) == ("owner", "finance")
            act(short)
            assert {matter("short_pay"), matter("short_rest")} == {None}

    def test_taken_back_is_news_once_it_is_confirmed(self, w):
        payment = paying.paid(w)
        reversal = paying.proposed(w, payment)
        assert matter("reversal") is None
        claims.confirm_reversal(reversal=reversal, by=paying.colleague(w), now=NOW)
        step = f"/claims/{payment.claim_id}/"
        is_of(matter("reversal"), w.brightpath, anchor=TODAY, amount=500_00, step=step, deadline=in_days(14))
        assert matter("reversal").audience == "owner"

    def test_due_as_promised_until_it_is_paid(self, w):
        payment = paying.due(w, w.fund(budget=w.budget(w.program(pay_days=30))))
        is_of(
            matter("payment_due"),
            w.finance.memberships.get().company,
            anchor=in_days(30),
            amount=500_00,
            step=f"/payments/{payment.pk}/",
            deadline=None,
        )
        paying.batched(w, payment)
        assert matter("payment_due").worker_id == w.finance.pk
        batch = paying.again(payment).batch
        claims.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW)
        assert matter("payment_due") is None

    def test_without_a_promise_it_is_due_when_it_is_planned(self, w):
        paying.due(w)
        assert matter("payment_due").anchor == TODAY

    def test_missing_bank_details_are_the_owners_to_enter(self, w):
        w.approved()
        found = matter("hold")
        is_of(found, w.brightpath, anchor=TODAY, amount=500_00, step="/bank-details/change/", deadline=None)
        assert (found.audience, matter("payment_due")) == ("owner", None)
        paying.enter(w.brightpath, w.owner)
        found = matter("hold")
        assert (found.audience, found.url) == ("finance", "/payments/bank-details/")
        paying.with_bank(w)
        assert matter("hold") is None

    @pytest.mark.parametrize(("who", "side"), [("member", "partner"), ("manager", "vendor"), ("finance", "finance")])
    def test_a_hold_is_its_own_sides_to_clear(self, w, who, side):
        payment, by = paying.due(w), getattr(w, who)
        paying.held(w, payment, by)
        company = by.memberships.get().company
        step = f"/payments/{payment.pk}/"
        is_of(matter("hold"), company, anchor=TODAY, amount=500_00, step=step, worker=by, deadline=None)
        assert matter("hold").audience == side
        claims.lift(hold=Hold.objects.get(closed_at=None), words="Done.", by=by, now=NOW)
        assert matter("hold") is None


class TestStanding:
    def certified(self, w, until):
        exam = Certification(vendor=w.northgate, name="Cloud architect", how="Pass the exam.")
        exam = standing.save_certification(certification=exam, by=w.manager, now=NOW)
        change = standing.Change(w.brightpath, certified={exam.pk: until})
        standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
        return exam

    def test_a_certification_until_it_is_renewed_for_good(self, w):
        exam = self.certified(w, in_days(60))
        is_of(matter("certification"), w.brightpath, anchor=in_days(60), step="/programs/")
        change = standing.Change(w.brightpath, certified={exam.pk: None})
        standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
        assert matter("certification") is None

    def test_a_resource_until_it_is_retired(self, w):
        kit = w.resource(valid_until=in_days(30))
        is_of(
            matter("resource"),
            w.northgate,
            anchor=in_days(30),
            step=f"/resources/{kit.pk}/edit/",
            worker=w.manager,
            deadline=None,
        )
        resources.retire(resource=kit, by=w.manager, now=NOW)
        assert matter("resource") is None

    def test_a_resource_is_told_to_who_has_it_at_hand(self, w):
        """To the one person who took it, else to all there; not to a partner that never did, nor once it is off the shelf."""
        w.program()
        kit = w.resource(valid_until=in_days(30))
        assert matter("resource_held") is None

        def take(partner, by, act=Act.DOWNLOADED):
            resources.use(resource=kit, partner=partner, act=act, by=by, now=NOW)

        take(w.brightpath, w.member)
        take(w.brightpath, w.member, Act.USED)
        is_of(matter("resource_held"), w.brightpath, anchor=in_days(30), step=f"/resources/{kit.pk}/", worker=w.member)
        take(w.othertech, w.stranger, Act.OPENED)
        take(w.brightpath, w.owner)
        assert matter("resource_held", company=w.brightpath).worker_id is None
        assert matter("resource_held", company=w.othertech).worker_id == w.stranger.pk
        resources.retire(resource=kit, by=w.manager, now=NOW)
        assert not Matter.objects.filter(rule="resource_held").exists()

    def test_a_resource_of_a_program_is_at_hand_while_partners_see_it(self, w):
        program = w.program()
        kit = w.resource(valid_until=in_days(30), program=program)
        resources.use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
        assert matter("resource_held").program == program
        programs.close(program=program, by=w.manager, now=NOW)
        assert matter("resource_held") is None

    def test_a_program_that_fits_until_the_partner_joins(self, w):
        w.program()
        assert matter("program_fits") is None  # nothing connects them
        self.certified(w, None)
        program = matter("program_fits").program
        is_of(
            matter("program_fits"),
            w.brightpath,
            anchor=TODAY,
            step=f"/programs/{program.pk}/",
            deadline=in_days(14),
        )
        joining.ask(program=program, partner=w.brightpath, note="Please.", by=w.owner, now=NOW)
        assert matter("program_fits") is None

    def test_a_program_fits_by_the_rules_that_its_page_names(self, w):
        exam = self.certified(w, None)
        other = standing.save_certification(
            certification=Certification(vendor=w.northgate, name="Other", how="Ask."), by=w.manager, now=NOW
        )
        silver, gold = (
            standing.save_tier(tier=Tier(vendor=w.northgate, name=name), by=w.manager, now=NOW)
            for name in ("Silver", "Gold")
        )
        change = standing.Change(w.brightpath, sets_tier=True, tier=silver)
        standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
        fits = {
            "any": {},
            "invited": {"way": "invited"},
            "here": {"countries": ["DE", "US"]},
            "elsewhere": {"countries": ["DE"]},
            "silver": {"least_tier": silver},
            "gold": {"least_tier": gold},
            "certified": {"certifications": [exam]},
            "uncertified": {"certifications": [exam, other]},
        }
        for name, rules in fits.items():
            program = w.program(name=name)
            given = {"way": "asking", "least_tier": None, "countries": [], "certifications": []} | rules
            admission.set_rules(program=program, by=w.manager, now=NOW, **given)
        found = set(Matter.objects.filter(rule="program_fits").values_list("title", flat=True))
        assert found == {"any", "here", "silver", "certified"}

    def test_asking_to_join_and_its_answer(self, w):
        program = w.program()
        enrolment = joining.ask(program=program, partner=w.brightpath, note="Please.", by=w.member, now=NOW)
        found = matter("join_asked")
        is_of(found, w.northgate, anchor=TODAY, step=f"/partners/requests/{enrolment.pk}/", deadline=program.ends_on)
        assert matter("join_answered") is None
        joining.decline(enrolment=enrolment, code="level", reason="Next year.", by=w.manager, now=NOW)
        assert matter("join_asked") is None
        found = matter("join_answered")
        step = f"/programs/{program.pk}/"
        is_of(found, w.brightpath, anchor=TODAY, step=step, worker=w.member, deadline=in_days(14))
        assert found.title == f"{program.name}: declined"


class TestAsks:
    def test_more_time_and_its_answer(self, w):
        fund = w.fund()
        ask = funds.ask_for_time(allocation=fund, until=fund.longest, why="It moved.", by=w.member, now=NOW)
        step = f"/funds/more-time/{ask.pk}/"
        is_of(matter("time_asked"), w.northgate, anchor=TODAY, amount=5_000_00, step=step, deadline=None)
        funds.grant_time(request=ask, by=w.manager, now=NOW)
        assert matter("time_asked") is None
        found = matter("time_answered")
        step = f"/funds/{fund.pk}/"
        is_of(found, w.brightpath, anchor=TODAY, step=step, worker=w.member, deadline=in_days(14))
        assert found.title == "Market development: granted"

    def test_a_plan_and_its_answer(self, w):
        program = w.program()
        days = {"starts_on": in_days(20), "ends_on": in_days(21)}
        made = Proposal(partner=w.brightpath, program=program, title="Webinar", purpose="New", amount=500_00, **days)
        plan = funds.propose(proposal=made, by=w.member, now=NOW)
        step = f"/funds/plans/{plan.pk}/"
        is_of(matter("plan_asked"), w.northgate, anchor=TODAY, amount=500_00, step=step, deadline=in_days(21))
        funds.decline_proposal(proposal=plan, code="other", answer="Next year.", by=w.manager, now=NOW)
        assert matter("plan_asked") is None
        is_of(
            matter("plan_answered"),
            w.brightpath,
            anchor=TODAY,
            amount=500_00,
            step=step,
            worker=w.member,
            deadline=in_days(14),
        )


class TestSteps:
    AGREED = {"words": "Send the plan", "due_on": in_days(7), "now": NOW}

    def agree(self, w, **fields):
        given = self.AGREED | {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner}
        return steps.agree(**given | fields)

    @pytest.mark.parametrize("end", [steps.tick, steps.drop])
    def test_what_was_agreed_until_it_is_done_or_dropped(self, w, end):
        step = self.agree(w)
        url = f"/steps/{step.pk}/"
        is_of(matter("step"), w.brightpath, anchor=in_days(7), step=url, worker=w.member, deadline=None)
        assert (matter("step").title, matter("step").vendor_id) == ("Send the plan", w.northgate.pk)
        end(step=step, by=w.owner, now=NOW)
        assert matter("step") is None

    def test_only_the_partners_people_know_of_it(self, w):
        self.agree(w)
        for user in (w.owner, w.member):
            assert matter("step") in Matter.objects.visible_to(user)
        for user in (w.manager, w.admin, w.finance, w.stranger):
            assert matter("step") not in Matter.objects.visible_to(user)

    def test_its_day_is_where_the_partner_is(self, w):
        type(w.brightpath).objects.filter(pk=w.brightpath.pk).update(time_zone="Asia/Tokyo")
        self.agree(w, partner=type(w.brightpath).objects.get(pk=w.brightpath.pk))
        assert matter("step").zone == "Asia/Tokyo"


class TestWhoSees:
    def test_what_only_an_owner_can_do_only_owners_see(self, w):
        w.approved()
        hold = matter("hold")
        assert hold in Matter.objects.visible_to(w.owner)
        assert hold not in Matter.objects.visible_to(w.member)

    def test_who_left_sees_nothing(self, w):
        w.fund()
        assert Matter.objects.visible_to(w.member).exists()
        w.member.memberships.update(ended_at=NOW)
        assert not Matter.objects.visible_to(w.member).exists()
