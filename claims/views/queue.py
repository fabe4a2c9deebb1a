"""The queue: what waits for a decision, what comes next for me, and what I decided."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from claims.models import Claim
from claims.queue_filters import (
    MOST_LOOKED_AT,
    QueueFilter,
    ordered,
    riskiest_first,
    troubled,
    with_promise,
)
from claims.signs import Sign, signs_of
from claims.states import PUT_AWAY, ClaimStatus
from claims.timeline import entry
from partners.exports import table_response
from partners.models import Event, User
from programs.money import major

PAGE = 25
RISKY_DAYS = 14
DECISIONS = ("approved", "approved first", "rejected", "asked", "returned", "undone", "sent to review")


def waiting(user: User) -> QuerySet[Claim]:
    return Claim.objects.visible_to(user).awaiting_review()


def mine_to_decide(user: User) -> QuerySet[Claim]:
    """What this person may decide next: one's own first, then nobody's; the longest waiting first."""
    own = Q(filed_by=user) | Q(partner__memberships__user=user, partner__memberships__ended_at=None)
    before = Q(first_decided_by=user) | Q(status=ClaimStatus.SECOND_APPROVAL, decided_by=user)
    before |= Q(first_second_by=user) & ~Q(status=ClaimStatus.SECOND_APPROVAL)
    free = Claim.objects.visible_to(user).awaiting_review().filter(Q(reviewer=user) | Q(reviewer=None))
    return free.exclude(own | before).distinct()


def following(user: User, after: Claim | None = None) -> Claim | None:
    found = list(mine_to_decide(user).exclude(pk=after.pk if after else None)[:200])
    return min(found, key=lambda claim: (claim.reviewer_id != user.pk, claim.filed_at, claim.pk), default=None)


def check_may_see(request: HttpRequest) -> None:
    if not request.user.has_perm("claims.see_queue"):
        raise PermissionDenied


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Claims that wait for a decision, the longest waiting first."""
    check_may_see(request)
    now, user, sort = timezone.now(), request.user, request.GET.get("sort", "")
    claims = with_promise(Claim.objects.visible_to(user).awaiting_decision(), now)
    narrowed = QueueFilter(request.GET, queryset=claims, user=user)
    files = Count("proofs", filter=~Q(proofs__status__in=PUT_AWAY))
    found = narrowed.qs.with_fund().select_related("request", "filed_by").annotate(files=files)
    found = ordered(found, sort)
    kind = request.GET.get("format")
    rows: QuerySet[Claim] | list[Claim] = found
    cut = False
    signs: dict[int, list[Sign]] = {}
    if narrowed.by_signs or sort == "risk" or kind in ("csv", "xlsx"):
        looked = list(found[: MOST_LOOKED_AT + 1])
        cut = len(looked) > MOST_LOOKED_AT
        rows, signs = troubled(looked[:MOST_LOOKED_AT], narrowed.by_signs, user)
        if sort == "risk":
            rows = riskiest_first(rows, signs, lambda claim: claim.today)
    if kind in ("csv", "xlsx"):
        return export(rows, signs, kind, now)
    page_obj = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    marked(page_obj.object_list, signs or signs_of(page_obj.object_list, seen_by=user), now)
    context = {
        "page_obj": page_obj,
        "filter": narrowed,
        "ordering": sort,
        "total": waiting(user).count(),
        "decided": decided_by(user).filter(at__gte=now - timedelta(hours=24)).count(),
        "cut": MOST_LOOKED_AT if cut else 0,
    }
    return render(request, "claims/review/queue.html", context)


def marked(claims: Iterable[Claim], signs: dict[int, list[Sign]], now: datetime) -> None:
    """What a row says of its claim."""
    for claim in claims:
        claim.signs = signs.get(claim.pk, [])
        claim.days = claim.waiting_days(now)
        claim.late = (claim.today - claim.promised).days if claim.promised else None
        claim.window_left = (claim.allocation.claim_by - claim.today).days
        claim.is_risky = claim.days >= RISKY_DAYS or claim.window_left <= RISKY_DAYS


def export(claims: Iterable[Claim], signs: dict[int, list[Sign]], kind: str, now: datetime) -> HttpResponse:
    columns = [
        "Number",
        "Title",
        "Partner",
        "Vendor",
        "Program",
        "Status",
        "Currency",
        "Asked",
        "Filed",
        "Days",
        "Promised by",
        "Days late",
        "Reviewer",
        "Signs of trouble",
    ]
    rows = (
        (
            c.number,
            c.title,
            c.partner.name,
            c.program.vendor.name,
            c.program.name,
            c.get_status_display(),
            c.currency,
            major(c.asked, c.currency),
            c.filed_at,
            c.waiting_days(now),
            c.promised,
            max((c.today - c.promised).days, 0) if c.promised else None,
            str(c.reviewer or ""),
            "; ".join(sign.words for sign in signs.get(c.pk, ())),
        )
        for c in claims
    )
    return table_response(name="review", columns=columns, rows=rows, kind=kind)


@require_safe
def upcoming(request: HttpRequest) -> HttpResponse:
    """Opens the next claim for me; `?after=` is the one that I leave."""
    check_may_see(request)
    after = request.GET.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 18 else None
    claim = following(request.user, Claim.objects.visible_to(request.user).filter(pk=number).first())
    if claim is None:
        messages.info(request, "Nothing else waits for you.")
        return redirect("claims:queue")
    return redirect("claims:detail", claim.pk)


def decided_by(user: User) -> QuerySet[Event]:
    return Event.objects.filter(actor=user, subject="claims.claim", verb__in=DECISIONS)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What I decided and asked, a day at a time."""
    check_may_see(request)
    today = timezone.localdate()
    try:
        day = parse_date(request.GET.get("day", "")) or today
    except ValueError:
        day = today
    events = decided_by(request.user).filter(at__date=day).order_by("-at", "-id")
    kind = request.GET.get("format")
    page_obj = Paginator(events, PAGE).get_page(request.GET.get("page"))
    shown = list(events) if kind in ("csv", "xlsx") else list(page_obj.object_list)
    claims = Claim.objects.visible_to(request.user).with_fund().in_bulk({event.subject_id for event in shown})
    told = [(claims[e.subject_id], entry(e, claims[e.subject_id].currency)) for e in shown if e.subject_id in claims]
    if kind in ("csv", "xlsx"):
        columns = ["At", "Number", "Claim", "Partner", "Vendor", "What", "Why"]
        rows = (
            (said["at"], c.number, c.title, c.partner.name, c.program.vendor.name, said["what"], said["reason"])
            for c, said in told
        )
        return table_response(name="decisions", columns=columns, rows=rows, kind=kind)
    context = {"page_obj": page_obj, "told": told, "day": day, "today": today}
    context |= {"before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < today else None}
    return render(request, "claims/review/decisions.html", context)
