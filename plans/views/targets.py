"""Sales targets: a quarter of all sales people, one of them through the quarters, and the owner's page that sets them."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from partners.exports import table_response
from partners.lists import page_of, wanted_file
from partners.models import Company
from plans.actions import targets
from plans.actions.sellers import SalesRefused
from plans.expectations import expected
from plans.forms.targets import EARLIER, LATER, QuarterForm, SheetForm, TargetForm
from plans.models import SalesPerson, SalesTarget, SpiffEarning
from plans.quarterly import Line, history_of, sheet_of
from plans.quarters import Quarter, parse, quarter_of
from plans.reached import activities
from plans.realistic import Past
from plans.target_figures import AMOUNTS, FIGURES
from plans.views.mine import partner_of
from programs.days import Clock
from programs.forms import data_of
from programs.money import CURRENCIES, major

COLUMNS = [
    "Activities",
    *(f"{label}, {what}" for label in FIGURES.values() for what in ("target", "measured", "claimed")),
    "SPIFFs earned",
    "SPIFFs paid",
]
NOBODY = "Nobody among them"


def today_of(partner: Company) -> date:
    return Clock(timezone.now()).day_in(partner.time_zone)


def chosen_quarter(request: HttpRequest, today: date) -> Quarter:
    """The one that the address names, else the one that runs."""
    return parse(request.GET.get("quarter", "")) or quarter_of(today)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    partner = partner_of(request, "plans.see_targets")
    today = today_of(partner)
    quarter = chosen_quarter(request, today)
    sheet = sheet_of(partner, request.user, quarter)
    if kind := wanted_file(request):
        lines = [*sheet.lines, *sheet.apart]
        rows = [[line.person.name if line.person else NOBODY, *columns_of(line)] for line in lines]
        name = f"sales targets {quarter.key}"
        return table_response(name=name, columns=["Sales person", "Currency", *COLUMNS], rows=rows, kind=kind)
    past = Past(partner, request.user, quarter)
    for line in sheet.lines:
        line.notes = past.words(line.person.pk, line.currency, line.target) if line.person else []
    context = {
        "sheet": sheet,
        "totals": sheet.totals,
        "quarter": quarter,
        "form": QuarterForm(today=today, chosen=quarter),
        "before": quarter.after(-1),
        "next": quarter.after(1),
        "may_set": request.user.has_perm("plans.set_targets", partner),
        "partner": partner,
    }
    return render(request, "plans/targets/index.html", context)


def columns_of(line: Line) -> list:
    cells = [line.currency, line.activities]
    for cell in line.cells:
        for amount in (cell.target or None, cell.measured, cell.claimed):
            is_money = amount is not None and cell.figure in AMOUNTS
            cells.append(major(amount, line.currency) if is_money else amount)
    return [*cells, *(major(amount, line.currency) for amount in (line.earned, line.paid))]


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One of them: quarter by quarter, the activities that counted, and what they earned."""
    found = SalesPerson.objects.visible_to(request.user).select_related("partner", "user")
    who = get_object_or_404(found, pk=pk)
    running = quarter_of(today_of(who.partner))
    first, last = running.after(-EARLIER), running.after(LATER)
    history = history_of(who, request.user, first, last)
    if kind := wanted_file(request):
        rows = [[str(quarter), *columns_of(line)] for quarter, line in history]
        return table_response(name=f"targets of {who}", columns=["Quarter", "Currency", *COLUMNS], rows=rows, kind=kind)
    counted = activities(who.partner, request.user, first, last).filter(responsible=who.user_id)
    context = {
        "who": who,
        "history": history,
        "running": running,
        "page_obj": page_of(
            request, counted.with_fund().order_by("-ended_on", "-pk") if who.user_id else counted.none()
        ),
        "spiffs": SpiffEarning.objects.visible_to(request.user).filter(person=who).with_program().with_state()[:10],
        "may_change": request.user.has_perm("plans.change_person", who),
    }
    return render(request, "plans/targets/person.html", context)


def set_targets(request: HttpRequest) -> HttpResponse:
    """GET shows the targets of a quarter in one currency as a form; POST keeps all of them or none."""
    partner = partner_of(request, "plans.set_targets")
    today = today_of(partner)
    quarter, currency = chosen_quarter(request, today), request.GET.get("currency", "")
    if currency not in CURRENCIES:
        # A partner may count in one that no program pays in, of which no target is kept.
        currency = partner.currency if partner.currency in CURRENCIES else CURRENCIES[0]
    people = list(SalesPerson.objects.visible_to(request.user).of_partner(partner).selling())
    standing = {
        target.person_id: target
        for target in SalesTarget.objects.of_partner(partner).of_quarter(quarter).filter(currency=currency)
    }
    forms = [TargetForm(data_of(request), person=who, currency=currency, target=standing.get(who.pk)) for who in people]
    refusal = ""
    if request.method == "POST" and "fill" in request.POST:
        expects = expected(partner, request.user, quarter, currency)
        for form in forms:
            form.fill(expects.get(form.person.pk, {}))
        if not expects:
            messages.info(request, f"Nobody among them looks after a planned activity of {quarter} in {currency}.")
    elif request.method == "POST" and all(form.is_valid() for form in forms):
        try:
            keep(request, partner, quarter, currency, forms)
        except SalesRefused as refused:
            refusal = str(refused)
        else:
            return redirect(f"{reverse('plans:targets')}?{urlencode({'quarter': quarter.key})}")
    add_notes(forms, Past(partner, request.user, quarter), currency)
    context = {
        "forms": forms,
        "quarter": quarter,
        "currency": currency,
        "choose": SheetForm(today=today, chosen=quarter, currency=currency),
        "labels": FIGURES.values(),
        "refusal": refusal,
    }
    is_wrong = refusal or any(form.errors for form in forms)
    return render(request, "plans/targets/set.html", context, status=400 if is_wrong else 200)


def keep(request: HttpRequest, partner: Company, quarter: Quarter, currency: str, forms: Iterable[TargetForm]) -> None:
    wanted = [targets.Wanted(form.person, form.cleaned_data["version"], form.figures) for form in forms]
    count = targets.set_targets(
        partner=partner, quarter=quarter, currency=currency, wanted=wanted, by=request.user, now=timezone.now()
    )
    words = f"{count} target{'' if count == 1 else 's'} of {quarter} {'is' if count == 1 else 'are'} kept."
    messages.success(request, words if count else "Nothing was different.")


def add_notes(forms: Iterable[TargetForm], past: Past, currency: str) -> None:
    for form in forms:
        form.notes = past.words(form.person.pk, currency, form.figures)
