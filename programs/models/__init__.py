"""What is offered: vendors, their programs, what these promise, who may join them, and what vendors share."""

from programs.models.activities import Activity
from programs.models.joining import (
    Certification,
    CertificationHeld,
    Eligibility,
    Enrolment,
    NeededCertification,
    Tier,
    TierHeld,
)
from programs.models.kept import KeptVendor, Link
from programs.models.offers import Program, ProgramQuerySet, Vendor, vendors_managed_by
from programs.models.resources import Resource, ResourceQuerySet, ResourceUse
from programs.models.terms import EARNING_MONTHS, Terms

__all__ = [
    "EARNING_MONTHS",
    "Activity",
    "Certification",
    "CertificationHeld",
    "Eligibility",
    "Enrolment",
    "KeptVendor",
    "Link",
    "NeededCertification",
    "Program",
    "ProgramQuerySet",
    "Resource",
    "ResourceQuerySet",
    "ResourceUse",
    "Terms",
    "Tier",
    "TierHeld",
    "Vendor",
    "vendors_managed_by",
]
