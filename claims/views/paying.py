"""The quick way: one claim that finance has paid by hand."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims import actions
from claims.forms.paying import PayForm
from claims.models import Claim
from claims.states import AWAITING_PAYMENT, ClaimStatus
from claims.views import review
from programs.money import show


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
        paid = actions.pay(
            claim=claim,
            version=version,
            paid_on=form.cleaned_data["paid_on"],
            reference=form.cleaned_data["reference"],
            by=request.user,
            now=now,
        )
    except actions.ClaimRefused as refusal:
        return review.refused(request, pk, refusal, version, pay=form)
    amount = sum(payment.amount for payment in paid)
    messages.success(request, f"Paid {show(amount, claim.currency)} to {claim.partner}: «{claim.title}».")
    return redirect("claims:payments")
