"""Sales that partners earn by: sent as a file, looked at, posted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import actions
from funds.accrual_plans import short_of
from funds.actions import FundsRefused
from funds.actions.accruing import progress_of, why_not
from funds.forms import SalesFileForm
from funds.meters import Segment
from funds.models import Budget, SalesEffect, SalesUpload
from funds.sales import rules_of
from funds.sales_files import SALES
from funds.sales_filters import EFFECT_SORTS, UPLOAD_SORTS, SalesEffectFilter, SalesUploadFilter
from funds.sales_states import BUSY, UploadStatus
from funds.tasks import begin
from funds.views.budgets import visible_budget
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.tables import FileRefused
from programs.money import digits, major

FAULTS_SHOWN = 100
TONES = {
    UploadStatus.RECEIVED: "wait",
    UploadStatus.READING: "wait",
    UploadStatus.CHECKED: "risk",
    UploadStatus.WRONG: "lost",
    UploadStatus.POSTING: "wait",
    UploadStatus.POSTED: "ok",
    UploadStatus.REFUSED: "lost",
    UploadStatus.DROPPED: "idle",
}


def accruing_budget(request: HttpRequest, pk: int) -> Budget:
    """A budget to which the person uploads sales; 403 if it is only seen."""
    budget = visible_budget(request, pk)
    if not request.user.has_perm("funds.accrue", budget):
        raise PermissionDenied
    return budget


def visible_upload(request: HttpRequest, pk: int) -> SalesUpload:
    return get_object_or_404(SalesUpload.objects.visible_to(request.user).with_budget(), pk=pk)


def own_upload(request: HttpRequest, pk: int) -> SalesUpload:
    found = visible_upload(request, pk)
    if not request.user.has_perm("funds.accrue", found.budget):
        raise PermissionDenied
    return found


@require_safe
def uploads(request: HttpRequest, pk: int) -> HttpResponse:
    budget = visible_budget(request, pk)
    listed = budget.sales_uploads.select_related("by").annotate(
        granted=Sum("effects__moved", filter=Q(effects__moved__gt=0), default=0)
    )
    narrowed = SalesUploadFilter(request.GET, queryset=listed)
    sort = chosen_sort(request, UPLOAD_SORTS, "-sent")
    found = in_order(narrowed.qs, sort, UPLOAD_SORTS)
    if kind := wanted_file(request):
        return exported_uploads(found, kind, budget)
    page = page_of(request, found)
    context = {
        "budget": budget,
        "program": budget.program,
        "page_obj": page,
        "rows": [{"upload": one, "tone": TONES[UploadStatus(one.status)]} for one in page],
        "filter": narrowed,
        "ordering": sort,
        "may_upload": request.user.has_perm("funds.accrue", budget),
        "why_not": why_not(budget),
    }
    return render(request, "funds/sales/uploads.html", context)


def exported_uploads(found: QuerySet[SalesUpload], kind: str, budget: Budget) -> HttpResponse:
    columns = ["File", "Sent (UTC)", "By", "Status", "Lines", "Wrong", "Posted before", "Currency", "Sold", "Granted"]
    currency = budget.program.currency

    def row(one: SalesUpload) -> list:
        amounts = [major(amount, currency) for amount in (one.sold, int(one.granted))]
        counts = [one.lines, one.wrong, one.standing]
        return [one.name, one.created_at, one.by, one.get_status_display(), *counts, currency, *amounts]

    return table_response(name=f"sales {budget.name}", columns=columns, rows=(row(one) for one in found), kind=kind)


def upload_sales(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the file, POST takes it; what is in it stands on the upload's own page."""
    budget = accruing_budget(request, pk)
    form = SalesFileForm(request.POST, request.FILES) if request.method == "POST" else SalesFileForm()
    if request.method != "POST" and (words := why_not(budget)):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.receive(budget=budget, file=form.cleaned_data["file"], by=request.user, now=timezone.now())
        except (FundsRefused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            begin(made)
            return redirect("funds:sales_upload", made.pk)
    today = budget.program.today(timezone.now())
    context = {"form": form, "budget": budget, "program": budget.program, "rule": rule_now(budget), "today": today}
    return render(request, "funds/sales/new.html", context)


def rule_now(budget: Budget):
    """The newest rule by which partners earn, for the page to say."""
    return next((rule for rule in reversed(rules_of(budget.program)) if rule.percent), None)


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A file to fill in: the columns, a sale and a return as examples."""
    budget = accruing_budget(request, pk)
    currency = budget.program.currency
    amount = major(1_250 * 10 ** digits(currency), currency)
    rows = [
        ["a partner's name or short name", "INV-1001-1", budget.program.starts_on, amount, currency],
        ["a partner's name or short name", "INV-1001-1-RETURN", budget.program.starts_on, -amount, currency],
    ]
    return table_response(name=f"sales {budget.name}", columns=SALES.columns, rows=rows, kind="csv")


@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of an upload, from its arrival on. Where Windfall is at work it asks again by itself, until that is done."""
    found = visible_upload(request, pk)
    if request.htmx and found.status not in BUSY:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    narrowed = SalesEffectFilter(request.GET, queryset=found.effects.select_related("partner"))
    sort = chosen_sort(request, EFFECT_SORTS, "partner")
    effects = in_order(narrowed.qs, sort, EFFECT_SORTS)
    if kind := wanted_file(request):
        return exported_effects(effects, kind, found)
    may_post = request.user.has_perm("funds.accrue", found.budget)
    faults = list(found.faults.all()[:FAULTS_SHOWN]) if found.wrong else []
    percent = progress_of(found)
    context = {
        "upload": found,
        "budget": found.budget,
        "program": found.program,
        "tone": TONES[UploadStatus(found.status)],
        "is_busy": found.status in BUSY,
        "percent": percent,
        "segments": [Segment("available", 0, percent, "read")] if percent else [],
        "page_obj": page_of(request, effects),
        "filter": narrowed,
        "ordering": sort,
        "totals": totals(found),
        "short": shortage(found) if found.status == UploadStatus.CHECKED else [],
        "faults": faults,
        "more_faults": max(0, found.wrong - len({fault.line for fault in faults})),
        "may_post": may_post,
        "blocked": why_not(found.budget) if may_post and found.status == UploadStatus.CHECKED else "",
    }
    return render(request, "funds/sales/upload.html", context)


def totals(found: SalesUpload) -> dict:
    """Of all the upload's effects: what goes in and comes back, to how many, and what is too late."""
    sums = found.effects.aggregate(
        granted=Sum("moved", filter=Q(moved__gt=0), default=0),
        taken_back=-Sum("moved", filter=Q(moved__lt=0), default=0),
        too_late=Sum("late", filter=Q(lines__gt=0), default=0),
        partners=Count("partner", distinct=True),
        gaining=Count("partner", distinct=True, filter=Q(moved__gt=0)),
    )
    return {name: int(value) for name, value in sums.items()}


def shortage(found: SalesUpload) -> list:
    """Budgets that hold too little for what the check foresaw. A period's fund may be of another budget than the upload's."""
    rows = found.effects.exclude(moved=0).values_list("partner_id", "starts_on", "moved")
    budgets = {
        (partner, starts_on): budget
        for partner, starts_on, budget in found.program.accruals.filter(
            allocation__isnull=False, partner__in=found.effects.values("partner")
        ).values_list("partner_id", "starts_on", "allocation__budget_id")
    }
    return short_of((budgets.get((partner, day), found.budget_id), amount) for partner, day, amount in rows)


def exported_effects(effects: QuerySet[SalesEffect], kind: str, found: SalesUpload) -> HttpResponse:
    columns = [
        "Partner",
        "Period from",
        "Until",
        "Lines",
        "Currency",
        "Sold by this file",
        "Sold in all",
        "Earned in all",
    ]
    columns += ["Into the fund", "Too late", "Owed afterwards"]
    currency = found.program.currency

    def row(one: SalesEffect) -> list:
        amounts = (one.added, one.sold, one.earned, one.moved, one.late, one.owed)
        shown = [major(amount, currency) for amount in amounts]
        return [one.partner.name, one.starts_on, one.ends_on, one.lines, currency, *shown]

    return table_response(name=f"sales {found.pk}", columns=columns, rows=(row(one) for one in effects), kind=kind)


@require_safe
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with the file, line by line, to take away."""
    found = visible_upload(request, pk)
    rows = ([fault.line, fault.column, fault.text, fault.words] for fault in found.faults.all())
    columns = ["Line", "Column", "What stands there", "What is wrong"]
    return table_response(name=f"faults {found.name}", columns=columns, rows=rows, kind=wanted_file(request) or "csv")


@require_POST
def post(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return acted(request, pk, lambda found: actions.confirm(upload=found, by=request.user, now=now))


@require_POST
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    return acted(request, pk, lambda found: actions.recheck(upload=found, by=request.user))


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_upload(request, pk)
    try:
        actions.drop_upload(upload=found, by=request.user, now=timezone.now())
    except FundsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("funds:sales_upload", pk)
    messages.success(request, f"{found.name} is dropped: nothing of it was posted.")
    return redirect("funds:sales_uploads", found.budget_id)


def acted(request: HttpRequest, pk: int, act: Callable[[SalesUpload], SalesUpload]) -> HttpResponse:
    """Have Windfall go on with an upload, and show it."""
    found = own_upload(request, pk)
    try:
        begin(act(found))
    except FundsRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("funds:sales_upload", pk)
