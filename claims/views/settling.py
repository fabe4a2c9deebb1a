"""Short payments and reversals: the lists, and what is decided about each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import actions
from claims.forms.payments import ReversalForm, WordsForm
from claims.models import Claim, Payment, Reversal, ShortPay
from claims.payment_filters import REVERSAL_SORTS, SHORT_SORTS, ReversalFilter, ShortPayFilter
from claims.states import ClaimStatus
from claims.states.payments import BackTo
from claims.views import payments as payment_pages
from claims.views.payments import finance_only
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from programs.money import major, show


@require_safe
def short_pays(request: HttpRequest) -> HttpResponse:
    """Where less arrived than was sent, the open ones first."""
    finance_only(request)
    found = ShortPay.objects.filter(payment__in=Payment.objects.visible_to(request.user)).select_related(
        "payment__claim__allocation__budget__program", "payment__partner", "payment__vendor", "resolved_by"
    )
    narrowed = ShortPayFilter(request.GET, queryset=found)
    sort = chosen_sort(request, SHORT_SORTS, "")
    rows = in_order(narrowed.qs.order_by("resolved_at", "opened_at", "pk").reverse(), sort, SHORT_SORTS)
    if kind := wanted_file(request):
        columns = ["Payment", "Claim", "Partner", "Vendor", "Currency", "Sent", "Missing", "Status", "Reason", "Since"]
        cells = (
            (
                s.payment.number,
                s.payment.claim.number,
                s.payment.partner.name,
                s.payment.vendor.name,
                s.payment.currency,
                major(s.payment.amount, s.payment.currency),
                major(s.missing, s.payment.currency),
                s.get_status_display(),
                s.reason,
                s.opened_at,
            )
            for s in rows
        )
        return table_response(name="short-payments", columns=columns, rows=cells, kind=kind)
    context = {"page_obj": page_of(request, rows), "filter": narrowed, "ordering": sort, "page": "shorts"}
    return render(request, "claims/short_pays/index.html", context)


def short_of(request: HttpRequest, pk: int) -> ShortPay:
    found = ShortPay.objects.filter(payment__in=Payment.objects.visible_to(request.user)).select_related("payment")
    return get_object_or_404(found, pk=pk)


def resolved(request: HttpRequest, short: ShortPay, act, said: str, label: str) -> HttpResponse:
    form = WordsForm(request.POST, label=label)
    if not form.is_valid():
        return payment_pages.page(request, short.payment_id, status=400, short_words=form)
    try:
        act(short=short, **form.cleaned_data, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        # Somebody was faster: the page has no form any more that could say so.
        messages.error(request, str(refusal))
        return redirect("claims:payment", short.payment_id)
    messages.success(request, said)
    return redirect("claims:payment", short.payment_id)


@require_POST
def pay_rest(request: HttpRequest, pk: int) -> HttpResponse:
    short = short_of(request, pk)
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied
    missing = show(short.missing, short.payment.currency)
    return resolved(
        request, short, actions.pay_rest, f"{missing} more will be paid: it waits for a batch.", "Why it fell short"
    )


@require_POST
def accept_short(request: HttpRequest, pk: int) -> HttpResponse:
    short = short_of(request, pk)
    if not request.user.has_perm("claims.accept_short", short):
        raise PermissionDenied
    missing = show(short.missing, short.payment.currency)
    return resolved(
        request,
        short,
        actions.accept_short,
        f"Accepted. {missing} is back in the fund, to be claimed again.",
        "Why you accept it",
    )


@require_safe
def reversals(request: HttpRequest) -> HttpResponse:
    finance_only(request)
    found = Reversal.objects.filter(claim__in=Claim.objects.visible_to(request.user)).select_related(
        "claim__allocation__budget__program__vendor", "claim__partner", "proposed_by", "decided_by"
    )
    narrowed = ReversalFilter(request.GET, queryset=found)
    sort = chosen_sort(request, REVERSAL_SORTS, "-proposed")
    rows = in_order(narrowed.qs, sort, REVERSAL_SORTS)
    if kind := wanted_file(request):
        columns = [
            "Claim",
            "Title",
            "Partner",
            "Currency",
            "Amount",
            "Back to",
            "Reason",
            "In words",
            "Status",
            "By",
            "At",
        ]
        cells = (
            (
                r.claim.number,
                r.claim.title,
                r.claim.partner.name,
                r.claim.currency,
                major(r.amount, r.claim.currency),
                r.get_back_to_display(),
                r.get_code_display(),
                r.reason,
                r.get_status_display(),
                str(r.proposed_by),
                r.proposed_at,
            )
            for r in rows
        )
        return table_response(name="reversals", columns=columns, rows=cells, kind=kind)
    context = {"page_obj": page_of(request, rows), "filter": narrowed, "ordering": sort, "page": "reversals"}
    return render(request, "claims/reversals/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the claim's."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.reverse", claim):
        raise PermissionDenied
    if claim.status != ClaimStatus.PAID and request.method != "POST":
        messages.error(request, "Only what was paid can be reversed.")
        return redirect("claims:detail", pk)
    form = ReversalForm(request.POST if request.method == "POST" else None)
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            reversal = actions.propose_reversal(claim=claim, **form.cleaned_data, by=request.user, now=timezone.now())
        except actions.ClaimRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "Proposed. Another person of finance confirms it.")
            return redirect("claims:reversal", reversal.pk)
    return render(request, "claims/reversals/propose.html", {"claim": claim, "form": form}, status=status)


def reversal_of(request: HttpRequest, pk: int) -> Reversal:
    found = Reversal.objects.filter(claim__in=Claim.objects.visible_to(request.user)).select_related(
        "claim__allocation__budget__program__vendor", "claim__partner", "proposed_by", "decided_by"
    )
    reversal = get_object_or_404(found, pk=pk)
    if not request.user.has_perm("claims.reverse", reversal.claim):
        raise PermissionDenied
    return reversal


@require_safe
def reversal(request: HttpRequest, pk: int) -> HttpResponse:
    found = reversal_of(request, pk)
    context = {
        "reversal": found,
        "claim": found.claim,
        "is_open": found.decided_at is None,
        "may_confirm": request.user.has_perm("claims.confirm_reversal", found),
        "to_fund": found.back_to == BackTo.FUND,
    }
    return render(request, "claims/reversals/detail.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = reversal_of(request, pk)
    if not request.user.has_perm("claims.confirm_reversal", found):
        raise PermissionDenied
    return decided(request, found, actions.confirm_reversal, "Reversed. The partner reads why.")


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return decided(request, reversal_of(request, pk), actions.drop_reversal, "Dropped: the payment stays.", words="")


def decided(request: HttpRequest, found: Reversal, act, said: str, **more) -> HttpResponse:
    try:
        act(reversal=found, by=request.user, now=timezone.now(), **more)
    except actions.ClaimRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("claims:reversal", found.pk)
