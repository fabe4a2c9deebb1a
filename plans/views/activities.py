"""One activity of the plan: its page, its form, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from partners.models import Partner
from plans import actions as plans
from plans.actions import unsaved
from plans.book import Book
from plans.models import PlannedActivity
from plans.quarters import choices, of_years, parse
from plans.states import PlanStatus
from plans.timeline import timeline
from plans.views.cards import card
from plans.views.draft import Draft
from plans.views.mine import my_activity, own_partner

CHANGED = (
    "Somebody else changed this activity meanwhile, so yours was not saved. It stands below. "
    "Save again to put it in place of theirs, or open the page anew to see theirs."
)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    activity, now = my_activity(request, pk), timezone.now()
    book = Book.of(activity.company, now, shown=activity.year)
    context = {
        "card": card(activity, book),
        "activity": activity,
        "today": book.today,
        "timeline": timeline(activity),
        "moves": choices(of_years((activity.year, activity.year + 1))),
    }
    return render(request, "plans/activity.html", context)


def add(request: HttpRequest) -> HttpResponse:
    draft = Draft(request, own_partner(request), timezone.now())
    return sent(request, draft) if request.method == "POST" else page(request, draft)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    draft = draft_of(request, my_activity(request, pk))
    return sent(request, draft) if request.method == "POST" else page(request, draft)


def draft_of(request: HttpRequest, activity: PlannedActivity) -> Draft:
    return Draft(request, Partner.objects.get(pk=activity.company_id), timezone.now(), activity)


def sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Save what was typed, or only show another row of funds, or one fewer."""
    wish, _, number = request.POST.get("do", "save").partition("-")
    if wish in ("add", "remove"):
        draft.reshape(without=int(number) if number.isdecimal() and len(number) < 3 else None)
        return page(request, draft)
    if not draft.is_valid():
        return page(request, draft, status=400)
    try:
        saved = draft.save()
    except plans.PlanChanged:
        draft.activity.version = my_activity(request, draft.activity.pk).version
        return page(request, draft, status=400, refused=CHANGED)
    except plans.PlanRefused as refusal:
        return page(request, draft, status=400, refused=str(refusal))
    messages.success(request, f"«{saved.title}» stands in your plan, in {saved.when}.")
    return redirect("plans:activity", saved.pk)


def page(request: HttpRequest, draft: Draft, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "plans/edit.html", draft.context() | more, status=status)


@require_POST
def keep_new(request: HttpRequest) -> HttpResponse:
    """Keep what is typed for who types it. Answers with what follows from it, which replaces that part of the page."""
    return kept(request, Draft(request, own_partner(request), timezone.now()))


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    return kept(request, draft_of(request, my_activity(request, pk)))


def kept(request: HttpRequest, draft: Draft) -> HttpResponse:
    draft.keep()
    return render(request, "plans/standing.html", draft.standing())


@require_POST
def forget_new(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed and not saved."""
    unsaved.forget(partner=own_partner(request), activity=None, by=request.user)
    return redirect("plans:add_activity")


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    activity = my_activity(request, pk)
    unsaved.forget(partner=activity.company, activity=activity, by=request.user)
    return redirect("plans:edit_activity", pk)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the quarter that was chosen, or that the card was dropped on; then back to where it was done."""
    activity = my_activity(request, pk)
    to = parse(request.POST.get("quarter", ""))
    if to is None:
        messages.error(request, "Choose a quarter.")
        return back(request, activity)
    try:
        moved = plans.move(activity=activity, year=to.year, quarter=to.number, by=request.user, now=timezone.now())
    except plans.PlanRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"«{moved.title}» stands in {moved.when} now.")
    return back(request, activity)


def back(request: HttpRequest, activity: PlannedActivity) -> HttpResponse:
    """To the page of this site that the form names; else to the activity."""
    named = request.POST.get("next", "")
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None):
        return HttpResponseRedirect(named)
    return redirect("plans:activity", activity.pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, "It is dropped: it wants no money any more.", plans.drop)


@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, "You mean it: it counts in the plan.", plans.take_up)


@require_POST
def only_think(request: HttpRequest, pk: int) -> HttpResponse:
    said = "It is only an idea: it stands in the plan and wants no money."
    return act(request, pk, said, plans.take_up, to=PlanStatus.IDEA)


def act(request: HttpRequest, pk: int, said: str, action, **arguments: Any) -> HttpResponse:
    activity = my_activity(request, pk)
    try:
        action(activity=activity, by=request.user, now=timezone.now(), **arguments)
    except plans.PlanRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("plans:activity", pk)
