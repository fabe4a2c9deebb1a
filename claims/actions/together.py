"""Many claims at once, written in one round trip. Lock them first: `steps.locked_together`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection

from claims.models import Claim, Line
from claims.states import ClaimStatus
from partners.models import User

UNTAKEN = (ClaimStatus.SUBMITTED, ClaimStatus.DISPUTED)
# Into review first, by itself: the database sees each step of the lifecycle.
SAVE_TAKEN = f"""
    UPDATE claims_claim SET status = '{ClaimStatus.IN_REVIEW}', version = version + 1, reviewer_id = %s, changed_at = %s
     WHERE id = ANY (%s) AND status IN ({", ".join(repr(status.value) for status in UNTAKEN)});
"""
SAVE_LINES = """
    UPDATE claims_line AS line
       SET status = new.status, accepted = new.accepted, reason_code = new.code, reason = new.reason
      FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[]) AS new (id, status, accepted, code, reason)
     WHERE line.id = new.id;
"""
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


def save_judged(
    claims: Sequence[Claim], lines: Sequence[Line], begun: Sequence[Claim], *, by: User, now: datetime
) -> None:
    """Write what was decided of these claims and their lines; those `begun` are taken into review before. Lines come before their
    claim, and all of it is one round trip."""
    if not claims:
        return
    taken: list[Any] = [by.pk, now, [claim.pk for claim in begun]] if begun else []
    judged = columns([(line.pk, line.status, line.accepted, line.reason_code, line.reason) for line in lines])
    with connection.cursor() as cursor:
        cursor.execute(
            (SAVE_TAKEN if begun else "") + SAVE_LINES + SAVE_DECIDED, [*taken, *judged, *columns(decided(claims))]
        )
        check_all(cursor.rowcount, claims)


def save_decided(claims: Sequence[Claim]) -> None:
    """Write the status and the decision of each."""
    if claims:
        with connection.cursor() as cursor:
            cursor.execute(SAVE_DECIDED, columns(decided(claims)))
            check_all(cursor.rowcount, claims)


def decided(claims: Sequence[Claim]) -> list[tuple[Any, ...]]:
    return [
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


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def check_all(made: int, claims: Sequence[Claim]) -> None:
    """The locks make it so; without them, better nothing than half."""
    if made != len(claims):
        raise IntegrityError("Some of these claims were changed by somebody else: they were not locked.")
