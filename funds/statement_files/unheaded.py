"""A table without a line of headings: its columns are called by letters, and a person says what they hold."""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from funds.statement_files.columns import DAY, has_money_look, kind_of_cell
from funds.statement_files.grids import Grid, Line

# A comma stands within amounts too, so that any other delimiter goes before it; "" is a sheet.
SURER = "\t;|,"
FEWEST = 3  # cells of a line that is data for sure: whose, how much, and until when or in what


def lettered(width: int) -> list[str]:
    """ "Column A", "Column B", …, as a spreadsheet calls them."""
    return [f"Column {get_column_letter(number)}" for number in range(1, width + 1)]


def likeliest(grids: Sequence[Grid]) -> Grid:
    """The way in which the file is a table most likely: the surest delimiter that parts most lines, or the fullest sheet."""
    parted = [grid for grid in grids if 2 * len(rows(grid)) > sum(not line.is_empty for line in grid.lines)] or grids
    return min(parted, key=lambda grid: (SURER.find(grid.delimiter), -sum(len(line.filled) for line in grid.lines)))


def rows(grid: Grid) -> list[Line]:
    """The lines with more than one cell: others are titles and notes."""
    return [line for line in grid.lines if len(line.filled) > 1]


def is_data_alone(grid: Grid) -> bool:
    """Whether it unmistakably begins with data: each line of several cells has a day or an amount with its cents or currency."""
    first = next((line for line in grid.lines if not line.is_empty), None)
    return first is not None and len(first.filled) >= FEWEST and all(is_data(line) for line in rows(grid))


def is_data(line: Line) -> bool:
    return any(kind_of_cell(cell) == DAY or has_money_look(cell) for cell in line.filled)
