"""Which line of a table, or which two, have the headings."""

from collections.abc import Mapping, Sequence

from funds.statement_files.columns import DAY, FIGURE, keys_of, kind_of_cell, named
from funds.statement_files.grids import Grid, Line
from funds.statement_files.words import MONEY, Meaning

M = Meaning
HEADER_WITHIN = 60  # lines


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
