"""What every act on a claim or a fund request does: give it its next status, note a change, store its file."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from claims.models import Claim, FundRequest, Proof, RequestFile
from claims.states import ClaimStatus
from claims.states.requests import RequestStatus
from partners.events import event
from partners.models import Event, User
from programs.uploads import Accepted


def move_on(
    filed: Claim | FundRequest,
    *,
    verb: str,
    by: User | None,
    to: ClaimStatus | RequestStatus,
    now: datetime,
    reason_code: str = "",
    reason: str = "",
    **data: Any,
) -> Event:
    """Give it its next status and version; the caller saves it and records the event that comes back."""
    before = filed.status
    filed.status = to
    filed.version += 1
    filed.question_due = None
    filed.changed_at = now
    return event(
        verb=verb,
        about=filed,
        by=by,
        company_id=filed.partner_id,
        from_state=before,
        to_state=to,
        reason_code=reason_code,
        reason=reason,
        data=data,
        at=now,
    )


def touch(filed: Claim | FundRequest, now: datetime) -> None:
    """Something of it changed, and its status did not."""
    filed.version += 1
    filed.changed_at = now
    filed.save(update_fields=["version", "changed_at"])


def store(row: Proof | RequestFile, accepted: Accepted, *, by: User, now: datetime) -> None:
    """Save the row of a checked file with its bytes; these go again where the database refuses the row."""
    row.name, row.kind, row.size = accepted.name, accepted.kind, len(accepted.content)
    row.sha256, row.pages = accepted.sha256, accepted.pages
    row.uploaded_by, row.uploaded_at = by, now
    row.file.save(accepted.stored_name, ContentFile(accepted.content), save=False)
    try:
        row.save()
    except Exception:
        row.file.delete(save=False)
        raise
