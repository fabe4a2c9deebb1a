"""The buckets that a cent can be in, the acts that move it between them, and the life of what a partner asks of a vendor. A leaf.

`ACTS` is the one table: the ledger's posting, the database's CHECK and the words on the page are all made from it.
"""

from typing import NamedTuple

from django.db.models import TextChoices


class Bucket(TextChoices):
    OUTSIDE = "outside", "Outside"
    UNALLOCATED = "unallocated", "Unallocated"
    AVAILABLE = "available", "Available"
    RESERVED = "reserved", "Reserved"
    CLAIMED = "claimed", "Claimed"
    APPROVED = "approved", "Approved"
    PAID = "paid", "Paid"
    LAPSED = "lapsed", "Lapsed"


class Act(TextChoices):
    FUND = "fund", "Budget funded"
    DEFUND = "defund", "Taken out of the budget"
    ALLOCATE = "allocate", "Granted"
    WITHDRAW = "withdraw", "Withdrawn by the vendor"
    RESERVE = "reserve", "Pre-approved"
    RELEASE = "release", "Pre-approval released"
    CLAIM = "claim", "Claim filed"
    RETURN = "return", "Claim returned"
    APPROVE = "approve", "Approved"
    UNAPPROVE = "unapprove", "Approval undone"
    PAY = "pay", "Paid"
    REVERSE = "reverse", "Payment reversed"
    EXPIRE = "expire", "Lapsed"
    EXTEND = "extend", "Extended"
    REOFFER = "reoffer", "Taken back for others"


class YearAct(TextChoices):
    """What changes the amount that a vendor plans for a year. Its money moves by the acts above, budget by budget."""

    TOP_UP = "top_up", "Topped up"
    TAKE_OUT = "take_out", "Taken out"


class Pair(NamedTuple):
    source: Bucket
    target: Bucket


B = Bucket
ACTS: dict[Act, tuple[Pair, ...]] = {
    Act.FUND: (Pair(B.OUTSIDE, B.UNALLOCATED),),
    Act.DEFUND: (Pair(B.UNALLOCATED, B.OUTSIDE),),
    Act.ALLOCATE: (Pair(B.UNALLOCATED, B.AVAILABLE),),
    Act.WITHDRAW: (Pair(B.AVAILABLE, B.UNALLOCATED),),
    Act.RESERVE: (Pair(B.AVAILABLE, B.RESERVED),),
    Act.RELEASE: (Pair(B.RESERVED, B.AVAILABLE),),
    Act.CLAIM: (Pair(B.AVAILABLE, B.CLAIMED), Pair(B.RESERVED, B.CLAIMED)),
    Act.RETURN: (Pair(B.CLAIMED, B.AVAILABLE), Pair(B.CLAIMED, B.RESERVED)),
    Act.APPROVE: (Pair(B.CLAIMED, B.APPROVED),),
    Act.UNAPPROVE: (Pair(B.APPROVED, B.CLAIMED),),
    Act.PAY: (Pair(B.APPROVED, B.PAID),),
    Act.REVERSE: (Pair(B.PAID, B.AVAILABLE), Pair(B.PAID, B.UNALLOCATED)),
    Act.EXPIRE: (Pair(B.AVAILABLE, B.LAPSED), Pair(B.RESERVED, B.LAPSED)),
    Act.EXTEND: (Pair(B.LAPSED, B.AVAILABLE),),
    Act.REOFFER: (Pair(B.LAPSED, B.UNALLOCATED),),
}

# Acts on the budget alone: their movement names no allocation.
BUDGET_ACTS = frozenset({Act.FUND, Act.DEFUND})

# The buckets of an allocation, in the order in which money passes through them.
ALLOCATION_BUCKETS = (B.AVAILABLE, B.RESERVED, B.CLAIMED, B.APPROVED, B.PAID, B.LAPSED)


class AskStatus(TextChoices):
    """Where something stands that a partner asked of a vendor: more time for a fund, money for a plan."""

    OPEN = "open", "Waits for the vendor"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
ASK_TRANSITIONS: dict[tuple[AskStatus, AskStatus], str] = {
    (AskStatus.OPEN, AskStatus.GRANTED): "manager",
    (AskStatus.OPEN, AskStatus.DECLINED): "manager",
    (AskStatus.OPEN, AskStatus.WITHDRAWN): "partner",
}


class DeclineReason(TextChoices):
    """Why a vendor says no. Each comes with a sentence that the partner reads."""

    NO_MONEY = "no_money", "There is not enough money"
    TOO_LATE = "too_late", "It would not work in time"
    NOT_COVERED = "not_covered", "The program does not cover this"
    UNCLEAR = "unclear", "The plan is not clear enough"
    PLANNED = "planned", "The money is meant for others by then"
    OTHER = "other", "Another reason"
