"""The lists of requests: all that somebody may see, and what waits for the vendor."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.models import FundRequest
from claims.request_filters import SORTS, QueueFilter, RequestFilter
from claims.views.requests.mine import my_requests
from funds.models import Allocation
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.states import Kind
from programs.models import Vendor
from programs.money import major

RISKY_DAYS = 7


def kind_of(request: HttpRequest) -> str:
    return request.membership.company.kind if request.membership else ""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every request that the company worked in has to do with, what changed last first."""
    requests = my_requests(request)
    vendors = Vendor.objects.filter(pk__in=requests.values("allocation__budget__program__vendor"))
    funds = Allocation.objects.with_terms().filter(pk__in=requests.values("allocation")).order_by("name", "pk")
    narrowed = RequestFilter(request.GET, queryset=requests.with_fund(), vendors=vendors, funds=funds)
    sort = chosen_sort(request, SORTS)
    found = in_order(narrowed.qs, sort, SORTS)
    if kind := wanted_file(request):
        return exported(found, kind, "requests", timezone.now())
    context = {
        "page_obj": page_of(request, found),
        "filter": narrowed,
        "ordering": sort,
        "is_partner": kind_of(request) == Kind.PARTNER,
        "decides": request.user.has_perm("claims.see_requests_queue") and kind_of(request) != Kind.PARTNER,
    }
    return render(request, "claims/requests/index.html", context)


def waiting_for(request: HttpRequest) -> QuerySet[FundRequest]:
    """What waits for the vendor and may be this person's to decide, the longest waiting first."""
    user = request.user
    own = Q(filed_by=user) | Q(partner__memberships__user=user, partner__memberships__ended_at=None)
    waiting = my_requests(request).awaiting_vendor().exclude(own).exclude(status="second_approval", decided_by=user)
    return waiting.exclude(status="amended", amendment__contains={"first": {"by": user.pk}})


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Requests that wait for somebody of the vendor, the longest waiting first."""
    if kind_of(request) == Kind.PARTNER or not request.user.has_perm("claims.see_requests_queue"):
        raise PermissionDenied
    now = timezone.now()
    waiting = my_requests(request).awaiting_vendor()
    narrowed = QueueFilter(request.GET, queryset=waiting.with_fund(), user=request.user)
    sort = chosen_sort(request, SORTS)
    found = in_order(narrowed.qs, sort, SORTS)
    if kind := wanted_file(request):
        return exported(found, kind, "requests to decide", now)
    page = page_of(request, found)
    for asked in page:
        fund = asked.allocation
        today = fund.today(now)
        asked.days = (now - asked.filed_at).days
        asked.days_to_start = (asked.starts_on - today).days
        asked.is_risky = asked.days >= RISKY_DAYS or asked.days_to_start <= RISKY_DAYS
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "total": waiting.count(),
        "is_vendor": kind_of(request) == Kind.VENDOR,
    }
    return render(request, "claims/requests/queue.html", context)


def exported(requests: QuerySet[FundRequest], kind: str, name: str, now: datetime) -> HttpResponse:
    columns = [
        "Number",
        "Title",
        "Activity",
        "Partner",
        "Vendor",
        "Program",
        "Fund",
        "Status",
        "Waits for",
        "From",
        "Until",
    ]
    columns += ["Place", "Currency", "Cost", "Asked", "Approved", "Still set aside", "Claim by"]
    columns += ["Leads expected", "Pipeline expected", "Filed", "Days since", "Decided", "With"]

    def row(r: FundRequest) -> list:
        amounts = [None if a is None else major(a, r.currency) for a in (r.cost, r.asked, r.approved, r.reserved)]
        what = [r.number, r.title, str(r.activity or ""), r.partner.name, r.program.vendor.name, r.program.name]
        where = [r.allocation.name, r.get_status_display(), r.waits_for, r.starts_on, r.ends_on, r.place, r.currency]
        hoped = [r.leads, None if r.pipeline is None else major(r.pipeline, r.currency)]
        since = (now - r.filed_at).days if r.filed_at else None
        return [*what, *where, *amounts, r.claim_by, *hoped, r.filed_at, since, r.decided_at, str(r.reviewer or "")]

    return table_response(name=name, columns=columns, rows=(row(r) for r in requests), kind=kind)
