"""Checks all lines of a file of sales in the database, in a few statements however many there are.

No line is written a second time: what a cell stands for (a partner, a day, an amount) is found out when the lines are added up
for the check, and once more when they are posted. Only what is wrong is looked at line by line.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import BinaryIO, NamedTuple

from django.db.backends.utils import CursorWrapper

from funds.earning import Rule, period_of, rule_for
from funds.sales import Sale, SalesUpload, rules_of
from funds.sales_files import SALES, Progress
from funds.staging.faults import wrong_in
from funds.staging.tables import Cells, copied, drop, lay_days, roomy
from partners.states import Kind
from partners.tables import Fault, Row, faults_of
from programs.models import Program
from programs.money import LARGEST, digits

FAULTS_KEPT = 500
UNKNOWN_KEPT = 100

# By short name, or by exact name where only one has it. `times`: how many have it.
NAMES = f"""
    SELECT slug AS text, id, 1 AS times FROM partners_company WHERE kind = '{Kind.PARTNER}'
     UNION ALL
    SELECT name, CASE WHEN count(*) = 1 THEN min(id) END, count(*) FROM partners_company n
     WHERE kind = '{Kind.PARTNER}'
       AND NOT EXISTS (SELECT FROM partners_company s WHERE s.kind = '{Kind.PARTNER}' AND s.slug = n.name)
     GROUP BY name
"""
# What may stand before the sign with which a spreadsheet's formula begins, and those signs.
UNSEEN = " \t\r\n\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
FORMULA_SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"
# Cheap first: most amounts are plain and short, most references begin with a figure or a letter. One CASE, because the server
# takes it to be true of half of the lines: so it never builds its hashes from them.
IS_RIGHT = f"""
    CASE WHEN CASE WHEN length(r.amount) <= {{safe}} AND r.amount ~ '{{plain}}' THEN true
                   WHEN length(r.amount) <= 60 AND r.amount ~ '{{other}}'
                   THEN abs(regexp_replace(r.amount, '[\\s,]', '', 'g')::numeric) * {{unit}} <= {LARGEST} END
         THEN CASE WHEN ascii(r.reference) BETWEEN 48 AND 57 OR ascii(r.reference) BETWEEN 65 AND 122 THEN true
                   -- An empty one ends here too: nothing stands at the beginning of everything.
                   ELSE strpos('{FORMULA_SIGNS}', left(ltrim(r.reference, '{UNSEEN}'), 1)) = 0 END
              AND length(r.reference) <= 60
              AND (r.currency IS NULL OR r.currency IN ('', '{{currency}}')) AND r.fault IS NULL
         ELSE false END
"""
# Of a line that is right: the database reads all but thousands' commas and odd blanks by itself.
NUMBER = """CASE WHEN pg_input_is_valid(r.amount, 'numeric') THEN r.amount::numeric
                 ELSE regexp_replace(r.amount, '[\\s,]', '', 'g')::numeric END"""
RIGHT = f"""
    SELECT {{line}} btrim(r.reference) AS reference, p.id AS partner_id, d.day AS sold_on, ({NUMBER} * {{unit}})::bigint AS amount
      FROM {{cells}} r
      JOIN {{staged}}_days d ON d.text = btrim(r.sold_on)
      JOIN ({NAMES}) p ON p.text = btrim(r.partner) AND p.id IS NOT NULL
     WHERE {IS_RIGHT}
"""
# Partners are looked up by the few names that there are, not by each line. `fresh` are those that were not posted before.
SUMS = f"""
    WITH found AS MATERIALIZED (
        SELECT r.partner, d.starts_on, count(*) AS lines, count(*) {{fresh}} AS fresh, sum({NUMBER}) {{fresh}} AS sold
          FROM {{staged}} r JOIN {{staged}}_days d ON d.text = btrim(r.sold_on) {{posted}}
         WHERE {IS_RIGHT} GROUP BY r.partner, d.starts_on
    )
    SELECT p.id, f.starts_on, sum(f.lines)::bigint, sum(f.fresh)::bigint, (coalesce(sum(f.sold), 0) * {{unit}})::bigint
      FROM found f JOIN ({NAMES}) p ON p.text = btrim(f.partner) AND p.id IS NOT NULL
     GROUP BY p.id, f.starts_on ORDER BY p.id, f.starts_on
