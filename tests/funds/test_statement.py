"""A partner types what a statement says of a fund that it records itself: only the differences are posted."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds import actions
from funds.actions import FundsRefused, StatementStale, compare, record_statement, seen
from funds.lapse import lapse
from funds.models import Allocation, Budget, Movement
from funds.reconcile import reconcile
from funds.states import ALLOCATION_BUCKETS
from partners.models import Event
from programs.days import Clock
from programs.money import LARGEST
from tests.cast import NOW, TODAY, balances, stated
from tests.pages import errors, told

pytestmark = pytest.mark.usefixtures("_at_now")
EARLIER = TODAY - timedelta(days=30)


@pytest.fixture
def fund(w) -> Allocation:
    return w.kept_fund(available=5_000_00, on=EARLIER)


def say(w, fund: Allocation, on: date = TODAY, by=None, **fields):
    said = stated(**({"expires_on": fund.expires_on} | fields))
    return record_statement(program=fund.program, funds=[said], on=on, by=by or w.owner, now=NOW)


def acts(fund: Allocation) -> list[tuple[str, int]]:
    return list(fund.movements.order_by("id").values_list("act", "amount"))


def test_the_first_statement_grants_what_it_says(w):
    fund = w.kept_fund(available=3_000_00, claimed=500_00, paid=1_500_00)
    assert balances(fund) == {"available": 3_000_00, "claimed": 500_00, "paid": 1_500_00}
    budget = Budget.objects.get(pk=fund.budget_id)
    assert (budget.funded, budget.unallocated) == (5_000_00, 0)
    movement = fund.movements.first()
    assert (movement.actor, movement.reason) == (w.owner, "Statement of 23 Nov 2026")
    assert (fund.partner, fund.stated_on, fund.terms.published_at is not None) == (w.brightpath, TODAY, True)
    event = Event.objects.about(fund).get()
    assert (event.verb, event.actor, event.company_id, event.data["after"]["paid"]) == (
        "recorded",
        w.owner,
        w.brightpath.pk,
        1_500_00,
    )
    assert reconcile().differences == []


def test_a_later_one_posts_the_differences_alone(w, fund):
    """The worked example: granted, claimed, partly paid, some back, lapsed at last, and a correction."""
    say(w, fund, available=3_000_00, claimed=2_000_00)
    assert acts(fund) == [("allocate", 5_000_00), ("claim", 2_000_00)]
    say(w, fund, available=3_200_00, paid=1_800_00)
    assert acts(fund)[2:] == [("return", 200_00), ("approve", 1_800_00), ("pay", 1_800_00)]
    say(w, fund, paid=1_800_00, lapsed=3_200_00)
    assert acts(fund)[5:] == [("expire", 3_200_00)]
    # The vendor took a hundred back, and gave no reason.
    say(w, fund, paid=1_700_00, lapsed=3_200_00)
    assert acts(fund)[6:] == [("reverse", 100_00)]
    assert balances(fund) == {"paid": 1_700_00, "lapsed": 3_200_00}
    assert Budget.objects.get(pk=fund.budget_id).funded == 4_900_00
    assert reconcile().differences == []


def test_the_same_statement_twice_moves_nothing(w, fund):
    say(w, fund, available=1_00, paid=4_999_00)
    before = Movement.objects.count(), Event.objects.count()
    (again,) = say(w, fund, available=1_00, paid=4_999_00)
    assert not again.is_any
    assert (Movement.objects.count(), Event.objects.count()) == before


def test_money_that_goes_and_comes_back_is_posted_each_time(w, fund):
    for _ in range(2):
        say(w, fund, available=4_000_00, claimed=1_000_00)
        say(w, fund, available=5_000_00)
    assert acts(fund)[1:] == [("claim", 1_000_00), ("return", 1_000_00)] * 2


def test_days_follow_the_statement_earlier_and_later(w, fund):
    """Also beyond what a vendor's terms on Windfall would allow it: the statement is what holds."""
    for days in (900, -20):
        last = TODAY + timedelta(days=days)
        say(w, fund, expires_on=last, claim_by=last + timedelta(days=5), available=5_000_00, name="Renamed")
        fund.refresh_from_db()
        assert (fund.expires_on, fund.claim_by, fund.name) == (last, last + timedelta(days=5), "Renamed")
    assert Event.objects.about(fund).last().data["facts"]["expires_on"][1] == str(TODAY - timedelta(days=20))


