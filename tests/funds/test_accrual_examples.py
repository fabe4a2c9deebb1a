"""Sales that become money, told with all balances: rule sets of real programs, returns, overlaps and late files."""

from datetime import UTC, date, datetime, timedelta

import pytest

from funds import actions as funds
from funds.ledger import Posting, post
from funds.models import Accrual, Allocation, Budget, Sale
from funds.reconcile import reconcile
from funds.sales_states import UploadStatus
from funds.states import Act
from tests.cast import NOW, balances
from tests.funds.sales import books, confirmed, coop, faults, sold, uploaded


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def fund_of(budget, slug="brightpath-test", starts_on=date(2026, 1, 1)) -> Allocation:
    found = Accrual.objects.get(program=budget.program, partner__slug=slug, starts_on=starts_on)
    return Allocation.objects.with_terms().get(pk=found.allocation_id)


def left(budget) -> int:
    return Budget.objects.get(pk=budget.pk).unallocated


def test_foundry_3_percent_for_six_months(w):
    budget = coop(w, currency="EUR", aging_months=6, forfeits_at_period_end=True, claim_window_days=30,
                  budget={"starts_on": date(2026, 1, 1), "ends_on": date(2027, 6, 30)})  # fmt: skip
    upload = sold(w, budget, "brightpath-test,F-1,2026-02-03,100000.00", "Brightpath,F-2,2026-06-30,33333.50",
                  "othertech,F-3,2026-07-01,1000")  # fmt: skip
    # 3% of 133,333.50 is 4,000.005: half-even, once, on the sum.
    assert books(budget) == {
        ("brightpath-test", "2026-H1"): (133_333_50, 4_000_00, 4_000_00),
        ("othertech", "2026-H2"): (1_000_00, 30_00, 30_00),
    }
    fund = fund_of(budget)
    assert (fund.expires_on, fund.claim_by) == (date(2026, 12, 31), date(2027, 1, 30))
    assert (fund.reference, fund.terms_id) == (f"ACC-2026-H1-{w.brightpath.pk}", budget.program.terms_id)
    assert balances(fund) == {"available": 4_000_00}
    other = fund_of(budget, "othertech", date(2026, 7, 1))
    assert (other.expires_on, other.claim_by) == (date(2027, 6, 30), date(2027, 7, 30))
    assert left(budget) == 100_000_00 - 4_030_00
    assert (upload.lines, upload.standing, upload.sold, upload.owed) == (3, 0, 134_333_50, 0)
    assert reconcile().differences == []


def test_what_forfeits_with_the_period_ends_with_its_budget(w):
    budget = coop(w, aging_months=6, forfeits_at_period_end=True,
                  budget={"starts_on": date(2026, 1, 1), "ends_on": date(2026, 11, 30)})  # fmt: skip
    sold(w, budget, "othertech,F-3,2026-03-01,1000")
    assert fund_of(budget, "othertech").expires_on == date(2026, 11, 30)


def test_northgate_by_half_years_with_a_cap(w):
    budget = coop(w, accrual_percent=2, accrual_cap=5_000_00, aging_months=6, claim_window_days=45)
    sold(w, budget, "brightpath-test,N-1,2026-03-01,200000", "brightpath-test,N-2,2026-08-01,20000")
    assert books(budget) == {
        ("brightpath-test", "2026-H1"): (200_000_00, 4_000_00, 4_000_00),
        ("brightpath-test", "2026-H2"): (20_000_00, 400_00, 400_00),
    }
    sold(w, budget, "brightpath-test,N-3,2026-05-01,100000")  # the cap is reached
    assert books(budget)["brightpath-test", "2026-H1"] == (300_000_00, 5_000_00, 5_000_00)
    sold(w, budget, "brightpath-test,N-4,2026-05-02,-20000")  # and still is: 2% of 280,000 is 5,600
    assert books(budget)["brightpath-test", "2026-H1"] == (280_000_00, 5_000_00, 5_000_00)
    sold(w, budget, "brightpath-test,N-5,2026-05-02,-80000")
    assert books(budget)["brightpath-test", "2026-H1"] == (200_000_00, 4_000_00, 4_000_00)
    assert balances(fund_of(budget)) == {"available": 4_000_00}
    assert left(budget) == 100_000_00 - 4_400_00


