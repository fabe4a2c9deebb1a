"""What reminders bring: for a vendor's managers of what is theirs, for admins of all vendors."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import REMINDER_SORTS, RemindersFilter
from dashboards.reports import reminding
from dashboards.reports.reminding import Brought
from dashboards.views.reports import TABS, vendor_of
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from partners.models import Company
from partners.states import Kind
from programs.money import major

SPLIT_WORDS = {
    "rule": "Reminder",
    "lead": "Reminder",
    "change": "Reminder",
    "wording": "Reminder",
    "words": "What you wrote",
    "vendor": "Vendor",
}


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    membership = request.membership
    is_admin = membership is not None and membership.company.kind == Kind.SITE
    if is_admin and not request.user.has_perm("reminders.see_mail"):
        raise PermissionDenied
    company = None if is_admin else vendor_of(request)
    narrowed = RemindersFilter(request.GET, queryset=Company.objects.none(), is_admin=is_admin)
    by = narrowed.chosen("by") or "rule"
    days = reminding.SPANS[narrowed.chosen("days") or "30"]
    scope = reminding.Scope(
        since=timezone.now() - timedelta(days=days),
        vendor=narrowed.chosen("vendor") if is_admin else company,
        rule=narrowed.chosen("rule") or "",
        is_windfalls=is_admin,
    )
    whole, groups = reminding.brought(scope, by)
    vendors = Company.objects.in_bulk([int(row.key) for row in groups]) if by == "vendor" else {}
    groups.sort(key=lambda row: reminding.place_of(row, by))
    if sort := chosen_sort(request, REMINDER_SORTS, ""):
        groups.sort(key=lambda row: sorted_by(row, sort.removeprefix("-")), reverse=sort.startswith("-"))
    rows = [(row, *reminding.words_of(row, by, vendors)) for row in groups]
    currencies = reminding.currencies(whole)
    if kind := wanted_file(request):
        return reminders_file(rows, SPLIT_WORDS[by], currencies, kind)
    context = {
        "page_obj": page_of(request, rows),
        "whole": whole,
        "filter": narrowed,
        "ordering": sort,
        "tabs": () if is_admin else TABS,
        "split": SPLIT_WORDS[by],
        "is_narrowed": any(request.GET.get(name) for name in narrowed.filters),
        "is_admin": is_admin,
        "days": days,
        "within": reminding.ACTED_WITHIN.days,
    }
    return render(request, "dashboards/reports/reminders.html", context)


def sorted_by(row: Brought, name: str) -> float:
    """What is not known comes first."""
    value = getattr(row, name)
    return -1 if value is None else value


def reminders_file(
    rows: Iterable[tuple[Brought, str, str]], split: str, currencies: list[str], kind: str
) -> HttpResponse:
    columns = [
        split,
        "When",
        "Told",
        "Seen",
        "Seen, %",
        "Acted",
        "Acted, %",
        *(f"Saved, {code}" for code in currencies),
    ]
    lines = (
        [
            name,
            more,
            row.told,
            row.seen,
            round(row.seen_share, 1),
            row.acted,
            None if row.acted_share is None else round(row.acted_share, 1),
            *(major(row.saved[code], code) if code in row.saved else None for code in currencies),
        ]
        for row, name, more in rows
    )
    return table_response(name="what reminders bring", columns=columns, rows=lines, kind=kind)
