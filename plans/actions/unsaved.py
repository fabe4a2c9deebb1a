"""What is typed into the form of an activity is kept for its writer until it is saved or thrown away."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied

from partners.models import Partner, User
from plans.models import PlannedActivity, Unsaved

# Whoever left it so long ago does not go on with it.
KEPT = timedelta(days=180)


def keep(
    *,
    partner: Partner,
    activity: PlannedActivity | None,
    fields: Mapping[str, str],
    version: int,
    by: User,
    now: datetime,
) -> None:
    """In place of what was kept of the same form. `activity` None: a new one. `version` is what the form was shown with."""
    if not by.has_perm("plans.plan", partner):
        raise PermissionDenied
    typed = Unsaved(writer=by, partner=partner, activity=activity, fields=dict(fields), version=version, at=now)
    Unsaved.objects.bulk_create(
        [typed],
        update_conflicts=True,
        unique_fields=["writer", "partner", "activity"],
        update_fields=["fields", "version", "at"],
    )


def forget(*, partner: Partner, activity: PlannedActivity | None, by: User) -> None:
    Unsaved.objects.of(by, partner).filter(activity=activity).delete()


def prune(*, now: datetime, most: int) -> int:
    """Forget what nobody went on with for long, `most` at once. Returns how many."""
    old = Unsaved.objects.filter(at__lt=now - KEPT).order_by("pk")
    gone, _ = Unsaved.objects.filter(pk__in=old.values("pk")[:most]).delete()
    return gone
