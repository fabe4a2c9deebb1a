"""What a new version of the terms changes, in words for both sides, and whether the partner loses by it. A leaf.

`is_worse` is the partner's view, and true where only a reader can tell. An empty cap is no cap, an empty minimum none.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from programs.activities import ActivityKind, Figure, Shows
from programs.states import LeadUnit, WindowFrom
from programs.terms import counted, lead_in_words
from programs.wording import amount, percent, period_cap


class Change(NamedTuple):
    """One difference between two versions."""

    words: str
    is_worse: bool


class ActivityPromise(Protocol):
    """What a version promises for a type of activity: see `states.ACTIVITY`."""

    name: str

    @property
    def percent(self) -> Decimal: ...


class Promise(Protocol):
    """What a version of the terms promises: see `states.TERMS`."""

    wording: str
    reimbursement_percent: Decimal
    lead_days: int
    lead_unit: str

    @property
    def currency(self) -> str: ...


Words = Callable[[Any, str], str]
Worse = Callable[[Any, Any], bool]


class Rule(NamedTuple):
    """One term: its label, its value in words (given the currency), and when a new value is worse than the old one."""

    name: str
    label: str
    words: Words
    is_worse: Worse

    def change(self, old: Any, new: Any, currency: str, prefix: str = "") -> Iterator[Change]:
        was, now = getattr(old, self.name), getattr(new, self.name)
        if was != now:
            label = self.label if prefix else self.label[0].upper() + self.label[1:]
            said = f"{prefix}{label}: {self.words(now, currency)} instead of {self.words(was, currency)}."
            yield Change(said, self.is_worse(was, now))


def days(value: int | None, _: str) -> str:
    return "none" if value is None else counted(value)


def months(value: int | None, _: str) -> str:
    return "none" if value is None else counted(value, "month")


def plain(value: Any, _: str) -> str:
    return "none" if value is None else str(value)


def one_of(yes: str, no: str) -> Words:
    return lambda value, _: yes if value else no


def labels(choices: Any) -> Words:
    return lambda values, _: ", ".join(choices(value).label for value in values) or "none"


def always(was: Any, now: Any) -> bool:
    return True


def when_more(was: Any, now: Any) -> bool:
    """Of a burden: empty is none."""
    return (now or 0) > (was or 0)


def when_less(was: Any, now: Any) -> bool:
    """Of a gift: empty is none."""
    return (now or 0) < (was or 0)


def when_tighter(was: Any, now: Any) -> bool:
    """Of a limit: empty is no limit."""
    return now is not None and (was is None or now < was)


def when_set(was: bool, now: bool) -> bool:
    return now


def when_slower(was: int | None, now: int | None) -> bool:
    """Of a promise to be quick: empty is no promise."""
    return was is not None and (now is None or now > was)


def when_added(was: Iterable[str], now: Iterable[str]) -> bool:
    return not set(now) <= set(was)


RULES = (
    Rule("tax_included", "amounts", one_of("with tax", "without tax"), lambda was, now: was),
    Rule("least_claim", "smallest claim", amount, when_more),
    Rule("preapproval", "approval in advance", one_of("needed for every activity", "not needed"), when_set),
    Rule(
        "claim_window_from",
        "claims are counted from",
        lambda value, _: WindowFrom(value).label,
        lambda was, now: now != WindowFrom.FUND,
    ),
    Rule("review_days", "claims are decided within", days, when_slower),
    Rule("second_approval_over", "a second person approves what is over", amount, when_tighter),
    Rule("dispute_days", "days to dispute a decision", days, when_less),
    Rule("pay_days", "paid within", days, when_slower),
    Rule("termination_days", "days to claim after the partnership ends", days, when_tighter),
    Rule("aging_months", "months in which money may be used", months, when_tighter),
    Rule(
        "forfeits_at_period_end",
        "what is left at the period's end",
        one_of("lapses", "goes on until its own last day"),
        when_set,
    ),
    Rule("accrual_percent", "earned on sales", percent, when_less),
    Rule("accrual_cap", "most that is earned in a period", amount, when_tighter),
    Rule("earning_months", "a period of earning", months, always),
)
ACTIVITY_RULES = (
    Rule("kind", "type", lambda value, _: ActivityKind(value).label, always),
    Rule("percent", "pays back", percent, when_less),
    Rule("claim_cap", "at most, per claim", amount, when_tighter),
    Rule("person_cap", "at most, per person", amount, when_tighter),
    Rule("most_people", "people at most", plain, when_tighter),
    Rule("least", "at least, per claim", amount, when_more),
    Rule("activity_days", "usual length", days, when_more),
    Rule("lead_days", "lead time", days, always),
    Rule("proofs", "proof", labels(Shows), when_added),
    Rule("figures", "results to report", labels(Figure), when_added),
    Rule("eligible", "what is paid for", lambda value, _: "a new list" if value else "no list", always),
    Rule("ineligible", "what is not paid for", lambda value, _: "a new list" if value else "no list", always),
)


def lead_bounds(days: int, unit: str) -> tuple[int, int]:
    """The fewest and the most calendar days that a lead time can take."""
    if unit == LeadUnit.CALENDAR:
        return days, days
    return days + days // 5 * 2, days + (days + 4) // 5 * 2


def numbers(old: Any, new: Any) -> Iterator[Change]:
    """The terms that every program has, in whole sentences."""
    was, now = old.reimbursement_percent, new.reimbursement_percent
    if was != now:
        yield Change(f"Pays back {percent(now)} instead of {percent(was)}.", now < was)
    if old.claim_window_days != new.claim_window_days:
        yield Change(
            f"Claims are taken for {counted(new.claim_window_days)} after {WindowFrom(new.claim_window_from).label} instead of "
            f"{counted(old.claim_window_days)}.",
            new.claim_window_days < old.claim_window_days,
        )
    if (old.lead_days, old.lead_unit) != (new.lead_days, new.lead_unit) and (old.lead_days or new.lead_days):
        before, after = (lead_in_words(terms.lead_days, terms.lead_unit) for terms in (old, new))
        asked = f"Approval is asked for {after} ahead" if new.lead_days else "No approval is asked for ahead"
        yield Change(
            f"{asked}, instead of {before}." if old.lead_days else f"{asked}; none was needed before.",
            lead_bounds(new.lead_days, new.lead_unit)[1] > lead_bounds(old.lead_days, old.lead_unit)[0]
            if old.lead_unit != new.lead_unit
            else new.lead_days > old.lead_days,
        )
    if old.activity_days != new.activity_days:
        yield Change(
            f"A usual activity is taken to last {counted(new.activity_days)} instead of {counted(old.activity_days)}.",
            new.activity_days > old.activity_days,
        )
    if old.extension_days != new.extension_days:
        yield Change(
            f"The vendor may extend a fund by {counted(new.extension_days)} in all instead of {counted(old.extension_days)}.",
            new.extension_days < old.extension_days,
        )


def is_tighter_in_a_period(old: Any, new: Any) -> bool:
    was, now = (old.period_cap, old.period_cap_percent), (new.period_cap, new.period_cap_percent)
    if now == (None, None):
        return False
    if [part is None for part in was] != [part is None for part in now] or (
        None not in now and old.period_cap_rule != new.period_cap_rule
    ):
        return True  # which of them is tighter hangs on what is earned
    return any(after is not None and after < before for before, after in zip(was, now, strict=True))


def activity_changes(old: Any, new: Any, currency: str) -> Iterator[Change]:
    prefix = f"{new.name}, "
    for rule in ACTIVITY_RULES:
        yield from rule.change(old, new, currency, prefix)
    was, now = period_cap(old, currency), period_cap(new, currency)
    if was != now:
        yield Change(f"{prefix}at most, per period: {now} instead of {was}.", is_tighter_in_a_period(old, new))


def changes(
    old: Any,
    new: Any,
    *,
    old_activities: Iterable[ActivityPromise] = (),
    new_activities: Iterable[ActivityPromise] = (),
) -> Iterator[Change]:
    """Each way in which `new` differs from `old`."""
    yield from numbers(old, new)
    for rule in RULES:
        yield from rule.change(old, new, new.currency)
    before, after = {a.name: a for a in old_activities}, {a.name: a for a in new_activities}
    for name in before.keys() - after.keys() if after else ():
        yield Change(f"{name} is not paid for any more.", True)
    if before and not after:
        yield Change("Any activity that fits the terms is paid for, instead of a list.", True)
    for name, activity in after.items():
        if name in before:
            yield from activity_changes(before[name], activity, new.currency)
        elif before:
            yield Change(f"{name} is paid for too.", False)
    if after and not before:
        yield Change(f"Only these are paid for: {', '.join(after)}.", True)
    if old.wording.split() != new.wording.split():
        yield Change("The wording is new.", True)


def is_no_worse(found: Iterable[Change]) -> bool:
    """The partner loses by no term, so it need not be asked."""
    return not any(change.is_worse for change in found)
