"""Batches: choose what leaves together, look at it, send it, and take what the bank and the partners need."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import actions
from claims.actions.batching import payable
from claims.actions.payers import barred
from claims.bank_orders import OF_BATCH, bank_order, remittance, rows
from claims.forms.payments import BatchForm
from claims.models import Batch, Payment
from claims.payment_filters import BATCH_SORTS, BatchFilter
from claims.payment_words import with_holds, worded
from claims.states.payments import BatchStatus, Method, PaymentStatus
from claims.views.payments import COLUMNS, finance_only, row_of, visible
from partners.events import event, record
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Partner
from programs.models import Vendor
from programs.money import CURRENCIES, major, show
from programs.views.files import attachment

MOST_IN_A_BATCH = 500
P = PaymentStatus


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    finance_only(request)
    batches = Batch.objects.visible_to(request.user).select_related("vendor", "created_by")
    narrowed = BatchFilter(request.GET, queryset=batches)
    of_it = Q(payments__status__in=OF_BATCH)
    found = narrowed.qs.annotate(
        amount=Sum("payments__amount", filter=of_it),
        count=Count("payments", filter=of_it),
        left=Count("payments", filter=Q(payments__status=P.SENT)),
    )
    sort = chosen_sort(request, BATCH_SORTS, "-batch")
    found = in_order(found, sort, BATCH_SORTS)
    if kind := wanted_file(request):
        columns = ["Batch", "Vendor", "Currency", "How", "Execution", "Status", "Payments", "Amount", "Made by"]
        cells = (
            (
                b.number,
                b.vendor.name,
                b.currency,
                b.get_method_display(),
                b.execute_on,
                b.get_status_display(),
                b.count,
                major(b.amount or 0, b.currency),
                str(b.created_by),
            )
            for b in found
        )
        return table_response(name="batches", columns=columns, rows=cells, kind=kind)
    context = {"page_obj": page_of(request, found), "filter": narrowed, "ordering": sort, "page": "batches"}
    return render(request, "claims/batches/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to put into a batch of `?vendor=` in `?currency=`, paid by `?method=`."""
    finance_only(request)
    asked = request.POST if request.method == "POST" else request.GET
    vendor = Vendor.objects.on_windfall().filter(pk=number(asked.get("vendor"))).first()
    currency = asked.get("currency")
    method = asked.get("method") if asked.get("method") in Method.values else Method.BANK
    if vendor is None or currency not in CURRENCIES:
        messages.info(request, "Choose a vendor and a currency first.")
        return redirect("claims:payments")
    now = timezone.now()
    form = BatchForm(request.POST if request.method == "POST" else None, today=now.date(), initial={"method": method})
    chosen = {pk for pk in map(number, request.POST.getlist("payment")) if pk}
    status = 200
    if request.method == "POST":
        if not chosen:
            form.add_error(None, "Choose at least one payment.")
        if form.is_valid() and (made := make(request, form, vendor, currency, chosen)):
            return redirect("claims:batch", made.batch.pk)
        status = 400
    waiting = payable(vendor, currency, method).with_claim().order_by("due_on", "partner__name", "pk")
    found = list(waiting[: MOST_IN_A_BATCH + 1])
    why_not = barred(found, request.user)
    for payment in found:
        payment.why_not = why_not.get(payment.pk, "")
        payment.is_due = payment.due_on <= now.date()
        payment.is_chosen = payment.pk in chosen if request.method == "POST" else payment.is_due
    context = {
        "form": form,
        "vendor": vendor,
        "currency": currency,
        "method": method,
        "methods": Method.choices,
        "payments": found[:MOST_IN_A_BATCH],
        "more": len(found) > MOST_IN_A_BATCH,
        "due": sum(p.amount for p in found if p.is_due and not p.why_not),
    }
    return render(request, "claims/batches/new.html", context, status=status)


def number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 19 else None


