"""Finds an invoice's number, day, sums and supplier in its text, by the words that name them.

The text is taken as lines of cells (pieces with two spaces or more between them). What a word names stands behind it in its
cell, in the cell beside it, or below it: in that order.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise

from claims.reading import words
from claims.reading.values import amounts_in, currency_in, day_in

NUMBER = re.compile(r"(?:[A-Z]{1,4} )?(?=[\w/.\-]*\d)[A-Za-z0-9](?:[\w/.\-]{0,30}\w)?")
GAP = re.compile(r"\s{2,}|\t|\s*\|\s*")
NEAR = 14  # columns between a word and what stands below it
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What an invoice says. `total` and `tax` are in major units of `currency`; what was not found is empty."""

    number: str = ""
    day: date | None = None
    total: Decimal | None = None
    tax: Decimal | None = None
    currency: str = ""
    supplier: str = ""

    def as_json(self) -> dict[str, str]:
        """Only what was found, as text."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, date) else str(value) for name, value in said.items() if value
        }


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    column: int


Row = Sequence[Cell]


def rows_of(text: str) -> list[Row]:
    rows: list[Row] = []
    for line in text.splitlines()[:MOST_LINES]:
        cells, place = [], 0
        for piece in [*GAP.finditer(line), None]:
            end = piece.start() if piece else len(line)
            if line[place:end].strip():
                cells.append(Cell(line[place:end].strip(), place))
            place = piece.end() if piece else end
        if cells:
            rows.append(cells)
    return rows


def read(text: str, *, known: Sequence[str] = (), own: str = "") -> Found:
    """What the text of an invoice says. `known` are suppliers that the partner had before, `own` its own name."""
    rows = rows_of(text)
    if not rows:
        return Found()
    currency = main_currency(rows, text)
    total = total_of(rows, currency or "USD")
    month_first = currency in ("USD", "") and not re.search(r"[äöüßéèàñçõł]", text, re.IGNORECASE)
    return Found(
        number=number_of(rows),
        day=day_of(rows, month_first),
        total=total,
        tax=tax_of(rows, currency or "USD", total),
        currency=currency,
        supplier=supplier_of(rows, text, known, own),
    )


def named(
    rows: Sequence[Row], labels: Sequence[str], accept: Callable[[str], object], never: str = ""
) -> Iterator[object]:
    """What stands behind, beside or below the words, the best word first."""
    for label in labels:
        pattern = re.compile(rf"(?<!\w)(?:{label})", re.IGNORECASE)
        for row, below in pairwise([*rows, []]):
            for place, cell in enumerate(row):
                hit = pattern.search(cell.text)
                if hit is None or (never and re.search(never, cell.text, re.IGNORECASE)):
                    continue
                beside = row[place + 1].text if place + 1 < len(row) else ""
                under = [other.text for other in below if abs(other.column - cell.column) <= NEAR]
                for text in (cell.text[hit.end() :], beside, *under[:1]):
                    if found := accept(text):
                        yield found
                        break


def number_of(rows: Sequence[Row]) -> str:
    def accept(text: str, even_a_day: bool = False) -> str:
        bare = re.sub(r"^[\s:#.º°]+|^\s*(?:no\.?|nr\.?|n°)\s*", "", text, flags=re.IGNORECASE).lstrip(": #")
        hit = NUMBER.match(bare)
        if hit is None or (not even_a_day and day_in(bare[:12], month_first=True)):
            return ""
        return hit.group().rstrip(".")

    # Some number their invoices 14/11/2026: taken where no other number is found.
    for tried in (accept, partial(accept, even_a_day=True)):
        for found in named(rows, words.NUMBER, tried):
            return str(found)[:60]
    return ""


def day_of(rows: Sequence[Row], month_first: bool) -> date | None:
    def accept(text: str) -> date | None:
        return day_in(text, month_first=month_first)

    for found in named(rows, words.DAY, accept, never=words.OTHER_DAY):
        assert isinstance(found, date)
        return found
    for row in rows:
        line = "  ".join(cell.text for cell in row)
        if not re.search(words.OTHER_DAY, line, re.IGNORECASE) and (day := accept(line)):
            return day
    return None


def line_of(row: Row) -> str:
    return "  ".join(cell.text for cell in row)


def total_of(rows: Sequence[Row], currency: str) -> Decimal | None:
    """The last amount of the lowest line that the best word names."""
    for label in words.TOTAL:
        pattern = re.compile(rf"(?<!\w)(?:{label})(?!\w)", re.IGNORECASE)
        for row, below in reversed(list(pairwise([*rows, []]))):
            line = line_of(row)
            hit = pattern.search(line)
            if hit is None or re.search(words.OTHER_TOTAL, line, re.IGNORECASE):
                continue
            behind = amounts_in(line[hit.end() :], currency) or (
                amounts_in(line_of(below), currency) if len(row) == 1 else []
            )
            if behind and behind[-1] > 0:
                return behind[-1]
    return None


def tax_of(rows: Sequence[Row], currency: str, total: Decimal | None) -> Decimal | None:
    """The sum of the lines that name a tax, where that is less than the total."""
    if total is None:
        return None
    taxes: list[Decimal] = []
    for row in rows:
        line = line_of(row)
        if re.search(words.OTHER_TAX, line, re.IGNORECASE) or re.search(
            "|".join(words.TOTAL[:-1]), line, re.IGNORECASE
        ):
            continue
        hit = re.search("|".join(words.TAX), line, re.IGNORECASE)
        amounts = amounts_in(re.sub(r"\d+(?:[.,]\d+)?\s*%", "", line[hit.end() :]), currency) if hit else []
        if amounts:
            taxes.append(amounts[-1])
    tax = sum(taxes, Decimal(0))
    return tax if 0 < tax < total else None


def main_currency(rows: Sequence[Row], text: str) -> str:
    """The currency beside the total; else the one that stands most often."""
    for label in words.TOTAL:
        for row in reversed(rows):
            line = line_of(row)
            if re.search(rf"(?<!\w)(?:{label})(?!\w)", line, re.IGNORECASE) and (code := currency_in(line)):
                return sure(code, text)
    counts = Counter(code for row in rows for cell in row if (code := currency_in(cell.text)))
    return sure(counts.most_common(1)[0][0], text) if counts else ""


def sure(code: str, text: str) -> str:
    """A bare $ or ¥ may be another country's, where the invoice says so elsewhere."""
    for bare, others in (("USD", ("CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")), ("JPY", ("CNY",))):
        if code == bare and bare not in text:
            return next((other for other in others if re.search(rf"\b{other}\b", text)), code)
    return code


