"""Every act that changes a claim. `filing` and `proving` are the partner's, `review` the admin's, `paying` finance's.

Each act locks the fund, then the claim; reads again; checks permission and state on what it locked; writes; moves the money;
records the event. Amounts are minor units of the program's currency.
"""

from claims.actions.filing import answer, discard, reopen, save, start, submit, withdraw
from claims.actions.paying import pay
from claims.actions.proving import attach, detach
from claims.actions.rates import RateRefused, import_rates, remove_rate, save_rate
from claims.actions.review import approve, ask, reject, take
from claims.actions.steps import ClaimChanged, ClaimRefused

__all__ = [
    "ClaimChanged",
    "ClaimRefused",
    "RateRefused",
    "answer",
    "approve",
    "ask",
    "attach",
    "detach",
    "discard",
    "import_rates",
    "pay",
    "reject",
    "remove_rate",
    "reopen",
    "save",
    "save_rate",
    "start",
    "submit",
    "take",
    "withdraw",
]
