"""Companies choose when they are told, within bounds; people choose who hears while they are away."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from partners.models import Company, Event
from partners.states import Role
from reminders import actions
from reminders.models import Absence, Threshold, Timing
from reminders.rules import RULES
from reminders.states import Rule
from reminders.ways import Way
from tests.cast import NOW, TODAY, person
from tests.pages import queries
from tests.reminders.posting import bounced
from tests.reminders.telling import in_days

TIMINGS, AWAY = reverse("reminders:timings"), reverse("reminders:away")
pytestmark = pytest.mark.usefixtures("_at_now")


class TestTimings:
    def post(self, client, user, **fields):
        client.force_login(user)
        return client.post(TIMINGS, fields)

    def test_a_partner_chooses_its_days_and_goes_back_to_the_usual_ones(self, w, client):
        assert self.post(client, w.owner, days_claim_by="7, 45; 45").status_code == 302
        assert Timing.objects.get(company=w.brightpath, rule="claim_by").leads == [45, 7]
        assert 'value="45, 7"' in client.get(TIMINGS).content.decode()
        self.post(client, w.owner, days_claim_by="")
        assert not Timing.objects.exists()
        assert Event.objects.filter(verb="chose when to be told", actor=w.owner).count() == 2

    def test_days_after_are_written_with_a_minus(self, w, client):
        self.post(client, w.owner, days_draft_claim="−3 -10")
        assert Timing.objects.get().leads == [-3, -10]
        assert "−3, −10" in client.get(TIMINGS).content.decode()

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("200", "Days from 180 down to 0"),
            ("-1, 7", "Days from 180 down to 0"),
            ("60", "has to be 14 or less"),
            ("soon", "Whole numbers of days"),
            ("1 2 3 4 5 6 7 8 9", "8 days at most"),
        ],
    )
    def test_what_is_out_of_bounds_is_said_beside_the_field(self, w, client, typed, words):
        response = self.post(client, w.owner, days_claim_by=typed)
        assert response.status_code == 400
        assert words in response.content.decode()
        assert not Timing.objects.exists()

    def test_a_vendor_adds_days_and_says_what_is_much_money(self, w, client):
        w.program()
        self.post(client, w.manager, days_claim_by="90", days_time_asked="-1", much_USD="10,000.00")
        assert {(t.rule, *t.leads) for t in Timing.objects.filter(company=w.northgate)} == {
            ("claim_by", 90),
            ("time_asked", -1),
        }
        assert Threshold.objects.get(vendor=w.northgate, currency="USD").amount == 10_000_00
        self.post(client, w.manager, much_USD="")
        assert not Threshold.objects.exists()

    def test_each_kind_of_company_has_its_own_rules(self, w, client):
        shown = {}
        for name in ("owner", "manager", "admin"):
            client.force_login(getattr(w, name))
            shown[name] = {str(rule) for rule in client.get(TIMINGS).context["form"].rules}
        news = {rule.value for rule, spec in RULES.items() if spec.news}
        assert shown["admin"] == {"claim_decision", "payment_due", "short_rest"}
        assert shown["owner"] & {"time_asked", "claim_decision"} == set()
        assert shown["manager"] == shown["owner"] | {r.value for r, s in RULES.items() if s.side == "vendor"}
        assert not news & (shown["owner"] | shown["manager"])

    def test_only_who_looks_after_a_company_chooses_for_it(self, w):
        for user, company in ((w.member, w.brightpath), (w.stranger, w.brightpath), (w.owner, w.northgate)):
            with pytest.raises(PermissionDenied):
                actions.set_timing(company=company, rule=Rule.CLAIM_BY, leads=[7], by=user, now=NOW)
        with pytest.raises(PermissionDenied):
            actions.set_threshold(vendor=w.brightpath, currency="USD", amount=5, by=w.owner, now=NOW)

    def test_a_second_click_changes_nothing(self, w):
        said = {"company": w.brightpath, "rule": Rule.CLAIM_BY, "leads": [7], "by": w.owner, "now": NOW}
        assert [actions.set_timing(**said) for _ in range(2)] == [True, False]


class TestAway:
    def post(self, client, user, delegate, start=TODAY, end=TODAY):
        client.force_login(user)
        return client.post(AWAY, {"delegate": delegate.pk, "from_on": start, "until_on": end})

    def test_there_and_back(self, w, client):
        assert self.post(client, w.owner, w.member, TODAY, in_days(7)).status_code == 302
        (absence,) = Absence.objects.all()
        assert (absence.user, absence.delegate, absence.company_id) == (w.owner, w.member, w.brightpath.pk)
        client.force_login(w.member)
        assert "Owner" in client.get(AWAY).content.decode()  # who hears for a colleague sees it
        assert client.post(reverse("reminders:back", args=[absence.pk])).status_code == 403
        client.force_login(w.owner)
        assert client.post(reverse("reminders:back", args=[absence.pk])).status_code == 302
        assert not Absence.objects.exists()

    @pytest.mark.parametrize(
        ("start", "end", "words"),
        [
            (in_days(2), in_days(1), "before the first"),
            (TODAY, in_days(400), "A year at most"),
            (in_days(5), in_days(6), "away on some of these days"),
            (in_days(-3), in_days(-1), "Those days are over"),
            ("9999-12-31", "9999-12-31", "Check the year"),
            ("0001-01-01", "0001-01-01", "Check the year"),
        ],
    )
    def test_days_that_cannot_be(self, w, client, start, end, words):
        self.post(client, w.owner, w.member, in_days(5), in_days(5))
        response = self.post(client, w.owner, w.member, start, end)
        assert (response.status_code, words in response.content.decode()) == (400, True)
        assert Absence.objects.count() == 1

    def test_only_a_colleague_hears_in_ones_place(self, w, client):
        for delegate in (w.manager, w.stranger, w.owner):
            assert self.post(client, w.owner, delegate).status_code == 400
        assert self.post(client, w.finance, w.admin).status_code == 400  # another role of Windfall's
        assert self.post(client, w.admin, w.second_admin).status_code == 302

    def test_whoever_is_away_too_or_reads_no_mail_hears_in_nobodys_place(self, w, client):
        helper = person("helper", w.brightpath, Role.MEMBER)
        self.post(client, helper, w.member, in_days(5), in_days(9))
        bounced(w.member)
        actions.prefer(user=w.owner, ways={Rule.EXPIRES_ON: Way.OFF}, now=NOW)
        said = {
            "Helper is away on some of these days too": self.post(client, w.owner, helper, TODAY, in_days(5)),
            "Mail does not reach Member": self.post(client, w.owner, w.member),
        }
        for words, response in said.items():
            assert (response.status_code, words in response.content.decode()) == (400, True)
        assert self.post(client, w.owner, helper, TODAY, in_days(4)).status_code == 302
        # What an owner wants no mail of, others hear: in a member's place it may be.
        assert self.post(client, helper, w.owner, in_days(20), in_days(21)).status_code == 302

    def test_an_owners_place_is_not_taken_by_who_has_switched_it_off(self, w, client):
        actions.prefer(user=w.member, ways={Rule.CLAIM_BY: Way.OFF}, now=NOW)
        response = self.post(client, w.owner, w.member)
        assert response.status_code == 400
        assert "Member has switched off mail of money that lapses. Choose" in response.content.decode()
        actions.prefer(user=w.member, ways={Rule.CLAIM_BY: Way.WEEKLY, Rule.GRANTED: Way.OFF}, now=NOW)
        assert self.post(client, w.owner, w.member).status_code == 302

    def test_the_last_day_ends_where_the_company_is(self, w, client):
        Company.objects.filter(pk=w.brightpath.pk).update(time_zone="America/Los_Angeles")
        self.post(client, w.owner, w.member)
        shown = []
        for hours in (19, 20):  # from noon: midnight in Los Angeles is 8:00 UTC
            with time_machine.travel(NOW + timedelta(hours=hours), tick=True):
                client.force_login(w.owner)
                shown.append("I am back" in client.get(AWAY).content.decode())
        assert shown == [True, False]

    def test_who_works_alone_is_told_so(self, w, client):
        client.force_login(w.stranger)
        assert "Nobody could hear in your place" in client.get(AWAY).content.decode()

    def test_a_second_click_is_the_same_absence(self, w, client):
        for _ in range(2):
            assert self.post(client, w.owner, w.member).status_code == 302
        assert Absence.objects.count() == 1

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, w, client, rows):
        for n in range(rows):
            actions.be_away(
                user=w.owner,
                company=w.brightpath,
                delegate=w.member,
                from_on=in_days(n),
                until_on=in_days(n),
                now=NOW,
            )
        client.force_login(w.owner)
        assert queries(client, AWAY) <= 10
