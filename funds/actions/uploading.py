"""What a partner does with a statement's file: uploads it, says how it is to be read, records it, gives it up."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import get_valid_filename

from funds.actions import importing
from funds.actions.importing import Part
from funds.actions.moving import FundsRefused
from funds.actions.showing import Shown, shapes_of, show
from funds.actions.statements import Difference, StatementStale
from funds.models import StatementLayout, StatementUpload
from funds.statement_files.grids import LARGEST_FILE
from funds.statement_files.reading import read
from funds.statement_files.said import Said
from funds.statement_files.understanding import Understood
from funds.statement_files.words import Meaning
from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, Event, User
from programs.actions.keeping import check_open
from programs.models import KeptVendor
from programs.uploads import cleaned_name

STALE = "The books or the reading are not as they were shown. Look at what changes now, then record it."
RECORDED = "This statement is recorded. Upload it again to read it in another way."


def told(verb: str, upload: StatementUpload, *, by: User, now: datetime, **data: object) -> Event:
    about = {"file": upload.name, "vendor": upload.vendor_name}
    return event(verb=verb, about=upload, by=by, company_id=upload.kept_by_id, data=about | data, at=now)


def receive_statement(
    *, partner: Company, vendor_name: str, file: UploadedFile, by: User, now: datetime
) -> StatementUpload:
    """Keep a statement's file, to be looked at. The same file that waits for the same vendor already is not taken twice.

    Where the vendor's last statements had this shape, it is read as they were. FileRefused for what is no table, ProgramRefused
    where nothing of that vendor is recorded any more.
    """
    if not by.has_perm("programs.record_vendor", partner):
        raise PermissionDenied
    vendor = KeptVendor.objects.of_partner(partner).filter(name__iexact=vendor_name).first()
    if vendor is not None and vendor.retired_at:
        check_open(vendor)
    content = file.read(LARGEST_FILE + 1)
    _, said = read(content, Said(), shapes_of(vendor))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # The partner's row makes two clicks come one after the other.
        keeper = locked(partner)
        waiting = StatementUpload.objects.of_partner(keeper).waiting()
        same: StatementUpload | None = waiting.filter(sha256=digest, vendor_name__iexact=vendor_name).first()
        if same is not None:
            return same
        name = cleaned_name(file.name or "statement")
        upload = StatementUpload(
            kept_by_id=keeper.pk,  # type: ignore[misc]
            vendor=vendor,
            vendor_name=vendor.name if vendor else vendor_name,
            name=name,
            size=len(content),
            sha256=digest,
            said=said.as_json(),
            by=by,
            created_at=now,
        )
        upload.file.save(f"{digest[:16]}-{get_valid_filename(name)[-60:]}", ContentFile(content), save=False)
        upload.save()
        record([told("uploaded", upload, by=by, now=now, size=upload.size)])
    return upload


def held(upload: StatementUpload, by: User) -> StatementUpload:
    """The upload as it stands, locked. PermissionDenied to whoever does not keep these books."""
    if not by.has_perm("funds.keep_statement", upload):
        raise PermissionDenied
    uploads = StatementUpload.objects.select_for_update(of=("self",), no_key=True).select_related("kept_by", "vendor")
    found: StatementUpload | None = uploads.filter(pk=upload.pk).first()
    if found is None:
        raise FundsRefused("This file was dropped meanwhile. Upload it again.")
    return found


def correct_statement(*, upload: StatementUpload, said: Said, by: User) -> StatementUpload:
    """Read it as a person says, from now on. FundsRefused once it is recorded."""
    with transaction.atomic():
        upload = held(upload, by)
        if upload.recorded_at:
            raise FundsRefused(RECORDED)
        upload.said = said.as_json()
        upload.save(update_fields=["said"])
    return upload


def drop_statement(*, upload: StatementUpload, by: User, now: datetime) -> None:
    """Give an upload up: its file goes. FundsRefused once it is recorded."""
    with transaction.atomic():
        upload = held(upload, by)
        if upload.recorded_at:
            raise FundsRefused("This statement is recorded: it stays beside what it changed.")
        record([told("dropped", upload, by=by, now=now)])
        stored, name = upload.file.storage, str(upload.file.name)
        upload.delete()
        transaction.on_commit(lambda: stored.delete(name), robust=True)


def record_upload(*, upload: StatementUpload, as_seen: str, by: User, now: datetime) -> Shown | None:
    """Let the funds stand as the uploaded statement says, and remember how it was read. Returns what it changed; None if it was
    recorded before.

    StatementStale where that is not what was shown (`as_seen`, its token); FundsRefused, ProgramRefused or FileRefused, in words,
    where it cannot be recorded.
    """
    if not by.has_perm("funds.keep_statement", upload):
        raise PermissionDenied
    with transaction.atomic():
        # All recording in these books goes one after the other, in the order in which `import_statement` locks.
        locked(upload.kept_by)
        upload = held(upload, by)
        if upload.recorded_at:
            return None
        shown = show(upload, now)
        if shown.token != as_seen and shown.token:
            raise StatementStale(STALE)
        if shown.why_not or shown.reading.understood is None:
            raise FundsRefused(shown.why_not)
        said = upload.as_said
        importing.import_statement(
            partner=upload.kept_by,
            vendor_name=upload.vendor.name if upload.vendor else upload.vendor_name,
            understood=shown.reading.understood,
            by=by,
            now=now,
            on=shown.on,
            program_name=said.program,
            last_day=said.last_day,
        )
        vendor = shown.vendor or KeptVendor.objects.of_partner(upload.kept_by).get(name__iexact=upload.vendor_name)
        upload.vendor, upload.stated_on = vendor, shown.on
        upload.recorded_at, upload.recorded_by = now, by
        upload.changes = [change_told(part, difference) for part, difference in shown.changes if difference.is_any]
        upload.save(update_fields=["vendor", "stated_on", "recorded_at", "recorded_by", "changes"])
        remember(shown.reading.understood, vendor, said, now)
        record([told("recorded", upload, by=by, now=now, on=shown.on, funds=len(upload.changes))])
    return shown


def change_told(part: Part, difference: Difference) -> dict[str, object]:
    return importing.change_told(difference) | {"program": part.name, "currency": part.currency}


def remember(understood: Understood, vendor: KeptVendor, said: Said, now: datetime) -> StatementLayout:
    """How the vendor's statements with these headings are read: each column, also those that nobody corrected."""
    layout = understood.layout
    taught = {column.key: column.meaning for column in layout.columns}
    kept = Said(
        taught=taught,
        order=layout.order or "",
        mark=layout.mark or "",
        currency=said.currency,
        identity=understood.identity,
        unheaded=layout.is_lettered,
        sheet=layout.sheet,
        program=said.program,
    )
    made, _ = StatementLayout.objects.update_or_create(
        vendor=vendor,
        fingerprint=layout.fingerprint,
        defaults={"said": kept.as_json(), "columns": meant(taught.values()), "saved_at": now},
    )
    return made


def meant(meanings: Iterable[Meaning]) -> int:
    return sum(meaning != Meaning.OTHER for meaning in meanings)


def forget_layout(*, layout: StatementLayout, by: User, now: datetime) -> None:
    """The next statement of this shape is read anew; what waits to be recorded keeps what was said of it."""
    if not by.has_perm("programs.keep_vendor", layout.vendor):
        raise PermissionDenied
    with transaction.atomic():
        about = {"vendor": layout.vendor.name, "columns": layout.columns}
        record([event(verb="forgot", about=layout, by=by, company_id=layout.vendor.kept_by_id, data=about, at=now)])
        layout.delete()


def read_anew(*, upload: StatementUpload, by: User) -> StatementUpload:
    """As if nobody had said anything of it, and nothing were remembered."""
    return correct_statement(upload=upload, said=Said(), by=by)
