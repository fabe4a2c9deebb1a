"""From the plan to a request or a claim that is filled in; and the sheet for vendors that are asked in a portal of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from plans import actions as plans
from plans.forms.plan import AnsweredForm, AskedForm
from plans.models import PlannedFunding
from plans.sheets import sheet_of
from plans.standing import At, standing
from plans.views.mine import my_funding
from programs.days import Clock


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    funding = my_funding(request, pk)
    try:
        made = plans.ask(funding=funding, by=request.user, now=timezone.now())
    except plans.PlanRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:activity", funding.activity_id)
    messages.success(request, "A request, filled in from your plan: look it over, then ask for approval.")
    return redirect("claims:request_edit", made.pk)


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    funding = my_funding(request, pk)
    try:
        made = plans.claim(funding=funding, by=request.user, now=timezone.now())
    except plans.PlanRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:activity", funding.activity_id)
    messages.success(
        request, "A claim, filled in from your plan: complete each line as its invoice says, and add the proof."
    )
    return redirect("claims:edit", made.pk)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, my_funding(request, pk))


def page(request: HttpRequest, funding: PlannedFunding, status: int = 200, **bound: Any) -> HttpResponse:
    now = timezone.now()
    today = Clock(now).day_in(funding.activity.company.time_zone)
    stands = standing(funding)
    context = {
        "funding": funding,
        "activity": funding.activity,
        "fund": funding.allocation,
        "vendor": funding.allocation.program.vendor,
        "today": today,
        "standing": stands,
        "fields": sheet_of(funding),
        "may_ask": funding.allocation.is_kept and stands.at in (At.OPEN, At.REFUSED),
        "may_answer": funding.asked_on is not None,
        "asked": AskedForm(initial={"on": today}),
        "answered": AnsweredForm(currency=funding.currency, initial={"on": today}),
    }
    return render(request, "plans/sheet.html", context | bound, status=status)


@require_POST
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the vendor was asked in its own portal."""
    funding, form = my_funding(request, pk), AskedForm(request.POST)
    if form.is_valid():
        try:
            plans.asked_elsewhere(funding=funding, by=request.user, now=timezone.now(), **form.cleaned_data)
        except plans.PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Noted. When the vendor answers, say so here: the plan then counts with it.")
            return redirect("plans:sheet", pk)
    return page(request, funding, status=400, asked=form)


@require_POST
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the vendor said there."""
    funding = my_funding(request, pk)
    form = AnsweredForm(request.POST, currency=funding.currency)
    if form.is_valid():
        try:
            plans.answered_elsewhere(funding=funding, by=request.user, now=timezone.now(), **form.cleaned_data)
        except plans.PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Noted: the plan counts with it now.")
            return redirect("plans:activity", funding.activity_id)
    return page(request, funding, status=400, answered=form)
