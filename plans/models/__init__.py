"""Tables of what a partner means to do."""

from plans.models.plan import PlannedActivity, PlannedFunding
from plans.models.steps import AgreedStep

__all__ = ["AgreedStep", "PlannedActivity", "PlannedFunding"]
