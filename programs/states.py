"""Kinds of program and the life of one; kinds of file. A leaf: imports no model."""

from django.db.models import TextChoices


class ProgramKind(TextChoices):
    MDF = "mdf", "MDF, by pre-approval"
    COOP = "coop", "Co-op, accrued"
    WALLET = "wallet", "Deposit wallet"
    SPIFF = "spiff", "SPIFF"


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

# What stays as it was once the program is published; a trigger refuses to change it. Its terms go on in versions.
PROMISED = ("vendor", "kind", "currency", "starts_on", "ends_on", "time_zone")

# What a version of the terms says.
TERMS = (
    "wording",
    "reimbursement_percent",
    "claim_window_days",
    "lead_days",
    "activity_days",
    "extension_days",
)


class FileKind(TextChoices):
    """What is taken as a file, as proof or to be shared with partners. The value is its content type."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
