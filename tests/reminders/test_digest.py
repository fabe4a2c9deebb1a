"""The mail: what it says, in which order, and that it says only what is still true when it leaves."""

import email
import re
from datetime import date
from email.policy import compat32, default
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.urls import resolve, reverse

from funds import actions as funds
from funds.models import Allocation
from partners.models import Membership, Partner
from partners.states import Role
from plans.actions import steps
from reminders import actions
from reminders.delivery.links import arrival_of
from reminders.digest import LONGEST_SUBJECT, inlined, listed
from reminders.models import Digest, Reminder
from tests.cast import NOW, TODAY, person
from tests.reminders.telling import in_days, mail_day, noon, remind


@pytest.fixture
def w(settled):
    return settled


def to(user) -> list[mail.EmailMultiAlternatives]:
    return [m for m in mail.outbox if m.to == [user.email]]


def html(message) -> str:
    (alternative,) = message.alternatives
    assert alternative.mimetype == "text/html"
    return alternative.content


def rows(message) -> list[str]:
    return re.findall(r"^\* (.*)$", message.body, re.MULTILINE)


def test_one_fund(w):
    fund = w.fund(5_000_00, name="Cloud fund", expires_on=in_days(7), claim_by=in_days(100))
    assert mail_day(noon(TODAY)) == 2
    (message,) = to(w.owner)
    assert message.subject == "$5,000.00 to claim, the first by 30 Nov 2026"
    assert "$5,000.00 is still yours, and its deadline is near: 30 Nov 2026 (7 days)." in message.body
    assert rows(message) == ["$5,000.00: run an activity by 30 Nov 2026 (7 days)"]
    assert "Cloud fund, Northgate Cloud" in message.body
    address = settings.SITE_ADDRESS + arrival_of(Reminder.objects.get(recipient=w.owner, allocation=fund))
    assert address in message.body
    assert f'href="{address}"' in html(message)
    assert "$5,000.00" in html(message)