"""
FRESH = "FILTER (WHERE o.reference IS NULL)"
POSTED = "LEFT JOIN funds_sale o ON o.program_id = {program} AND o.reference = btrim(r.reference)"
LEFT_OUT = f"""
    SELECT r.line, left(r.partner, 501), left(r.reference, 501), left(r.sold_on, 501), left(r.amount, 501),
           left(coalesce(r.currency, ''), 501), coalesce(r.fault, ''), p.id, p.times
      FROM {{cells}} r
      LEFT JOIN {{staged}}_days d ON d.text = btrim(r.sold_on)
      LEFT JOIN ({NAMES}) p ON p.text = btrim(r.partner)
     WHERE p.id IS NULL OR d.day IS NULL OR ({IS_RIGHT}) IS NOT TRUE
     ORDER BY r.line LIMIT %s
"""
# Two references of one hash only make the next statement look for nothing. Eight bytes each, in whichever order they stand.
DIFFERENT = "SELECT count(*) FROM (SELECT FROM {staged} GROUP BY hashtextextended(btrim(reference), 0)) AS once"
REPEATED = f"""
    SELECT count(*) OVER (), line, reference, first FROM (
        SELECT line, reference, min(line) OVER (PARTITION BY reference) AS first FROM ({RIGHT}) s
    ) all_lines WHERE line <> first ORDER BY line LIMIT %s
"""
STANDING = f"""
    SELECT count(*) OVER (), s.line, s.reference, s.partner_id = o.partner_id, s.sold_on = o.sold_on, s.amount = o.amount
      FROM ({RIGHT}) s JOIN funds_sale o ON o.program_id = %s AND o.reference = s.reference
     WHERE (s.partner_id, s.sold_on, s.amount) <> (o.partner_id, o.sold_on, o.amount) {{once}} ORDER BY s.line LIMIT %s
"""
# A line that repeats one further up is wrong already: it counts once.
ONCE = f"AND NOT EXISTS (SELECT FROM ({RIGHT}) e WHERE e.reference = s.reference AND e.line < s.line)"
UNKNOWN = f"""
    SELECT left(btrim(r.partner), 120), count(*) FROM {{staged}} r LEFT JOIN ({NAMES}) p ON p.text = btrim(r.partner)
     WHERE p.text IS NULL AND btrim(r.partner) <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""
SELL = f"""
    INSERT INTO funds_sale (program_id, upload_id, reference, partner_id, sold_on, amount)
    SELECT %s, %s, r.reference, r.partner_id, r.sold_on, r.amount FROM ({RIGHT}) r
"""


class Sum(NamedTuple):
    """What a file says that one partner sold in one period, and that was not posted before."""

    partner_id: int
    starts_on: date
    lines: int
    sold: int


class Added(NamedTuple):
    """All lines added up: how many are right, how many of those have a reference that was posted before, and what is new."""

    right: int
    standing: int
    sums: list[Sum]


class Checked(NamedTuple):
    """What a check found. `wrong` counts the lines behind `faults`, of which the first 500 are kept."""

    lines: int
    standing: int
    wrong: int
    faults: list[Fault]
    unknown: list[tuple[str, int]]
    sums: list[Sum]


def check(upload: SalesUpload, file: BinaryIO, *, today: date, tell: Progress) -> Checked:
    """Read the file into the upload's table and say what it holds and what is wrong. FileRefused if it is no table of sales.

    Call it in a transaction. `today` is the program's; `tell` hears how far the file is read.
    """
    rules = rules_of(upload.program)
    with roomy() as cursor:
        cells = copied(cursor, upload, file, tell)
        added = add_up(cursor, upload, rules, today)
        faults, wrong = [], cells.lines - added.right
        if wrong:
            faults = left_out(cursor, upload, cells, rules, today)
        more, twice = repeated(cursor, upload, cells)
        changed, differing = standing(cursor, upload, cells, are_once=not twice) if added.standing else ([], 0)
        wrong += twice + differing
        found = sorted([*faults, *more, *changed], key=lambda fault: fault.line)[:FAULTS_KEPT]
        unknown = []
        if wrong:
            cursor.execute(UNKNOWN.format(staged=upload.staged), [UNKNOWN_KEPT])
            unknown = cursor.fetchall()
            drop(cursor, upload)
        return Checked(cells.lines, added.standing - differing, wrong, found, unknown, added.sums)


