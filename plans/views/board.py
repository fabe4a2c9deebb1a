"""The plan of a year: four quarters, what each costs and who pays it, and the same as a table to take away."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.exports import table_response
from partners.lists import wanted_file
from partners.tables import FIRST_YEAR, LAST_YEAR
from plans.book import Book
from plans.figures import totals
from plans.models import Unsaved
from plans.quarters import Quarter, choices, of_years, quarter_of
from plans.states import PlanStatus
from plans.views.cards import Card, cards
from plans.views.mine import own_partner
from programs.money import major, show


def chosen_year(request: HttpRequest, today: date) -> int:
    """The one in the address; else this year."""
    year = request.GET.get("year", "")
    found = int(year) if year.isdecimal() and year.isascii() and len(year) == 4 else today.year
    return min(max(found, FIRST_YEAR + 1), LAST_YEAR - 1)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    partner, now = own_partner(request), timezone.now()
    book = Book.of(partner, now)
    year = chosen_year(request, book.today)
    if year < book.today.year - 1:
        book = Book.of(partner, now, shown=year)
    of_year = cards([activity for activity in book.activities if activity.year == year], book)
    shown = [card for card in of_year if card.activity.status != PlanStatus.DROPPED]
    if kind := wanted_file(request):
        return exported(shown, year, kind)
    counted = [card for card in shown if card.activity.status == PlanStatus.PLANNED]
    context = {
        "year": year,
        "this_quarter": quarter_of(book.today),
        "today": book.today,
        "columns": [column(quarter, shown, counted) for quarter in of_years([year])],
        "totals": totals(card.figures for card in counted),
        "dropped": [card for card in of_year if card.activity.status == PlanStatus.DROPPED],
        "moves": choices(of_years((year, year + 1))),
        "is_empty": not of_year,
        "unsaved": Unsaved.objects.of(request.user, partner).select_related("activity"),
        "wrong": sum(any(warning.stops for warning in card.warnings) for card in counted),
    }
    return render(request, "plans/board.html", context)


def column(quarter: Quarter, shown: list[Card], counted: list[Card]) -> dict:
    return {
        "quarter": quarter,
        "cards": [card for card in shown if card.activity.in_quarter == quarter],
        "totals": totals(card.figures for card in counted if card.activity.in_quarter == quarter),
    }


COLUMNS = ["Quarter", "Activity", "Stage", "Kind", "From", "Until", "Looked after by", "Currency", "Cost"]
COLUMNS += [
    "Vendors pay",
    "Own share",
    "Unfunded",
    "Funds",
    "Leads",
    "Meetings",
    "Pipeline",
    "Closed revenue",
    "Warnings",
]


def exported(shown: list[Card], year: int, kind: str) -> HttpResponse:
    def row(card: Card) -> list:
        activity, sums = card.activity, card.figures

        def amount(value: int | None):
            return None if value is None else major(value, activity.currency)

        paid = [f"{row.funding.allocation}: {show(row.funding.amount, row.funding.currency)}" for row in card.rows]
        return [
            activity.when,
            activity.title,
            card.stage.label,
            activity.get_kind_display(),
            activity.starts_on,
            activity.ends_on,
            str(activity.person or ""),
            activity.currency,
            *(amount(value) for value in (sums.cost, sums.vendors, sums.own, sums.unfunded)),
            "; ".join(paid),
            activity.leads,
            activity.meetings,
            amount(activity.pipeline),
            amount(activity.closed),
            " ".join(warning.words for warning in card.warnings),
        ]

    return table_response(name=f"plan {year}", columns=COLUMNS, rows=(row(card) for card in shown), kind=kind)
