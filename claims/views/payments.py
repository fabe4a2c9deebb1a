"""Payments: finance's list, the page of one, and what either side does with it there."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import actions
from claims.actions.holding import lifts
from claims.actions.payers import barred, side_of
from claims.forms.payments import HoldForm, OutcomeForm, PartForm, WordsForm
from claims.models import Claim, Hold, Payment, ShortPay
from claims.payment_filters import SORTS, TABS, PaymentFilter
from claims.payment_words import story, with_holds, worded
from claims.states.payments import WAITING, BatchStatus, PaymentStatus, Side
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import User
from programs.money import major, show

P = PaymentStatus
ROWS_OF_PARTS = 6


def finance_only(request: HttpRequest) -> None:
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Payments in a state, those due first. `?show=` is the state: waiting, held, way, paid, over."""
    finance_only(request)
    now = timezone.now()
    chosen = request.GET.get("show") if request.GET.get("show") in TABS else "waiting"
    tab = TABS[chosen]
    payments = Payment.objects.visible_to(request.user)
    of_tab = payments.filter(status__in=tab.states)
    if chosen in ("waiting", "held"):
        of_tab = of_tab.waiting()
    narrowed = PaymentFilter(request.GET, queryset=of_tab, today=now.date())
    if chosen != "held":
        del narrowed.form.fields["why"]
    sort = chosen_sort(request, SORTS, tab.sort)
    found = in_order(with_holds(narrowed.qs.distinct().with_claim()), sort, SORTS)
    if kind := wanted_file(request):
        return export(found, kind)
    totals = (
        narrowed.qs.order_by().values("currency").annotate(amount=Sum("amount"), count=Count("pk")).order_by("-amount")
    )
    page_obj = page_of(request, found)
    for payment in page_obj:
        worded(payment)
    context = {
        "page_obj": page_obj,
        "filter": narrowed,
        "ordering": sort,
        "totals": totals,
        "chosen": chosen,
        "tab": tab,
        "tabs": TABS,
        "groups": batchable(payments) if chosen == "waiting" else [],
    }
    return render(request, "claims/payments/index.html", context)


def batchable(payments: QuerySet[Payment]) -> QuerySet:
    """What waits, by vendor and currency: a batch each."""
    return (
        payments.payable()
        .order_by()
        .values("vendor", "vendor__name", "currency")
        .annotate(amount=Sum("amount"), count=Count("pk"))
        .order_by("vendor__name", "currency")
    )


COLUMNS = [
    "Payment",
    "Claim",
    "Title",
    "Partner",
    "Vendor",
    "Currency",
    "Amount",
    "Due",
    "State",
    "Where it stands",
    "Batch",
    "Arrived",
    "Paid on",
    "Reference",
]


def row_of(payment: Payment) -> tuple:
    worded(payment)
    return (
        payment.number,
        payment.claim.number,
        payment.claim.title,
        payment.partner.name,
        payment.vendor.name,
        payment.currency,
        major(payment.amount, payment.currency),
        payment.due_on,
        payment.get_status_display(),
        payment.said,  # type: ignore[attr-defined]
        payment.batch.number if payment.batch else "",
        major(payment.received, payment.currency) if payment.received is not None else "",
        payment.paid_on,
        payment.reference,
    )


def export(payments: QuerySet[Payment], kind: str) -> HttpResponse:
    return table_response(name="payments", columns=COLUMNS, rows=(row_of(p) for p in payments), kind=kind)


def visible(request: HttpRequest, pk: int) -> Payment:
    """404 for what the person may not see."""
    return get_object_or_404(Payment.objects.visible_to(request.user).with_claim(), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, pk)


def page(request: HttpRequest, pk: int, status: int = 200, **bound: Any) -> HttpResponse:
    """One payment, for finance, its partner and its vendor: each sees what they may do. `bound`: the form that was sent."""
    user, now = request.user, timezone.now()
    payment = get_object_or_404(with_holds(Payment.objects.visible_to(user).with_claim()), pk=pk)
    side = side_of(user, payment) if user.has_perm("claims.hold", payment) else None
    for hold in payment.open_holds:
        hold.may_lift = lifts(side, hold)
    short = ShortPay.objects.filter(payment=payment).select_related("payment", "resolved_by").first()
    context = {
        "payment": worded(payment),
        "claim": payment.claim,
        "side": side,
        "is_finance": side == Side.FINANCE,
        "past_holds": payment.holds.exclude(closed_at=None).select_related("opened_by", "closed_by"),
        "short": short,
        "may_accept": short is not None and user.has_perm("claims.accept_short", short),
        "story": story(payment),
        "words": WordsForm(),
        "short_words": WordsForm(label="Why it fell short" if side == Side.FINANCE else "Why you accept it"),
        "hold": HoldForm(side=side) if side and payment.status in (*WAITING, P.BATCHED) else None,
    }
    if side == Side.FINANCE:
        context |= of_finance(user, payment, now)
    return render(request, "claims/payments/detail.html", context | bound, status=status)


