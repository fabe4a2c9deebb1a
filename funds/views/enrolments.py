"""Who asks a channel manager to be let in, who leaves, and the shares that a new partner starts with."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.actions.joining import plan_of, tier_of
from funds.actions.parting import outlook
from funds.ledger import LedgerError
from funds.starting import StartingShare
from funds.views.partners import own_programs, tell_of
from partners import countries
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from programs.actions import joining
from programs.actions.joining import JoinRefused
from programs.filters import REQUEST_SORTS, RequestFilter
from programs.forms import data_of
from programs.joining_forms import DeclineForm, EndForm
from programs.models import Enrolment, TierHeld
from programs.money import show
from programs.outlooks import unmet_by
from programs.states import EnrolmentStatus
from programs.views.standing import own_vendor

WAITING_SHOWN = 25


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    vendor = own_vendor(request)
    asked = Enrolment.objects.visible_to(request.user).of_vendor(vendor).exclude(asked_at=None)
    held = TierHeld.objects.filter(vendor=vendor, partner=OuterRef("partner"))
    rows = asked.select_related("partner", "program").annotate(tier_name=Subquery(held.values("tier__name")[:1]))
    narrowed = RequestFilter(request.GET, queryset=rows, programs=own_programs(request, vendor))
    sort = chosen_sort(request, REQUEST_SORTS, "asked")
    found = in_order(narrowed.qs, sort, REQUEST_SORTS)
    if kind := wanted_file(request):
        return exported_requests(found, kind)
    short = StartingShare.objects.visible_to(request.user).of_vendor(vendor).waiting()
    shares = short.select_related("enrolment__partner", "enrolment__program")
    context = {
        "page_obj": page_of(request, found),
        "filter": narrowed,
        "ordering": sort,
        "now": timezone.now(),
        "shares": shares[:WAITING_SHOWN],
        "more_shares": max(0, short.count() - WAITING_SHOWN),
    }
    return render(request, "funds/partners/requests.html", context)


def exported_requests(enrolments: QuerySet[Enrolment], kind: str) -> HttpResponse:
    columns = ["Partner", "Tier", "Program", "State", "Asked (UTC)", "What it says", "Reason"]
    rows = (
        [e.partner.name, e.tier_name, e.program.name, e.get_status_display(), e.asked_at, e.note, e.reason]
        for e in enrolments
    )
    return table_response(name="requests to join", columns=columns, rows=rows, kind=kind)


def own_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    enrolments = Enrolment.objects.visible_to(request.user).select_related("program__vendor", "partner", "asked_by")
    found = get_object_or_404(enrolments, pk=pk)
    if not request.user.has_perm("programs.answer_request", found):
        raise PermissionDenied
    return found


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows who asks and how it stands to the rules; POST accepts, or declines with a reason."""
    enrolment = own_enrolment(request, pk)
    program, asking = enrolment.program, enrolment.partner
    is_declined = request.POST.get("answer") == "decline"
    form = DeclineForm(request.POST if is_declined else None, partner=asking.name)
    if request.method == "POST" and (not is_declined or form.is_valid()):
        try:
            if is_declined:
                typed = form.cleaned_data
                joining.decline(
                    enrolment=enrolment, code=typed["code"], reason=typed["reason"], by=request.user, now=timezone.now()
                )
                messages.success(request, f"{asking.name} reads why. It may ask again.")
            else:
                joined = actions.accept(enrolment=enrolment, by=request.user, now=timezone.now())
                messages.success(request, f"{asking.name} is in {program.name}.")
                tell_of(request, joined, program)
        except (JoinRefused, FundsRefused, LedgerError) as refusal:
            messages.error(request, str(refusal))
        return redirect("funds:join_requests")
    if enrolment.status != EnrolmentStatus.ASKED:
        messages.info(request, joining.answered(enrolment).removeprefix("Nothing was changed: "))
        return redirect("funds:partner", asking.pk)
    plan = plan_of(program)
    amount = plan.amount_for(tier_of(asking, program)) if plan else 0
    context = {
        "enrolment": enrolment,
        "program": program,
        "partner": asking,
        "tier": TierHeld.objects.filter(partner=asking, vendor=program.vendor_id).select_related("tier").first(),
        "country": countries.name_of(asking.country),
        "unmet": unmet_by(program, asking, timezone.now()),
        "amount": amount,
        "plan": plan,
        "is_short": bool(plan and amount > plan.budget.unallocated),
        "form": form,
        "is_declined": is_declined,
    }
    return render(request, "funds/partners/answer.html", context)


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means to take a partner out, POST does it with a reason."""
    enrolment = own_enrolment(request, pk)
    form = EndForm(data_of(request), partner=enrolment.partner.name)
    if request.method == "POST" and form.is_valid():
        try:
            actions.part(enrolment=enrolment, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except JoinRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{enrolment.partner.name} is out of {enrolment.program.name}.")
        return redirect("funds:partner", enrolment.partner_id)
    if request.method != "POST" and enrolment.status != EnrolmentStatus.JOINED:
        messages.info(request, f"{enrolment.partner.name} is not in this program.")
        return redirect("funds:partner", enrolment.partner_id)
    context = {"enrolment": enrolment, "form": form, "parting": outlook(enrolment, timezone.now())}
    return render(request, "funds/partners/end.html", context)


def own_share(request: HttpRequest, pk: int) -> StartingShare:
    shares = StartingShare.objects.visible_to(request.user).select_related("enrolment__program", "enrolment__partner")
    return get_object_or_404(shares, pk=pk)


@require_POST
def grant_share(request: HttpRequest, pk: int) -> HttpResponse:
    share = own_share(request, pk)
    try:
        made = actions.grant_share(share=share, by=request.user, now=timezone.now())
    except (FundsRefused, LedgerError) as refusal:
        messages.error(request, str(refusal))
    else:
        amount, name = show(share.amount, share.enrolment.program.currency), share.enrolment.partner.name
        if made:
            messages.success(request, f"You granted {amount} to {name}.")
        else:
            messages.info(request, f"{name} has its {amount} already.")
    return redirect("funds:join_requests")


@require_POST
def drop_share(request: HttpRequest, pk: int) -> HttpResponse:
    share = own_share(request, pk)
    if actions.drop_share(share=share, by=request.user, now=timezone.now()):
        messages.success(request, f"{share.enrolment.partner.name} gets nothing to start with.")
    else:
        messages.info(request, "This was settled already.")
    return redirect("funds:join_requests")
