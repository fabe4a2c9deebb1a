"""Money that partners have not claimed: who has it, when it lapses, and a nudge to one or to many of them."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.filters import UNUSED_SORTS, UnusedFilter
from dashboards.forms import NudgeForm
from dashboards.reports import nudging
from dashboards.reports import unused as report
from dashboards.views.reports import TABS, vendor_of
from funds.models import Allocation
from funds.terms import WORDS
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from programs.forms import data_of
from programs.money import digits, major
from reminders import actions
from reminders.nudges import may_be_nudged, rests_from

PREVIEW = 50  # rows
BIGGEST_ID = 2**63 - 1


@require_safe
def unused(request: HttpRequest) -> HttpResponse:
    vendor, now = vendor_of(request), timezone.now()
    funds = report.unused(user=request.user, company=vendor, now=now)
    narrowed = UnusedFilter(request.GET, queryset=funds, company=vendor)
    sort = chosen_sort(request, UNUSED_SORTS, "until")
    if kind := wanted_file(request):
        return unused_file(in_order(narrowed.qs, sort, UNUSED_SORTS), kind)
    found = in_order(shown(narrowed.qs), sort, UNUSED_SORTS)
    months = report.by_month(narrowed.qs)
    page = page_of(request, found)
    context = {
        "page_obj": page,
        "rows": rows_of(page, now),
        "filter": narrowed,
        "ordering": sort,
        "tabs": TABS,
        "months": months,
        "totals": report.totals(months),
        "charts": [
            (total["currency"], report.chart(months, total["currency"], digits(total["currency"])))
            for total in report.totals(months)
        ],
        "may_all": narrowed.qs.filter(may_be_nudged()).count() if page.paginator.num_pages > 1 else 0,
    }
    return render(request, "dashboards/reports/unused.html", context)


def shown(funds: QuerySet[Allocation]) -> QuerySet[Allocation]:
    """With what a row says of nudges."""
    return funds.with_terms().annotate(nudged_on=F("nudged_on"), is_resting=F("is_resting"), is_reached=F("is_reached"))


def rows_of(funds: Iterable[Allocation], now: datetime) -> list[dict]:
    found = []
    for fund in funds:
        today = fund.today(now)
        found.append({"fund": fund, "today": today, "step": fund.next_step(today)})
    return found


# Read as plain values: to build 3,000 funds with their programs and terms took longer than everything else.
FILE_FIELDS = (
    "partner__name",
    "name",
    "budget__program__name",
    "budget__program__currency",
    "unclaimed_now",
    "expires_on",
    "claim_by",
    "todo",
    "by",
    "nudged_on",
)


def unused_file(funds: QuerySet[Allocation], kind: str) -> HttpResponse:
    columns = ["Partner", "Fund", "Program", "Currency", "Unused", "Activities until", "Claims until"]
    columns += ["Next step", "By", "Last nudged"]
    told = funds.annotate(**{name: F(name) for name in ("unclaimed_now", "todo", "by", "nudged_on")})
    rows = (
        [partner, fund, program, currency, major(amount, currency), expires_on, claim_by, WORDS[todo], by, nudged_on]
        for partner, fund, program, currency, amount, expires_on, claim_by, todo, by, nudged_on in told.values_list(
            *FILE_FIELDS
        )
    )
    return table_response(name="unused money", columns=columns, rows=rows, kind=kind)


def nudge(request: HttpRequest) -> HttpResponse:
    """GET shows who would be told what; POST tells them, and nobody else. The address says who was chosen: see `chosen`."""
    vendor, now = vendor_of(request), timezone.now()
    back = reverse("dashboards:unused") + query_of(request.GET.get("back", ""))
    funds = chosen(request, vendor, now)
    if funds is None:
        messages.info(request, "Choose at least one fund, then nudge.")
        return redirect(back)
    if not request.user.has_perm("reminders.nudge", vendor):
        raise PermissionDenied
    form, seen, is_other = NudgeForm(data_of(request)), nudging.read(request.POST.get("seen", "")), False
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            done = actions.nudge(funds=funds, vendor=vendor, words=words, by=request.user, now=now, seen=seen)
        except actions.NudgeChanged:
            is_other = True
        else:
            tell = messages.success if done.funds else messages.info
            tell(request, said(done))
            return redirect(back)
    today, found = report.today_of(vendor, now), nudging.preview(funds)
    context = {
        "form": form,
        "vendor": vendor,
        "rows": rows_of(in_order(shown(funds), "until", UNUSED_SORTS)[:PREVIEW], now),
        "again_from": {"days": (today - rests_from(today)).days},
        "back": back,
        "preview": found,
        "told": len(found.funds),
        "is_other": is_other,
        # What failed for its words shows anew what would be sent, so that it says what became different too.
        "changes": nudging.changes(seen, found.funds, user=request.user, company=vendor) if seen or is_other else [],
    }
    return render(request, "dashboards/reports/nudge.html", context, status=409 if is_other else 200)


def query_of(text: str) -> str:
    """What stood behind the list's address, cleaned; empty or with its question mark."""
    query = QueryDict(text).urlencode()
    return f"?{query}" if query else ""


def chosen(request: HttpRequest, vendor: Company, now: datetime) -> QuerySet[Allocation] | None:
    """The funds named by `fund`, or with `all` those that fit the list's filters in `back`; None if none is.

    404 if one of them is none of this vendor's. One whose money is gone meanwhile is simply not among them.
    """
    funds = report.unused(user=request.user, company=vendor, now=now)
    if request.GET.get("all"):
        return UnusedFilter(QueryDict(request.GET.get("back", "")), queryset=funds, company=vendor).qs
    texts = request.GET.getlist("fund")
    ids = {int(text) for text in texts if text.isascii() and text.isdecimal() and int(text) <= BIGGEST_ID}
    if not texts:
        return None
    mine = Allocation.objects.visible_to(request.user).of_vendor(vendor).filter(pk__in=ids)
    if not ids or mine.count() != len(ids):
        raise Http404
    return funds.filter(pk__in=ids)


def said(done: actions.Nudged) -> str:
    if not done.funds:
        return "Nobody was nudged: all of them were within the last week, or have nothing left to claim."
    words = (
        f"Nudged {done.partners} partner{pluralize(done.partners)} for {done.funds} fund{pluralize(done.funds)}: "
        f"{done.people} {'person reads' if done.people == 1 else 'people read'} it in the inbox, and in the next mail."
    )
    left = done.left_out
    return f"{words} {left} fund{pluralize(left)} {'was' if left == 1 else 'were'} left out." if left else words
