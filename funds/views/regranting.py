"""Money for others: moved from one partner's fund to another's, or taken back where it lapsed and granted to ready plans."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds import actions
from funds.ask_forms import RegrantForm, TransferForm, box
from funds.asks import ExtensionRequest, Proposal
from funds.forms import SUGGESTED
from funds.grants import Grant, too_late, usual_claim_by, usual_last_day
from funds.ledger import InsufficientFunds, LedgerError
from funds.models import Allocation, Budget
from funds.posting import posted
from funds.views.allocations import visible_fund
from funds.views.grants import granting_budget, why_not
from programs.forms import data_of
from programs.money import plain, show

# Enough to choose from at once; what is taken back and granted makes room for the rest.
FUNDS_SHOWN, PLANS_SHOWN = 100, 50


def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form, POST moves the money; a repeated click moves it once."""
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.manage_allocation", fund):
        raise PermissionDenied
    now = timezone.now()
    today = fund.today(now)
    others = Allocation.objects.with_terms().filter(budget=fund.budget, expires_on__gte=today)
    others = list(others.exclude(partner=fund.partner).order_by("partner__name", "pk")[:SUGGESTED])
    last = usual_last_day(fund.program, fund.budget, today)
    form = TransferForm(data_of(request), fund=fund, funds=others, initial={"expires_on": last})
    if request.method == "POST" and form.is_valid():
        amount, partner, key = form.cleaned_data["amount"], form.cleaned_data["partner"], str(form.cleaned_data["key"])
        to = form.cleaned_data.get("fund") or new_fund(fund, form, key)

        def act() -> bool:
            return actions.transfer(
                allocation=fund,
                amount=amount,
                to=to,
                key=key,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )

        def left() -> str:
            fund.refresh_from_db(fields=["available"])
            return f"{fund.partner.name} has {show(fund.available, fund.currency)} available in this fund."

        done = f"You moved {show(amount, fund.currency)} from {fund.partner.name} to {partner.name}."
        if posted(request, form, act, left=left, done=done):
            return redirect("funds:allocation", pk)
    return render(request, "funds/plans/transfer.html", {"form": form, "fund": fund})


def new_fund(fund: Allocation, form: TransferForm, key: str) -> Grant:
    """The other partner's new fund. Its reference follows from the form's token, so that a repeated click makes no second one."""
    program, last = fund.program, form.cleaned_data["expires_on"]
    reference = f"{program.vendor.slug[:3].upper()}-{key[:8].upper()}"
    partner, amount = form.cleaned_data["partner"], form.cleaned_data["amount"]
    return Grant(partner, amount, program.name, reference, last, usual_claim_by(program, last))


