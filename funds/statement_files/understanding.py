"""What a statement says: its funds, and of every other line why it is none.

A statement has the balances of funds (a column says what is left), or requests (what was approved, and claimed of it). In either
a line is taken only if each cell that matters can be read in one way.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from funds.statement_files import amounts, days, grids, layouts
from funds.statement_files.amounts import AmountError
from funds.statement_files.columns import cell_at
from funds.statement_files.days import DayError
from funds.statement_files.grids import Grid
from funds.statement_files.headers import best_header
from funds.statement_files.identity import Skipped, told_apart
from funds.statement_files.layouts import Layout
from funds.statement_files.readers import Fund, Reader, Unreadable
from funds.statement_files.said import ASK, Said
from funds.statement_files.words import Meaning, folded, is_total
from programs.money import show

M = Meaning


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement as it was understood. `stated_on` is the day that stands above its table, where one does."""

    layout: Layout
    funds: tuple[Fund, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()
    stated_on: date | None = None
    identity: tuple[Meaning, ...] = field(default=())

    def totals(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for fund in self.funds:
            found[fund.currency] += fund.available
        return dict(found)


def understand(
    data: bytes,
    *,
    currency: str = "",
    taught: Mapping[str, Meaning] | None = None,
    order: str | None = None,
    mark: str | None = None,
    identity: Sequence[Meaning] = (),
    header: int = 0,
    sheet: str = "",
) -> Understood:
    """What the file says. FileRefused, in words, where it is no statement at all.

    `currency` is what is meant where the file names none, or only a sign that several have. `taught`, `order`, `mark`,
    `identity`, the line of the headings and the sheet are what a person corrected, or what was remembered of the last file of
    this shape.
    """
    said = Said(
        currency=currency,
        taught=taught or {},
        order=order or "",
        mark=mark or "",
        identity=tuple(identity),
        header=header,
        sheet=sheet,
    )
    return of_grids(grids.grids_of(data), said)


def of_grids(found: Sequence[Grid], said: Said) -> Understood:
    """`understand`, of a file whose lines were read already."""
    chosen = [grid for grid in found if grid.sheet == said.sheet and said.sheet] or found
    layout = layouts.find(chosen, said.taught, said.header, said.unheaded)
    if len(chosen) < len(found):
        others = tuple(layouts.UNREAD.format(grid.sheet) for grid in found if grid not in chosen and has_table(grid))
        layout = replace(layout, others=others)
    order = None if said.order == ASK else said.order or layout.order
    layout = replace(layout, order=order, mark=said.mark or layout.mark)
    read, skipped = [], []
    for line in layout.body:
        if line.is_empty:
            continue
        try:
            read.append(Reader(layout, line, said.currency).fund())
        except Unreadable as why:
            skipped.append(Skipped(line.number, str(why), tuple(line.cells), why.need or ""))
    funds, doubles, parts = told_apart(read, layout, said.identity)
    return Understood(
        layout=layout,
        funds=tuple(funds),
        skipped=tuple(sorted([*skipped, *doubles])),
        notes=(*layout.others, *sums_that_differ(layout, funds)),
        stated_on=stated_on(layout),
        identity=tuple(parts),
    )


def has_table(grid: Grid) -> bool:
    return best_header(grid, {})[0] > 0


def sums_that_differ(layout: Layout, funds: Sequence[Fund]) -> Iterator[str]:
    """A total in the file that is not what its lines add up to, in words."""
    place = layout.place(M.AVAILABLE)
    if place is None or len({fund.currency for fund in funds}) != 1:
        return
    currency = funds[0].currency
    ours = sum(fund.available for fund in funds)
    for line in layout.body:
        if is_total(line.cells) and cell_at(line, place):
            try:
                theirs = amounts.minor(cell_at(line, place), currency, layout.mark)
            except AmountError:
                continue
            if theirs != ours and folded(line.filled[0]).split()[0] not in ("sub", "subtotal", "zwischensumme"):
                yield f"Its total says {show(theirs, currency)}; the lines that could be read add up to {show(ours, currency)}."


def stated_on(layout: Layout) -> date | None:
    """The day that stands above the table: "Erstellt am 20.11.2026 08:15". None where there is none, or several."""
    found = set()
    for line in layout.above:
        for cell in line.cells:
            for piece in candidates(cell):
                try:
                    day = days.read(piece, layout.order)
                except DayError:
                    continue
                if day:
                    found.add(day)
    return found.pop() if len(found) == 1 else None


def candidates(cell: str) -> Iterator[str]:
    """Pieces of a sentence that may be a day."""
    for match in days.NUMERIC.finditer(cell):
        yield match.group()
    for match in days.NAMED.finditer(cell):
        yield match.group()
