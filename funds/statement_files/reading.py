"""A stranger's statement, read in a child process of bounded time and memory; also one whose headings a person has to find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from funds.statement_files import grids
from funds.statement_files.amounts import is_nothing
from funds.statement_files.columns import DAY, FIGURE, TEXT, cell_at, kind_of_cell
from funds.statement_files.grids import Grid, Line
from funds.statement_files.layouts import Layout, NoHeader
from funds.statement_files.said import ASK, Said
from funds.statement_files.understanding import Understood, of_grids
from funds.statement_files.unheaded import is_data_alone, likeliest
from funds.statement_files.words import DAYS, MONEY, Meaning
from partners.tables import FileRefused
from programs.bounds import Broke, bounded

MOST_SHOWN = 40  # lines among which a person looks for the headings
TOO_MUCH = "This file is too large or too complicated to be read. Save the statement alone as CSV and upload that."
NO_TABLE = "This file holds no table: a statement has a line of headings, and a line for each fund or request."


@dataclass(frozen=True, slots=True)
class Reading:
    """`understood` is None where no headings were found: then `refused` says why, and `lines` are those to choose from."""

    understood: Understood | None
    refused: str = ""
    lines: tuple[Line, ...] = ()
    sheets: tuple[str, ...] = ()


def read(data: bytes, said: Said, shapes: Sequence[tuple[str, Said]] = ()) -> tuple[Reading, Said]:
    """What the file says, and as what it was read. FileRefused, in words, for what is no table or breaks its reader.

    `shapes` are what was remembered of earlier files, by fingerprint: a file of one of these shapes is read as that was.
    """
    try:
        found: tuple[Reading, Said] = bounded(found_in, data, said, shapes, expected=FileRefused)
    except Broke:
        raise FileRefused(TOO_MUCH) from None
    return found


def found_in(data: bytes, said: Said, shapes: Sequence[tuple[str, Said]]) -> tuple[Reading, Said]:
    tables = grids.grids_of(data)
    return as_earlier(tables, shapes) or (reading_of(tables, said), said)


def read_alone(data: bytes, said: Said, shapes: Sequence[tuple[str, Said]]) -> tuple[Understood, Said]:
    """`read` where nobody can be asked: FileRefused, in words, also for a file whose headings a person would have to find."""
    tables = grids.grids_of(data)
    reading, found = as_earlier(tables, shapes) or (None, said)
    if reading is None or reading.understood is None:
        return of_grids(tables, said), said
    return reading.understood, found


def as_earlier(tables: Sequence[Grid], shapes: Sequence[tuple[str, Said]]) -> tuple[Reading, Said] | None:
    """Read as the first of these shapes that it has."""
    return next((last for shape, said in shapes if (last := as_last_time(tables, shape, said))), None)


def as_last_time(tables: Sequence[Grid], fingerprint: str, remembered: Said) -> tuple[Reading, Said] | None:
    """Read as the file before it, if it is of that shape. How the file itself writes amounts counts first.

    Where its days tell another order than those of the last one did, a person is asked about those that can be read in two ways.
    """
    bare = replace(remembered, order="", mark="", remembered=True)
    try:
        understood = of_grids(tables, bare)
    except FileRefused:
        return None
    if understood.layout.fingerprint != fingerprint:
        return None
    if understood.layout.is_lettered and not fits(understood.layout):
        return None
    own = understood.layout.order
    order = ASK if own and remembered.order and own != remembered.order else "" if own else remembered.order
    mark = "" if understood.layout.mark else remembered.mark
    said = replace(bare, order=order, mark=mark)
    return reading_of(tables, said), said


def fits(layout: Layout) -> bool:
    """Whether a table without headings holds amounts, days and currencies where a person said so: nothing else tells it."""
    wanted = [(MONEY, {FIGURE}), (DAYS, {DAY, FIGURE}), ([Meaning.CURRENCY], {TEXT})]
    kinds = {place: kind for meanings, kind in wanted for place in layout.places(*meanings)}
    lines = [line for line in layout.body if len(line.filled) > 1]
    cells = [(cell_at(line, place), kind) for line in lines for place, kind in kinds.items()]
    return all(not cell or is_nothing(cell) or kind_of_cell(cell) in kind for cell, kind in cells)


def reading_of(tables: Sequence[Grid], said: Said) -> Reading:
    sheets = tuple(grid.sheet for grid in tables if grid.sheet)
    try:
        return Reading(of_grids(tables, said), sheets=sheets)
    except NoHeader as why:
        chosen = [grid for grid in tables if grid.sheet == said.sheet and said.sheet] or tables
        if not said.header and is_data_alone(likeliest(chosen)):
            return Reading(of_grids(tables, replace(said, unheaded=True)), sheets=sheets)
        # Seen in the way that makes the most cells of it.
        grid = max(chosen, key=lambda grid: sum(len(line.filled) for line in grid.lines))
        lines = [line for line in grid.lines if not line.is_empty]
        if sum(len(line.filled) > 1 for line in lines) < 2:
            raise FileRefused(NO_TABLE) from None
        return Reading(None, str(why), tuple(lines[:MOST_SHOWN]), sheets)
