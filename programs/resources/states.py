"""Kinds of resource, the life of one, and what partners do with it. A leaf: imports no model."""

from datetime import date

from django.db.models import TextChoices

from programs.terms import SOON_DAYS


class ResourceKind(TextChoices):
    CAMPAIGN = "campaign", "Campaign kit"
    PLAYBOOK = "playbook", "Playbook"
    TRAINING = "training", "Training"
    CERTIFICATION = "certification", "Certification"
    NFR = "nfr", "NFR offer"
    BRAND = "brand", "Brand assets"


class ResourceStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
RESOURCE_TRANSITIONS: dict[tuple[ResourceStatus, ResourceStatus], str] = {
    (ResourceStatus.DRAFT, ResourceStatus.PUBLISHED): "manager",
    (ResourceStatus.PUBLISHED, ResourceStatus.RETIRED): "manager",
    (ResourceStatus.RETIRED, ResourceStatus.PUBLISHED): "manager",
}


class Act(TextChoices):
    """What a partner does with a resource."""

    OPENED = "opened", "Opened"
    DOWNLOADED = "downloaded", "Downloaded"
    USED = "used", "Used"


TAKEN = (Act.OPENED, Act.DOWNLOADED)

# The same act of the same person within these minutes is one: a second click, a reload, a download that is taken up again.
SAME_ACT_MINUTES = 10


class Standing(TextChoices):
    """Where a resource stands on a day."""

    DRAFT = "draft", "Draft"
    COMING = "coming", "Coming"
    CURRENT = "current", "Current"
    ENDING = "ending", "Ends soon"
    EXPIRED = "expired", "Expired"
    RETIRED = "retired", "Retired"


# Partners can take it.
OPEN = (Standing.CURRENT, Standing.ENDING)

TONES: dict[Standing, str] = {
    Standing.DRAFT: "idle",
    Standing.COMING: "wait",
    Standing.CURRENT: "ok",
    Standing.ENDING: "risk",
    Standing.EXPIRED: "idle",
    Standing.RETIRED: "idle",
}


def standing(status: str, valid_from: date | None, valid_until: date | None, today: date) -> Standing:
    """Both days count. The same is asked in SQL by `ResourceQuerySet.with_standing`."""
    if status != ResourceStatus.PUBLISHED:
        return Standing(status)
    if valid_from and today < valid_from:
        return Standing.COMING
    if valid_until and valid_until < today:
        return Standing.EXPIRED
    return Standing.ENDING if valid_until and (valid_until - today).days <= SOON_DAYS else Standing.CURRENT
