"""What a manager does with a file of sales: sends it, has it posted or checked anew, gives it up. Each act an event."""

import hashlib
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.text import get_valid_filename

from funds.actions.moving import FundsRefused
from funds.models import Budget
from funds.sales import SalesUpload, rules_of
from funds.sales_files import sniff
from funds.sales_states import BUSY, UPLOAD_TRANSITIONS, UploadStatus
from funds.staging.tables import drop
from partners.events import event, record
from partners.models import Event, User
from programs.states import ProgramStatus

CHUNK = 1 << 20


def why_not(budget: Budget) -> str:
    """Why no sales can be uploaded to this budget, in words; empty if they can."""
    if budget.closed_at:
        return "The period of this budget is closed: nothing can be posted to it any more."
    if budget.program.status == ProgramStatus.DRAFT:
        return "Publish the program first: partners earn by terms that they can read."
    if budget.program.status == ProgramStatus.CLOSED:
        return "This program is closed: it grants no new money. Reopen it first."
    if not any(rule.percent for rule in rules_of(budget.program)):
        return "By this program's terms partners earn nothing on sales. Set a rate and a period in a new version of the terms."
    return ""


def said(verb: str, upload: SalesUpload, *, by: User | None, now: datetime, **data: object) -> Event:
    company = upload.program.vendor_id
    return event(verb=verb, about=upload, by=by, company_id=company, data={"file": upload.name} | data, at=now)


def receive(*, budget: Budget, file: UploadedFile, by: User, now: datetime) -> SalesUpload:
    """Keep a file of sales, to be read behind the scenes. The same file that waits here already is not taken twice.

    FundsRefused where the budget takes no sales, FileRefused for what is no table at first sight.
    """
    if not by.has_perm("funds.accrue", budget):
        raise PermissionDenied
    if words := why_not(budget):
        raise FundsRefused(words)
    file.seek(0)
    sniff(file.read(1024))
    digest = digest_of(file)
    waiting = [*BUSY, UploadStatus.CHECKED]
    with transaction.atomic():
        # The budget's row makes two clicks come one after the other.
        Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
        same: SalesUpload | None = budget.sales_uploads.filter(sha256=digest, status__in=waiting).first()
        if same:
            return same
        file.seek(0)
        name = (file.name or "sales")[-160:]
        upload = SalesUpload(budget=budget, name=name, size=file.size or 0, sha256=digest, by=by, created_at=now)
        upload.file.save(f"{digest[:16]}-{get_valid_filename(name)[-60:]}", file, save=False)
        upload.save()
        record([said("uploaded", upload, by=by, now=now, size=upload.size)])
    return upload


def digest_of(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in iter(lambda: file.read(CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest()


def locked(upload: SalesUpload, *, by: User) -> SalesUpload:
    """The upload as it stands, held. FundsRefused while somebody works on it."""
    uploads = SalesUpload.objects.with_budget().select_for_update(of=("self",), no_key=True, skip_locked=True)
    held: SalesUpload | None = uploads.filter(pk=upload.pk).first()
    if held is None:
        raise FundsRefused("This file is being worked on. Look again in a moment.")
    if not by.has_perm("funds.accrue", held.budget):
        raise PermissionDenied
    return held


def move(upload: SalesUpload, to: UploadStatus, **fields: object) -> None:
    """Another status. FundsRefused where the table has no such step."""
    before = UploadStatus(upload.status)
    if (before, to) not in UPLOAD_TRANSITIONS:
        raise FundsRefused(f"Nothing was changed. This file stands so now: {before.label.lower()}.")
    upload.status = to
    for name, value in fields.items():
        setattr(upload, name, value)
    upload.save()


def confirm(*, upload: SalesUpload, by: User, now: datetime) -> SalesUpload:
    """Have the checked sales posted. FundsRefused for those that are not ready, or hold nothing new."""
    with transaction.atomic():
        upload = locked(upload, by=by)
        if words := why_not(upload.budget):
            raise FundsRefused(words)
        if upload.status == UploadStatus.CHECKED and not upload.fresh:
            raise FundsRefused("All of these sales were posted before: there is nothing left to do.")
        move(upload, UploadStatus.POSTING, posted_by=by, attempts=0, message="")
        record([said("confirmed", upload, by=by, now=now)])
    return upload


def recheck(*, upload: SalesUpload, by: User) -> SalesUpload:
    """Check the file once more, since a partner or the terms are others now."""
    with transaction.atomic():
        upload = locked(upload, by=by)
        move(upload, UploadStatus.RECEIVED, attempts=0, message="", posted_by=None)
    return upload


def drop_upload(*, upload: SalesUpload, by: User, now: datetime) -> SalesUpload:
    """Give an upload up: its file goes, nothing of it is posted."""
    with transaction.atomic():
        upload = locked(upload, by=by)
        move(upload, UploadStatus.DROPPED)
        with connection.cursor() as cursor:
            drop(cursor, upload)
        record([said("dropped", upload, by=by, now=now)])
        stored, name = upload.file.storage, str(upload.file.name)
        transaction.on_commit(lambda: stored.delete(name), robust=True)
    return upload
