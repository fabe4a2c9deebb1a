"""What Windfall does with a file of sales behind the scenes: reads it, or posts it, once and all or nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from funds.accrual_plans import plan
from funds.actions.accruing.posting import Changed, post_sales
from funds.actions.accruing.uploads import move
from funds.actions.moving import FundsRefused
from funds.ledger import LedgerError
from funds.sales import SalesFault, SalesUpload
from funds.sales_states import BUSY, UploadStatus
from funds.staging.checks import check
from partners.tables import FileRefused

MOST_ATTEMPTS = 3


def progress_key(upload_id: int) -> str:
    return f"sales-upload:{upload_id}:read"


def progress_of(upload: SalesUpload) -> int | None:
    """How much of the file is read, in percent; None where nobody reads it."""
    found = None
    with suppress(Exception):  # a page without its bar is better than none
        found = cache.get(progress_key(upload.pk))
    return found if upload.status == UploadStatus.READING else None


def teller(upload_id: int) -> Callable[[float], None]:
    """Keeps each new percent where the page finds it: the work's own transaction shows nothing before its end."""
    last = -1

    def tell(part: float) -> None:
        nonlocal last
        percent = int(part * 100)
        if percent > last:
            last = percent
            with suppress(Exception):
                cache.set(progress_key(upload_id), percent, 3600)

    return tell


def busy() -> list[int]:
    """Uploads that wait for Windfall, or that somebody works on."""
    return list(SalesUpload.objects.filter(status__in=BUSY).order_by("pk").values_list("pk", flat=True))


def work(*, upload_id: int, now: datetime) -> None:
    """Do what this upload waits for: read it, or post it. Does nothing where somebody else is at it, or nothing is to be done."""
    if not taken(upload_id):
        return
    with transaction.atomic():
        uploads = SalesUpload.objects.with_budget().select_for_update(of=("self",), no_key=True, skip_locked=True)
        upload = uploads.filter(pk=upload_id, status__in=BUSY).first()
        if upload is None:
            return
        if upload.status == UploadStatus.READING:
            read(upload, now)
        else:
            posted(upload, now)
    if upload.status == UploadStatus.RECEIVED:  # what was checked has changed
        work(upload_id=upload_id, now=now)


def taken(upload_id: int) -> bool:
    """Begin an attempt, in a transaction of its own, so that it counts also when the worker dies of it."""
    with transaction.atomic():
        uploads = SalesUpload.objects.select_for_update(no_key=True, skip_locked=True)
        upload = uploads.filter(pk=upload_id, status__in=BUSY).first()
        if upload is None:
            return False
        if upload.status == UploadStatus.RECEIVED:
            move(upload, UploadStatus.READING)
        if upload.attempts >= MOST_ATTEMPTS:
            words = "Windfall tried three times and did not get through it. Try a smaller file, and tell us if that fails too."
            given_up = UploadStatus.REFUSED if upload.status == UploadStatus.READING else UploadStatus.CHECKED
            move(upload, given_up, message=words, attempts=0)
            return False
        upload.attempts += 1
        upload.save(update_fields=["attempts"])
    return True


def read(upload: SalesUpload, now: datetime) -> None:
    """Check the file: afterwards it is ready, needs correction, or is refused."""
    upload.faults.all().delete()
    upload.effects.all().delete()
    try:
        with transaction.atomic(), upload.file.open("rb") as opened:
            found = check(upload, opened.file, today=upload.program.today(now), tell=teller(upload.pk))
    except FileNotFoundError:
        move(upload, UploadStatus.REFUSED, message="The file is gone from the storage. Upload it again.", attempts=0)
        return
    except FileRefused as refusal:
        move(upload, UploadStatus.REFUSED, message=str(refusal), attempts=0, checked_at=now)
        return
    SalesFault.objects.bulk_create(
        SalesFault(upload=upload, line=f.line, column=f.column, text=f.text[:100], words=f.words) for f in found.faults
    )
    done = plan(upload, found.sums, today=upload.program.today(now))
    done.keep_effects(upload)
    move(
        upload,
        UploadStatus.WRONG if found.wrong else UploadStatus.CHECKED,
        lines=found.lines,
        wrong=found.wrong,
        standing=found.standing,
        unknown=found.unknown,
        sold=sum(s.sold for s in found.sums),
        owed=sum(done.owed.values()),
        attempts=0,
        checked_at=now,
    )


def posted(upload: SalesUpload, now: datetime) -> None:
    """Post it, all or nothing; what stands in the way is told on its page."""
    try:
        with transaction.atomic():
            done = post_sales(upload, now)
    except Changed:
        move(
            upload,
            UploadStatus.RECEIVED,
            attempts=0,
            posted_by=None,
            message=("Something changed since these sales were checked: nothing was posted. Look at them once more."),
        )
    except (FundsRefused, LedgerError) as refusal:
        move(upload, UploadStatus.CHECKED, message=str(refusal), attempts=0)
    else:
        move(upload, UploadStatus.POSTED, posted_at=now, owed=sum(done.owed.values()), attempts=0, message="")
