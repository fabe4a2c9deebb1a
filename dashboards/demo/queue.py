"""What the demo's owner did with her queue: put something off, and handed something to her colleague."""

from datetime import datetime

from dashboards.queue.facts import Facts
from dashboards.queue.rows import rows
from partners.models import Company, User
from reminders import actions
from reminders.replying.states import Later

FAR = 20  # days: nothing that is near is put off


def answer_queue(company: Company, *, by: User, colleague: User, now: datetime) -> None:
    far = [
        row
        for row in rows(Facts.read(user=by, company=company, now=now))
        if row.worker_id is None and row.amount and row.days and row.days > FAR
    ]
    for row in far[1:2]:
        why = "The trade fair answers on Friday whether we get the corner stand."
        actions.put_off(about=row.matter(company), when=Later.WEEK, reason=why, by=by, now=now)
    for row in far[2:3]:
        actions.hand(about=row.matter(company), to=colleague, by=by, now=now)
