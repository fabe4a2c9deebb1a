"""What amounts of several currencies are worth in one, by the rates that finance keeps: for reading, never for booking.

The rate of a currency is the latest of the last week. Where there is none the amount is named beside the sum, never left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from claims.amounts import exchanged
from claims.models import Dated, Rates

# Currency and minor units.
Amount = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum in `currency`, with what it is made of: `parts` per currency, the largest first; `missing` of them have no rate."""

    currency: str
    amount: int
    parts: list[Amount]
    missing: list[Amount]
    days: list[date]  # of the rates that it took, the oldest first; none: nothing was exchanged
    sources: list[str]

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def is_about(self) -> bool:
        """Rates went into it."""
        return bool(self.days)

    @property
    def added(self) -> list[Amount]:
        """What went into it."""
        return [part for part in self.parts if part not in self.missing]

    @property
    def stated(self) -> list[Amount]:
        """What a sentence names: the sum and what could not be added to it; without rates each currency by itself."""
        return [(self.currency, self.amount), *self.missing] if self.is_about else self.parts


@dataclass(frozen=True, slots=True)
class Exchange:
    """Into one currency, by the rates of a day."""

    into: str
    rates: tuple[tuple[str, Dated], ...] = ()  # by currency; of those without a rate none

    @classmethod
    def on(cls, day: date, into: str, currencies: Iterable[str]) -> Self:
        """One query; none where all of it is in that one."""
        foreign = sorted({currency for currency in currencies if currency != into})
        found = Rates(into, ((currency, day) for currency in foreign))
        return cls(into, tuple((currency, dated) for currency in foreign if (dated := found.of(currency, day))))

    def rate(self, currency: str) -> Dated | None:
        return next((dated for base, dated in self.rates if base == currency), None)

    def of(self, amount: int, currency: str) -> Fraction | None:
        """Unrounded minor units; None where there is no rate."""
        if currency == self.into:
            return Fraction(amount)
        dated = self.rate(currency)
        return exchanged(amount, currency=currency, into=self.into, rate=dated.rate) if dated else None

    def sum(self, amounts: Iterable[Amount]) -> Worth:
        """Each currency is added up by itself, exchanged and rounded once; one that comes to nothing is left out."""
        added: dict[str, int] = defaultdict(int)
        for currency, amount in amounts:
            added[currency] += amount
        sums = {currency: amount for currency, amount in added.items() if amount}
        worth = {currency: self.of(amount, currency) for currency, amount in sums.items()}
        used = [dated for currency in sums if (dated := self.rate(currency))]
        return Worth(
            currency=self.into,
            amount=sum(round(value) for value in worth.values() if value is not None),
            parts=sorted(sums.items(), key=lambda part: (-(worth[part[0]] or part[1]), part[0])),
            missing=[(currency, sums[currency]) for currency in sorted(sums) if worth[currency] is None],
            days=sorted({dated.day for dated in used}),
            sources=sorted({dated.source for dated in used}),
        )
