"""The reviewer's pages: the queue, and the claim with its lines, proofs and the decision in one place."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.checklist import as_filed
from claims.filters import QueueFilter, ordered
from claims.forms.paying import PayForm
from claims.forms.review import ApproveForm, AskForm, LineVerdictForm, RejectForm
from claims.models import Claim
from claims.payment_words import of_claim
from claims.previews import page_count
from claims.signs import signs_of_trouble
from claims.states import AWAITING_DECISION, AWAITING_PAYMENT, ClaimStatus
from claims.timeline import events, timeline
from partners.exports import table_response
from partners.models import Event
from programs.money import major, show

PAGE = 25
RISKY_DAYS = 14


def waiting(request: HttpRequest) -> QuerySet[Claim]:
    return Claim.objects.visible_to(request.user).awaiting_review()


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Claims that wait for a reviewer, the longest waiting first."""
    if not request.user.has_perm("claims.see_queue"):
        raise PermissionDenied
    now = timezone.now()
    claims = Claim.objects.visible_to(request.user).filter(status__in=AWAITING_DECISION)
    narrowed = QueueFilter(request.GET, queryset=claims, user=request.user)
    found = narrowed.qs.with_fund().annotate(files=Count("proofs")).order_by("filed_at", "id")
    found = ordered(found, request.GET.get("sort", ""))
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return export(found, kind, now)
    page_obj = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for claim in page_obj:
        claim.days = claim.waiting_days(now)
        claim.window_left = (claim.allocation.claim_by - claim.allocation.today(now)).days
        claim.is_risky = claim.days >= RISKY_DAYS or claim.window_left <= RISKY_DAYS
    decided = Event.objects.filter(
        actor=request.user, at__gte=now - timedelta(hours=24), verb__in=("approved", "rejected", "asked")
    ).count()
    context = {
        "page_obj": page_obj,
        "filter": narrowed,
        "ordering": request.GET.get("sort", ""),
        "total": waiting(request).count(),
        "decided": decided,
    }
    return render(request, "claims/review/queue.html", context)


def export(claims: QuerySet[Claim], kind: str, now: datetime) -> HttpResponse:
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
        "Reviewer",
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
            str(c.reviewer or ""),
        )
        for c in claims
    )
    return table_response(name="review", columns=columns, rows=rows, kind=kind)


def why_not(user, claim: Claim) -> str:
    """Why this person may not decide or pay this claim, in words; empty when it is for another reason than four eyes."""
    if claim.filed_by_id == user.pk:
        return "You filed this claim, so somebody else decides and pays it."
    if user.has_perm("claims.file", claim):
        return f"You work for {claim.partner}, so somebody else decides and pays its claims."
    if claim.status in AWAITING_PAYMENT and claim.decided_by_id == user.pk:
        return "You approved this claim, so somebody else pays it."
    return ""


def page(request: HttpRequest, claim: Claim, status: int = 200, **bound: Any) -> HttpResponse:
    """The claim for Windfall's people: `bound` holds the form that was sent, with what is wrong in it."""
    user, now = request.user, timezone.now()
    lines = list(claim.lines.select_related("activity"))
    may_review = user.has_perm("claims.review", claim) and claim.status in AWAITING_DECISION
    payments = of_claim(claim)
    to_pay = sum(payment.amount for payment in payments if payment.is_waiting)
    may_pay = user.has_perm("claims.pay", claim) and claim.status in AWAITING_PAYMENT and (to_pay or not payments)
    seen = {"version": claim.version}
    proofs = list(claim.proofs.select_related("uploaded_by"))
    for proof in proofs:
        proof.shown = range(1, page_count(proof) + 1)
    fund = claim.allocation
    today = fund.today(now)
    context = {
        "claim": claim,
        "fund": fund,
        "today": today,
        "lines": lines,
        "proofs": proofs,
        "payments": payments,
        "to_pay": to_pay or claim.approved,
        "timeline": timeline(claim),
        "checks": as_filed(events(claim)),
        "signs": signs_of_trouble(claim, proofs, lines),
        "waiting_days": claim.waiting_days(now),
        "window_closed": today > fund.claim_by,
        "may_review": may_review,
        "may_pay": may_pay,
        "may_reverse": claim.status == ClaimStatus.PAID and user.has_perm("claims.reverse", claim),
        "why_not": "" if may_review or may_pay else why_not(user, claim),
        "changed": bound.pop("changed", None),
        "refused": bound.pop("refused", ""),
    }
    if may_review:
        context |= {
            "verdicts": [LineVerdictForm(line=line, currency=claim.currency) for line in lines],
            "approve": ApproveForm(initial=seen),
            "ask": AskForm(initial=seen, prefix="ask"),
            "reject": RejectForm(initial=seen, prefix="reject"),
        }
    if may_pay:
        context["pay"] = PayForm(initial=seen, approved_on=claim.program.today(claim.decided_at), today=today)
    return render(request, "claims/review/page.html", context | bound, status=status)


