"""A manager extends a fund within its terms, or takes back what lapsed for others."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.lapse import lapse
from funds.models import Allocation, Budget
from funds.reconcile import reconcile
from partners.models import Event
from programs.days import Clock
from reminders import actions as reminders
from tests.cast import NOW, TODAY, balances
from tests.pages import errors, fresh_key, told
from tests.reminders.telling import leads, noon

pytestmark = pytest.mark.usefixtures("_at_now")
WHY = "The trade fair was moved to spring."


@pytest.fixture
def fund(w):
    return w.fund(5_000_00, expires_on=TODAY + timedelta(days=30), claim_by=TODAY + timedelta(days=60))


def extend(w, fund, days: int, now=NOW) -> Allocation:
    until = fund.expires_on + timedelta(days=days)
    return actions.extend(allocation=fund, until=until, reason=WHY, by=w.manager, now=now)


def after(days: int):
    return NOW + timedelta(days=days)


def test_both_deadlines_move_by_the_same_days(w, fund):
    longer = extend(w, fund, 20)
    assert (longer.expires_on, longer.claim_by) == (TODAY + timedelta(days=50), TODAY + timedelta(days=80))
    assert (longer.granted_until, balances(longer)) == (fund.expires_on, {"available": 5_000_00})
    event = Event.objects.about(fund).last()
    assert (event.verb, event.reason, event.actor) == ("extended", WHY, w.manager)
    assert event.data["until"] == str(TODAY + timedelta(days=50))


def test_a_story_of_money_that_lapsed_and_came_back(w, fund):
    """The worked example: granted, partly claimed, lapsed, extended, claimed again, lapsed, taken back for others."""
    budget = Budget.objects.get(pk=fund.budget_id)
    unallocated = budget.unallocated
    w.submitted(fund, costs=(2_000_00,))
    assert balances(fund) == {"available": 4_000_00, "claimed": 1_000_00}
    lapse(clock=Clock(after(61)))
    assert balances(fund) == {"claimed": 1_000_00, "lapsed": 4_000_00}
    # 31 days past its last day, its terms still allow 90 days from that.
    longer = extend(w, fund, 90, now=after(61))
    assert balances(longer) == {"available": 4_000_00, "claimed": 1_000_00}
    lapse(clock=Clock(after(61)))
    assert balances(longer) == {"available": 4_000_00, "claimed": 1_000_00}
    lapse(clock=Clock(after(151)))
    assert balances(longer) == {"claimed": 1_000_00, "lapsed": 4_000_00}
    with pytest.raises(actions.FundsRefused, match="That day has passed"):
        extend(w, longer, 1, now=after(151))
    actions.reoffer(allocation=fund, amount=3_000_00, key="a", by=w.manager, reason="For others", at=after(151))
    assert balances(longer) == {"claimed": 1_000_00, "lapsed": 1_000_00}
    budget.refresh_from_db()
    assert budget.unallocated == unallocated + 3_000_00
    assert reconcile().differences == []


@pytest.mark.parametrize(
    ("days", "now", "words"),
    [
        (0, NOW, "already: choose a later day"),
        (-1, NOW, "already: choose a later day"),
        (91, NOW, "allow an extension until 23 Mar 2027 at most"),
        (5, after(50), "That day has passed"),
    ],
)
def test_what_is_refused_says_why(w, fund, days, now, words):
    with pytest.raises(actions.FundsRefused, match=words):
        extend(w, fund, days, now=now)


def test_extensions_count_from_the_first_day_in_all(w, fund):
    longer = extend(w, fund, 60)
    with pytest.raises(actions.FundsRefused, match="at most"):
        extend(w, longer, 31)
    assert extend(w, longer, 30).expires_on == fund.expires_on + timedelta(days=90)


def test_terms_may_allow_none(w):
    fund = w.fund(budget=w.budget(w.program(extension_days=0)))
    with pytest.raises(actions.FundsRefused, match="allow no extension"):
        extend(w, fund, 1)


def test_what_is_all_claimed_is_not_extended(w):
    fund = w.fund(500_00)
    w.submitted(fund, costs=(1_000_00,))
    with pytest.raises(actions.FundsRefused, match="nothing to extend"):
        extend(w, fund, 1)


def test_a_closed_period_stays_as_it_is(w, fund):
    Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
    with pytest.raises(actions.FundsRefused, match="period of its budget is closed"):
        extend(w, fund, 1)


def test_only_the_vendors_manager_does(w, fund):
    for other in (w.owner, w.other_manager, w.admin, w.finance):
        with pytest.raises(PermissionDenied):
            actions.extend(allocation=fund, until=date(2027, 1, 1), reason=WHY, by=other, now=NOW)


def test_the_new_deadline_is_reminded_of_anew(w, fund):
    reminders.sweep(clock=noon(TODAY + timedelta(days=16)))
    assert leads(w.owner) == [14]
    longer = extend(w, fund, 30)
    reminders.sweep(clock=noon(longer.expires_on - timedelta(days=14)))
    assert leads(w.owner) == [14, 14]


class TestPages:
    def url(self, fund, name="extend") -> str:
        return reverse(f"funds:{name}", args=[fund.pk])

    def test_from_the_fund_to_its_new_day_in_two_clicks(self, w, fund, client):
        client.force_login(w.manager)
        assert self.url(fund) in client.get(self.url(fund, "allocation")).text
        page = client.get(self.url(fund))
        # The day is filled in already: the reason and one click are left.
        assert page.context["form"]["until"].value() == fund.longest
        response = client.post(self.url(fund), {"until": "2027-01-31", "reason": WHY}, follow=True)
        assert told(response) == ["Extended: activities may run until 31 Jan 2027, claims be filed until 2 Mar 2027."]
        assert "Extended from 23 Dec 2026 until 31 Jan 2027" in response.text
        assert WHY in response.text
        client.force_login(w.owner)
        assert WHY in client.get(self.url(fund, "allocation")).text

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("until", "", "Choose a day"),
            ("until", "soon", "Enter a day as in"),
            ("until", "2027-13-01", "Enter a day as in"),
            ("until", "9999-12-31", "Check the year"),
            ("until", "2027-06-01", "allow an extension until"),
            ("until", "2026-12-01", "choose a later day"),
            ("reason", "", "Say why"),
            ("reason", "x" * 501, "at most 500"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_loses_nothing(self, w, fund, client, field, value, words):
        client.force_login(w.manager)
        response = client.post(self.url(fund), {"until": "2027-01-31", "reason": WHY} | {field: value})
        assert words in errors(response)[field][0]
        other = "reason" if field == "until" else "until"
        assert response.context["form"][other].value() == {"until": "2027-01-31", "reason": WHY}[other]

    def test_a_second_click_changes_nothing(self, w, fund, client):
        client.force_login(w.manager)
        for _ in range(2):
            response = client.post(self.url(fund), {"until": "2027-01-31", "reason": WHY})
        assert "It runs until 31 Jan 2027 already" in errors(response)["until"][0]
        assert Event.objects.about(fund).filter(verb="extended").count() == 1

    def test_lapsed_money_is_taken_back_for_others(self, w, fund, client):
        lapse(clock=Clock(after(61)))
        client.force_login(w.manager)
        assert self.url(fund, "reoffer") in client.get(self.url(fund, "allocation")).text
        sent = {"amount": "5,000.00", "reason": "Others have plans", "key": fresh_key()}
        response = client.post(self.url(fund, "reoffer"), sent, follow=True)
        assert told(response) == ["$5,000.00 is back in the budget: you can grant it again."]
        assert balances(fund) == {}
        response = client.post(self.url(fund, "reoffer"), sent | {"key": fresh_key()})
        assert "That is more than there is" in errors(response)["amount"][0]
