"""Kinds of program and the life of one; kinds of file. A leaf: imports no model."""

from django.db.models import TextChoices


class ProgramKind(TextChoices):
    MDF = "mdf", "MDF, by pre-approval"
    COOP = "coop", "Co-op, accrued"
    WALLET = "wallet", "Deposit wallet"
    SPIFF = "spiff", "SPIFF"
    RESOURCES = "resources", "Resources only"


class ProgramStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed"


# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
PROGRAM_TRANSITIONS: dict[tuple[ProgramStatus, ProgramStatus], str] = {
    (ProgramStatus.DRAFT, ProgramStatus.PUBLISHED): "manager",
    (ProgramStatus.PUBLISHED, ProgramStatus.CLOSED): "manager",
    (ProgramStatus.CLOSED, ProgramStatus.PUBLISHED): "manager",
}


class LinkStatus(TextChoices):
    PROPOSED = "proposed", "Waits for the partner"
    ACCEPTED = "accepted", "Linked"
    DECLINED = "declined", "Not the same vendor"


# An admin proposes that a vendor in a partner's books is one on Windfall; the partner's owner answers, once.
LINK_TRANSITIONS: dict[tuple[LinkStatus, LinkStatus], str] = {
    (LinkStatus.PROPOSED, LinkStatus.ACCEPTED): "owner",
    (LinkStatus.PROPOSED, LinkStatus.DECLINED): "owner",
}

# What stays as it was once the program is published; a trigger refuses to change it. Its terms go on in versions.
PROMISED = ("vendor", "kind", "currency", "starts_on", "ends_on", "time_zone")


class LeadUnit(TextChoices):
    """In which days the lead time of a pre-approval counts. Working days are Monday to Friday; holidays are not known."""

    CALENDAR = "calendar", "calendar days"
    WORKING = "working", "working days"


class WindowFrom(TextChoices):
    """What the claim window is counted from."""

    FUND = "fund", "the money's last day"
    ACTIVITY = "activity", "the end of the activity"


class CapRule(TextChoices):
    """Which of two caps holds: an amount, and a share of what was earned."""

    GREATER = "greater", "the greater"
    LESSER = "lesser", "the lesser"


# What a version of the terms says, beside its activities.
TERMS = (
    "wording",
    "reimbursement_percent",
    "tax_included",
    "least_claim",
    "preapproval",
    "lead_days",
    "lead_unit",
    "activity_days",
    "claim_window_days",
    "claim_window_from",
    "review_days",
    "second_approval_over",
    "dispute_days",
    "pay_days",
    "extension_days",
    "termination_days",
    "aging_months",
    "forfeits_at_period_end",
    "accrual_percent",
    "accrual_cap",
    "earning_months",
)

# What an activity in a version of the terms says.
ACTIVITY = (
    "kind",
    "name",
    "rate",
    "claim_cap",
    "period_cap",
    "period_cap_percent",
    "period_cap_rule",
    "person_cap",
    "most_people",
    "least",
    "activity_days",
    "lead_days",
    "proofs",
    "figures",
    "eligible",
    "ineligible",
)


class FileKind(TextChoices):
    """What is taken as a file, as proof or to be shared with partners. The value is its content type."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class Way(TextChoices):
    """How a partner that fits a program comes to be in it."""

    OPEN = "open", "It joins by itself"
    ASKING = "asking", "It asks, and you decide"
    INVITED = "invited", "Only you add partners"


class EnrolmentStatus(TextChoices):
    ASKED = "asked", "Asked to join"
    JOINED = "joined", "Joined"
    DECLINED = "declined", "Declined"
    LEFT = "left", "Left"
    ENDED = "ended", "Ended by the vendor"


ES = EnrolmentStatus
# (from, to): who. It feeds the actions' checks and the database's trigger.
ENROLMENT_TRANSITIONS: dict[tuple[EnrolmentStatus, EnrolmentStatus], str] = {
    (ES.ASKED, ES.JOINED): "manager, or the partner where it may join by itself by now",
    (ES.ASKED, ES.DECLINED): "manager",
    (ES.ASKED, ES.LEFT): "partner",
    (ES.JOINED, ES.LEFT): "partner",
    (ES.JOINED, ES.ENDED): "manager",
    (ES.DECLINED, ES.ASKED): "partner",
    (ES.LEFT, ES.ASKED): "partner",
    (ES.ENDED, ES.ASKED): "partner",
    (ES.DECLINED, ES.JOINED): "manager, or the partner where it may join by itself by now",
    (ES.LEFT, ES.JOINED): "manager, or the partner where it may join by itself",
    (ES.ENDED, ES.JOINED): "manager",
}
# An enrolment begins in one of these.
ENROLMENT_BIRTHS = (ES.ASKED, ES.JOINED)


class DeclineReason(TextChoices):
    LEVEL = "level", "Not at this level yet"
    FIT = "fit", "The program is not made for this partner"
    BUDGET = "budget", "No money is left in it"
    TIME = "time", "Too late in its period"
    OTHER = "other", "Another reason"
