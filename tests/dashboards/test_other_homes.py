"""What the channel manager, the admin and finance see first."""

from django.urls import reverse

from claims import actions as claims
from dashboards import managers, site
from tests.cast import NOW

HOME = reverse("dashboards:home")


def test_a_manager_reads_how_much_of_the_money_works(w, client):
    budget = w.budget(amount=10_000_00)
    w.approved(w.fund(4_000_00, budget=budget), costs=(2_000_00,))
    facts = managers.home(user=w.manager, company=w.northgate, now=NOW)
    (entry,) = facts["working"]
    assert (entry["funded"], entry["unallocated"], entry["used"], entry["unused"]) == (
        10_000_00,
        6_000_00,
        1_000_00,
        3_000_00,
    )
    assert facts["sentence"] == [
        {"currency": "USD", "funded": 10_000_00, "used": 1_000_00, "unused": 3_000_00, "gone": 0, "at_work": 10}
    ]
    client.force_login(w.manager)
    page = client.get(HOME).text
    assert "10%" in page
    assert "Brightpath" in page


def test_a_manager_sees_nothing_of_another_vendor(w, client):
    w.fund(4_000_00)
    facts = managers.home(user=w.other_manager, company=w.skylark, now=NOW)
    assert (facts["working"], facts["idle"], facts["waiting"]) == ([], [], [])
    client.force_login(w.other_manager)
    assert "Brightpath" not in client.get(HOME).text


def test_currencies_of_a_vendor_are_not_added(w):
    w.budget(amount=10_000_00)
    w.budget(w.program(currency="JPY"), amount=5_000)
    sentence = managers.home(user=w.manager, company=w.northgate, now=NOW)["sentence"]
    assert {total["currency"]: total["funded"] for total in sentence} == {"USD": 10_000_00, "JPY": 5_000}


def test_the_admin_reads_what_waits_and_for_how_long(w, client):
    w.submitted()
    asked = w.submitted()
    claims.ask(claim=asked, version=asked.version, question="Who came?", by=w.admin, now=NOW)
    facts = site.admin_home(user=w.admin, company=w.admin.memberships.get().company, now=NOW)
    assert (facts["count"], facts["questions"]) == (1, 1)
    client.force_login(w.admin)
    assert "1 claim" in client.get(HOME).text


def test_finance_reads_what_is_owed(w, client):
    w.approved(costs=(2_000_00,))
    facts = site.finance_home(user=w.finance, company=w.finance.memberships.get().company, now=NOW)
    assert list(facts["totals"]) == [{"currency": "USD", "amount": 1_000_00, "count": 1}]
    client.force_login(w.finance)
    assert "$1,000.00" in client.get(HOME).text


def test_each_home_asks_the_same_number_of_queries_for_one_and_three(w, client, django_assert_max_num_queries):
    for user in (w.manager, w.admin, w.finance):
        client.force_login(user)
        client.get(HOME)  # makes what is kept for the day
        counts = []
        for more in (1, 2):
            for _ in range(more):
                w.submitted(w.fund(), costs=(100_00,))
                w.approved(w.fund(), costs=(100_00,))
            with django_assert_max_num_queries(35) as queries:
                client.get(HOME)
            counts.append(len(queries))
        assert counts[0] == counts[1], user
