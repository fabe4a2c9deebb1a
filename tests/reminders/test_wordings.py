"""A vendor's own words beside a rule's: who writes them, who reads which, and what each brought."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from dashboards.reports.reminding import Scope, brought, words_of
from partners.models import Event
from programs.days import Clock
from reminders import actions
from reminders.models import Reminder, Threshold, Wording
from reminders.rules import MAY_WORD, NOT_THE_VENDORS
from reminders.states import MOST_WORDING, Rule
from tests.cast import NOW, TODAY
from tests.pages import queries
from tests.reminders.telling import in_days, mail_day, noon

PAGE = reverse("reminders:wordings")
WORDS = "Send the invoice and one photo: two minutes."
LABEL = Rule.EXPIRES_ON.label
OTHERS = "Our team files it with you: just answer."


@pytest.fixture
def w(settled):
    return settled


def word(w, *texts: str, rule=Rule.EXPIRES_ON, now=NOW) -> bool:
    return actions.word(vendor=w.northgate, rule=rule, texts=texts, by=w.manager, now=now)


def near(w, **fields):
    return w.fund(expires_on=in_days(14), claim_by=in_days(300), **fields)


def letter(user) -> mail.EmailMultiAlternatives:
    return next(m for m in mail.outbox if m.to == [user.email])


def read_by(user, rule="expires_on") -> list[str]:
    told = Reminder.objects.filter(recipient=user, rule=rule).with_wording().order_by("id")
    return [text or "" for text in told.values_list("wording", flat=True)]


class TestWriting:
    def test_the_manager_adds_changes_and_takes_them_away(self, w, client):
        client.force_login(w.manager)
        one = f"{PAGE}?rule=expires_on"
        assert "under “Run an activity”" in client.get(one).text
        assert client.post(one, {"first": f"  {WORDS} ", "second": ""}).status_code == 302
        assert WORDS in client.get(PAGE).text
        assert WORDS in client.get(one).text
        assert client.post(one, {"first": WORDS, "second": ""}).status_code == 302  # as it was
        client.post(one, {"first": WORDS, "second": OTHERS})
        client.post(one, {"first": "", "second": ""})
        assert "None" in client.get(PAGE).text
        found = Wording.objects.order_by("id").values_list("half", "text")
        assert list(found) == [(0, WORDS), (1, OTHERS)]
        assert not Wording.objects.standing().exists()
        said = [event.data["words"] for event in Event.objects.filter(verb="chose its words").order_by("id")]
        assert said == [[WORDS], [WORDS, OTHERS], []]

    @pytest.mark.parametrize(
        ("posted", "words"),
        [
            ({"first": "", "second": OTHERS}, "Begin with these"),
            ({"first": WORDS, "second": WORDS}, "These are the same words"),
            ({"first": "x" * (MOST_WORDING + 1)}, "200"),
        ],
    )
    def test_what_cannot_be_is_said_and_kept_in_the_form(self, w, client, posted, words):
        client.force_login(w.manager)
        response = client.post(f"{PAGE}?rule=expires_on", posted)
        assert (response.status_code, words in response.text) == (400, True)
        assert not Wording.objects.exists()

    def test_they_are_one_line_of_what_can_be_seen(self, w, client):
        client.force_login(w.manager)
        client.post(f"{PAGE}?rule=expires_on", {"first": "a\x00b\n\u202ec"})
        assert Wording.objects.get().text == "a b c"

    def test_of_a_rule_that_is_none_of_the_vendors_there_is_no_page(self, w, client):
        client.force_login(w.manager)
        for rule in (*NOT_THE_VENDORS, Rule.CLAIM_DECISION, Rule.GRANTED, "x", ""):
            assert client.get(PAGE, {"rule": rule}).status_code == client.post(f"{PAGE}?rule={rule}").status_code == 404

    def test_nobody_else_writes_for_it(self, w, client):
        for user in (w.owner, w.other_manager, w.admin):
            with pytest.raises(PermissionDenied):
                actions.word(vendor=w.northgate, rule=Rule.EXPIRES_ON, texts=[WORDS], by=user, now=NOW)
        word(w, WORDS)
        client.force_login(w.other_manager)
        assert WORDS not in client.get(PAGE).text
        with pytest.raises(PermissionDenied):
            word(w, WORDS, rule=Rule.DRAFT_CLAIM)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, w, client, rows):
        for rule in MAY_WORD[:rows]:
            word(w, WORDS, rule=rule)
        client.force_login(w.manager)
        client.get(PAGE)
        assert queries(client, PAGE) <= 8


class TestReading:
    def test_in_the_mail_and_the_inbox_as_text(self, w, client):
        word(w, "<b>Now</b> & here: it's easy")
        near(w)
        mail_day(noon(TODAY))
        message = letter(w.owner)
        assert "  Northgate Cloud adds:\n  > <b>Now</b> & here: it's easy\n" in message.body
        html = message.alternatives[0].content
        assert ("&lt;b&gt;Now&lt;/b&gt; &amp; here" in html, "<b>Now" in html) == (True, False)
        client.force_login(w.owner)
        inbox = client.get(reverse("reminders:inbox")).text
        assert ("Northgate Cloud adds:" in inbox, "&lt;b&gt;Now" in inbox) == (True, True)

    def test_what_was_told_stays_as_it_was_told(self, w):
        near(w)
        actions.sweep(clock=noon(in_days(-17)))
        word(w, WORDS, now=noon(in_days(-5)).now)
        actions.sweep(clock=noon(in_days(0)))
        word(w, OTHERS, now=noon(in_days(2)).now)
        actions.sweep(clock=noon(in_days(7)))
        word(w, "", now=noon(in_days(8)).now)
        actions.sweep(clock=noon(in_days(13)))
        assert read_by(w.owner) == ["", WORDS, OTHERS, ""]

    def test_of_two_each_half_of_the_partners_reads_one(self, w):
        word(w, WORDS, OTHERS)
        for partner in (w.brightpath, w.othertech):
            near(w, partner=partner)
        actions.sweep(clock=noon(TODAY))
        for partner, user in ((w.brightpath, w.owner), (w.othertech, w.stranger)):
            assert read_by(user) == [(WORDS, OTHERS)[partner.pk % 2]]
        assert read_by(w.member) == read_by(w.owner)

    def test_neither_another_rule_nor_vendor_nor_the_vendors_own_people(self, w):
        word(w, WORDS)
        Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1)
        w.fund(expires_on=in_days(14), claim_by=in_days(14))
        other = w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager)
        near(w, budget=other, by=w.other_manager)
        actions.sweep(clock=noon(TODAY))
        assert set(read_by(w.owner, "claim_by")) == {""}
        assert sorted(read_by(w.owner)) == ["", WORDS]
        assert read_by(w.manager) == [""]


def test_what_each_of_them_brought_can_be_compared(w):
    word(w, WORDS, OTHERS, now=NOW - timedelta(days=1))
    mine, theirs = near(w), near(w, partner=w.othertech)
    w.fund(expires_on=in_days(300), claim_by=in_days(300))
    actions.sweep(clock=Clock(NOW - timedelta(hours=1)))
    w.submitted(mine)
    _, groups = brought(Scope(since=NOW - timedelta(days=30), vendor=w.northgate), "wording")
    found = {words_of(row, "wording", {}): (row.told, row.acted, row.saved) for row in groups}
    halves = [(WORDS, OTHERS)[fund.partner_id % 2] for fund in (mine, theirs)]
    expected = {
        (LABEL, f"“{halves[0]}”"): (1, 1, {"USD": 500_00}),
        (LABEL, f"“{halves[1]}”"): (1, 0, {}),
    }
    if halves[0] == halves[1]:
        expected = {(LABEL, f"“{halves[0]}”"): (2, 1, {"USD": 500_00})}
    assert found == expected
