"""What people do with budgets and funds: each act a plain verb. Views and tests import from here."""

from funds.actions.extending import extend
from funds.actions.moving import (
    FundsRefused,
    ReferenceTaken,
    allocate,
    close_period,
    defund,
    fund,
    open_budget,
    release,
    reoffer,
    reserve,
    standing_grants,
    withdraw,
)
from funds.actions.terms import Renewed, accept_terms, keep_terms, renew_terms
from funds.grants import Grant

__all__ = [
    "FundsRefused",
    "Grant",
    "ReferenceTaken",
    "Renewed",
    "accept_terms",
    "allocate",
    "close_period",
    "defund",
    "extend",
    "fund",
    "keep_terms",
    "open_budget",
    "release",
    "renew_terms",
    "reoffer",
    "reserve",
    "standing_grants",
    "withdraw",
]
