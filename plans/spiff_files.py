"""A file of SPIFFs: what it would enter, row by row, before anything is entered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from partners.exports import unquoted
from partners.models import Company, User
from partners.tables import Fault, Row, Shape, day_of, faults_of, wrong_cells
from plans.actions.spiffs import KEY, NewSpiff, programs_of, wrong_days
from plans.models import SalesPerson, SpiffEarning
from programs.money import MoneyError, parse, show

SPIFFS = Shape(
    needed=("sales_person", "vendor", "program", "sale", "earned_on", "amount"),
    # The last two stand in a list that was taken away; Windfall finds them out itself, so they are not read.
    optional=("paid_on", "currency", "state", "claim"),
    longest={
        "sales_person": 100,
        "vendor": 120,
        "program": 120,
        "sale": 60,
        "earned_on": 10,
        "amount": 40,
        "paid_on": 10,
        "currency": 3,
    },
)
# What somebody fills in.
ASKED = (*SPIFFS.needed, "paid_on")


@dataclass(slots=True)
class Planned:
    """What a row would do. `errors` are sentences by the column's name; without `new` it stands there already."""

    row: Row
    errors: dict[str, str] = field(default_factory=dict)
    new: NewSpiff | None = None
    stands: bool = False


@dataclass(slots=True)
class Plan:
    rows: list[Planned]

    @property
    def faults(self) -> list[Fault]:
        return [fault for planned in self.rows for fault in faults_of(planned.row, planned.errors)]

    @property
    def new(self) -> list[NewSpiff]:
        return [planned.new for planned in self.rows if planned.new and not planned.stands]

    @property
    def is_ready(self) -> bool:
        return bool(self.new) and not any(planned.errors for planned in self.rows)


class Books:
    """Whom and what the rows may name: the partner's sales people, and the programs that its people see."""

    def __init__(self, partner: Company, user: User, today: date):
        self.today = today
        people = SalesPerson.objects.visible_to(user).of_partner(partner)
        self.people = {person.name.lower(): person for person in people}
        # Where the partner's books and Windfall have one of the same name, the one on Windfall is meant.
        kept_first = programs_of(partner, user).select_related("vendor").order_by("vendor__kept_by", "pk").reverse()
        self.programs = {(p.vendor.name.lower(), p.name.lower()): p for p in kept_first}

    def read(self, row: Row) -> Planned:
        """The row, checked by itself."""
        errors = wrong_cells(row, SPIFFS)
        cells = {name: unquoted(text) for name, text in row.cells.items()}
        person = self.people.get(cells["sales_person"].lower())
        if person is None:
            errors.setdefault("sales_person", "This is none of your sales people. Add them first, or correct the name.")
        program = self.programs.get((cells["vendor"].lower(), cells["program"].lower()))
        if program is None:
            errors.setdefault("program", "You have no program of this vendor and name. Look at Programs, or record it.")
        if not cells["sale"]:
            errors.setdefault("sale", "Name the sale, as the vendor knows it.")
        earned_on, paid_on = day_of(row, "earned_on", errors), day_of(row, "paid_on", errors)
        if earned_on is None:
            errors.setdefault("earned_on", "Write the day as in 2026-12-31.")
        errors |= wrong_days(earned_on, paid_on, self.today)
        amount = 0
        if program is not None and cells["currency"] and cells["currency"].upper() != program.currency:
            errors.setdefault("currency", f"This program pays in {program.currency}.")
        if program is not None and "amount" not in errors:
            try:
                amount = parse(cells["amount"], program.currency)
                if amount <= 0:
                    errors["amount"] = "Enter an amount above zero."
            except MoneyError as error:
                errors["amount"] = str(error)
        if errors or person is None or program is None or earned_on is None:
            return Planned(row, errors)
        return Planned(row, errors, NewSpiff(person, program, cells["sale"], earned_on, amount, paid_on))


def plan(rows: Sequence[Row], partner: Company, user: User, today: date) -> Plan:
    """Each row checked by itself, against the others, and against what was entered before."""
    books = Books(partner, user, today)
    planned = [books.read(row) for row in rows]
    known = (
        SpiffEarning.objects.visible_to(user)
        .of_partner(partner)
        .values_list(*KEY, "earned_on", "amount", "currency", "paid_on")
    )
    standing = {(who, program, sale.lower()): facts for who, program, sale, *facts in known}
    first: dict[tuple, int] = {}
    for found in planned:
        if found.new is None:
            continue
        line = first.setdefault(found.new.key, found.row.line)
        if line != found.row.line:
            found.errors["sale"] = f"Line {line} has this sale already: it counts once."
        elif facts := standing.get(found.new.key):
            earned_on, amount, currency, paid_on = facts
            found.stands = True
            if (earned_on, amount) != (found.new.earned_on, found.new.amount):
                found.errors["sale"] = (
                    f"It is entered already, with {show(amount, currency)} on {earned_on}. Change it on its page."
                )
            # A file from before it was paid says nothing of it.
            elif found.new.paid_on not in (None, paid_on):
                found.errors["paid_on"] = "It is entered already, without that day. Change it on its page."
    return Plan(planned)
