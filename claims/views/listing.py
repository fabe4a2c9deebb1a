"""The list of claims that somebody may see, and its downloads."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.filters import ClaimFilter, ordered
from claims.views.mine import my_claims
from funds.models import Allocation
from partners.exports import table_response
from partners.states import Kind
from programs.models import Vendor
from programs.money import major

PAGE = 25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    claims = my_claims(request)
    vendors = Vendor.objects.filter(pk__in=claims.values("allocation__budget__program__vendor"))
    funds = Allocation.objects.with_terms().filter(pk__in=claims.values("allocation")).order_by("name", "pk")
    narrowed = ClaimFilter(request.GET, queryset=claims.with_fund(), vendors=vendors, funds=funds)
    found = ordered(narrowed.qs, request.GET.get("sort", ""))
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return export(found, kind)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kind = request.membership and request.membership.company.kind
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": request.GET.get("sort", ""),
        "is_partner": kind == Kind.PARTNER,
        "is_vendor": kind == Kind.VENDOR,
    }
    return render(request, "claims/index.html", context)


def export(claims, kind: str) -> HttpResponse:
    columns = [
        "Number",
        "Title",
        "Partner",
        "Vendor",
        "Program",
        "Status",
        "Waits for",
        "Currency",
        "Asked",
        "Approved",
        "Filed",
        "Decided",
    ]
    rows = (
        (
            c.number,
            c.title,
            c.partner.name,
            c.program.vendor.name,
            c.program.name,
            c.get_status_display(),
            c.waits_for,
            c.currency,
            major(c.asked, c.currency),
            None if c.approved is None else major(c.approved, c.currency),
            c.filed_at,
            c.decided_at,
        )
        for c in claims
    )
    return table_response(name="claims", columns=columns, rows=rows, kind=kind)