def test_many_funds_are_recorded_in_a_few_statements(w, django_assert_max_num_queries):
    program = w.kept_program()
    few = [stated(reference=f"R-{n}", available=n) for n in range(1, 4)]
    record_statement(program=program, funds=few, on=EARLIER, by=w.owner, now=NOW)
    many = [stated(reference=f"R-{n}", available=2 * n, paid=n) for n in range(1, 301)]
    with django_assert_max_num_queries(40):
        found = record_statement(program=program, funds=many, on=TODAY, by=w.owner, now=NOW)
    assert sum(d.fund is None for d in found) == 297
    assert Allocation.objects.get(reference="R-300").available == 600
    assert reconcile().differences == []
    record_statement(program=program, funds=few, on=TODAY, by=w.owner, now=NOW)
    assert Allocation.objects.count() == 300, "what a statement does not name is left alone"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"available": -1}, "without a minus"),
        ({"available": LARGEST + 1}, "more than any fund holds"),
        ({"available": LARGEST, "paid": LARGEST}, "adds up to more"),
        ({"claim_by": TODAY}, "at least until"),
        ({"expires_on": date(1999, 12, 31)}, "Check the year"),
        ({"claim_by": date(2101, 1, 1)}, "Check the year"),
    ],
)
def test_what_no_statement_can_say(w, fund, fields, words):
    with pytest.raises(FundsRefused, match=words):
        say(w, fund, **fields)
    assert balances(fund) == {"available": 5_000_00}


def test_a_statement_of_another_time(w, fund):
    with pytest.raises(FundsRefused, match="still to come"):
        say(w, fund, on=TODAY + timedelta(days=1))
    with pytest.raises(FundsRefused, match="later statement"):
        say(w, fund, on=EARLIER - timedelta(days=1))
    with pytest.raises(FundsRefused, match="stands here twice"):
        record_statement(program=fund.program, funds=[stated(), stated()], on=TODAY, by=w.owner, now=NOW)


def test_nobody_else_records_it(w, fund):
    for who in (w.manager, w.admin, w.finance, w.stranger):
        with pytest.raises(PermissionDenied):
            say(w, fund, by=who)
    with pytest.raises(PermissionDenied):
        record_statement(program=w.program(), funds=[stated()], on=TODAY, by=w.owner, now=NOW)
    say(w, fund, by=w.member, available=1)
    for move in (actions.withdraw, actions.reserve, actions.release, actions.reoffer):
        with pytest.raises(PermissionDenied):
            move(allocation=fund, amount=1, key="k", by=w.owner, reason="")


def test_what_is_recorded_is_what_was_shown(w, fund):
    said = stated(expires_on=fund.expires_on, available=1_00)
    token = seen(compare(program=fund.program, funds=[said]))
    say(w, fund, available=2_00)
    with pytest.raises(StatementStale):
        record_statement(program=fund.program, funds=[said], on=TODAY, by=w.owner, now=NOW, as_seen=token)
    assert balances(fund) == {"available": 2_00}


amounts = st.fixed_dictionaries({b.value: st.integers(0, 5) | st.integers(0, 10**12) for b in ALLOCATION_BUCKETS})


@given(amounts, amounts)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_ledger_takes_any_statement_after_any_other(w, fund, first, second):
    for amounts_said in (first, second):
        say(w, fund, **amounts_said)
        assert balances(fund) == {bucket: amount for bucket, amount in amounts_said.items() if amount}
    budget = Budget.objects.get(pk=fund.budget_id)
    assert (budget.funded, budget.unallocated) == (sum(second.values()), 0)


def test_it_lapses_as_all_others(w):
    fund = w.kept_fund(available=100_00, claimed=7_00, expires_on=TODAY - timedelta(days=40))
    lapse(clock=Clock(NOW))
    assert balances(fund) == {"claimed": 7_00, "lapsed": 100_00}


# The pages


def typed(fund: Allocation, **fields) -> dict:
    days = {"expires_on": fund.expires_on, "claim_by": fund.claim_by, "stated_on": TODAY}
    return {"name": fund.name, "do": "show"} | {name: str(day) for name, day in days.items()} | fields


