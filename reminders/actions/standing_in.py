"""What somebody was told before they went away: their colleague hears of it too, once, while it is still to do."""

from django.db import connection

from partners.models import Company
from partners.triggers import listed
from programs.days import Clock
from reminders.actions.again import again
from reminders.actions.reminding import PEOPLE_AWAY, STANDS
from reminders.models import Absence
from reminders.replying.states import Kind
from reminders.rules import RULES

TO_DO = listed([rule for rule, spec in RULES.items() if not spec.news])
# Of each matter the last that was told. Not what the colleague was ever told themselves, nor what somebody else works on.
STAND_IN = f"""
    WITH {STANDS}{PEOPLE_AWAY}, r AS (
        SELECT DISTINCT ON (r.rule, r.subject_id, r.company_id, r.anchor, person.reader_id) r.*, person.reader_id
          FROM reminders_reminder r
          JOIN person ON person.user_id = r.recipient_id AND person.company_id = r.company_id AND person.audience = r.audience
                     AND person.reader_id <> person.user_id
         WHERE r.recipient_id = ANY (%(away)s) AND r.rule IN ({TO_DO})
           AND (r.deadline IS NULL OR r.deadline >= %(on)s OR %(on)s IS NULL AND r.closes_at > %(now)s)
           AND NOT EXISTS (
               SELECT FROM reminders_reminder k
                WHERE k.subject_id = r.subject_id AND k.recipient_id = person.reader_id AND k.rule = r.rule
                  AND k.anchor = r.anchor AND k.company_id = r.company_id)
           AND NOT EXISTS (
               SELECT FROM reminders_reply w
                WHERE w.subject_id = r.subject_id AND w.rule = r.rule AND w.anchor = r.anchor AND w.company_id = r.company_id
                  AND w.kind = '{Kind.WORKING}' AND w.ended_at IS NULL AND w.user_id <> r.recipient_id)
         ORDER BY r.rule, r.subject_id, r.company_id, r.anchor, person.reader_id, r.lead
    )""" + again(
    recipient="r.reader_id",
    is_escalated="r.is_escalated",
    lead="r.lead",
    due_on="r.due_on",
    rows="r WHERE reminders_stands(r.rule, r.subject_id, r.company_id, r.anchor)",
)


def stand_in(*, clock: Clock) -> int:
    """Tell the colleagues of those who are away today, where their company is. Returns how many reminders were made."""
    if not Absence.objects.exists():
        return 0
    homes = list(Company.objects.order_by().values_list("time_zone", flat=True).distinct())
    days = [clock.day_in(name) for name in homes]
    away = Absence.objects.filter(from_on__lte=max(days), until_on__gte=min(days))
    people = list(away.order_by().values_list("user", flat=True).distinct())
    if not people:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(STAND_IN, {"homes": homes, "days": days, "away": people, "now": clock.now, "on": clock.on})
        return int(cursor.rowcount)
