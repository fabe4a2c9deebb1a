"""Who hears of a matter: whoever works on it, else everybody there; who stands in for them; who is told when time gets short."""

from datetime import timedelta

import pytest

from claims import actions as claims
from claims.actions import outcomes, requests
from claims.models import Claim, Payment
from funds import actions as funds
from partners import actions as partners
from partners.models import Membership
from partners.states import Role
from plans.actions import steps
from programs import actions as programs
from programs.activities import ActivityKind
from programs.days import Clock
from programs.resources import actions as resources
from programs.resources.states import Act
from reminders import actions
from reminders.items import note
from reminders.models import Absence, Matter, Reminder, Reply, Threshold, Timing
from tests.cast import NOW, TODAY, person
from tests.claims import asking, paying
from tests.reminders.telling import in_days, noon, remind


def heard(rule: str, **fields) -> dict[str, list[int]]:
    """By the name of who was told: the leads, in the order in which they were."""
    found: dict[str, list[int]] = {}
    for name, lead in (
        Reminder.objects.filter(rule=rule, **fields).order_by("id").values_list("recipient__name", "lead")
    ):
        found.setdefault(name, []).append(lead)
    return found


def away(user, delegate, start=TODAY, end=TODAY, company=None) -> Absence:
    company = company or user.memberships.first().company
    return Absence.objects.create(user=user, company=company, delegate=delegate, from_on=start, until_on=end)


