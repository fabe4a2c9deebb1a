"""Tables of what a partner means to do."""

from plans.models.steps import AgreedStep

__all__ = ["AgreedStep"]
