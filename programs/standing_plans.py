"""What a file of tiers and certifications would do, row by row, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format

from partners.directory import Directory
from partners.models import Company, Partner
from partners.tables import Fault, Row, Shape, day_of, faults_of, wrong_cells
from programs.models import Certification, CertificationHeld, Tier, TierHeld
from programs.standing import Change

STANDINGS = Shape(
    needed=("partner",),
    optional=("tier", "certification", "until"),
    longest={"tier": 40, "certification": 80, "until": 10},
)


class Status(StrEnum):
    NEW = "new"
    STANDING = "standing"
    ERROR = "error"


@dataclass(slots=True)
class Planned:
    """What one row would do. `errors` are sentences by the column's name, "" for the whole row; `words` say what changes."""

    row: Row
    errors: dict[str, str] = field(default_factory=dict)
    partner: Partner | None = None
    tier: Tier | None = None
    certification: Certification | None = None
    until: date | None = None
    words: list[str] = field(default_factory=list)

    @property
    def status(self) -> Status:
        if self.errors:
            return Status.ERROR
        return Status.NEW if self.words else Status.STANDING


@dataclass(slots=True)
class Plan:
    rows: list[Planned]

    def of(self, status: Status) -> list[Planned]:
        return [planned for planned in self.rows if planned.status == status]

    @property
    def faults(self) -> list[Fault]:
        """Each thing to correct, in the order of the file."""
        return [fault for planned in self.rows for fault in faults_of(planned.row, planned.errors)]

    @property
    def is_ready(self) -> bool:
        return not self.of(Status.ERROR) and bool(self.of(Status.NEW))

    @property
    def changes(self) -> list[Change]:
        """One for each partner of the file."""
        found: dict[int, Change] = {}
        for planned in self.rows:
            if planned.partner is None:
                continue
            change = found.setdefault(planned.partner.pk, Change(planned.partner))
            if planned.tier is not None:
                change.sets_tier, change.tier = True, planned.tier
            if planned.certification is not None:
                change.certified[planned.certification.pk] = planned.until
        return list(found.values())


class Facts:
    """The vendor's tiers and certifications by name, and what the partners of the file have now."""

    def __init__(self, vendor: Company, rows: Sequence[Row]):
        self.directory = Directory(row.cells["partner"] for row in rows)
        self.tiers = {tier.name.casefold(): tier for tier in Tier.objects.filter(vendor=vendor.pk)}
        named = Certification.objects.filter(vendor=vendor.pk)
        self.certifications = {certification.name.casefold(): certification for certification in named}
        partners = [partner.pk for partner in self.directory.by_slug.values()]
        tiers = TierHeld.objects.filter(vendor=vendor.pk, partner__in=partners)
        self.tier_of: dict[int, int] = dict(tiers.values_list("partner", "tier"))
        held = CertificationHeld.objects.filter(certification__vendor=vendor.pk, partner__in=partners)
        self.certified = {(p, c): until for p, c, until in held.values_list("partner", "certification", "held_until")}


def plan(rows: Sequence[Row], *, vendor: Company) -> Plan:
    """Each row checked against the vendor's tiers, certifications and partners as they stand now."""
    facts = Facts(vendor, rows)
    tiers: dict[int, tuple[int, Tier]] = {}
    certified: dict[tuple[int, int], int] = {}
    planned = []
    for row in rows:
        found = checked(row, facts)
        planned.append(found)
        if found.errors or found.partner is None:
            continue
        if found.tier is not None:
            line, tier = tiers.setdefault(found.partner.pk, (row.line, found.tier))
            if tier != found.tier:
                found.errors["tier"] = f"Line {line} gives this partner the tier {tier.name}."
        if found.certification is not None:
            line = certified.setdefault((found.partner.pk, found.certification.pk), row.line)
            if line != row.line:
                found.errors["certification"] = f"Line {line} says this of the partner already."
    return Plan(planned)


def checked(row: Row, facts: Facts) -> Planned:
    errors, cells = wrong_cells(row, STANDINGS), row.cells
    partner = facts.directory.find(cells["partner"])
    if isinstance(partner, str):
        errors.setdefault("partner", partner)
    tier = facts.tiers.get(cells["tier"].casefold())
    if cells["tier"] and tier is None:
        errors.setdefault("tier", "You have no tier of this name.")
    certification = facts.certifications.get(cells["certification"].casefold())
    if cells["certification"] and certification is None:
        errors.setdefault("certification", "You have no certification of this name.")
    if not cells["tier"] and not cells["certification"]:
        errors.setdefault("", "Name a tier or a certification: this row says nothing of the partner.")
    until = day_of(row, "until", errors)
    if cells["until"] and not cells["certification"]:
        errors.setdefault("until", "This day is a certification's: name it beside.")
    if errors or not isinstance(partner, Partner):
        return Planned(row, errors)
    found = Planned(row, errors, partner, tier, certification, until)
    found.words = [*tier_words(found, facts), *certification_words(found, facts)]
    return found


def tier_words(found: Planned, facts: Facts) -> list[str]:
    if found.tier is None or found.partner is None or facts.tier_of.get(found.partner.pk) == found.tier.pk:
        return []
    return [f"Tier {found.tier.name}."]


def certification_words(found: Planned, facts: Facts) -> list[str]:
    if found.certification is None or found.partner is None:
        return []
    key = (found.partner.pk, found.certification.pk)
    if key in facts.certified and facts.certified[key] == found.until:
        return []
    until = f" until {date_format(found.until)}" if found.until else ""
    return [f"Certified {found.certification.name}{until}."]