class TestWhoeverWorksOnIt:
    def test_a_draft_is_its_writers_and_then_also_the_owners(self, w):
        w.draft(w.fund(expires_on=in_days(200)), by=w.member)
        for day in range(30):
            remind(noon(in_days(day)))
        assert heard("draft_claim") == {"Member": [-7, -21], "Owner": [-21]}
        late = Reminder.objects.get(rule="draft_claim", recipient=w.owner)
        assert (late.is_escalated, late.audience, late.company_id) == (True, "partner", w.brightpath.pk)
        assert not Reminder.objects.filter(rule="draft_claim", recipient=w.member, is_escalated=True).exists()

    def test_who_left_is_followed_by_everybody_there(self, w):
        w.draft(w.fund(expires_on=in_days(200)), by=w.member)
        partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
        other = person("other", w.brightpath, Role.MEMBER)
        remind(noon(in_days(7)))
        assert heard("draft_claim") == {"Owner": [-7], "Other": [-7]}
        assert other.reminders.get(rule="draft_claim").is_escalated is False

    def test_a_claim_in_review_is_its_reviewers_and_else_every_admins(self, w):
        claim = w.submitted(w.fund(budget=w.budget(w.program(review_days=5)), expires_on=in_days(200)))
        remind(noon(in_days(3)))
        assert heard("claim_decision") == {"Admin": [2], "Adminette": [2]}
        claims.take(claim=claim, by=w.admin, now=NOW)
        remind(noon(in_days(6)))
        assert heard("claim_decision", lead=-1) == {"Admin": [-1]}
        # A week late it is every admin's: its reviewer may be ill.
        remind(noon(in_days(12)))
        assert heard("claim_decision", lead=-7) == {"Admin": [-7], "Adminette": [-7]}
        assert Reminder.objects.get(rule="claim_decision", lead=-7, is_escalated=True).recipient == w.second_admin

    def test_a_request_that_is_decided_late_is_every_managers(self, w):
        maggie = person("maggie", w.northgate, Role.MANAGER)
        request = asking.filed(w, w.fund(expires_on=in_days(200)), 1_000_00)
        requests.take(request=request, by=w.manager, now=NOW)
        due = Matter.objects.get(rule="request_decision").anchor
        for left in (3, -1, -7):
            remind(noon(due - timedelta(days=left)))
        assert heard("request_decision") == {"Manager": [3, -1, -7], "Maggie": [-7]}
        late = maggie.reminders.get(rule="request_decision")
        assert (late.is_escalated, note(late)) == (True, "Whoever works on it was told and has not done it yet.")
        # Unlike a partner's money it is hers to do.
        actions.take(about=late, by=maggie, now=NOW)
        assert Reply.objects.get().user == maggie

    def test_finance_hears_of_payments_and_admins_do_not(self, w):
        payment = paying.due(w)
        paying.colleague(w)
        Payment.objects.filter(pk=payment.pk).update(batched_by=w.finance)
        for day in range(15):
            remind(noon(in_days(day)))
        assert heard("payment_due") == {"Finance": [-1, -7, -14], "Fiona": [-14]}

    def test_results_that_are_late_are_the_owners_too(self, w):
        seminar = programs.usual(ActivityKind.SEMINAR)
        seminar.proofs = []
        fund = w.fund(budget=w.budget(w.program(activities=[seminar])), expires_on=in_days(200), claim_by=in_days(200))
        claim = w.draft(fund, by=w.member)
        Claim.objects.filter(pk=claim.pk).update(ran_from=in_days(-2), ran_until=in_days(-1))
        claims.submit(claim=w.again(claim), by=w.member, now=NOW)
        outcomes.expect(noon(TODAY).now)
        due = Matter.objects.get(rule="outcome").anchor
        for left in (14, 3, -3, -14):
            remind(noon(due - timedelta(days=left)))
        assert heard("outcome") == {"Member": [14, 3, -3, -14], "Owner": [-14]}

    def test_an_agreed_step_is_its_persons_and_late_also_the_owners(self, w):
        step = steps.agree(
            partner=w.brightpath,
            vendor=w.northgate,
            words="Send the plan",
            person=w.member,
            due_on=in_days(10),
            by=w.owner,
            now=NOW,
        )
        for day in range(25):
            remind(noon(in_days(day)))
        assert heard("step") == {"Member": [7, 1, 0, -7], "Owner": [-7]}
        told = Reminder.objects.filter(rule="step", recipient=w.member).first()
        assert (told.url, told.title, told.zone) == (f"/steps/{step.pk}/", "Send the plan", "UTC")
        assert Reminder.objects.filter(rule="step").open(noon(in_days(25))).count() == 5
        steps.tick(step=step, by=w.member, now=NOW)
        assert not Reminder.objects.filter(rule="step").open(noon(in_days(25))).exists()

    def test_a_step_is_told_also_where_no_program_and_no_vendor_has_its_day(self, w):
        type(w.brightpath).objects.filter(pk=w.brightpath.pk).update(time_zone="Pacific/Auckland")
        partner = type(w.brightpath).objects.get(pk=w.brightpath.pk)
        given = {"partner": partner, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
        steps.agree(words="Send the plan", due_on=in_days(8), **given)
        # In Auckland the next day has begun when it is noon in UTC: a week is left.
        remind(noon(TODAY))
        assert heard("step") == {"Member": [7]}

    def test_bank_details_are_the_owners_alone(self, w):
        w.approved()
        remind(noon(TODAY))
        assert heard("hold") == {"Owner": [0]}
        (told,) = Reminder.objects.filter(rule="hold")
        assert told.url == "/bank-details/change/"

    def test_less_than_was_sent_is_told_to_the_owner_and_after_a_week_to_who_sent_it(self, w):
        paying.colleague(w)
        paying.short(w)
        for day in range(22):
            remind(noon(in_days(day)))
        assert heard("short_pay") == {"Owner": [0, -7, -21]}
        assert heard("short_rest") == {"Finance": [-7, -21], "Fiona": [-21]}

    def test_a_payment_that_was_taken_back_is_told_to_the_owner_once(self, w):
        reversal = paying.proposed(w, paying.paid(w))
        claims.confirm_reversal(reversal=reversal, by=paying.colleague(w), now=NOW)
        for day in range(3):
            remind(noon(in_days(day)))
        assert heard("reversal") == {"Owner": [0]}

    def test_a_resource_that_runs_out_is_told_once_to_who_took_it(self, w):
        w.program()
        kit = w.resource(valid_until=in_days(40))
        resources.use(resource=kit, partner=w.brightpath, act=Act.USED, by=w.member, now=NOW)
        for day in range(42):
            remind(noon(in_days(day)))
        assert heard("resource_held") == {"Member": [21]}
        assert heard("resource") == {"Manager": [30, 7]}

    def test_a_request_is_its_vendors_to_decide(self, w):
        asking.filed(w, w.fund(budget=w.budget(w.program(review_days=3))), 1_000_00)
        remind(noon(TODAY))
        assert heard("request_decision") == {"Manager": [3]}

    def test_nobody_is_told_of_what_is_another_companys(self, w):
        w.fund(partner=w.othertech)
        w.submitted(w.fund())
        remind(noon(TODAY))
        for told in Reminder.objects.select_related("recipient"):
            assert Membership.objects.active().filter(user=told.recipient, company=told.company_id).exists()
        assert not Reminder.objects.filter(recipient=w.stranger, partner=w.brightpath).exists()
        assert not Reminder.objects.filter(recipient=w.owner, partner=w.othertech).exists()


class TestNews:
    def test_granted_money_is_told_once_and_not_after_two_weeks(self, w):
        w.fund(expires_on=in_days(300), claim_by=in_days(300))
        for day in range(3):
            remind(noon(in_days(day)))
        assert heard("granted") == {"Owner": [0], "Member": [0]}
        new = person("new", w.brightpath, Role.MEMBER)
        remind(noon(in_days(14)))
        assert heard("granted", recipient=new) == {"New": [0]}
        newer = person("newer", w.brightpath, Role.MEMBER)
        remind(noon(in_days(15)))
        assert heard("granted", recipient=newer) == {}

    def test_an_answer_goes_to_who_asked(self, w):
        fund = w.fund(expires_on=in_days(200))
        ask = funds.ask_for_time(allocation=fund, until=in_days(220), why="It moved.", by=w.member, now=NOW)
        remind(noon(in_days(2)))
        assert heard("time_asked") == {"Manager": [-2]}
        funds.decline_time(request=ask, code="other", answer="No.", by=w.manager, now=NOW)
        remind(noon(in_days(2)))
        assert heard("time_answered") == {"Member": [0]}
        assert Reminder.objects.get(rule="time_answered").title == "Market development: declined"


class TestEscalation:
    def test_much_money_reaches_the_vendors_managers(self, w):
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=4_000_00)
        large = w.fund(4_000_00, expires_on=in_days(14), claim_by=in_days(100))
        w.fund(3_999_99, expires_on=in_days(14), claim_by=in_days(100))
        euros = w.budget(w.program(currency="EUR"))
        w.fund(9_000_00, budget=euros, expires_on=in_days(14), claim_by=in_days(100))
        remind(noon(TODAY))
        assert heard("expires_on", recipient=w.manager) == {"Manager": [14]}
        told = Reminder.objects.get(rule="expires_on", recipient=w.manager)
        assert (told.allocation, told.audience, told.is_escalated) == (large, "vendor", True)
        assert (told.company_id, told.url) == (w.northgate.pk, f"/funds/{large.pk}/")
        assert not Reminder.objects.filter(recipient=w.other_manager).exists()

    def test_not_long_before(self, w):
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1)
        w.fund(expires_on=in_days(30), claim_by=in_days(100))
        remind(noon(TODAY))
        assert heard("expires_on", recipient=w.manager) == {}

    def test_own_books_reach_nobody_else(self, w):
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1)
        w.kept_fund(expires_on=in_days(7))
        remind(noon(TODAY))
        assert set(heard("expires_on")) == {"Owner", "Member"}


