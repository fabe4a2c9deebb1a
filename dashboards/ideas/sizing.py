"""How much an activity could cost, and when it could run, within what its fund's terms allow. Pure: asks no database.

Amounts are minor units of the program's currency.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from claims.request_checks import ask_by, first_start
from programs.models import Activity, Terms
from programs.money import LARGEST, digits, share, split

# A cost is rounded down to an amount of which it holds at least so many: little of the money stays idle by that.
ROUNDED = 40
MOST_PEOPLE = 10_000
# Time to prepare, where there is enough of it.
PREPARES = timedelta(days=14)
FRIDAY = 5


@dataclass(frozen=True, slots=True)
class Size:
    """What it costs, line by line; `asked` of that is the vendor's. `people` where it is paid by the person."""

    entries: tuple[tuple[str, int], ...]
    asked: int
    people: int | None = None

    @property
    def cost(self) -> int:
        return sum(amount for _, amount in self.entries)

    @property
    def own_share(self) -> int:
        return self.cost - self.asked


def sized(
    *,
    most: int,
    least: int,
    rate: Decimal,
    currency: str,
    names: Sequence[str],
    person_cap: int | None = None,
    most_people: int | None = None,
) -> Size | None:
    """The largest round cost of which the vendor's share, at `rate` percent, is `most` at most and `least` at least.

    None where there is no such cost. Each line's share is rounded by itself, as requests and claims do.
    """
    people = None
    if person_cap is not None:
        people = max(1, min(most // person_cap, most_people or MOST_PEOPLE, MOST_PEOPLE))
        most = min(most, person_cap * people)
    ceiling = min(LARGEST, int(Fraction(most * 100) / Fraction(rate)))
    for step in steps(ceiling, 10 ** digits(currency)):
        # Lines round up by half a unit each at the most: one step less makes up for that.
        for cost in (ceiling // step * step, (ceiling // step - 1) * step):
            entries = in_lines(cost, step, names)
            asked = sum(share(amount, rate) for _, amount in entries)
            if max(least, 1) <= asked <= most:
                return Size(entries, asked, people)
    return None


def steps(ceiling: int, unit: int) -> Iterator[int]:
    """Round amounts, the coarsest first: 500, 100, 50, 10, 5 and 1 of the currency's units; a minor unit where no other fits."""
    coarser = (unit * factor * 10**power for power in range(14) for factor in (1, 5))
    yield from reversed([step for step in coarser if step == unit or step * ROUNDED <= ceiling])
    if unit > 1:
        yield 1


def in_lines(cost: int, step: int, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The cost in as many lines as there are names, alike, each of whole steps; what would be nothing is left out."""
    if cost <= 0:
        return ()
    parts = split(cost // step, [1] * len(names))
    return tuple((name, part * step) for name, part in zip(names, parts, strict=True) if part)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when it runs, and the days between which it could begin. `ask_by` is the last day to ask for `latest`."""

    starts_on: date
    ends_on: date
    earliest: date
    latest: date
    ask_by: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


def window(*, terms: Terms, activity: Activity | None, days: int, expires_on: date, today: date) -> Window | None:
    """Of an activity of so many days that approval is asked for today and that is over before the fund's last day.

    It begins on a working day, with time to prepare, where that fits. None where it is too late for its whole length.
    """
    days = max(days, 1)
    earliest = first_start(terms, activity, today)
    latest = expires_on - timedelta(days=days)
    if earliest > latest:
        return None
    wished = min(max(earliest, today + PREPARES), latest)
    begin = working_day(wished, earliest, latest)
    return Window(begin, begin + timedelta(days=days - 1), earliest, latest, ask_by(terms, activity, latest))


def working_day(wished: date, earliest: date, latest: date) -> date:
    """The first Monday to Friday from that day on, else the last one before it; the day itself where there is none."""
    later = [wished + timedelta(days=n) for n in range(3)]
    sooner = [wished - timedelta(days=n) for n in range(1, 3)]
    fits = (day for day in later + sooner if earliest <= day <= latest and day.isoweekday() <= FRIDAY)
    return next(fits, wished)
