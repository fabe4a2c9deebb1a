"""The owner opens Windfall and reads what is still to claim, what of it is at risk, and what to do next."""

import re
from datetime import UTC, datetime, time, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import actions as claims
from dashboards.kept import TOKEN
from dashboards.views import home as home_view
from funds import actions as funds
from partners import actions as partners
from partners.models import Membership
from programs import actions as programs
from programs.models import Terms
from tests.cast import NOW, TODAY, balances
from tests.claims import asking
from tests.dashboards.queue.looking import a_rate, frozen, home

HOME = reverse("dashboards:home")


def test_totals_of_several_currencies_are_added_by_dated_rates_alone(w):
    w.fund(5_000_00)
    w.fund(1_250_00)
    yen = w.budget(w.program(currency="JPY"), amount=900_000)
    w.fund(700_000, budget=yen)
    total = home(w)["total"]
    assert (total.is_about, total.stated) == (False, [("JPY", 700_000), ("USD", 6_250_00)])
    a_rate("JPY", "0.0065", TODAY - timedelta(days=2))
    total = home(w)["total"]
    assert (total.amount, total.currency, total.days) == (6_250_00 + 4_550_00, "USD", [TODAY - timedelta(days=2)])
    assert total.parts == [("USD", 6_250_00), ("JPY", 700_000)]


@frozen
def test_the_page_says_about_how_much_by_which_rates_and_names_what_has_none(w, client):
    for currency in ("EUR", "GBP", "USD"):
        w.fund(1_000_00, budget=w.budget(w.program(currency=currency)))
    a_rate("EUR", "1.0857")
    client.force_login(w.owner)
    page = " ".join(re.sub(r"<[^>]+>", "", client.get(HOME).text).split())
    assert "About $2,086 and £1,000.00 are still yours to claim." in page
    assert "at rates of 23 Nov 2026 (ECB)" in page
    assert "There is no rate of the last week for GBP" in page
    for original in ("$1,000.00", "€1,000.00", "£1,000.00"):
        assert original in page


def test_sums_are_in_what_the_company_counts_in(w):
    w.fund(1_000_00)
    a_rate("EUR", "1.25")
    partners.choose_currency(company=w.brightpath, currency="EUR", by=w.owner, now=NOW)
    w.brightpath.refresh_from_db()
    total = home(w)["total"]
    assert (total.amount, total.currency, total.sources) == (800_00, "EUR", ["ECB, inverse"])


def test_it_counts_what_is_reserved_and_leaves_out_what_is_claimed(w):
    fund = w.fund(5_000_00)
    w.submitted(fund, costs=(2_000_00,))
    assert balances(fund) == {"available": 4_000_00, "claimed": 1_000_00}
    assert home(w)["total"].stated == [("USD", 4_000_00)]


def test_only_the_own_company_counts(w):
    w.fund(5_000_00, partner=w.othertech)
    assert home(w)["total"].stated == []


def test_the_alarm_names_the_soonest_day_and_what_hangs_on_it(w):
    w.fund(1_000_00, expires_on=TODAY + timedelta(days=200))
    w.fund(2_000_00, expires_on=TODAY + timedelta(days=20))  # 14 days of activity: start within 6
    w.fund(3_000_00, expires_on=TODAY + timedelta(days=25))
    alarm = home(w)["alarm"]
    assert alarm["day"] == TODAY + timedelta(days=6)
    assert alarm["total"].stated == [("USD", 2_000_00)]
    assert alarm["start"]
    assert alarm["lost_on"] == TODAY + timedelta(days=20)


def test_the_queue_puts_this_week_before_larger_sums(w):
    later = w.fund(9_000_00, expires_on=TODAY + timedelta(days=100))
    soon = w.fund(100_00, expires_on=TODAY + timedelta(days=3))
    titles = [row.url for row in home(w)["queue"]]
    assert titles == [reverse("funds:allocation", args=[fund.pk]) for fund in (soon, later)]


def test_money_whose_claim_window_closed_is_not_called_claimable(w):
    fund = w.fund(100_00)
    later = datetime.combine(fund.claim_by + timedelta(days=1), time(12), UTC)
    seen = home(w, now=later)
    assert (seen["total"].stated, seen["queue"]) == ([], [])


def test_a_question_stands_in_the_queue_until_it_is_answered(w):
    claim = w.submitted()
    claim = claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW)
    assert [row.do.button for row in home(w)["queue"] if row.url == reverse("claims:detail", args=[claim.pk])] == [
        "Answer"
    ]
    claims.answer(claim=claim, words="Forty people.", by=w.owner, now=NOW)
    assert [row["claim"].pk for row in home(w)["under_way"]] == [claim.pk]


def test_a_rejection_stands_below_the_queue_for_a_month(w):
    claim = w.submitted()
    claims.reject(claim=claim, version=claim.version, code="mismatch", reason="Wrong name.", by=w.admin, now=NOW)
    assert [row.button for row in home(w)["also"]] == ["Correct"]
    assert home(w, now=NOW + timedelta(days=31))["also"] == []


