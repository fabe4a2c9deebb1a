"""From a file of sales to money in partners' funds: a manager sends it, Windfall checks it, the manager has it posted.

Reading and posting run behind the scenes. What is to be done stands in the upload's status; a task is only a hint, and the beat's
tick finds what a lost hint left. Who works on an upload holds its row's lock, which goes with the worker if that dies.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.text import get_valid_filename

from funds.accrual_plans import Plan, Planned, plan, short_of
from funds.actions.moving import FundsRefused, told
from funds.ledger import LedgerError, Posting, post
from funds.models import Allocation, Budget
from funds.sales import Accrual, SalesEffect, SalesFault, SalesUpload, rules_of
from funds.sales_files import sniff
from funds.sales_staging import SKIP, check, count, drop, roomy, standing, sums
from funds.sales_states import BUSY, UPLOAD_TRANSITIONS, UploadStatus
from funds.states import Act
from partners.events import event, record
from partners.models import Event, User
from partners.tables import FileRefused
from programs.joining import enrol
from programs.models import Program
from programs.money import show
from programs.states import ProgramStatus

MOST_ATTEMPTS = 3
CHUNK = 1 << 20


class Changed(Exception):
    """What was checked is not what stands now: the file is to be checked anew."""


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
    for name, value in (fields | {"status": to}).items():
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
    SalesEffect.objects.bulk_create(done.effects(upload))
    if found.wrong:
        with connection.cursor() as cursor:
            drop(cursor, upload)
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


def post_sales(upload: SalesUpload, now: datetime) -> Plan:
    """Add the checked sales to the books, and move what they earn. FundsRefused or LedgerError where it must not be."""
    by = upload.posted_by
    if by is None or not by.has_perm("funds.accrue", upload.budget):
        raise FundsRefused("Who had it posted may not post any more. A manager of the program may.")
    # One posting of a program at a time: what it finds of earlier sales stays so.
    program = Program.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.program.pk)
    upload.budget.program.status = program.status
    upload.budget.refresh_from_db(fields=["closed_at", "unallocated"])
    if words := why_not(upload.budget):
        raise FundsRefused(words)
    with roomy() as cursor:
        still_new(upload, cursor)
        found = sums(cursor, upload)
        touched = Allocation.objects.filter(
            accrual__program=program, accrual__partner__in=[s.partner_id for s in found]
        )
        list(touched.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
        done = plan(upload, found, today=program.today(now))
        check_enough(done)
        try:
            with transaction.atomic():
                cursor.execute(SELL.format(staged=upload.staged), [program.pk, upload.pk])
        except IntegrityError:
            raise Changed from None
        drop(cursor, upload)
    keep(upload, done.rows, by, now)
    upload.effects.all().delete()
    SalesEffect.objects.bulk_create(done.effects(upload))
    record(
        [said("posted", upload, by=by, now=now, lines=upload.fresh, granted=done.granted, taken_back=done.taken_back)]
    )
    return done


SELL = """
    INSERT INTO funds_sale (program_id, upload_id, reference, partner_id, sold_on, amount)
    SELECT %s, %s, reference, partner_id, sold_on, amount FROM {staged}
"""


def still_new(upload: SalesUpload, cursor: CursorWrapper) -> None:
    """Changed if others posted any of these sales since they were checked, or if a crash took the checked lines."""
    if count(cursor, upload) != upload.fresh:
        raise Changed
    since = SalesUpload.objects.filter(budget__program=upload.program, posted_at__gte=upload.checked_at)
    if since.exists():
        _, differing = standing(cursor, upload)
        cursor.execute(SKIP.format(staged=upload.staged), [upload.program.pk])
        if differing or cursor.rowcount:
            raise Changed


def check_enough(done: Plan) -> None:
    """FundsRefused with what is missing, where a budget holds too little."""
    for short in short_of((row.budget.pk, row.moved) for row in done.rows):
        missing = show(short.missing, short.budget.program.currency)
        raise FundsRefused(
            f"The budget {short.budget.name} holds too little: {missing} is missing. Put it in, then post."
        )


def keep(upload: SalesUpload, rows: list[Planned], by: User, now: datetime) -> None:
    """Write what each period is now, open the funds that it needs, and move the money: a few statements for any number."""
    fresh = [row for row in rows if row.accrual.posted and not row.fund]
    open_funds(upload, fresh, now)
    enrol(upload.program, {row.accrual.partner_id for row in fresh}, by=by, now=now)
    changed = [row for row in rows if row.lines or row.moved]
    Accrual.objects.bulk_create(
        [row.accrual for row in changed],
        update_conflicts=True,
        unique_fields=["program", "partner", "starts_on"],
        update_fields=["allocation", "lines", "sold", "earned", "posted", "late"],
    )
    postings = [posting for row in changed for posting in postings_of(row, upload, by)]
    post(postings, at=now)
    events = {row.fund.pk: row for row in changed if row.fund and row.moved}
    record(
        told(
            Act.ALLOCATE if row.moved > 0 else Act.WITHDRAW, row.fund, upload.program, abs(row.moved), by, row.why, now
        )
        for row in events.values()
        if row.fund
    )


def open_funds(upload: SalesUpload, rows: list[Planned], now: datetime) -> None:
    """A fund for each period that has none yet, under the terms by which it was earned."""
    for row in rows:
        accrual, period = row.accrual, row.accrual.period
        accrual.allocation = Allocation(
            budget=upload.budget,
            partner_id=accrual.partner_id,
            terms=accrual.terms,
            name=f"{upload.program.name}, {period.label}"[:120],
            reference=f"ACC-{period.label}-{accrual.partner_id}",
            expires_on=row.days.expires_on,
            granted_until=row.days.expires_on,
            claim_by=row.days.claim_by,
            earned_until=period.ends_on,
            created_at=now,
        )
    try:
        with transaction.atomic():
            Allocation.objects.bulk_create([row.accrual.allocation for row in rows if row.accrual.allocation])
    except IntegrityError as error:
        if "one_allocation_of_a_reference" not in str(error):
            raise
        raise FundsRefused(
            "A fund of this budget has a reference that accruals use (ACC-…). Post the sales to another budget."
        ) from None


def postings_of(row: Planned, upload: SalesUpload, by: User) -> list[Posting]:
    """The movements that bring the fund to what is to stand granted for it.

    What comes back is taken from what is available, then from what has lapsed; the rest the vendor took back by hand before.
    """
    fund, key = row.fund, f"accrual:{row.accrual.pk}:{upload.pk}"
    if fund is None or not row.moved:
        return []
    if row.moved > 0:
        return [Posting(Act.ALLOCATE, fund.budget_id, fund.pk, row.moved, key, by, row.why)]
    available = min(-row.moved, fund.available)
    lapsed = min(-row.moved - available, fund.lapsed)
    parts = ((Act.WITHDRAW, available), (Act.REOFFER, lapsed))
    return [
        Posting(act, fund.budget_id, fund.pk, amount, f"{key}:{act}", by, row.why) for act, amount in parts if amount
    ]
