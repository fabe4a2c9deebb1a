"""Resources that partners use, beside the money that they use."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import RESOURCE_SORTS, ResourcesFilter
from dashboards.reports import resources as report
from dashboards.views.reports import TABS, vendor_of
from funds.models import Movement
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from programs.money import major


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    vendor, now = vendor_of(request), timezone.now()
    everything = report.Scope(request.user, vendor)
    currencies = report.currencies(everything.funds)
    narrowed = ResourcesFilter(request.GET, queryset=Movement.objects.none(), company=vendor, currencies=currencies)
    months = narrowed.chosen("months")
    scope = report.Scope(
        request.user,
        vendor,
        program=narrowed.chosen("program"),
        since=report.last_months(vendor, now, int(months) if months else None),
    )
    # A program's money is of its own currency.
    first = scope.program.currency if scope.program else next(iter(currencies), "")
    currency = narrowed.chosen("currency") or first
    groups = report.by_group(scope, currency)
    kind = wanted_file(request)
    if kind and request.GET.get("table") == "groups":
        return groups_file(groups, currency, kind)
    rows = report.by_resource(scope, currency, groups)
    sort = chosen_sort(request, RESOURCE_SORTS, "-partners")
    rows.sort(key=lambda row: place_of(row, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind:
        return resources_file(rows, currency, kind)
    context = {
        "page_obj": page_of(request, rows),
        "groups": groups,
        "has_money": any(row["granted"] for row in groups),
        "chart": report.chart(groups),
        "filter": narrowed,
        "scope": scope,
        "currency": currency,
        "is_one_of_several": len(currencies) > 1,
        "ordering": sort,
        "tabs": TABS,
    }
    return render(request, "dashboards/reports/resources.html", context)


def place_of(row: dict[str, Any], name: str) -> tuple:
    """What a row is sorted by; without a share it comes before all that have one."""
    tie = (row["title"].casefold(), row["resource"].pk)
    if name == "title":
        return tie
    return (-1 if row[name] is None else row[name], *tie)


def rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 1)


def groups_file(groups: Iterable[dict[str, Any]], currency: str, kind: str) -> HttpResponse:
    columns = ["Partners that", "Partners", "Currency", "Granted", "Used", "Unused", "Lapsed", "Used, %", "Lapsed, %"]
    lines = (
        [
            row["words"],
            row["partners"],
            currency,
            *(major(row[name], currency) for name in report.AMOUNTS if currency),
            rounded(row["used_share"]),
            rounded(row["gone_share"]),
        ]
        for row in groups
    )
    return table_response(name="use of resources and money", columns=columns, rows=lines, kind=kind)


def resources_file(rows: Iterable[dict[str, Any]], currency: str, kind: str) -> HttpResponse:
    columns = ["Resource", "Type", "Program", "Opened", "Downloaded", "Used", "Partners", "Partners that used it"]
    columns += ["Currency", "These used, %", "Others used, %"]
    lines = (
        [
            row["title"],
            row["resource"].get_kind_display(),
            row["resource"].program.name if row["resource"].program else "All",
            *(row[name] for name in ("opened", "downloaded", "used", "partners", "users")),
            currency,
            rounded(row["share"]),
            rounded(row["others"]),
        ]
        for row in rows
    )
    return table_response(name="resources and money", columns=columns, rows=lines, kind=kind)
