"""Sent back to be corrected: the money returns, and the partner reads why where it fixes it. A question has a last day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims import actions
from partners.models import Event
from programs.days import Clock
from reminders.actions import sweep
from tests.cast import NOW, TODAY, balances


def at(name, claim):
    return reverse(f"claims:{name}", args=[claim.pk])


def back(claim, **changes):
    return {
        "back-version": claim.version,
        "back-code": "missing_proof",
        "back-reason": "The agenda is missing.",
    } | changes


def test_sent_back_it_is_corrected_and_filed_again(w, client):
    fund = w.fund(5_000_00)
    claim = w.submitted(fund)
    client.force_login(w.admin)
    client.post(at("send_back", claim), back(claim))
    assert w.again(claim).status == "returned"
    assert balances(fund) == {"available": 5_000_00}
    client.force_login(w.owner)
    page = client.get(at("detail", claim)).text
    assert "Proof is missing. The agenda is missing." in page
    assert "Correct and file again" in page
    page = client.post(at("reopen", claim), follow=True)
    assert "The agenda is missing." in page.text
    filed = actions.submit(claim=w.again(claim), by=w.owner, now=timezone.now())
    assert (filed.status, filed.decided_by) == ("submitted", None)
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}
    assert "The agenda is missing." not in client.get(at("detail", claim)).text.partition("What happened")[0]


@pytest.mark.parametrize(
    "changes", [{"back-code": ""}, {"back-reason": " "}, {"back-code": "unanswered"}, {"back-version": "x"}]
)
def test_without_reasons_nothing_is_sent_back(w, client, changes):
    claim = w.submitted()
    client.force_login(w.admin)
    assert client.post(at("send_back", claim), back(claim, **changes)).status_code == 400
    assert w.again(claim).status == "submitted"


def test_after_the_last_day_to_claim_it_cannot_be_sent_back(w, client):
    claim = w.submitted()
    later = NOW + timedelta(days=365)
    with pytest.raises(actions.ClaimRefused, match="could not be filed again"):
        actions.send_back(claim=claim, version=claim.version, code="other", reason="x", by=w.admin, now=later)


@pytest.mark.parametrize("who", ["owner", "member", "manager", "finance"])
def test_only_an_admin_sends_back(w, client, who):
    claim = w.submitted()
    client.force_login(getattr(w, who))
    assert client.post(at("send_back", claim), back(claim)).status_code == 403


def test_sent_back_twice_is_refused_once(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(at("send_back", claim), back(claim))
    assert client.post(at("send_back", claim), back(claim)).status_code == 409
    assert Event.objects.about(claim).filter(verb="returned").count() == 1


# a question and its last day


def asked(w, claim, **more):
    return actions.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW, **more)


def test_the_partner_sees_by_when_to_answer(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    due = TODAY + timedelta(days=10)
    data = {"ask-version": claim.version, "ask-question": "Who came?", "ask-due": due.isoformat()}
    client.post(at("ask", claim), data)
    assert w.again(claim).question_due == due
    client.force_login(w.owner)
    page = client.get(at("detail", claim)).text
    assert "Answer by" in page
    assert due.isoformat() in page
    actions.answer(claim=w.again(claim), words="Forty.", by=w.owner, now=NOW)
    assert w.again(claim).question_due is None


def test_a_week_is_given_where_none_is_named(w):
    assert asked(w, w.submitted()).question_due == TODAY + timedelta(days=7)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_too_little_or_too_much_time_is_refused(w, days):
    with pytest.raises(actions.ClaimRefused, match="between one and 90 days"):
        asked(w, w.submitted(), due=TODAY + timedelta(days=days))


def on(days):
    return Clock(NOW + timedelta(days=days))


def test_without_an_answer_it_is_sent_back_while_there_is_time_to_file_it_again(w):
    fund = w.fund(5_000_00)
    claim = asked(w, w.submitted(fund))
    assert actions.return_unanswered(clock=on(7)).returned == 0
    done = actions.return_unanswered(clock=on(8))
    assert (done.returned, done.kept) == (1, 0)
    claim = w.again(claim)
    assert (claim.status, claim.question_due) == ("returned", None)
    assert balances(fund) == {"available": 5_000_00}
    event = Event.objects.about(claim).last()
    assert (event.actor, event.reason_code) == (None, "unanswered")
    assert actions.return_unanswered(clock=on(8)).returned == 0


def test_where_its_money_would_lapse_it_goes_back_to_the_reviewer(w):
    fund = w.fund(5_000_00, expires_on=TODAY, claim_by=TODAY + timedelta(days=10))
    claim = asked(w, w.submitted(fund))
    assert actions.return_unanswered(clock=on(8)).kept == 1
    claim = w.again(claim)
    assert (claim.status, claim.reviewer) == ("in_review", w.admin)
    assert balances(fund)["claimed"] == 500_00
    assert Event.objects.about(claim).last().verb == "unanswered"


def test_the_day_ends_where_the_program_is(w):
    """New York's 30 November lasts until 5 o'clock in the morning of 1 December in UTC."""
    fund = w.fund(5_000_00, budget=w.budget(w.program(time_zone="America/New_York")))
    claim = asked(w, w.submitted(fund), due=datetime(2026, 11, 30, tzinfo=UTC).date())
    actions.return_unanswered(clock=Clock(datetime(2026, 12, 1, 4, 59, tzinfo=UTC)))
    assert w.again(claim).status == "info_requested"
    actions.return_unanswered(clock=Clock(datetime(2026, 12, 1, 5, 1, tzinfo=UTC)))
    assert w.again(claim).status == "returned"


def test_the_daily_sweep_does_it_and_an_answered_one_stays(w):
    late, answered = asked(w, w.submitted()), asked(w, w.submitted())
    actions.answer(claim=answered, words="Forty.", by=w.owner, now=NOW)
    sweep(clock=on(8))
    assert w.again(late).status == "returned"
    assert w.again(answered).status == "in_review"


def test_any_number_takes_the_same_statements(w, django_assert_max_num_queries):
    counts = []
    for size in (2, 4):
        for _ in range(size):
            asked(w, w.submitted())
        with django_assert_max_num_queries(20) as queries:
            assert actions.return_unanswered(clock=on(8)).returned == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
