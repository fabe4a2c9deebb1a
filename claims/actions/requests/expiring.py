"""What Windfall does by itself with requests each day: approvals whose time is over end, unanswered questions go back.

Dates decide what is due, not a calendar of runs: days that were missed are caught up, and a second run finds nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Q
from django.utils.formats import date_format

from claims.actions.moves import move_on
from claims.actions.requests.steps import released
from claims.models import FundRequest
from claims.states.requests import IN_FORCE, RequestStatus
from funds.ledger import post
from funds.models import Allocation
from partners.events import record
from programs.days import Clock, Days
from programs.models import Program
from programs.states import WindowFrom

# Requests in one transaction: enough for one statement to pay, few enough to keep their locks short.
BATCH = 2000

STATUSES = ", ".join(f"'{status.value}'" for status in IN_FORCE)
# A fund that was extended, or cut short, takes the last day of its requests along.
FOLLOW = f"""
    UPDATE claims_fundrequest r SET claim_by = days.claim_by FROM (
        SELECT q.id, CASE t.claim_window_from WHEN '{WindowFrom.ACTIVITY}'
                     THEN least(f.claim_by, q.ends_on + t.claim_window_days) ELSE f.claim_by END AS claim_by
          FROM claims_fundrequest q JOIN funds_allocation f ON f.id = q.allocation_id
          JOIN programs_terms t ON t.id = f.terms_id
         WHERE q.status IN ({STATUSES})) AS days
     WHERE days.id = r.id AND r.status IN ({STATUSES}) AND r.claim_by IS DISTINCT FROM days.claim_by
"""


def expire(*, clock: Clock) -> int:
    """End approvals on whose last day to claim nobody claimed the rest: what is still set aside is available again.

    Returns how many ended. The day is over when it is in the program's time zone. It runs before funds lapse.
    """
    days = clock.days(Program.objects.time_zones())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLLOW)
    ended, last = 0, 0
    while True:
        with transaction.atomic():
            requests = due(past("claim_by", days), IN_FORCE, after=last)
            end(requests, clock.now)
        ended += len(requests)
        if len(requests) < BATCH:
            return ended
        last = requests[-1].pk


def past(column: str, days: Days) -> Q:
    """Whose day is over where its program is."""
    over = (
        Q(**{f"{column}__lt": day}, allocation__budget__program__time_zone__in=zones) for day, zones in days.items()
    )
    return reduce(or_, over, Q(pk=None))


def due(over: Q, statuses: Sequence[str], *, after: int) -> list[FundRequest]:
    """The next batch that is due, locked: first their funds in the order of their ids, then they."""
    found = FundRequest.objects.filter(over, status__in=statuses, pk__gt=after).order_by("pk")
    chosen = dict(found.values_list("pk", "allocation_id")[:BATCH])
    known = {fund.pk: fund for fund in Allocation.objects.filter(pk__in=chosen.values()).locked()}
    requests = FundRequest.objects.filter(over, status__in=statuses, pk__in=chosen).order_by("pk")
    locked = list(requests.select_for_update(of=("self",), no_key=True))
    for request in locked:
        request.allocation = known[request.allocation_id]
    return locked


def end(requests: list[FundRequest], now: datetime) -> None:
    events, freed = [], []
    for request in requests:
        assert request.claim_by is not None
        reason = f"The last day to claim on it was {date_format(request.claim_by)}."
        amount = request.reserved
        events.append(
            move_on(request, verb="expired", by=None, to=RequestStatus.EXPIRED, now=now, reason=reason, amount=amount)
        )
        freed += released(request, by=None)
        request.amendment = None
    fields = ["status", "version", "changed_at", "reserved", "amendment"]
    FundRequest.objects.bulk_update(requests, fields, batch_size=BATCH)
    post(freed, at=now)
    record(events)


def return_unanswered(*, clock: Clock) -> int:
    """Give requests back to their partners whose question nobody answered in time. Returns how many."""
    days = clock.days(Program.objects.time_zones())
    given, last = 0, 0
    while True:
        with transaction.atomic():
            requests = due(past("question_due", days), [RequestStatus.INFO_REQUESTED], after=last)
            give_back(requests, clock.now)
        given += len(requests)
        if len(requests) < BATCH:
            return given
        last = requests[-1].pk


def give_back(requests: list[FundRequest], now: datetime) -> None:
    events = []
    for request in requests:
        reason = f"The question was not answered by {date_format(request.question_due or date.min)}."
        events.append(move_on(request, verb="sent back", by=None, to=RequestStatus.RETURNED, now=now, reason=reason))
    FundRequest.objects.bulk_update(requests, ["status", "version", "changed_at", "question_due"], batch_size=BATCH)
    record(events)
