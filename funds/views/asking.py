"""More time for a fund: the partner asks, the vendor's manager answers, both find it in a list."""

from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from funds import actions
from funds.ask_forms import AskForm, DeclineForm, GrantTimeForm
from funds.asks import ExtensionRequest
from funds.filters import REQUEST_SORTS, RequestFilter
from funds.models import Allocation
from funds.views.allocations import visible_fund
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.states import Kind
from programs.forms import data_of
from programs.money import major


def kind_of(request: HttpRequest) -> str:
    """The kind of company worked in; empty for somebody in none."""
    return request.membership.company.kind if request.membership else ""


def ask_for_time(request: HttpRequest, pk: int) -> HttpResponse:
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.ask_for_time", fund):
        raise PermissionDenied
    if request.method != "POST" and (words := why_not(fund, fund.today(timezone.now()))):
        messages.info(request, words)
        return redirect("funds:allocation", pk)
    form = AskForm(data_of(request), fund=fund)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_for_time(allocation=fund, **form.cleaned_data, by=request.user, now=timezone.now())
        except actions.FundsRefused as refusal:
            form.add_error("until", str(refusal))
        else:
            messages.success(
                request,
                f"You asked {fund.program.vendor.name} for more time until {date_format(made.until)}. "
                "The answer will stand here. Until then the deadlines stay as they are.",
            )
            return redirect("funds:allocation", pk)
    return render(request, "funds/asks/ask.html", {"form": form, "fund": fund, "today": fund.today(timezone.now())})


def why_not(fund: Allocation, today: date) -> str:
    """Why nothing can be asked for this fund now; empty when it can."""
    if fund.terms.extension_days and fund.longest <= fund.expires_on:
        return "Its terms allow no later day than the one that it has."
    if words := actions.extending.refusal(fund, fund.longest, today):
        return words
    standing = fund.extension_requests.open().first()
    return f"You asked for more time until {date_format(standing.until)} already." if standing else ""


def listed(request: HttpRequest) -> QuerySet[ExtensionRequest]:
    """As the company worked in has them; Windfall's people see every one."""
    requests = ExtensionRequest.objects.visible_to(request.user).with_fund()
    if not request.membership:
        return requests.none()
    return requests if kind_of(request) == Kind.SITE else requests.of_company(request.membership.company)


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    narrowed = RequestFilter(request.GET, queryset=listed(request))
    sort = chosen_sort(request, REQUEST_SORTS, "next")
    found = in_order(narrowed.qs, sort, REQUEST_SORTS)
    if kind := wanted_file(request):
        return exported(found, kind)
    page = page_of(request, found)
    context = {
        "page_obj": page,
        "rows": rows_of(page, now),
        "filter": narrowed,
        "ordering": sort,
        "is_partner": kind_of(request) == Kind.PARTNER,
        "is_vendor": kind_of(request) == Kind.VENDOR,
    }
    return render(request, "funds/asks/requests.html", context)


def rows_of(asked, now: datetime) -> list[dict]:
    """Each with the fund's today and, for one that is open, whether its terms still allow the day."""
    rows = []
    for ask in asked:
        fund = ask.allocation
        today = fund.today(now)
        why_not = actions.extending.refusal(fund, ask.until, today) if ask.is_open else ""
        rows.append({"ask": ask, "fund": fund, "today": today, "why_not": why_not})
    return rows


def exported(asked: QuerySet[ExtensionRequest], kind: str) -> HttpResponse:
    columns = ["Asked at (UTC)", "Vendor", "Program", "Partner", "Fund", "Reference", "Currency", "Still to claim"]
    columns += ["Lapsed", "Runs until", "Asked until", "Why", "Status", "Granted until", "Reason", "Answer"]

    def row(ask: ExtensionRequest) -> list:
        fund = ask.allocation
        who = [ask.asked_at, fund.program.vendor.name, fund.program.name, ask.partner.name, fund.name, fund.reference]
        money = [fund.currency, major(fund.unclaimed, fund.currency), major(fund.lapsed, fund.currency)]
        answer = [ask.get_status_display(), ask.granted, ask.get_reason_code_display(), ask.answer]
        return [*who, *money, fund.expires_on, ask.until, ask.why, *answer]

    return table_response(name="more time", columns=columns, rows=(row(ask) for ask in asked), kind=kind)


def visible_request(request: HttpRequest, pk: int) -> ExtensionRequest:
    return get_object_or_404(ExtensionRequest.objects.visible_to(request.user).with_fund(), pk=pk)


def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what is asked beside the fund; POST grants (`answer` is grant) or declines it."""
    ask = visible_request(request, pk)
    if not request.user.has_perm("funds.answer_request", ask):
        raise PermissionDenied
    fund, answer = ask.allocation, request.POST.get("answer")
    if not ask.is_open:
        messages.info(request, f"This was {ask.get_status_display().lower()} meanwhile: nothing was changed.")
        return redirect("funds:allocation", fund.pk)
    sent = data_of(request)
    grant = GrantTimeForm(sent if answer == "grant" else None, fund=fund, initial={"until": ask.until})
    decline = DeclineForm(sent if answer == "decline" else None)
    if answer == "grant" and grant.is_valid() and granted(request, ask, grant):
        return redirect("funds:requests") if "list" in request.POST else redirect("funds:allocation", fund.pk)
    if answer == "decline" and decline.is_valid() and declined(request, ask, decline):
        return redirect("funds:requests")
    now = timezone.now()
    today = fund.today(now)
    context = {
        "ask": ask,
        "fund": fund,
        "today": today,
        "why_not": actions.extending.refusal(fund, ask.until, today),
        "grant": grant,
        "decline": decline,
    }
    return render(request, "funds/asks/answer.html", context)


def granted(request: HttpRequest, ask: ExtensionRequest, form: GrantTimeForm) -> bool:
    """True if it is granted; otherwise the form has the reason."""
    until, words = form.cleaned_data["until"], form.cleaned_data["answer"]
    try:
        done = actions.grant_time(request=ask, until=until, answer=words, by=request.user, now=timezone.now())
    except actions.FundsRefused as refusal:
        form.add_error("until", str(refusal))
        return False
    messages.success(
        request, f"Granted: {ask.partner.name} may use {ask.allocation.name} until {date_format(done.granted)}."
    )
    return True


def declined(request: HttpRequest, ask: ExtensionRequest, form: DeclineForm) -> bool:
    try:
        actions.decline_time(request=ask, **form.cleaned_data, by=request.user, now=timezone.now())
    except actions.FundsRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"Declined. {ask.partner.name} reads why on the fund's page.")
    return True


@require_POST
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    ask = visible_request(request, pk)
    if not request.user.has_perm("funds.withdraw_ask", ask):
        raise PermissionDenied
    try:
        actions.withdraw_request(request=ask, by=request.user, now=timezone.now())
    except actions.FundsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back: you no longer ask for more time. The deadlines stay as they are.")
    return redirect("funds:allocation", ask.allocation_id)
