"""A partner's scorecard of each of its vendors: its own history with it, the year before, and how others fare.

Its own figures are of the last 365 days and of the 365 before; the others' of the four quarters that ended last (`peers`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from dashboards.reports.dealings import Pair, Span, dealings, shorts
from dashboards.reports.figures import FIGURES, Dealing, Figure, Money
from dashboards.reports.peers import ALL, Published, peers
from dashboards.reports.quartiles import Quartiles, Unit
from funds.models import Allocation
from partners.models import Company, User

YEAR = timedelta(days=365)
# A median or a rate that moved by less is as it was.
SAME = {Unit.DAYS: 0.5, Unit.PERCENT: 2.5}


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of one vendor; None is too little to say. `count` is what it is reckoned from, where that is counted."""

    figure: Figure
    value: float | None
    count: int
    before: float | None
    peers: Quartiles | None
    everybody: Quartiles | None

    @property
    def words(self) -> str:
        return shown(self.value, self.figure.unit)

    @property
    def words_before(self) -> str:
        return shown(self.before, self.figure.unit)

    @property
    def peers_words(self) -> str:
        return middle_half(self.peers, self.figure.unit)

    @property
    def everybody_words(self) -> str:
        return middle_half(self.everybody, self.figure.unit)

    @property
    def trend(self) -> str:
        """ "better", "worse" or "same" than in the year before; empty where that is not known."""
        if self.value is None or self.before is None:
            return ""
        change = self.value - self.before
        if abs(change) < SAME[self.figure.unit]:
            return "same"
        return "better" if (change < 0) == self.figure.is_better_low else "worse"

    @property
    def beside_peers(self) -> str:
        """ "better" than three quarters of the peers, "worse", "among" their middle half; empty where nothing is told of them."""
        if self.value is None or self.peers is None:
            return ""
        if self.peers.low <= self.value <= self.peers.high:
            return "among"
        return "better" if (self.value < self.peers.low) == self.figure.is_better_low else "worse"

    @property
    def bar(self) -> dict[str, int] | None:
        """Where things stand on a bar 200 wide; None where there is no bar."""
        told = self.peers or self.everybody
        if told is None:
            return None
        whole = 100 if self.figure.unit == Unit.PERCENT else max(told.high * 1.4, (self.value or 0) * 1.1, 1)
        at = {name: round(getattr(told, name) * 200 / whole) for name in ("low", "middle", "high")}
        own = {} if self.value is None else {"own": round(self.value * 200 / whole)}
        return at | {"width": max(3, at["high"] - at["low"])} | own


@dataclass(frozen=True, slots=True)
class Card:
    """A vendor's scores, its money and its short payments by currency: (currency, this year's, the year's before)."""

    vendor: Company
    scores: list[Score]
    money: list[tuple[str, Money, Money]]
    shorts: list[tuple[str, int, int]]

    def score(self, key: str) -> Score:
        return next(score for score in self.scores if score.figure.key == key)


def vendors_of(user: User, company: Company) -> QuerySet[Company]:
    """Whose money the partner has or had, its own books among them."""
    funds = Allocation.objects.visible_to(user).of_partner(company)
    return Company.objects.filter(pk__in=funds.values("budget__program__vendor")).order_by("name", "pk")


def cards(vendors: Iterable[Company], *, company: Company, now: datetime) -> list[Card]:
    """In the order of the vendors; in as many queries for one as for a hundred."""
    spans = (Span(now - YEAR, now), Span(now - 2 * YEAR, now - YEAR))
    own, short = dealings(spans, partner=company), shorts(spans[:1], partner=company)
    vendors = list(vendors)
    others = peers([vendor.pk for vendor in vendors if not vendor.is_kept], now)
    return [
        Card(
            vendor,
            scores(*(own.get((Pair(vendor.pk, company.pk), place), Dealing()) for place in (0, 1)), vendor, others),
            money([own.get((Pair(vendor.pk, company.pk), place), Dealing()) for place in (0, 1)]),
            short.get((vendor.pk, 0), []),
        )
        for vendor in vendors
    ]


def scores(this: Dealing, before: Dealing, vendor: Company, others: dict[int | None, Published]) -> list[Score]:
    return [
        Score(
            figure,
            this.value(figure.key),
            this.counts.get(figure.key, 0),
            before.value(figure.key),
            others.get(vendor.pk, {}).get(figure.key),
            others[ALL].get(figure.key),
        )
        for figure in FIGURES
    ]


def money(years: Sequence[Dealing]) -> list[tuple[str, Money, Money]]:
    none = Money(0, 0, 0)
    this, before = (year.money for year in years)
    return [(code, this.get(code, none), before.get(code, none)) for code in sorted({*this, *before})]


def shown(value: float | None, unit: Unit) -> str:
    """ "4.5 days", "1 day", "86%"; empty for None."""
    if value is None:
        return ""
    if unit == Unit.PERCENT:
        return f"{value:.0f}%"
    text = f"{value:.1f}".removesuffix(".0")
    return f"{text} day{'' if text == '1' else 's'}"


def middle_half(told: Quartiles | None, unit: Unit) -> str:
    """ "4 to 9 days"; empty for None."""
    if told is None:
        return ""
    low, high = (shown(value, unit) for value in (told.low, told.high))
    return high if low == high else f"{low.split(' ')[0]} to {high}"


def line(card: Card, beside: str) -> dict[str, Any]:
    """One vendor's row of a file, by its headings."""
    row: dict[str, Any] = {"Vendor": card.vendor.name}
    for score in card.scores:
        unit = "days" if score.figure.unit == Unit.DAYS else "%"
        label = score.figure.label if unit == "days" else f"{score.figure.label}, %"
        told = getattr(score, beside)
        row[label] = None if score.value is None else round(score.value, 1)
        row[f"{label}: year before"] = None if score.before is None else round(score.before, 1)
        if score.figure.of:
            row[f"{score.figure.label}: {score.figure.of}s"] = score.count
        for name, words in (("low", "a quarter below"), ("middle", "half below"), ("high", "three quarters below")):
            row[f"{label}: others, {words}"] = getattr(told, name, None)
    return row