def test_a_return_beyond_what_is_left_is_owed_and_netted_later(w):
    budget = coop(w, accrual_percent=10)
    sold(w, budget, "brightpath-test,R-1,2026-03-01,10000")
    fund = fund_of(budget)
    post([Posting(Act.RESERVE, fund.budget_id, fund.pk, 800_00, "plan", w.manager)])
    upload = sold(w, budget, "brightpath-test,R-2,2026-03-09,-6000")  # earned 400, of which 800 is promised already
    assert balances(fund) == {"reserved": 800_00}
    assert books(budget)["brightpath-test", "2026-H1"] == (4_000_00, 400_00, 800_00)
    assert upload.owed == 400_00
    assert left(budget) == 100_000_00 - 800_00

    upload = sold(w, budget, "brightpath-test,R-3,2026-07-01,3000")  # 300, all of it kept back
    assert (upload.owed, Accrual.objects.owed()) == (100_00, 100_00)
    assert books(budget)["brightpath-test", "2026-H2"] == (3_000_00, 300_00, 0)
    upload = sold(w, budget, "brightpath-test,R-4,2026-07-02,2500")  # 250, less the 100 that are left to pay
    assert upload.owed == 0
    assert books(budget)["brightpath-test", "2026-H2"] == (5_500_00, 550_00, 150_00)
    assert balances(fund_of(budget, starts_on=date(2026, 7, 1))) == {"available": 150_00}

    # The sale comes after all: what was kept back is granted again.
    sold(w, budget, "brightpath-test,R-5,2026-03-10,6000")
    assert books(budget) == {
        ("brightpath-test", "2026-H1"): (10_000_00, 1_000_00, 1_000_00),
        ("brightpath-test", "2026-H2"): (5_500_00, 550_00, 550_00),
    }
    assert reconcile().differences == []


def test_more_returned_than_sold_is_owed_without_a_fund(w):
    budget = coop(w, accrual_percent=10)
    upload = sold(w, budget, "brightpath-test,R-1,2026-03-01,-500")
    assert books(budget) == {("brightpath-test", "2026-H1"): (-500_00, -50_00, 0)}
    assert upload.owed == 50_00
    assert not Allocation.objects.exists()
    sold(w, budget, "brightpath-test,R-2,2026-08-01,2000")
    assert books(budget)["brightpath-test", "2026-H2"] == (2_000_00, 200_00, 150_00)
    assert Accrual.objects.owed() == 0


def test_the_same_file_again_and_an_overlap_double_nothing(w):
    budget = coop(w)
    lines = [f"brightpath-test,S-{n},2026-02-03,100" for n in range(5)]
    sold(w, budget, *lines[:3])
    again = uploaded(w, budget, lines[:3])
    assert (again.status, again.lines, again.standing, again.fresh) == (UploadStatus.CHECKED, 3, 3, 0)
    with pytest.raises(funds.FundsRefused, match="posted before"):
        funds.confirm(upload=again, by=w.manager, now=NOW)
    more = sold(w, budget, *lines[1:])
    assert (more.lines, more.standing, more.fresh, more.sold) == (4, 2, 2, 200_00)
    assert books(budget) == {("brightpath-test", "2026-H1"): (500_00, 15_00, 15_00)}
    assert Sale.objects.count() == 5


def test_a_reference_with_other_content_is_named(w):
    budget = coop(w)
    sold(w, budget, "brightpath-test,S-1,2026-02-03,100")
    upload = uploaded(w, budget, ["brightpath-test,S-1,2026-02-04,120", "brightpath-test,S-2,2026-02-03,50"])
    assert upload.status == UploadStatus.WRONG
    ((line, column, words),) = faults(upload)
    assert (line, column) == (2, "reference")
    assert "another day, another amount" in words


def test_other_programs_have_references_of_their_own(w):
    first, second = coop(w), coop(w)
    for budget in (first, second):
        sold(w, budget, "brightpath-test,S-1,2026-02-03,100")
    assert Sale.objects.count() == 2


def test_what_was_checked_is_checked_again_when_others_posted_meanwhile(w):
    budget = coop(w)
    lines = ["brightpath-test,S-1,2026-02-03,100", "brightpath-test,S-2,2026-02-03,100"]
    first, second = uploaded(w, budget, lines), uploaded(w, budget, [*lines, "othertech,S-3,2026-02-03,100"])
    assert confirmed(w, first).status == UploadStatus.POSTED
    second = confirmed(w, second, NOW + timedelta(seconds=1))
    assert (second.status, second.standing, second.fresh) == (UploadStatus.CHECKED, 2, 1)
    assert "nothing was posted" in second.message.lower() or not second.message
    assert confirmed(w, second, NOW + timedelta(seconds=2)).status == UploadStatus.POSTED
    assert books(budget) == {
        ("brightpath-test", "2026-H1"): (200_00, 6_00, 6_00),
        ("othertech", "2026-H1"): (100_00, 3_00, 3_00),
    }


