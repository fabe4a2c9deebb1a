"""What the money brings, by type of activity, program and partner."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import ROI_SORTS, RoiFilter
from dashboards.reports import resources, roi
from dashboards.views.reports import TABS, vendor_of
from funds.models import Movement
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from partners.states import Kind
from programs.money import major

SPLIT_WORDS = {"activity": "Type of activity", "program": "Program", "partner": "Partner", "vendor": "Vendor"}


@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """A vendor's manager reads what all partners report; a partner's people read their own, vendor by vendor."""
    membership = request.membership
    is_partner = membership is not None and membership.company.kind == Kind.PARTNER
    company = membership.company if is_partner else vendor_of(request)
    narrowed = RoiFilter(request.GET, queryset=Movement.objects.none(), company=company, is_partner=is_partner)
    months = narrowed.chosen("months")
    scope = roi.Scope(
        request.user,
        company,
        program=narrowed.chosen("program"),
        since=resources.last_months(company, timezone.now(), int(months) if months else None),
        partner=narrowed.chosen("q") or "",
        of_partner=is_partner,
    )
    by = narrowed.chosen("by") or ("vendor" if is_partner else "activity")
    rows = roi.returns(scope, by)
    totals = roi.totals(rows)
    if sort := chosen_sort(request, ROI_SORTS, ""):
        rows.sort(key=lambda row: place_of(row, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return returns_file(rows, SPLIT_WORDS[by], kind)
    charts = [roi.chart(rows, total["currency"]) for total in totals]
    context = {
        "page_obj": page_of(request, rows),
        "filter": narrowed,
        "ordering": sort,
        "tabs": () if is_partner else TABS,
        "totals": totals,
        "charts": [chart for chart in charts if chart["labels"]],
        "split": SPLIT_WORDS[by],
        "is_partner": is_partner,
    }
    return render(request, "dashboards/reports/roi.html", context)


def place_of(row: dict[str, Any], name: str) -> tuple:
    """What a row is sorted by; amounts of different currencies are not compared, and what is not known comes first."""
    tie = (row["name"].casefold(), row["currency"])
    if name == "name":
        return tie
    value = -1 if row[name] is None else row[name]
    return (value, *tie) if name in ("leads", "measured_return", "claimed_return") else (row["currency"], value, *tie)


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def returns_file(rows: Iterable[dict[str, Any]], split: str, kind: str) -> HttpResponse:
    columns = [split, "Currency", "Activities", "With results", "Paid", "Paid, with results", "Cost, with results"]
    columns += ["Leads", "Opportunities", "Revenue measured", "Revenue claimed"]
    columns += ["Measured per 1 paid", "Claimed per 1 paid", "Measured per 1 of cost"]
    lines = (
        [
            row["name"],
            row["currency"],
            row["activities"],
            row["told"],
            *(major(row[name], row["currency"]) for name in ("paid", "paid_told", "cost_told")),
            row["leads"],
            row["opportunities"],
            *(None if row[name] is None else major(row[name], row["currency"]) for name in ("measured", "claimed")),
            *(rounded(row[name]) for name in ("measured_return", "claimed_return", "measured_of_cost")),
        ]
        for row in rows
    )
    return table_response(name="what the money brings", columns=columns, rows=lines, kind=kind)
