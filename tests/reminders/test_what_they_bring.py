"""What reminders bring, by worked examples: told, seen, acted and saved after each step, and whose figures these are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims import actions as claims
from dashboards.reports.reminding import Scope, brought
from funds import actions as funds
from funds.actions import asking
from funds.models import Allocation
from partners.models import Membership
from partners.states import Role
from plans.actions import steps
from programs.days import Clock
from reminders import actions
from reminders.delivery.links import arrival_of, seal
from reminders.models import Reminder
from reminders.states import Rule
from tests.cast import NOW, TODAY, balances
from tests.pages import queries, table

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = reverse("dashboards:reminders")
SINCE = NOW - timedelta(days=30)


@pytest.fixture
def w(settled):
    return settled


def sweep(days: float = 0) -> None:
    """So many days after NOW; before it negative."""
    actions.sweep(clock=Clock(NOW + timedelta(days=days)))


def near(w, amount: int = 5_000_00, days: int = 5, **fields) -> Allocation:
    """Two days before NOW both its last days are told of."""
    until = TODAY + timedelta(days=days)
    return w.fund(amount, expires_on=until, claim_by=until, **fields)


def rows(w, by: str = "rule", **scope):
    whole, groups = brought(Scope(**({"since": SINCE, "vendor": w.northgate} | scope)), by)
    return whole, {row.key: row for row in groups}


def whole(w, **scope) -> tuple[int, int, int | None, dict[str, int]]:
    found, _ = rows(w, **scope)
    return (found.told, found.seen, found.acted, found.saved) if found else (0, 0, None, {})


def opened(user, fund: Allocation, rule: str = "claim_by") -> None:
    told = Reminder.objects.filter(recipient=user, allocation=fund, rule=rule).latest("id")
    actions.read(reminders=Reminder.objects.filter(pk=told.pk), by=user, now=NOW)


class TestOneFundsStory:
    def test_told_seen_acted_saved_step_by_step(self, w):
        assert whole(w) == (0, 0, None, {})
        fund = near(w)
        sweep(-2)
        # Two people, two rules: four reminders of two matters.
        assert Reminder.objects.count() == 4
        assert whole(w) == (2, 0, 0, {})
        opened(w.owner, fund)
        assert whole(w) == (2, 1, 0, {})
        # A colleague sees the same: it is seen already.
        opened(w.member, fund)
        assert whole(w) == (2, 1, 0, {})
        claim = w.draft(fund)
        assert whole(w) == (2, 1, 2, {})
        claims.submit(claim=claim, by=w.owner, now=NOW)
        # Half of what it cost. Told by two rules, it is saved once.
        assert whole(w) == (2, 1, 2, {"USD": 500_00})
        _, by_rule = rows(w)
        assert [row.saved for row in by_rule.values() if row.saved] == [{"USD": 500_00}]
        assert {key: (row.told, row.seen, row.acted) for key, row in by_rule.items()} == {
            "expires_on": (1, 0, 1),
            "claim_by": (1, 1, 1),
        }
        # Told again it is still one matter each, with nothing more saved.
        sweep(4)
        assert whole(w) == (2, 1, 2, {"USD": 500_00})

    def test_what_comes_back_is_not_saved(self, w):
        fund = near(w)
        sweep(-2)
        claim = w.submitted(fund)
        assert whole(w)[3] == {"USD": 500_00}
        claims.reject(claim=claim, version=claim.version, code="other", reason="Not covered.", by=w.admin, now=NOW)
        assert whole(w)[3] == {}

    def test_what_was_claimed_before_the_reminder_is_not(self, w):
        fund = near(w)
        w.submitted(fund)
        sweep(0.1)
        assert whole(w) == (2, 0, 0, {})
        w.submitted(fund, costs=(400_00,))  # at NOW too: before it
        assert whole(w) == (2, 0, 0, {})

    def test_what_lapsed_first_is_not(self, w):
        fund = near(w, days=1, budget=w.budget(w.program(extension_days=60)))
        sweep(-2)
        sweep(3)
        assert balances(fund) == {"lapsed": 5_000_00}
        later = NOW + timedelta(days=3, hours=1)
        fund = funds.extend(
            allocation=fund, until=TODAY + timedelta(days=20), reason="They had a fire.", by=w.manager, now=later
        )
        claim = w.draft(fund)
        claims.submit(claim=claim, by=w.owner, now=later)
        assert balances(fund)["claimed"] == 500_00
        assert whole(w)[3] == {}

    def test_currencies_are_never_added(self, w):
        for fund in (near(w), near(w), near(w, budget=w.budget(w.program(currency="EUR")))):
            sweep(-2)
            w.submitted(fund)
        assert whole(w)[3] == {"EUR": 500_00, "USD": 1_000_00}


class TestActs:
    def test_an_act_counts_for_the_reminder_before_it(self, w):
        fund = near(w, days=7)
        sweep(-7)  # 14 days before
        sweep(0)  # 7 days before: at NOW, as is the act
        w.draft(fund)
        _, leads = rows(w, "lead")
        assert {key: (row.told, row.acted) for key, row in leads.items()} == {
            "expires_on 14": (1, 1),
            "claim_by 14": (1, 1),
            "expires_on 7": (1, 0),
            "claim_by 7": (1, 0),
        }
        # Of the whole, each matter once.
        assert whole(w)[:3] == (2, 0, 2)

    def test_after_two_weeks_it_counts_no_more(self, w):
        fund = near(w, days=10)
        sweep(-20)
        w.draft(fund)
        assert whole(w)[:3] == (2, 0, 0)

    def test_only_the_companys_own_people_act(self, w):
        fund = near(w)
        sweep(-2)
        funds.withdraw(allocation=fund, amount=100, key="some", reason="No", by=w.manager, at=NOW)
        assert whole(w)[2] == 0

    def test_asking_for_more_time_is_one(self, w):
        fund = near(w, budget=w.budget(w.program(extension_days=60)))
        sweep(-2)
        asking.ask_for_time(
            allocation=fund, until=fund.expires_on + timedelta(days=20), why="The hall is closed.", by=w.owner, now=NOW
        )
        assert whole(w)[2] == 2

    def test_of_an_answer_nobody_knows(self, w):
        fund = near(w, days=200, budget=w.budget(w.program(extension_days=60)))
        ask = asking.ask_for_time(
            allocation=fund, until=fund.expires_on + timedelta(days=20), why="The hall is closed.", by=w.owner, now=NOW
        )
        asking.grant_time(request=ask, by=w.manager, now=NOW)
        sweep(0.1)
        (found,) = [row for key, row in rows(w)[1].items() if key == "time_answered"]
        assert (found.told, found.acted, found.acted_share) == (1, None, None)
        assert whole(w)[2] is None


class TestWhose:
    def test_another_vendors_figures_never_appear(self, w):
        sweep(-2)
        mine = near(w)
        theirs = near(
            w, budget=w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager), by=w.other_manager
        )
        sweep(-1)
        w.submitted(theirs)
        assert whole(w) == (2, 0, 0, {})
        assert whole(w, vendor=w.skylark) == (2, 0, 2, {"USD": 500_00})
        # Windfall's people see both, vendor by vendor.
        everything, vendors = rows(w, "vendor", vendor=None, is_windfalls=True)
        assert (everything.told, everything.acted) == (4, 2)
        assert {int(key): row.acted for key, row in vendors.items()} == {w.northgate.pk: 0, w.skylark.pk: 2}
        assert mine.pk != theirs.pk
        with pytest.raises(ValueError, match="one vendor"):
            rows(w, vendor=None)

    def test_what_a_partner_has_not_filed_and_what_is_windfalls_to_do_is_not_the_vendors(self, w):
        fund = near(w, days=200, budget=w.budget(w.program(review_days=1)))
        w.draft(fund)
        w.submitted(fund)
        sweep(8)
        scope = {"since": NOW}
        assert set(rows(w, **scope)[1]) == set()
        assert set(rows(w, **scope, is_windfalls=True)[1]) == {"draft_claim", "claim_decision"}

    def test_what_a_partners_people_agreed_is_not_the_vendors(self, w):
        given = {"partner": w.brightpath, "vendor": w.northgate, "person": w.member, "by": w.owner, "now": NOW}
        step = steps.agree(words="Send the plan", due_on=TODAY + timedelta(days=5), **given)
        sweep(0)
        steps.tick(step=step, by=w.member, now=NOW + timedelta(days=1))
        scope = {"since": NOW - timedelta(days=1)}
        assert set(rows(w, **scope)[1]) == set()
        assert {rule: row.acted for rule, row in rows(w, **scope, is_windfalls=True)[1].items()} == {"step": 1}

    def test_private_books_are_in_nobodys(self, w):
        w.kept_fund(expires_on=TODAY + timedelta(days=5))
        sweep(0)
        assert Reminder.objects.exists()
        assert brought(Scope(since=SINCE, is_windfalls=True), "rule") == (None, [])


class TestCompared:
    def test_words(self, w):
        for words, amount in (("Use it or lose it", 900_00), ("There is still time", 800_00)):
            fund = w.fund(amount, expires_on=TODAY + timedelta(days=200))
            actions.nudge(
                funds=Allocation.objects.filter(pk=fund.pk),
                vendor=w.northgate,
                words=words,
                by=w.manager,
                now=NOW - timedelta(days=1),
            )
        w.submitted(fund)
        found, words = rows(w, "words")
        assert (found.told, found.acted, found.saved) == (2, 1, {"USD": 500_00})
        assert {key: (row.acted, row.saved) for key, row in words.items()} == {
            "Use it or lose it": (0, {}),
            "There is still time": (1, {"USD": 500_00}),
        }

    def test_before_and_since_the_vendor_changed_the_days(self, w):
        near(w, days=28)
        sweep(-3)
        actions.set_timing(
            company=w.northgate, rule=Rule.CLAIM_BY, leads=[29], by=w.manager, now=NOW - timedelta(days=2)
        )
        sweep(-1)
        found, groups = rows(w, "change")
        assert found.told == 1
        assert {key.split(" ")[1]: row.told for key, row in groups.items()} == {"false": 1, "true": 1}
        client = Client()
        client.force_login(w.manager)
        text = client.get(PAGE, {"by": "change"}).text
        assert "before the days were changed on 21 Nov 2026" in text
        assert "since the days were changed on 21 Nov 2026" in text


class TestThePage:
    @pytest.fixture
    def client(self, w) -> Client:
        client = Client()
        client.force_login(w.manager)
        return client

    def test_it_says_what_is_known(self, w, client):
        assert "Nobody was told of anything in the last 30 days" in client.get(PAGE).text
        fund = near(w)
        sweep(-2)
        w.submitted(fund)
        text = client.get(PAGE).text
        for said in ("Last day to file a claim", "no tracking pixel", "$500.00", "not what came because of it"):
            assert said in text
        narrowed = client.get(PAGE, {"rule": "claim_by"})
        assert [name for _, name, _ in narrowed.context["page_obj"]] == ["Last day to file a claim"]
        assert "7 days before" in client.get(PAGE, {"by": "lead"}).text
        assert "Nobody was told of anything there" in client.get(PAGE, {"rule": "resource"}).text

    def test_it_sorts_and_exports(self, w, client):
        opened_fund = near(w)
        sweep(-2)
        opened(w.owner, opened_fund)
        w.submitted(opened_fund)
        for sort in ("told", "-seen_share", "acted_share", "nonsense"):
            assert client.get(PAGE, {"sort": sort, "days": "365"}).status_code == 200
        lines = {row["Reminder"]: row for row in table(client.get(PAGE, {"format": "csv", "days": "90"}))}
        claim_by = lines["Last day to file a claim"]
        assert (claim_by["Told"], claim_by["Seen"], claim_by["Seen, %"], claim_by["Acted"]) == ("1", "1", "100.0", "1")
        assert sorted(row["Saved, USD"] for row in lines.values()) == ["", "500.00"]
        assert b"".join(client.get(PAGE, {"format": "xlsx"}).streaming_content).startswith(b"PK")

    def test_the_days_count(self, w, client):
        near(w)
        sweep(-40)
        sweep(-2)
        Reminder.objects.filter(rule="expires_on").update(created_at=NOW - timedelta(days=60))
        assert client.get(PAGE).context["whole"].told == 1
        assert client.get(PAGE, {"days": "90"}).context["whole"].told == 2

    def test_an_admin_sees_all_vendors_and_narrows_to_one(self, w):
        near(w)
        sweep(-2)
        client = Client()
        client.force_login(w.admin)
        assert reverse("dashboards:reminders") in client.get(reverse("reminders:post")).text
        page = client.get(PAGE, {"by": "vendor"})
        assert [name for _, name, _ in page.context["page_obj"]] == ["Northgate Cloud"]
        assert client.get(PAGE, {"vendor": w.skylark.pk}).context["whole"] is None
        assert client.get(PAGE, {"vendor": w.northgate.pk}).context["whole"].told == 2
        client.force_login(w.finance)
        assert client.get(PAGE).status_code == 403

    @pytest.mark.parametrize("who", ["manager", "admin"])
    def test_the_number_of_queries_does_not_grow(self, w, who):
        client = Client()
        client.force_login(getattr(w, who))
        by = "vendor" if who == "admin" else "lead"
        counts = []
        for more in (1, 2):
            for _ in range(more):
                near(w)
            sweep(-2)
            counts.append(queries(client, f"{PAGE}?by={by}"))
        assert counts[0] == counts[1]


class TestTheLink:
    def told(self, w, rule: str = "claim_by") -> Reminder:
        near(w)
        sweep(-2)
        return Reminder.objects.get(recipient=w.owner, rule=rule)

    def test_from_the_inbox_to_the_step_and_it_is_read(self, w):
        reminder = self.told(w)
        client = Client()
        client.force_login(w.owner)
        page = client.get(reverse("reminders:inbox"))
        way = next(row.way for row in page.context["page_obj"] if row.pk == reminder.pk)
        assert f'href="{way}"' in page.text
        assert client.get(way)["Location"] == reminder.url
        reminder.refresh_from_db()
        first = reminder.read_at
        assert first is not None
        client.get(way)
        reminder.refresh_from_db()
        assert reminder.read_at == first

    def test_signed_out_it_waits_for_the_sign_in(self, w):
        reminder = self.told(w)
        client = Client()
        address = reverse("reminders:arrive", args=[reminder.pk, "x"])
        assert client.get(address)["Location"].startswith(reverse("account_login"))
        reminder.refresh_from_db()
        assert reminder.read_at is None

    def test_a_colleague_gets_there_and_reads_nothing_for_them(self, w):
        reminder = self.told(w)
        client = Client()
        client.force_login(w.member)
        assert client.get(arrival_of(reminder))["Location"] == reminder.url
        assert not Reminder.objects.exclude(read_at=None).exists()
        for other in (w.stranger, w.manager, w.admin):
            client.force_login(other)
            assert client.get(arrival_of(reminder)).status_code == 404
        Membership.objects.create(user=w.stranger, company=w.brightpath, role=Role.MEMBER)
        client.force_login(w.stranger)
        assert client.get(arrival_of(reminder)).status_code == 302

    def test_one_that_we_never_signed_is_not_there(self, w):
        reminder = self.told(w)
        client = Client()
        client.force_login(w.owner)
        for wrong in ("x", seal(reminder.pk + 1), seal(reminder.pk)[:-1], "ü"):
            assert client.get(reverse("reminders:arrive", args=[reminder.pk, wrong])).status_code == 404
        reminder.refresh_from_db()
        assert reminder.read_at is None
