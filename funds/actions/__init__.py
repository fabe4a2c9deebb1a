"""What people do with budgets and funds: each act a plain verb. Views and tests import from here."""

from funds.actions.accruing import confirm, drop_upload, receive, recheck, work
from funds.actions.asking import ask_for_time, decline_time, grant_time, withdraw_request
from funds.actions.closing import close_books, still_kept
from funds.actions.extending import Outcome, extend, extend_many
from funds.actions.joining import Joined, accept, add, drop_share, grant_share, join
from funds.actions.moving import (
    FundsRefused,
    ReferenceTaken,
    allocate,
    close_period,
    defund,
    fund,
    release,
    reoffer,
    reserve,
    standing_grants,
    withdraw,
)
from funds.actions.parting import Parting, part
from funds.actions.proposing import decline_proposal, propose, withdraw_proposal
from funds.actions.regranting import regrant, transfer
from funds.actions.starting import set_starting
from funds.actions.statements import (
    Difference,
    StatementStale,
    change_kept_program,
    compare,
    put_away,
    record_statement,
    seen,
)
from funds.actions.terms import Renewed, accept_terms, keep_terms, renew_terms
from funds.actions.years import (
    change_days,
    delete_year,
    misfit,
    move_money,
    open_budget,
    open_year,
    overlap,
    overlapping,
    put_in_year,
    take_out,
    top_up,
)
from funds.grants import Grant
from funds.statements import Stated

__all__ = [
    "Difference",
    "FundsRefused",
    "Grant",
    "Joined",
    "Outcome",
    "Parting",
    "ReferenceTaken",
    "Renewed",
    "Stated",
    "StatementStale",
    "accept",
    "accept_terms",
    "add",
    "allocate",
    "ask_for_time",
    "change_days",
    "change_kept_program",
    "close_books",
    "close_period",
    "compare",
    "confirm",
    "decline_proposal",
    "decline_time",
    "defund",
    "delete_year",
    "drop_share",
    "drop_upload",
    "extend",
    "extend_many",
    "fund",
    "grant_share",
    "grant_time",
    "join",
    "keep_terms",
    "misfit",
    "move_money",
    "open_budget",
    "open_year",
    "overlap",
    "overlapping",
    "part",
    "propose",
    "put_away",
    "put_in_year",
    "receive",
    "recheck",
    "record_statement",
    "regrant",
    "release",
    "renew_terms",
    "reoffer",
    "reserve",
    "seen",
    "set_starting",
    "standing_grants",
    "still_kept",
    "take_out",
    "top_up",
    "transfer",
    "withdraw",
    "withdraw_proposal",
    "withdraw_request",
    "work",
]
