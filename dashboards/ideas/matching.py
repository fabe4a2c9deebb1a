"""Which activities fit a fund with idle money best. Pure: asks no database; what it weighs is passed in.

A suggestion is weighed by how much of the idle money it uses, whether a kit for it is at hand, what the partner's own earlier
activities of its kind brought, how its own claims for them went, and how much time is left to begin. Measured revenue counts in
full, claimed revenue half. Where the partner has too few of its own, nothing is known, and that weighs nothing: figures of other
companies are never used. Equal weights keep the order of the terms. Amounts are minor units of the program's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from claims.request_checks import rate_of
from dashboards.ideas.lines import lines_of
from dashboards.ideas.sizing import Size, Window, sized, window
from funds.models import Allocation
from programs.actions import usual
from programs.activities import ActivityKind
from programs.models import Activity, Resource
from programs.money import digits
from programs.resources.states import OPEN, ResourceKind

MOST = 3
# How many activities or claims of one's own say something.
ENOUGH = 2
TO_RUN = (ResourceKind.CAMPAIGN, ResourceKind.PLAYBOOK)
# A return above this is as good as this, and more days to begin in than these are as good as these.
BEST_RETURN, LONG_ENOUGH = 5, 30


@dataclass(frozen=True, slots=True)
class Brought:
    """What one's own activities of a kind, of which results are told, brought in one currency; None where nobody told it."""

    told: int
    paid: int
    measured: int | None
    claimed: int | None

    @property
    def revenue(self) -> int | None:
        return self.claimed if self.measured is None else self.measured

    @property
    def is_measured(self) -> bool:
        return self.measured is not None

    @property
    def per_paid(self) -> Fraction | None:
        """Revenue for each 1 that the vendor paid."""
        return Fraction(self.revenue, self.paid) if self.revenue is not None and self.paid else None


@dataclass(frozen=True, slots=True)
class Record:
    """One's own activities of a kind so far: `leads` of all of which results are told, `smooth` of the `decided` claims."""

    leads: int = 0
    decided: int = 0
    smooth: int = 0
    by_currency: Mapping[str, Brought] = field(default_factory=dict)

    @property
    def told(self) -> int:
        return sum(brought.told for brought in self.by_currency.values())

    def brought(self, currency: str) -> Brought | None:
        """None where too few are told."""
        found = self.by_currency.get(currency)
        return found if found and found.told >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Suggestion:
    fund: Allocation
    activity: Activity  # of the fund's terms; of the library, without an id, where these name none
    idle: int
    size: Size
    window: Window
    kit: Resource | None
    record: Record
    bound: str = ""  # what keeps it below the idle money: "claim", "period" or "people"

    @property
    def key(self) -> str:
        """Tells it from the fund's others, also after the page was left open for a while."""
        return f"{self.activity.pk or self.activity.kind}"

    @property
    def currency(self) -> str:
        return self.fund.currency

    @property
    def seen(self) -> str:
        """What a person who chose it saw: where this is another, it no longer fits."""
        return f"{self.key}/{self.size.asked}" + seen_of(self.size.cost, self.window.starts_on, self.window.ends_on)

    @property
    def points(self) -> Fraction:
        """Its weight, 100 at the most."""
        return (
            40 * Fraction(self.size.asked, self.idle)
            + at_hand(self.kit)
            + 20 * paid_back(self.record.brought(self.currency))
            + 10 * (Fraction(self.record.smooth, self.record.decided) if self.record.decided >= ENOUGH else 0)
            + 5 * Fraction(min((self.window.latest - self.window.earliest).days, LONG_ENOUGH), LONG_ENOUGH)
        )


def seen_of(cost: int, starts_on: date | None, ends_on: date | None) -> str:
    """What of a suggestion an activity in the plan shows too."""
    return f"/{cost}/{starts_on}/{ends_on}"


def at_hand(kit: Resource | None) -> int:
    """25 for a campaign kit or a playbook for this kind of activity, less for what helps otherwise."""
    if kit is None:
        return 0
    if not kit.activities:
        return 5
    return 25 if kit.kind in TO_RUN else 15


def paid_back(brought: Brought | None) -> Fraction:
    """0 to 1."""
    if brought is None or brought.per_paid is None:
        return Fraction(0)
    return min(brought.per_paid / BEST_RETURN, Fraction(1)) * (1 if brought.is_measured else Fraction(1, 2))


def suggest(
    *,
    fund: Allocation,
    types: Sequence[Activity],
    idle: int,
    left: Mapping[str, int],
    kits: Sequence[Resource],
    records: Mapping[str, Record],
    today: date,
) -> list[Suggestion]:
    """Up to three of these types of activity, the best first.

    `left` is what a period still pays, by the name of an activity that has such a cap; `kits` are those of the fund's program
    and vendor; `records` are by kind of activity.
    """
    found = []
    for activity in types:
        when = window_of(fund, activity, today)
        size, bound = size_of(fund, activity, idle, left)
        if when is None or size is None:
            continue
        kit = best_kit(kits, activity.kind, when, today)
        found.append(Suggestion(fund, activity, idle, size, when, kit, records.get(activity.kind, Record()), bound))
    return sorted(found, key=lambda suggestion: -suggestion.points)[:MOST]


def types_of(fund: Allocation) -> list[Activity]:
    """What its terms name; else the library, as the wording alone decides."""
    named = list(fund.terms.activities.all())
    return named or [usual(kind) for kind in ActivityKind if kind != ActivityKind.OTHER]


def window_of(fund: Allocation, activity: Activity, today: date) -> Window | None:
    days = fund.terms.activity_days if activity.activity_days is None else activity.activity_days
    return window(terms=fund.terms, activity=activity, days=days, expires_on=fund.expires_on, today=today)


def size_of(fund: Allocation, activity: Activity, idle: int, left: Mapping[str, int]) -> tuple[Size | None, str]:
    """With what keeps it below the idle money, if anything does. Less than a whole unit of the currency is too little."""
    if idle < 10 ** digits(fund.currency):
        return None, ""
    caps = {"claim": activity.claim_cap, "period": left.get(activity.name)}
    most, bound = min([(idle, ""), *((cap, name) for name, cap in caps.items() if cap is not None)])
    size = sized(
        most=max(most, 0),
        least=max(fund.terms.least_claim or 0, activity.least or 0),
        rate=rate_of(fund.terms, activity),
        currency=fund.currency,
        names=lines_of(activity),
        person_cap=activity.person_cap,
        most_people=activity.most_people,
    )
    if size and size.people and activity.person_cap and activity.person_cap * size.people < most:
        bound = "people"
    return size, bound


def best_kit(kits: Sequence[Resource], kind: str, when: Window, today: date) -> Resource | None:
    """What helps most of what can be had today and still when it begins; of equals the first."""
    usable = [
        kit
        for kit in kits
        if kit.standing(today) in OPEN
        and kit.standing(when.starts_on) in OPEN
        and (not kit.activities or kind in kit.activities)
    ]
    return max(usable, key=at_hand, default=None)


def obstacle(fund: Allocation, types: Sequence[Activity], today: date) -> str:
    """Why nothing is suggested: `late` where no activity of its usual length fits any more, else `small`."""
    return "small" if any(window_of(fund, activity, today) for activity in types) else "late"
