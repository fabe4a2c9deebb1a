"""A budget's place: the year that it stands in, and money moved from it to another budget."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds import actions
from funds.actions import FundsRefused
from funds.forms.years import MoveMoneyForm, PutInYearForm, beside
from funds.ledger import YearFull
from funds.posting import posted, room_in
from funds.views.budgets import left_in, own_budget
from programs.forms import data_of
from programs.money import show


def put_in_year(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks which year the budget stands in; POST puts it there, with all that it holds."""
    found = own_budget(request, pk)
    if request.method != "POST" and found.closed_at:
        messages.info(request, "Its period is closed: it stays where it is.")
        return redirect("funds:budget", pk)
    form = PutInYearForm(data_of(request), budget=found)
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        try:
            made = actions.put_in_year(budget=found, year=year, by=request.user, now=timezone.now())
        except FundsRefused as refusal:
            form.add_error("year", str(refusal))
        except YearFull:
            holds = show(found.funded, found.program.currency)
            form.add_error("year", f"It holds {holds}, and that is too much. {room_in(year)}")
        else:
            where = f"in {year.name}" if year else "in no year"
            messages.success(request, f"It stands {where} now." if made else f"Nothing was changed: it stands {where}.")
            return redirect("funds:budget", pk)
    return render(request, "funds/put_in_year.html", {"form": form, "budget": found, "program": found.program})


def move_money(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks how much goes where; POST moves it. A repeated click moves it once."""
    found = own_budget(request, pk)
    form = MoveMoneyForm(data_of(request), budget=found)
    if request.method == "POST" and form.is_valid():
        target, amount = form.cleaned_data["target"], form.cleaned_data["amount"]

        def act() -> bool:
            return actions.move_money(
                source=found,
                target=target,
                amount=amount,
                key=str(form.cleaned_data["key"]),
                by=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )

        done = f"{show(amount, found.program.currency)} is in {target} now."
        if posted(request, form, act, left=lambda: left_in(found), done=done, year_of=target):
            return redirect("funds:budget", pk)
    context = {"form": form, "budget": found, "program": found.program, "nowhere": not beside(found).exists()}
    return render(request, "funds/move_money.html", context)
