"""What every act on a plan does the same way: lock, check, and say why not."""

from django.core.exceptions import PermissionDenied

from partners.models import User
from plans.models import PlannedActivity


class PlanRefused(Exception):
    """The plan as it stands does not allow it. Its words are for the user."""


class PlanChanged(PlanRefused):
    """Somebody changed the activity after the user saw it."""


def locked(activity: PlannedActivity) -> PlannedActivity:
    """The activity as it stands now, until the transaction ends. Funds, requests and claims are locked after it."""
    fresh = PlannedActivity.objects.select_for_update(of=("self",), no_key=True).select_related("company")
    found: PlannedActivity = fresh.get(pk=activity.pk)
    return found


def check(activity: PlannedActivity, *, by: User, version: int | None = None) -> None:
    """PermissionDenied or PlanChanged, on the locked activity."""
    if not by.has_perm("plans.change", activity):
        raise PermissionDenied
    if version is not None and version != activity.version:
        raise PlanChanged("Somebody else changed this activity meanwhile. Look at it again, then decide.")
