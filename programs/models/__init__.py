"""What is offered: vendors, their programs, and what these promise."""

from programs.models.offers import Program, ProgramQuerySet, Vendor, vendors_managed_by
from programs.models.terms import EARNING_MONTHS, Activity, Terms

__all__ = ["EARNING_MONTHS", "Activity", "Program", "ProgramQuerySet", "Terms", "Vendor", "vendors_managed_by"]