class TestAbsence:
    def test_a_colleague_hears_from_the_first_day_to_the_last(self, w):
        w.draft(w.fund(expires_on=in_days(300)), by=w.member)
        helper = person("helper", w.brightpath, Role.MEMBER)
        away(w.member, helper, in_days(7), in_days(8))
        remind(noon(in_days(7)))
        assert heard("draft_claim") == {"Helper": [-7]}
        assert helper.reminders.get(rule="draft_claim").url.endswith("/edit/")
        remind(noon(in_days(21)))
        assert heard("draft_claim", recipient=w.member) == {"Member": [-21]}

    def test_what_was_told_before_is_the_colleagues_too_and_once(self, w):
        claim = w.draft(w.fund(expires_on=in_days(300)), by=w.member)
        done = w.draft(w.fund(expires_on=in_days(300)), by=w.member)
        helper = person("helper", w.brightpath, Role.MEMBER)
        remind(noon(in_days(7)))
        assert heard("draft_claim") == {"Member": [-7, -7]}
        claims.submit(claim=done, by=w.member, now=NOW)
        away(w.member, helper, in_days(9), in_days(10))
        assert remind(noon(in_days(8))) == 0
        assert remind(noon(in_days(9))) == 1
        told = helper.reminders.get(rule="draft_claim")
        assert (told.rule, told.subject_id, told.lead, told.is_escalated) == ("draft_claim", claim.pk, -7, False)
        assert told.due_on == w.member.reminders.get(subject_id=claim.pk).due_on
        assert remind(noon(in_days(10))) == remind(noon(in_days(11))) == 0
        # Back, the member hears of the rest again.
        remind(noon(in_days(21)))
        assert heard("draft_claim", lead=-21, recipient__in=[w.member, helper]) == {"Member": [-21]}

    def test_what_somebody_else_took_or_the_colleague_knows_is_told_to_nobody_again(self, w):
        fund = w.fund(expires_on=in_days(14), claim_by=in_days(300))
        remind(noon(TODAY))
        helper, third = (person(name, w.brightpath, Role.MEMBER) for name in ("helper", "third"))
        actions.take(about=w.owner.reminders.get(allocation=fund, rule="expires_on"), by=w.owner, now=NOW)
        away(w.member, helper)
        away(third, w.owner)
        remind(noon(TODAY))
        assert heard("expires_on") == {"Owner": [14], "Member": [14]}

    def test_who_hears_for_another_and_for_oneself_hears_once(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        away(w.member, w.owner)
        remind(noon(TODAY))
        assert heard("expires_on") == {"Owner": [7]}

    def test_where_the_colleague_goes_away_too_theirs_hears(self, w):
        w.draft(w.fund(expires_on=in_days(300)), by=w.member)
        helper = person("helper", w.brightpath, Role.MEMBER)
        third = person("third", w.brightpath, Role.MEMBER)
        away(w.member, helper, TODAY, in_days(30))
        away(helper, third, in_days(5), in_days(10))
        remind(noon(in_days(7)))
        assert heard("draft_claim") == {"Third": [-7]}
        away(third, w.member, in_days(20), in_days(30))
        remind(noon(in_days(21)))
        assert heard("draft_claim", lead=-21, is_escalated=False) == {"Helper": [-21]}

    def test_two_who_are_away_for_each_other_hear_themselves(self, w):
        w.draft(w.fund(expires_on=in_days(300)), by=w.member)
        helper = person("helper", w.brightpath, Role.MEMBER)
        away(w.member, helper, TODAY, in_days(10))
        away(helper, w.member, TODAY, in_days(10))
        remind(noon(in_days(7)))
        assert heard("draft_claim") == {"Member": [-7]}

    def test_a_colleague_who_left_hears_nothing(self, w):
        helper = person("helper", w.brightpath, Role.MEMBER)
        away(w.member, helper)
        partners.end_membership(membership=helper.memberships.get(), by=w.owner, now=NOW)
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        remind(noon(TODAY))
        assert heard("expires_on") == {"Owner": [7], "Member": [7]}

    def test_days_are_the_companys(self, w):
        type(w.brightpath).objects.filter(pk=w.brightpath.pk).update(time_zone="Pacific/Auckland")
        away(w.member, w.owner, in_days(1), in_days(1))
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        remind(noon(TODAY))  # noon of the 23rd is 1:00 of the 24th there
        assert heard("expires_on") == {"Owner": [7]}


class TestTimings:
    def timing(self, w, company, *leads, rule="expires_on"):
        return Timing.objects.create(company=company, rule=rule, leads=list(leads), changed_by=w.owner)

    @pytest.fixture
    def fund(self, w):
        return w.fund(expires_on=in_days(100), claim_by=in_days(300))

    def told_on(self, w, user, days=range(101)):
        for day in days:
            remind(noon(in_days(day)))
        rows = Reminder.objects.filter(rule="expires_on", recipient=user).order_by("id")
        return [(r.lead, (r.created_at.date() - TODAY).days) for r in rows]

    def test_a_partner_chooses_its_own_days(self, w, fund):
        self.timing(w, w.brightpath, 90, 10)
        other = w.fund(partner=w.othertech, expires_on=in_days(100), claim_by=in_days(300))
        assert self.told_on(w, w.owner) == [(90, 10), (10, 90)]
        leads = Reminder.objects.filter(recipient=w.stranger, rule="expires_on", allocation=other)
        assert list(leads.order_by("id").values_list("lead", flat=True)) == [60, 30, 14, 7, 1]

    def test_time_gets_short_for_who_looks_after_them_on_a_day_that_nobody_chose(self, w):
        self.timing(w, w.brightpath, -3, rule="draft_claim")
        w.draft(w.fund(expires_on=in_days(200)), by=w.member)
        for day in range(30):
            remind(noon(in_days(day)))
        assert heard("draft_claim") == {"Member": [-3], "Owner": [-21]}
        (owners,) = Reminder.objects.filter(rule="draft_claim", recipient=w.owner)
        assert owners.due_on == owners.anchor + timedelta(days=21)

    def test_a_vendor_hears_of_much_money_whatever_its_partner_chose(self, w, fund):
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1)
        self.timing(w, w.brightpath, 60, 3)
        assert self.told_on(w, w.manager) == [(14, 86), (3, 97)]

    def test_a_vendor_adds_to_them(self, w, fund):
        self.timing(w, w.brightpath, 90, 10)
        self.timing(w, w.northgate, 120, 45, 10)
        self.timing(w, w.skylark, 33)
        assert self.told_on(w, w.owner) == [(120, 0), (90, 10), (45, 55), (10, 90)]

    def test_a_vendor_adds_to_the_usual_ones(self, w, fund):
        self.timing(w, w.northgate, 80)
        assert [lead for lead, _ in self.told_on(w, w.owner)] == [80, 60, 30, 14, 7, 1]

    def test_other_rules_keep_their_own(self, w):
        self.timing(w, w.brightpath, 90, 10)
        w.fund(expires_on=in_days(7), claim_by=in_days(30))
        remind(noon(TODAY))
        assert heard("claim_by") == {"Owner": [30], "Member": [30]}
        assert heard("expires_on") == {"Owner": [10], "Member": [10]}


