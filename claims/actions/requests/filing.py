"""The partner asks: draft, save, attach, file, answer, take back to change, discard."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from claims.actions.moves import move_on, store, touch
from claims.actions.requests.steps import RequestRefused, check, locked
from claims.models import FundRequest, RequestFile, RequestLine
from claims.request_checks import rate_of, wanting
from claims.states.requests import RequestStatus
from funds.models import Allocation
from partners.events import event, record
from partners.models import User
from programs.models import Activity
from programs.money import LARGEST, share
from programs.uploads import Accepted

MOST_LINES = 30
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One budget line: what it is and what it will cost, in minor units."""

    what: str
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned, as far as it is typed; `pipeline` in minor units."""

    title: str
    activity: Activity | None = None
    plan: str = ""
    place: str = ""
    audience: str = ""
    people: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    leads: int | None = None
    pipeline: int | None = None


def start(*, allocation: Allocation, title: str, by: User, now: datetime) -> FundRequest:
    """A new draft on this fund. It moves no money. A second click finds the draft that the first one made."""
    if not by.has_perm("claims.start_request", allocation):
        raise PermissionDenied
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        drafts = FundRequest.objects.filter(status=RequestStatus.DRAFT, allocation=allocation, title=title)
        twin: FundRequest | None = drafts.filter(created_by=by, version=1).first()
        if twin is not None:
            return twin
        request = FundRequest.objects.create(
            allocation=allocation,
            partner_id=allocation.partner_id,
            title=title,
            created_by=by,
            created_at=now,
            changed_at=now,
        )
        told = event(
            verb="started", about=request, by=by, company_id=request.partner_id, to_state=RequestStatus.DRAFT, at=now
        )
        record([told])
    return request


def prefill(*, allocation: Allocation, plan: Plan, entries: Sequence[Entry], by: User, now: datetime) -> FundRequest:
    """A new draft on this fund that says all of a plan already, for a suggestion or a planned activity. It moves no money.

    As `start`, then `save`: the draft's page shows it all, and nothing is typed again. A second click finds the draft that the
    first one made, for as long as nobody changed it. RequestRefused for an activity that the fund's terms do not name.
    """
    if not by.has_perm("claims.start_request", allocation):
        raise PermissionDenied
    if plan.activity is not None and plan.activity.terms_id != allocation.terms_id:
        raise RequestRefused("This fund's terms do not name that kind of activity. Choose another kind.")
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        said = {field.name: getattr(plan, field.name) for field in fields(Plan)}
        drafts = FundRequest.objects.filter(status=RequestStatus.DRAFT, allocation=allocation, created_by=by, version=2)
        twin: FundRequest | None = drafts.filter(**said, cost=sum(entry.amount for entry in entries)).first()
        if twin is not None:
            return twin
        begun = start(allocation=allocation, title=plan.title, by=by, now=now)
        return save(request=begun, plan=plan, entries=entries, by=by, now=now)


def save(
    *,
    request: FundRequest,
    plan: Plan,
    entries: Sequence[Entry],
    by: User,
    now: datetime,
    version: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> FundRequest:
    """Replace what the draft says. Each line's share is rounded by itself; `asked` is their sum.

    `typed` is the form as it stands, with what is half-finished, to be shown again. RequestChanged when `version` is not today's.
    """
    if len(entries) > MOST_LINES:
        raise RequestRefused(f"A request has {MOST_LINES} lines at most. Put smaller ones together.")
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=version)
        if request.status != RequestStatus.DRAFT:
            raise RequestRefused("This request is filed, so it stays as it is. Take it back to change it.")
        rate = rate_of(request.allocation.terms, plan.activity)
        cost = sum(entry.amount for entry in entries)
        if cost > LARGEST:
            raise RequestRefused("These lines add up to more than any fund holds.")
        request.lines.all().delete()
        RequestLine.objects.bulk_create(
            RequestLine(request=request, position=position, what=entry.what, amount=entry.amount)
            for position, entry in enumerate(entries, 1)
        )
        for field in fields(Plan):
            setattr(request, field.name, getattr(plan, field.name))
        request.cost, request.asked = cost, sum(share(entry.amount, rate) for entry in entries)
        request.typed = dict(typed or {})
        request.version += 1
        request.changed_at = now
        request.save()
    return request


def submit(*, request: FundRequest, by: User, now: datetime, version: int | None = None) -> FundRequest:
    """Ask the vendor. No money moves before it approves. RequestRefused with what is missing."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=version, to=RequestStatus.SUBMITTED)
        if reasons := wanting(request, now):
            raise RequestRefused(" ".join(reasons))
        moved = move_on(request, verb="submitted", by=by, now=now, to=RequestStatus.SUBMITTED, amount=request.asked)
        request.filed_by, request.filed_at, request.typed = by, now, {}
        request.save()
        record([moved])
    return request


