"""The life of a claim, its lines and its proofs. A leaf: imports no model."""

from django.db.models import TextChoices


class ClaimStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    INFO_REQUESTED = "info_requested", "Question for you"
    SECOND_APPROVAL = "second_approval", "Second approval"
    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    REJECTED = "rejected", "Rejected"
    RETURNED = "returned", "Sent back"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DISPUTED = "disputed", "Disputed"
    PAYABLE = "payable", "Being paid"
    PAID = "paid", "Paid"
    REVERSED = "reversed", "Payment reversed"


S = ClaimStatus

# Somebody at Windfall is to decide; the money stands in `claimed`.
AWAITING_DECISION = (S.SUBMITTED, S.IN_REVIEW, S.INFO_REQUESTED, S.SECOND_APPROVAL, S.DISPUTED)
AWAITING_REVIEWER = (S.SUBMITTED, S.IN_REVIEW, S.SECOND_APPROVAL, S.DISPUTED)
# The money stands in `approved`, or in part in `paid` already.
AWAITING_PAYMENT = (S.APPROVED, S.PARTLY_APPROVED, S.PAYABLE)
# An admin may look at its lines and files and judge them.
IN_HAND = (S.SUBMITTED, S.IN_REVIEW, S.DISPUTED)
DECIDED = (*AWAITING_PAYMENT, S.REJECTED, S.PAID, S.REVERSED)
# What counts towards the caps of a period: filed, and not given back.
COUNTED = (*AWAITING_DECISION, *AWAITING_PAYMENT, S.PAID)
OPEN = (S.DRAFT, *AWAITING_DECISION, *AWAITING_PAYMENT)

# Who must act next; a claim that rests waits for nobody.
WAITS_FOR: dict[ClaimStatus, str] = {
    S.DRAFT: "the partner",
    S.SUBMITTED: "a reviewer",
    S.IN_REVIEW: "the reviewer",
    S.INFO_REQUESTED: "the partner",
    S.SECOND_APPROVAL: "a second reviewer",
    S.RETURNED: "the partner",
    S.DISPUTED: "another reviewer",
    S.APPROVED: "finance",
    S.PARTLY_APPROVED: "finance",
    S.PAYABLE: "the bank",
}

# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
CLAIM_TRANSITIONS: dict[tuple[ClaimStatus, ClaimStatus], str] = {
    (S.DRAFT, S.SUBMITTED): "partner",
    (S.SUBMITTED, S.IN_REVIEW): "admin",
    (S.IN_REVIEW, S.INFO_REQUESTED): "admin",
    (S.INFO_REQUESTED, S.IN_REVIEW): "partner, windfall",
    (S.INFO_REQUESTED, S.RETURNED): "windfall",
    (S.IN_REVIEW, S.RETURNED): "admin",
    (S.IN_REVIEW, S.SECOND_APPROVAL): "admin",
    (S.IN_REVIEW, S.APPROVED): "admin",
    (S.IN_REVIEW, S.PARTLY_APPROVED): "admin",
    (S.IN_REVIEW, S.REJECTED): "admin",
    (S.SECOND_APPROVAL, S.APPROVED): "admin",
    (S.SECOND_APPROVAL, S.PARTLY_APPROVED): "admin",
    (S.SECOND_APPROVAL, S.IN_REVIEW): "admin",
    (S.APPROVED, S.IN_REVIEW): "admin",
    (S.PARTLY_APPROVED, S.IN_REVIEW): "admin",
    (S.SUBMITTED, S.WITHDRAWN): "partner",
    (S.IN_REVIEW, S.WITHDRAWN): "partner",
    (S.INFO_REQUESTED, S.WITHDRAWN): "partner",
    (S.SECOND_APPROVAL, S.WITHDRAWN): "partner",
    (S.WITHDRAWN, S.DRAFT): "partner",
    (S.REJECTED, S.DRAFT): "partner",
    (S.RETURNED, S.DRAFT): "partner",
    (S.REJECTED, S.DISPUTED): "partner",
    (S.PARTLY_APPROVED, S.DISPUTED): "partner",
    (S.DISPUTED, S.IN_REVIEW): "admin",
    (S.APPROVED, S.PAYABLE): "finance",
    (S.PARTLY_APPROVED, S.PAYABLE): "finance",
    (S.PAYABLE, S.APPROVED): "finance",
    (S.PAYABLE, S.PARTLY_APPROVED): "finance",
    (S.PAYABLE, S.PAID): "finance",
    (S.APPROVED, S.PAID): "finance",
    (S.PARTLY_APPROVED, S.PAID): "finance",
    (S.PAID, S.REVERSED): "finance",
}


# The partner may add proof.
TAKES_PROOF = (S.DRAFT, S.INFO_REQUESTED, S.DISPUTED)


def may_become(status: str, to: ClaimStatus) -> bool:
    return (ClaimStatus(status), to) in CLAIM_TRANSITIONS


class LineStatus(TextChoices):
    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    REDUCED = "reduced", "Reduced"
    DENIED = "denied", "Denied"


class ProofStatus(TextChoices):
    PENDING = "pending", "Not looked at"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REPLACED = "replaced", "Replaced"
    REMOVED = "removed", "Taken off"


P = ProofStatus
# Proof of the claim no more, and kept: a reviewer may have looked at it.
PUT_AWAY = (P.REPLACED, P.REMOVED)
# A reviewer may think again; what the partner replaced stays so, and what it took off it may bring back.
PROOF_TRANSITIONS: dict[tuple[ProofStatus, ProofStatus], str] = {
    (P.PENDING, P.ACCEPTED): "admin",
    (P.PENDING, P.DECLINED): "admin",
    (P.ACCEPTED, P.DECLINED): "admin",
    (P.DECLINED, P.ACCEPTED): "admin",
    (P.DECLINED, P.REPLACED): "partner",
    (P.PENDING, P.REMOVED): "partner",
    (P.ACCEPTED, P.REMOVED): "partner",
    (P.DECLINED, P.REMOVED): "partner",
    (P.REMOVED, P.PENDING): "partner",
}

# How long a partner has for a question, unless the reviewer names another day.
ANSWER_DAYS = 7
MOST_ANSWER_DAYS = 90


class Reason(TextChoices):
    """Why less than what was asked is paid. Each comes with a sentence that the partner reads."""

    MISSING_PROOF = "missing_proof", "Proof is missing"
    WRONG_DOCUMENT = "wrong_document", "A document is the wrong one or not readable"
    MISMATCH = "mismatch", "Amounts, dates or names do not match"
    NOT_ELIGIBLE = "not_eligible", "The program does not cover this"
    OUTSIDE_DATES = "outside_dates", "Outside the program's dates"
    DUPLICATE = "duplicate", "Claimed before"
    UNANSWERED = "unanswered", "A question was not answered in time"
    OTHER = "other", "Another reason"
