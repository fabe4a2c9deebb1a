"""The life of a payment, and of what is decided about it: holds, batches, short payments, reversals. A leaf: imports no model."""

from django.db.models import TextChoices


class PaymentStatus(TextChoices):
    PENDING = "pending", "To be paid"
    ON_HOLD = "on_hold", "On hold"
    BATCHED = "batched", "In a batch"
    SENT = "sent", "At the bank"
    CONFIRMED = "confirmed", "Paid"
    FAILED = "failed", "Not executed"
    REVERSED = "reversed", "Reversed"
    CALLED_OFF = "called_off", "Called off"


P = PaymentStatus

# Nobody has done anything with it yet: it may be held, split, batched or called off.
WAITING = (P.PENDING, P.ON_HOLD)
ON_THE_WAY = (P.BATCHED, P.SENT)
# What counts against the approved amount of its claim.
LIVE = (*WAITING, *ON_THE_WAY, P.CONFIRMED)
# The payment is over: another one takes its place if money is still owed.
OVER = (P.FAILED, P.REVERSED, P.CALLED_OFF)

# (from, to): who. It feeds the actions' check, the page's buttons and the database's trigger.
PAYMENT_TRANSITIONS: dict[tuple[PaymentStatus, PaymentStatus], str] = {
    (P.PENDING, P.ON_HOLD): "either",
    (P.ON_HOLD, P.PENDING): "either",
    (P.PENDING, P.BATCHED): "finance",
    (P.BATCHED, P.PENDING): "finance",
    (P.BATCHED, P.SENT): "finance",
    (P.SENT, P.CONFIRMED): "finance",
    (P.SENT, P.FAILED): "finance",
    # Paid by hand, outside any batch.
    (P.PENDING, P.CONFIRMED): "finance",
    (P.CONFIRMED, P.REVERSED): "finance",
    # The approval was undone, or the payment split.
    (P.PENDING, P.CALLED_OFF): "windfall",
    (P.ON_HOLD, P.CALLED_OFF): "windfall",
}


def may_become(status: str, to: PaymentStatus) -> bool:
    return (PaymentStatus(status), to) in PAYMENT_TRANSITIONS


class Side(TextChoices):
    """Who put a payment on hold, and so who lets it go on."""

    WINDFALL = "windfall", "Windfall"
    PARTNER = "partner", "The partner"
    VENDOR = "vendor", "The vendor"
    FINANCE = "finance", "Finance"


class HoldReason(TextChoices):
    NO_ACCOUNT = "no_account", "Bank details are missing"
    NO_TAX_ID = "no_tax_id", "The tax number is missing"
    NEW_ACCOUNT = "new_account", "New bank details"
    RETURNED = "returned", "The bank did not execute it"
    DETAILS_CHANGE = "details_change", "Bank details are about to change"
    ASKED = "asked", "The partner asks to wait"
    CHECKING = "checking", "Something is being checked"
    DISPUTE = "dispute", "There is a dispute"
    CONTRACT = "contract", "The partnership or contract is unclear"
    OTHER = "other", "Another reason"


H = HoldReason
# Windfall holds for these by itself, and lets go when they are mended.
OF_DETAILS = (H.NO_ACCOUNT, H.NO_TAX_ID, H.NEW_ACCOUNT)
REASONS_OF: dict[Side, tuple[HoldReason, ...]] = {
    Side.PARTNER: (H.DETAILS_CHANGE, H.ASKED, H.OTHER),
    Side.VENDOR: (H.CHECKING, H.CONTRACT, H.OTHER),
    Side.FINANCE: (H.CHECKING, H.DISPUTE, H.CONTRACT, H.OTHER),
}


class Method(TextChoices):
    BANK = "bank", "Bank transfer"
    CREDIT = "credit", "Credit memo"


class BatchStatus(TextChoices):
    OPEN = "open", "Being put together"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Dropped"


BATCH_TRANSITIONS = {
    (BatchStatus.OPEN, BatchStatus.SENT): "finance",
    (BatchStatus.OPEN, BatchStatus.DROPPED): "finance",
}


class ShortStatus(TextChoices):
    OPEN = "open", "To be resolved"
    REPAID = "repaid", "The rest is paid too"
    SETTLED = "settled", "Accepted as it is"


SHORT_TRANSITIONS = {
    (ShortStatus.OPEN, ShortStatus.REPAID): "finance",
    (ShortStatus.OPEN, ShortStatus.SETTLED): "partner",
}


class ReversalStatus(TextChoices):
    OPEN = "open", "Waits for a second person"
    CONFIRMED = "confirmed", "Reversed"
    DROPPED = "dropped", "Dropped"


REVERSAL_TRANSITIONS = {
    (ReversalStatus.OPEN, ReversalStatus.CONFIRMED): "finance",
    (ReversalStatus.OPEN, ReversalStatus.DROPPED): "finance",
}


class ReversalReason(TextChoices):
    TWICE = "twice", "It was paid twice"
    WRONG_PARTY = "wrong_party", "It went to the wrong account"
    NOT_EARNED = "not_earned", "What was claimed did not happen"
    TERMS = "terms", "It was against the terms"
    AGREED = "agreed", "Agreed with the partner"
    OTHER = "other", "Another reason"


class BackTo(TextChoices):
    """Where the money of a reversed payment goes."""

    FUND = "fund", "the partner's fund, to be claimed again"
    BUDGET = "budget", "the vendor's budget"
