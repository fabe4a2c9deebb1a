"""A vendor's reports, for its channel managers."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import (
    PARTNER_SORTS,
    PROGRAM_SORTS,
    TIER_SORTS,
    OverTimeFilter,
    PartnerUseFilter,
    ProgramUseFilter,
    TierUseFilter,
)
from dashboards.reports import over_time as months
from dashboards.reports import use
from funds.models import Movement
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from partners.states import Role
from programs.models import Program
from programs.money import digits, major

TABS = (
    ("Over time", "dashboards:over_time"),
    ("By program", "dashboards:use_by_program"),
    ("By tier", "dashboards:use_by_tier"),
    ("By partner", "dashboards:use_by_partner"),
    ("Unused money", "dashboards:unused"),
    ("Reminders", "dashboards:reminders"),
    ("Returns", "dashboards:returns"),
    ("Resources", "dashboards:resources"),
    ("Forecast", "dashboards:forecast"),
)


def vendor_of(request: HttpRequest) -> Company:
    """The vendor whose manager is looking; 403 for everybody else."""
    membership = request.membership
    if membership is None or membership.role != Role.MANAGER:
        raise PermissionDenied
    return membership.company


def programs_of(request: HttpRequest, vendor: Company) -> QuerySet[Program]:
    return Program.objects.visible_to(request.user).filter(vendor_id=vendor.pk)


@require_safe
def over_time(request: HttpRequest) -> HttpResponse:
    vendor = vendor_of(request)
    narrowed = OverTimeFilter(request.GET, queryset=Movement.objects.none(), company=vendor)
    programs = programs_of(request, vendor)
    if chosen := narrowed.chosen("program"):
        programs = programs.filter(pk=chosen.pk)
    count = months.SPANS[narrowed.chosen("months") or "12"]
    found = months.standings(programs=list(programs), company=vendor, now=timezone.now(), count=count)
    if kind := wanted_file(request):
        return over_time_file(found, kind)
    series = [
        {
            "currency": of_currency[0].currency,
            "months": of_currency[::-1],
            "chart": months.chart(of_currency, digits(of_currency[0].currency)),
        }
        for of_currency in months.by_currency(found)
    ]
    context = {"filter": narrowed, "series": series, "buckets": months.BUCKETS, "program": chosen}
    return render(request, "dashboards/reports/over_time.html", context | {"tabs": TABS})


def over_time_file(found: Iterable[months.Standing], kind: str) -> HttpResponse:
    columns = ["Month", "Program", "Currency", "Funded", "Allocated", *(bucket.label for bucket in months.BUCKETS)]
    names = ["funded", "allocated", *(bucket.value for bucket in months.BUCKETS)]
    rows = (
        [s.month, s.program.name, s.currency, *(major(getattr(s, name), s.currency) for name in names)]
        for s in sorted(found, key=lambda s: (s.month, s.program.name), reverse=True)
    )
    return table_response(name="money over time", columns=columns, rows=rows, kind=kind)


@require_safe
def use_by_program(request: HttpRequest) -> HttpResponse:
    vendor = vendor_of(request)
    narrowed = ProgramUseFilter(request.GET, queryset=programs_of(request, vendor))
    rows = use.by_program(programs=narrowed.qs, user=request.user, company=vendor)
    sort = chosen_sort(request, dict.fromkeys(PROGRAM_SORTS, ()), "name")
    rows.sort(key=lambda row: place_of(row, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return by_program_file(rows, kind)
    context = {"page_obj": page_of(request, rows), "filter": narrowed, "ordering": sort, "tabs": TABS}
    return render(request, "dashboards/reports/use_by_program.html", context)


def place_of(row: dict[str, Any], name: str) -> tuple:
    """What a row is sorted by; amounts of different currencies are not compared."""
    if name == "name":
        return (row["name"].casefold(), row["program"].pk)
    if name == "claim":
        return (row["last_claim"].timestamp() if row["last_claim"] else 0, row["program"].pk)
    if name in ("partners", "share"):
        return (row[name], row["program"].pk)
    return (row["currency"], row[name], row["program"].pk)


AMOUNT_LABELS = ("Granted", "Used", "Unused", "Lapsed")


def by_program_file(rows: Iterable[dict[str, Any]], kind: str) -> HttpResponse:
    columns = ["Program", "Status", "Partners", "Currency", "Funded", *AMOUNT_LABELS, "Used, %", "Last claim"]
    names = ("funded", *use.AMOUNTS)
    lines = (
        [
            row["name"],
            row["program"].get_status_display(),
            row["partners"],
            row["currency"],
            *(major(row[name], row["currency"]) for name in names),
            round(row["share"], 1),
            row["last_claim"],
        ]
        for row in rows
    )
    return table_response(name="use by program", columns=columns, rows=lines, kind=kind)


@require_safe
def use_by_tier(request: HttpRequest) -> HttpResponse:
    vendor = vendor_of(request)
    narrowed = TierUseFilter(request.GET, queryset=programs_of(request, vendor), company=vendor)
    program = narrowed.form.cleaned_data.get("program") if narrowed.form.is_valid() else None
    rows = use.by_tier(user=request.user, company=vendor, program=program)
    sort = chosen_sort(request, dict.fromkeys(TIER_SORTS, ()), "")
    if sort:
        rows.sort(key=lambda row: tier_place(row, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return by_tier_file(rows, kind)
    context = {"page_obj": page_of(request, rows), "filter": narrowed, "ordering": sort, "tabs": TABS}
    return render(request, "dashboards/reports/use_by_tier.html", context)


def tier_place(row: dict[str, Any], name: str) -> tuple:
    """What a row is sorted by; amounts of different currencies are not compared."""
    tie = (row["tier_rank"] or 0, row["tier"] or 0, row["currency"])
    if name == "tier":
        return tie
    return (row[name], *tie) if name in ("partners", "share") else (row["currency"], row[name], *tie)


def by_tier_file(rows: Iterable[dict[str, Any]], kind: str) -> HttpResponse:
    columns = ["Tier", "Partners", "Funds", "Currency", *AMOUNT_LABELS, "Used, %"]
    lines = (
        [
            row["tier_name"] or "No tier",
            row["partners"],
            row["funds"],
            row["currency"],
            *(major(row[name], row["currency"]) for name in use.AMOUNTS),
            round(row["share"], 1),
        ]
        for row in rows
    )
    return table_response(name="use by tier", columns=columns, rows=lines, kind=kind)


@require_safe
def use_by_partner(request: HttpRequest) -> HttpResponse:
    vendor = vendor_of(request)
    everything = use.by_partner(user=request.user, company=vendor)
    narrowed = PartnerUseFilter(request.GET, queryset=everything, company=vendor, user=request.user)
    sort = chosen_sort(request, PARTNER_SORTS, "-unused")
    kind = wanted_file(request)
    rows = narrowed.qs
    if sort.removeprefix("-") == "claim":
        rows = use.with_last_claim(rows, vendor)
    rows = in_order(rows, sort, PARTNER_SORTS, ties=("partner__name", "partner", "currency"))
    if kind:
        return by_partner_file(use.tell_last_claim(list(rows), vendor), kind)
    page = page_of(request, rows)
    page.object_list = use.tell_last_claim(list(page.object_list), vendor)
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "tabs": TABS,
        "totals": use.totals(narrowed.qs),
    }
    return render(request, "dashboards/reports/use_by_partner.html", context)


def by_partner_file(rows: Iterable[dict[str, Any]], kind: str) -> HttpResponse:
    columns = ["Partner", "Funds", "Currency", *AMOUNT_LABELS, "Used, %", "Last claim"]
    lines = (
        [
            row["partner__name"],
            row["funds"],
            row["currency"],
            *(major(row[name], row["currency"]) for name in use.AMOUNTS),
            round(row["share"], 1),
            row["last_claim"],
        ]
        for row in rows
    )
    return table_response(name="use by partner", columns=columns, rows=lines, kind=kind)
