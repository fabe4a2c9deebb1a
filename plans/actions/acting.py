"""What acts on a plan do the same way: lock, check, say why not, and know who may be given what."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from partners.models import Company, Membership, User
from partners.states import ROLES, Kind
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


def people_of(partner: Company) -> QuerySet[User]:
    """Who works there today, and so may look after an activity, do a step, or have the account of a sales person."""
    there = Membership.objects.active().filter(company=partner.pk, role__in=ROLES[Kind.PARTNER], user__is_active=True)
    found: QuerySet[User] = User.objects.filter(pk__in=there.values("user")).order_by("name", "email")
    return found
