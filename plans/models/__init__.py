"""Tables of what a partner means to do."""

from plans.models.plan import PlannedActivity, PlannedFunding
from plans.models.sellers import SalesPerson
from plans.models.spiffs import SpiffEarning
from plans.models.steps import AgreedStep
from plans.models.targets import SalesTarget
from plans.models.unsaved import Unsaved

__all__ = ["AgreedStep", "PlannedActivity", "PlannedFunding", "SalesPerson", "SalesTarget", "SpiffEarning", "Unsaved"]
