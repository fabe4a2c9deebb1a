"""A bank's answer: the file is shown row by row before anything is recorded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from claims import actions
from claims.bank_files import SHAPE, State, plan, rows_of
from claims.views.payments import finance_only
from partners.parcels import packed, unpacked
from partners.tables import FileRefused, Row
from programs.forms import TableFileForm

FAULTS_SHOWN = 200


def salt_of(request: HttpRequest) -> str:
    return f"claims.bank-file:{request.user.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def bank_file(request: HttpRequest) -> HttpResponse:
    """GET asks for the file; POST of a file shows what it says; POST of a preview records it, all or nothing."""
    finance_only(request)
    is_confirmed = "parcel" in request.POST
    form = (
        TableFileForm(request.POST, request.FILES) if request.method == "POST" and not is_confirmed else TableFileForm()
    )
    form.fields["file"].label = "CSV or camt.054 file"
    form.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xml,text/csv,application/xml"
    status = 200
    try:
        if is_confirmed:
            return confirmed(request, unpacked(request.POST["parcel"], SHAPE, salt=salt_of(request)))
        if request.method == "POST" and form.is_valid():
            return preview(request, rows_of(form.cleaned_data["file"].read()))
        status = 400 if request.method == "POST" else 200
    except FileRefused as refusal:
        status = 400
        if is_confirmed:
            messages.error(request, str(refusal))
        else:
            form.add_error("file", str(refusal))
    context = {"form": form, "columns": SHAPE.columns}
    return render(request, "claims/payments/bank_file.html", context, status=status)


def preview(request: HttpRequest, rows: list[Row], refusal: str = "") -> HttpResponse:
    planned = plan(rows, by=request.user, now=timezone.now())
    faults = planned.faults
    new, standing, wrong = (planned.of(state) for state in (State.NEW, State.STANDING, State.ERROR))
    context = {
        "refusal": refusal,
        "rows": [*new, *standing],
        "counts": {
            "arrived": sum(1 for row in new if row.outcome and not row.outcome.failure and not row.falls_short),
            "short": sum(1 for row in new if row.falls_short),
            "failed": sum(1 for row in new if row.outcome and row.outcome.failure),
            "standing": len(standing),
            "wrong": len(wrong),
        },
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "parcel": packed(rows, SHAPE, salt=salt_of(request)) if planned.is_ready else "",
    }
    return render(request, "claims/payments/bank_preview.html", context, status=400 if wrong or refusal else 200)


def confirmed(request: HttpRequest, rows: list[Row]) -> HttpResponse:
    now = timezone.now()
    planned = plan(rows, by=request.user, now=now)
    if planned.of(State.ERROR):
        return preview(request, rows, "Something changed after you looked. Nothing was recorded.")
    try:
        done = actions.settle(answers=planned.outcomes, by=request.user, now=now)
    except actions.ClaimRefused as refusal:
        return preview(request, rows, f"{refusal} Nothing was recorded.")
    said = [f"{done['confirmed']} paid"]
    said += [f"{done['short']} of them short"] if done["short"] else []
    said += [f"{done['failed']} not executed, they wait again on hold"] if done["failed"] else []
    said += [f"{done['standing']} recorded before"] if done["standing"] else []
    messages.success(request, f"Recorded: {', '.join(said)}.")
    return redirect("claims:short_pays" if done["short"] else "claims:payments")