def test_what_is_called_in_two_lines_is_mailed(w):
    """A mail whose subject has a line break is never sent, nor all else that it tells."""
    given = {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
    steps.agree(words="Send\r\nBcc: x@example.com", due_on=in_days(7), **given)
    mail_day(noon(TODAY))
    (message,) = to(w.member)
    assert "\n" not in message.subject
    assert "Send Bcc: x@example.com" in message.subject


@pytest.mark.parametrize(
    "words", ["=?utf-8?q?Invoice=0D=0A?=", "\u202e\u2066evil", "\x0b\x85\u2028", "\U0001f600" * 250, '", <a@b.c>']
)
def test_a_subject_is_read_as_it_was_written(w, words):
    given = {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
    steps.agree(words=f"a{words}b"[:200], due_on=in_days(7), **given)
    mail_day(noon(TODAY))
    (message,) = to(w.member)
    raw = message.message().as_bytes()
    read = email.message_from_bytes(raw, policy=default)
    assert read["subject"].strip() == message.subject
    assert message.subject.isprintable()
    assert message.subject.startswith("Do what was agreed: a")
    assert len(message.subject) <= LONGEST_SUBJECT
    assert max(map(len, raw.splitlines())) <= 998


def test_all_of_a_day_in_one_mail_most_urgent_money_first(w):
    euros = w.budget(w.program(currency="EUR"), amount=100_000_00)
    fields = {"claim_by": in_days(200)}
    w.fund(9_000_00, name="Large, far", expires_on=in_days(60), **fields)  # 150 a day
    w.fund(700_00, name="Small, near", expires_on=in_days(1), **fields)  # 700 a day
    w.fund(4_200_00, name="Middle", expires_on=in_days(14), **fields)  # 300 a day
    w.fund(8_000_00, name="Euros", budget=euros, expires_on=in_days(14), **fields)
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    # Dollars come first, for the nearest deadline is among them; sums are per currency.
    assert (
        "$13,900.00 and €8,000.00 are still yours. 4 deadlines are near, the first on 24 Nov 2026 (1 day)."
        in message.body
    )
    assert re.findall(r"(Large, far|Small, near|Middle|Euros), North", message.body) == [
        "Small, near",
        "Middle",
        "Large, far",
        "Euros",
    ]
    assert re.findall(r"^[A-Z]{3}: .*", message.body, re.MULTILINE) == ["USD: $13,900.00", "EUR: €8,000.00"]
    assert message.subject == "$13,900.00 and €8,000.00 to claim, the first by 24 Nov 2026"


def test_a_fund_with_two_deadlines_is_told_twice_and_counted_once(w):
    fund = w.fund(5_000_00, expires_on=in_days(7), claim_by=in_days(14))
    funds.reserve(allocation=fund, amount=2_000_00, key="k", by=w.manager, reason="Fair", at=NOW)
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    assert message.subject.startswith("$5,000.00 to claim")
    assert rows(message) == [
        "$3,000.00: run an activity by 30 Nov 2026 (7 days)",
        "$5,000.00: file a claim by 7 Dec 2026 (14 days)",
    ]


def test_who_works_for_two_partners_gets_one_mail_that_says_whose(w):
    Membership.objects.create(user=w.owner, company=w.othertech, role=Role.OWNER)
    w.fund(name="Ours", expires_on=in_days(7), claim_by=in_days(100))
    w.fund(name="Theirs", partner=w.othertech, expires_on=in_days(7), claim_by=in_days(100))
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    assert "Ours, Northgate Cloud, for Brightpath" in message.body
    assert "Theirs, Northgate Cloud, for Othertech" in message.body
    assert "Ours" not in to(w.stranger)[0].body


def test_names_are_text_in_the_mail(w):
    w.fund(name="<b>Bold</b> & {{ co }}", expires_on=in_days(7), claim_by=in_days(100))
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; {{ co }}" in html(message)
    assert "<b>Bold</b> & {{ co }}, Northgate" in message.body


def test_the_html_carries_its_own_look_and_fetches_nothing(w):
    w.fund(expires_on=in_days(7))
    mail_day(noon(TODAY))
    content = html(to(w.owner)[0])
    assert "<style" not in content
    assert 'style="' in content
    assert not re.search(r"<img|<link|<script|url\(", content)
    assert {a.split("/")[2] for a in re.findall(r'href="([^"]+)"', content)} == {urlsplit(settings.SITE_ADDRESS).netloc}


def test_the_look_is_put_into_the_template_and_its_tags_stay_as_they_are():
    """The inliner reads it as HTML: a tag inside another's brackets, or "<" in a condition, would not be there afterwards."""
    page = get_template("reminders/digest.html").template
    tags = re.compile(r"{[{%].*?[}%]}")
    assert tags.findall(inlined(page).source) == tags.findall(page.source)
    assert inlined(page) is inlined(page)


def test_it_is_the_message_that_python_writes(w):
    w.fund(name="Zürich, ¥ & more", expires_on=in_days(7), claim_by=in_days(100))
    mail_day(noon(TODAY))
    for letter in mail.outbox:
        message = letter.message()
        written = message.as_bytes(linesep="\r\n")
        message.policy = compat32
        assert written == message.as_bytes(linesep="\r\n")
        assert written.count(message.get_boundary().encode()) == 4


def test_its_addresses_are_those_that_django_makes(w):
    w.fund(expires_on=in_days(7), claim_by=in_days(14))
    mail_day(noon(TODAY))
    (message,) = to(w.owner)
    links = {urlsplit(address).path for address in re.findall(r'href="([^"]+)"', html(message))}
    found = [resolve(path) for path in links]
    assert {reverse(f.view_name, kwargs=f.kwargs) for f in found} == links
    assert {f.url_name for f in found} >= {"arrive", "later_by_mail", "hand_by_mail", "stop", "inbox", "preferences"}


def test_headers(w):
    w.fund(expires_on=in_days(7))
    mail_day(noon(TODAY))
    sent = {m.to[0]: m.message() for m in mail.outbox}
    for digest in Digest.objects.all():
        headers = sent[digest.recipient.email]
        assert (
            headers["Message-ID"]
            == f"<digest-{digest.pk}@{urlsplit(settings.SITE_ADDRESS).hostname}>"
            == digest.message_id
        )
        assert headers["Auto-Submitted"] == "auto-generated"
        assert headers["To"] == digest.recipient.email


def test_todays_amount_stands_in_the_mail(w):
    fund = w.fund(5_000_00, expires_on=in_days(7), claim_by=in_days(100))
    remind(noon(TODAY))
    funds.withdraw(allocation=fund, amount=1_000_00, key="k", by=w.manager, reason="Unused", at=NOW)
    mail_day(noon(TODAY))
    assert rows(to(w.owner)[0]) == ["$4,000.00: run an activity by 30 Nov 2026 (7 days)"]


class TestRecheckedWhenItLeaves:
    """Made in the morning, sent later: what happened in between counts."""

    @pytest.fixture
    def made(self, w):
        self.fund = w.fund(name="First", expires_on=in_days(7), claim_by=in_days(100))
        self.other = w.fund(name="Second", expires_on=in_days(7), claim_by=in_days(100))
        remind(noon(TODAY))
        assert actions.collect(clock=noon(TODAY)) == 2
        return w

    def send(self, clock=None) -> int:
        clock = clock or noon(TODAY)
        return actions.send(digest_ids=actions.to_send(clock), clock=clock).mails

    def take_back(self, w, *all_funds):
        for fund in all_funds:
            funds.withdraw(allocation=fund, amount=5_000_00, key="k", by=w.manager, reason="Unused", at=NOW)

    def test_money_that_is_gone_is_left_out(self, made):
        self.take_back(made, self.fund)
        assert self.send() == 2
        (message,) = to(made.owner)
        assert "First" not in message.body
        assert message.subject.startswith("$5,000.00 to claim")

    def test_no_mail_when_nothing_is_left_and_the_day_stays_free(self, made):
        self.take_back(made, self.fund, self.other)
        assert self.send() == 0
        assert not Digest.objects.exists()
        made.fund(name="Third", expires_on=in_days(7))
        assert mail_day(noon(TODAY)) == 2

    def test_money_that_comes_back_is_told_another_day(self, made):
        self.take_back(made, self.fund)
        self.send()
        with_money = Allocation.objects.filter(pk=self.fund.pk)
        funds.fund(budget=self.fund.budget, amount=1, key="more", by=made.manager, at=NOW)
        # As after a rejected claim: the same deadline, and money in the fund again.
        from funds.ledger import Posting, post
        from funds.states import Act

        post([Posting(Act.ALLOCATE, self.fund.budget_id, self.fund.pk, 5_000_00, "again", made.manager)])
        assert with_money.get().available == 5_000_00
        assert mail_day(noon(in_days(1))) == 2
        assert [("First" in m.body, "Second" in m.body) for m in to(made.owner)] == [(False, True), (True, False)]

    def test_who_left_gets_nothing(self, made):
        Membership.objects.filter(user=made.member).update(ended_at=NOW)
        assert self.send() == 1
        assert not to(made.member)
        assert not Reminder.objects.visible_to(made.member).exists()

    def test_who_was_blocked_gets_nothing(self, made):
        made.member.is_active = False
        made.member.save()
        assert self.send() == 1
        assert not to(made.member)

    def test_a_deadline_that_moved_or_passed_is_left_out(self, made):
        Allocation.objects.filter(pk=self.fund.pk).update(expires_on=in_days(30))
        assert self.send(noon(in_days(1))) == 2
        assert "First" not in to(made.owner)[0].body

    def test_a_passed_deadline_is_left_out(self, made):
        assert self.send(noon(in_days(8))) == 0


def test_a_second_round_on_the_same_day_sends_nothing_and_the_next_day_tells_the_rest(w):
    w.fund(name="First", expires_on=in_days(7), claim_by=in_days(100))
    assert mail_day(noon(TODAY)) == 2
    w.fund(name="Late", expires_on=in_days(5), claim_by=in_days(100))
    assert mail_day(noon(TODAY)) == 0
    assert Reminder.objects.visible_to(w.owner).filter(allocation__name="Late").exists()  # in the inbox at once
    assert mail_day(noon(in_days(1))) == 2
    first, second = to(w.owner)
    assert ("Late" in first.body, "Late" in second.body, "First" in second.body) == (False, True, False)
    assert mail_day(noon(in_days(2))) == 0


def test_mail_leaves_from_seven_oclock_on_where_the_person_works(w):
    Partner.objects.filter(pk=w.brightpath.pk).update(time_zone="America/New_York")
    Partner.objects.filter(pk=w.othertech.pk).update(time_zone="Asia/Tokyo")
    for partner in (w.brightpath, w.othertech):
        w.fund(partner=partner, expires_on=date(2026, 12, 1), claim_by=in_days(200))
    sent = {}
    for hour in range(48):
        clock = noon(TODAY).__class__(noon(date(2026, 11, 23)).now.replace(hour=0) + hour * (in_days(1) - TODAY) / 24)
        before = len(mail.outbox)
        mail_day(clock)
        for message in mail.outbox[before:]:
            sent[message.to[0]] = clock.now
    # The program is in UTC: its 24 November, 7 days ahead, is 19:00 of the 23rd in New York, 09:00 in Tokyo.
    assert {address: f"{moment:%d %H}" for address, moment in sent.items()} == {
        w.owner.email: "24 00",
        w.member.email: "24 00",
        w.stranger.email: "24 00",
    }
    assert set(Digest.objects.values_list("recipient__email", "day")) == {
        # Granted 8 days ahead, so the lead of 14 is told at once ...
        (w.owner.email, date(2026, 11, 22)),
        (w.member.email, date(2026, 11, 22)),
        (w.stranger.email, date(2026, 11, 23)),
        # ... and the lead of 7 on its day.
        (w.owner.email, date(2026, 11, 23)),
        (w.member.email, date(2026, 11, 23)),
        (w.stranger.email, date(2026, 11, 24)),
    }


@pytest.mark.parametrize(("hour", "mails"), [(11, 0), (12, 2)])
def test_nobody_is_woken_up(w, hour, mails):
    Partner.objects.filter(pk=w.brightpath.pk).update(time_zone="America/New_York")
    w.fund(expires_on=in_days(7))
    clock = noon(TODAY)
    assert mail_day(clock.__class__(clock.now.replace(hour=hour))) == mails


def test_whoever_joined_two_companies_has_the_morning_of_the_first(w):
    Partner.objects.filter(pk=w.brightpath.pk).update(time_zone="Asia/Tokyo")
    new = person("new", w.brightpath, Role.MEMBER)
    Membership.objects.create(user=new, company=w.othertech, role=Role.MEMBER)
    w.fund(partner=w.othertech, expires_on=in_days(7))
    mail_day(noon(TODAY))
    assert Digest.objects.get(recipient=new).time_zone == "Asia/Tokyo"


def test_lists_in_words():
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
