"""What Celery does for funds. Each task takes ids, loads, and calls an action."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from funds.actions import accruing
from funds.models import SalesUpload

TICK_SECONDS = 60
SMALL = 200_000  # bytes: about four thousand lines, a quarter of a second


@shared_task
def work_on_upload(upload_id: int) -> None:
    accruing.work(upload_id=upload_id, now=timezone.now())


def hint_upload(upload_id: int) -> None:
    """Hand the work to a worker once the upload is committed. A lost hint costs a minute: the tick gives another."""
    transaction.on_commit(lambda: work_on_upload.delay(upload_id), robust=True)


def hint_uploads() -> None:
    """Hints for all that is unfinished; they expire before the next tick gives new ones."""
    for upload_id in accruing.busy():
        work_on_upload.apply_async([upload_id], expires=TICK_SECONDS)


def begin(upload: SalesUpload) -> None:
    """Have Windfall work on it: a small file at once, so that its page says what is in it; a large one behind the scenes."""
    if upload.size > SMALL:
        hint_upload(upload.pk)
    else:
        accruing.work(upload_id=upload.pk, now=timezone.now())
