"""What a file of grants would do to a budget, row by row, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from funds.actions import standing_grants
from funds.grants import Grant, usual_claim_by, usual_last_day, wrong_days
from funds.models import Budget
from partners.directory import Directory
from partners.models import Partner
from partners.tables import Fault, Row, Shape, day_of, faults_of, wrong_cells
from programs.money import MoneyError, parse

GRANTS = Shape(
    needed=("partner", "amount", "reference"),
    optional=("name", "expires_on", "claim_by"),
    longest={"name": 120, "reference": 60},
)


class Status(StrEnum):
    NEW = "new"
    STANDING = "standing"
    ERROR = "error"


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
        return [fault for planned in self.rows for fault in faults_of(planned.row, planned.errors)]

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


def plan(rows: Sequence[Row], *, budget: Budget, today: date) -> Plan:
    """Each row checked against the budget as it stands now. `today` is the program's."""
    directory = Directory(row.cells["partner"] for row in rows)
    standing = standing_grants(budget, list({row.cells["reference"] for row in rows}))
    lines: dict[str, int] = {}
    planned = []
    for row in rows:
        found = checked(row, directory, budget, today, standing)
        reference = row.cells["reference"]
        if reference in lines:
            found.errors.setdefault("reference", f"This reference stands in line {lines[reference]} already.")
        elif reference:
            lines[reference] = row.line
        planned.append(found)
    return Plan(planned, budget.unallocated)


def checked(
    row: Row, directory: Directory, budget: Budget, today: date, standing: dict[str, tuple[int, int]]
) -> Planned:
    program = budget.program
    errors, cells = wrong_cells(row, GRANTS, skip=["amount"]), row.cells
    if not cells["reference"]:
        errors.setdefault("reference", "Give the grant a reference of its own.")
    partner = directory.find(cells["partner"])
    if isinstance(partner, str):
        errors.setdefault("partner", partner)
    amount = amount_of(cells["amount"], program.currency, errors)
    expires_on = day_of(row, "expires_on", errors) or usual_last_day(program, budget, today)
    claim_by = day_of(row, "claim_by", errors) or usual_claim_by(program, expires_on)
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
        wrong = wrong_days(program, budget, expires_on=expires_on, claim_by=claim_by, today=today)
        for name, words in wrong.items():
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
