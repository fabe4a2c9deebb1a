"""What can no longer matter goes, so many at most with each sweep: it never holds up what is due."""

from datetime import timedelta

from plans.actions import unsaved
from programs.days import Clock
from reminders.chat.states import PostStatus
from reminders.models import CalendarDate, ChatPost

# A message of a day is made once while its row is there, also if a clock goes back; a date that comes back into a calendar goes
# on counting from its row. By then nobody's clock and nobody's calendar is as old as that.
KEPT = timedelta(days=400)
AT_ONCE = 5000


def prune(*, clock: Clock) -> int:
    """Forget old messages that arrived or were given up, and dates that no calendar has been shown for long.

    Also what was typed into a plan's form, and not gone on with for long.
    """
    before = clock.now - KEPT
    messages = ChatPost.objects.filter(created_at__lt=before).exclude(status=PostStatus.PENDING).order_by("pk")
    dates = CalendarDate.objects.filter(told_at__lt=before).order_by("pk")
    gone, _ = ChatPost.objects.filter(pk__in=messages.values("pk")[:AT_ONCE]).delete()
    forgotten, _ = CalendarDate.objects.filter(pk__in=dates.values("pk")[:AT_ONCE]).delete()
    return gone + forgotten + unsaved.prune(now=clock.now, most=AT_ONCE)
