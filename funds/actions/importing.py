"""A vendor's statement, as a file, into the partner's own books: `funds.statement_files` reads it, `record_statement` records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from funds.actions.moving import FundsRefused
from funds.actions.statements import Difference, compare, record_statement
from funds.statement_files.readers import Fund
from funds.statement_files.understanding import Understood
from funds.statements import Stated
from partners.models import Company, User
from programs.actions import keeping
from programs.models import KeptVendor, Program

USUAL_PROGRAM = "Market development fund"
NOTHING = "No line of the statement could be recorded as a fund."
NO_DAY = "no day says until when it can be used"


@dataclass(frozen=True, slots=True)
class Part:
    """The funds of a statement in one currency: they stand in one program. `program` is None as long as it is not recorded."""

    name: str
    currency: str
    program: Program | None
    funds: tuple[Stated, ...]

    def differences(self) -> list[Difference]:
        """FundsRefused for what no statement can say."""
        if self.program is None:
            return [Difference(stated, None) for stated in self.funds]
        return compare(program=self.program, funds=self.funds)


def stated(fund: Fund, last_day: date | None = None) -> Stated | None:
    """The fund as the books take it. Where one day is named it is both, which is never later than what the vendor means.

    `last_day` is what a person says of funds without one; None where there is none at all.
    """
    expires_on = fund.expires_on or fund.claim_by or last_day
    if expires_on is None:
        return None
    return Stated(
        reference=fund.reference,
        name=fund.name or fund.reference,
        expires_on=expires_on,
        claim_by=fund.claim_by or expires_on,
        **{bucket.value: amount for bucket, amount in fund.balances.items()},
    )


def without_a_day(understood: Understood, last_day: date | None = None) -> list[Fund]:
    """The funds that cannot be recorded: nothing says when they lapse."""
    return [fund for fund in understood.funds if stated(fund, last_day) is None]


def parts(
    *, vendor: KeptVendor | None, understood: Understood, program_name: str = "", last_day: date | None = None
) -> list[Part]:
    """Where the statement's funds go, by currency: into the program of that name, or the vendor's only one, or a new one."""
    standing = list(vendor.programs.select_related("vendor", "terms").order_by("pk")) if vendor else []
    by_currency: dict[str, list[Stated]] = {}
    for fund in understood.funds:
        if (one := stated(fund, last_day)) is not None:
            by_currency.setdefault(fund.currency, []).append(one)
    found: list[Part] = []
    for currency, funds in sorted(by_currency.items()):
        taken = {part.name: part.currency for part in found} | {program.name: program.currency for program in standing}
        name = program_name_for(currency, taken, program_name)
        program = next((program for program in standing if program.name == name), None)
        found.append(Part(name, currency, program, tuple(funds)))
    return found


def program_name_for(currency: str, taken: Mapping[str, str], wanted: str) -> str:
    """The wanted program, or the only one in that currency, or the usual one; with its currency where the name has another."""
    same = [name for name, of in taken.items() if of == currency]
    if not wanted and len(same) == 1:
        return same[0]
    name = wanted or USUAL_PROGRAM
    return name if taken.get(name, currency) == currency else f"{name} ({currency})"


def change_told(difference: Difference) -> dict[str, object]:
    """What it changes of one fund, as JSON: amounts and facts before and after."""
    return {
        "reference": difference.stated.reference,
        "name": difference.stated.name,
        "new": difference.fund is None,
        "amounts": {str(b): [before, after] for b, before, after in difference.amounts if before != after},
        "facts": {name: [str(side) for side in sides] for name, sides in difference.facts.items()},
    }


def import_statement(
    *,
    partner: Company,
    vendor_name: str,
    understood: Understood,
    by: User,
    now: datetime,
    on: date | None = None,
    program_name: str = "",
    last_day: date | None = None,
) -> list[Difference]:
    """Record the vendor, its programs and what the statement says of their funds: all or nothing. Returns what it changed.

    `on` is the day of the statement; without it counts the one above its table, or today. The same file again changes nothing.
    FundsRefused or ProgramRefused, in words, where it cannot be recorded.
    """
    with transaction.atomic():
        vendor = keeping.record_vendor(partner=partner, name=vendor_name, by=by, now=now)
        vendor = keeping.locked_vendor(vendor, by)
        found = parts(vendor=vendor, understood=understood, program_name=program_name, last_day=last_day)
        if not found:
            raise FundsRefused(NOTHING)
        changed: list[Difference] = []
        for part in found:
            program = part.program or keeping.record_program(
                vendor=vendor, name=part.name, currency=part.currency, by=by, now=now
            )
            today = program.today(now)
            day = on or min(understood.stated_on or today, today)
            changed += record_statement(program=program, funds=part.funds, on=day, by=by, now=now)
    return changed
