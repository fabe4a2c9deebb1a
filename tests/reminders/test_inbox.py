"""The inbox page: what is new, what is over, what is whose."""

import pytest
from django.test import Client
from django.urls import reverse

from funds import actions as funds
from partners import actions as partners
from partners.models import Membership
from partners.states import Role
from programs.days import Clock
from reminders import actions
from reminders.delivery.links import arrival_of
from reminders.models import Reminder
from tests.cast import NOW, balances
from tests.pages import queries, table
from tests.reminders.telling import in_days


@pytest.fixture
def w(settled):
    return settled


pytestmark = pytest.mark.usefixtures("_at_now")
INBOX = reverse("reminders:inbox")


@pytest.fixture
def client(w) -> Client:
    client = Client()
    client.force_login(w.owner)
    return client


def sweep() -> None:
    actions.sweep(clock=Clock(NOW))


def near(w, days: int, name: str, amount: int = 5_000_00, **fields):
    return w.fund(amount, name=name, expires_on=in_days(days), claim_by=in_days(200), **fields)


def names(response) -> list[str]:
    return [reminder.allocation.name for reminder in response.context["page_obj"]]


def test_nothing_yet(client):
    html = client.get(INBOX).content.decode()
    assert "No reminders yet" in html
    assert reverse("funds:list") in html


def test_what_it_says(w, client):
    fund = near(w, 7, "Cloud fund")
    sweep()
    html = client.get(INBOX).content.decode()
    assert "1 unread: you can still do something about it." in html
    for said in ("Cloud fund", "Northgate Cloud", "Run an activity", "$5,000.00", "30 Nov 2026", "7 days", "New"):
        assert said in html
    assert arrival_of(Reminder.objects.get(recipient=w.owner, allocation=fund)) in html


def test_the_menu_counts_what_is_new(w, client):
    near(w, 7, "One")
    near(w, 14, "Two")
    sweep()
    assert client.get(reverse("programs:list")).context["inbox_count"] == 2
    actions.read(reminders=Reminder.objects.all(), by=w.owner, now=NOW)
    assert client.get(reverse("programs:list")).context["inbox_count"] == 0


def test_one_is_marked_as_read_and_the_filter_stays(w, client):
    near(w, 7, "One")
    near(w, 14, "Two")
    sweep()
    one = Reminder.objects.get(recipient=w.owner, allocation__name="One")
    response = client.post(reverse("reminders:read", args=[one.pk]), {"query": "show=unread"})
    assert response["Location"] == f"{INBOX}?show=unread"
    one.refresh_from_db()
    assert one.read_at is not None
    assert names(client.get(response["Location"])) == ["Two"]
    # Reading it again changes nothing: the first time counts.
    first = one.read_at
    client.post(reverse("reminders:read", args=[one.pk]))
    one.refresh_from_db()
    assert one.read_at == first


def test_all_are_marked_as_read_and_only_ones_own(w, client):
    near(w, 7, "One")
    near(w, 14, "Two")
    sweep()
    client.post(reverse("reminders:read_all"))
    assert not Reminder.objects.filter(recipient=w.owner, read_at=None).exists()
    assert Reminder.objects.filter(recipient=w.member, read_at=None).count() == 2
    assert "Nothing new" in client.get(INBOX).content.decode()


def test_the_tabs_are_there_from_the_first_reminder_on(w, client):
    """Also those without any: what was put off or done is looked for where it was last time."""
    assert "Where they stand" not in client.get(INBOX).text
    near(w, 7, "One")
    sweep()
    response = client.get(INBOX)
    counts = {place["label"]: place["count"] for place in response.context["places"]}
    assert counts == {"Still to do": 1, "With a colleague": 0, "Later": 0, "Done or over": 0}
    assert "Where they stand" in response.text
    assert "No reminder fits this filter" in client.get(INBOX, {"show": "later"}).text


