"""Granting by formula: the shares are shown as those of a file are, and granted in the same way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds.forms.formulas import FormulaForm
from funds.formulas import Formula, FormulaRefused, Share, equal_shares, rows_of, shares_by_tier, shares_by_use
from funds.grant_plans import GRANTS
from funds.models import Budget
from funds.views.grants import confirmed, granting_budget, preview, salt_of, why_not
from partners.parcels import unpacked
from partners.tables import FileRefused
from programs.forms import data_of

STALE = "This preview is too old or belongs to somebody else. Look at the shares again."


def allocate_formula(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the formula; POST of it shows what it would do; POST of a preview does it, all or nothing."""
    budget = granting_budget(request, pk)
    if request.method != "POST" and (words := why_not(budget)):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    is_confirmed = "parcel" in request.POST
    data = None if is_confirmed else data_of(request)
    form = FormulaForm(data, budget=budget, today=budget.program.today(timezone.now()))
    try:
        if is_confirmed:
            rows = unpacked(request.POST["parcel"], GRANTS, salt=salt_of(request, budget))
            return confirmed(request, budget, rows, by_formula=True)
        if request.method == "POST" and form.is_valid():
            return shown(request, budget, form)
    except FileRefused:
        if is_confirmed:
            messages.error(request, STALE)
        else:
            form.add_error("who", "These are more shares than fit into one preview. Name a part of the partners.")
    except FormulaRefused as refusal:
        form.add_error(refusal.field, str(refusal))
    return render(request, "funds/allocate_formula.html", {"form": form, "budget": budget, "program": budget.program})


def shares_of(form: FormulaForm) -> list[Share]:
    asked = form.cleaned_data
    if asked["formula"] == Formula.USE:
        return shares_by_use(asked["amount"], asked["named"], asked["earlier"], asked["least"] or 0)
    if asked["formula"] == Formula.TIER:
        return shares_by_tier(asked["amount"], asked["named"], form.weights, form.program.vendor_id)
    return equal_shares(asked["amount"], asked["named"])


def shown(request: HttpRequest, budget: Budget, form: FormulaForm) -> HttpResponse:
    """The shares, as a file's rows are shown, above the form that they come from."""
    asked, shares = form.cleaned_data, shares_of(form)
    rows = rows_of(
        shares,
        budget=budget,
        key=str(asked["key"]),
        name=asked["name"],
        expires_on=asked["expires_on"],
        claim_by=asked["claim_by"],
    )
    about = {"form": form, "again": True, "left_out": [share.partner for share in shares if not share.amount]}
    return preview(request, budget, rows, by_formula=True, about=about)
