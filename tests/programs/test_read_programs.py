"""Reading what is offered: the list and a program's page, as the vendor, as a partner and as Windfall's people."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from partners.models import Membership
from partners.states import Role
from programs import standing
from programs.models import Certification
from tests.cast import NOW, TODAY, person
from tests.pages import queries, table

LIST = reverse("programs:list")
pytestmark = pytest.mark.usefixtures("_at_now")


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def names(response) -> list[str]:
    return [program.name for program in response.context["page_obj"]]


def detail(program) -> str:
    return reverse("programs:detail", args=[program.pk])


def test_a_manager_sees_its_own_programs_with_their_money(w, client):
    program = w.program(name="Growth")
    w.fund(4_000_00, budget=w.budget(program, amount=10_000_00))
    w.budget(program, amount=1_000_00)
    w.program(name="Next year", publish=False)
    w.program(w.skylark, w.other_manager, name="Of Skylark")
    client.force_login(w.manager)
    response = client.get(LIST)
    assert sorted(names(response)) == ["Growth", "Next year"]
    assert "$11,000.00" in response.text
    assert "$4,000.00" in response.text
    assert reverse("programs:create") in response.text


def test_a_partner_sees_what_is_out_and_what_it_has_not_joined(w, client):
    joined = w.program(name="Joined")
    w.fund(1_000_00, budget=w.budget(joined))
    w.fund(1_000_00, budget=w.budget(joined))
    w.program(w.skylark, w.other_manager, name="Offered")
    w.program(name="Draft", publish=False)
    client.force_login(w.owner)
    response = client.get(LIST)
    assert names(response) == ["Joined", "Offered"]
    assert "2 funds" in response.text
    assert "Ask to join" in response.text
    assert "$10,000.00" not in response.text
    assert reverse("programs:create") not in response.text
    assert names(client.get(LIST, {"joining": "joined"})) == ["Joined"]
    assert names(client.get(LIST, {"joining": "ask"})) == ["Offered"]
    assert names(client.get(LIST, {"vendor": w.skylark.pk})) == ["Offered"]


def test_another_partners_funds_do_not_count(w, client):
    w.fund(1_000_00, partner=w.othertech)
    client.force_login(w.owner)
    assert "Ask to join" in client.get(LIST).text


def test_windfalls_people_see_all(w, client):
    w.program(name="One", publish=False)
    w.program(w.skylark, w.other_manager, name="Two")
    for who in (w.admin, w.finance):
        client.force_login(who)
        assert sorted(names(client.get(LIST))) == ["One", "Two"]
        assert client.get(LIST, {"status": "draft"}).context["page_obj"].paginator.count == 1


def test_somebody_of_no_company_sees_none(w, client):
    program = w.program()
    client.force_login(person("nobody"))
    assert names(client.get(LIST)) == []
    assert client.get(detail(program)).status_code == 404


def test_signed_out_people_are_sent_to_sign_in(w, client):
    program = w.program()
    for url in (LIST, detail(program)):
        assert client.get(url).url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "A"), ("-name", "B"), ("ends", "B"), ("-ends", "A"), ("rate", "A"), ("status", "B"), ("-funded", "A")],
)
def test_the_list_is_sorted(w, client, sort, first):
    a = w.program(name="A", ends_on=date(2027, 6, 30), reimbursement_percent=40)
    w.budget(a)
    w.program(name="B", publish=False)
    client.force_login(w.manager)
    assert names(client.get(LIST, {"sort": sort}))[0] == first


@pytest.mark.parametrize(
    "query",
    [
        "sort=; drop table",
        "sort=-",
        "page=0",
        "page=999999999999999999999",
        "page=x",
        "vendor=x",
        "vendor=99999999999999999999999",
        "kind=zzz",
        "status=%00",
        "q=%00",
        "q=" + "x" * 3000,
        "joining=perhaps",
        "format=pdf",
    ],
)
@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_no_address_breaks_the_list(w, client, query, who):
    w.program()
    client.force_login(getattr(w, who))
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_the_list_is_narrowed_and_says_when_nothing_fits(w, client):
    w.program(name="Growth", kind="mdf")
    w.program(name="Deposit", kind="wallet", wording="Only trade shows.")
    client.force_login(w.manager)
    assert names(client.get(LIST, {"kind": "wallet"})) == ["Deposit"]
    assert names(client.get(LIST, {"q": "trade show"})) == ["Deposit"]
    assert "No program fits" in client.get(LIST, {"q": "nothing like it"}).text


def test_an_empty_list_says_what_to_do(w, client):
    client.force_login(w.manager)
    assert "You offer no program yet" in client.get(LIST).text
    client.force_login(w.owner)
    assert "No vendor offers a program yet" in client.get(LIST).text


def test_pages_of_25(w, client):
    for number in range(27):
        w.program(name=f"Program {number:02}")
    client.force_login(w.manager)
    assert len(names(client.get(LIST))) == 25
    assert names(client.get(LIST, {"page": 2, "sort": "name"})) == ["Program 25", "Program 26"]


def test_the_list_can_be_taken_away(w, client):
    program = w.program(name="=Growth", currency="JPY", ends_on=date(2026, 12, 31))
    w.budget(program, amount=5_000)
    w.program(name="Other", kind="wallet")
    client.force_login(w.manager)
    (row,) = table(client.get(LIST, {"format": "csv", "kind": "mdf"}))
    assert row["Program"] == "'=Growth"
    assert (row["Currency"], row["Funded"], row["Allocated"]) == ("JPY", "5000", "0")
    assert client.get(LIST, {"format": "xlsx"})["Content-Type"].endswith("sheet")
    client.force_login(w.owner)
    assert "Funded" not in table(client.get(LIST, {"format": "csv"}))[0]


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_the_number_of_queries_does_not_grow(w, client, who):
    client.force_login(getattr(w, who))
    w.fund(1_000_00)
    at_one = queries(client, LIST)
    w.fund(1_000_00)
    w.fund(1_000_00)
    assert queries(client, LIST) == at_one
    assert at_one <= 16


def test_a_partner_reads_the_terms_and_no_money(w, client):
    program = w.program(wording="Line one.\nLine <b>two</b>.", lead_days=14, activity_days=30, claim_window_days=45)
    w.budget(program, amount=77_777_00)
    client.force_login(w.owner)
    page = client.get(detail(program)).text
    assert "Line one.\nLine &lt;b&gt;two&lt;/b&gt;." in page
    assert "30 days before" in page
    assert "Ask for approval 14 days ahead" in page
    assert "within 45 days" in page
    assert "You can ask to join" in page
    assert "77,777" not in page
    assert "Close…" not in page
    assert "What happened" not in page


def test_a_partner_is_led_to_its_funds(w, client):
    fund = w.fund()
    client.force_login(w.owner)
    page = client.get(detail(fund.program)).text
    assert f"{reverse('funds:list')}?program={fund.program.pk}" in page
    assert "See your 1 fund" in page


def test_a_manager_sees_budgets_history_and_what_comes_next(w, client):
    program = w.program()
    budget = w.budget(program)
    client.force_login(w.manager)
    page = client.get(detail(program)).text
    assert reverse("funds:budget", args=[budget.pk]) in page
    assert reverse("programs:close", args=[program.pk]) in page
    assert "Published" in page
    for who in (w.admin, w.finance):
        client.force_login(who)
        page = client.get(detail(program)).text
        assert reverse("funds:budget", args=[budget.pk]) in page
        assert reverse("programs:close", args=[program.pk]) not in page


def test_another_vendor_sees_none_of_it(w, client):
    program, draft = w.program(), w.program(publish=False)
    client.force_login(w.other_manager)
    assert client.get(detail(program)).status_code == 404
    assert client.get(detail(draft)).status_code == 404


def test_the_company_worked_in_decides_what_the_list_shows(w, client):
    other = Membership.objects.create(user=w.manager, company=w.brightpath, role=Role.MEMBER)
    w.program(name="Draft", publish=False)
    w.program(name="Out")
    client.force_login(w.manager)
    client.post(reverse("partners:switch"), {"membership": other.pk})
    assert "Ask to join" in client.get(LIST).text
    home = w.manager.memberships.get(company=w.northgate)
    client.post(reverse("partners:switch"), {"membership": home.pk})
    assert names(client.get(LIST)) == ["Draft", "Out"]


def test_queries_of_a_program_page_do_not_grow_with_its_budgets(w, client):
    program = w.program()
    w.budget(program)
    client.force_login(w.manager)
    at_one = queries(client, detail(program))
    w.budget(program)
    w.budget(program)
    assert queries(client, detail(program)) == at_one


class TestCertificationsThatRunOut:
    """What a reminder to renew one leads to."""

    def certified(self, w, name, until, **fields):
        exam = Certification(vendor=w.northgate, name=name, how="Pass the exam.", **fields)
        exam = standing.save_certification(certification=exam, by=w.manager, now=NOW)
        change = standing.Change(w.brightpath, certified={exam.pk: until})
        standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)

    def test_each_with_its_day_and_how_it_is_renewed(self, w, client):
        w.program(name="Growth")
        self.certified(w, "Later", in_days(170), link="https://learn.example/later")
        self.certified(w, "Soon", in_days(7))
        self.certified(w, "Over", in_days(-20))
        self.certified(w, "Far off", in_days(181))
        self.certified(w, "Long over", in_days(-61))
        self.certified(w, "For good", None)
        client.force_login(w.member)
        response = client.get(LIST)
        assert [held.certification.name for held, _ in response.context["running_out"]] == ["Over", "Soon", "Later"]
        assert "20 days ago" in response.text
        assert "Pass the exam." in response.text
        assert 'href="https://learn.example/later"' in response.text

    def test_nobody_elses(self, w, client):
        self.certified(w, "Cloud architect", in_days(7))
        for other in (w.stranger, w.manager, w.admin):
            client.force_login(other)
            assert "Cloud architect" not in client.get(LIST).text

    def test_its_day_is_where_the_vendor_is(self, w, client):
        type(w.northgate).objects.filter(pk=w.northgate.pk).update(time_zone="Pacific/Kiritimati")
        self.certified(w, "Cloud architect", in_days(7))  # at noon UTC it is the next day there
        client.force_login(w.owner)
        assert "6 days" in client.get(LIST).text

    def test_they_cost_one_query_however_many(self, w, client):
        w.program()
        self.certified(w, "First", in_days(7))
        client.force_login(w.owner)
        at_one = queries(client, LIST)
        for n in range(2):
            self.certified(w, f"More {n}", in_days(8))
        assert queries(client, LIST) == at_one
