"""The one way to write down what happened."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from partners.models import Event, User


def event(
    *,
    verb: str,
    about: Model,
    by: User | None,
    company_id: int | None = None,
    from_state: str = "",
    to_state: str = "",
    reason_code: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """An event that is not saved yet. `by` None means that Windfall itself did it; `at` None means now."""
    return Event(
        at=at or timezone.now(),
        actor=by,
        verb=verb,
        subject=about._meta.label_lower,
        subject_id=about.pk,
        from_state=from_state,
        to_state=to_state,
        reason_code=reason_code,
        reason=reason,
        data=dict(data or {}),
        company_id=company_id,
    )


def record(events: Iterable[Event]) -> None:
    """Write events in one statement. Call it in the transaction of the acts that they tell of."""
    Event.objects.bulk_create(list(events))
