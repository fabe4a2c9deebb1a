"""`manage.py check_ledger`: silence when the books agree, the differences when somebody tampered."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from tests.funds.sales import coop, sold


def check() -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("check_ledger", stdout=out)
    except SystemExit as left:
        return left.code, out.getvalue()
    return 0, out.getvalue()


def test_agreeing_books_are_one_line(w):
    w.approved()
    status, said = check()
    assert status == 0
    assert said.count("\n") == 1
    assert "every balance agrees" in said


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE funds_allocation SET paid = paid + 7 WHERE id = %s", "paid is 7, its movements make 0"),
        (
            "UPDATE funds_allocation SET available = available - 1 WHERE id = %s",
            "available is 99, its movements make 100",
        ),
        (
            "UPDATE funds_budget SET funded = funded + 5 WHERE id = (SELECT budget_id FROM funds_allocation WHERE id = %s)",
            "funded is",
        ),
        (
            "UPDATE funds_budget SET unallocated = 0 WHERE id = (SELECT budget_id FROM funds_allocation WHERE id = %s)",
            "unallocated is 0",
        ),
        (
            "UPDATE funds_allocation a SET budget_id = (SELECT max(b.id) FROM funds_budget b WHERE b.id <> a.budget_id) "
            "WHERE id = %s",
            "allocated is 0, its movements make 100",
        ),
        ("DELETE FROM funds_movement WHERE allocation_id = %s", "available is 100, its movements make 0"),
        ("UPDATE funds_year SET amount = amount + %s", "amount is"),
        ("UPDATE funds_year SET held = held + 5 + 0 * %s", "held is 1005, its movements make 1000"),
        ("DELETE FROM funds_yearchange WHERE amount > 0 * %s", "amount is 5000, its movements make 0"),
    ],
)
def test_tampering_past_the_triggers_is_found(w, tampering, words):
    w.budget(amount=1000, year=w.year(5000))
    fund = w.fund(100)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering, [fund.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    status, said = check()
    assert status == 1
    assert words in said


def test_the_one_way_around_the_triggers_is_found(w):
    """Balances may change from inside a trigger. Whoever may make one of their own gets past; the books tell."""
    fund = w.fund(100)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE door (id bigint)")
        cursor.execute(
            "CREATE FUNCTION pg_temp.sneak() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "UPDATE funds_allocation SET available = available + 5 WHERE id = NEW.id; RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER sneak AFTER INSERT ON door FOR EACH ROW EXECUTE FUNCTION pg_temp.sneak()")
        cursor.execute("INSERT INTO door VALUES (%s)", [fund.pk])
    status, said = check()
    assert status == 1
    assert f"allocation {fund.pk}: available is 105, its movements make 100" in said


SALES = ["brightpath-test,S-1,2026-02-03,1000", "brightpath-test,S-2,2026-07-04,500", "othertech,S-3,2026-02-03,833.33"]
RETURNS = ["brightpath-test,S-4,2026-02-05,-400", "othertech,S-5,2026-02-05,-900"]


@pytest.fixture
def earned(w, settings, tmp_path):
    """A budget of a program in which two partners earned, gave back, and had money taken back by hand."""
    from funds import actions as funds
    from funds.models import Accrual
    from tests.cast import NOW

    settings.MEDIA_ROOT = tmp_path
    budget = coop(w)
    sold(w, budget, *SALES)
    fund = Accrual.objects.get(partner=w.brightpath, starts_on__month=1).allocation
    funds.withdraw(allocation=fund, amount=25_00, key="by hand", by=w.manager, reason="Meant for others.", at=NOW)
    sold(w, budget, *RETURNS)
    return budget


def test_sales_and_what_they_earned_agree(earned):
    status, said = check()
    assert (status, said.count("\n")) == (0, 1), said
    assert "5 sales" in said


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE funds_sale SET amount = amount + 7 WHERE reference = 'S-2'", "sold is 50000, its sales make 50007"),
        ("DELETE FROM funds_sale WHERE reference = 'S-2'", "lines is 1, its sales make 0"),
        (
            "UPDATE funds_sale SET sold_on = '2025-01-01' WHERE reference = 'S-2'",
            "sales without a period is 0, its sales make 1",
        ),
        (
            "UPDATE funds_sale SET partner_id = 0 WHERE reference = 'S-2'",
            "sales without a period is 0, its sales make 1",
        ),
        ("UPDATE funds_accrual SET sold = sold + 5", "its sales make"),
        ("UPDATE funds_accrual SET earned = earned + 1", "earned is 1501, its sales make 1500"),
        ("UPDATE funds_accrual SET posted = posted + 1 WHERE posted > 0", "posted is 1501, its movements make 1500"),
        (
            "UPDATE funds_accrual SET posted = posted - 1000 WHERE posted > 1000",
            "granted to its partner in all is 1300, its earnings make 3300",
        ),
        ("UPDATE funds_movement SET amount = amount - 1 WHERE key LIKE 'accrual:%'", "its movements make"),
        ("UPDATE funds_salesupload SET sold = sold + 1", "sold is 233334, its sales make 233333"),
        ("UPDATE funds_salesupload SET lines = lines + 1", "lines is 4, its sales make 3"),
    ],
)
def test_tampering_with_sales_past_the_triggers_is_found(earned, tampering, words):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    status, said = check()
    assert status == 1
    assert words in said, said
