"""Many claims at once, written in one statement. Lock them first: `steps.locked_together`."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection
from django.db.models import F

from claims.models import Claim
from claims.states import ClaimStatus
from partners.models import User

UNTAKEN = (ClaimStatus.SUBMITTED, ClaimStatus.DISPUTED)
SAVE_DECIDED = """
    UPDATE claims_claim AS claim
       SET status = new.status, version = new.version, approved = new.approved, decided_by_id = new.decided_by,
           decided_at = new.decided_at, second_by_id = new.second_by, reviewer_id = new.reviewer, question_due = NULL,
           changed_at = new.changed_at
      FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[],
                  %s::bigint[], %s::timestamptz[])
           AS new (id, status, version, approved, decided_by, decided_at, second_by, reviewer, changed_at)
     WHERE claim.id = new.id AND claim.version < new.version
"""


def save_taken(claims: Sequence[Claim], *, by: User, now: datetime) -> None:
    """Write that these are in review now, by itself: the database sees each step of the lifecycle."""
    if claims:
        rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims], status__in=UNTAKEN)
        made = rows.update(status=ClaimStatus.IN_REVIEW, version=F("version") + 1, reviewer=by, changed_at=now)
        check_all(made, claims)


def save_decided(claims: Sequence[Claim]) -> None:
    """Write the status and the decision of each."""
    rows = [
        (
            claim.pk,
            claim.status,
            claim.version,
            claim.approved,
            claim.decided_by_id,
            claim.decided_at,
            claim.second_by_id,
            claim.reviewer_id,
            claim.changed_at,
        )
        for claim in claims
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(SAVE_DECIDED, [list(column) for column in zip(*rows, strict=True)])
            check_all(cursor.rowcount, claims)


def check_all(made: int, claims: Sequence[Claim]) -> None:
    """The locks make it so; without them, better nothing than half."""
    if made != len(claims):
        raise IntegrityError("Some of these claims were changed by somebody else: they were not locked.")
