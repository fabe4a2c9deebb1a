"""When a company is told, and who reads while somebody is away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from partners.states import Kind
from programs.days import Clock
from reminders import actions
from reminders.actions.choosing import ChoiceRefused
from reminders.choosing.forms import AwayForm, TimingsForm
from reminders.models import Absence


def company_of(request):
    if request.membership is None:
        raise PermissionDenied
    return request.membership.company


@require_http_methods(["GET", "HEAD", "POST"])
def timings(request):
    company = company_of(request)
    if not request.user.has_perm("reminders.choose", company):
        raise PermissionDenied
    form = TimingsForm(request.POST if request.method == "POST" else None, company=company)
    if request.method == "POST" and form.is_valid():
        save(form, request.user)
        messages.success(request, "Saved. It counts from the next reminder on.")
        return redirect("reminders:timings")
    context = {"form": form, "company": company, "is_vendor": company.kind == Kind.VENDOR}
    return render(request, "reminders/choosing/timings.html", context, status=400 if form.errors else 200)


def save(form: TimingsForm, user) -> None:
    now = timezone.now()
    for rule in form.rules:
        leads = form.cleaned_data[f"days_{rule}"]
        actions.set_timing(company=form.company, rule=rule, leads=leads, by=user, now=now)
    for currency in form.currencies:
        amount = form.cleaned_data[f"much_{currency}"]
        actions.set_threshold(vendor=form.company, currency=currency, amount=amount, by=user, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def away(request):
    company = company_of(request)
    form = AwayForm(request.POST if request.method == "POST" else None, user=request.user, company=company)
    if request.method == "POST" and form.is_valid():
        try:
            actions.be_away(user=request.user, company=company, now=timezone.now(), **form.cleaned_data)
        except ChoiceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['delegate']} hears of it while you are away.")
            return redirect("reminders:away")
    shown = Absence.objects.visible_to(request.user).select_related("user", "delegate", "company")
    clock = Clock(timezone.now())
    context = {
        "form": form,
        "company": company,
        # Its last day counts until it ends where the company is.
        "absences": [a for a in shown if a.until_on >= clock.day_in(a.company.time_zone)],
        "has_colleagues": form.fields["delegate"].queryset.exists(),
    }
    return render(request, "reminders/choosing/away.html", context, status=400 if form.errors else 200)


@require_POST
def back(request, pk: int):
    absence = get_object_or_404(Absence.objects.visible_to(request.user), pk=pk)
    actions.be_back(absence=absence, by=request.user, now=timezone.now())
    messages.success(request, "From now on you hear of it yourself.")
    return redirect("reminders:away")
