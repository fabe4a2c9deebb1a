"""Brings a file of sales into the database and checks all of its lines there, in a few statements however many there are.

The file's cells come as text into a table that lives as long as the transaction; what is right of them goes on into a table of
the upload's own (`SalesUpload.staged`), with partner, day and amount as the database has them. That one waits for the posting.
It is not logged: after a crash of the server it is empty, and the file is read again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import BinaryIO, NamedTuple

from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.formats import date_format

from funds.earning import Rule, period_of, rule_for
from funds.sales import SalesUpload, rules_of
from funds.sales_files import NO_ROWS, SALES, Lines, Progress, Rest, Text, look, sniff, text_rows, workbook_rows
from partners.states import Kind
from partners.tables import Fault, FileRefused, Row, day_of, faults_of, wrong_cells
from programs.models import Program
from programs.money import MoneyError, digits, parse

FAULTS_KEPT = 500
UNKNOWN_KEPT = 100
MEMORY = "64MB"  # of the server, for each sort and each hash of a check

RAW = """
    CREATE TEMP SEQUENCE sales_line CACHE 1000 START {first};
    CREATE TEMP TABLE sales_raw (
        line int NOT NULL DEFAULT nextval('sales_line'), partner text NOT NULL, reference text NOT NULL,
        sold_on text NOT NULL, amount text NOT NULL, currency text NOT NULL DEFAULT '', fault text NOT NULL DEFAULT ''
    ) ON COMMIT DROP;
"""
CLEAN = "DROP TABLE IF EXISTS sales_raw, sales_partner, sales_day; DROP SEQUENCE IF EXISTS sales_line"
COPY = "COPY sales_raw ({columns}) FROM STDIN WITH (FORMAT csv, DELIMITER '{delimiter}', FORCE_NOT_NULL ({filled}))"
ALL = "line, partner, reference, sold_on, amount, currency, fault"
# By short name, or by exact name where only one has it.
PARTNERS = f"""
    CREATE TEMP TABLE sales_partner ON COMMIT DROP AS
    SELECT t.text, coalesce(s.id, CASE WHEN n.times = 1 THEN n.id END) AS partner_id, coalesce(n.times, 0) AS times
      FROM (SELECT DISTINCT partner AS text FROM sales_raw) t
      LEFT JOIN partners_company s ON s.kind = '{Kind.PARTNER}' AND s.slug = btrim(t.text)
      LEFT JOIN (SELECT name, min(id) AS id, count(*) AS times FROM partners_company
                  WHERE kind = '{Kind.PARTNER}' GROUP BY name) n ON n.name = btrim(t.text)
"""
# Each day on which something may have been sold, as its text: one look-up says whether a text is a day, a possible one, and of
# which period.
DAYS = """
    CREATE TEMP TABLE sales_day ON COMMIT DROP AS
    SELECT to_char(day, 'YYYY-MM-DD') AS text, day, starts_on
      FROM unnest(%s::date[], %s::date[]) AS days (day, starts_on)
"""
TYPED = """
    CREATE UNLOGGED TABLE {staged} AS
    SELECT r.line, btrim(r.reference) AS reference, p.partner_id, d.day AS sold_on, d.starts_on,
           (replace(r.amount, ',', '')::numeric * {unit})::bigint AS amount
      FROM sales_raw r
      JOIN sales_partner p ON p.text = r.partner AND p.partner_id IS NOT NULL
      JOIN sales_day d ON d.text = btrim(r.sold_on)
     WHERE (r.amount ~ '{plain}' AND length(r.amount) <= {longest} OR r.amount ~ '{grouped}')
       -- Most references begin with a figure or a letter; the others are looked at more closely.
       AND CASE WHEN ascii(r.reference) BETWEEN 48 AND 57 OR ascii(r.reference) BETWEEN 65 AND 122 THEN true
                ELSE strpos('=+-@＝＋－＠', left(btrim(r.reference), 1)) = 0 END
       AND length(r.reference) <= 60
       AND r.currency IN ('', '{currency}') AND r.fault = ''
