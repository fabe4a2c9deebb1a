"""Granting partners their shares of a budget: one by one, or from a file that is shown before anything is done."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import actions
from funds.actions import FundsRefused, ReferenceTaken
from funds.forms import GrantForm
from funds.formulas import LETTERS
from funds.grant_plans import GRANTS, Status, plan
from funds.grants import over_with, usual_last_day
from funds.ledger import InsufficientFunds, LedgerError
from funds.models import Budget
from funds.views.budgets import visible_budget
from partners.exports import table_response
from partners.parcels import packed, unpacked
from partners.tables import FileRefused, Row, read
from programs.forms import TableFileForm, data_of
from programs.money import digits, plain, show
from programs.states import ProgramStatus

SALT = "funds.grant-file"
# Enough to see what is wrong with a file; a later upload shows the rest.
FAULTS_SHOWN = 200


def granting_budget(request: HttpRequest, pk: int) -> Budget:
    """A budget that the person grants from; 403 if it is only seen."""
    budget = visible_budget(request, pk)
    if not request.user.has_perm("funds.allocate", budget):
        raise PermissionDenied
    return budget


def why_not(budget: Budget) -> str:
    """Why this budget grants nothing now; empty when it does."""
    if budget.closed_at:
        return "The period of this budget is closed: nothing can be granted from it any more."
    if budget.program.status == ProgramStatus.DRAFT:
        return "Publish the program first: partners can use only what they can read the terms of."
    if budget.program.status == ProgramStatus.CLOSED:
        return "This program is closed: it grants no new money. Reopen it first."
    return over_with(budget.program, budget, budget.program.today(timezone.now()))


def fresh_reference(budget: Budget) -> str:
    """A reference that no grant has yet: who reads it to somebody else can tell the letters apart."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(6))
    return f"{budget.program.vendor.slug[:3].upper()}-{letters}"


def allocate(request: HttpRequest, pk: int) -> HttpResponse:
    budget = granting_budget(request, pk)
    program = budget.program
    if request.method != "POST" and (words := why_not(budget)):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    today = program.today(timezone.now())
    form = GrantForm(
        data_of(request),
        initial={
            "name": program.name,
            "reference": fresh_reference(budget),
            "partner": request.GET.get("partner", "")[:120],
        },
        budget=budget,
        today=today,
    )
    if request.method == "POST" and form.is_valid() and granted(request, budget, form):
        return redirect("funds:budget", pk)
    return render(request, "funds/allocate.html", {"form": form, "budget": budget, "program": program})


def granted(request: HttpRequest, budget: Budget, form: GrantForm) -> bool:
    """True if the grant stands; otherwise the form has the reason."""
    grant = form.grant()
    currency = budget.program.currency
    try:
        made = actions.allocate(budget=budget, grants=[grant], by=request.user, at=timezone.now())
    except InsufficientFunds:
        budget.refresh_from_db(fields=["funded", "unallocated"])
        left = show(budget.unallocated, currency)
        form.add_error("amount", f"That is more than there is. {left} of this budget is not granted yet.")
    except ReferenceTaken:
        form.add_error("reference", "This reference was granted before, to another partner or with another amount.")
    except (FundsRefused, LedgerError) as refusal:
        form.add_error(None, str(refusal))
    else:
        what = f"{show(grant.amount, currency)} to {grant.partner.name}"
        if made:
            messages.success(request, f"You granted {what}.")
        else:
            messages.info(
                request, f"You granted {what} before, under this reference: nothing was granted a second time."
            )
        return True
    return False


def salt_of(request: HttpRequest, budget: Budget) -> str:
    """What a preview belongs to: this person's, of this budget."""
    return f"{SALT}:{budget.pk}:{request.user.pk}"


