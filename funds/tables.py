"""A table whose columns are known, out of a CSV file or of a workbook."""

from collections.abc import Sequence

from funds.statement_files.grids import WORKBOOK, Grid, Line, sheets_of
from partners import tables
from partners.tables import FileRefused, Row, Shape, check_header, header_name, row_of
from programs.bounds import Broke, bounded

TOO_MUCH = "This workbook is too large or too complicated to be read. Save the table alone as CSV and upload that."


def read(data: bytes, shape: Shape) -> list[Row]:
    """The rows of the CSV file, or of the workbook's first sheet that names the columns: notes may stand before it.

    FileRefused where it is no such table.
    """
    if not data.startswith(WORKBOOK):
        return tables.read(data, shape)
    try:
        grids: Sequence[Grid] = bounded(sheets_of, data, shape.most_rows + 1, expected=FileRefused)
    except Broke:
        raise FileRefused(TOO_MUCH) from None
    # `sheets_of` refuses a workbook in which no sheet holds anything.
    tables_in_it = [lines for grid in grids if (lines := [line for line in grid.lines if not line.is_empty])]
    fitting = [lines for lines in tables_in_it if set(shape.needed) <= set(names_of(lines[0]))]
    head, *rows = (fitting or tables_in_it)[0]
    header = names_of(head)
    check_header(header, shape)
    if not rows:
        raise FileRefused("The sheet names its columns but has no rows.")
    padded = ((line, [*line.cells, *[""] * (len(header) - len(line.cells))]) for line in rows)
    found = ((line, row_of(line.number, header, cells, shape)) for line, cells in padded)
    return [row._replace(fault=line.fault or row.fault) for line, row in found]


def names_of(line: Line) -> list[str]:
    return [header_name(cell) for cell in line.cells]
