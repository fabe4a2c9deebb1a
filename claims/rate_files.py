"""A file of exchange rates: what it would change, row by row, before anything is changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from claims.actions.rates import NewRate
from claims.amounts import LARGEST_RATE, RATE_DECIMALS
from claims.models import ExchangeRate
from partners.tables import Fault, Row, Shape, day_of, faults_of, wrong_cells
from programs.money import CURRENCIES

RATES = Shape(
    needed=("from", "to", "day", "rate", "source"), longest={"from": 3, "to": 3, "day": 10, "rate": 24, "source": 80}
)


class RateError(ValueError):
    """A text that is no rate. Its words are for the user."""


def parse_rate(text: str) -> Decimal:
    """A rate as typed: 1.0850. RateError for anything else, for nothing and for too many decimals."""
    bare = text.strip()
    if not re.fullmatch(r"\d{1,10}(\.\d{1,20})?", bare, re.ASCII):
        raise RateError("Write the rate as in 1.0850.")
    rate = Decimal(bare)
    if not 0 < rate <= LARGEST_RATE:
        raise RateError("A rate is above zero and at most a billion.")
    if rate != rate.quantize(Decimal(1).scaleb(-RATE_DECIMALS)):
        raise RateError(f"A rate has {RATE_DECIMALS} decimals at most.")
    return rate


@dataclass(slots=True)
class Planned:
    """What a row would do. `errors` are sentences by the column's name; `words` say what changes, "" where it stands already."""

    row: Row
    errors: dict[str, str] = field(default_factory=dict)
    new: NewRate | None = None
    words: str = ""


@dataclass(slots=True)
class Plan:
    rows: list[Planned]

    @property
    def faults(self) -> list[Fault]:
        return [fault for planned in self.rows for fault in faults_of(planned.row, planned.errors)]

    @property
    def changes(self) -> list[NewRate]:
        return [planned.new for planned in self.rows if planned.new and planned.words]

    @property
    def is_ready(self) -> bool:
        return bool(self.changes) and not any(planned.errors for planned in self.rows)


def plan(rows: Sequence[Row], today: date) -> Plan:
    """Each row checked by itself, against the others and against the rates that stand; no day is after today."""
    planned = [checked(row, today) for row in rows]
    days = {found.new.day for found in planned if found.new}
    kept = {(rate.base, rate.quote, rate.day): rate for rate in ExchangeRate.objects.filter(day__in=days)}
    first: dict[tuple, int] = {}
    for found in planned:
        if found.new is None:
            continue
        key = (found.new.base, found.new.quote, found.new.day)
        line = first.setdefault(key, found.row.line)
        if line != found.row.line:
            found.errors[""] = f"Line {line} has this pair and day already."
        elif (rate := kept.get(key)) is None:
            found.words = "New."
        elif (rate.rate, rate.source) != (found.new.rate, found.new.source):
            found.words = f"Instead of {rate.rate.normalize():f} ({rate.source})."
    return Plan(planned)


def checked(row: Row, today: date) -> Planned:
    errors, cells = wrong_cells(row, RATES, skip=["rate"]), row.cells
    base, quote = cells["from"].upper(), cells["to"].upper()
    for name, code in (("from", base), ("to", quote)):
        if code not in CURRENCIES:
            errors.setdefault(name, "This is no currency that is used here. An example: EUR.")
    if base == quote:
        errors.setdefault("to", "A rate is of two currencies.")
    day = day_of(row, "day", errors)
    if day is None:
        errors.setdefault("day", "Write the day as in 2026-12-31.")
    elif day > today:
        errors["day"] = "That day is still to come."
    rate = Decimal(0)
    try:
        rate = parse_rate(cells["rate"])
    except RateError as error:
        errors.setdefault("rate", str(error))
    if not cells["source"]:
        errors.setdefault("source", "Say where it is published.")
    if errors or day is None:
        return Planned(row, errors)
    return Planned(row, errors, NewRate(base, quote, day, rate, cells["source"]))