def allocate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the file; POST of a file shows what it would do; POST of a preview does it, all or nothing."""
    budget = granting_budget(request, pk)
    if request.method != "POST" and (words := why_not(budget)):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    is_confirmed = "parcel" in request.POST
    form = TableFileForm(request.POST, request.FILES) if request.method == "POST" else TableFileForm()
    try:
        if is_confirmed:
            return confirmed(request, budget, unpacked(request.POST["parcel"], GRANTS, salt=salt_of(request, budget)))
        if request.method == "POST" and form.is_valid():
            return preview(request, budget, read(form.cleaned_data["file"].read(), GRANTS))
    except FileRefused as refusal:
        if is_confirmed:
            form = TableFileForm()
            messages.error(request, str(refusal))
        else:
            form.add_error("file", str(refusal))
    last = usual_last_day(budget.program, budget, budget.program.today(timezone.now()))
    context = {"form": form, "budget": budget, "program": budget.program, "last": last, "columns": GRANTS.columns}
    return render(request, "funds/allocate_file.html", context)


def preview(
    request: HttpRequest,
    budget: Budget,
    rows: list[Row],
    refusal: str = "",
    *,
    by_formula: bool = False,
    about: dict | None = None,
) -> HttpResponse:
    """What these rows would do. `about` is what else the page of a formula shows: its form, and what its shares follow from."""
    planned = plan(rows, budget=budget, today=budget.program.today(timezone.now()))
    blocked = why_not(budget)
    parcel = packed(rows, GRANTS, salt=salt_of(request, budget)) if planned.is_ready and not blocked else ""
    new, standing, wrong = (planned.of(status) for status in (Status.NEW, Status.STANDING, Status.ERROR))
    faults = planned.faults
    context = {
        "budget": budget,
        "program": budget.program,
        "plan": planned,
        "rows": [*new, *standing],
        "faults": faults[:FAULTS_SHOWN],
        "wrong": wrong[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "counts": {"new": len(new), "standing": len(standing), "wrong": len(wrong)},
        "totals": {"new": planned.total(Status.NEW), "standing": planned.total(Status.STANDING)},
        "short": max(0, -planned.left),
        "parcel": parcel,
        "refusal": refusal or blocked,
        "form": TableFileForm(),
        **(about or {}),
    }
    template = "funds/formula_preview.html" if by_formula else "funds/allocate_preview.html"
    return render(request, template, context)


def confirmed(request: HttpRequest, budget: Budget, rows: list[Row], *, by_formula: bool = False) -> HttpResponse:
    """Grant all rows, or show the preview again with what changed since. The action checks everything again, under lock."""
    now = timezone.now()
    planned = plan(rows, budget=budget, today=budget.program.today(now))
    if planned.of(Status.ERROR) or planned.left < 0:
        words = "Something changed since you looked: nothing was granted. Look again."
        return preview(request, budget, rows, words, by_formula=by_formula)
    try:
        made = actions.allocate(budget=budget, grants=planned.grants, by=request.user, at=now)
    except (FundsRefused, LedgerError) as refusal:
        budget.refresh_from_db(fields=["funded", "unallocated"])
        return preview(request, budget, rows, f"Nothing was granted. {refusal}", by_formula=by_formula)
    if made:
        total = show(planned.total(Status.NEW), budget.program.currency)
        partners = len({allocation.partner_id for allocation in made})
        messages.success(
            request,
            f"You granted {total} in {len(made)} fund{'s' if len(made) > 1 else ''} to {partners} "
            f"partner{'s' if partners > 1 else ''}.",
        )
    else:
        messages.info(request, "All of this was granted before: nothing was granted a second time.")
    return redirect("funds:budget", budget.pk)


@require_safe
def allocate_template(request: HttpRequest, pk: int) -> HttpResponse:
    """A file to fill in: the columns, and one row as an example."""
    budget = granting_budget(request, pk)
    program = budget.program
    amount = plain(1_000 * 10 ** digits(program.currency), program.currency)
    last = usual_last_day(program, budget, program.today(timezone.now()))
    example = ["a partner's name or short name", amount, fresh_reference(budget), program.name, last, ""]
    return table_response(name=f"grants {budget.name}", columns=GRANTS.columns, rows=[example], kind="csv")
