"""Every act on what a partner means to do. Amounts are minor units."""

from plans.actions.acting import PlanChanged, PlanRefused
from plans.actions.asking import answered_elsewhere, ask, asked_elsewhere, claim
from plans.actions.funding import Funding
from plans.actions.planning import (
    Wanted,
    change_activity,
    drop,
    move,
    plan_activity,
    take_up,
)

__all__ = [
    "Funding",
    "PlanChanged",
    "PlanRefused",
    "Wanted",
    "answered_elsewhere",
    "ask",
    "asked_elsewhere",
    "change_activity",
    "claim",
    "drop",
    "move",
    "plan_activity",
    "take_up",
]
