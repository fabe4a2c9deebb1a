"""How other companies fare with a vendor, and with all vendors: quartiles that give none of them away.

- Of the four quarters that ended last. They count as ended a day later, when nothing of theirs is on its way to the database any
  more: `dealings` then gives the same for ever, so that looking often tells nothing more than looking once.
- Everybody reads the same figures: whoever asks is counted in like all others. So two who compare their pages learn nothing.
- What vendors' partners record themselves never counts.
- All companies' figures are left out where, beside one vendor's, they would set fewer than nine companies apart.

Only what `quartiles` lets out is cached. It is reckoned once a quarter, by the beat or by whoever looks first; whoever
looks meanwhile waits for that.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction

from dashboards.reports.dealings import Span, dealings
from dashboards.reports.figures import COUNTED, FIGURES, Dealing
from dashboards.reports.quartiles import Quartiles, quartiles, sets_apart

VERSION = 1  # goes up when figures are reckoned in another way
KEEP = timedelta(days=100)  # longer than a quarter
SETTLED = timedelta(days=1)
ALL = None
# Any number that no other advisory lock of ours uses.
PEERS_LOCK = 7_243_110_602

# By a figure's key.
Published = Mapping[str, Quartiles]


@dataclass(frozen=True, slots=True)
class Year:
    """The four quarters before the day `until`, in UTC."""

    since: date
    until: date

    @property
    def span(self) -> Span:
        return Span(*(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (self.since, self.until)))

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


def last_year(now: datetime) -> Year:
    """The four whole quarters that ended last."""
    day = (now.astimezone(UTC) - SETTLED).date()
    until = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Year(until.replace(year=until.year - 1), until)


def key_of(year: Year, vendor: int | None) -> str:
    return f"peers:{VERSION}:{year.until.isoformat()}:{vendor or 'all'}"


def peers(vendors: Collection[int], now: datetime) -> dict[int | None, Published]:
    """By vendor, and under None of all partners on Windfall: what may be told of each figure."""
    year = last_year(now)
    wanted = {key_of(year, vendor): vendor for vendor in (ALL, *vendors)}
    kept = cache.get_many(wanted)
    if key_of(year, ALL) not in kept:
        if (fresh := reckoned_once(year)) is not None:
            return {vendor: fresh.get(vendor, {}) for vendor in wanted.values()}
        kept = cache.get_many(wanted)
    # Of whoever came since then, or had nothing to do with anybody in that year, there is nothing to reckon.
    return {vendor: kept.get(key, {}) for key, vendor in wanted.items()}


def keep(year: Year, found: Mapping[int | None, Published]) -> None:
    """All partners' last: where theirs is there, each vendor's is."""
    by_key = {key_of(year, vendor): figures for vendor, figures in found.items() if vendor is not ALL}
    cache.set_many(by_key, KEEP.total_seconds())
    cache.set(key_of(year, ALL), found[ALL], KEEP.total_seconds())


def warm(now: datetime) -> bool:
    """Reckon the year's figures, unless they stand. False if they stood."""
    year = last_year(now)
    return cache.get(key_of(year, ALL)) is None and reckoned_once(year) is not None


def reckoned_once(year: Year) -> dict[int | None, Published] | None:
    """The year's figures, which are kept now. Of several who want them at once one reckons; the others wait, and get None."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PEERS_LOCK])
        if cache.get(key_of(year, ALL)) is not None:
            return None
        found = reckon(year)
        keep(year, found)
    return found


def reckon(year: Year) -> dict[int | None, Published]:
    """What may be told of each vendor and of all, in two queries whatever there is."""
    groups: dict[int | None, dict[int, Dealing]] = defaultdict(dict)
    for (pair, _), dealing in dealings([year.span]).items():
        groups[pair.vendor][pair.partner] = dealing
    whole = groups.pop(ALL, {})
    found: dict[int | None, Published] = {vendor: published(of_vendor) for vendor, of_vendor in groups.items()}
    found[ALL] = {key: q for key, q in published(whole).items() if not sets_apart(rests_on(key, whole, groups))}
    return found


def published(companies: Mapping[int, Dealing]) -> dict[str, Quartiles]:
    found = {}
    for figure in FIGURES:
        values = [value for d in companies.values() if (value := d.value(figure.key)) is not None]
        if (told := quartiles(values, figure.unit)) is not None:
            found[figure.key] = told
    return found


def rests_on(
    key: str, whole: Mapping[int, Dealing], groups: Mapping[int | None, Mapping[int, Dealing]]
) -> dict[int, set[int]]:
    """By company that has the figure: the vendors with which it had anything that counts for it."""
    found: dict[int, set[int]] = {company: set() for company, d in whole.items() if d.value(key) is not None}
    for vendor, companies in groups.items():
        for company, dealing in companies.items():
            counts = dealing.counts.get(key) if key in COUNTED else dealing.value(key) is not None
            if vendor is not None and company in found and counts:
                found[company].add(vendor)
    return found
