"""Next steps that were agreed with vendors: the list, one of them, and what became of it."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from plans.actions import steps
from plans.actions.steps import StepRefused
from plans.models import AgreedStep
from plans.step_filters import SORTS, StepFilter
from plans.step_timeline import timeline
from plans.views.mine import partner_of
from programs.days import Clock


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Open steps, what is due first on top."""
    partner = partner_of(request, "plans.agree")
    today = Clock(timezone.now()).day_in(partner.time_zone)
    found = AgreedStep.objects.visible_to(request.user).of_partner(partner)
    narrowed = StepFilter(request.GET, queryset=found, today=today)
    sort = chosen_sort(request, SORTS, "due")
    rows = in_order(narrowed.qs.with_people(), sort, SORTS)
    if kind := wanted_file(request):
        return export(rows, kind)
    page = page_of(request, rows)
    context = {"page_obj": page, "filter": narrowed, "ordering": sort, "today": today, "any": found.exists()}
    return render(request, "plans/steps/index.html", context)


def export(rows: Iterable[AgreedStep], kind: str) -> HttpResponse:
    columns = ["Vendor", "What was agreed", "Who", "By when", "Agreed on", "Done (UTC)", "Dropped (UTC)"]
    lines = ([s.vendor.name, s.words, s.person.name, s.due_on, s.agreed_on, s.done_at, s.dropped_at] for s in rows)
    return table_response(name="agreed steps", columns=columns, rows=lines, kind=kind)


@require_safe
def step(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AgreedStep.objects.visible_to(request.user).with_people(), pk=pk)
    context = {
        "step": found,
        "today": Clock(timezone.now()).day_in(found.partner.time_zone),
        "timeline": timeline(found),
    }
    return render(request, "plans/steps/step.html", context)


@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    return ended(request, pk, steps.tick, "Done.")


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return ended(request, pk, steps.drop, "Dropped. Nobody is reminded of it any more.")


def ended(request: HttpRequest, pk: int, act, words: str) -> HttpResponse:
    found = get_object_or_404(AgreedStep.objects.visible_to(request.user), pk=pk)
    try:
        act(step=found, by=request.user, now=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("plans:step", pk)
