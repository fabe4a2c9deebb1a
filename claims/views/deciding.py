"""The reviewer's acts on one claim, each a POST from its page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from claims import actions
from claims.forms.review import (
    ApproveForm,
    AskForm,
    AssignForm,
    LineVerdictForm,
    RejectForm,
    SeenForm,
    SendBackForm,
    WhyForm,
)
from claims.models import Claim
from claims.states import ClaimStatus
from claims.views.queue import following
from claims.views.review import page, refused, reviewable
from programs.money import show


def onward(request: HttpRequest, claim: Claim, said: str) -> HttpResponse:
    """After a decision: to the next claim that this person may decide, or the empty queue."""
    messages.success(request, said)
    after = following(request.user, claim)
    return redirect("claims:detail", after.pk) if after else redirect("claims:queue")


def stay(request: HttpRequest, claim: Claim, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("claims:detail", claim.pk)


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
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    try:
        actions.hand_back(claim=claim, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:detail", claim.pk)
    return stay(request, claim, "It is nobody's now: whoever comes next may take it.")


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    form = AssignForm(request.POST, by=request.user)
    if not form.is_valid():
        return page(request, claim, status=400, assign=form)
    try:
        actions.assign(claim=claim, to=form.cleaned_data["to"], by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error("to", str(refusal))
        return page(request, claim, status=409, assign=form)
    return onward(request, claim, f"{form.cleaned_data['to']} has «{claim.title}» now.")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    lines = list(claim.lines.select_related("activity"))
    form = ApproveForm(request.POST)
    verdicts = [LineVerdictForm(request.POST, line=line, currency=claim.currency) for line in lines]
    # A form that names no line at all approves them as they are: the quick button.
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
    return onward(request, claim, approved_words(done))


def approved_words(claim: Claim) -> str:
    amount = show(claim.approved, claim.currency)
    if claim.status == ClaimStatus.SECOND_APPROVAL:
        return f"You approved {amount} for {claim.partner}: «{claim.title}». A colleague has to approve it too."
    said = f"Approved {amount} for {claim.partner}: «{claim.title}»."
    if claim.approved != claim.asked:
        said += f" {show(claim.asked - (claim.approved or 0), claim.currency)} went back to the fund."
    return said


@require_POST
def approve_too(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk, "claims.approve_too")
    form = ApproveForm(request.POST, prefix="second")
    if not form.is_valid():
        return page(request, claim, status=400, second=form)
    seen = form.cleaned_data["version"]
    try:
        done = actions.approve_too(
            claim=claim, version=seen, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
        )
    except actions.ClaimRefused as refusal:
        return refused(request, pk, refusal, seen, second=form)
    return onward(request, claim, approved_words(done))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    claim = reviewable(request, pk)
    form = AskForm(request.POST, prefix="ask")
    if not form.is_valid():
        return page(request, claim, status=400, ask=form)
    seen = form.cleaned_data["version"]
    try:
        asked = actions.ask(
            claim=claim,
            version=seen,
            question=form.cleaned_data["question"],
            due=form.cleaned_data["due"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ClaimRefused as refusal:
        return refused(request, pk, refusal, seen, ask=form)
    until = date_format(asked.question_due)
    return onward(request, claim, f"Your question is with {claim.partner}, to be answered by {until}.")


def with_reason(
    request: HttpRequest,
    pk: int,
    name: str,
    form: SeenForm,
    act: Callable[..., Claim],
    permission: str = "claims.review",
) -> Claim | HttpResponse:
    """Run an act that takes what this form says; the page again where it is refused. `name` is the form's on the page."""
    claim = reviewable(request, pk, permission)
    if not form.is_valid():
        return page(request, claim, status=400, **{name: form})
    said = dict(form.cleaned_data)
    try:
        return act(claim=claim, by=request.user, now=timezone.now(), **said)
    except actions.ClaimRefused as refusal:
        return refused(request, pk, refusal, said["version"], **{name: form})


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    done = with_reason(request, pk, "reject", RejectForm(request.POST, prefix="reject"), actions.reject)
    if isinstance(done, HttpResponse):
        return done
    said = f"Rejected «{done.title}». {show(done.asked, done.currency)} went back to {done.partner}'s fund."
    return onward(request, done, said)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    done = with_reason(request, pk, "send_back", SendBackForm(request.POST, prefix="back"), actions.send_back)
    if isinstance(done, HttpResponse):
        return done
    said = f"Sent back «{done.title}» to be corrected. {show(done.asked, done.currency)} went back to {done.partner}'s fund."
    return onward(request, done, said)


@require_POST
def send_to_review(request: HttpRequest, pk: int) -> HttpResponse:
    form = WhyForm(request.POST, prefix="refer")
    done = with_reason(request, pk, "refer", form, actions.send_to_review, "claims.approve_too")
    if isinstance(done, HttpResponse):
        return done
    return onward(request, done, f"«{done.title}» is back with {done.reviewer}.")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    done = with_reason(request, pk, "undo", WhyForm(request.POST, prefix="undo"), actions.undo)
    if isinstance(done, HttpResponse):
        return done
    return stay(
        request,
        done,
        f"The approval is undone: {show(done.asked, done.currency)} is claimed again, and yours to decide.",
    )
