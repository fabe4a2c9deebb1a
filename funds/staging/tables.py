"""Brings a file's cells into a table of the upload's own, as text, where they wait to be checked and then to be posted.

That table (`SalesUpload.staged`) is not logged: it is filled at the speed of a COPY, the server may read it with several
processes, and after a crash of the server it is empty, and the file is read again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import BinaryIO, NamedTuple

from django.db import DatabaseError, DataError, connection, transaction
from django.db.backends.utils import CursorWrapper

from funds.sales import SalesUpload
from funds.sales_files import NO_ROWS, Lines, Progress, Rest, Text, look, sniff, text_rows, workbook_rows
from partners.tables import FileRefused

MEMORY = "64MB"  # of the server, for each sort and each hash of a check
# A column that the file does not have is null: that costs nothing to write and next to nothing to ask.
CELLS = """
    CREATE UNLOGGED TABLE {staged} (
        line int, partner text NOT NULL, reference text NOT NULL, sold_on text NOT NULL, amount text NOT NULL,
        currency text, fault text
    )
"""
ALL = ("line", "partner", "reference", "sold_on", "amount", "currency", "fault")
MAY_BE_NULL = {"line", "fault"}
COPY = "COPY {staged} ({columns}) FROM STDIN WITH (FORMAT csv, DELIMITER '{delimiter}', FORCE_NOT_NULL ({filled}))"
# Rows that the database split itself stand in their file's order: nobody needs to count them but who finds something wrong.
NUMBERED = """(SELECT row_number() OVER (ORDER BY ctid) + {before} AS line, partner, reference, sold_on, amount, currency, fault
                 FROM {staged})"""
DROP = "DROP TABLE IF EXISTS {staged}, {staged}_days"
# Each day on which something may have been sold, as its text: one look-up says whether a text is a day, a possible one, and of
# which period. A table, so that the server knows how few periods there are and adds up in each of its processes.
DAYS = """
    DROP TABLE IF EXISTS {staged}_days;
    CREATE UNLOGGED TABLE {staged}_days AS
    SELECT to_char(day, 'YYYY-MM-DD') AS text, day, starts_on FROM unnest(%s::date[], %s::date[]) AS days (day, starts_on);
    ANALYZE {staged}_days
"""


class Cells(NamedTuple):
    """How many rows a file has, and from what to select them together with the line that each stands in."""

    lines: int
    numbered: str


@contextmanager
def roomy() -> Iterator[CursorWrapper]:
    """A cursor whose statements may hash a million lines in memory, with as many processes as the server gives."""
    with connection.cursor() as cursor:
        # Fresh tables have no statistics: the server would guess that a loop over them, or a sort, is cheaper than a hash.
        cursor.execute(
            f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL jit = off; "
            "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off"
        )
        yield cursor


def drop(cursor: CursorWrapper, upload: SalesUpload) -> None:
    """The upload's lines are gone from here: they were posted, or are to be read anew."""
    cursor.execute(DROP.format(staged=upload.staged))


def stands(cursor: CursorWrapper, upload: SalesUpload) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [upload.staged])
    return bool(cursor.fetchone()[0])


def lay_days(cursor: CursorWrapper, upload: SalesUpload, days: Sequence[tuple[date, date]]) -> None:
    """Put the possible days, each with the first of its period, beside the upload's lines."""
    cursor.execute(DAYS.format(staged=upload.staged), [[day for day, _ in days], [start for _, start in days]])


def copied(cursor: CursorWrapper, upload: SalesUpload, file: BinaryIO, tell: Progress) -> Cells:
    """Bring the file's cells into the upload's table."""
    file.seek(0)
    is_workbook = sniff(file.read(1024))
    cells = (
        copied_rows(cursor, upload, Lines(workbook_rows(file, tell)))
        if is_workbook
        else copied_text(cursor, upload, file, look(file), tell)
    )
    if not cells.lines:
        raise FileRefused(NO_ROWS)
    return cells


def copied_text(cursor: CursorWrapper, upload: SalesUpload, file: BinaryIO, found: Text, tell: Progress) -> Cells:
    """As the database splits it; where it stumbles row by row, to name those that are broken."""
    with suppress(DataError):  # too few or too many cells, a quotation mark that is not closed
        source = Rest(file, found, upload.size, tell)
        lines = copy(cursor, upload, source, found.header, found.delimiter)
        if lines == found.rows:  # else a cell has a line break in it: then lines are no rows
            return Cells(lines, NUMBERED.format(staged=upload.staged, before=found.before))
    return copied_rows(cursor, upload, Lines(text_rows(file, found, upload.size, tell)))


def copied_rows(cursor: CursorWrapper, upload: SalesUpload, rows: Lines) -> Cells:
    return Cells(copy(cursor, upload, rows, ALL, ","), upload.staged)


def copy(
    cursor: CursorWrapper, upload: SalesUpload, source: Rest | Lines, columns: Sequence[str], delimiter: str
) -> int:
    """Fill the upload's table from there, anew; how many rows came."""
    drop(cursor, upload)
    cursor.execute(CELLS.format(staged=upload.staged))
    filled = ", ".join(name for name in columns if name not in MAY_BE_NULL)
    statement = COPY.format(staged=upload.staged, columns=", ".join(columns), filled=filled, delimiter=delimiter)
    try:
        with transaction.atomic(), connection.wrap_database_errors:
            cursor.copy_expert(statement, source, 1 << 20)
    except DatabaseError:
        if source.refusal:  # raised while COPY read from it: psycopg2 tells only that something was
            raise source.refusal from None
        raise
    return int(cursor.rowcount)
