"""How each vendor deals with a partner, beside how it deals with others: for the partner's people alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import SCORE_SORTS, ScorecardsFilter
from dashboards.reports import scorecards
from dashboards.reports.figures import FEWEST, FIGURES
from dashboards.reports.peers import last_year
from dashboards.reports.quartiles import LEAST
from dashboards.reports.scorecards import Card
from dashboards.views.workplace import partner_of, partner_worked_for
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    company, now = partner_of(request), timezone.now()
    narrowed = ScorecardsFilter(request.GET, queryset=scorecards.vendors_of(request.user, company))
    beside = narrowed.chosen("beside") or "peers"
    cards = scorecards.cards(narrowed.qs, company=company, now=now)
    sort = chosen_sort(request, SCORE_SORTS, "")
    if sort:
        cards.sort(key=lambda card: place_of(card, sort.removeprefix("-")), reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return cards_file(cards, beside, kind)
    context = about_figures(now) | {
        "page_obj": page_of(request, cards),
        "filter": narrowed,
        "beside": beside,
        "ordering": sort,
    }
    return render(request, "dashboards/scorecards/index.html", context)


def place_of(card: Card, name: str) -> tuple:
    """What a row is sorted by; what is not known comes first."""
    tie = (card.vendor.name.casefold(), card.vendor.pk)
    if name == "name":
        return tie
    value = card.score(name).value
    return (-1 if value is None else value, *tie)


def cards_file(cards: list[Card], beside: str, kind: str) -> HttpResponse:
    lines = [scorecards.line(card, beside) for card in cards]
    columns = list(lines[0]) if lines else ["Vendor"]
    return table_response(name="scorecards", columns=columns, rows=(list(row.values()) for row in lines), kind=kind)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One vendor's scorecard. 404 for a vendor that the partner has nothing of, and for whoever is no partner."""
    company, now = partner_worked_for(request), timezone.now()
    if company is None:
        raise Http404
    vendor = get_object_or_404(scorecards.vendors_of(request.user, company), pk=pk)
    (card,) = scorecards.cards([vendor], company=company, now=now)
    if kind := wanted_file(request):
        return cards_file([card], "peers", kind)
    return render(request, "dashboards/scorecards/detail.html", about_figures(now) | {"card": card})


def about_figures(now) -> dict[str, object]:
    """What a page says of how its figures are reckoned."""
    return {"figures": FIGURES, "fewest": FEWEST, "least": LEAST - 1, "peers_until": last_year(now).last_day}
