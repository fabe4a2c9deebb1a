"""What an uploaded statement says and would change: what its page shows, and what recording it is bound to."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from funds.actions import importing
from funds.actions.importing import Part
from funds.actions.moving import FundsRefused
from funds.actions.statements import Difference, check_newer, seen
from funds.models import Allocation, StatementLayout, StatementUpload
from funds.statement_files.reading import Reading, read
from funds.statement_files.said import Said
from funds.states import Bucket
from partners.tables import FileRefused
from programs.actions import ProgramRefused, keeping
from programs.days import Clock
from programs.models import KeptVendor

LOST = "The file is gone from the storage. Upload it again."


@dataclass(frozen=True, slots=True)
class Shown:
    """`why_not` says why it cannot be recorded as it stands, "" where it can. `token` is of all that would be recorded."""

    reading: Reading
    vendor: KeptVendor | None
    on: date
    parts: tuple[Part, ...] = ()
    changes: tuple[tuple[Part, Difference], ...] = ()
    why_not: str = ""
    token: str = ""
    without_a_day: frozenset[int] = field(default=frozenset())  # their lines

    @property
    def new(self) -> list[tuple[Part, Difference]]:
        return [(part, d) for part, d in self.changes if d.fund is None]

    @property
    def changed(self) -> list[tuple[Part, Difference]]:
        return [(part, d) for part, d in self.changes if d.fund is not None and d.is_any]

    @property
    def same(self) -> int:
        return sum(not d.is_any for _, d in self.changes)


def content_of(upload: StatementUpload) -> bytes:
    """FileRefused where the storage has lost it."""
    try:
        with upload.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise FileRefused(LOST) from None


def vendor_of(upload: StatementUpload) -> KeptVendor | None:
    """Whose statement it is; None as long as that vendor is not in the books."""
    found: KeptVendor | None = upload.vendor
    if found is None:
        found = KeptVendor.objects.of_partner(upload.kept_by).filter(name__iexact=upload.vendor_name).first()
    return found


def shapes_of(vendor: KeptVendor | None) -> list[tuple[str, Said]]:
    if vendor is None:
        return []
    rows = StatementLayout.objects.of_vendor(vendor).values_list("fingerprint", "said")
    return [(fingerprint, Said.of_json(said)) for fingerprint, said in rows]


def show(upload: StatementUpload, now: datetime) -> Shown:
    """FileRefused where the file cannot be read any more."""
    said = upload.as_said
    reading, _ = read(content_of(upload), said)
    vendor = vendor_of(upload)
    today = Clock(now).day_in(upload.kept_by.time_zone)
    understood = reading.understood
    if understood is None:
        return Shown(reading, vendor, said.stated_on or today, why_not=reading.refused)
    on = min(said.stated_on or understood.stated_on or today, today)
    lines = frozenset(fund.line for fund in importing.without_a_day(understood, said.last_day))
    parts = tuple(
        importing.parts(vendor=vendor, understood=understood, program_name=said.program, last_day=said.last_day)
    )
    if not parts:
        return Shown(reading, vendor, on, why_not=importing.NOTHING, without_a_day=lines)
    try:
        changes = tuple((part, difference) for part in parts for difference in part.differences())
    except FundsRefused as refusal:
        return Shown(reading, vendor, on, parts, why_not=str(refusal), without_a_day=lines)
    why_not = refusal_of(vendor, [difference for _, difference in changes], on)
    return Shown(reading, vendor, on, parts, changes, why_not, token_of(upload, parts, changes, on), lines)


def refusal_of(vendor: KeptVendor | None, differences: Iterable[Difference], on: date) -> str:
    """What recording it would be refused for, in words."""
    found = list(differences)
    try:
        for difference in found:
            check_newer(difference, on)
        if vendor is not None and (vendor.retired_at or any(d.fund is None for d in found)):
            keeping.check_open(vendor)
    except (FundsRefused, ProgramRefused) as refusal:
        return str(refusal)
    return ""


def token_of(
    upload: StatementUpload, parts: Iterable[Part], changes: Iterable[tuple[Part, Difference]], on: date
) -> str:
    """Also of what was said and of the programs' names: another person may have corrected the reading meanwhile."""
    funds = seen([difference for _, difference in changes])
    whole = [upload.pk, upload.said, [(part.name, part.currency) for part in parts], str(on), funds]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:32]


def left_alone(shown: Shown) -> list[Allocation]:
    """Funds of the same programs that hold money and that the statement does not name."""
    named = {(part.program.pk, d.stated.reference) for part, d in shown.changes if part.program}
    programs = {part.program.pk for part in shown.parts if part.program}
    if not programs:
        return []
    standing = Allocation.objects.filter(budget__program__in=programs).unclaimed().with_terms().order_by("name", "pk")
    return [fund for fund in standing if (fund.budget.program_id, fund.reference) not in named]


def gained(changes: Iterable[tuple[Part, Difference]], today: date) -> dict[str, int]:
    """How much more can be claimed than before, by currency; less is below zero. What is too late to claim does not count."""
    found: dict[str, int] = defaultdict(int)
    for part, difference in changes:
        stated, standing = difference.stated, difference.standing
        was_open = difference.fund is not None and difference.fund.claim_by >= today
        after = stated.available + stated.reserved if stated.claim_by >= today else 0
        before = standing[Bucket.AVAILABLE] + standing[Bucket.RESERVED] if was_open else 0
        found[part.currency] += after - before
    return {currency: amount for currency, amount in found.items() if amount}
