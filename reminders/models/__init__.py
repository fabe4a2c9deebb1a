"""Who must hear of which money before it is too late, and the mails that tell them."""

from reminders.models.addresses import MailEvent, Suppression
from reminders.models.digests import Digest
from reminders.models.feeds import Alarm, CalendarDate, CalendarFeed
from reminders.models.hooks import NOT_ITS_KEEPER, ChatHook, ChatHookQuerySet, ChatPost
from reminders.models.matters import Matter, MatterQuerySet
from reminders.models.nudges import BY_ITS_MANAGER, NOT_ITS_MANAGER, Nudge
from reminders.models.preferences import Delivery, Preference
from reminders.models.reminders import Reminder, SweptZone
from reminders.models.replies import Reply, ReplyQuerySet
from reminders.models.standing import ReminderQuerySet
from reminders.models.timings import Absence, Threshold, Timing
from reminders.models.wordings import Wording

__all__ = [
    "BY_ITS_MANAGER",
    "NOT_ITS_KEEPER",
    "NOT_ITS_MANAGER",
    "Absence",
    "Alarm",
    "CalendarDate",
    "CalendarFeed",
    "ChatHook",
    "ChatHookQuerySet",
    "ChatPost",
    "Delivery",
    "Digest",
    "MailEvent",
    "Matter",
    "MatterQuerySet",
    "Nudge",
    "Preference",
    "Reminder",
    "ReminderQuerySet",
    "Reply",
    "ReplyQuerySet",
    "Suppression",
    "SweptZone",
    "Threshold",
    "Timing",
    "Wording",
]
