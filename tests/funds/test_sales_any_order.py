"""However sales are split into files, and in whichever order these come, the balances are the same in the end."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from funds.earning import Account, period_of, settled
from funds.models import Budget
from funds.reconcile import reconcile
from tests.cast import world
from tests.funds.sales import books, coop, sold

SLUGS = ("brightpath-test", "othertech")
SALES = st.lists(
    st.tuples(
        st.sampled_from(SLUGS),
        st.integers(0, 300).map(lambda n: date(2026, 1, 1) + timedelta(days=n)),
        st.integers(-900_00, 1_000_00),
    ),
    min_size=1,
    max_size=12,
)
AMOUNTS = st.integers(-10_000, 10_000)


PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))


class TestAnyOrder(TestCase):
    @settings(PATIENT, max_examples=12)
    @given(sales=SALES, data=st.data())
    def test_any_split(self, sales, data):
        w = world()
        lines = [
            f"{slug},S-{n},{day},{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"
            for n, (slug, day, amount) in enumerate(sales)
        ]
        terms = {"accrual_percent": 7, "earning_months": 3, "accrual_cap": 60_00}
        whole, parts = coop(w, **terms), coop(w, **terms)
        sold(w, whole, *lines)
        shuffled = data.draw(st.permutations(lines))
        while shuffled:
            count = data.draw(st.integers(1, len(shuffled)))
            sold(w, parts, *shuffled[:count])
            shuffled = shuffled[count:]
        assert books(parts) == books(whole)
        left = [Budget.objects.get(pk=budget.pk).unallocated for budget in (whole, parts)]
        assert left[0] == left[1]
        assert reconcile().differences == []


@PATIENT
@given(st.lists(st.tuples(AMOUNTS, st.integers(0, 10_000), st.integers(0, 10_000), st.booleans()), max_size=6))
def test_what_is_settled(rows):
    accounts = [Account(*row) for row in rows]
    held, owed = settled(accounts)
    assert owed >= 0
    assert sum(held) == sum(account.worth for account in accounts) + owed
    for account, amount in zip(accounts, held, strict=True):
        assert amount >= account.floor >= 0
        assert amount <= max(account.worth, account.floor, 0)
    # Who owes has nothing left that could be taken.
    if owed:
        assert held == [account.floor for account in accounts]


@PATIENT
@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from([1, 3, 6, 12]))
def test_periods_fill_the_year_and_begin_with_january(day, months):
    period = period_of(day, months)
    assert period.starts_on <= day <= period.ends_on
    assert (period.starts_on.day, (period.starts_on.month - 1) % months, period.months) == (1, 0, months)
    assert period_of(period.ends_on + timedelta(days=1), months).starts_on == period.ends_on + timedelta(days=1)
