"""The life of a claim, its lines and its proofs. A leaf: imports no model."""

from django.db.models import TextChoices


class ClaimStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    INFO_REQUESTED = "info_requested", "Question for you"
    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PAID = "paid", "Paid"


S = ClaimStatus

# Somebody at Windfall is to decide; the money stands in `claimed`.
AWAITING_DECISION = (S.SUBMITTED, S.IN_REVIEW, S.INFO_REQUESTED)
AWAITING_REVIEWER = (S.SUBMITTED, S.IN_REVIEW)
AWAITING_PAYMENT = (S.APPROVED, S.PARTLY_APPROVED)
DECIDED = (S.APPROVED, S.PARTLY_APPROVED, S.REJECTED, S.PAID)
# What counts towards the caps of a period: filed, and not given back.
COUNTED = (*AWAITING_DECISION, *AWAITING_PAYMENT, S.PAID)
OPEN = (S.DRAFT, *AWAITING_DECISION, *AWAITING_PAYMENT)

# Who must act next; a claim that rests waits for nobody.
WAITS_FOR: dict[ClaimStatus, str] = {
    S.DRAFT: "the partner",
    S.SUBMITTED: "a reviewer",
    S.IN_REVIEW: "the reviewer",
    S.INFO_REQUESTED: "the partner",
    S.APPROVED: "finance",
    S.PARTLY_APPROVED: "finance",
}

# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
CLAIM_TRANSITIONS: dict[tuple[ClaimStatus, ClaimStatus], str] = {
    (S.DRAFT, S.SUBMITTED): "partner",
    (S.SUBMITTED, S.IN_REVIEW): "admin",
    (S.IN_REVIEW, S.INFO_REQUESTED): "admin",
    (S.INFO_REQUESTED, S.IN_REVIEW): "partner",
    (S.IN_REVIEW, S.APPROVED): "admin",
    (S.IN_REVIEW, S.PARTLY_APPROVED): "admin",
    (S.IN_REVIEW, S.REJECTED): "admin",
    (S.SUBMITTED, S.WITHDRAWN): "partner",
    (S.IN_REVIEW, S.WITHDRAWN): "partner",
    (S.INFO_REQUESTED, S.WITHDRAWN): "partner",
    (S.WITHDRAWN, S.DRAFT): "partner",
    (S.REJECTED, S.DRAFT): "partner",
    (S.APPROVED, S.PAID): "finance",
    (S.PARTLY_APPROVED, S.PAID): "finance",
}


def may_become(status: str, to: ClaimStatus) -> bool:
    return (ClaimStatus(status), to) in CLAIM_TRANSITIONS


class LineStatus(TextChoices):
    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    REDUCED = "reduced", "Reduced"
    DENIED = "denied", "Denied"


class Reason(TextChoices):
    """Why less than what was asked is paid. Each comes with a sentence that the partner reads."""

    MISSING_PROOF = "missing_proof", "Proof is missing"
    WRONG_DOCUMENT = "wrong_document", "A document is the wrong one or not readable"
    MISMATCH = "mismatch", "Amounts, dates or names do not match"
    NOT_ELIGIBLE = "not_eligible", "The program does not cover this"
    OUTSIDE_DATES = "outside_dates", "Outside the program's dates"
    DUPLICATE = "duplicate", "Claimed before"
    OTHER = "other", "Another reason"
