"""SPIFFs from a file: a look at what it would enter, then all of it or nothing."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds.tables import read
from partners.exports import table_response
from partners.models import Company
from partners.parcels import packed, unpacked
from partners.tables import FileRefused, Row
from plans.actions import spiffs
from plans.actions.sellers import SalesRefused
from plans.spiff_files import ASKED, SPIFFS, Plan, plan
from plans.views.mine import partner_of
from plans.views.targets import today_of
from programs.forms import TableFileForm

SHOWN = 200


file_form = partial(TableFileForm, workbooks=True)


def salt_of(request: HttpRequest, partner: Company) -> str:
    return f"plans.spiffs-file:{request.user.pk}:{partner.pk}"


def planned_of(request: HttpRequest, partner: Company, rows: list[Row]) -> Plan:
    return plan(rows, partner, request.user, today_of(partner))


def from_file(request: HttpRequest) -> HttpResponse:
    """GET asks for the file; POST of a file shows what it would do; POST of a preview does it, all or nothing."""
    partner = partner_of(request, "plans.set_targets")
    is_confirmed = "parcel" in request.POST
    form = file_form(request.POST, request.FILES) if request.method == "POST" else file_form()
    try:
        if is_confirmed:
            rows = unpacked(request.POST["parcel"], SPIFFS, salt=salt_of(request, partner))
            return confirmed(request, partner, rows)
        if request.method == "POST" and form.is_valid():
            return preview(request, partner, read(form.cleaned_data["file"].read(), SPIFFS))
    except FileRefused as refusal:
        if is_confirmed:
            form = file_form()
            messages.error(request, str(refusal))
        else:
            form.add_error("file", str(refusal))
    return render(request, "plans/spiffs/file.html", {"form": form}, status=400 if form.errors else 200)


def preview(request: HttpRequest, partner: Company, rows: list[Row], refusal: str = "") -> HttpResponse:
    planned = planned_of(request, partner, rows)
    faults, right = planned.faults, [found for found in planned.rows if not found.errors]
    context = {
        "refusal": refusal,
        "new": len(planned.new),
        "wrong": len(planned.rows) - len(right),
        "rows": right[:SHOWN],
        "more_rows": max(0, len(right) - SHOWN),
        "faults": faults[:SHOWN],
        "more_faults": max(0, len(faults) - SHOWN),
        "parcel": packed(rows, SPIFFS, salt=salt_of(request, partner)) if planned.is_ready else "",
        "form": file_form(),
    }
    return render(request, "plans/spiffs/preview.html", context)


def confirmed(request: HttpRequest, partner: Company, rows: list[Row]) -> HttpResponse:
    """Do what the rows say, or show them again with what changed since."""
    planned = planned_of(request, partner, rows)
    if planned.faults:
        return preview(request, partner, rows, "Something changed since you looked: nothing was done. Look again.")
    try:
        made = spiffs.enter(partner=partner, new=planned.new, by=request.user, now=timezone.now())
    except SalesRefused as refusal:
        return preview(request, partner, rows, str(refusal))
    messages.success(request, f"{len(made)} SPIFF{' is' if len(made) == 1 else 's are'} entered.")
    return redirect("plans:spiffs")


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in: the columns, and one row as an example."""
    today = today_of(partner_of(request, "plans.set_targets"))
    example = ["Sam Seller", "Northgate Cloud", "Partner SPIFF", "PO-4711", today, "250.00", ""]
    return table_response(name="spiffs", columns=ASKED, rows=[example], kind="csv")
