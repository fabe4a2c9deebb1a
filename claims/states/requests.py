"""The life of a fund request: what a partner asks to be approved before it spends. A leaf: imports no model."""

from django.db.models import TextChoices


class RequestStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    INFO_REQUESTED = "info_requested", "Question for you"
    SECOND_APPROVAL = "second_approval", "Second approval"
    APPROVED = "approved", "Approved"
    APPROVED_REDUCED = "approved_reduced", "Approved for less"
    RETURNED = "returned", "Sent back"
    DECLINED = "declined", "Declined"
    AMENDED = "amended", "Change asked for"
    COMPLETED = "completed", "Completed"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"


S = RequestStatus

# The vendor is to decide; no money has moved yet.
AWAITING_DECISION = (S.SUBMITTED, S.IN_REVIEW, S.INFO_REQUESTED, S.SECOND_APPROVAL)
# Money is set aside for it, and claims may draw on that.
IN_FORCE = (S.APPROVED, S.APPROVED_REDUCED, S.AMENDED)
# What waits for somebody of the vendor.
AWAITING_VENDOR = (S.SUBMITTED, S.IN_REVIEW, S.SECOND_APPROVAL, S.AMENDED)
OPEN = (S.DRAFT, *AWAITING_DECISION, *IN_FORCE)
FINAL = (S.COMPLETED, S.EXPIRED, S.CANCELLED)
DECIDED = (*IN_FORCE, *FINAL)

# Who must act next; a request that rests waits for nobody.
WAITS_FOR: dict[RequestStatus, str] = {
    S.DRAFT: "the partner",
    S.SUBMITTED: "the vendor",
    S.IN_REVIEW: "the vendor",
    S.INFO_REQUESTED: "the partner",
    S.SECOND_APPROVAL: "a second person of the vendor",
    S.RETURNED: "the partner",
    S.APPROVED: "the partner",
    S.APPROVED_REDUCED: "the partner",
    S.AMENDED: "the vendor",
}

# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
REQUEST_TRANSITIONS: dict[tuple[RequestStatus, RequestStatus], str] = {
    (S.DRAFT, S.SUBMITTED): "partner",
    (S.SUBMITTED, S.IN_REVIEW): "vendor",
    (S.IN_REVIEW, S.INFO_REQUESTED): "vendor",
    (S.INFO_REQUESTED, S.IN_REVIEW): "partner",
    (S.INFO_REQUESTED, S.RETURNED): "windfall",
    (S.IN_REVIEW, S.SECOND_APPROVAL): "vendor",
    (S.IN_REVIEW, S.APPROVED): "vendor",
    (S.IN_REVIEW, S.APPROVED_REDUCED): "vendor",
    (S.IN_REVIEW, S.RETURNED): "vendor",
    (S.IN_REVIEW, S.DECLINED): "vendor",
    (S.SECOND_APPROVAL, S.APPROVED): "vendor",
    (S.SECOND_APPROVAL, S.APPROVED_REDUCED): "vendor",
    (S.SECOND_APPROVAL, S.IN_REVIEW): "vendor",
    # A request that waits may be taken back to be changed: nobody has to decline it for that.
    (S.SUBMITTED, S.DRAFT): "partner",
    (S.IN_REVIEW, S.DRAFT): "partner",
    (S.INFO_REQUESTED, S.DRAFT): "partner",
    (S.SECOND_APPROVAL, S.DRAFT): "partner",
    (S.RETURNED, S.DRAFT): "partner",
    (S.DECLINED, S.DRAFT): "partner",
    (S.APPROVED, S.AMENDED): "partner",
    (S.APPROVED_REDUCED, S.AMENDED): "partner",
    (S.AMENDED, S.APPROVED): "vendor",
    (S.AMENDED, S.APPROVED_REDUCED): "vendor",
    **{(standing, end): "either" for standing in IN_FORCE for end in FINAL},
}


def may_become(status: str, to: RequestStatus) -> bool:
    return (RequestStatus(status), to) in REQUEST_TRANSITIONS