def of_finance(user: User, payment: Payment, now: datetime) -> dict[str, Any]:
    why_not = barred([payment], user).get(payment.pk, "")
    return {
        "why_not": why_not,
        "may_split": payment.is_waiting and user.has_perm("claims.pay", payment.claim),
        "may_take_out": payment.status == P.BATCHED and payment.batch and payment.batch.status == BatchStatus.OPEN,
        "outcome": outcome_form(payment, now) if payment.status == P.SENT and not why_not else None,
    }


def outcome_form(payment: Payment, now: datetime, data=None) -> OutcomeForm:
    today = payment.claim.program.today(now)
    return OutcomeForm(data, currency=payment.currency, amount=payment.amount, today=today)


@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    payment = visible(request, pk)
    if not request.user.has_perm("claims.hold", payment):
        raise PermissionDenied
    form = HoldForm(request.POST, side=side_of(request.user, payment))
    if not form.is_valid():
        return page(request, pk, status=400, hold=form)
    try:
        actions.hold(payment=payment, **form.cleaned_data, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, pk, status=409, hold=form)
    messages.success(request, f"{show(payment.amount, payment.currency)} for «{payment.claim.title}» waits now.")
    return redirect("claims:payment", pk)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of a hold; `pk` is the hold's."""
    found = get_object_or_404(
        Hold.objects.filter(payment__in=Payment.objects.visible_to(request.user)).select_related("payment"), pk=pk
    )
    if not actions.may_lift(request.user, found, found.payment):
        raise PermissionDenied
    form = WordsForm(request.POST)
    if not form.is_valid():
        return page(request, found.payment_id, status=400, words=form)
    try:
        payment = actions.lift(hold=found, **form.cleaned_data, by=request.user, now=timezone.now())
    except actions.ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, found.payment_id, status=409, words=form)
    free = payment.status == P.PENDING
    messages.success(request, "It can be paid now." if free else "Let go. Something else still holds it.")
    return redirect("claims:payment", payment.pk)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Finance says what became of one payment that is at the bank."""
    payment = visible(request, pk)
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied
    now = timezone.now()
    form = outcome_form(payment, now, request.POST)
    if not form.is_valid():
        return page(request, pk, status=400, outcome=form)
    said = form.cleaned_data
    failed = said["became"] == "failed"
    outcome = actions.BankAnswer(
        payment.pk,
        0 if failed else said["received"],
        said["on"],
        "" if failed else said["reference"],
        said["failure"] if failed else "",
    )
    try:
        done = actions.settle(answers=[outcome], by=request.user, now=now)
    except actions.ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, pk, status=409, outcome=form)
    if done["standing"]:
        messages.info(request, "This was recorded before: nothing was done twice.")
    elif done["failed"]:
        messages.success(request, "Recorded. Another payment waits in its place, on hold until you have looked.")
    elif done["short"]:
        messages.warning(request, "Recorded. Less arrived than was sent: say below what becomes of the rest.")
    else:
        messages.success(request, f"Paid {show(outcome.received, payment.currency)} to {payment.partner}.")
    return redirect("claims:payment", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan what waits of a claim in instalments; `pk` is the claim's."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_fund(), pk=pk)
    if not request.user.has_perm("claims.pay", claim):
        raise PermissionDenied
    waiting = list(claim.payments.filter(status__in=WAITING))
    if not waiting:
        messages.error(request, "Nothing of this claim waits to be paid.")
        return redirect("claims:detail", pk)
    whole = sum(payment.amount for payment in waiting)
    data, standing = (
        (request.POST if request.method == "POST" else None),
        [{"amount": p.amount, "due_on": p.due_on} for p in waiting],
    )
    forms = [
        PartForm(
            data,
            prefix=str(n),
            currency=claim.currency,
            today=claim.program.today(timezone.now()),
            initial=standing[n] if n < len(standing) else {},
        )
        for n in range(max(ROWS_OF_PARTS, len(waiting) + 2))
    ]
    refusal, status = "", 200
    if request.method == "POST":
        # Every row is checked, so that all that is wrong shows at once.
        wrong = [form for form in forms if not form.is_valid()]
        status = 400 if wrong else 200
        if not wrong:
            cleaned = (form.cleaned_data for form in forms)
            parts = [(part["amount"], part["due_on"]) for part in cleaned if part["amount"] is not None]
            try:
                new = actions.split(
                    claim=claim, version=seen(request, claim), parts=parts, by=request.user, now=timezone.now()
                )
            except actions.ClaimRefused as refused:
                refusal, status = str(refused), 409
            else:
                count = f"in {len(new)} instalments" if len(new) > 1 else "at once"
                messages.success(request, f"{show(whole, claim.currency)} of «{claim.title}» will be paid {count}.")
                return redirect("claims:detail", pk)
    context = {"claim": claim, "forms": forms, "whole": whole, "refusal": refusal}
    return render(request, "claims/payments/split.html", context, status=status)


def seen(request: HttpRequest, claim: Claim) -> int:
    """The version of the claim that the form was made of; none where it says something else."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else claim.version - 1
