"""What was put off comes back on its day: told anew, once, where there is still something to do.

What was put off in the queue and never told stands there again: the sweep tells it when it is due.
"""

from django.db import connection

from programs.days import Clock
from reminders.actions.again import again
from reminders.models import Reminder, Reply
from reminders.replying.states import Kind

# Of a matter that was told again since (a tighter lead is due that day), or that no mail has told yet, no second row is made: it
# is new again instead. The lead of the new one are the days that are left.
WAKE = f"""
    WITH woken AS (
        UPDATE reminders_reply SET ended_at = %(now)s
         WHERE kind = '{Kind.LATER}' AND ended_at IS NULL AND ends_at <= %(now)s
        RETURNING reminder_id, rule, subject_id, company_id, anchor, user_id, until, at
    ), anew AS (
        UPDATE reminders_reminder r SET read_at = NULL
          FROM woken w
         WHERE r.subject_id = w.subject_id AND r.recipient_id = w.user_id AND r.rule = w.rule AND r.anchor = w.anchor
           AND r.company_id = w.company_id AND (r.digest_id IS NULL OR r.created_at > w.at)
        RETURNING w.reminder_id
    )
""" + again(
    recipient="r.recipient_id",
    is_escalated="r.is_escalated",
    lead="r.anchor - w.until",
    due_on="w.until",
    rows="""woken w JOIN reminders_reminder r ON r.id = w.reminder_id
         WHERE r.id = ANY (%(standing)s) AND r.id NOT IN (SELECT reminder_id FROM anew)""",
)


def wake(*, clock: Clock) -> int:
    """End what was put off until now. Returns how many reminders were made."""
    over = list(
        Reply.objects.filter(kind=Kind.LATER, ended_at=None, ends_at__lte=clock.now).values_list("reminder", flat=True)
    )
    if not over:
        return 0
    told = Reminder.objects.filter(pk__in=[reminder for reminder in over if reminder])
    standing = list(told.to_people_there().open_of_many(clock).order_by().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(WAKE, {"now": clock.now, "standing": standing})
        return int(cursor.rowcount)
