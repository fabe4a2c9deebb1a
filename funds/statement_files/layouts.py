"""How a table is to be read: its columns, and how it writes days, amounts and its currency."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from funds.statement_files import amounts, days
from funds.statement_files.amounts import CODE
from funds.statement_files.columns import Column, cell_at, columns_of, keys_of
from funds.statement_files.days import DayError
from funds.statement_files.grids import Grid, Line
from funds.statement_files.headers import best_header, headings
from funds.statement_files.unheaded import is_data_alone, lettered, likeliest
from funds.statement_files.words import DAYS, MONEY, Meaning, folded
from partners.tables import FileRefused

M = Meaning
LONGEST_UNIT = 50  # letters of a line such as "All amounts in thousands of US dollars"
UNREAD = "The sheet “{}” was not read."
# Amounts that are not written out: "Budget (kEUR)", "in Tsd. €", "Amounts in thousands", "available_cents".
SCALED = re.compile(
    r"(?<![^\W_])[kt]\s?(?:€|£|\$|eur|usd|gbp|chf)(?![^\W_])|(?<![^\W_])(?:thousands?|tsd|tausend|milliers|miles de|migliaia|"
    r"duizend|millions?|mio|mln|(?<!per )cents?|pence|minor units?)(?![^\W_])|[百千万億亿]\s?[円元]|['’]000(?!\d)",
    re.IGNORECASE,
)
BOOKINGS = (
    "This is a list of bookings, one line for each that came in or went out. "
    "Upload the list of funds or requests with their balances."
)
NO_HEADER = (
    "No line of this file names columns that we know, such as “Available”, “Approved” or “Valid until”. "
    "Upload the export that has one line a fund or request, with its headings."
)

NO_HEADINGS = (
    "This file has no headings: its first line is data already. Upload it once on the page “Upload a statement” and say there "
    "what its columns hold: the next one of this vendor is read by itself."
)


class NoHeader(FileRefused):
    """No line names columns that we know: a person may say which line does, and what its columns hold."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one table is to be read.

    `mark` is what stands before the decimals and `order` which comes first in a day (None: no cell tells). `currency` is what the
    headings or the lines above say of all amounts; "" where they say nothing.
    """

    header: Line
    columns: tuple[Column, ...]
    mark: str | None = None
    order: str | None = None
    currency: str = ""
    above: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()
    sheet: str = ""
    header_lines: int = 1  # 0 where the columns are called by letters
    scaled: str = ""  # what says that amounts are in thousands or millions
    others: tuple[str, ...] = field(default=())  # what else is in the file and was not read, in words

    def places(self, *meanings: Meaning) -> list[int]:
        return [column.place for meaning in meanings for column in self.columns if column.meaning == meaning]

    def place(self, meaning: Meaning) -> int | None:
        return next(iter(self.places(meaning)), None)

    def has(self, *meanings: Meaning) -> bool:
        return bool(self.places(*meanings))

    def heading(self, meaning: Meaning) -> str:
        return next((column.heading for column in self.columns if column.meaning == meaning), meaning.value)

    @property
    def is_lettered(self) -> bool:
        """No line has headings: the columns are “Column A”, “Column B”, …"""
        return self.header_lines == 0

    @property
    def fingerprint(self) -> str:
        """The same for each export of this shape: of its headings alone."""
        return hashlib.sha256("|".join(folded(column.heading) for column in self.columns).encode()).hexdigest()[:32]


def find(
    grids: Sequence[Grid], taught: Mapping[str, Meaning] | None = None, header: int = 0, unheaded: bool = False
) -> Layout:
    """The best table among these; FileRefused if none is a statement.

    `taught` are meanings by the columns' keys, `header` the number of the line with the headings, as people said; 0 to find it.
    `unheaded`: no line has them.
    """
    taught = taught or {}
    if unheaded:
        return by_letters(likeliest(grids), taught)
    if header:
        return at_line(grids, header, taught)
    found = [(score, grid, at, size) for grid in grids for score, at, size in [best_header(grid, taught)] if score]
    if not found:
        raise NoHeader(NO_HEADINGS if is_data_alone(likeliest(grids)) else NO_HEADER)
    _, grid, at, size = max(found, key=lambda one: one[0])
    same_file = [g for _, g, _, _ in found if g.sheet and g is not grid]
    others = tuple(UNREAD.format(other.sheet) for other in same_file)
    return read_layout(grid, at, size, taught, others)


def at_line(grids: Sequence[Grid], number: int, taught: Mapping[str, Meaning]) -> Layout:
    """The table whose headings stand in the line of that number, seen in the way that makes the most known columns of it."""
    found = [
        (len(taught.keys() & set(keys_of(line.cells))), len(line.filled), -way, at)
        for way, grid in enumerate(grids)
        for at, line in enumerate(grid.lines)
        if line.number == number and line.filled
    ]
    if not found:
        raise NoHeader(f"Line {number} is empty: it has no headings. Choose another one.")
    *_, way, at = max(found)
    return read_layout(grids[-way], at, 1, taught, ())


def by_letters(grid: Grid, taught: Mapping[str, Meaning]) -> Layout:
    """The table below its titles, its columns called by letters. What nobody said of a column is not guessed: it is not used."""
    names = lettered(max((len(line.cells) for line in grid.lines), default=0))
    at = next((at for at, line in enumerate(grid.lines) if len(line.filled) > 1), 0)
    known = {key: taught.get(key, M.OTHER) for key in keys_of(names)}
    return layout_of(grid, at, 0, Line(0, names), known)


def read_layout(grid: Grid, at: int, size: int, taught: Mapping[str, Meaning], others: tuple[str, ...]) -> Layout:
    head = grid.lines[at : at + size]
    layout = layout_of(grid, at, size, Line(head[-1].number, headings(head)), taught)
    if layout.has(M.CREDIT, M.DEBIT) and not taught:
        raise FileRefused(BOOKINGS)
    return replace(layout, others=others)


def layout_of(grid: Grid, at: int, size: int, header: Line, taught: Mapping[str, Meaning]) -> Layout:
    """How the lines below the headings are to be read, which are `size` lines from that index on."""
    names = header.cells
    above = tuple(line for line in grid.lines[:at] if not line.is_empty)
    body = tuple(grid.lines[at + size :])
    columns = tuple(columns_of(names, body, taught))
    money = [cell_at(line, c.place) for line in body for c in columns if c.meaning in MONEY]
    mark = amounts.usual_mark(money)
    return Layout(
        header=header,
        columns=columns,
        mark=mark,
        order=order_in(columns, body, mark),
        currency=currency_of(names, columns, above),
        above=above,
        body=body,
        sheet=grid.sheet,
        header_lines=size,
        scaled=scaled_in(columns, above),
    )


def scaled_in(columns: Sequence[Column], above: Sequence[Line]) -> str:
    headings_of_money = [column.heading for column in columns if column.meaning in MONEY]
    # A sentence above that happens to name a million says nothing of the amounts.
    texts = [*headings_of_money, *(cell for line in above for cell in line.cells if len(cell) <= LONGEST_UNIT)]
    return next((text for text in texts if SCALED.search(text)), "")


def order_in(columns: Sequence[Column], body: Sequence[Line], mark: str | None) -> str | None:
    """Whether days or months come first: as a cell tells, or as the only way in which no line ends before it starts.

    Nobody who writes cents after a comma writes the month first.
    """
    dated = [c.place for c in columns if c.meaning in DAYS or c.meaning == M.OTHER]
    if told := days.order_of(cell_at(line, place) for line in body for place in dated):
        return told
    in_turn = [c.place for meaning in DAYS for c in columns if c.meaning == meaning]
    fitting = [
        order for order in (days.DAY_FIRST, days.MONTH_FIRST) if all(in_order(line, in_turn, order) for line in body)
    ]
    if len(fitting) == 1:
        return fitting[0]
    return days.DAY_FIRST if mark == "," else None


def in_order(line: Line, places: Sequence[int], order: str) -> bool:
    """Whether the line's days follow each other, read so. A cell that is no day says nothing."""
    found = []
    for place in places:
        try:
            found.append(days.read(cell_at(line, place), order))
        except DayError:
            continue
    known = [day for day in found if day]
    return known == sorted(known)


def currency_of(names: Sequence[str], columns: Sequence[Column], above: Sequence[Line]) -> str:
    """The one currency that the headings of the amounts name, or else the lines above the table; "" for none or several."""
    in_headings = {code for c in columns if c.meaning in MONEY for code in codes_in(names[c.place])}
    if len(in_headings) == 1:
        return in_headings.pop()
    in_lines = {code for line in above for cell in line.cells for code in codes_in(cell)}
    return in_lines.pop() if len(in_lines) == 1 and not in_headings else ""


def codes_in(text: str) -> set[str]:
    found = set(CODE.findall(text))
    if not found:
        found = {amounts.SIGNS[sign][0] for sign in "€£₹" if sign in text}
    return found
