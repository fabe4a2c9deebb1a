"""Where a claim stands, and what its partner does with it once it is filed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.forms.filing import AnswerForm, DisputeForm, WithdrawForm
from claims.models import Claim
from claims.payment_words import of_claim
from claims.signs import signs_of
from claims.states import TAKES_PROOF, ClaimStatus, may_become
from claims.timeline import last_decision, open_question, timeline
from claims.views import review
from claims.views.files import take_files
from claims.views.mine import my_claim
from partners.states import Kind
from programs.money import show


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a claim stands. For Windfall's admins and finance it is the page on which they decide or pay."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if request.membership and request.membership.company.kind == Kind.SITE:
        return review.page(request, claim)
    return partner_page(request, claim)


def partner_page(
    request: HttpRequest,
    claim: Claim,
    *,
    answer: AnswerForm | None = None,
    withdraw: WithdrawForm | None = None,
    dispute: DisputeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    may_file = request.user.has_perm("claims.file", claim)
    today = claim.allocation.today(now)
    until = actions.dispute_until(claim)
    is_vendor = bool(request.membership and request.membership.company.kind == Kind.VENDOR)
    context = {
        "claim": claim,
        "fund": claim.allocation,
        "today": today,
        "lines": claim.lines.select_related("activity"),
        "proofs": claim.proofs.standing().select_related("uploaded_by"),
        "put_away": claim.proofs.put_away().select_related("uploaded_by"),
        "payments": of_claim(claim),
        "timeline": timeline(claim),
        "question": open_question(claim),
        "decision": last_decision(claim),
        "dispute": dispute or DisputeForm(),
        "dispute_until": until if may_file and until and today <= until and not claim.paid else None,
        "may_add_proof": may_file and claim.status == ClaimStatus.DISPUTED,
        "may_replace": may_file and claim.status in TAKES_PROOF,
        # A vendor sees what its own claims show, nothing of others; the partner is not told what is looked at.
        "signs": signs_of([claim], seen_by=request.user)[claim.pk] if is_vendor else [],
        "answer": answer or AnswerForm(),
        "withdraw": withdraw or WithdrawForm(),
        "may_file": may_file,
        "may_withdraw": may_file and may_become(claim.status, ClaimStatus.WITHDRAWN),
        "may_reopen": may_file and may_become(claim.status, ClaimStatus.DRAFT),
        "waiting_days": claim.waiting_days(now),
    }
    return render(request, "claims/detail.html", context, status=status)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the reviewer's question, with more proof if need be."""
    claim = my_claim(request, pk)
    form = AnswerForm(request.POST)
    if claim.status == ClaimStatus.INFO_REQUESTED:
        for words in take_files(request, claim)[1]:
            form.add_error(None, words)
    if not form.is_valid():
        return partner_page(request, my_claim(request, pk), answer=form, status=400)
    try:
        actions.answer(claim=claim, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error(None, f"{refusal} Your answer was not sent:")
        return partner_page(request, my_claim(request, pk), answer=form, status=400)
    messages.success(request, "Your answer is with the reviewer.")
    return redirect("claims:detail", claim.pk)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files to a draft or while a question is open."""
    claim = my_claim(request, pk)
    if not request.FILES.getlist("files"):
        messages.error(request, "Choose a file first.")
    for words in take_files(request, claim)[1]:
        messages.error(request, words)
    return redirect("claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail", claim.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    claim = my_claim(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return partner_page(request, claim, withdraw=form, status=400)
    said = f"Withdrawn. {show(claim.asked, claim.currency)} went back to the fund."
    return act(request, claim, said, actions.withdraw, reason=form.cleaned_data["reason"])


@require_POST
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why the decision is wrong, with more proof if need be: another reviewer decides anew."""
    claim = my_claim(request, pk)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return partner_page(request, claim, dispute=form, status=400)
    try:
        claim = actions.dispute(claim=claim, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return partner_page(request, my_claim(request, pk), dispute=form, status=409)
    for words in take_files(request, claim)[1]:
        messages.error(request, f"{words} You can add another one below.")
    messages.success(
        request, f"Disputed. {show(claim.asked, claim.currency)} is claimed again, and another reviewer decides."
    )
    return redirect("claims:detail", claim.pk)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, my_claim(request, pk), "It is a draft again: correct it and file it anew.", actions.reopen)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    claim = my_claim(request, pk)
    try:
        actions.discard(claim=claim, by=request.user)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:detail", claim.pk)
    messages.success(request, f"The draft «{claim.title}» is gone. No money had moved.")
    return redirect("claims:list")


def act(request: HttpRequest, claim: Claim, said: str, action, **arguments) -> HttpResponse:
    """Do one act and go back to the claim, with what was done or why it was not."""
    try:
        claim = action(claim=claim, by=request.user, now=timezone.now(), **arguments)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail", claim.pk)
