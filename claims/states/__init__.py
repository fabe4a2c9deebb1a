"""The lives of claims and fund requests. Leaves: they import no model."""

from claims.states.claims import (
    AWAITING_DECISION,
    AWAITING_PAYMENT,
    AWAITING_REVIEWER,
    CLAIM_TRANSITIONS,
    COUNTED,
    DECIDED,
    OPEN,
    TO_CORRECT,
    WAITS_FOR,
    ClaimStatus,
    LineStatus,
    Reason,
    may_become,
)

__all__ = [
    "AWAITING_DECISION",
    "AWAITING_PAYMENT",
    "AWAITING_REVIEWER",
    "CLAIM_TRANSITIONS",
    "COUNTED",
    "DECIDED",
    "OPEN",
    "TO_CORRECT",
    "WAITS_FOR",
    "ClaimStatus",
    "LineStatus",
    "Reason",
    "may_become",
]
