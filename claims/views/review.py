"""The claim for Windfall's people: its lines, its proofs and every decision in one place."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from claims import actions
from claims.checklist import as_filed
from claims.forms.paying import PayForm
from claims.forms.review import (
    ApproveForm,
    AskForm,
    AssignForm,
    DeclineForm,
    LineVerdictForm,
    RejectForm,
    SendBackForm,
    WhyForm,
)
from claims.models import Claim, Proof
from claims.partner_record import record_of
from claims.payment_words import of_claim
from claims.previews import page_count
from claims.queue_filters import promised_on
from claims.signs import signs_of
from claims.states import (
    ANSWER_DAYS,
    AWAITING_DECISION,
    AWAITING_PAYMENT,
    IN_HAND,
    ClaimStatus,
    ProofStatus,
    may_become,
)
from claims.timeline import events, open_question, timeline


def why_not(user, claim: Claim) -> str:
    """Why this person may not decide or pay this claim, in words; empty when it is for another reason than four eyes."""
    if claim.filed_by_id == user.pk:
        return "You filed this claim, so somebody else decides and pays it."
    if user.has_perm("claims.file", claim):
        return f"You work for {claim.partner}, so somebody else decides and pays its claims."
    if claim.status in AWAITING_PAYMENT and user.pk in (claim.decided_by_id, claim.second_by_id):
        return "You approved this claim, so somebody else pays it."
    if claim.status in AWAITING_DECISION and user.pk in (claim.first_decided_by_id, claim.first_second_by_id):
        return "You decided on this claim before and that was disputed, so somebody else decides now."
    return ""


def page(request: HttpRequest, claim: Claim, status: int = 200, **bound: Any) -> HttpResponse:
    """The claim for Windfall's people: `bound` holds the form that was sent, with what is wrong in it."""
    user, now = request.user, timezone.now()
    lines = list(claim.lines.select_related("activity"))
    payments = of_claim(claim)
    to_pay = sum(payment.amount for payment in payments if payment.is_waiting)
    with user.roles_at_hand():
        may_review = user.has_perm("claims.review", claim)
        may_second = user.has_perm("claims.approve_too", claim) and claim.status == ClaimStatus.SECOND_APPROVAL
        may_pay = user.has_perm("claims.pay", claim) and claim.status in AWAITING_PAYMENT
        may_pay = may_pay and (to_pay > 0 or not payments)
    # What was typed stays on the page, also where somebody else was faster.
    is_typed = bool({"approve", "ask", "send_back", "reject"} & bound.keys())
    may_decide = may_review and (claim.status in IN_HAND or is_typed)
    may_undo = may_review and may_become(claim.status, ClaimStatus.IN_REVIEW) and claim.status in AWAITING_PAYMENT
    seen = {"version": claim.version}
    proofs = list(claim.proofs.select_related("uploaded_by", "replaces"))
    bad_proof, decline = bound.pop("bad_proof", None), bound.pop("decline", None)
    for proof in proofs:
        prepare(proof, claim)
        if proof.pk == bad_proof:
            proof.decline = decline
    fund = claim.allocation
    today = fund.today(now)
    promised = promised_on(claim)
    context = {
        "claim": claim,
        "fund": fund,
        "today": today,
        "lines": lines,
        "proofs": [proof for proof in proofs if proof.stands],
        "put_away": [proof for proof in proofs if not proof.stands],
        "payments": payments,
        "to_pay": to_pay or claim.approved,
        "checks": as_filed(events(claim)),
        "declined": [proof for proof in proofs if proof.status == ProofStatus.DECLINED],
        "timeline": timeline(claim),
        "question": open_question(claim),
        "signs": signs_of([claim], seen_by=user)[claim.pk],
        "waiting_days": claim.waiting_days(now),
        "promised": promised if claim.status in AWAITING_DECISION else None,
        "days_late": (today - promised).days if promised else 0,
        "partner_record": record_of(claim, seen_by=user),
        "window_closed": today > fund.claim_by,
        "may_review": may_review and claim.status in AWAITING_DECISION,
        "may_decide": may_decide,
        "may_judge_files": may_review and claim.status == ClaimStatus.IN_REVIEW,
        "may_second": may_second,
        "may_undo": may_undo,
        "may_pay": may_pay,
        "may_reverse": claim.status == ClaimStatus.PAID and user.has_perm("claims.reverse", claim),
        "why_not": "" if may_decide or may_second or may_pay else why_not(user, claim),
        "changed": bound.pop("changed", None),
        "refused": bound.pop("refused", ""),
    }
    if may_decide:
        most = fund.terms.second_approval_over
        due = today + timedelta(days=ANSWER_DAYS)
        context |= {
            "verdicts": [LineVerdictForm(line=line, currency=claim.currency) for line in lines],
            "approve": ApproveForm(initial=seen),
            "ask": AskForm(initial=seen | {"due": due}, prefix="ask"),
            "send_back": SendBackForm(initial=seen, prefix="back"),
            "reject": RejectForm(initial=seen, prefix="reject"),
            "two_needed": most if most is not None and claim.asked > most else None,
        }
    if may_review and claim.status in AWAITING_DECISION:
        context["assign"] = AssignForm(by=user)
    if may_second:
        context |= {
            "second": ApproveForm(initial=seen, prefix="second"),
            "refer": WhyForm(initial=seen, prefix="refer"),
        }
    if may_undo:
        context["undo"] = WhyForm(initial=seen, prefix="undo")
    if may_pay:
        context["pay"] = PayForm(initial=seen, approved_on=claim.program.today(claim.decided_at), today=today)
    return render(request, "claims/review/page.html", context | bound, status=status)


def prepare(proof: Proof, claim: Claim) -> None:
    """What the page shows of a file, and the form that declines it."""
    proof.shown = range(1, page_count(proof) + 1)
    proof.decline = DeclineForm(initial={"version": claim.version}, prefix=f"decline-{proof.pk}")


def reviewable(request: HttpRequest, pk: int, permission: str = "claims.review") -> Claim:
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm(permission, claim):
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
