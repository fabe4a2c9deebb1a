"""Where a request stands, and what its partner does with it once it is filed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions as claims
from claims.actions import requests
from claims.forms.filing import AnswerForm, WithdrawForm
from claims.forms.requests import ChangeForm
from claims.models import FundRequest
from claims.request_timeline import events, last_decision, open_question, timeline
from claims.states.requests import RequestStatus, may_become
from claims.views.requests import review
from claims.views.requests.facts import facts_of
from claims.views.requests.mine import my_request, take_files, visible
from partners.states import Kind
from programs.forms import data_of
from programs.money import show

S = RequestStatus


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a request stands. For the vendor's managers and Windfall's people it is the page on which it is decided."""
    asked = visible(request, pk)
    if request.membership and request.membership.company.kind == Kind.PARTNER:
        return partner_page(request, asked)
    return review.page(request, asked)


def partner_page(request: HttpRequest, asked: FundRequest, status: int = 200, **bound: Any) -> HttpResponse:
    now = timezone.now()
    told = events(asked)
    may_file = request.user.has_perm("claims.file_request", asked)
    context = facts_of(asked, now) | {
        "timeline": timeline(told, asked.currency),
        "question": open_question(told) if asked.status == S.INFO_REQUESTED else None,
        "decision": last_decision(told, asked.currency),
        "answer": AnswerForm(),
        "cancel": WithdrawForm(),
        "claims": asked.claims.order_by("-pk"),
        "may_file": may_file,
        "may_take_back": may_file and may_become(asked.status, S.DRAFT),
        "may_change": may_file and may_become(asked.status, S.AMENDED),
        "may_end": may_file and asked.is_in_force,
        "may_claim": may_file and asked.is_in_force and asked.allocation.today(now) <= asked.allocation.claim_by,
    }
    return render(request, "claims/requests/detail.html", context | bound, status=status)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the vendor's question, with more files if need be."""
    asked = my_request(request, pk)
    form = AnswerForm(request.POST)
    if asked.status == S.INFO_REQUESTED:
        for words in take_files(request, asked)[1]:
            form.add_error(None, words)
    if not form.is_valid():
        return partner_page(request, my_request(request, pk), answer=form, status=400)
    try:
        requests.answer(request=asked, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except requests.RequestRefused as refusal:
        form.add_error(None, f"{refusal} Your answer was not sent:")
        return partner_page(request, my_request(request, pk), answer=form, status=400)
    messages.success(request, f"Your answer is with {asked.program.vendor.name}.")
    return redirect("claims:request", pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, my_request(request, pk), "It is a draft again: change it and ask anew.", requests.take_back)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what is approved in a form; POST asks the vendor to change it."""
    asked = my_request(request, pk)
    if not may_become(asked.status, S.AMENDED):
        why = f"This request stands at «{asked.get_status_display().lower()}»: no change can be asked for now."
        if asked.status == S.AMENDED:
            why = f"You have asked for a change already. {asked.program.vendor.name} decides on that first."
        messages.info(request, why)
        return redirect("claims:request", pk)
    initial = {name: getattr(asked, name) for name in ("starts_on", "ends_on", "place", "people", "version")}
    form = ChangeForm(data_of(request), asked=asked, initial=initial | {"amount": asked.approved})
    if request.method == "POST" and form.is_valid():
        try:
            requests.amend(request=asked, by=request.user, now=timezone.now(), **form.cleaned_data)
        except requests.RequestRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            vendor = asked.program.vendor.name
            messages.success(request, f"{vendor} decides on the change. Until then what was approved stays.")
            return redirect("claims:request", pk)
    context = facts_of(asked, timezone.now()) | {"form": form}
    return render(request, "claims/requests/change.html", context, status=400 if form.errors else 200)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, my_request(request, pk), "The change is taken back: what was approved stays.", requests.keep)


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, my_request(request, pk), "Completed.", requests.complete)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    asked = my_request(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return partner_page(request, asked, cancel=form, status=400)
    return act(request, asked, "Cancelled.", requests.cancel, reason=form.cleaned_data["reason"])


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a claim that draws on it, filled in with what it says."""
    asked = my_request(request, pk)
    try:
        made = claims.start(
            allocation=asked.allocation, title=asked.title, by=request.user, now=timezone.now(), request=asked
        )
    except claims.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:request", pk)
    messages.success(request, f"A claim on {asked.number}: complete each line as its invoice says, and add the proof.")
    return redirect("claims:edit", made.pk)


def act(request: HttpRequest, asked: FundRequest, said: str, action, **arguments: Any) -> HttpResponse:
    """Do one act and go back to the request, with what was done or why it was not."""
    freed = asked.reserved
    try:
        asked = action(request=asked, by=request.user, now=timezone.now(), **arguments)
    except requests.RequestRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if freed and not asked.is_in_force:
            said += f" {show(freed, asked.currency)} is available in the fund again."
        messages.success(request, said)
    return redirect("claims:request_edit" if asked.status == S.DRAFT else "claims:request", asked.pk)
