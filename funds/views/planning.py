"""What a vendor's managers do with a year: plan it, change its name and days, top it up, cut it, delete it."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from funds import actions
from funds.actions import FundsRefused
from funds.forms import MoneyForm
from funds.forms.years import YearDaysForm, YearForm
from funds.models import Year
from funds.posting import posted
from funds.views.years import company_of, visible_year
from programs.forms import data_of
from programs.models import Vendor
from programs.money import show


def own_year(request: HttpRequest, pk: int) -> Year:
    """A year that the person plans; 403 if it is only seen."""
    year = visible_year(request, pk)
    if not request.user.has_perm("funds.change_year", year):
        raise PermissionDenied
    return year


def open_year(request: HttpRequest) -> HttpResponse:
    company = company_of(request)
    if not request.user.has_perm("funds.open_year", company):
        raise PermissionDenied
    vendor = get_object_or_404(Vendor, pk=company.pk)
    form = YearForm(data_of(request), instance=Year(vendor=vendor), initial=next_year(vendor))
    if request.method == "POST" and form.is_valid():
        try:
            year = actions.open_year(
                year=form.save(commit=False),
                amount=form.cleaned_data["amount"],
                key=str(form.cleaned_data["key"]),
                by=request.user,
                now=timezone.now(),
            )
        except FundsRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"The year {year.name} is planned. Now split it into budgets of your programs.")
            return redirect("funds:year", year.pk)
    return render(request, "funds/years/open.html", {"form": form})


def next_year(vendor: Vendor) -> dict[str, Any]:
    """What a new year probably is: the one after the latest, or the calendar year that is on."""
    today = timezone.now().date()
    latest = Year.objects.filter(vendor=vendor).first()
    number = latest.ends_on.year + 1 if latest else today.year
    return {
        "name": f"{number}",
        "currency": latest.currency if latest else vendor.currency,
        "starts_on": date(number, 1, 1),
        "ends_on": date(number, 12, 31),
    }


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The year's name and days. Each of its budgets stays within these."""
    found = own_year(request, pk)
    name = found.name
    form = YearDaysForm(data_of(request), instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_days(year=found, **form.cleaned_data, by=request.user, now=timezone.now())
        except FundsRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "It is changed." if changed else "Nothing was different: it stands as it was.")
            return redirect("funds:year", pk)
    return render(request, "funds/years/edit.html", {"form": form, "year": found, "name": name})


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks; POST deletes a year that no budget stands in."""
    found = own_year(request, pk)
    if request.method == "POST":
        try:
            actions.delete_year(year=found, by=request.user, now=timezone.now())
        except FundsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("funds:year", pk)
        messages.success(request, f"The year {found.name} is deleted.")
        return redirect("funds:years")
    if found.budgets.exists():
        messages.info(request, "Budgets stand in this year. Only a year without budgets can be deleted.")
        return redirect("funds:year", pk)
    planned = f"The {show(found.amount, found.currency)} planned for it is planned no more. " if found.amount else ""
    words = f"{planned}No budget stands in it, so no program and no partner loses money."
    return render(request, "funds/years/delete.html", {"year": found, "words": words})


class Change(NamedTuple):
    """What a manager does to a year's amount, as its page says it."""

    act: Callable[..., bool]
    label: str
    title: str
    words: str
    done: str


CHANGES = {
    "top_up": Change(
        actions.top_up,
        "Top it up",
        "Top up {year}",
        "It is planned and free: put it into budgets of your programs then. {free} is free now.",
        "{amount} more is planned for {year}.",
    ),
    "take_out": Change(
        actions.take_out,
        "Take it out",
        "Take money out of {year}",
        "Only what stands in no budget can be taken out: {free} now.",
        "{amount} less is planned for {year}.",
    ),
}


def change(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """GET shows the form, POST plans more or less; a repeated click does it once."""
    found, step = own_year(request, pk), CHANGES[name]
    form = MoneyForm(data_of(request), currency=found.currency, reason_for="Whoever looks at the year's history")
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]

        def act() -> bool:
            key, reason = str(form.cleaned_data["key"]), form.cleaned_data["reason"]
            return step.act(year=found, amount=amount, key=key, by=request.user, reason=reason, at=timezone.now())

        done = step.done.format(amount=show(amount, found.currency), year=found.name)
        if posted(request, form, act, left=lambda: free_of(found), done=done):
            return redirect("funds:year", pk)
    free = show(found.amount - found.held, found.currency)
    context = {
        "form": form,
        "year": found,
        "label": step.label,
        "title": step.title.format(year=found.name),
        "words": step.words.format(free=free),
    }
    return render(request, "funds/years/change.html", context)


def free_of(year: Year) -> str:
    """What stands in no budget now, in words."""
    year.refresh_from_db(fields=["amount", "held"])
    return f"{show(year.amount - year.held, year.currency)} of {year.name} is free."
