"""What a new program begins with: a rule set of the field, or another program's terms. Nothing is saved here."""

from typing import Any

from programs.actions.activities import usual
from programs.models import Activity, Program, Terms
from programs.money import digits
from programs.starts import AMOUNTS_OF_ACTIVITY, AMOUNTS_OF_TERMS, Start
from programs.states import ACTIVITY, TERMS


def scaled(rules: dict[str, Any], amounts: tuple[str, ...], currency: str) -> dict[str, Any]:
    """The rules with their amounts in minor units of that currency."""
    unit = 10 ** digits(currency)
    return {name: value * unit if name in amounts else value for name, value in rules.items()}


def from_start(start: Start, currency: str) -> tuple[Terms, list[Activity]]:
    """The terms and activities of a start, in a currency."""
    terms = Terms(**scaled(start.terms, AMOUNTS_OF_TERMS, currency))
    activities = []
    for position, planned in enumerate(start.activities, 1):
        activity = usual(planned.kind)
        activity.position = position
        for name, value in scaled(planned.rules, AMOUNTS_OF_ACTIVITY, currency).items():
            setattr(activity, name, value)
        activities.append(activity)
    return terms, activities


def from_program(program: Program) -> tuple[Terms, list[Activity]]:
    """What another program promises now. Its amounts fit only the same currency."""
    current = program.current_terms
    terms = Terms(**{name: getattr(current, name) for name in TERMS})
    activities = [
        Activity(position=old.position, **{name: getattr(old, name) for name in ACTIVITY})
        for old in current.activities.all()
    ]
    return terms, activities