def regrant(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows lapsed money beside the plans; POST of a choice shows what it would do; POST of that (`confirm`) does it."""
    budget = granting_budget(request, pk)
    if request.method != "POST" and (words := why_not(budget)):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    today = budget.program.today(timezone.now())
    lapsed = lapsed_funds(budget)
    plans = open_plans(budget, today)
    start = first_choice(budget, lapsed, [row for row in plans if not row["late"]], request.GET.get("plan"))
    form = RegrantForm(
        data_of(request), lapsed=lapsed, plans=[row["plan"] for row in plans], budget=budget, initial=start
    )
    if request.method == "POST":
        if "confirm" in request.POST and was_done(request, budget, form):
            return redirect("funds:budget", pk)
        if form.is_valid() and "change" not in request.POST:
            return render(request, "funds/plans/preview.html", previewed(budget, form))
    chosen = set(form["fund"].value() or ())
    context = {
        "form": form,
        "budget": budget,
        "program": budget.program,
        "today": today,
        "funds": [{"fund": fund, "box": box(fund), "chosen": box(fund) in chosen} for fund in lapsed],
        "plans": [row | {"field": form[f"plan-{row['plan'].pk}"]} for row in plans],
        "last": usual_last_day(budget.program, budget, today),
        **not_shown(budget, len(lapsed), len(plans)),
    }
    return render(request, "funds/plans/regrant.html", context)


def lapsed_funds(budget: Budget) -> list[Allocation]:
    """Those of the budget that hold lapsed money, most first. `is_asked`: the partner has asked for more time instead."""
    funds = list(budget.allocations.with_terms().filter(lapsed__gt=0).order_by("-lapsed", "pk")[:FUNDS_SHOWN])
    asked = set(ExtensionRequest.objects.open().filter(allocation__in=funds).values_list("allocation", flat=True))
    for fund in funds:
        fund.is_asked = fund.pk in asked
    return funds


def not_shown(budget: Budget, funds: int, plans: int) -> dict:
    """All that lapsed (minor units) and with how many funds, and how much of either list waits for its turn."""
    lapsed = budget.allocations.filter(lapsed__gt=0).aggregate(total=Sum("lapsed", default=0), count=Count("pk"))
    waiting = Proposal.objects.open().filter(program=budget.program).count()
    return {
        "total": lapsed["total"],
        "count": lapsed["count"],
        "more_funds": lapsed["count"] - funds,
        "more_plans": waiting - plans,
    }


def open_plans(budget: Budget, today: date) -> list[dict]:
    """The program's open plans: those that would work in time first, and of them the one that can start first."""
    last = usual_last_day(budget.program, budget, today)
    plans = Proposal.objects.open().filter(program=budget.program).with_program().soonest()[:PLANS_SHOWN]
    rows = [{"plan": plan, "late": too_late(plan, last, today), "in_time": plan.can_start(today)} for plan in plans]
    return sorted(rows, key=lambda row: (bool(row["late"]), not row["in_time"]))


def first_choice(budget: Budget, lapsed: list[Allocation], plans: list[dict], wanted: str | None) -> dict:
    """All lapsed money that nobody asks for, and as much of it as there is for the plans in their order; or for one of them."""
    taken = [fund for fund in lapsed if not fund.is_asked]
    there = budget.unallocated + sum(fund.lapsed for fund in taken)
    start = {"fund": [box(fund) for fund in taken]}
    for plan in (row["plan"] for row in plans):
        if wanted in (None, "", str(plan.pk)) and there > 0:
            amount = min(plan.amount, there)
            start[f"plan-{plan.pk}"] = plain(amount, plan.currency)
            there -= amount
    return start


def previewed(budget: Budget, form: RegrantForm) -> dict:
    taken, shares = form.taken, form.shares
    hidden = [(name, value) for name in form.data if name in form.fields for value in form.data.getlist(name)]
    return {
        "budget": budget,
        "program": budget.program,
        "hidden": hidden,
        "funds": [fund for fund in form.lapsed if fund.pk in taken],
        "shares": [(plan, shares[plan.pk]) for plan in form.plans if plan.pk in shares],
        "taken": sum(taken.values()),
        "given": sum(shares.values()),
        "left": form.left,
        "last": usual_last_day(budget.program, budget, budget.program.today(timezone.now())),
    }


def was_done(request: HttpRequest, budget: Budget, form: RegrantForm) -> bool:
    """True if it stands done, now or before; otherwise the form has the reason."""
    if actions.regranting.was_regranted(budget, form["key"].value()):
        messages.info(request, "You sent this twice. It was done once: nothing was moved a second time.")
        return True
    if not form.is_valid():
        return False
    taken, shares = form.taken, form.shares
    try:
        actions.regrant(
            budget=budget,
            taken=taken,
            shares=shares,
            key=str(form.cleaned_data["key"]),
            by=request.user,
            at=timezone.now(),
        )
    except InsufficientFunds:
        budget.refresh_from_db(fields=["funded", "unallocated"])
        form.add_error(None, f"That is more than there is: {show(budget.unallocated, budget.program.currency)} now.")
    except (actions.FundsRefused, LedgerError) as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, said(budget, taken, shares))
        return True
    return False


def said(budget: Budget, taken: dict[int, int], shares: dict[int, int]) -> str:
    currency, words = budget.program.currency, []
    if taken:
        words.append(f"{show(sum(taken.values()), currency)} that had lapsed is back in the budget.")
    if shares:
        plans = "1 plan has" if len(shares) == 1 else f"{len(shares)} plans have"
        words.append(f"{plans} {show(sum(shares.values()), currency)} now: the partners see their new funds.")
    return " ".join(words)
