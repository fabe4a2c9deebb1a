"""Every act that changes a claim. `filing` and `proving` are the partner's, `review` the admin's, `payments`, `holding`
and `paying` are about the money on its way.

Each act locks the fund, then the claim; reads again; checks permission and state on what it locked; writes; moves the money;
records the event. Amounts are minor units of the program's currency.
"""

from claims.actions.approving import Approval, Outcome, approve, approve_many, approve_too, send_to_review
from claims.actions.batching import Made, drop_batch, make_batch, send_batch, take_out
from claims.actions.details import check_details, enter_details
from claims.actions.filing import answer, discard, reopen, save, start, submit, withdraw
from claims.actions.holding import hold, lift, may_lift, split
from claims.actions.looking import accept_proof, decline_proof
from claims.actions.paying import BankAnswer, pay, settle
from claims.actions.proving import attach, detach
from claims.actions.rates import RateRefused, import_rates, remove_rate, save_rate
from claims.actions.retaking import dispute, dispute_until, undo
from claims.actions.review import ask, assign, hand_back, reject, send_back, take
from claims.actions.settling import accept_short, confirm_reversal, drop_reversal, pay_rest, propose_reversal
from claims.actions.steps import ClaimChanged, ClaimRefused
from claims.actions.unanswered import return_unanswered

__all__ = [
    "Approval",
    "BankAnswer",
    "ClaimChanged",
    "ClaimRefused",
    "Made",
    "Outcome",
    "RateRefused",
    "accept_proof",
    "accept_short",
    "answer",
    "approve",
    "approve_many",
    "approve_too",
    "ask",
    "assign",
    "attach",
    "check_details",
    "confirm_reversal",
    "decline_proof",
    "detach",
    "discard",
    "dispute",
    "dispute_until",
    "drop_batch",
    "drop_reversal",
    "enter_details",
    "hand_back",
    "hold",
    "import_rates",
    "lift",
    "make_batch",
    "may_lift",
    "pay",
    "pay_rest",
    "propose_reversal",
    "reject",
    "remove_rate",
    "reopen",
    "return_unanswered",
    "save",
    "save_rate",
    "send_back",
    "send_batch",
    "send_to_review",
    "settle",
    "split",
    "start",
    "submit",
    "take",
    "take_out",
    "undo",
    "withdraw",
]
