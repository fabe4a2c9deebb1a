"""A nudge in the mail: whose words, for which money, once."""

import pytest
from django.core import mail

from funds import actions as funds
from funds.models import Allocation
from reminders import actions
from reminders.delivery.links import arrival_of
from reminders.models import Digest, Reminder
from tests.cast import NOW, TODAY
from tests.reminders.telling import in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


def nudge(w, *chosen: Allocation, words: str = "Use it\nor lose it") -> actions.Nudged:
    ids = [fund.pk for fund in chosen]
    return actions.nudge(
        funds=Allocation.objects.filter(pk__in=ids), vendor=w.northgate, words=words, by=w.manager, now=NOW
    )


def to(user) -> list[mail.EmailMultiAlternatives]:
    return [m for m in mail.outbox if m.to == [user.email]]


def html(message) -> str:
    return message.alternatives[0].content


def test_it_says_who_writes_what(w):
    fund = w.fund(5_000_00, name="Cloud fund", expires_on=in_days(90), claim_by=in_days(100))
    nudge(w, fund)
    assert mail_day(noon(TODAY)) == 2
    (message,) = to(w.owner)
    assert message.subject == "$5,000.00 to claim, the first by 3 Mar 2027"
    assert "$5,000.00 is still yours until 3 Mar 2027 (100 days)." in message.body
    assert (
        "  Manager of Northgate Cloud writes:\n  > Use it\n  > or lose it\n  Cloud fund, Northgate Cloud"
        in message.body
    )
    assert "Use it<br>or lose it" in html(message)
    assert arrival_of(Reminder.objects.get(recipient=w.owner, allocation=fund)) in message.body


def test_it_is_mailed_once(w):
    nudge(w, w.fund(expires_on=in_days(90)))
    assert mail_day(noon(TODAY)) == 2
    assert mail_day(noon(in_days(1))) == 0


def test_it_goes_with_the_reminders_of_the_day_and_the_money_counts_once(w):
    fund = w.fund(5_000_00, expires_on=in_days(7), claim_by=in_days(100))
    nudge(w, fund)
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    assert "$5,000.00 is still yours. The first deadline is 30 Nov 2026 (7 days)." in message.body
    assert Digest.objects.filter(recipient=w.owner).count() == 1


def test_the_same_deadline_of_the_same_fund_stands_there_once(w):
    fund = w.fund(5_000_00, expires_on=in_days(5), claim_by=in_days(7))
    nudge(w, fund)
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    assert Reminder.objects.filter(recipient=w.owner, deadline=fund.claim_by).count() == 2
    assert message.body.count("by 30 Nov 2026") == 1
    assert "> Use it" in message.body
    # Both are told by it: neither comes tomorrow.
    assert mail_day(noon(in_days(1))) == 0


def test_it_is_not_mailed_when_the_money_is_gone(w):
    fund = w.fund(5_000_00, expires_on=in_days(90))
    nudge(w, fund)
    funds.withdraw(allocation=fund, amount=5_000_00, key="all", reason="No", by=w.manager, at=NOW)
    assert mail_day(noon(TODAY)) == 0


@pytest.mark.parametrize("words", ["<b>Bold</b> & {{ x }}", "-- \nYou get nothing\n* $9.00: claim"])
def test_the_words_are_a_quotation(w, words):
    nudge(w, w.fund(expires_on=in_days(90)), words=words)
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    for line in words.splitlines():
        assert f"  > {line}" in message.body
        assert f"\n{line}" not in message.body
    assert "<b>Bold" not in html(message)


def test_two_at_once_tell_once(w):
    fund = w.fund(expires_on=in_days(90))
    assert nudge(w, fund) == actions.Nudged(funds=1, partners=1, people=2, left_out=0)
    assert nudge(w, fund) == actions.Nudged(funds=0, partners=0, people=0, left_out=1)


def test_of_a_closed_period_or_after_the_last_day_nobody_is_told(w):
    over = w.fund(expires_on=TODAY, claim_by=TODAY)
    Allocation.objects.filter(pk=over.pk).update(expires_on=in_days(-1), claim_by=in_days(-1))
    assert nudge(w, over) == actions.Nudged(0, 0, 0, 1)
