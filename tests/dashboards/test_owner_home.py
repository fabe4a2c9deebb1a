"""The owner opens Windfall and reads what is still to claim, what of it is at risk, and what to do next."""

from datetime import UTC, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from claims import actions as claims
from dashboards import owners
from funds import actions as funds
from partners.models import Membership
from programs import actions as programs
from programs.models import Terms
from tests.cast import NOW, TODAY, balances

HOME = reverse("dashboards:home")


def facts(w, user=None):
    return owners.home(user=user or w.owner, company=w.brightpath, now=NOW)


def test_totals_stand_per_currency_and_are_never_added(w):
    w.fund(5_000_00)
    w.fund(1_250_00)
    yen = w.budget(w.program(currency="JPY"), amount=900_000)
    w.fund(700_000, budget=yen)
    assert facts(w)["totals"] == [("JPY", 700_000), ("USD", 6_250_00)]


def test_it_counts_what_is_reserved_and_leaves_out_what_is_claimed(w):
    fund = w.fund(5_000_00)
    w.submitted(fund, costs=(2_000_00,))
    assert balances(fund) == {"available": 4_000_00, "claimed": 1_000_00}
    assert facts(w)["totals"] == [("USD", 4_000_00)]


def test_only_the_own_company_counts(w):
    w.fund(5_000_00, partner=w.othertech)
    assert facts(w)["totals"] == []


def test_the_alarm_names_the_soonest_day_and_what_hangs_on_it(w):
    w.fund(1_000_00, expires_on=TODAY + timedelta(days=200))
    w.fund(2_000_00, expires_on=TODAY + timedelta(days=20))  # 14 days of activity: start within 6
    w.fund(3_000_00, expires_on=TODAY + timedelta(days=25))
    alarm = facts(w)["alarm"]
    assert alarm["day"] == TODAY + timedelta(days=6)
    assert alarm["totals"] == [("USD", 2_000_00)]
    assert alarm["start"]
    assert alarm["lost_on"] == TODAY + timedelta(days=20)


def test_the_queue_puts_this_week_before_larger_sums(w):
    later = w.fund(9_000_00, expires_on=TODAY + timedelta(days=100))
    soon = w.fund(100_00, expires_on=TODAY + timedelta(days=3))
    titles = [row.url for row in facts(w)["queue"]]
    assert titles == [reverse("funds:allocation", args=[fund.pk]) for fund in (soon, later)]


def test_money_whose_claim_window_closed_is_not_called_claimable(w):
    fund = w.fund(100_00)
    later = datetime.combine(fund.claim_by + timedelta(days=1), time(12), UTC)
    seen = owners.home(user=w.owner, company=w.brightpath, now=later)
    assert (seen["totals"], seen["queue"]) == ([], [])


def test_a_question_stands_in_the_queue_until_it_is_answered(w):
    claim = w.submitted()
    claim = claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW)
    assert [row.button for row in facts(w)["queue"] if row.url == reverse("claims:detail", args=[claim.pk])] == [
        "Answer"
    ]
    claims.answer(claim=claim, words="Forty people.", by=w.owner, now=NOW)
    assert [c.pk for c in facts(w)["under_way"]] == [claim.pk]


def test_a_rejection_stands_in_the_queue_for_a_month(w):
    claim = w.submitted()
    claims.reject(claim=claim, version=claim.version, code="mismatch", reason="Wrong name.", by=w.admin, now=NOW)
    assert "Correct" in [row.button for row in facts(w)["queue"]]
    later = owners.home(user=w.owner, company=w.brightpath, now=NOW + timedelta(days=31))
    assert "Correct" not in [row.button for row in later["queue"]]


def test_vendor_by_vendor(w):
    w.fund(1_000_00)
    w.approved(w.fund(2_000_00), costs=(1_000_00,))
    (line,) = facts(w)["vendors"]
    assert (line["vendor"].pk, line["unclaimed"], line["owed"]) == (w.northgate.pk, 2_500_00, 500_00)


def test_page_for_owner_and_member(w, client):
    w.fund(4_321_00, expires_on=timezone.now().date() + timedelta(days=20))
    for user in (w.owner, w.member):
        client.force_login(user)
        page = client.get(HOME)
        assert page.status_code == 200
        assert "$4,321.00" in page.text
        assert "still yours to claim" in page.text


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
        return [row.button_url for row in facts(w, user)["queue"] if row.words.startswith("Other terms are offered")]

    assert offers(w.owner) == [f"{reverse('funds:allocation', args=[fund.pk])}#terms"]
    assert offers(w.member) == []