class TestAClockThatGoesBack:
    @pytest.fixture
    def w(self, settled):
        return settled

    def test_nothing_is_told_again(self, w):
        w.fund(expires_on=in_days(40), claim_by=in_days(60))
        remind(noon(in_days(34)))
        before = Reminder.objects.count()
        for day in (33, 20, 0, 25, 34):
            assert remind(noon(in_days(day))) == 0
        assert Reminder.objects.count() == before
        remind(noon(in_days(39)))
        assert heard("expires_on", recipient=w.owner) == {"Owner": [7, 1]}

    def test_what_was_never_told_is(self, w):
        remind(noon(in_days(34)))
        w.fund(expires_on=in_days(40), claim_by=in_days(90))
        remind(noon(in_days(10)))
        assert heard("expires_on", recipient=w.owner) == {"Owner": [30]}

    def test_a_rehearsal_counts_too(self, w):
        w.fund(expires_on=in_days(40), claim_by=in_days(90))
        remind(noon(TODAY))
        actions.sweep(clock=Clock(NOW, on=in_days(33)))
        remind(noon(in_days(12)))
        assert heard("expires_on", recipient=w.owner) == {"Owner": [60, 7]}


def test_three_days_of_downtime_are_one_reminder_of_each_matter(w):
    """Swept on the first day and on the fifth: what came due on the days between is told once, by its tightest lead."""
    w.fund(expires_on=in_days(17), claim_by=in_days(63))
    w.draft(w.fund(expires_on=in_days(200)), by=w.owner)
    remind(noon(in_days(2)))
    seen = Reminder.objects.count()
    remind(noon(in_days(10)))
    new = Reminder.objects.filter(recipient=w.owner, created_at__date=in_days(10)).values_list("rule", "lead")
    assert seen
    assert sorted(new) == [("claim_by", 60), ("draft_claim", -7), ("expires_on", 7)]