@pytest.fixture
def page(fund) -> str:
    return reverse("funds:statement", args=[fund.pk])


def test_the_page_shows_what_changes_and_then_records_it(w, client, fund, page):
    client.force_login(w.member)
    assert 'value="5000.00"' in client.get(page).text
    fields = typed(fund, available="3,000.00", claimed="2,000.00", name="Cobalt summer")
    shown = client.post(page, fields)
    assert balances(fund) == {"available": 5_000_00}
    for words in ("What changes", "$5,000.00", "$3,000.00", "Cobalt spring", "Cobalt summer"):
        assert words in shown.text
    token = shown.context["form"]["seen"].value()
    answer = client.post(page, fields | {"do": "record", "seen": token}, follow=True)
    assert told(answer) == ["It stands as the statement says."]
    assert balances(fund) == {"available": 3_000_00, "claimed": 2_000_00}
    # A repeated click: what it would record is not what was shown, and nothing is left to record.
    again = client.post(page, fields | {"do": "record", "seen": token})
    assert again.status_code == 200
    assert "the fund stands like this already" in again.text
    assert fund.movements.count() == 2


def test_what_was_not_shown_is_shown_first(w, client, fund, page):
    client.force_login(w.owner)
    token = client.post(page, typed(fund, available="3,000.00")).context["form"]["seen"].value()
    for seen_token in (token, "", "nonsense"):
        other = client.post(page, typed(fund, available="1.00", do="record", seen=seen_token))
        assert "Look at what changes now" in other.text
        assert "$1.00" in other.text
    assert balances(fund) == {"available": 5_000_00}
    token = other.context["form"]["seen"].value()
    assert client.post(page, typed(fund, available="1.00", do="record", seen=token)).status_code == 302
    assert balances(fund) == {"available": 1_00}


def test_bad_input_says_what_is_wrong_and_keeps_the_rest(w, client, fund, page):
    client.force_login(w.owner)
    answer = client.post(page, typed(fund, available="lots", paid="-5", claimed="7.005", claim_by="2026-01-01"))
    found = errors(answer)
    assert set(found) == {"available", "paid", "claimed"}
    assert 'value="lots"' in answer.text
    assert errors(client.post(page, typed(fund, claim_by="2026-01-01")))["claim_by"]
    assert "still to come" in errors(client.post(page, typed(fund, stated_on="2026-12-31")))["stated_on"][0]
    assert "out of date" in errors(client.post(page, typed(fund, stated_on="2025-12-31")))["stated_on"][0]
    much = "1000000000000.00"
    assert "adds up" in errors(client.post(page, typed(fund, available=much, paid=much)))["__all__"][0]


def test_a_statement_whose_time_is_over_warns(w, client, fund, page):
    client.force_login(w.owner)
    over = str(TODAY - timedelta(days=3))
    answer = client.post(page, typed(fund, available="5.00", expires_on=over, claim_by=over))
    assert "counts as lapsed from tonight" in answer.text


def test_a_new_fund_through_the_page(w, client):
    program = w.kept_program()
    client.force_login(w.member)
    page = reverse("funds:record_fund", args=[program.pk])
    fields = {"name": "Cobalt winter", "expires_on": "2027-03-31", "stated_on": str(TODAY), "available": "1,250.50"}
    made = client.post(page, fields, follow=True)
    fund = Allocation.objects.get(name="Cobalt winter")
    assert made.redirect_chain[-1][0] == reverse("funds:allocation", args=[fund.pk])
    assert (fund.available, fund.reference, fund.claim_by) == (1_250_50, "Cobalt winter", date(2027, 4, 30))
    assert "under this reference already" in errors(client.post(page, fields))["reference"][0]
    assert Allocation.objects.count() == 1


def test_the_fund_page_says_where_to_claim(w, client, fund):
    client.force_login(w.owner)
    page = client.get(reverse("funds:allocation", args=[fund.pk]))
    assert "own portal by" in page.text
    assert "Update from a statement" in page.text
    assert "File a claim" not in page.text


def test_a_fund_on_windfall_is_not_typed(w, client):
    client.force_login(w.owner)
    assert client.get(reverse("funds:statement", args=[w.fund().pk])).status_code == 403