def make(request: HttpRequest, form: BatchForm, vendor: Vendor, currency: str, chosen: set[int]) -> actions.Made | None:
    """The batch, with what was left out said; None where the form has the reason."""
    try:
        made = actions.make_batch(
            vendor=vendor,
            currency=currency,
            method=form.cleaned_data["method"],
            execute_on=form.cleaned_data["execute_on"],
            payment_ids=chosen,
            by=request.user,
            now=timezone.now(),
        )
    except actions.ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    total = show(sum(p.amount for p in made.payments), currency)
    count = len(made.payments)
    messages.success(request, f"{made.batch.number} holds {count} payment{'s' if count != 1 else ''}, {total}.")
    for payment, words in made.left_out:
        messages.warning(request, f"{payment.number} «{payment.claim.title}» is not in it. {words}")
    return made


def batch_of(request: HttpRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user).select_related("vendor", "account"), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    found = with_holds(rows(batch))  # type: ignore[arg-type]
    if kind := wanted_file(request):
        return table_response(name=batch.number, columns=COLUMNS, rows=(row_of(p) for p in found), kind=kind)
    return page(request, batch, found)


def page(request: HttpRequest, batch: Batch, found: QuerySet[Payment], status: int = 200) -> HttpResponse:
    sums = found.order_by().aggregate(
        amount=Sum("amount"),
        count=Count("pk"),
        arrived=Sum("received"),
        done=Count("pk", filter=~Q(status__in=(P.BATCHED, P.SENT))),
        failed=Count("pk", filter=Q(status=P.FAILED)),
    )
    per_partner = (
        found.order_by()
        .values("partner", name=F("partner__name"))
        .annotate(amount=Sum("amount"), count=Count("pk"))
        .order_by("name")
    )
    page_obj = page_of(request, found)
    for payment in page_obj:
        worded(payment)
    context = {
        "batch": batch,
        "sums": sums,
        "partners": per_partner,
        "page_obj": page_obj,
        "is_open": batch.status == BatchStatus.OPEN,
        "is_bank": batch.method == Method.BANK,
    }
    return render(request, "claims/batches/detail.html", context, status=status)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    try:
        actions.send_batch(
            batch=batch, version=number(request.POST.get("version")) or 0, by=request.user, now=timezone.now()
        )
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{batch.number} is at the bank. Record what became of it from the bank's file.")
    return redirect("claims:batch", pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    try:
        count = actions.drop_batch(batch=batch, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:batch", pk)
    messages.success(request, f"{batch.number} is dropped: {count} payment{'s' if count != 1 else ''} wait again.")
    return redirect("claims:payments")


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the payment's."""
    payment = visible(request, pk)
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied
    try:
        actions.take_out(payment=payment, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:payment", pk)
    messages.success(request, f"{payment.number} is out of the batch: it waits to be paid again.")
    return redirect("claims:batch", payment.batch_id)


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for the bank. It holds account numbers in clear, so that who took it is on record."""
    batch = batch_of(request, pk)
    try:
        content = bank_order(batch)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:batch", pk)
    record([event(verb="exported", about=batch, by=request.user, company_id=batch.vendor_id, at=timezone.now())])
    return attachment(content, f"{batch.number}.xml", "application/xml")


@require_safe
def advice(request: HttpRequest, pk: int, partner_pk: int) -> HttpResponse:
    """The remittance advice of one partner: for finance, and once it is sent for that partner."""
    found = Payment.objects.filter(batch=pk, partner=partner_pk, status__in=OF_BATCH).select_related("batch__vendor")
    payment = found.visible_to(request.user).first()
    if payment is None or not request.user.has_perm("claims.read_remittance", payment):
        raise Http404
    is_sent = payment.batch.status == BatchStatus.SENT
    if not is_sent and not request.user.has_perm("claims.see_payments"):
        raise Http404
    content = remittance(payment.batch, Partner.objects.get(pk=partner_pk), timezone.now())
    return attachment(content, f"{payment.batch.number}-remittance.pdf", "application/pdf")
