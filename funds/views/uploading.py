"""A vendor's statement as a file: uploaded, shown as it was understood beside the original, corrected, recorded."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds.actions import FundsRefused, uploading
from funds.actions.showing import Shown, gained, show
from funds.filters import StatementUploadFilter
from funds.forms.uploads import HeadingsForm, ReadingForm, StatementFileForm
from funds.ledger import LedgerError
from funds.models import StatementLayout, StatementUpload
from funds.statement_files.said import Said
from funds.views.keeping import own_partner
from funds.views.readings import facts, recorded
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.tables import FileRefused
from programs.actions import ProgramRefused
from programs.days import Clock
from programs.forms import data_of
from programs.models import KeptVendor
from programs.money import show as money
from programs.views.files import download

UPLOAD_SORTS = {"file": ("name",), "vendor": ("vendor_name",), "sent": ("created_at",), "recorded": ("recorded_at",)}
REFUSALS = (FundsRefused, ProgramRefused, LedgerError, FileRefused)


def visible_upload(request: HttpRequest, pk: int) -> StatementUpload:
    found: StatementUpload = get_object_or_404(StatementUpload.objects.visible_to(request.user).with_people(), pk=pk)
    return found


@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    partner = own_partner(request)
    listed = StatementUpload.objects.of_partner(partner).with_people()
    narrowed = StatementUploadFilter(request.GET, queryset=listed)
    sort = chosen_sort(request, UPLOAD_SORTS, "-sent")
    found = in_order(narrowed.qs, sort, UPLOAD_SORTS)
    if kind := wanted_file(request):
        return exported(found, kind)
    context = {"page_obj": page_of(request, found), "filter": narrowed, "ordering": sort, "partner": partner}
    return render(request, "funds/kept/uploads.html", context)


def exported(found: QuerySet[StatementUpload], kind: str) -> HttpResponse:
    columns = ["Vendor", "File", "Uploaded (UTC)", "By", "Statement of", "Recorded (UTC)", "Funds changed"]
    rows = ([u.vendor_name, u.name, u.created_at, u.by.name, u.stated_on, u.recorded_at, len(u.changes)] for u in found)
    return table_response(name="statements", columns=columns, rows=rows, kind=kind)


def upload_statement(request: HttpRequest) -> HttpResponse:
    """GET asks for the file and whose it is, POST takes it; what is in it stands on the upload's own page."""
    partner = own_partner(request)
    files = {"files": request.FILES} if request.method == "POST" else {}
    form = StatementFileForm(
        data_of(request), partner=partner, initial={"vendor": request.GET.get("vendor", "")[:120]}, **files
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = uploading.receive_statement(
                partner=partner, vendor_name=data["vendor"], file=data["file"], by=request.user, now=timezone.now()
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        except ProgramRefused as refusal:
            form.add_error("vendor", str(refusal))
        else:
            return redirect("funds:statement_upload", made.pk)
    return render(request, "funds/kept/upload.html", {"form": form, "partner": partner})


def statement_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of an uploaded statement. GET shows how it was read and what it changes; POST says how it is to be read."""
    now = timezone.now()
    upload = visible_upload(request, pk)
    if upload.recorded_at:
        if request.method == "POST":
            messages.error(request, uploading.RECORDED)
            return redirect("funds:statement_upload", pk)
        return render(request, "funds/kept/uploaded.html", {"upload": upload, "changes": recorded(upload)})
    try:
        shown = show(upload, now)
    except FileRefused as refusal:
        return render(request, "funds/kept/unreadable.html", {"upload": upload, "refusal": str(refusal)})
    form = form_of(request, upload, shown)
    if request.method == "POST" and form.is_valid():
        try:
            uploading.correct_statement(upload=upload, said=said_by(form, upload), by=request.user)
        except FundsRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("funds:statement_upload", pk)
    context = {"upload": upload, "shown": shown, "form": form, "vendor": shown.vendor}
    understood = shown.reading.understood
    if understood is None:
        return render(request, "funds/kept/headings.html", context)
    return render(request, "funds/kept/reading.html", context | facts(request, upload, shown, understood))


def form_of(request: HttpRequest, upload: StatementUpload, shown: Shown) -> ReadingForm | HeadingsForm:
    if shown.reading.understood is None:
        return HeadingsForm(data_of(request), reading=shown.reading)
    programs = shown.vendor.programs.order_by("pk").values_list("name", flat=True) if shown.vendor else []
    return ReadingForm(
        data_of(request),
        reading=shown.reading,
        said=upload.as_said,
        on=shown.on,
        today=Clock(timezone.now()).day_in(upload.kept_by.time_zone),
        programs=list(programs),
    )


def said_by(form: ReadingForm | HeadingsForm, upload: StatementUpload) -> Said:
    return form.said(upload.as_said) if isinstance(form, HeadingsForm) else form.said()


@require_POST
def record_upload(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    upload = visible_upload(request, pk)
    try:
        shown = uploading.record_upload(upload=upload, as_seen=request.POST.get("seen", ""), by=request.user, now=now)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("funds:statement_upload", pk)
    upload.refresh_from_db()
    if shown is not None:
        today = Clock(now).day_in(upload.kept_by.time_zone)
        messages.success(request, f"{count_words(shown)} {gain_words(gained(shown.changes, today))}")
    return redirect("funds:vendor", upload.vendor_id)


def count_words(shown: Shown) -> str:
    new, changed = len(shown.new), len(shown.changed)
    if not new and not changed:
        return "Recorded: your books stood as the statement says already."
    parts = [f"{new} new fund{'s' if new > 1 else ''}"] if new else []
    parts += [f"{changed} fund{'s' if changed > 1 else ''} changed"] if changed else []
    return f"Recorded: {' and '.join(parts)}."


def gain_words(found: dict[str, int]) -> str:
    """In one sentence, how much more can be claimed now, or less."""
    more = [money(amount, currency) for currency, amount in sorted(found.items()) if amount > 0]
    less = [money(-amount, currency) for currency, amount in sorted(found.items()) if amount < 0]
    if more and less:
        return f"{' and '.join(more)} more is yours to claim, and {' and '.join(less)} less."
    if more:
        return f"{' and '.join(more)} more is yours to claim."
    return f"{' and '.join(less)} less is left to claim than before." if less else ""


@require_POST
def drop_statement(request: HttpRequest, pk: int) -> HttpResponse:
    upload = visible_upload(request, pk)
    try:
        uploading.drop_statement(upload=upload, by=request.user, now=timezone.now())
    except FundsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("funds:statement_upload", pk)
    messages.success(request, f"{upload.name} is dropped: nothing of it was recorded.")
    return redirect("funds:vendors")


@require_safe
def statement_file(request: HttpRequest, pk: int) -> FileResponse:
    """The original, as it was uploaded."""
    upload = visible_upload(request, pk)
    return download(upload.file, name=upload.name, kind="application/octet-stream")


@require_POST
def forget_layout(request: HttpRequest, pk: int) -> HttpResponse:
    """What was remembered of a shape goes. Sent from an upload's page, that one is read anew."""
    layouts = StatementLayout.objects.visible_to(request.user).select_related("vendor")
    layout = get_object_or_404(layouts, pk=pk)
    vendor: KeptVendor = layout.vendor
    uploading.forget_layout(layout=layout, by=request.user, now=timezone.now())
    messages.success(request, f"Forgotten: the next statement of {vendor.name} with these headings is read anew.")
    named = request.POST.get("upload", "")
    waiting = StatementUpload.objects.visible_to(request.user).of_vendor(vendor).waiting()
    if named.isdecimal() and len(named) < 19 and (upload := waiting.filter(pk=int(named)).first()):
        uploading.read_anew(upload=upload, by=request.user)
        return redirect("funds:statement_upload", upload.pk)
    return redirect("funds:vendor", vendor.pk)
