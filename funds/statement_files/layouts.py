"""Where a table's header is, what its columns mean, and how it writes days, amounts and its currency."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from funds.statement_files import amounts, days
from funds.statement_files.amounts import CODE, AmountError
from funds.statement_files.days import DayError
from funds.statement_files.grids import Grid, Line
from funds.statement_files.words import DAYS, MONEY, Guess, Meaning, folded, meaning_of
from partners.tables import FileRefused

M = Meaning
HEADER_WITHIN = 60  # lines
LONGEST_UNIT = 50  # letters of a line such as "All amounts in thousands of US dollars"
MOST_LOOKED_AT = 500  # cells of a column, to tell what most of them are
# What a column's cells may be, if most of them are.
DAY, FIGURE, ANSWER, TEXT = "day", "figure", "answer", "text"
# Columns of which a statement may have several: together they name the fund.
JOINED = (M.NAME, M.PROGRAM, M.PERIOD, M.OTHER)
# Names that mean a number in one portal and money in the next: the cells tell.
MONEY_AFTER_ALL = {M.REFERENCE, M.NAME, M.PROGRAM}
UNREAD = "The sheet “{}” was not read."
# Amounts that are not written out: "Budget (kEUR)", "in Tsd. €", "Amounts in thousands".
SCALED = re.compile(
    r"(?<![^\W_])[kt]\s?(?:€|£|\$|eur|usd|gbp|chf)(?![^\W_])|(?<![^\W_])(?:thousands?|tsd|tausend|milliers|miles de|migliaia|"
    r"duizend|millions?|mio|mln)(?![^\W_])|['’]000(?!\d)",
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


class NoHeader(FileRefused):
    """No line names columns that we know: a person may say which line does, and what its columns hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (from 0), its heading as the file has it, what it holds, and what it is remembered by."""

    place: int
    heading: str
    meaning: Meaning
    key: str = ""


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
    header_lines: int = 1
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
    def fingerprint(self) -> str:
        """The same for each export of this shape: of its headings alone."""
        return hashlib.sha256("|".join(folded(column.heading) for column in self.columns).encode()).hexdigest()[:32]


def find(grids: Sequence[Grid], taught: Mapping[str, Meaning] | None = None, header: int = 0) -> Layout:
    """The best table among these; FileRefused if none is a statement.

    `taught` are meanings by the columns' keys, `header` the number of the line with the headings, as people said; 0 to find it.
    """
    taught = taught or {}
    if header:
        return at_line(grids, header, taught)
    found = [(score, grid, at, size) for grid in grids for score, at, size in [best_header(grid, taught)] if score]
    if not found:
        raise NoHeader(NO_HEADER)
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


def keys_of(names: Sequence[str]) -> list[str]:
    """What columns are remembered by: the folded heading, and for the second of the same name also which one it is."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        key = folded(name)
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return found


def headings(lines: Sequence[Line]) -> list[str]:
    """The names of the columns out of a header of one line or two: over several columns, an upper name goes on to the right."""
    if len(lines) == 1:
        return list(lines[0].cells)
    upper, lower = lines
    width = max(len(upper.cells), len(lower.cells))
    names, last = [], ""
    for place in range(width):
        above = upper.cells[place] if place < len(upper.cells) else ""
        below = lower.cells[place] if place < len(lower.cells) else ""
        last = above or (last if below else "")
        names.append(" ".join(part for part in (last, below) if part))
    return names


def best_header(grid: Grid, taught: Mapping[str, Meaning]) -> tuple[int, int, int]:
    """(how sure, the index of its line, how many lines it has); (0, 0, 1) where no line can be the header."""
    best = (0, 0, 1)
    lines = grid.lines[:HEADER_WITHIN]
    for at, line in enumerate(lines):
        if looks_like_data(line):
            continue
        score = header_score(line.cells, taught)
        if score > best[0]:
            best = (score, at, 1)
        if at + 1 < len(lines) and not looks_like_data(lines[at + 1]) and score < 6 and line.filled:
            double = header_score(headings(lines[at : at + 2]), taught)
            # Only if the two together say clearly more than either does alone.
            if double > max(best[0], header_score(lines[at + 1].cells, taught)) + 2:
                best = (double, at, 2)
    return best


def looks_like_data(line: Line) -> bool:
    return not line.filled or any(kind_of_cell(cell) in (DAY, FIGURE) for cell in line.filled)


def header_score(names: Sequence[str], taught: Mapping[str, Meaning]) -> int:
    """The sum of how sure each column is; 0 without an amount and something that tells whose, or when."""
    guesses = [named(name, key, taught) for name, key in zip(names, keys_of(names), strict=True) if name]
    known = [guess for guess in guesses if guess.meaning != M.OTHER]
    found = {guess.meaning for guess in known}
    if not found & {*MONEY, M.CREDIT, M.DEBIT} or len(found) < 2:
        return 0
    return sum(guess.sure for guess in known)


def named(heading: str, key: str, taught: Mapping[str, Meaning]) -> Guess:
    if (meaning := taught.get(key)) is not None:
        return Guess(meaning, 4)
    return meaning_of(heading)


