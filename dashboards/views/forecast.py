"""What of today's unclaimed money will lapse, and how that is reckoned."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import FORECAST_SORTS, ForecastFilter
from dashboards.reports import forecast as report
from dashboards.views.reports import TABS, programs_of, vendor_of
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from programs.money import digits, major


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    vendor, now = vendor_of(request), timezone.now()
    programs = list(programs_of(request, vendor))
    narrowed = ForecastFilter(request.GET, queryset=programs_of(request, vendor), company=vendor)
    pace = report.pace(company=vendor, programs=programs, now=now)
    wanted = {program.pk for program in narrowed.qs}
    found = [
        entry
        for entry in report.expected(company=vendor, programs=programs, pace=pace, now=now)
        if entry.program.pk in wanted
    ]
    sort = chosen_sort(request, FORECAST_SORTS, "month")
    found.sort(key=lambda entry: place_of(entry, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return forecast_file(found, kind)
    months = report.by_month(found)
    totals = report.totals(months)
    context = {
        "page_obj": page_of(request, found),
        "filter": narrowed,
        "ordering": sort,
        "tabs": TABS,
        "months": months,
        "totals": totals,
        "charts": [
            (total["currency"], report.chart(months, total["currency"], digits(total["currency"]))) for total in totals
        ],
        "paces": report.paces([program for program in programs if program.pk in wanted], pace),
        "weeks": report.SHOWN_WEEKS,
        "enough": report.ENOUGH,
    }
    return render(request, "dashboards/reports/forecast.html", context)


def place_of(entry: report.Expected, name: str) -> tuple:
    """What a row is sorted by; amounts of different currencies are not compared."""
    tie = (entry.month, entry.program.name, entry.program.pk)
    key = {
        "month": (),
        "program": (entry.program.name,),
        "unclaimed": (entry.currency, entry.unclaimed),
        "lapses": (entry.currency, entry.lapses),
        "risk": (entry.currency, entry.at_risk),
        "percent": (entry.percent or 0,),
    }[name]
    return (*key, *tie)


def forecast_file(found: Iterable[report.Expected], kind: str) -> HttpResponse:
    columns = ["Month", "Program", "Currency", "Funds", "Unclaimed", "Expected to lapse", "Expected, %"]
    columns += ["No history: at risk", "Reckoned from"]
    rows = (
        [
            entry.month,
            entry.program.name,
            entry.currency,
            entry.funds,
            major(entry.unclaimed, entry.currency),
            major(entry.lapses, entry.currency),
            None if entry.percent is None else round(entry.percent, 1),
            major(entry.at_risk, entry.currency),
            entry.words,
        ]
        for entry in found
    )
    return table_response(name="forecast", columns=columns, rows=rows, kind=kind)