def add_up(cursor: CursorWrapper, upload: SalesUpload, rules: Sequence[Rule], today: date) -> Added:
    """Look at each line once and add up those that are right."""
    program = upload.program
    lay_days(cursor, upload, possible_days(program, rules, today))
    # Without an earlier sale in the program there is nothing to look for.
    again = Sale.objects.filter(program=program).exists()
    posted = POSTED.format(program=program.pk)
    cursor.execute(statement(SUMS, upload, fresh=FRESH if again else "", posted=posted if again else ""))
    rows = cursor.fetchall()
    right = sum(lines for _, _, lines, _, _ in rows)
    fresh = [Sum(partner, starts_on, new, sold) for partner, starts_on, _, new, sold in rows if new]
    return Added(right, right - sum(s.lines for s in fresh), fresh)


def sell(cursor: CursorWrapper, upload: SalesUpload) -> None:
    """Add the upload's lines to the books, but for those that stand there already. IntegrityError where another was faster."""
    select = statement(SELL, upload)
    if upload.standing:
        select += f" LEFT JOIN funds_sale o ON o.program_id = {upload.program.pk} AND o.reference = r.reference"
        select += " WHERE o.reference IS NULL"
    cursor.execute(select, [upload.program.pk, upload.pk])


def statement(template: str, upload: SalesUpload, numbered: str = "", **parts: str) -> str:
    """A statement about the upload's rows, or about the `numbered` ones that know their lines.

    It is told what a right amount looks like: at most 10^14 minor units stand in one row.
    """
    currency = upload.program.currency
    places = digits(currency)
    cents = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    # Zeros beyond the last decimal change nothing: other programs write 12.5000.
    long_cents = rf"(?:\.[0-9]{{0,{places}}}0*)?"
    return template.format(
        staged=upload.staged,
        cells=numbered or upload.staged,
        line="r.line," if numbered else "",
        unit=10**places,
        currency=currency,
        safe=len(str(LARGEST)) - 1 - places,
        plain=f"^-?[0-9]+{cents}$",
        other=rf"^\s*-?(?:[0-9]{{1,20}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,6}})(?!\.\s*$){long_cents}\s*$",
        **parts,
    )


def possible_days(program: Program, rules: Sequence[Rule], today: date) -> list[tuple[date, date]]:
    """Each day on which a sale may count, and the first of the period that it counts in."""
    last = min(program.ends_on, today)
    days = (program.starts_on + timedelta(days=n) for n in range((last - program.starts_on).days + 1))
    ruled = ((day, rule_for(day, rules)) for day in days)
    return [(day, period_of(day, rule.months).starts_on) for day, rule in ruled if rule]


def left_out(
    cursor: CursorWrapper, upload: SalesUpload, cells: Cells, rules: Sequence[Rule], today: date
) -> list[Fault]:
    """What is wrong with the lines that did not count."""
    cursor.execute(statement(LEFT_OUT, upload, cells.numbered), [FAULTS_KEPT])
    found: list[Fault] = []
    for line, *texts, fault, partner_id, times in cursor.fetchall():
        row = Row(line, dict(zip(SALES.columns, (text.strip() for text in texts), strict=True)), fault)
        found += faults_of(row, wrong_in(row, upload.program, rules, today, partner_id, times or 0))
    return found


def repeated(cursor: CursorWrapper, upload: SalesUpload, cells: Cells) -> tuple[list[Fault], int]:
    """The lines whose reference stands further up in the file already."""
    cursor.execute(DIFFERENT.format(staged=upload.staged))
    if cursor.fetchone()[0] == cells.lines:
        return [], 0
    cursor.execute(statement(REPEATED, upload, cells.numbered), [FAULTS_KEPT])
    rows = cursor.fetchall()
    kept = [
        Fault(line, "reference", reference, f"This reference stands in line {first} already.")
        for _, line, reference, first in rows
    ]
    return kept, int(rows[0][0]) if rows else 0


def standing(cursor: CursorWrapper, upload: SalesUpload, cells: Cells, *, are_once: bool) -> tuple[list[Fault], int]:
    """The lines whose reference was posted before with another content."""
    once = "" if are_once else statement(ONCE, upload, cells.numbered)
    cursor.execute(statement(STANDING, upload, cells.numbered, once=once), [upload.program.pk, FAULTS_KEPT])
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
