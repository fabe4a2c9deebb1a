"""The pages on which a manager extends a fund, or many of them at once."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from funds import actions
from funds.ask_forms import MOST_FUNDS, ExtendManyForm
from funds.filters import ExtendableFilter
from funds.forms import ExtendForm
from funds.models import Allocation
from funds.views.allocations import visible_fund
from partners.lists import page_of
from partners.states import Role
from programs.forms import data_of
from programs.money import show

# What runs out within so many days is shown to be extended.
NEAR_DAYS = 90


def extend(request: HttpRequest, pk: int) -> HttpResponse:
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.manage_allocation", fund):
        raise PermissionDenied
    form = ExtendForm(data_of(request), fund=fund)
    if request.method == "POST" and form.is_valid():
        until, lapsed = form.cleaned_data["until"], fund.lapsed
        try:
            fund = actions.extend(
                allocation=fund, until=until, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
            )
        except actions.FundsRefused as refusal:
            form.add_error("until", str(refusal))
        else:
            back = f" {show(lapsed, fund.currency)} that had lapsed is available again." if lapsed else ""
            messages.success(
                request,
                f"Extended: activities may run until {date_format(until)}, claims be filed until "
                f"{date_format(fund.claim_by)}.{back}",
            )
            return redirect("funds:allocation", pk)
    return render(request, "funds/extend.html", {"form": form, "fund": fund})


def about_to_lapse(request: HttpRequest, today: date) -> QuerySet[Allocation]:
    """The vendor's funds that run out soon, or have, and that their terms allow to be extended; the nearest first."""
    company = request.membership.company
    funds = Allocation.objects.visible_to(request.user).of_vendor(company).with_terms().extendable(today)
    return funds.expiring_before(today + timedelta(days=NEAR_DAYS + 1)).order_by("expires_on", "pk")


def extend_many(request: HttpRequest) -> HttpResponse:
    """GET lists what is about to lapse; POST extends those that are chosen and says what became of each."""
    if not request.membership or request.membership.role != Role.MANAGER:
        raise PermissionDenied
    now = timezone.now()
    # A day's difference between time zones does not matter here: the action asks each fund's own.
    today = now.date()
    form, chosen, outcomes = ExtendManyForm(data_of(request)), chosen_funds(request), []
    if request.method == "POST":
        seen = {pk: day for pk, day in chosen.items() if pk in visible_ids(request, chosen)}
        if not seen:
            form.add_error(None, "Choose at least one fund.")
        elif form.is_valid():
            outcomes = actions.extend_many(seen=seen, **form.cleaned_data, by=request.user, now=now)
            return told(request, outcomes)
    narrowed = ExtendableFilter(request.GET, queryset=about_to_lapse(request, today))
    page = page_of(request, narrowed.qs)
    rows = [
        {"fund": fund, "today": (day := fund.today(now)), "step": fund.next_step(day), "chosen": fund.pk in chosen}
        for fund in page
    ]
    context = {"form": form, "filter": narrowed, "page_obj": page, "rows": rows, "near_days": NEAR_DAYS}
    return render(request, "funds/asks/extend_many.html", context)


def chosen_funds(request: HttpRequest) -> dict[int, date]:
    """The boxes that were ticked: each names a fund and the last day that it had then; what is no such pair is left out."""
    found = {}
    for value in request.POST.getlist("fund")[:MOST_FUNDS]:
        pk, _, day = value.partition(":")
        try:
            found[int(pk) if len(pk) < 19 else 0] = date.fromisoformat(day)
        except ValueError:
            continue
    return found


def visible_ids(request: HttpRequest, chosen: dict[int, date]) -> set[int]:
    funds = Allocation.objects.visible_to(request.user).of_vendor(request.membership.company)
    return set(funds.filter(pk__in=list(chosen)).values_list("pk", flat=True))


def told(request: HttpRequest, outcomes: list[actions.Outcome]) -> HttpResponse:
    """What became of each fund, row by row."""
    done, left = [o for o in outcomes if not o.words], [o for o in outcomes if o.words]
    return render(request, "funds/asks/extended.html", {"done": done, "left": left})