"""
ONCE = "CREATE UNIQUE INDEX {staged}_once ON {staged} (reference)"
LEFT_OUT = """
    SELECT r.line, left(r.partner, 501), left(r.reference, 501), left(r.sold_on, 501), left(r.amount, 501),
           left(r.currency, 501), r.fault, p.partner_id, p.times
      FROM sales_raw r LEFT JOIN sales_partner p ON p.text = r.partner
     WHERE NOT EXISTS (SELECT FROM {staged} s WHERE s.line = r.line) ORDER BY r.line LIMIT %s
"""
REPEATED = """
    SELECT count(*) OVER (), line, reference, first FROM (
        SELECT line, reference, min(line) OVER (PARTITION BY reference) AS first FROM {staged}
    ) all_lines WHERE line <> first ORDER BY line LIMIT %s
"""
STANDING = """
    SELECT count(*) OVER (), s.line, s.reference, s.partner_id = o.partner_id, s.sold_on = o.sold_on, s.amount = o.amount
      FROM {staged} s JOIN funds_sale o ON o.program_id = %s AND o.reference = s.reference
     WHERE (s.partner_id, s.sold_on, s.amount) <> (o.partner_id, o.sold_on, o.amount) ORDER BY s.line LIMIT %s
"""
SKIP = "DELETE FROM {staged} s USING funds_sale o WHERE o.program_id = %s AND o.reference = s.reference"
UNKNOWN = """
    SELECT left(btrim(r.partner), 120), count(*) FROM sales_raw r JOIN sales_partner p ON p.text = r.partner
     WHERE p.partner_id IS NULL AND p.times = 0 AND btrim(r.partner) <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""
SUMS = """
    SELECT partner_id, starts_on, count(*), sum(amount)::bigint FROM {staged} GROUP BY partner_id, starts_on
     ORDER BY partner_id, starts_on
"""


class Sum(NamedTuple):
    """What a file says that one partner sold in one period."""

    partner_id: int
    starts_on: date
    lines: int
    sold: int


class Checked(NamedTuple):
    """What a check found. `wrong` counts the lines behind `faults`, of which the first 500 are kept."""

    lines: int
    standing: int
    wrong: int
    faults: list[Fault]
    unknown: list[tuple[str, int]]
    sums: list[Sum]


@contextmanager
def roomy() -> Iterator[CursorWrapper]:
    """A cursor whose statements may hash a million lines in memory."""
    with connection.cursor() as cursor:
        # Fresh tables have no statistics: the server would guess that a loop over them, or a sort, is cheaper than a hash.
        cursor.execute(
            f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL maintenance_work_mem = '{MEMORY}'; SET LOCAL jit = off; "
            "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off"
        )
        yield cursor


def check(upload: SalesUpload, file: BinaryIO, *, today: date, tell: Progress) -> Checked:
    """Read the file into the upload's table and say what it holds and what is wrong. FileRefused if it is no table of sales.

    Call it in a transaction. `today` is the program's; `tell` hears how far the file is read.
    """
    program = upload.program
    with roomy() as cursor:
        drop(cursor, upload)
        lines = copied(cursor, file, upload.size, tell)
        cursor.execute(PARTNERS)
        rules = rules_of(program)
        days = possible_days(program, rules, today)
        cursor.execute(DAYS, [[day for day, _ in days], [start for _, start in days]])
        cursor.execute("ANALYZE sales_partner, sales_day")
        cursor.execute(typed(upload, program))
        good = int(cursor.rowcount)
        faults, wrong = [], lines - good
        if wrong:
            faults = left_out(cursor, upload, program, rules, today)
        more, twice = repeated(cursor, upload)
        changed, differing = standing(cursor, upload)
        cursor.execute(SKIP.format(staged=upload.staged), [program.pk])
        skipped = int(cursor.rowcount) - differing
        wrong += twice + differing
        found = sorted([*faults, *more, *changed], key=lambda fault: fault.line)[:FAULTS_KEPT]
        unknown = []
        if wrong:
            cursor.execute(UNKNOWN, [UNKNOWN_KEPT])
            unknown = cursor.fetchall()
        return Checked(lines, skipped, wrong, found, unknown, sums(cursor, upload))


