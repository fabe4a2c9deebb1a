"""Finance's pages: what is approved and not paid, and the payment of one claim."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.filters import PaymentFilter, ordered
from claims.forms.paying import PayForm
from claims.models import Claim
from claims.states import AWAITING_PAYMENT, ClaimStatus
from claims.views import review
from partners.exports import table_response
from programs.money import major, show

PAGE = 25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Approved claims that wait for their payment, the longest waiting first; `?paid=1` shows what was paid."""
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied
    now = timezone.now()
    is_paid = request.GET.get("paid") == "1"
    claims = Claim.objects.visible_to(request.user)
    claims = claims.filter(status=ClaimStatus.PAID) if is_paid else claims.filter(status__in=AWAITING_PAYMENT)
    narrowed = PaymentFilter(request.GET, queryset=claims)
    found = narrowed.qs.with_fund().select_related("payment", "decided_by")
    found = found.order_by("-payment__paid_on", "-id") if is_paid else found.order_by("decided_at", "id")
    found = ordered(found, request.GET.get("sort", ""))
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return export(found, kind)
    totals = (
        narrowed.qs.order_by()
        .values(currency=F("allocation__budget__program__currency"))
        .annotate(amount=Sum("approved"), count=Count("pk"))
        .order_by("-amount")
    )
    page_obj = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for claim in page_obj:
        claim.days = (now - claim.decided_at).days
    context = {
        "page_obj": page_obj,
        "filter": narrowed,
        "ordering": request.GET.get("sort", ""),
        "totals": totals,
        "is_paid": is_paid,
    }
    return render(request, "claims/payments/index.html", context)


def export(claims, kind: str) -> HttpResponse:
    columns = [
        "Number",
        "Title",
        "Partner",
        "Vendor",
        "Currency",
        "Approved",
        "Decided",
        "Approved by",
        "Paid on",
        "Reference",
    ]

    def row(claim: Claim) -> tuple:
        payment = getattr(claim, "payment", None)
        return (
            claim.number,
            claim.title,
            claim.partner.name,
            claim.program.vendor.name,
            claim.currency,
            major(claim.approved or 0, claim.currency),
            claim.decided_at,
            str(claim.decided_by or ""),
            payment and payment.paid_on,
            payment and payment.reference,
        )

    return table_response(name="payments", columns=columns, rows=(row(claim) for claim in claims), kind=kind)


@require_POST
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.pay", claim):
        raise PermissionDenied
    if claim.status == ClaimStatus.PAID:
        messages.info(request, "This claim is marked as paid already: nothing was done twice.")
        return redirect("claims:detail", claim.pk)
    if claim.status not in AWAITING_PAYMENT:
        messages.error(request, "This claim is not approved, so there is nothing to pay.")
        return redirect("claims:detail", claim.pk)
    now = timezone.now()
    days = {"approved_on": claim.program.today(claim.decided_at), "today": claim.program.today(now)}
    form = PayForm(request.POST, **days)
    if not form.is_valid():
        return review.page(request, claim, status=400, pay=form)
    version = form.cleaned_data["version"]
    try:
        payment = actions.pay(
            claim=claim,
            version=version,
            paid_on=form.cleaned_data["paid_on"],
            reference=form.cleaned_data["reference"],
            by=request.user,
            now=now,
        )
    except actions.ClaimRefused as refusal:
        return review.refused(request, pk, refusal, version, pay=form)
    messages.success(request, f"Paid {show(payment.amount, claim.currency)} to {claim.partner}: «{claim.title}».")
    return redirect("claims:payments")
