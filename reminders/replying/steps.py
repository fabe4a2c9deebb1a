"""Another day or another person for a step that was agreed with a vendor."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plans.actions.steps import StepRefused
from plans.forms.steps import ChangeForm
from plans.models import AgreedStep
from programs.days import Clock
from reminders import actions


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    mine = AgreedStep.objects.visible_to(request.user)  # type: ignore[arg-type]
    step = get_object_or_404(mine.with_people().select_related("partner"), pk=pk)
    if not step.is_open:
        messages.error(request, "It is done or dropped, and stays as it was.")
        return redirect("plans:step", pk)
    now = timezone.now()
    today = Clock(now).day_in(step.partner.time_zone)
    form = ChangeForm(request.POST if request.method == "POST" else None, step=step, today=today)
    if form.is_bound and form.is_valid():
        try:
            changed = actions.change_step(step=step, by=request.user, now=now, **form.cleaned_data)  # type: ignore[arg-type]
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Kept. {changed.person} is reminded in time.")
            return redirect("plans:step", pk)
    return render(request, "plans/steps/change.html", {"step": step, "form": form}, status=400 if form.errors else 200)