def drop(cursor: CursorWrapper, upload: SalesUpload) -> None:
    """The upload's lines are gone from here: they were posted, or are to be read anew."""
    cursor.execute(f"DROP TABLE IF EXISTS {upload.staged}")


def count(cursor: CursorWrapper, upload: SalesUpload) -> int:
    """How many checked lines wait; -1 where there is no table of them."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [upload.staged])
    if not cursor.fetchone()[0]:
        return -1
    cursor.execute(f"SELECT count(*) FROM {upload.staged}")
    return int(cursor.fetchone()[0])


def copied(cursor: CursorWrapper, file: BinaryIO, size: int, tell: Progress) -> int:
    """Bring the file's cells into `sales_raw`; how many rows there are."""
    file.seek(0)
    is_workbook = sniff(file.read(1024))
    if is_workbook:
        lines = copy(cursor, Lines(workbook_rows(file, tell)), ALL, ",", 2)
    else:
        lines = copied_text(cursor, file, look(file), size, tell)
    if not lines:
        raise FileRefused(NO_ROWS)
    return lines


def copied_text(cursor: CursorWrapper, file: BinaryIO, found: Text, size: int, tell: Progress) -> int:
    """As the database splits it; where it stumbles row by row, to name those that are broken."""
    with suppress(DataError):  # too few or too many cells, a quotation mark that is not closed
        columns = ", ".join(found.header)
        lines = copy(cursor, Rest(file, found, size, tell), columns, found.delimiter, found.before + 1)
        if lines == found.rows:  # else a cell has a line break in it: then lines are no rows
            return lines
    return copy(cursor, Lines(text_rows(file, found, size, tell)), ALL, ",", 2)


def copy(cursor: CursorWrapper, source: Rest | Lines, columns: str, delimiter: str, first: int) -> int:
    cursor.execute(CLEAN)
    cursor.execute(RAW.format(first=first))
    never_null = ", ".join(name for name in columns.split(", ") if name != "line")
    try:
        with transaction.atomic(), connection.wrap_database_errors:
            cursor.copy_expert(COPY.format(columns=columns, filled=never_null, delimiter=delimiter), source, 1 << 20)
    except DatabaseError:
        if source.refusal:  # raised while COPY read from it: psycopg2 tells only that something was
            raise source.refusal from None
        raise
    return int(cursor.rowcount)


def possible_days(program: Program, rules: list[Rule], today: date) -> list[tuple[date, date]]:
    """Each day on which a sale may count, and the first of the period that it counts in."""
    last = min(program.ends_on, today)
    days = (program.starts_on + timedelta(days=n) for n in range((last - program.starts_on).days + 1))
    ruled = ((day, rule_for(day, rules)) for day in days)
    return [(day, period_of(day, rule.months).starts_on) for day, rule in ruled if rule]


def typed(upload: SalesUpload, program: Program) -> str:
    """The statement that makes the upload's table of what is right. At most 10^14 minor units stand in one line."""
    places = digits(program.currency)
    decimals = rf"(\.\d{{1,{places}}})?" if places else ""
    thousands = (14 - places) // 3 - 1
    return TYPED.format(
        staged=upload.staged,
        unit=10**places,
        currency=program.currency,
        # Without a limit of its own for the figures: a third of the time.
        plain=rf"^\s*-?\d+{decimals}\s*$",
        longest=14 - places,
        grouped=rf"^\s*-?\d{{1,3}}(,\d{{3}}){{1,{thousands}}}{decimals}\s*$",
    )


