"""What the columns of a table hold: told by their headings, and judged by their cells."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from funds.statement_files import amounts, days
from funds.statement_files.amounts import AmountError
from funds.statement_files.grids import Line
from funds.statement_files.words import DAYS, MONEY, Guess, Meaning, folded, meaning_of

M = Meaning
MOST_LOOKED_AT = 500  # cells of a column, to tell what most of them are
# What a column's cells may be, if most of them are.
DAY, FIGURE, ANSWER, TEXT = "day", "figure", "answer", "text"
# Columns of which a statement may have several: together they name the fund.
JOINED = (M.NAME, M.PROGRAM, M.PERIOD, M.OTHER)
# Names that mean a number in one portal and money in the next: the cells tell.
MONEY_AFTER_ALL = {M.REFERENCE, M.NAME, M.PROGRAM}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (from 0), its heading as the file has it, what it holds, and what it is remembered by."""

    place: int
    heading: str
    meaning: Meaning
    key: str = ""


def cell_at(line: Line, place: int | None) -> str:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


def keys_of(names: Sequence[str]) -> list[str]:
    """What columns are remembered by: the folded heading, and for the second of the same name also which one it is."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        key = folded(name)
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return found


def named(heading: str, key: str, taught: Mapping[str, Meaning]) -> Guess:
    if (meaning := taught.get(key)) is not None:
        return Guess(meaning, 4)
    return meaning_of(heading)


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
