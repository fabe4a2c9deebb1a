"""What a partner will pay and get back, month by month, and how that is reckoned."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.cash.filters import CASH_SORTS, CashFilter
from dashboards.cash.flows import Flow, flows
from dashboards.cash.months import Month, by_month, chart, deepest
from dashboards.cash.pace import ENOUGH, TO_FILE, Pace, paces
from dashboards.views.workplace import partner_of
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from partners.models import Company
from programs.days import Clock
from programs.money import major

AMOUNTS = ("own", "advanced", "back")


@require_safe
def cash(request: HttpRequest) -> HttpResponse:
    company, now = partner_of(request), timezone.now()
    usual = paces(request.user, company, now)
    every = flows(user=request.user, company=company, paces=usual, now=now)
    narrowed = CashFilter(
        request.GET, queryset=Company.objects.none(), vendors={flow.vendor_id for flow in every if flow.vendor_id}
    )
    vendor = narrowed.chosen("vendor")
    found = [flow for flow in every if vendor is None or flow.vendor_id == vendor.pk]
    months = by_month(found, Clock(now).day_in(company.time_zone))
    sort = chosen_sort(request, CASH_SORTS, "day")
    found.sort(key=lambda flow: place_of(flow, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return months_file(months, kind) if request.GET.get("table") == "months" else flows_file(found, kind)
    currencies = sorted({month.currency for month in months})
    context = {
        "page_obj": page_of(request, found),
        "filter": narrowed,
        "ordering": sort,
        "months": months,
        "charts": [(currency, chart(months, currency)) for currency in currencies],
        "deepest": deepest(months),
        "vendors": usual_of(found, usual),
        "enough": ENOUGH,
        "to_file": TO_FILE,
    }
    return render(request, "dashboards/cash/index.html", context)


def place_of(flow: Flow, name: str) -> tuple:
    """What a row is sorted by; amounts of different currencies are not compared."""
    if name in AMOUNTS:
        return (flow.currency, getattr(flow, name), *flow.order)
    return flow.order if name == "day" else (getattr(flow, name).casefold(), *flow.order)


def usual_of(found: Iterable[Flow], usual: dict[int, Pace]) -> list[tuple[str, Pace]]:
    """Of each vendor that something is expected from, by name."""
    names = {flow.vendor_id: flow.vendor for flow in found if flow.vendor_id}
    return [(name, usual.get(pk, Pace())) for pk, name in sorted(names.items(), key=lambda entry: entry[1])]


def flows_file(found: Iterable[Flow], kind: str) -> HttpResponse:
    columns = [
        "Day",
        "What",
        "Activity or claim",
        "Vendor",
        "Currency",
        "Own share",
        "Paid for the vendor",
        "Paid back",
    ]
    columns += ["Late", "Reckoned from"]
    rows = (
        [flow.day, flow.what, flow.title, flow.vendor, flow.currency]
        + [major(getattr(flow, name), flow.currency) for name in AMOUNTS]
        + [flow.late, flow.basis]
        for flow in found
    )
    return table_response(name="cash forecast", columns=columns, rows=rows, kind=kind)


def months_file(months: Iterable[Month], kind: str) -> HttpResponse:
    columns = ["Month", "Currency", "Own share", "Paid for vendors", "Paid back", "In or out", "Since today"]
    rows = (
        [month.month, month.currency]
        + [major(getattr(month, name), month.currency) for name in (*AMOUNTS, "net")]
        + [major(month.running, month.currency) if month.month else None]
        for month in months
    )
    return table_response(name="cash by month", columns=columns, rows=rows, kind=kind)
