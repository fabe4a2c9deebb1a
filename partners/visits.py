"""When a person was last here: so that a page can say what changed since.

A visit ends with a pause of `PAUSE`. It is kept per membership and written at most once in `REST`, so that most clicks cost no
write: `visited_at` may lag by as much, and what was seen in that time may be told once more.
"""

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, When

from partners.models import Membership

PAUSE = timedelta(hours=4)
REST = timedelta(minutes=30)


def visited(membership: Membership, now: datetime) -> None:
    """Note that this person is here, in one statement where there is something to note; `membership` is as the row then."""
    before = membership.visited_at
    if before is not None and now - before < REST:
        return
    if before is not None and now - before >= PAUSE:
        membership.visited_before = before
    membership.visited_at = now
    # Two clicks at once note one visit: the second finds nothing to do.
    due = Q(visited_at=None) | Q(visited_at__lte=now - REST)
    after_a_pause = When(visited_at__lte=now - PAUSE, then=F("visited_at"))
    Membership.objects.filter(due, pk=membership.pk, ended_at=None).update(
        visited_before=Case(after_a_pause, default=F("visited_before")), visited_at=now
    )
