"""The calendar's page: month by month, what is to be done by which day, and how much hangs on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.exports import table_response
from partners.lists import page_of, wanted_file
from programs.days import Clock
from programs.money import major
from reminders.calendar.dates import Day, days_of, totals
from reminders.calendar.forms import NarrowForm
from reminders.models import CalendarFeed

COLUMNS = ("Day", "Time zone", "What to do", "Why", "What", "Vendor", "Partner", "Amount", "Currency", "Address")


@dataclass(frozen=True, slots=True)
class Month:
    """`days` are those on this page; `totals` are of the whole month."""

    first: date
    count: int
    totals: list[tuple[str, int]]
    days: list[tuple[Day, date]]


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    clock = Clock(timezone.now())
    everything = days_of(request.user, clock)
    form = NarrowForm(request.GET, days=everything)
    days = form.narrowed(everything)
    if kind := wanted_file(request):
        return exported(days, kind)
    page = page_of(request, days)
    context = {
        "page_obj": page,
        "months": months(page.object_list, days, clock),
        "chips": chips(form.narrowed(everything, but_month=True)),
        "month": form.cleaned_data.get("month", ""),
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "is_read": CalendarFeed.objects.filter(user=request.user, revoked_at=None).exists(),
    }
    return render(request, "reminders/calendar/page.html", context)


def months(shown: Sequence[Day], days: Sequence[Day], clock: Clock) -> list[Month]:
    whole = {first: list(found) for first, found in groupby(days, key=first_of)}
    return [
        Month(first, len(whole[first]), totals(whole[first]), [(day, clock.day_in(day.zone)) for day in found])
        for first, found in groupby(shown, key=first_of)
    ]


def chips(days: Sequence[Day]) -> list[tuple[str, date, int]]:
    """Each month that holds something, as the address names it, and how much it holds."""
    return [(f"{first:%Y-%m}", first, count) for first, count in sorted(Counter(map(first_of, days)).items())]


def first_of(day: Day) -> date:
    return day.on.replace(day=1)


def exported(days: Sequence[Day], kind: str) -> HttpResponse:
    rows = (
        (
            day.on,
            day.zone,
            day.todo,
            day.why,
            day.title,
            day.vendor,
            day.partner,
            None if day.amount is None else major(day.amount, day.currency),
            day.currency,
            day.url,
        )
        for day in days
    )
    return table_response(name="calendar", columns=COLUMNS, rows=rows, kind=kind)
