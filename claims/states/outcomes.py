"""What is reported of an activity once it is over, and by when. A leaf: imports no model."""

from django.db.models import TextChoices

from claims.states.claims import ClaimStatus
from claims.states.requests import RequestStatus
from programs.activities import Figure

PIPELINE, REVENUE = "pipeline", "revenue"
# Amounts of money; all other results are counts.
MONEY = (PIPELINE, REVENUE)
RESULTS: dict[str, str] = {**dict(Figure.choices), PIPELINE: "Pipeline opened", REVENUE: "Revenue won"}
# What every activity is asked for beside its own figures: without these nobody can tell what the money brought.
ALWAYS = (Figure.LEADS.value, Figure.MEETINGS.value, Figure.OPPORTUNITIES.value, PIPELINE, REVENUE)

# Results are due so many days after the activity's end; sooner where its claims are due sooner (a week, for events only).
DUE_DAYS = 30


class Basis(TextChoices):
    """How a figure is known. The two are never added up."""

    MEASURED = "measured", "Measured"
    CLAIMED = "claimed", "Claimed"


# Of these an activity took place and its results can be told.
CLAIM_REPORTS = (
    ClaimStatus.SUBMITTED,
    ClaimStatus.IN_REVIEW,
    ClaimStatus.INFO_REQUESTED,
    ClaimStatus.SECOND_APPROVAL,
    ClaimStatus.DISPUTED,
    ClaimStatus.APPROVED,
    ClaimStatus.PARTLY_APPROVED,
    ClaimStatus.PAYABLE,
    ClaimStatus.PAID,
)
REQUEST_REPORTS = (
    RequestStatus.APPROVED,
    RequestStatus.APPROVED_REDUCED,
    RequestStatus.AMENDED,
    RequestStatus.COMPLETED,
)