def answer(*, request: FundRequest, words: str, by: User, now: datetime, version: int | None = None) -> FundRequest:
    """Answer the vendor's question; the request goes back to whoever asked."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=version, to=RequestStatus.IN_REVIEW)
        if request.status != RequestStatus.INFO_REQUESTED:
            raise RequestRefused("There is no open question on this request.")
        if not words.strip():
            raise RequestRefused("Write an answer.")
        moved = move_on(request, verb="answered", by=by, now=now, to=RequestStatus.IN_REVIEW, reason=words.strip())
        request.save()
        record([moved])
    return request


def take_back(*, request: FundRequest, by: User, now: datetime) -> FundRequest:
    """Make it a draft again, with all that was said, to change and file anew: while it waits, or once it came back."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=None, to=RequestStatus.DRAFT)
        moved = move_on(request, verb="taken back", by=by, now=now, to=RequestStatus.DRAFT)
        request.reviewer = request.decided_by = request.second_by = None
        request.decided_at = request.approved = request.claim_by = None
        request.save()
        record([moved])
    return request


def discard(*, request: FundRequest, by: User) -> None:
    """Delete a draft that was never filed. What was ever filed stays."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=None)
        if request.status != RequestStatus.DRAFT or request.filed_at:
            raise RequestRefused("This request was filed once, so it stays on record.")
        data = {"title": request.title}
        record([event(verb="discarded", about=request, by=by, company_id=request.partner_id, data=data)])
        files = list(request.files.all())
        request.files.all().delete()
        request.lines.all().delete()
        request.delete()
        for file in files:
            transaction.on_commit(partial(forget, file))


def attach(*, request: FundRequest, accepted: Accepted, by: User, now: datetime) -> RequestFile:
    """Add a checked file, to a draft or while a question is open. RequestRefused for the same file twice."""
    with transaction.atomic():
        request = locked(request)
        check(request, by=by, permission="claims.file_request", version=None)
        if request.status not in (RequestStatus.DRAFT, RequestStatus.INFO_REQUESTED):
            raise RequestRefused("The vendor is looking at this request: files can be added again if a question comes.")
        if request.files.filter(sha256=accepted.sha256).exists():
            raise RequestRefused(f"{accepted.name} is attached already.")
        if request.files.count() >= MOST_FILES:
            raise RequestRefused(f"A request has {MOST_FILES} files at most.")
        made = RequestFile(request=request)
        store(made, accepted, by=by, now=now)
        touch(request, now)
        data = {"file": made.pk, "name": made.name, "sha256": made.sha256}
        record([event(verb="attached", about=request, by=by, company_id=request.partner_id, data=data, at=now)])
    return made


def detach(*, file: RequestFile, by: User, now: datetime) -> None:
    """Take a file off a draft."""
    with transaction.atomic():
        request = locked(file.request)
        check(request, by=by, permission="claims.file_request", version=None)
        if request.status != RequestStatus.DRAFT:
            raise RequestRefused("This request is filed, so its files stay.")
        if not request.files.filter(pk=file.pk).exists():
            return
        data = {"name": file.name, "sha256": file.sha256}
        gone = copy(file)
        file.delete()
        touch(request, now)
        record([event(verb="detached", about=request, by=by, company_id=request.partner_id, data=data, at=now)])
        transaction.on_commit(partial(forget, gone))


def forget(file: RequestFile) -> None:
    """Delete what lies in the storage for it, once its row is gone for good."""
    file.file.delete(save=False)
