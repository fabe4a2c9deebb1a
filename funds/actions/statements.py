"""What a partner does with funds of a vendor that it records itself: types what the vendor's statements say.

A statement says how balances stand; the ledger is posted the differences, as the legal acts that lead there. So the same
statement twice moves nothing, and the history tells what became of the money between two statements.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.formats import date_format

from funds.actions.moving import FundsRefused
from funds.ledger import Posting, post
from funds.models import Allocation, Budget, Movement
from funds.statements import Stated, Step, path
from funds.states import ALLOCATION_BUCKETS, BUDGET_ACTS, Bucket
from partners.events import event, record
from partners.models import Event, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from programs.actions import keeping
from programs.actions.keeping import check_open, locked_vendor
from programs.models import KeptVendor, Program, Terms
from programs.money import LARGEST

TOTAL = "What it says adds up to more than any fund holds."
DAYS = ("name", "expires_on", "claim_by")


class StatementStale(FundsRefused):
    """What would be recorded is not what was shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a statement changes of one fund: `fund` is as it stood, None for one that is new."""

    stated: Stated
    fund: Allocation | None

    @property
    def standing(self) -> dict[Bucket, int]:
        return {bucket: getattr(self.fund, bucket.value, 0) for bucket in ALLOCATION_BUCKETS}

    @property
    def amounts(self) -> list[tuple[Bucket, int, int]]:
        """Each balance, before and after."""
        return [(bucket, amount, self.stated.balances[bucket]) for bucket, amount in self.standing.items()]

    @property
    def facts(self) -> dict[str, tuple]:
        """The name and the days that change, before and after; nothing for a new fund."""
        if self.fund is None:
            return {}
        both = {name: (getattr(self.fund, name), getattr(self.stated, name)) for name in DAYS}
        return {name: (before, after) for name, (before, after) in both.items() if before != after}

    @property
    def steps(self) -> list[Step]:
        return path(self.standing, self.stated.balances)

    @property
    def is_any(self) -> bool:
        return self.fund is None or bool(self.facts) or self.standing != self.stated.balances


def wrong(stated: Stated) -> dict[str, str]:
    """What is wrong with what is said of one fund, by the field's name, in words for the user; "" for the whole."""
    found: dict[str, str] = {}
    for field in ("expires_on", "claim_by"):
        if not FIRST_YEAR <= (year := getattr(stated, field).year) <= LAST_YEAR:
            found[field] = f"Check the year: {year} is not one that a program runs in."
    if not found and stated.claim_by < stated.expires_on:
        found["claim_by"] = (
            f"Claims are taken at least until the money's last day: {date_format(stated.expires_on)} or later."
        )
    for bucket, amount in stated.balances.items():
        if amount < 0:
            found[bucket.value] = "Enter the amount without a minus."
        elif amount > LARGEST:
            found[bucket.value] = "That is more than any fund holds."
    if not found and sum(stated.balances.values()) > LARGEST:
        found[""] = TOTAL
    return found


def check_stated(funds: Sequence[Stated]) -> None:
    """FundsRefused with the first thing that a statement can't say."""
    twice = [reference for reference, times in Counter(s.reference for s in funds).items() if times > 1]
    if twice:
        raise FundsRefused(f"The reference {twice[0]} stands here twice: each fund has its own.")
    for stated in funds:
        for words in wrong(stated).values():
            raise FundsRefused(f"{stated.reference}: {words}")


def compare(*, program: Program, funds: Sequence[Stated], lock: bool = False) -> list[Difference]:
    """What the statement would change, fund by fund, in its order. FundsRefused for what no statement can say."""
    check_stated(funds)
    standing = Allocation.objects.filter(budget__program=program, reference__in=[s.reference for s in funds])
    standing = standing.with_terms().order_by("pk")
    if lock:
        standing = standing.select_for_update(of=("self",), no_key=True)
    found = {fund.reference: fund for fund in standing}
    return [Difference(stated, found.get(stated.reference)) for stated in funds]


def seen(differences: Sequence[Difference]) -> str:
    """A token of these differences, so that what is recorded is what was shown."""
    shown = [(d.stated, d.fund and d.fund.pk, d.facts, d.amounts) for d in differences]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def check_newer(difference: Difference, on: date) -> None:
    fund = difference.fund
    if fund is not None and fund.stated_on and fund.stated_on > on:
        raise FundsRefused(
            f"{fund.name} was recorded from a later statement, of {date_format(fund.stated_on)}: this one is out of date."
        )


