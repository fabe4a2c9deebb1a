"""The figures of a scorecard, and how each is read from what a vendor and a partner had to do with each other. A leaf."""

from dataclasses import dataclass, field

from dashboards.reports.quartiles import Unit

# Of fewer cases a median or a rate says nothing.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of a scorecard. `of` names what is counted; `how` says on the page how it is reckoned."""

    key: str
    label: str
    unit: Unit
    is_better_low: bool
    of: str
    how: str


FIGURES = (
    Figure(
        "decide",
        "Days to decide",
        Unit.DAYS,
        True,
        "decision",
        "From the moment a request or a claim was filed until it was approved, sent back, declined or rejected: the median. "
        "The time that a question waited for you counts too. What was filed again counts again; what you took back "
        "before it was decided does not.",
    ),
    Figure(
        "first_pass",
        "First-pass rate",
        Unit.PERCENT,
        False,
        "first answer",
        "Of the requests and claims that got their first answer, those whose first answer was a yes, in full or in part: "
        "no question, nothing sent back, nothing declined or rejected before it.",
    ),
    Figure(
        "pay",
        "Days to pay",
        Unit.DAYS,
        True,
        "payment",
        "From the day a claim was approved until the day its payment was made, as the bank confirmed it: the median over "
        "payments.",
    ),
    Figure(
        "short",
        "Short-paid",
        Unit.PERCENT,
        True,
        "payment",
        "Of the confirmed payments, those of which less arrived than was approved and sent.",
    ),
    Figure(
        "lapsed",
        "Lapsed",
        Unit.PERCENT,
        True,
        "",
        "Of the money that ran out, by a claim or by its last day, the share that lapsed. What came back in the same time "
        "is taken off: rejected claims, extended funds. With several currencies: the mean of the shares.",
    ),
    Figure(
        "used",
        "Used",
        Unit.PERCENT,
        False,
        "",
        "Of the money that was there to be claimed (left from before, or granted in this time), the share that was "
        "claimed. With several currencies: the mean of the shares.",
    ),
)
COUNTED = tuple(figure.key for figure in FIGURES if figure.of)


@dataclass(frozen=True, slots=True)
class Money:
    """Of one currency in one span, in minor units: what was there to be claimed, what was claimed and what lapsed."""

    there: int
    used: int
    lapsed: int

    @property
    def ran_out(self) -> int:
        return self.used + self.lapsed


@dataclass(slots=True)
class Dealing:
    """How one vendor, or all, dealt with one partner in one span. `values` and `counts` by a figure's key."""

    values: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    money: dict[str, Money] = field(default_factory=dict)

    def value(self, key: str) -> float | None:
        """None where there is too little to say."""
        if key in COUNTED:
            return self.values.get(key) if self.counts.get(key, 0) >= FEWEST else None
        whole, part = {"lapsed": ("ran_out", "lapsed"), "used": ("there", "used")}[key]
        shares = [
            min(100.0, getattr(money, part) * 100 / getattr(money, whole))
            for money in self.money.values()
            if getattr(money, whole) > 0
        ]
        return sum(shares) / len(shares) if shares else None
