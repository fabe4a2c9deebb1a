"""A quarter of sales targets: what each sales person is expected to reach, what they reached, and their SPIFFs, per currency."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.db.models.functions import ExtractQuarter, ExtractYear

from partners.models import Company, User
from plans.models import SalesPerson, SalesTarget, SpiffEarning
from plans.quarters import Quarter
from plans.reached import Key, counted, reached
from plans.spiff_states import Spiff
from plans.target_figures import AMOUNTS, FIGURES, Reached
from programs.money import show


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a row: a count, or minor units of `currency`. None where nothing was reported."""

    figure: str
    target: int
    measured: int | None
    claimed: int | None
    currency: str

    @property
    def label(self) -> str:
        return FIGURES[self.figure]

    def text(self, amount: int | None) -> str:
        if amount is None:
            return "–"
        return show(amount, self.currency) if self.figure in AMOUNTS else f"{amount:,}"

    @property
    def percent(self) -> int | None:
        """Of the target, as measured; rounded down, so that 100% is all of it. None without a target."""
        return (self.measured or 0) * 100 // self.target if self.target else None

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The bar: what was measured of the target. What is claimed is told beside it and never added."""
        return [{"x": 0, "width": min(100, self.percent or 0), "tone": "paid"}]

    @property
    def head(self) -> str:
        return self.text(self.measured or 0) if self.target else self.text(self.measured)

    @property
    def words(self) -> str:
        return f"{self.label}: {self.head} of {self.text(self.target)} measured, {self.percent}%"

    @property
    def target_text(self) -> str:
        return self.text(self.target)

    @property
    def claimed_text(self) -> str:
        return self.text(self.claimed) if self.claimed else ""


@dataclass(slots=True)
class Line:
    """A sales person's quarter in one currency; without a `person` what nobody is responsible for, or a total."""

    currency: str
    person: SalesPerson | None = None
    target: dict[str, int] = field(default_factory=dict)
    reached: Reached = field(default_factory=Reached)
    activities: int = 0
    spiffs: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what of the target is far above what was reached before

    @property
    def cells(self) -> list[Cell]:
        known, told = self.reached.measured, self.reached.claimed
        return [Cell(f, self.target.get(f, 0), known.get(f), told.get(f), self.currency) for f in FIGURES]

    @property
    def earned(self) -> int:
        return sum(self.spiffs.values())

    @property
    def paid(self) -> int:
        return self.spiffs.get(Spiff.PAID, 0)

    @property
    def open(self) -> int:
        """Earned and not paid yet."""
        return self.earned - self.paid

    def add(self, other: "Line") -> None:
        for mine, theirs in ((self.target, other.target), (self.spiffs, other.spiffs)):
            for name, amount in theirs.items():
                mine[name] = mine.get(name, 0) + amount
        self.reached.add_all(other.reached)
        self.activities += other.activities


@dataclass(slots=True)
class Sheet:
    """`lines` by name, `apart` what none of them is responsible for, and the totals of both, a line a currency."""

    lines: list[Line]
    apart: list[Line]

    @property
    def totals(self) -> list[Line]:
        found: dict[str, Line] = {}
        for line in (*self.lines, *self.apart):
            found.setdefault(line.currency, Line(line.currency)).add(line)
        return [found[code] for code in sorted(found)]


def sheet_of(partner: Company, user: User, quarter: Quarter) -> Sheet:
    """As the user may see it: an owner all of it, a member their own lines and nothing apart. The same few queries always."""
    people = {p.pk: p for p in SalesPerson.objects.visible_to(user).of_partner(partner)}
    lines: dict[tuple[int | None, str], Line] = {}

    def line(person: int | None, currency: str) -> Line:
        return lines.setdefault((person, currency), Line(currency, people.get(person) if person else None))

    for target in SalesTarget.objects.visible_to(user).of_partner(partner).of_quarter(quarter):
        line(target.person_id, target.currency).target = target.figures
    for (person, _, currency), what in reached(partner, user, quarter, quarter).items():
        line(person, currency).reached = what
    for (person, _, currency), count in counted(partner, user, quarter, quarter).items():
        line(person, currency).activities = count
    for (person, _, currency), amounts in spiffs_of(partner, user, quarter, quarter).items():
        line(person, currency).spiffs = amounts
    there = {person for person, _ in lines}
    for person in people.values():
        if person.left_at is None and person.pk not in there:
            line(person.pk, partner.currency)
    sees_all = user.has_perm("plans.set_targets", partner)
    apart = [found for (person, _), found in lines.items() if person is None] if sees_all else []
    return Sheet(in_order(found for found in lines.values() if found.person), in_order(apart))


def in_order(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.person.name.casefold() if line.person else "", line.currency))


def history_of(person: SalesPerson, user: User, first: Quarter, last: Quarter) -> list[tuple[Quarter, Line]]:
    """One of them, a line for each of these quarters and currencies in which there is anything; the latest first."""
    partner = person.partner
    found: dict[tuple[Quarter, str], Line] = {}

    def line(quarter: Quarter, currency: str) -> Line:
        return found.setdefault((quarter, currency), Line(currency, person))

    for target in SalesTarget.objects.visible_to(user).filter(person=person):
        if first <= target.of <= last:
            line(target.of, target.currency).target = target.figures
    for (who, quarter, currency), what in reached(partner, user, first, last).items():
        if who == person.pk:
            line(quarter, currency).reached = what
    for (who, quarter, currency), count in counted(partner, user, first, last).items():
        if who == person.pk:
            line(quarter, currency).activities = count
    for (who, quarter, currency), amounts in spiffs_of(partner, user, first, last).items():
        if who == person.pk:
            line(quarter, currency).spiffs = amounts
    latest_first = sorted(found, key=lambda key: (-key[0].year, -key[0].number, key[1]))
    return [(quarter, found[quarter, currency]) for quarter, currency in latest_first]


def spiffs_of(partner: Company, user: User, first: Quarter, last: Quarter) -> dict[Key, dict[str, int]]:
    """The sum in each state, of what was earned in these quarters."""
    earned = SpiffEarning.objects.visible_to(user).of_partner(partner).between(first, last).with_state().order_by()
    rows = earned.annotate(year=ExtractYear("earned_on"), part=ExtractQuarter("earned_on"))
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for row in rows.values("person", "year", "part", "currency", "state").annotate(sum=Sum("amount")):
        key = row["person"], Quarter(row["year"], row["part"]), row["currency"]
        found[key][row["state"]] = int(row["sum"])
    return dict(found)
