"""What people do with their reminders."""

from datetime import datetime

from partners.models import User
from reminders.models import ReminderQuerySet


def read(*, reminders: ReminderQuerySet, by: User, now: datetime) -> int:
    """Mark these as read, as far as they are one's own and unread. Returns how many were."""
    return int(reminders.visible_to(by).unread().update(read_at=now))