def test_vendor_by_vendor(w):
    w.fund(1_000_00)
    w.approved(w.fund(2_000_00), costs=(1_000_00,))
    (line,) = home(w)["vendors"]
    assert (line.vendor_id, line.unclaimed, line.owed) == (w.northgate.pk, 2_500_00, 500_00)


def test_a_vendors_next_day_is_as_far_away_as_in_the_queue(w):
    w.fund(1_000_00, budget=w.budget(w.program(time_zone="Pacific/Kiritimati")))
    found = home(w)
    (line,), (row,) = found["vendors"], found["queue"]
    assert (line.next, line.today) == (row.by, row.today)
    assert line.today == found["today"] + timedelta(days=1)


def test_it_leads_on_to_what_else_there_is(w, client):
    w.fund(4_321_00, expires_on=timezone.now().date() + timedelta(days=60))
    assert home(w)["idle"].stated == [("USD", 4_321_00)]
    client.force_login(w.owner)
    page = client.get(HOME).text
    names = (
        "dashboards:ideas",
        "dashboards:cash",
        "dashboards:scorecards",
        "dashboards:reviews",
        "plans:plan",
        "plans:targets",
    )
    for name in names:
        assert f'href="{reverse(name)}"' in page.partition('id="further"')[2]


def test_page_for_owner_and_member(w, client):
    w.fund(4_321_00, expires_on=timezone.now().date() + timedelta(days=20))
    for user in (w.owner, w.member):
        client.force_login(user)
        page = client.get(HOME)
        assert page.status_code == 200
        assert "$4,321.00" in page.text
        assert "still yours to claim" in page.text


def test_whoever_reads_finds_their_own_token_in_a_kept_page(w):
    approved = [asking.approved(w, w.fund()) for _ in range(2)]
    ran = {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=8)}
    type(approved[0]).objects.update(**ran)
    readers = [Client(enforce_csrf_checks=True) for _ in approved]
    pages = []
    for reader in readers:
        reader.force_login(w.owner)
        pages.append(reader.get(HOME).text.partition('class="queue"')[2])
    for reader, page, asked in zip(readers, pages, approved, strict=True):
        assert TOKEN not in page
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        answer = reader.post(reverse("claims:request_claim", args=[asked.pk]), {"csrfmiddlewaretoken": token})
        assert answer.status_code == 302


def test_a_kept_page_is_never_out_of_date_nor_anothers(w, client):
    fund = w.fund(4_321_00, expires_on=timezone.now().date() + timedelta(days=20))
    client.force_login(w.owner)
    assert client.get(HOME).text.count("$4,321.00") == client.get(HOME).text.count("$4,321.00") > 0
    written = home_view.written.cache_info().hits
    funds.withdraw(allocation=fund, amount=21_00, key="k", by=w.manager, reason="Less", at=NOW)
    page = client.get(HOME).text
    assert ("$4,300.00" in page, "$4,321.00" in page) == (True, False)
    assert home_view.written.cache_info().hits == written
    client.force_login(w.stranger)
    assert "$4,300.00" not in client.get(HOME).text


def test_empty_home_says_what_to_do(w, client):
    client.force_login(w.owner)
    assert "When a vendor on Windfall grants you money" in client.get(HOME).text


def test_somebody_without_a_company_is_told_so(w, client):
    Membership.objects.filter(user=w.member).update(ended_at=NOW)
    client.force_login(w.member)
    page = client.get(HOME)
    assert page.status_code == 200
    assert "You belong to no company yet" in page.text


def test_it_asks_the_same_number_of_queries_for_one_fund_and_three(w, client, django_assert_max_num_queries):
    client.force_login(w.owner)
    client.get(HOME)  # its SQL is written at the first look
    counts = []
    for number in (1, 2):
        for _ in range(number):
            w.submitted(w.fund(), costs=(100_00,))
        with django_assert_max_num_queries(16) as queries:
            client.get(HOME)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_signed_out_people_are_sent_to_sign_in(db, client):
    assert client.get(HOME).status_code == 302


def test_offered_terms_wait_for_the_owner(w):
    program = w.program(wording="Events.")
    fund = w.fund(1_000_00, budget=w.budget(program))
    worse = Terms(wording="Events.", reimbursement_percent=40)
    programs.revise(program=program, terms=worse, by=w.manager, now=NOW)
    programs.publish_terms(program=program, by=w.manager, now=NOW)
    funds.renew_terms(program=program, by=w.manager, now=NOW)

    def offers(user):
        return [row.url for row in home(w, user)["also"] if row.words.startswith("Other terms are offered")]

    assert offers(w.owner) == [f"{reverse('funds:allocation', args=[fund.pk])}#terms"]
    assert offers(w.member) == []