def left_out(
    cursor: CursorWrapper, upload: SalesUpload, program: Program, rules: list[Rule], today: date
) -> list[Fault]:
    """What is wrong with the lines that are not in the upload's table."""
    cursor.execute(LEFT_OUT.format(staged=upload.staged), [FAULTS_KEPT])
    found: list[Fault] = []
    for line, *cells, fault, partner_id, times in cursor.fetchall():
        texts = dict(zip(SALES.columns, (cell.strip() for cell in cells), strict=True))
        row = Row(line, texts, fault)
        found += faults_of(row, wrong_in(row, program, rules, today, partner_id, times or 0))
    return found


def wrong_in(
    row: Row, program: Program, rules: list[Rule], today: date, partner_id: int | None, times: int
) -> dict[str, str]:
    """What is wrong with one line, in sentences by the column's name."""
    errors, cells = wrong_cells(row, SALES, skip=["amount"]), row.cells
    if not cells["partner"]:
        errors.setdefault("partner", "Name a partner.")
    elif partner_id is None:
        named = (
            "Several partners have this name. Write the short name." if times else "There is no partner of this name."
        )
        errors.setdefault("partner", named)
    if not cells["reference"]:
        errors.setdefault("reference", "Give the sale a reference of its own, as its invoice and line number.")
    if not cells["sold_on"]:
        errors.setdefault("sold_on", "On which day was it sold?")
    day = day_of(row, "sold_on", errors)
    if day and (words := wrong_day(day, program, rules, today)):
        errors["sold_on"] = words
    if words := wrong_amount(cells["amount"], program.currency):
        errors["amount"] = words
    if cells["currency"] not in ("", program.currency):
        errors.setdefault("currency", f"This program's money is in {program.currency}.")
    return errors or {"": "This line cannot be read."}


def wrong_day(day: date, program: Program, rules: list[Rule], today: date) -> str:
    if day > today:
        return "That day has not come yet."
    if not program.starts_on <= day <= program.ends_on:
        first, last = date_format(program.starts_on), date_format(program.ends_on)
        return f"The program runs from {first} to {last}."
    return "" if rule_for(day, rules) else "By the terms of then, sales of that day earn nothing."


def wrong_amount(text: str, currency: str) -> str:
    if not text:
        return "How much was sold? A return is below zero."
    try:
        parse(text, currency)
    except MoneyError as error:
        return str(error)
    # What a person may type in a form, but a file of a million lines writes in one way only.
    is_plain = re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text, re.ASCII)
    return "" if is_plain else "Write figures only, as in 1250.00 or -30.00."


def repeated(cursor: CursorWrapper, upload: SalesUpload) -> tuple[list[Fault], int]:
    """The lines whose reference stands further up in the file already."""
    try:
        with transaction.atomic():
            cursor.execute(ONCE.format(staged=upload.staged))
        return [], 0
    except IntegrityError:
        pass
    cursor.execute(REPEATED.format(staged=upload.staged), [FAULTS_KEPT])
    rows = cursor.fetchall()
    kept = [
        Fault(line, "reference", reference, f"This reference stands in line {first} already.")
        for _, line, reference, first in rows
    ]
    return kept, int(rows[0][0])


def standing(cursor: CursorWrapper, upload: SalesUpload) -> tuple[list[Fault], int]:
    """The lines whose reference was posted before with another content."""
    cursor.execute(STANDING.format(staged=upload.staged), [upload.program.pk, FAULTS_KEPT])
    rows, kept = cursor.fetchall(), []
    for _, line, reference, same_partner, same_day, same_amount in rows:
        named = {"partner": same_partner, "day": same_day, "amount": same_amount}
        other = ", ".join(f"another {what}" for what, same in named.items() if not same)
        kept.append(
            Fault(
                line,
                "reference",
                reference,
                f"This reference was posted before with {other}. A correction is a line of its own, with a reference of its own.",
            )
        )
    return kept, int(rows[0][0]) if rows else 0


def sums(cursor: CursorWrapper, upload: SalesUpload) -> list[Sum]:
    cursor.execute(SUMS.format(staged=upload.staged))
    return [Sum(*row) for row in cursor.fetchall()]