def record_statement(
    *,
    program: Program,
    funds: Sequence[Stated],
    on: date,
    by: User,
    now: datetime,
    as_seen: str | None = None,
    reason: str = "",
) -> list[Difference]:
    """Let these funds stand as the statement of the day `on` says: new ones are made, the others get the differences posted.

    Funds that it does not name are left alone. However many they are, it takes a few statements of SQL, and all are recorded or
    none. Returns what it changed, fund by fund. FundsRefused for what no statement can say, one that is not of today or earlier
    or older than what a fund was recorded from, and a new fund of a vendor that is on Windfall; StatementStale if the funds are
    not as in `as_seen` (a token of `seen`). The history says `reason`, or which day's statement it was.
    """
    with transaction.atomic():
        vendor = locked_vendor(program.vendor, by)
        program = (
            Program.objects.select_for_update(of=("self",), no_key=True).select_related("terms").get(pk=program.pk)
        )
        if vendor.retired_at:
            check_open(vendor)
        if on > program.today(now):
            raise FundsRefused("That day is still to come: use the day that stands on the statement.")
        differences = compare(program=program, funds=funds, lock=True)
        if as_seen not in (None, seen(differences)):
            raise StatementStale(
                "The fund is not as it was shown, or what you typed is not. Look at what changes now, then record it."
            )
        for difference in differences:
            check_newer(difference, on)
        if any(d.fund is None for d in differences):
            check_open(vendor)
        made = {fund.reference: fund for fund in make(program, vendor, differences, on)}
        standing = [as_stated(d.fund, d.stated, on) for d in differences if d.fund]
        Allocation.objects.bulk_update(standing, [*DAYS, "stated_on"])
        keep(program, vendor, [(d.fund or made[d.stated.reference], d) for d in differences], on, by, now, reason)
    return differences


def make(program: Program, vendor: KeptVendor, differences: Sequence[Difference], on: date) -> list[Allocation]:
    """The new funds, empty still, in the one budget that such a program has."""
    fresh = [d.stated for d in differences if d.fund is None]
    if not fresh:
        return []
    budget, _ = Budget.objects.get_or_create(
        program=program, name="Statements", defaults={"starts_on": program.starts_on, "ends_on": program.ends_on}
    )
    return Allocation.objects.bulk_create(
        Allocation(
            budget=budget,
            partner_id=vendor.kept_by_id,  # type: ignore[misc]
            terms=program.current_terms,
            name=stated.name,
            reference=stated.reference,
            expires_on=stated.expires_on,
            granted_until=stated.expires_on,
            claim_by=stated.claim_by,
            stated_on=on,
        )
        for stated in fresh
    )


def as_stated(fund: Allocation, stated: Stated, on: date) -> Allocation:
    """The standing fund's row with the name and the days of the statement; `fund` itself stays as it was."""
    return Allocation(pk=fund.pk, stated_on=on, **{name: getattr(stated, name) for name in DAYS})


def keep(
    program: Program,
    vendor: KeptVendor,
    changes: Sequence[tuple[Allocation, Difference]],
    on: date,
    by: User,
    now: datetime,
    reason: str = "",
) -> None:
    """Post the differences and tell of them."""
    reason = reason or f"Statement of {date_format(on)}"
    ids = [fund.pk for fund, _ in changes]
    latest = dict(
        Movement.objects.filter(allocation__in=ids).order_by().values_list("allocation").annotate(latest=Max("pk"))
    )
    post([p for fund, d in changes for p in postings(fund, d.steps, latest, by, reason)], at=now)
    record(told(fund, d, vendor, program, on, by, now) for fund, d in changes if d.is_any)


def postings(
    fund: Allocation, steps: Sequence[Step], latest: Mapping[int, int], by: User, reason: str
) -> Iterator[Posting]:
    """The key names the last movement before it, and the place among these: their order in the history."""
    for place, step in enumerate(steps):
        yield Posting(
            step.act,
            fund.budget_id,
            None if step.act in BUDGET_ACTS else fund.pk,
            step.amount,
            f"allocation:{fund.pk}:statement:{latest.get(fund.pk, 0)}:{place:02}",
            by,
            reason,
            step.source,
            step.target,
        )


def told(
    fund: Allocation, d: Difference, vendor: KeptVendor, program: Program, on: date, by: User, now: datetime
) -> Event:
    data = {
        "on": on,
        "currency": program.currency,
        "before": {bucket.value: before for bucket, before, _ in d.amounts},
        "after": {bucket.value: after for bucket, _, after in d.amounts},
        "facts": {name: [str(side) for side in sides] for name, sides in d.facts.items()},
    }
    verb = "recorded" if d.fund is None else "statement"
    return event(verb=verb, about=fund, by=by, company_id=vendor.kept_by_id, data=data, at=now)


def change_kept_program(*, program: Program, name: str, terms: Terms, by: User, now: datetime) -> Program:
    """`programs.actions.keeping.change_program`, and all its funds stand under the terms as they are understood now."""
    with transaction.atomic():
        changed = keeping.change_program(program=program, name=name, terms=terms, by=by, now=now)
        Allocation.objects.filter(budget__program=changed).exclude(terms=changed.terms_id).update(terms=changed.terms)
    return changed


def put_away(*, vendor: KeptVendor, by: User, now: datetime) -> KeptVendor:
    """`programs.actions.keeping.put_away`. FundsRefused while a fund of it holds money that has somewhere to go."""
    with transaction.atomic():
        locked_vendor(vendor, by)
        moving = Q(available__gt=0) | Q(reserved__gt=0) | Q(claimed__gt=0) | Q(approved__gt=0)
        if Allocation.objects.of_vendor(vendor).filter(moving).exists():
            raise FundsRefused(
                f"Funds of {vendor.name} still hold money to claim or on its way. Record what became of it first."
            )
        return keeping.put_away(vendor=vendor, by=by, now=now)
