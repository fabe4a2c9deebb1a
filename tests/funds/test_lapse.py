"""Money that nobody claimed in time: one fund's story to its end, and all that must not go wrong on the way."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from claims import actions as claims
from funds import actions as funds
from funds.lapse import lapse
from funds.ledger import Posting, expire, post
from funds.models import Allocation, Budget, Movement
from funds.reconcile import reconcile
from funds.states import Act, Bucket
from partners.models import Event
from programs.days import Clock
from tests.cast import NOW, TODAY, balances

LAST_DAY = TODAY + timedelta(days=40)


def noon(day: date) -> Clock:
    return Clock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def after(days: int = 1) -> Clock:
    return noon(LAST_DAY + timedelta(days=days))


def ending(w, amount: int = 5_000_00, **fields) -> Allocation:
    return w.fund(amount, **({"expires_on": LAST_DAY - timedelta(days=30), "claim_by": LAST_DAY} | fields))


def test_one_funds_story_to_its_end(w):
    fund = ending(w, 10_000_00)
    assert balances(fund) == {"available": 10_000_00}
    funds.reserve(allocation=fund, amount=2_000_00, key="webinar", by=w.manager, reason="Webinar", at=NOW)
    decided = w.approved(fund, costs=(1_000_00,))
    waiting = w.submitted(fund, costs=(4_000_00,))
    assert balances(fund) == {"available": 7_500_00, "claimed": 2_000_00, "approved": 500_00}

    funds.reserve(allocation=fund, amount=1_500_00, key="fair", by=w.manager, reason="Trade fair", at=NOW)
    assert balances(fund) == {"available": 6_000_00, "reserved": 1_500_00, "claimed": 2_000_00, "approved": 500_00}

    # On the last day itself nothing lapses.
    assert lapse(clock=noon(LAST_DAY)).allocations == 0
    assert balances(fund) == {"available": 6_000_00, "reserved": 1_500_00, "claimed": 2_000_00, "approved": 500_00}

    # The day after, what nobody claimed is gone; what is claimed or approved is not.
    done = lapse(clock=after())
    assert (done.allocations, done.amounts, done.skipped) == (1, {"USD": 7_500_00}, [])
    assert balances(fund) == {"claimed": 2_000_00, "approved": 500_00, "lapsed": 7_500_00}

    # A claim that is turned down later gives its money back to a fund that is over: that lapses too.
    claims.reject(
        claim=waiting, version=waiting.version, code="missing_proof", reason="No invoice.", by=w.admin, now=after(2).now
    )
    assert balances(fund)["lapsed"] == 7_500_00
    assert sum(balances(fund).get(bucket, 0) for bucket in ("available", "reserved")) == 2_000_00
    assert lapse(clock=after(3)).amounts == {"USD": 2_000_00}
    assert balances(fund) == {"approved": 500_00, "lapsed": 9_500_00}

    claims.pay(
        claim=decided, version=decided.version, paid_on=LAST_DAY, reference="T-1", by=w.finance, now=after(4).now
    )
    assert lapse(clock=after(5)).allocations == 0
    assert balances(fund) == {"paid": 500_00, "lapsed": 9_500_00}
    assert reconcile().differences == []


def test_windfall_itself_did_it_and_says_why(w):
    fund = ending(w)
    funds.reserve(allocation=fund, amount=1_000_00, key="k", by=w.manager, reason="Fair", at=NOW)
    lapse(clock=after())
    moved = Movement.objects.filter(act=Act.EXPIRE)
    assert {(m.source, m.target, m.amount) for m in moved} == {
        (Bucket.AVAILABLE, Bucket.LAPSED, 4_000_00),
        (Bucket.RESERVED, Bucket.LAPSED, 1_000_00),
    }
    assert {m.actor for m in moved} == {None}
    assert {m.reason for m in moved} == {"The last day to claim was 2 January 2027."}
    event = Event.objects.about(fund).get(verb=Act.EXPIRE)
    assert event.actor is None
    assert event.at == after().now
    assert event.company_id == w.northgate.pk
    assert event.reason == "The last day to claim was 2 January 2027."
    assert event.data == {"amount": 5_000_00, "currency": "USD", "claim_by": "2027-01-02"}


def test_a_second_run_finds_nothing(w):
    fund = ending(w)
    lapse(clock=after())
    before = Movement.objects.count(), Event.objects.count()
    again = lapse(clock=after())
    assert (again.allocations, again.amounts) == (0, {})
    assert (Movement.objects.count(), Event.objects.count()) == before
    assert balances(fund) == {"lapsed": 5_000_00}


def test_the_ledger_itself_lapses_one_state_once(w):
    fund = ending(w)
    assert expire([fund.pk], at=NOW) == {fund.pk: 5_000_00}
    assert expire([fund.pk], at=NOW) == {}
    # Extended, the same money lapses again under a key of its own.
    post([Posting(Act.EXTEND, fund.budget_id, fund.pk, 5_000_00, "extended", w.manager)])
    assert expire([fund.pk], at=NOW) == {fund.pk: 5_000_00}
    assert Movement.objects.filter(act=Act.EXPIRE).count() == 2


@pytest.mark.parametrize("days", [1, 3, 40, 400])
def test_days_of_downtime_are_caught_up(w, days):
    early, late, running = (ending(w, claim_by=LAST_DAY + timedelta(days=d)) for d in (0, days - 1, days))
    assert lapse(clock=after(days)).allocations == 2
    assert [balances(f) for f in (early, late, running)] == [
        {"lapsed": 5_000_00},
        {"lapsed": 5_000_00},
        {"available": 5_000_00},
    ]


def test_each_currency_by_itself(w):
    yen = w.budget(w.program(currency="JPY"), amount=900_000)
    ending(w, 700_000, budget=yen)
    ending(w, 1_00)
    ending(w, 2_00)
    assert lapse(clock=after()).amounts == {"JPY": 700_000, "USD": 3_00}


# The last day ends at midnight where the program is.
@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        ("Pacific/Auckland", datetime(2027, 1, 2, 10, 59, 59, tzinfo=UTC)),  # summer there: UTC+13
        ("UTC", datetime(2027, 1, 2, 23, 59, 59, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2027, 1, 3, 7, 59, 59, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 1, 2, 9, 59, 59, tzinfo=UTC)),  # the first to see a new day
    ],
)
def test_the_last_day_ends_in_the_programs_time_zone(w, zone, last_moment):
    fund = ending(w, budget=w.budget(w.program(time_zone=zone)))
    assert lapse(clock=Clock(last_moment)).allocations == 0
    assert balances(fund) == {"available": 5_000_00}
    assert lapse(clock=Clock(last_moment + timedelta(seconds=1))).allocations == 1


@pytest.mark.parametrize(
    ("last_day", "last_moment"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC)),  # Berlin's 23-hour day
        (date(2027, 10, 31), datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC)),  # and its 25-hour day
        (date(2028, 2, 29), datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_last_day_on_which_the_clocks_change(w, last_day, last_moment):
    fund = ending(w, budget=w.budget(w.program(time_zone="Europe/Berlin")), claim_by=last_day)
    assert lapse(clock=Clock(last_moment)).allocations == 0
    assert lapse(clock=Clock(last_moment + timedelta(seconds=1))).allocations == 1
    assert balances(fund) == {"lapsed": 5_000_00}


def test_a_named_day_is_the_day_everywhere(w):
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        ending(w, budget=w.budget(w.program(time_zone=zone)))
    assert lapse(clock=Clock(NOW, on=LAST_DAY)).allocations == 0
    assert lapse(clock=Clock(NOW, on=LAST_DAY + timedelta(days=1))).allocations == 2


def test_a_closed_budget_is_named_and_stops_nobody(w):
    shut, open_ = ending(w), ending(w)
    Budget.objects.filter(pk=shut.budget_id).update(closed_at=NOW)
    done = lapse(clock=after())
    assert done.skipped == [{"allocation": shut.pk, "why": "The period of its budget is closed."}]
    assert (done.allocations, balances(open_), balances(shut)) == (1, {"lapsed": 5_000_00}, {"available": 5_000_00})


def test_a_fund_that_the_ledger_refuses_is_named_and_stops_nobody(w):
    all_funds = [ending(w) for _ in range(7)]
    refused = all_funds[3]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'WF001'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON funds_movement FOR EACH ROW "
            f"WHEN (NEW.allocation_id = {refused.pk}) EXECUTE FUNCTION pg_temp.refuse()"
        )
    done = lapse(clock=after())
    assert [skipped["allocation"] for skipped in done.skipped] == [refused.pk]
    assert "closed" in done.skipped[0]["why"]
    assert (done.allocations, done.amounts) == (6, {"USD": 6 * 5_000_00})
    assert balances(refused) == {"available": 5_000_00}
    assert Event.objects.filter(verb=Act.EXPIRE).count() == 6


def test_batches_follow_each_other(w, monkeypatch):
    monkeypatch.setattr("funds.lapse.BATCH", 2)
    all_funds = [ending(w, 1_00) for _ in range(5)]
    Budget.objects.filter(pk=all_funds[1].budget_id).update(closed_at=NOW)
    done = lapse(clock=after())
    assert (done.allocations, len(done.skipped)) == (4, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_does_not_grow(w, rows, django_assert_num_queries):
    for _ in range(rows):
        ending(w)
    # The zones, the funds (locked), the movements and the events; four are the savepoints around them.
    with django_assert_num_queries(8):
        lapse(clock=after())


def run(*targets) -> None:
    """Each target in a thread of its own, all at once; waits for them."""

    def closing(target):
        def call():
            try:
                target()
            finally:
                connection.close()

        return call

    threads = [Thread(target=closing(target)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_lapse_each_fund_once(transactional_db, w):
    all_funds = [ending(w, 1_00, budget=budget) for budget in [w.budget(), w.budget()] for _ in range(20)]
    done = []
    run(*[lambda: done.append(lapse(clock=after()))] * 8)
    assert len(done) == 8
    assert sum(d.allocations for d in done) == 40
    assert sum(d.amounts.get("USD", 0) for d in done) == 40 * 1_00
    assert [d.skipped for d in done] == [[]] * 8
    assert all(balances(fund) == {"lapsed": 1_00} for fund in all_funds)
    assert Event.objects.filter(verb=Act.EXPIRE).count() == 40
    assert reconcile().differences == []


@pytest.mark.django_db(transaction=True)
def test_a_sweep_waits_for_who_is_moving_the_money(transactional_db, w):
    """Shows the lock: read without it, the sweep would ask for the whole 5,000 and be refused."""
    fund = ending(w)
    done = []
    with transaction.atomic():
        funds.withdraw(allocation=fund, amount=1_000_00, key="back", by=w.manager, reason="Unused", at=NOW)
        sweeping = Thread(target=lambda: (done.append(lapse(clock=after())), connection.close()))
        sweeping.start()
        sweeping.join(0.5)
        assert sweeping.is_alive()
    sweeping.join(30)
    assert (done[0].amounts, done[0].skipped) == ({"USD": 4_000_00}, [])
    assert balances(fund) == {"lapsed": 4_000_00}
    assert reconcile().differences == []
