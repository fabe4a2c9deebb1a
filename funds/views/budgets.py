"""A budget's pages, for the vendor's managers: its funds, its history, money in and out, and its end."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.asks import Proposal
from funds.filters import SORTS, BudgetAllocationFilter, MovementFilter, with_order
from funds.forms import BudgetForm, MoneyForm
from funds.ledger import LedgerError
from funds.meters import segments_of_budget
from funds.models import Budget, Movement, Year
from funds.posting import posted
from funds.sales import rules_of
from funds.states import Bucket
from funds.views.allocations import days_at, exported, rows_of
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from programs.forms import data_of
from programs.models import Program
from programs.money import major, show
from programs.states import ProgramStatus

# Money that still has somewhere to go: a period with any of it stays open.
MOVING = (Bucket.AVAILABLE, Bucket.RESERVED, Bucket.CLAIMED, Bucket.APPROVED)


def visible_budget(request: HttpRequest, pk: int) -> Budget:
    budgets = Budget.objects.visible_to(request.user).select_related("program__vendor", "program__terms", "year")
    return get_object_or_404(budgets, pk=pk)


def own_budget(request: HttpRequest, pk: int) -> Budget:
    """A budget whose money the person moves; 403 if it is only seen."""
    found = visible_budget(request, pk)
    if not request.user.has_perm("funds.fund_budget", found):
        raise PermissionDenied
    return found


def budget_add(request: HttpRequest, pk: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user).select_related("vendor"), pk=pk)
    if not request.user.has_perm("funds.add_budget", program):
        raise PermissionDenied
    form = BudgetForm(data_of(request), instance=proposed(program, request.GET.get("year", "")))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_budget(budget=form.save(commit=False), by=request.user, now=timezone.now())
        except FundsRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, f"The budget {made.name} is open. Put money into it, then grant partners their shares."
            )
            return redirect("funds:budget", made.pk)
    return render(request, "funds/budget_add.html", {"form": form, "program": program})


def proposed(program: Program, year: str) -> Budget:
    """A new budget as it probably is: in the year that the address names, or else in the latest, for the days of both."""
    years = {str(found.pk): found for found in Year.objects.for_program(program)}
    chosen = years.get(year) or next(iter(years.values()), None)
    first, last = program.starts_on, program.ends_on
    if chosen and chosen.starts_on <= last and chosen.ends_on >= first:
        return Budget(
            program=program, year=chosen, starts_on=max(first, chosen.starts_on), ends_on=min(last, chosen.ends_on)
        )
    return Budget(program=program, starts_on=first, ends_on=last)


def framed(request: HttpRequest, found: Budget) -> dict:
    """What both tabs of a budget's page show."""
    program = found.program
    may_manage = request.user.has_perm("funds.fund_budget", found) and not found.closed_at
    return {
        "budget": found,
        "program": program,
        "segments": segments_of_budget(found),
        "granted_in_words": f"{found.allocated * 100 // found.funded if found.funded else 0}% of the budget is granted",
        "lapsed": found.allocations.aggregate(sum=Sum("lapsed", default=0))["sum"],
        "plans": Proposal.objects.open().filter(program=program).count() if may_manage else 0,
        "may_manage": may_manage,
        "earns": any(rule.percent for rule in rules_of(program)),
        "is_granting": program.status == ProgramStatus.PUBLISHED and not found.closed_at,
    }


