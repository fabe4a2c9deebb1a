"""What a partner's idle money could be used for, and the draft request that comes of a suggestion."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims.actions.requests import RequestRefused
from claims.worth import Exchange
from dashboards.ideas import taking, words
from dashboards.ideas.facts import Idea, ideas, idle_funds, idle_in, pressing_first, usable
from dashboards.ideas.filters import IdeasFilter
from dashboards.ideas.matching import Suggestion
from dashboards.queue.rows import address
from dashboards.queue.steps import IDEAS
from dashboards.views.workplace import partner_of
from funds.models import Allocation
from partners.exports import table_response
from partners.lists import page_of, wanted_file
from plans.actions import PlanRefused
from plans.models import PlannedFunding
from programs.days import Clock
from programs.money import major
from programs.terms import counted

# Of funds on a page: each has up to three suggestions.
PAGE = 8
NO_LONGER = "This no longer fits as you saw it: the money, the terms or the days changed. Here is what fits now."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All funds with idle money, the most pressing first, each with up to three suggestions."""
    company, now = partner_of(request), timezone.now()
    narrowed = IdeasFilter(request.GET, queryset=idle_funds(request.user, company))
    live = usable(narrowed.qs, now)
    idle, today = idle_in(live), Clock(now).day_in(company.time_zone)
    exchange = Exchange.on(today, company.currency, {fund.currency for fund in live})
    funds = pressing_first(live, idle, exchange, now)
    if kind := wanted_file(request):
        return exported(ideas(user=request.user, company=company, funds=funds, idle=idle, now=now), kind)
    page = page_of(request, funds, size=PAGE)
    found = ideas(user=request.user, company=company, funds=list(page), idle=idle, now=now)
    context = {
        "page_obj": page,
        "ideas": [shown(idea, now) for idea in found],
        "filter": narrowed,
        "total": exchange.sum((fund.currency, idle[fund.pk]) for fund in funds),
        "holding": sum(amount > 0 for amount in idle.values()),
    }
    return render(request, "dashboards/ideas/index.html", context)


def my_fund(request: HttpRequest, pk: int) -> Allocation:
    """404 for what the person may not see, 403 for whoever does not work for its partner."""
    seen = Allocation.objects.visible_to(request.user).with_terms().prefetch_related("terms__activities")
    fund = get_object_or_404(seen, pk=pk)
    if not request.user.has_perm("funds.claim_from", fund):
        raise PermissionDenied
    return fund


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft request of the suggestion that was on the page, or an activity of the plan, and open it."""
    fund, now = my_fund(request, pk), timezone.now()
    to_plan, seen = request.POST.get("do") == "plan", request.POST.get("seen", "")
    if not to_plan and not request.user.has_perm("claims.start_request", fund):
        raise PermissionDenied
    suggestion = taking.standing(fund=fund, seen=seen, user=request.user, now=now)
    try:
        if suggestion is None:
            return no_longer(request, fund, seen if to_plan else "")
        if to_plan:
            funding = taking.put_into_plan(suggestion=suggestion, by=request.user, now=now)
            free = (
                ""
                if fund.is_kept or fund.terms.preapproval
                else " No approval is needed: run it, then file its claim here."
            )
            messages.success(request, f"It stands in your plan, filled in. Change what you like.{free}")
            return planned(funding)
        made = taking.ask_for(suggestion=suggestion, by=request.user, now=now)
    except (RequestRefused, PlanRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect(address(IDEAS, fund.pk))
    vendor = fund.program.vendor.name
    messages.success(request, f"A draft, filled in. Change what you like: {vendor} sees it when you ask.")
    return redirect("claims:request_edit", made.pk)


def no_longer(request: HttpRequest, fund: Allocation, seen: str) -> HttpResponse:
    """To what fits now; after a second click to what the first one planned."""
    if seen and (funding := taking.planned_already(fund=fund, seen=seen, by=request.user)):
        return planned(funding)
    messages.error(request, NO_LONGER)
    return redirect(address(IDEAS, fund.pk))


def planned(funding: PlannedFunding) -> HttpResponse:
    """A vendor that is asked elsewhere has a sheet of all that its portal wants to know."""
    if funding.allocation.is_kept:
        return redirect("plans:sheet", funding.pk)
    return redirect("plans:activity", funding.activity_id)


def shown(idea: Idea, now: datetime) -> dict[str, Any]:
    today = idea.fund.today(now)
    return {
        "idea": idea,
        "fund": idea.fund,
        "vendor": idea.fund.program.vendor,
        "today": today,
        # Where nobody has to say yes before, or says so elsewhere, the plan is where the money is used.
        "asks_first": idea.fund.terms.preapproval and not idea.fund.is_kept,
        "may_ask_for_time": not idea.fund.is_kept and idea.fund.is_extendable(today),
        "suggestions": [
            {"it": suggestion, "why": words.reasons(suggestion), "people": words.people(suggestion)}
            for suggestion in idea.suggestions
        ],
    }


def exported(found: Iterable[Idea], kind: str) -> HttpResponse:
    columns = ["Fund", "Vendor", "Currency", "Idle", "Activity", "Cost", "Vendor pays", "Own share", "From", "Until"]
    columns += ["Earliest start", "Latest start", "Ask by", "Length", "Kit", "Why"]

    def row(suggestion: Suggestion) -> list:
        fund, size, when = suggestion.fund, suggestion.size, suggestion.window
        amounts = (suggestion.idle, size.cost, size.asked, size.own_share)
        idle, *others = (major(amount, fund.currency) for amount in amounts)
        return [
            fund.name,
            fund.program.vendor.name,
            fund.currency,
            idle,
            suggestion.activity.name,
            *others,
            when.starts_on,
            when.ends_on,
            when.earliest,
            when.latest,
            when.ask_by,
            counted(when.days),
            suggestion.kit.title if suggestion.kit else "",
            " ".join(words.reasons(suggestion)),
        ]

    rows = (row(suggestion) for idea in found for suggestion in idea.suggestions)
    return table_response(name="ideas", columns=columns, rows=rows, kind=kind)
