"""What a file of grants would do to a budget, row by row, before anything is done."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from funds.actions import standing_grants
from funds.grant_files import COLUMNS, LONGEST_CELL, Row
from funds.grants import Grant, usual_claim_by, wrong_days
from funds.models import Budget
from partners.exports import FORMULA
from partners.models import Partner
from programs.forms import FIRST_YEAR, LAST_YEAR
from programs.models import Program
from programs.money import MoneyError, parse

LONGEST = {"name": 120, "reference": 60}


class Status(StrEnum):
    NEW = "new"
    STANDING = "standing"
    ERROR = "error"


class Fault(NamedTuple):
    """What is wrong with one cell, or with a whole row (`column` is empty then)."""

    line: int
    column: str
    text: str
    words: str


@dataclass(slots=True)
class Planned:
    """What one row would do. `errors` are sentences by the column's name, "" for the whole row."""

    row: Row
    errors: dict[str, str] = field(default_factory=dict)
    grant: Grant | None = None
    is_standing: bool = False

    @property
    def status(self) -> Status:
        if self.errors:
            return Status.ERROR
        return Status.STANDING if self.is_standing else Status.NEW


@dataclass(slots=True)
class Plan:
    """What the whole file would do to this budget today. Amounts in minor units."""

    rows: list[Planned]
    unallocated: int

    def of(self, status: Status) -> list[Planned]:
        return [planned for planned in self.rows if planned.status == status]

    def total(self, status: Status) -> int:
        return sum(planned.grant.amount for planned in self.of(status) if planned.grant)

    @property
    def faults(self) -> list[Fault]:
        """Each thing to correct, in the order of the file."""
        return [
            Fault(planned.row.line, column, planned.row.cells.get(column, ""), words)
            for planned in self.rows
            for column, words in planned.errors.items()
        ]

    @property
    def left(self) -> int:
        """What is unallocated afterwards; below zero when the budget holds too little."""
        return self.unallocated - self.total(Status.NEW)

    @property
    def is_ready(self) -> bool:
        return not self.of(Status.ERROR) and bool(self.of(Status.NEW)) and self.left >= 0

    @property
    def grants(self) -> list[Grant]:
        """Those that stand already too: the action leaves them alone."""
        return [planned.grant for planned in self.rows if planned.grant]


class Directory:
    """The partners that a file names: by slug, or by exact name where only one has it."""

    def __init__(self, names: Iterable[str]):
        wanted = list({name for name in names if name})
        found = Partner.objects.filter(slug__in=wanted) | Partner.objects.filter(name__in=wanted)
        self.by_slug: dict[str, Partner] = {}
        self.by_name: dict[str, list[Partner]] = {}
        for partner in found:
            self.by_slug[partner.slug] = partner
            self.by_name.setdefault(partner.name, []).append(partner)

    def find(self, text: str) -> Partner | str:
        """The partner, or what is wrong, in words."""
        if not text:
            return "Name a partner."
        if partner := self.by_slug.get(text):
            return partner
        named = self.by_name.get(text, [])
        if len(named) > 1:
            return f"Several partners have this name. Write the short name: {', '.join(p.slug for p in named[:5])}."
        return named[0] if named else "There is no partner of this name."


def plan(rows: Sequence[Row], *, budget: Budget, today: date) -> Plan:
    """Each row checked against the budget as it stands now. `today` is the program's."""
    directory = Directory(row.cells["partner"] for row in rows)
    standing = standing_grants(budget, list({row.cells["reference"] for row in rows}))
    lines: dict[str, int] = {}
    planned = []
    for row in rows:
        found = checked(row, directory, budget.program, today, standing)
        reference = row.cells["reference"]
        if reference in lines:
            found.errors.setdefault("reference", f"This reference stands in line {lines[reference]} already.")
        elif reference:
            lines[reference] = row.line
        planned.append(found)
    return Plan(planned, budget.unallocated)


def checked(
    row: Row, directory: Directory, program: Program, today: date, standing: dict[str, tuple[int, int]]
) -> Planned:
    errors: dict[str, str] = {"": row.fault} if row.fault else {}
    cells = row.cells
    for name in COLUMNS:
        if name != "amount" and FORMULA.match(cells[name]):
            errors[name] = f"This begins with {cells[name].lstrip()[:1]} as a formula does. Write plain text."
        elif len(cells[name]) > LONGEST.get(name, LONGEST_CELL):
            errors[name] = f"This is longer than {LONGEST.get(name, LONGEST_CELL)} letters."
    if not cells["reference"]:
        errors.setdefault("reference", "Give the grant a reference of its own.")
    partner = directory.find(cells["partner"])
    if isinstance(partner, str):
        errors.setdefault("partner", partner)
    amount = amount_of(cells["amount"], program.currency, errors)
    expires_on = day_of(cells["expires_on"], "expires_on", errors) or program.ends_on
    claim_by = day_of(cells["claim_by"], "claim_by", errors) or usual_claim_by(program, expires_on)
    reference = cells["reference"]
    is_standing = reference in standing and "reference" not in errors
    if is_standing and not errors and isinstance(partner, Partner):
        same_partner, same_amount = standing[reference][0] == partner.pk, standing[reference][1] == amount
        if not (same_partner and same_amount):
            what = "with another amount" if same_partner else "to another partner"
            errors["reference"] = (
                f"This reference was granted before, {what}. A new grant needs a reference of its own."
            )
    if not is_standing and not errors.keys() & {"expires_on", "claim_by"}:
        for name, words in wrong_days(program, expires_on=expires_on, claim_by=claim_by, today=today).items():
            errors.setdefault(name, words)
    if errors or not isinstance(partner, Partner) or amount is None:
        return Planned(row, errors)
    grant = Grant(partner, amount, cells["name"] or program.name, reference, expires_on, claim_by)
    return Planned(row, errors, grant, is_standing)


def amount_of(text: str, currency: str, errors: dict[str, str]) -> int | None:
    try:
        amount = parse(text, currency)
    except MoneyError as error:
        errors.setdefault("amount", str(error))
        return None
    if amount <= 0:
        errors.setdefault("amount", "The amount must be above zero.")
        return None
    return amount


def day_of(text: str, name: str, errors: dict[str, str]) -> date | None:
    if not text or name in errors:
        return None
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        errors[name] = "There is no such day."
        return None
    if day is None:
        errors[name] = "Write the day as year-month-day, as in 2026-12-31."
    elif not FIRST_YEAR <= day.year <= LAST_YEAR:
        errors[name] = "Check the year."
        return None
    return day
