"""What sales do to partners' funds: worked out before anything is done, and again under lock when it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db import connection

from funds.earning import Account, Period, Rule, period_of, rule_for, settled
from funds.models import Allocation, Budget
from funds.sales import Accrual, SalesUpload, rules_of
from funds.staging.checks import Sum
from programs.days import after_months
from programs.models import Terms
from programs.money import plain, show


class LastDays(NamedTuple):
    expires_on: date
    claim_by: date


def last_days(budget: Budget, terms: Terms, period: Period) -> LastDays:
    """Until when what was earned in a period can be used and claimed: its months count from the end of the period."""
    limits = [budget.program.ends_on]
    if terms.aging_months:
        limits.append(after_months(period.ends_on + timedelta(days=1), terms.aging_months) - timedelta(days=1))
    if terms.forfeits_at_period_end:
        limits.append(budget.ends_on)
    last = min(limits)
    return LastDays(last, last + timedelta(days=terms.claim_window_days))


@dataclass(slots=True)
class Planned:
    """One partner's period as it will be. `before` is what was granted for it, `fund` where that is; minor units."""

    accrual: Accrual
    days: LastDays
    budget: Budget
    before: int = 0
    lines: int = 0
    added: int = 0

    @property
    def moved(self) -> int:
        """What goes into its fund; below zero, what comes back."""
        return self.accrual.posted - self.before

    @property
    def fund(self) -> Allocation | None:
        return self.accrual.allocation

    def add(self, found: Sum, rule: Rule, is_over: bool) -> None:
        """Count these sales. What they earn when the money cannot be claimed any more is late: it is never granted."""
        accrual = self.accrual
        accrual.sold += found.sold
        accrual.lines += found.lines
        earned = rule.earned(accrual.sold)
        accrual.late = max(0, accrual.late + earned - accrual.earned) if is_over else 0
        accrual.earned = earned
        self.lines, self.added = found.lines, found.sold

    def is_over(self, today: date) -> bool:
        return self.days.claim_by < today or self.budget.closed_at is not None

    def account(self, today: date) -> Account:
        fund, accrual = self.fund, self.accrual
        used = fund.reserved + fund.claimed + fund.approved + fund.paid if fund else 0
        if self.budget.closed_at:
            used = self.before  # nothing of it moves any more
        return Account(accrual.earned - accrual.late, self.before, used, self.is_over(today))

    @property
    def why(self) -> str:
        """The reason of its movement, as the partner reads it."""
        accrual, currency = self.accrual, self.budget.program.currency
        sold = f"{show(accrual.sold, currency)} sold in {accrual.period.words}"
        if self.moved > 0:
            return f"Earned: {accrual.rate} of {sold}."
        if self.added < 0:
            return f"Returns: it is {accrual.rate} of {sold} now."
        return "Kept back for what is owed from another period."


@dataclass(slots=True)
class Plan:
    """What an upload does to the funds. `owed` is what each partner owes afterwards, where it does; minor units."""

    rows: list[Planned] = field(default_factory=list)
    owed: dict[int, int] = field(default_factory=dict)

    @property
    def granted(self) -> int:
        return sum(row.moved for row in self.rows if row.moved > 0)

    @property
    def taken_back(self) -> int:
        return -sum(row.moved for row in self.rows if row.moved < 0)

    def keep_effects(self, upload: SalesUpload) -> None:
        """Write what it does down, in place of what was foreseen before. One INSERT of arrays: there are thousands of rows."""
        rows = [self.effect(row) for row in self.rows if row.lines or row.moved]
        upload.effects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(EFFECTS, [upload.pk, *([list(column) for column in zip(*rows, strict=True)] or [[]] * 11)])

    def effect(self, row: Planned) -> tuple:
        """One period as a row of `SalesEffect`."""
        accrual = row.accrual
        days = (accrual.starts_on, accrual.ends_on)
        sums = (row.lines, row.added, accrual.sold, accrual.earned, row.moved, accrual.late)
        return (accrual.partner_id, accrual.terms_id, *days, *sums, self.owed.get(accrual.partner_id, 0))


