"""The daily sweep: what nobody claimed in time lapses, and who can still save theirs is reminded.

It may run at any time and any number of times: unique rows and balances make each effect once. The beat sweeps a time zone when
its day has turned, and each hour for what came since (a late grant, a new colleague, money that a rejection gave back).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from claims.actions import outcomes, requests, return_unanswered
from funds.lapse import Lapsed, lapse
from programs.days import Clock
from reminders.actions.pruning import prune
from reminders.actions.reminding import remind, zones_of_matters
from reminders.actions.standing_in import stand_in
from reminders.actions.waking import wake
from reminders.models import SweptZone

AGAIN = timedelta(hours=1)
# Any number that no other advisory lock of ours uses.
SWEEP_LOCK = 7_243_110_601


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; `reminders` is how many rows it made."""

    lapsed: Lapsed
    reminders: int


@contextmanager
def alone(*, wait: bool) -> Iterator[bool]:
    """Holds the sweep's advisory lock; gives False where another holds it and `wait` is not wanted.

    It spares the database double work, and two bulk inserts that wait for each other; exactly-once does not hang on it.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock(%s)", [SWEEP_LOCK])
        mine = wait or cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def zones_due(clock: Clock) -> list[str]:
    """The time zones whose day has turned since they were swept, or whose last sweep is an hour old."""
    swept = dict(SweptZone.objects.values_list("time_zone", "swept_at"))

    def is_due(zone: str) -> bool:
        last = swept.get(zone)
        return last is None or clock.now - last >= AGAIN or Clock(last).day_in(zone) != clock.day_in(zone)

    return [zone for zone in zones_of_matters() if is_due(zone)]


def sweep(*, clock: Clock, zones: Sequence[str] | None = None) -> Swept:
    """Lapse what is past its last day, and remind of what is not, in these time zones or in all."""
    zones = zones_of_matters() if zones is None else zones
    # What approvals hold comes free before their funds lapse.
    requests.return_unanswered(clock=clock)
    requests.expire(clock=clock)
    return_unanswered(clock=clock)
    lapsed = lapse(clock=clock)
    outcomes.expect(clock.now)
    with transaction.atomic():
        reminders = remind(zones, clock) + wake(clock=clock) + stand_in(clock=clock)
        write_down(zones, clock)
    prune(clock=clock)
    return Swept(lapsed, reminders)


def write_down(zones: Sequence[str], clock: Clock) -> None:
    """When they were swept, and the latest day that they ever were.

    A named day is a rehearsal or a catching up by hand: the beat's own rounds go on as they were.
    """
    furthest = dict(SweptZone.objects.values_list("time_zone", "furthest_on"))
    days = {name: max(clock.day_in(name), furthest.get(name) or date.min) for name in zones}
    if clock.on is not None:
        known = [SweptZone(time_zone=name, furthest_on=day) for name, day in days.items() if name in furthest]
        SweptZone.objects.bulk_update(known, ["furthest_on"])
        return
    SweptZone.objects.bulk_create(
        [SweptZone(time_zone=name, swept_at=clock.now, furthest_on=day) for name, day in days.items()],
        update_conflicts=True,
        unique_fields=["time_zone"],
        update_fields=["swept_at", "furthest_on"],
    )
