"""Who is the last to read of money that lapses."""

from django.db import connection

from partners.models import User
from partners.states import Role
from reminders.states import Rule
from reminders.ways import MONEY, reads_besides

LAST = f"""
    SELECT rule, c.name FROM partners_membership own
      JOIN partners_company c ON c.id = own.company_id
      CROSS JOIN unnest(%s::text[]) AS rule
     WHERE own.user_id = %s AND own.role = '{Role.OWNER}' AND own.ended_at IS NULL
       AND NOT {reads_besides("own.company_id", "own.user_id", "rule")}
     ORDER BY c.name
"""


def last_reader(user: User) -> dict[Rule, list[str]]:
    """By rule, the partners where nobody but this owner is mailed of money that lapses."""
    found: dict[Rule, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LAST, [list(MONEY), user.pk])
        for rule, name in cursor.fetchall():
            found.setdefault(Rule(rule), []).append(name)
    return found
