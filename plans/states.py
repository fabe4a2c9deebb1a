"""The life of what a partner plans to do, and what a vendor answered elsewhere. A leaf: imports no model."""

from django.db.models import TextChoices


class PlanStatus(TextChoices):
    """What somebody decided; each may follow each. What comes of it, as asked for or running, is a `Stage`."""

    IDEA = "idea", "Idea"
    PLANNED = "planned", "Planned"
    DROPPED = "dropped", "Dropped"


class Answer(TextChoices):
    """What a vendor that is not on Windfall said in its own portal."""

    APPROVED = "approved", "Approved"
    REDUCED = "reduced", "Approved for less"
    DECLINED = "declined", "Declined"


class Stage(TextChoices):
    """Where an activity is, from its status, its days and what became of its requests and claims."""

    IDEA = "idea", "Idea"
    PLANNED = "planned", "Planned"
    ASKED = "asked", "Asked for"
    APPROVED = "approved", "Approved"
    RUNNING = "running", "Running"
    OVER = "over", "Took place"
    CLAIMED = "claimed", "Claimed"
    DROPPED = "dropped", "Dropped"