def reviewable(request: HttpRequest, pk: int) -> Claim:
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.review", claim):
        raise PermissionDenied
    return claim


def refused(request: HttpRequest, pk: int, refusal: actions.ClaimRefused, seen: int, **bound: Any) -> HttpResponse:
    """The page again, with what was typed, why nothing was done, and what changed since the version that was seen."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    changed = None
    if isinstance(refusal, actions.ClaimChanged):
        since = max(claim.version - seen, 0)
        changed = [entry for entry in timeline(claim) if entry["tone"] or entry["what"]][: max(since, 1)]
        for form in bound.values():
            if not isinstance(form, list):
                form.data = form.data.copy()
                form.data[form.add_prefix("version")] = str(claim.version)
    return page(request, claim, status=409, refused=str(refusal), changed=changed, **bound)


def onward(request: HttpRequest, claim: Claim, said: str) -> HttpResponse:
    """After a decision: to the next claim that this person may decide, or the empty queue."""
    messages.success(request, said)
    own = Q(filed_by=request.user) | Q(partner__memberships__user=request.user, partner__memberships__ended_at=None)
    following = waiting(request).exclude(own).exclude(pk=claim.pk).first()
    return redirect("claims:detail", following.pk) if following else redirect("claims:queue")


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    try:
        actions.take(claim=claim, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is yours to decide. The partner sees that the review began.")
    return redirect("claims:detail", claim.pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    lines = list(claim.lines.select_related("activity"))
    form = ApproveForm(request.POST)
    verdicts = [LineVerdictForm(request.POST, line=line, currency=claim.currency) for line in lines]
    # A form that names no line at all approves them as they are: the queue's quick button.
    if request.POST.get("as_asked"):
        verdicts = []
    # Every line is checked, so that all that is wrong shows at once.
    wrong = [verdict for verdict in verdicts if not verdict.is_valid()]
    if not form.is_valid() or wrong:
        return page(request, claim, status=400, approve=form, **({"verdicts": verdicts} if verdicts else {}))
    seen = form.cleaned_data["version"]
    try:
        done = actions.approve(
            claim=claim,
            version=seen,
            verdicts={verdict.line.pk: verdict.verdict() for verdict in verdicts},
            note=form.cleaned_data["note"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ClaimRefused as refusal:
        kept = {"approve": form} | ({"verdicts": verdicts} if verdicts else {})
        return refused(request, pk, refusal, seen, **kept)
    said = f"Approved {show(done.approved, claim.currency)} for {claim.partner}: «{claim.title}»."
    if done.approved != done.asked:
        said += f" {show(done.asked - done.approved, claim.currency)} went back to the fund."
    return onward(request, claim, said)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    form = AskForm(request.POST, prefix="ask")
    if not form.is_valid():
        return page(request, claim, status=400, ask=form)
    seen = form.cleaned_data["version"]
    try:
        actions.ask(
            claim=claim,
            version=seen,
            question=form.cleaned_data["question"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ClaimRefused as refusal:
        return refused(request, pk, refusal, seen, ask=form)
    return onward(request, claim, f"Your question is with {claim.partner}. «{claim.title}» waits for the answer.")


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    form = RejectForm(request.POST, prefix="reject")
    if not form.is_valid():
        return page(request, claim, status=400, reject=form)
    seen = form.cleaned_data["version"]
    try:
        actions.reject(
            claim=claim,
            version=seen,
            code=form.cleaned_data["code"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ClaimRefused as refusal:
        return refused(request, pk, refusal, seen, reject=form)
    said = f"Rejected «{claim.title}». {show(claim.asked, claim.currency)} went back to {claim.partner}'s fund."
    return onward(request, claim, said)