def read_layout(grid: Grid, at: int, size: int, taught: Mapping[str, Meaning], others: tuple[str, ...]) -> Layout:
    head = grid.lines[at : at + size]
    names = headings(head)
    above = tuple(line for line in grid.lines[:at] if not line.is_empty)
    body = tuple(grid.lines[at + size :])
    columns = tuple(columns_of(names, body, taught))
    meanings = {column.meaning for column in columns}
    if {M.CREDIT, M.DEBIT} & meanings and not taught:
        raise FileRefused(BOOKINGS)
    money = [cell_at(line, c.place) for line in body for c in columns if c.meaning in MONEY]
    mark = amounts.usual_mark(money)
    return Layout(
        header=Line(head[-1].number, names),
        columns=columns,
        mark=mark,
        order=order_in(columns, body, mark),
        currency=currency_of(names, columns, above),
        above=above,
        body=body,
        sheet=grid.sheet,
        header_lines=size,
        scaled=scaled_in(columns, above),
        others=others,
    )


def columns_of(names: Sequence[str], body: Sequence[Line], taught: Mapping[str, Meaning]) -> Iterator[Column]:
    """Each column with what it holds. Of two that mean the same the surer has it, then the one named more plainly."""
    keys = keys_of(names)
    guesses = [named(name, key, taught) for name, key in zip(names, keys, strict=True)]
    for place, guess in enumerate(guesses):
        if guess.sure < 4:
            meaning = by_cells(guess.meaning, [cell_at(line, place) for line in body])
            guesses[place] = guess._replace(meaning=meaning)
    if not any(guess.meaning in (M.REFERENCE, M.NAME, M.PROGRAM) for guess in guesses):
        name_by_words(guesses, body)
    for place in alike(names, guesses, body):
        guesses[place] = Guess(M.OTHER)
    holders: dict[Meaning, int] = {}
    for place in sorted(range(len(names)), key=lambda place: (-guesses[place].sure, guesses[place].rank, place)):
        if guesses[place].meaning not in JOINED:
            holders.setdefault(guesses[place].meaning, place)
    for place, (name, guess) in enumerate(zip(names, guesses, strict=True)):
        has_it = holders.get(guess.meaning, place) == place
        yield Column(place, name, guess.meaning if has_it else M.OTHER, keys[place])


def alike(names: Sequence[str], guesses: Sequence[Guess], body: Sequence[Line]) -> list[int]:
    """Columns of one name that hold different amounts or days: nobody but a person knows which of them is meant."""
    found: dict[str, list[int]] = {}
    for place, (name, guess) in enumerate(zip(names, guesses, strict=True)):
        if guess.meaning in (*MONEY, *DAYS) and guess.sure < 4:
            found.setdefault(folded(name), []).append(place)
    cells = {place: [cell_at(line, place) for line in body] for places in found.values() for place in places}
    return [
        place for places in found.values() for place in places if any(cells[place] != cells[other] for other in places)
    ]


def name_by_words(guesses: list[Guess], body: Sequence[Line]) -> None:
    """The first column of words under a heading that we do not know names the funds, where no other does."""
    for place, guess in enumerate(guesses):
        if not guess.sure and kind_of([cell_at(line, place) for line in body]) == TEXT:
            guesses[place] = Guess(M.NAME, 1)
            return


def by_cells(meaning: Meaning, cells: Sequence[str]) -> Meaning:
    """What the column holds, judged by its cells as well: a column “Approved” may hold amounts, days or “yes”."""
    kind = kind_of(cells)
    if kind is None:
        return meaning
    if meaning == M.AVAILABLE and kind == TEXT:
        return meaning  # said line by line: “1.5K” is no amount
    if meaning in MONEY and kind != FIGURE:
        if kind == DAY:
            return M.EXPIRES_ON if meaning == M.LAPSED else M.STARTS_ON
        return M.STATUS if kind == ANSWER and meaning == M.APPROVED else M.OTHER
    if meaning in DAYS and kind not in (DAY, FIGURE):
        return M.OTHER if kind == ANSWER else meaning
    if meaning == M.STATUS and kind in (DAY, FIGURE):
        return M.OTHER
    if meaning in MONEY_AFTER_ALL and kind == FIGURE and any(has_money_look(cell) for cell in cells):
        return M.GRANTED
    return meaning


def kind_of(cells: Sequence[str]) -> str | None:
    """What most of a column's cells are; None where all are empty."""
    filled = (cell for cell in cells if cell and not amounts.is_nothing(cell))
    kinds = [kind_of_cell(cell) for cell in islice(filled, MOST_LOOKED_AT)]
    return max(set(kinds), key=kinds.count) if kinds else None


def kind_of_cell(cell: str) -> str:
    if folded(cell) in {"yes", "no", "y", "n", "true", "false", "ja", "nein", "oui", "non", "si"}:
        return ANSWER
    if days.NUMERIC.fullmatch(days.bare(cell)) and days.is_day(cell):
        return DAY
    try:
        amounts.taken_apart(cell)
        return FIGURE
    except AmountError:
        return DAY if days.is_day(cell) else TEXT


def has_money_look(cell: str) -> bool:
    """With a currency, or with cents: no number of a request looks like that."""
    try:
        figure = amounts.taken_apart(cell)
    except AmountError:
        return False
    return bool(figure.currencies) or bool(re.search(r"[.,]\d\d$", figure.bare))


def cell_at(line: Line, place: int | None) -> str:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


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
