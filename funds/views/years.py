"""A vendor's years: their list, the page of one as a tree, its history, and what its managers do with it."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.filters import YEAR_SORTS, YearFilter
from funds.forms import MoneyForm
from funds.forms.years import YearForm
from funds.meters import segments_of_sums
from funds.models import Allocation, Budget, Year
from funds.posting import posted
from funds.states import ALLOCATION_BUCKETS
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, Event
from partners.states import Kind
from programs.forms import data_of
from programs.models import Program, Vendor
from programs.money import major, show
from programs.states import ProgramStatus


def company_of(request: HttpRequest) -> Company:
    """The vendor worked in, or Windfall itself; 403 for partners, whom no vendor's plan concerns."""
    company = request.membership and request.membership.company
    if company is None or company.kind == Kind.PARTNER:
        raise PermissionDenied
    return company


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    company = company_of(request)
    years = Year.objects.visible_to(request.user).select_related("vendor").with_use()
    if company.kind == Kind.VENDOR:
        years = years.of_vendor(company)
    narrowed = YearFilter(request.GET, queryset=years, company=company)
    sort = chosen_sort(request, YEAR_SORTS, "-from")
    found = in_order(narrowed.qs, sort, YEAR_SORTS)
    if kind := wanted_file(request):
        return exported(found, kind)
    page = page_of(request, found)
    for year in page:
        year.segments = segments_of_sums(year.amount, in_use=year.in_use, granted=year.granted, held=year.held)
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "is_vendor": company.kind == Kind.VENDOR,
        "may_open": request.user.has_perm("funds.open_year", company),
    }
    return render(request, "funds/years/index.html", context)


def exported(years: QuerySet[Year], kind: str) -> HttpResponse:
    columns = ["Vendor", "Year", "From", "Until", "Currency", "Planned", "In programs", "Free", "Granted", "In use"]

    def row(y: Year) -> list:
        amounts = [y.amount, y.held, y.free, y.granted, y.in_use]
        facts = [y.vendor.name, y.name, y.starts_on, y.ends_on, y.currency]
        return facts + [major(amount, y.currency) for amount in amounts]

    return table_response(name="years", columns=columns, rows=(row(y) for y in years), kind=kind)


def visible_year(request: HttpRequest, pk: int) -> Year:
    return get_object_or_404(Year.objects.visible_to(request.user).select_related("vendor").with_use(), pk=pk)


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


class Line(NamedTuple):
    """A line of the tree: a budget, or a program with the sums of its budgets; amounts in minor units."""

    program: Program
    budget: Budget | None
    amounts: dict[str, int]
    segments: list


SUMS = ("funded", "unallocated", *(bucket.value for bucket in ALLOCATION_BUCKETS))


def line(program: Program, budget: Budget | None, sums: dict[str, int]) -> Line:
    in_use = sums["claimed"] + sums["approved"] + sums["paid"]
    idle = sums["available"] + sums["reserved"]
    granted = sums["funded"] - sums["unallocated"]
    amounts = sums | {"in_use": in_use, "idle": idle, "granted": granted}
    meter = segments_of_sums(sums["funded"], in_use=in_use, granted=granted, lapsed=sums["lapsed"])
    return Line(program, budget, amounts, meter)


def budgets_of(year: Year) -> list[Line]:
    """Each budget of the year with its sums, program by program, in two queries."""
    shares = Allocation.objects.filter(budget__year=year).order_by().values("budget")
    funds = {row["budget"]: row for row in shares.annotate(**{b.value: Sum(b.value) for b in ALLOCATION_BUCKETS})}
    found = []
    for budget in year.budgets.select_related("program").order_by("program__name", "program", "starts_on", "pk"):
        parts = funds.get(budget.pk, {})
        sums = {b.value: int(parts.get(b.value) or 0) for b in ALLOCATION_BUCKETS}
        found.append(line(budget.program, budget, sums | {"funded": budget.funded, "unallocated": budget.unallocated}))
    return found


def tree_of(lines: list[Line]) -> Iterator[tuple[Line, list[Line]]]:
    """Each program with its sums, and its budgets."""
    for program, group in groupby(lines, key=lambda one: one.program):
        budgets = list(group)
        sums = {name: sum(one.amounts[name] for one in budgets) for name in SUMS}
        yield line(program, None, sums), budgets


def framed(request: HttpRequest, year: Year) -> dict[str, Any]:
    """What both tabs of a year's page show."""
    return {
        "year": year,
        "may_change": request.user.has_perm("funds.change_year", year),
        "segments": segments_of_sums(year.amount, in_use=year.in_use, granted=year.granted, held=year.held),
    }


@require_safe
def year(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_year(request, pk)
    lines = budgets_of(found)
    if kind := wanted_file(request):
        return exported_tree(found, lines, kind)
    programs = Program.objects.filter(vendor=found.vendor_id, currency=found.currency)
    outside = Budget.objects.filter(program__in=programs, year=None, closed_at=None)
    context = {
        **framed(request, found),
        "tree": list(tree_of(lines)),
        "others": programs.exclude(status=ProgramStatus.CLOSED)
        .exclude(pk__in=[one.program.pk for one in lines])
        .filter(starts_on__lte=found.ends_on, ends_on__gte=found.starts_on)
        .order_by("name", "pk"),
        "outside": outside.filter(starts_on__gte=found.starts_on, ends_on__lte=found.ends_on).select_related("program"),
    }
    return render(request, "funds/years/year.html", context)


def exported_tree(year: Year, lines: list[Line], kind: str) -> HttpResponse:
    columns = ["Year", "Program", "Budget", "From", "Until", "Currency", "Funded", "Not granted"]
    columns += [bucket.label for bucket in ALLOCATION_BUCKETS]

    def row(one: Line) -> list:
        b = one.budget
        facts = [year.name, one.program.name, *([b.name, b.starts_on, b.ends_on] if b else []), year.currency]
        return facts + [major(one.amounts[name], year.currency) for name in SUMS]

    return table_response(name=f"budget {year.name}", columns=columns, rows=map(row, lines), kind=kind)


SAID = {
    "opened": "Opened",
    "top_up": "Topped up",
    "take_out": "Taken out",
    "put in": "Budget put in",
    "taken out of it": "Budget taken out of the year",
}


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_year(request, pk)
    events = Event.objects.about(found).select_related("actor").order_by("-at", "-pk")
    if kind := wanted_file(request):
        return exported_history(found, events, kind)
    page = page_of(request, events)
    context = {**framed(request, found), "page_obj": page, "rows": [told(event) for event in page]}
    return render(request, "funds/years/history.html", context)


def told(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor": event.actor,
        "what": SAID.get(event.verb, event.verb.capitalize()),
        "amount": event.data.get("amount"),
        "budget": event.data.get("budget"),
        "name": event.data.get("name", ""),
        "reason": event.reason,
        "minus": event.verb == "take_out",
    }


def exported_history(year: Year, events: QuerySet[Event], kind: str) -> HttpResponse:
    columns = ["At (UTC)", "What", "Budget", "Currency", "Amount", "Who", "Reason"]

    def row(event: Event) -> list:
        one = told(event)
        amount = None if one["amount"] is None else major(one["amount"], year.currency)
        return [one["at"], one["what"], one["name"], year.currency, amount, one["actor"] or "Windfall", one["reason"]]

    return table_response(name=f"history {year.name}", columns=columns, rows=map(row, events), kind=kind)


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