def supplier_of(rows: Sequence[Row], text: str, known: Sequence[str], own: str) -> str:
    """A supplier that the partner knows and the invoice names; else the one named as such; else the first name on it."""
    said = " ".join(text.casefold().split())
    for name in known:
        if (
            len(name) > 2
            and name != own
            and re.search(rf"(?<!\w){re.escape(' '.join(name.casefold().split()))}(?!\w)", said)
        ):
            return name

    def accept(cell: str) -> str:
        bare = cell.strip(" :")
        return bare if len(bare) > 2 and is_name(bare, own) else ""

    for found in named(rows, words.SUPPLIER, lambda cell: accept(cell) if cell.startswith((":", " :")) else ""):
        return str(found)[:120]
    names, is_customer = [], False
    for row in rows[:25]:
        for cell in row:
            if re.search(words.CUSTOMER, cell.text, re.IGNORECASE):
                is_customer = ":" not in cell.text or cell.text.rstrip().endswith(":")
            elif is_customer:
                is_customer = False  # whoever is addressed
            elif is_name(cell.text, own):
                names.append(re.split(r" [·|•–] ", cell.text)[0])
    company = next((name for name in names if re.search(words.COMPANY, name, re.IGNORECASE)), "")
    return (company or next(iter(names), ""))[:120]


def is_name(text: str, own: str) -> bool:
    if own and own.casefold() in text.casefold():
        return False
    return (
        len(text) < 80 and bool(re.search(r"[^\W\d_]{2}", text)) and not re.search(words.NO_NAME, text, re.IGNORECASE)
    )
