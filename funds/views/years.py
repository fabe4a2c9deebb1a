"""A vendor's years: their list, the page of one as a tree, and its history."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from funds.filters import YEAR_SORTS, YearFilter
from funds.meters import segments_of_sums
from funds.models import Allocation, Budget, Year
from funds.states import ALLOCATION_BUCKETS
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, Event
from partners.states import Kind
from programs.models import Program
from programs.money import major
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
        "has_budgets": year.budgets.exists(),
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
    "changed": "Name or days changed",
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
