"""`manage.py check_ledger`: silence when the books agree, the differences when somebody tampered."""

import io

import pytest
from django.core.management import call_command
from django.db import connection


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