EFFECTS = """
    INSERT INTO funds_saleseffect
           (upload_id, partner_id, terms_id, starts_on, ends_on, lines, added, sold, earned, moved, late, owed)
    SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::int[], %s::bigint[], %s::bigint[],
                             %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
"""


def plan(upload: SalesUpload, sums: Sequence[Sum], *, today: date) -> Plan:
    """What these sales do. Who acts on it holds the locks of the program and of its accrued funds. `today` is the program's."""
    found = standing(upload, {s.partner_id for s in sums})
    terms = {version.pk: version for version in upload.program.versions.all()}
    for version in terms.values():
        version.program = upload.program
    rules = rules_of(upload.program)
    by_version = {rule.terms_id: rule for rule in rules}
    begun: dict[date, Rule | None] = {}
    for s in sums:
        key = (s.partner_id, s.starts_on)
        if key not in found:
            if s.starts_on not in begun:
                begun[s.starts_on] = rule_for(s.starts_on, rules)
            found[key] = opened(upload, s, begun[s.starts_on], terms)
        row = found[key]
        row.add(s, by_version[row.accrual.terms_id], row.is_over(today))
    return settle(sorted(found.values(), key=lambda row: (row.accrual.partner_id, row.accrual.starts_on)), today)


def standing(upload: SalesUpload, partners: Iterable[int]) -> dict[tuple[int, date], Planned]:
    """The periods that these partners have in the program already."""
    accruals = Accrual.objects.filter(program=upload.program, partner__in=list(partners))
    found = {}
    for accrual in accruals.select_related("allocation__budget", "terms").order_by("partner_id", "starts_on"):
        fund = accrual.allocation
        budget = fund.budget if fund else upload.budget
        budget.program = upload.program
        days = LastDays(fund.expires_on, fund.claim_by) if fund else last_days(budget, accrual.terms, accrual.period)
        found[accrual.partner_id, accrual.starts_on] = Planned(accrual, days, budget, accrual.posted)
    return found


def opened(upload: SalesUpload, s: Sum, rule: Rule | None, terms: dict[int, Terms]) -> Planned:
    """A period that the partner had not sold anything in before."""
    if rule is None:
        raise ValueError(f"No terms of {upload.program} earn anything on {s.starts_on}.")
    period = period_of(s.starts_on, rule.months)
    version = terms[rule.terms_id]
    accrual = Accrual(
        program=upload.program,
        partner_id=s.partner_id,
        terms=version,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    return Planned(accrual, last_days(upload.budget, version, period), upload.budget)


def settle(rows: list[Planned], today: date) -> Plan:
    """Say of each period what is to stand granted for it."""
    done = Plan(rows)
    for partner, group in groupby(rows, key=lambda row: row.accrual.partner_id):
        periods = list(group)
        held, owed = settled([row.account(today) for row in periods])
        for row, amount in zip(periods, held, strict=True):
            row.accrual.posted = amount
        if owed:
            done.owed[partner] = owed
    return done


class Short(NamedTuple):
    """A budget that holds too little, and how much is missing."""

    budget: Budget
    missing: int

    @property
    def amount(self) -> str:
        """What is missing, as a form's field takes it."""
        return plain(self.missing, self.budget.program.currency)


def short_of(rows: Iterable[tuple[int, int]]) -> list[Short]:
    """Of budgets and what moves out of them into funds (below zero: back), those that hold too little for it."""
    needed: dict[int, int] = {}
    for budget_id, moved in rows:
        needed[budget_id] = needed.get(budget_id, 0) + moved
    budgets = Budget.objects.filter(pk__in=needed).select_related("program")
    return [Short(b, needed[b.pk] - b.unallocated) for b in budgets if needed[b.pk] > b.unallocated]