def test_a_reason_that_is_gone_shows_how_it_ended(w, client):
    done, moved, over = near(w, 7, "Used"), near(w, 7, "Moved"), near(w, 1, "Late")
    sweep()
    funds.withdraw(allocation=done, amount=5_000_00, reason="Not needed", key="all", by=w.manager, at=NOW)
    assert balances(done) == {}
    type(moved).objects.filter(pk=moved.pk).update(expires_on=in_days(20))
    Reminder.objects.filter(allocation=over).update(closes_at=NOW)
    response = client.get(INBOX)
    outcomes = {r.allocation.name: r.outcome for r in response.context["page_obj"]}
    assert outcomes == {"Used": "Done", "Moved": "The deadline moved", "Late": "Over"}
    assert "Nothing new" in response.content.decode()
    # What is over can't be looked for as something to do.
    assert names(client.get(INBOX, {"show": "open"})) == []


def test_looking_for_a_name(w, client):
    near(w, 7, "Spring fund")
    near(w, 14, "Autumn fund")
    sweep()
    assert names(client.get(INBOX, {"q": "spring"})) == ["Spring fund"]
    assert names(client.get(INBOX, {"q": "northgate"})) == ["Spring fund", "Autumn fund"]
    html = client.get(INBOX, {"q": "winter"}).content.decode()
    assert "No reminder fits this filter" in html


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("deadline", ["Alpha", "Beta", "Gamma"]),
        ("-deadline", ["Gamma", "Beta", "Alpha"]),
        ("fund", ["Alpha", "Beta", "Gamma"]),
        ("-fund", ["Gamma", "Beta", "Alpha"]),
    ],
)
def test_sorting(w, client, sort, expected):
    for days, name in ((7, "Alpha"), (14, "Beta"), (30, "Gamma")):
        near(w, days, name)
    sweep()
    assert names(client.get(INBOX, {"sort": sort})) == expected


def test_who_works_for_two_companies_reads_whose_it_is(w, client):
    near(w, 7, "One")
    sweep()
    assert "for Brightpath" not in client.get(INBOX).content.decode()
    Membership.objects.create(user=w.owner, company=w.othertech, role=Role.MEMBER)
    assert "for Brightpath" in client.get(INBOX).content.decode()


def test_who_left_sees_nothing_more(w, client):
    near(w, 7, "One")
    sweep()
    reminder = Reminder.objects.get(recipient=w.member)
    client.force_login(w.member)
    assert names(client.get(INBOX)) == ["One"]
    Membership.objects.create(user=w.member, company=w.othertech, role=Role.MEMBER)
    partners.end_membership(membership=w.member.memberships.get(company=w.brightpath), by=w.owner, now=NOW)
    assert names(client.get(INBOX)) == []
    assert client.post(reverse("reminders:read", args=[reminder.pk])).status_code == 404


def test_download_has_all_of_it(w, client):
    near(w, 7, "One", amount=1_234_50)
    sweep()
    (row,) = table(client.get(INBOX, {"format": "csv"}))
    assert (row["About"], row["Amount"], row["Currency"]) == ("One", "1234.50", "USD")
    assert "2026-11-30" in row.values()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(w, client, rows):
    for n in range(rows):
        near(w, 7, f"Fund {n}")
    sweep()
    assert queries(client, INBOX) <= 13


