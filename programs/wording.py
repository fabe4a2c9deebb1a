"""What the rules of an activity say, in words for both sides. A leaf: imports no model."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from programs.money import show
from programs.states import CapRule
from programs.terms import counted


def percent(value: Decimal | None, _: str = "") -> str:
    return "none" if value is None else f"{Decimal(value).normalize():f}%"


def amount(value: int | None, currency: str) -> str:
    return "none" if value is None else show(value, currency)


def period_cap(activity: Any, currency: str) -> str:
    """ "$3,000.00", "10% of what was earned", "the greater of $3,000.00 and 10% of what was earned"."""
    parts = []
    if activity.period_cap is not None:
        parts.append(amount(activity.period_cap, currency))
    if activity.period_cap_percent is not None:
        parts.append(f"{percent(activity.period_cap_percent)} of what was earned")
    if len(parts) == 2:
        return f"{CapRule(activity.period_cap_rule).label} of {parts[0]} and {parts[1]}"
    return parts[0] if parts else "none"


def rules(activity: Any, currency: str) -> Iterator[str]:
    """Each rule of money and time of an activity that its program's terms do not say already."""
    if activity.rate is not None:
        yield f"{percent(activity.rate)} of each invoice"
    if activity.least is not None:
        yield f"at least {amount(activity.least, currency)} a claim"
    if activity.claim_cap is not None:
        yield f"at most {amount(activity.claim_cap, currency)} a claim"
    if activity.person_cap is not None:
        people = "" if activity.most_people is None else f", for {activity.most_people} at most"
        yield f"at most {amount(activity.person_cap, currency)} a person{people}"
    if (activity.period_cap, activity.period_cap_percent) != (None, None):
        yield f"at most {period_cap(activity, currency)}, per period"
    if activity.lead_days is not None:
        yield f"asked for {counted(activity.lead_days)} ahead"
