"""What was put off comes back on its day: told anew, once, where there is still something to do."""

from django.db import connection

from programs.days import Clock
from reminders.models import Reminder, Reply
from reminders.replying.states import Kind
from reminders.rules import FARTHEST, LATEST

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
    INSERT INTO reminders_reminder (rule, lead, subject_id, title, audience, company_id, vendor_id, partner_id, allocation_id,
                                    recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step,
                                    step_id, created_at)
    SELECT r.rule, least(greatest(r.anchor - w.until, {LATEST}), {FARTHEST}), r.subject_id, r.title, r.audience, r.company_id,
           r.vendor_id, r.partner_id, r.allocation_id, r.recipient_id, r.is_escalated, r.anchor, r.deadline, w.until,
           r.closes_at, r.amount, r.currency, r.step, r.step_id, %(now)s
      FROM woken w JOIN reminders_reminder r ON r.id = w.reminder_id
     WHERE r.id = ANY (%(standing)s) AND r.id NOT IN (SELECT reminder_id FROM anew)
    ON CONFLICT DO NOTHING
"""


def wake(*, clock: Clock) -> int:
    """End what was put off until now. Returns how many reminders were made."""
    over = Reply.objects.filter(kind=Kind.LATER, ended_at=None, ends_at__lte=clock.now)
    told = Reminder.objects.filter(pk__in=list(over.values_list("reminder", flat=True)))
    if not told.exists():
        return 0
    standing = list(told.to_people_there().open(clock).order_by().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(WAKE, {"now": clock.now, "standing": standing})
        return int(cursor.rowcount)
