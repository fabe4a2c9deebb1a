"""The vendor decides: a request with all that speaks for and against it, and every answer to it, on one page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims.actions import requests
from claims.forms.requests import ApproveRequestForm, AskForm, ReasonedForm, SecondNoForm
from claims.forms.review import SeenForm
from claims.models import FundRequest
from claims.permissions import other_managers
from claims.request_checks import notices, period_left, rate_of
from claims.request_timeline import events, last_decision, open_question, timeline
from claims.states.requests import AWAITING_DECISION, RequestStatus
from claims.views.requests.facts import facts_of
from claims.views.requests.mine import allowed, visible
from claims.views.requests.queue import waiting_for
from programs.money import show

S = RequestStatus
# How long a partner has to answer, unless the manager chooses another day.
TO_ANSWER = timedelta(days=7)


def page(request: HttpRequest, asked: FundRequest, status: int = 200, **bound: Any) -> HttpResponse:
    """The request for whoever decides or looks on: `bound` holds the form that was sent, with what is wrong in it."""
    user, now = request.user, timezone.now()
    told = events(asked)
    may_decide = user.has_perm("claims.decide_request", asked)
    fund = asked.allocation
    context = facts_of(asked, now) | {
        "timeline": timeline(told, asked.currency),
        "question": open_question(told) if asked.status == S.INFO_REQUESTED else None,
        "decision": last_decision(told, asked.currency),
        "notices": notices(asked) if asked.status in AWAITING_DECISION else [],
        "period": period_left(asked),
        "rate": rate_of(fund.terms, asked.activity),
        "claims": asked.claims.exclude(filed_at=None).order_by("-pk"),
        "may_decide": may_decide and asked.status in AWAITING_DECISION and asked.status != S.SECOND_APPROVAL,
        "may_second": asked.status == S.SECOND_APPROVAL and user.has_perm("claims.approve_request_too", asked),
        "may_answer_change": asked.status == S.AMENDED and user.has_perm("claims.answer_change", asked),
        "said_first": asked.status == S.AMENDED and said_first(user, asked),
        "two": two(asked),
        "may_revoke": may_decide and asked.is_in_force,
        "why_not": why_not(user, asked),
        "sees_queue": user.has_perm("claims.see_requests_queue"),
    }
    return render(request, "claims/requests/review.html", context | forms_of(asked, now) | bound, status=status)


def forms_of(asked: FundRequest, now: datetime) -> dict[str, forms.Form]:
    seen = {"version": asked.version}
    today = asked.allocation.today(now)
    most = min(asked.asked, asked.allocation.available) or asked.asked
    return {
        "approve": ApproveRequestForm(asked=asked, initial=seen | {"amount": most}),
        "ask": AskForm(prefix="ask", today=today, initial=seen | {"due": today + TO_ANSWER}),
        "back": ReasonedForm(prefix="back", initial=seen),
        "decline": ReasonedForm(prefix="decline", initial=seen),
        "second": SeenForm(prefix="second", initial=seen),
        "not_too": SecondNoForm(prefix="no", initial=seen),
        "accept": SeenForm(prefix="accept", initial=seen),
        "refuse": ReasonedForm(prefix="refuse", initial=seen),
        "revoke": ReasonedForm(prefix="revoke", initial=seen),
    }


def said_first(user, asked: FundRequest) -> bool:
    """This person said yes to the change, and a second one has not yet."""
    return bool(asked.amendment) and asked.amendment.get("first", {}).get("by") == user.pk


def two(asked: FundRequest) -> str:
    """Who says yes to what two people have to approve, in words; empty where one is enough, or nothing waits."""
    changes = asked.status == S.AMENDED and requests.needs_two(asked, asked.amendment["amount"])
    if asked.status != S.SECOND_APPROVAL and not changes:
        return ""
    over = show(asked.allocation.terms.second_approval_over, asked.currency)
    others = sorted({m.user.name for m in other_managers(asked).select_related("user")})
    who = (
        " or ".join(others)
        if others
        else f"an admin of Windfall, since {asked.program.vendor.name} has no other manager"
    )
    first = asked.decided_by
    if changes and "first" not in asked.amendment and not others:
        return f"More than {over} is approved by two people: first {first.name}, then {who}."
    said = "approved it as it was" if changes and "first" not in asked.amendment else "said yes"
    return f"More than {over} is approved by two people: {first.name} {said}, and the second is {who}."


def why_not(user, asked: FundRequest) -> str:
    """Why this person may not decide, in words; empty when it is for another reason than four eyes."""
    if asked.status in AWAITING_DECISION:
        if asked.filed_by_id == user.pk:
            return "You filed this request, so somebody else decides on it."
        if user.has_perm("claims.file_request", asked):
            return f"You work for {asked.partner}, so somebody else decides on its requests."
        if asked.status == S.SECOND_APPROVAL and asked.decided_by_id == user.pk:
            return "You approved it first."
    return "You said yes to this change." if said_first(user, asked) else ""


def decided(
    request: HttpRequest,
    pk: int,
    name: str,
    form: forms.Form,
    action: Callable[..., FundRequest],
    said: Callable[[FundRequest], str],
) -> HttpResponse:
    """Run one decision: what is wrong with it is shown beside its form, and what was done leads on to the next request."""
    if not form.is_valid():
        return page(request, visible(request, pk), status=400, **{name: form})
    seen = form.cleaned_data["version"]
    try:
        done = action(request=visible(request, pk), by=request.user, now=timezone.now(), **form.cleaned_data)
    except requests.RequestRefused as refusal:
        return refused(request, pk, refusal, seen, name, form)
    messages.success(request, said(done))
    following = waiting_for(request).exclude(pk=pk).first()
    return redirect("claims:request", following.pk) if following else redirect("claims:request_queue")


def refused(
    request: HttpRequest, pk: int, refusal: requests.RequestRefused, seen: int, name: str, form: forms.Form
) -> HttpResponse:
    """The page again, with what was typed, why nothing was done, and what changed since the version that was seen."""
    asked = visible(request, pk)
    changed = None
    if isinstance(refusal, requests.RequestChanged):
        changed = timeline(events(asked), asked.currency)[: max(asked.version - seen, 1)]
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = str(asked.version)
    return page(request, asked, status=409, refused=str(refusal), changed=changed, **{name: form})


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")
    try:
        requests.take(request=asked, by=request.user, now=timezone.now())
    except requests.RequestRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is yours to decide. The partner sees that you look at it.")
    return redirect("claims:request", pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")

    def said(done: FundRequest) -> str:
        amount = show(done.approved, done.currency)
        if done.status == S.SECOND_APPROVAL:
            return f"{amount} for «{done.title}» waits for a second person now: it is more than one may approve."
        return f"Approved {amount} for {done.partner}: «{done.title}». It is set aside."

    form = ApproveRequestForm(request.POST, asked=asked)
    return decided(request, pk, "approve", form, requests.approve, said)


@require_POST
def approve_too(request: HttpRequest, pk: int) -> HttpResponse:
    allowed(request, pk, "claims.approve_request_too")
    form = SeenForm(request.POST, prefix="second")

    def said(done: FundRequest) -> str:
        return f"Approved {show(done.approved, done.currency)} for {done.partner}. It is set aside."

    return decided(request, pk, "second", form, requests.approve_too, said)


@require_POST
def not_too(request: HttpRequest, pk: int) -> HttpResponse:
    allowed(request, pk, "claims.approve_request_too")
    form = SecondNoForm(request.POST, prefix="no")
    words = "It is back in review, and your colleague reads why."
    return decided(request, pk, "not_too", form, requests.not_too, lambda done: words)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")
    form = AskForm(request.POST, prefix="ask", today=asked.allocation.today(timezone.now()))
    words = f"Your question is with {asked.partner}. «{asked.title}» waits for the answer."
    return decided(request, pk, "ask", form, requests.ask, lambda done: words)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")
    form = ReasonedForm(request.POST, prefix="back")
    words = f"Sent back: {asked.partner} reads why where it can be corrected."
    return decided(request, pk, "back", form, requests.send_back, lambda done: words)


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")
    form = ReasonedForm(request.POST, prefix="decline")
    words = f"Declined. {asked.partner} reads why. No money had moved."
    return decided(request, pk, "decline", form, requests.decline, lambda done: words)


@require_POST
def accept_change(request: HttpRequest, pk: int) -> HttpResponse:
    allowed(request, pk, "claims.answer_change")
    form = SeenForm(request.POST, prefix="accept")

    def said(done: FundRequest) -> str:
        if done.status == S.AMENDED:
            return f"Your yes is noted. {two(done)} Until then what was approved stays."
        return f"The change is approved: {show(done.approved, done.currency)} for {done.partner}."

    return decided(request, pk, "accept", form, requests.accept_change, said)


@require_POST
def refuse_change(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.answer_change")
    form = ReasonedForm(request.POST, prefix="refuse")
    words = f"The change is refused; what was approved for {asked.partner} stays."
    return decided(request, pk, "refuse", form, requests.refuse_change, lambda done: words)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    asked = allowed(request, pk, "claims.decide_request")
    form = ReasonedForm(request.POST, prefix="revoke")
    words = f"The approval is taken back. {show(asked.reserved, asked.currency)} is available to {asked.partner} again."
    return decided(request, pk, "revoke", form, requests.revoke, lambda done: words)