class TestAnswers:
    """The same four as in the mail, and where each stands since."""

    def answer(self, client, act: str, name: str, user, **data):
        told = Reminder.objects.get(recipient=user, allocation__name=name)
        return client.post(reverse(f"reminders:{act}", args=[told.pk]), data | {"query": "show=open"}, follow=True)

    def places(self, client) -> dict[str, int]:
        return {place["label"]: place["count"] for place in client.get(INBOX).context["places"]}

    def shown(self, client, place: str) -> list[str]:
        return names(client.get(INBOX, {"show": place}))

    def test_each_stands_where_it_was_put(self, w, client):
        for n, name in enumerate(("Open", "Later", "Mine", "Theirs", "Gone")):
            near(w, 14 + n, name)
        sweep()
        page = self.answer(client, "later", "Later", w.owner, when="week")
        assert page.redirect_chain[-1][0] == f"{INBOX}?show=open"
        assert "Put off until 30 Nov 2026: Later." in page.text
        assert "You work on it: Mine." in self.answer(client, "take", "Mine", w.owner).text
        other = Client()
        other.force_login(w.member)
        self.answer(other, "take", "Theirs", w.member)
        gone = Reminder.objects.filter(allocation__name="Gone").first().allocation
        funds.withdraw(allocation=gone, amount=5_000_00, reason="Not needed", key="all", by=w.manager, at=NOW)
        assert self.places(client) == {"Still to do": 2, "With a colleague": 1, "Later": 1, "Done or over": 1}
        assert self.shown(client, "open") == ["Open", "Mine"]
        assert self.shown(client, "later") == ["Later"]
        assert self.shown(client, "colleague") == ["Theirs"]
        assert self.shown(client, "done") == ["Gone"]
        assert names(client.get(INBOX)) == ["Open", "Mine", "Theirs", "Later", "Gone"]
        html = client.get(INBOX).text
        for said in ("Until 30 Nov 2026", "You work on it", "Member works on it", "2 unread"):
            assert said in html
        assert client.get(INBOX).context["inbox_count"] == 2
        rows = {row["About"]: row["State"] for row in table(client.get(INBOX, {"format": "csv"}))}
        assert rows == {
            "Open": "To do",
            "Mine": "To do",
            "Theirs": "With a colleague",
            "Later": "Later",
            "Gone": "Done",
        }

    def test_back_and_forth(self, w, client):
        near(w, 14, "One")
        sweep()
        self.answer(client, "later", "One", w.owner, when="tomorrow")
        assert self.shown(client, "open") == []
        self.answer(client, "take_back", "One", w.owner)
        assert self.shown(client, "open") == ["One"]
        assert "Have it back" not in client.get(INBOX).text

    def test_too_late_a_day_is_refused_in_words(self, w, client):
        near(w, 2, "One")
        sweep()
        assert "That day is too late now" in self.answer(client, "later", "One", w.owner, when="week").text
        assert self.shown(client, "open") == ["One"]

    def test_what_a_colleague_took_a_moment_ago(self, w, client):
        near(w, 14, "One")
        sweep()
        actions.take(about=Reminder.objects.get(recipient=w.member), by=w.member, now=NOW)
        assert "Member works on it already." in self.answer(client, "take", "One", w.owner).text

    def test_handing_it_over(self, w, client):
        near(w, 14, "One")
        sweep()
        path = reverse("reminders:hand", args=[Reminder.objects.get(recipient=w.owner).pk])
        html = client.get(path).text
        assert "Member" in html
        assert "Stranger" not in html
        for to in (w.stranger.pk, w.owner.pk, ""):
            assert client.post(path, {"to": to}).status_code == 400
        page = client.post(path, {"to": w.member.pk}, follow=True)
        assert "Member does it now, and hears of it: One." in page.text
        assert self.shown(client, "colleague") == ["One"]
        other = Client()
        other.force_login(w.member)
        assert "Owner handed this to you." in other.get(INBOX).text

    def test_nobody_to_hand_it_to(self, w, client):
        near(w, 14, "One")
        sweep()
        partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
        path = reverse("reminders:hand", args=[Reminder.objects.get(recipient=w.owner).pk])
        assert "Nobody else could do it" in client.get(path).text

    @pytest.mark.parametrize("act", ["later", "take", "take_back", "hand"])
    def test_only_ones_own(self, w, client, act):
        near(w, 14, "One")
        sweep()
        told = Reminder.objects.get(recipient=w.member)
        assert client.post(reverse(f"reminders:{act}", args=[told.pk])).status_code == 404
