"""Every act that changes a fund request. `filing` and most of `changing` are the partner's, `deciding` the vendor's.

Each act locks the fund, then the request; reads again; checks permission and state on what it locked; writes; moves the money;
records the event. Amounts are minor units of the program's currency.
"""

from claims.actions.requests.changing import (
    accept_change,
    amend,
    cancel,
    complete,
    keep,
    needs_two,
    refuse_change,
    revoke,
    standing,
)
from claims.actions.requests.deciding import approve, approve_too, ask, decline, not_too, send_back, take
from claims.actions.requests.expiring import expire, return_unanswered
from claims.actions.requests.filing import (
    Entry,
    Plan,
    answer,
    attach,
    detach,
    discard,
    prefill,
    save,
    start,
    submit,
    take_back,
)
from claims.actions.requests.steps import RequestChanged, RequestRefused

__all__ = [
    "Entry",
    "Plan",
    "RequestChanged",
    "RequestRefused",
    "accept_change",
    "amend",
    "answer",
    "approve",
    "approve_too",
    "ask",
    "attach",
    "cancel",
    "complete",
    "decline",
    "detach",
    "discard",
    "expire",
    "keep",
    "needs_two",
    "not_too",
    "prefill",
    "refuse_change",
    "return_unanswered",
    "revoke",
    "save",
    "send_back",
    "standing",
    "start",
    "submit",
    "take",
    "take_back",
]