def test_a_budget_that_holds_too_little_says_what_is_missing(w):
    budget = coop(w, amount=10_00)
    upload = confirmed(w, uploaded(w, budget, ["brightpath-test,S-1,2026-02-03,1000"]))
    assert upload.status == UploadStatus.CHECKED
    assert "$20.00 is missing" in upload.message
    assert (Sale.objects.count(), Accrual.objects.count(), left(budget)) == (0, 0, 10_00)
    funds.fund(budget=budget, amount=20_00, key="more", by=w.manager)
    assert confirmed(w, upload).status == UploadStatus.POSTED
    assert left(budget) == 0


def test_sales_of_a_period_that_is_over_count_but_grant_nothing(w):
    later = datetime(2027, 3, 1, tzinfo=UTC)
    budget = coop(w, aging_months=6, claim_window_days=30)
    upload = sold(w, budget, "brightpath-test,S-1,2026-02-03,1000", "brightpath-test,S-2,2026-07-03,100", now=later)
    assert books(budget) == {
        ("brightpath-test", "2026-H1"): (1_000_00, 30_00, 0),
        ("brightpath-test", "2026-H2"): (100_00, 3_00, 3_00),
    }
    assert upload.owed == 0
    assert upload.effects.get(starts_on=date(2026, 1, 1)).late == 30_00
    # A return of what came too late takes nothing from anywhere.
    upload = sold(w, budget, "brightpath-test,S-3,2026-02-04,-900", now=later)
    assert (upload.owed, balances(fund_of(budget, starts_on=date(2026, 7, 1)))) == (0, {"available": 3_00})


def test_a_return_takes_back_what_lapsed_before_it_is_owed(w):
    budget = coop(w, aging_months=6, claim_window_days=30)
    sold(w, budget, "brightpath-test,S-1,2026-02-03,1000")
    fund = fund_of(budget)
    post([Posting(Act.EXPIRE, fund.budget_id, fund.pk, 30_00, "night", None, source="available")])
    upload = sold(w, budget, "brightpath-test,S-2,2026-02-04,-400", now=datetime(2027, 3, 1, tzinfo=UTC))
    assert upload.owed == 0
    assert balances(fund) == {"lapsed": 18_00}
    assert left(budget) == 100_000_00 - 18_00


def test_a_new_rate_begins_with_the_period_after_it_is_published(w):
    from django.forms.models import model_to_dict

    from programs import actions as programs
    from programs.models import Terms
    from programs.states import TERMS

    budget = coop(w)
    program = budget.program
    draft = Terms(**model_to_dict(program.terms, TERMS) | {"accrual_percent": 5})
    programs.revise(program=program, terms=draft, by=w.manager, now=NOW)
    programs.publish_terms(program=program, by=w.manager, now=NOW)
    budget.program.refresh_from_db()
    later = datetime(2027, 2, 1, tzinfo=UTC)
    sold(w, budget, "brightpath-test,S-1,2026-12-03,1000", "brightpath-test,S-2,2027-01-03,1000", now=later)
    assert books(budget) == {
        ("brightpath-test", "2026-H2"): (1_000_00, 30_00, 30_00),
        ("brightpath-test", "2027-H1"): (1_000_00, 50_00, 50_00),
    }


def test_yen_have_no_decimals_and_dinars_three(w):
    yen = coop(w, currency="JPY", earning_months=1)
    sold(w, yen, 'brightpath-test,S-1,2026-02-03,"1,250"', "brightpath-test,S-2,2026-02-28,84")
    assert books(yen) == {("brightpath-test", "2026-02"): (1334, 40, 40)}
    dinars = coop(w, currency="KWD", earning_months=3)
    sold(w, dinars, "brightpath-test,S-1,2026-04-03,10.125")
    assert books(dinars) == {("brightpath-test", "2026-Q2"): (10125, 304, 304)}
    assert uploaded(w, yen, ["brightpath-test,S-9,2026-02-03,1.50"]).status == UploadStatus.WRONG