@require_safe
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = visible_budget(request, pk)
    funds = with_order(found.allocations.with_terms().with_steps(days_at(now)))
    narrowed = BudgetAllocationFilter(request.GET, queryset=funds)
    sort = chosen_sort(request, SORTS, "partner")
    chosen = in_order(narrowed.qs, sort, SORTS)
    if kind := wanted_file(request):
        return exported(chosen, kind, now)
    page = page_of(request, chosen)
    context = {
        **framed(request, found),
        "page_obj": page,
        "rows": rows_of(page, now),
        "filter": narrowed,
        "ordering": sort,
    }
    return render(request, "funds/budget.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_budget(request, pk)
    movements = found.movements.select_related("actor", "allocation__partner").order_by("-posted_at", "-id")
    narrowed = MovementFilter(request.GET, queryset=movements)
    if kind := wanted_file(request):
        return exported_movements(narrowed.qs, kind, found.program.currency)
    page = page_of(request, narrowed.qs)
    other_side = counterparts(page)
    for movement in page:
        movement.other_side = other_side.get(movement.pk)
    context = {**framed(request, found), "page_obj": page, "filter": narrowed}
    return render(request, "funds/history.html", context)


ENDS = {"out": "in", "in": "out"}


def counterparts(movements: Iterable[Movement]) -> dict[int, Budget]:
    """Of money that came from, or went to, another budget of the vendor: that budget, by the movement's id; one query."""
    keys = {}
    for movement in movements:
        start, _, end = movement.key.rpartition(":")
        if ":move:" in start and end in ENDS:
            keys[f"{start}:{ENDS[end]}"] = movement.pk
    others = Movement.objects.filter(key__in=keys).select_related("budget__program")
    return {keys[other.key]: other.budget for other in others}


def exported_movements(movements: QuerySet[Movement], kind: str, currency: str) -> HttpResponse:
    columns = ["At (UTC)", "What", "From", "To", "Currency", "Amount", "Partner", "Fund", "Reference", "Who", "Reason"]

    def row(m: Movement) -> list:
        fund = m.allocation
        of_fund = [fund.partner.name, fund.name, fund.reference] if fund else ["", "", ""]
        moved = [m.get_source_display(), m.get_target_display(), currency, major(m.amount, currency)]
        return [m.posted_at, m.get_act_display(), *moved, *of_fund, m.actor or "Windfall", m.reason]

    return table_response(name="movements", columns=columns, rows=(row(m) for m in movements), kind=kind)


def fund(request: HttpRequest, pk: int) -> HttpResponse:
    return money_moved(request, own_budget(request, pk), "funds/fund.html", actions.fund, "{amount} is in the budget.")


def defund(request: HttpRequest, pk: int) -> HttpResponse:
    return money_moved(
        request, own_budget(request, pk), "funds/defund.html", actions.defund, "{amount} is out of the budget."
    )


def left_in(found: Budget) -> str:
    found.refresh_from_db(fields=["funded", "unallocated"])
    return f"{show(found.unallocated, found.program.currency)} of this budget is not granted yet."


def money_moved(request: HttpRequest, found: Budget, template: str, act, done: str) -> HttpResponse:
    """GET shows the form, POST moves the money between the vendor's purse and the budget."""
    currency = found.program.currency
    # A page that misses an amount leads here with it, and is gone back to.
    form = MoneyForm(data_of(request), currency=currency, initial={"amount": request.GET.get("amount", "")[:40]})
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]

        def move() -> bool:
            key, reason = str(form.cleaned_data["key"]), form.cleaned_data["reason"]
            return act(budget=found, amount=amount, key=key, by=request.user, reason=reason)

        words = done.format(amount=show(amount, currency))
        if posted(request, form, move, left=lambda: left_in(found), done=words, year_of=found):
            waiting = request.GET.get("upload", "")
            if waiting.isdecimal() and found.sales_uploads.filter(pk=waiting[:15]).exists():
                return redirect("funds:sales_upload", int(waiting[:15]))
            return redirect("funds:budget", found.pk)
    return render(request, template, {"form": form, "budget": found, "program": found.program})


def held_back(found: Budget) -> list[tuple[str, int]]:
    """What keeps a period open: the name of the balance and its amount."""
    sums = found.allocations.aggregate(**{bucket.value: Sum(bucket.value, default=0) for bucket in MOVING})
    amounts = [("Not granted", found.unallocated), *((b.label, int(sums[b.value])) for b in MOVING)]
    return [(label, amount) for label, amount in amounts if amount]


def close_period(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what closing means and what holds it back; POST closes."""
    found = own_budget(request, pk)
    if request.method == "POST":
        try:
            actions.close_period(budget=found, by=request.user, now=timezone.now())
        except (FundsRefused, LedgerError) as refusal:
            messages.error(request, str(refusal))
            return redirect("funds:close_period", pk)
        messages.success(request, "The period is closed. Nothing can be moved in it any more.")
        return redirect("funds:budget", pk)
    if found.closed_at:
        messages.info(request, "This period is closed already.")
        return redirect("funds:budget", pk)
    context = {"budget": found, "program": found.program, "held_back": held_back(found)}
    return render(request, "funds/close_period.html", context)
