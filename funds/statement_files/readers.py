"""Reads one line of a statement: a fund with its balances and days, or the reason why it is none.

A line is taken only if each cell that matters can be read in one way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from funds.statement_files import amounts, days, layouts
from funds.statement_files.amounts import AmountError
from funds.statement_files.columns import FIGURE, cell_at, kind_of_cell
from funds.statement_files.days import DayError
from funds.statement_files.grids import Line
from funds.statement_files.layouts import Layout
from funds.statement_files.words import MONEY, Meaning, Need, folded, is_total, state_of
from funds.states import Bucket
from programs.money import digits, show

M = Meaning
LONGEST_NAME = 120
NAMING = (M.PROGRAM, M.NAME, M.PERIOD)
WHICH_CURRENCY = "no currency is named: say which one it is"


@dataclass(frozen=True, slots=True)
class Fund:
    """One fund as a line says it; amounts in minor units. A day is None where the statement names none."""

    line: int
    cells: tuple[str, ...]
    reference: str
    name: str
    currency: str
    balances: Mapping[Bucket, int]
    starts_on: date | None = None
    expires_on: date | None = None
    claim_by: date | None = None
    note: str = ""

    @property
    def available(self) -> int:
        """What can still be claimed of it, whether or not an activity was approved for it."""
        return self.balances.get(Bucket.AVAILABLE, 0) + self.balances.get(Bucket.RESERVED, 0)


class Unreadable(Exception):
    """Why a line is no fund, in words; `need` is what a person has to say, where that would help."""

    def __init__(self, words: str, need: Need | None = None):
        super().__init__(words)
        self.need = need


@dataclass(slots=True)
class Reader:
    """Reads one line."""

    layout: Layout
    line: Line
    fallback: str
    currency: str = ""

    def cell(self, meaning: Meaning) -> str:
        return cell_at(self.line, self.layout.place(meaning))

    def fund(self) -> Fund:
        """Unreadable, with the reason, for a line that is no fund."""
        self.check_whole()
        self.check_state()
        if self.layout.scaled:
            raise Unreadable(f"“{self.layout.scaled}” is not written out: upload amounts such as 1,234.50")
        self.currency = self.find_currency()
        found = {m: self.amount(m) for m in MONEY if self.layout.has(m)}
        balances, note = self.balances(found)
        starts_on, expires_on, claim_by = (self.day(m) for m in (M.STARTS_ON, M.EXPIRES_ON, M.CLAIM_BY))
        if expires_on and claim_by and claim_by < expires_on:
            raise Unreadable("its last day to claim lies before its last day for activities")
        return Fund(
            line=self.line.number,
            cells=tuple(self.line.cells),
            reference=self.cell(M.REFERENCE),
            name=self.name(),
            currency=self.currency,
            balances={bucket: amount for bucket, amount in balances.items() if amount},
            starts_on=starts_on,
            expires_on=expires_on,
            claim_by=claim_by,
            note=note,
        )

    def check_whole(self) -> None:
        if self.line.fault:
            raise Unreadable(self.line.fault)
        if all(column.meaning == M.OTHER for column in self.layout.columns):
            raise Unreadable("nobody has said yet what the columns hold")
        header = self.layout.header.cells
        if [folded(cell) for cell in self.line.cells] == [folded(cell) for cell in header]:
            raise Unreadable("the headings again")
        if is_total(self.line.cells) and not any(self.is_dated(place) for place in range(len(self.line.cells))):
            raise Unreadable("a sum, not a fund")
        if len(self.line.filled) == 1 and len(header) > 2:
            is_figure = kind_of_cell(self.line.filled[0]) == FIGURE
            raise Unreadable("a figure by itself, not a fund" if is_figure else "a note, not a fund")
        if len(self.line.cells) > len(header):
            raise Unreadable(f"it has {len(self.line.cells)} cells, but there are {len(header)} columns")
        if not any(
            cell_at(self.line, place) for place in self.layout.places(*NAMING, M.REFERENCE, M.STATUS)
        ) and not any(self.is_dated(place) for place in range(len(self.line.cells))):
            raise Unreadable("figures without a name or a day: a sum, not a fund")

    def check_state(self) -> None:
        """A request that waits or was refused is no fund, whatever else can be read of its line."""
        state = self.cell(M.STATUS)
        group = state_of(state)
        if group == "refused":
            raise Unreadable(f"{state}: no money")
        if group == "pending":
            try:
                self.currency = self.find_currency()
                asked = next((sum_ for m in (M.REQUESTED, M.APPROVED, M.GRANTED) if (sum_ := self.amount(m))), None)
            except Unreadable:
                asked = None
            raise Unreadable(f"{state}: no money yet" + (f", {show(asked, self.currency)} asked for" if asked else ""))

    def is_dated(self, place: int) -> bool:
        return place in self.layout.places(M.STARTS_ON, M.EXPIRES_ON, M.CLAIM_BY) and bool(cell_at(self.line, place))

    def name(self) -> str:
        parts: list[str] = []
        for place in self.layout.places(*NAMING):
            text = cell_at(self.line, place)
            if text and text not in parts:
                parts.append(text)
        return ", ".join(parts)[:LONGEST_NAME] or self.cell(M.REFERENCE)[:LONGEST_NAME]

    def find_currency(self) -> str:
        """Its code. Unreadable where the line names several, or none and nothing else does."""
        possible: set[str] | None = None
        if named := self.cell(M.CURRENCY):
            possible = set(currencies_named(named))
            if not possible:
                raise Unreadable(f"“{named}” is no currency that we know")
        for place in self.layout.places(*MONEY):
            cell = cell_at(self.line, place)
            try:
                signed = set(amounts.taken_apart(cell).currencies) if not amounts.is_nothing(cell) else set()
            except AmountError:
                continue  # said when the amount is read
            if signed:
                possible = signed if possible is None else possible & signed
                if not possible:
                    raise Unreadable("its amounts are in several currencies")
        said = self.layout.currency
        if possible is None:
            if not (said or self.fallback):
                raise Unreadable(WHICH_CURRENCY, Need.CURRENCY)
            return said or self.fallback
        if len(possible) == 1:
            return possible.pop()
        for hint in (said, self.fallback, "USD"):
            if hint in possible:
                return hint
        raise Unreadable(
            f"its sign stands for several currencies ({', '.join(sorted(possible))}): say which one it is",
            Need.CURRENCY,
        )

    def amount(self, meaning: Meaning) -> int | None:
        """None for an empty cell; a dash is 0."""
        cell = self.cell(meaning)
        if not cell:
            return None
        try:
            return amounts.minor(cell, self.currency, self.layout.mark)
        except AmountError as error:
            raise Unreadable(f"{self.layout.heading(meaning)}: {error}", error.need) from None

    def day(self, meaning: Meaning) -> date | None:
        try:
            return days.read(self.cell(meaning), self.layout.order)
        except DayError as error:
            if meaning == M.STARTS_ON:
                return None  # nothing hangs on it
            raise Unreadable(f"{self.layout.heading(meaning)}: {error}", error.need) from None

    def balances(self, found: Mapping[Meaning, int | None]) -> tuple[dict[Bucket, int], str]:
        if self.layout.has(M.AVAILABLE):
            return self.of_fund(found)
        return self.of_request(found)

    def of_fund(self, found: Mapping[Meaning, int | None]) -> tuple[dict[Bucket, int], str]:
        """A column says what is left: that is taken as it stands, and what became of the rest where the figures add up."""
        left = found[M.AVAILABLE]
        heading = self.layout.heading(M.AVAILABLE)
        if left is None:
            raise Unreadable(f"{heading} is empty")
        if left < 0:
            raise Unreadable(f"{heading} is below zero: {show(left, self.currency)}")
        group = state_of(state := self.cell(M.STATUS))
        if group == "closed" and left:
            raise Unreadable(f"it is {state}, yet {show(left, self.currency)} is left: is that still to be had?")
        outs = {
            m: abs(found.get(m) or 0) for m in (M.PENDING, M.APPROVED, M.CLAIMED, M.USED, M.PAID, M.LAPSED, M.RESERVED)
        }
        if group == "lapsed":
            return {Bucket.LAPSED: left}, f"{state}: lapsed"
        granted = found.get(M.GRANTED)
        ways = list(of_the_rest(outs))
        if granted is not None:
            for way in ways:
                if left + sum(way.values()) == granted:
                    return {Bucket.AVAILABLE: left, **way}, ""
            if any(outs.values()) or granted < left:
                return {Bucket.AVAILABLE: left}, "Its other figures do not add up: only what is left was taken."
            return {Bucket.AVAILABLE: left, Bucket.PAID: granted - left}, ""
        return {Bucket.AVAILABLE: left, **ways[0]}, ""

    def of_request(self, found: Mapping[Meaning, int | None]) -> tuple[dict[Bucket, int], str]:
        """What was approved, less what was claimed of it, is set aside for its activity and still to claim."""
        state = self.cell(M.STATUS)
        group = state_of(state) if state else "approved"
        if not group:
            raise Unreadable(f"we do not know the status “{state}”")
        source = M.APPROVED if self.layout.has(M.APPROVED) and self.is_of_requests else M.GRANTED
        if not self.layout.has(source):
            source = M.APPROVED if self.layout.has(M.APPROVED) else M.GRANTED
        if not self.layout.has(source):
            raise Unreadable("no column says what was approved or is left")
        granted = found[source]
        if granted is None:
            raise Unreadable(f"{self.layout.heading(source)} is empty")
        if granted < 0:
            raise Unreadable(f"{self.layout.heading(source)} is below zero: {show(granted, self.currency)}")
        outs = {m: abs(found.get(m) or 0) for m in (M.PENDING, M.CLAIMED, M.USED, M.PAID, M.LAPSED)}
        if source == M.GRANTED and self.layout.has(M.APPROVED):
            outs[M.APPROVED] = abs(found.get(M.APPROVED) or 0)
        outs |= dict.fromkeys({M.APPROVED, M.RESERVED} - set(outs), 0)
        gone = next(of_the_rest(outs, nested=True))
        left = granted - sum(gone.values())
        if group == "spent" and not any(gone.values()):
            return {Bucket.PAID: granted}, ""
        if left < 0:
            raise Unreadable(f"more was claimed than approved: {show(-left, self.currency)} more")
        if group in ("closed", "lapsed"):
            return {**gone, Bucket.LAPSED: gone.get(Bucket.LAPSED, 0) + left}, f"{state}: what was left has lapsed"
        kind = Bucket.RESERVED if self.is_of_requests else Bucket.AVAILABLE
        return {**gone, kind: left}, ""

    @property
    def is_of_requests(self) -> bool:
        """Whether the lines are requests for activities rather than funds."""
        return self.layout.has(M.STATUS, M.REQUESTED) or not self.layout.has(M.GRANTED)


def of_the_rest(outs: Mapping[Meaning, int], nested: bool = False) -> Iterator[dict[Bucket, int]]:
    """What the figures beside the balance can mean: each by itself, or one within another, as portals count them.

    `nested`: begins with what was paid as a part of what was claimed.
    """
    pending, approved, claimed, used, paid = (outs[m] for m in (M.PENDING, M.APPROVED, M.CLAIMED, M.USED, M.PAID))
    fixed = {Bucket.LAPSED: outs[M.LAPSED], Bucket.RESERVED: outs[M.RESERVED]}
    apart = (pending + claimed, approved, used + paid)
    paid_of_claimed = (pending + claimed - paid, approved, used + paid)
    paid_of_approved = (pending + claimed, approved - paid, used + paid)
    all_of_claimed = (claimed - approved - paid, approved, used + paid)
    each_of_the_last = (claimed - approved, approved - paid, used + paid)
    all_of_used = (pending + claimed, approved, used - pending - claimed - approved)
    ways = [apart, paid_of_claimed, paid_of_approved, all_of_claimed, each_of_the_last, all_of_used]
    if nested and claimed and paid:
        ways = [paid_of_claimed, *ways]
    for way in ways:
        if min(way) >= 0:
            yield fixed | dict(zip((Bucket.CLAIMED, Bucket.APPROVED, Bucket.PAID), way, strict=True))


def currencies_named(text: str) -> tuple[str, ...]:
    """What a currency cell means: a code, a sign, or a name such as "US Dollar" or "Euro"."""
    code = text.strip().upper()
    try:
        digits(code)
    except ValueError:
        pass
    else:
        return (code,)
    if text.strip() in amounts.SIGNS:
        return amounts.SIGNS[text.strip()]
    if found := layouts.codes_in(text):
        return tuple(found)
    names = {
        "euro": "EUR", "euros": "EUR", "us dollar": "USD", "us dollars": "USD", "dollar us": "USD", "u s dollar": "USD",
        "british pound": "GBP", "pound sterling": "GBP", "swiss franc": "CHF", "schweizer franken": "CHF",
        "canadian dollar": "CAD", "australian dollar": "AUD", "japanese yen": "JPY", "yen": "JPY",
    }  # fmt: skip
    name = names.get(folded(text))
    return (name,) if name else ()
