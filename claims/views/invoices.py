"""A partner's filed invoices: which part of each is asked of which vendor, and what is left. For the partner's people alone."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims.models import Invoice
from claims.states import COUNTED
from partners.exports import table_response
from partners.states import Kind
from programs.money import major

PAGE = 25
SORTS = {"number": "number", "supplier": "supplier", "day": "day", "total": "total", "left": "left"}


class InvoiceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Search")
    shared = django_filters.ChoiceFilter(
        choices=[("several", "On several claims"), ("left", "With something left")],
        method="narrow",
        label="Which",
        empty_label="All",
    )

    class Meta:
        model = Invoice
        fields: list[str] = []

    def search(self, queryset, name, value):
        return queryset.filter(Q(number__icontains=value) | Q(supplier__icontains=value))

    def narrow(self, queryset, name, value):
        return queryset.filter(claims__gt=1) if value == "several" else queryset.filter(left__gt=0)


def mine(request: HttpRequest):
    """The invoices of the partner worked for, with what claims ask of each and what is left."""
    company = request.membership and request.membership.company
    if company is None or company.kind != Kind.PARTNER:
        raise PermissionDenied
    counted = Q(lines__claim__status__in=COUNTED)
    asked = Coalesce(Sum("lines__part", filter=counted), Value(0))
    found = Invoice.objects.visible_to(request.user).filter(partner=company.pk, lines__isnull=False)
    return found.order_by("-day", "-id").annotate(
        asked=asked,
        left=Greatest(F("total") - asked, Value(0)),
        claims=Count("lines__claim", filter=counted, distinct=True),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    narrowed = InvoiceFilter(request.GET, queryset=mine(request))
    found, sort = narrowed.qs, request.GET.get("sort", "")
    if column := SORTS.get(sort.removeprefix("-")):
        found = found.order_by(f"-{column}" if sort.startswith("-") else column, "-id")
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        columns = ["Number", "Supplier", "Day", "Currency", "Total", "Asked", "Left", "Claims"]
        rows = (
            (
                i.number,
                i.supplier,
                i.day,
                i.currency,
                major(i.total, i.currency),
                major(i.asked, i.currency),
                major(i.left, i.currency),
                i.claims,
            )
            for i in found
        )
        return table_response(name="invoices", columns=columns, rows=rows, kind=kind)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "claims/invoices/index.html", {"page_obj": page, "filter": narrowed, "ordering": sort})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Which part of it goes to which vendor, and what is left."""
    invoice = get_object_or_404(Invoice.objects.visible_to(request.user), pk=pk)
    lines = list(
        invoice.lines.select_related("claim__allocation__budget__program__vendor").order_by(
            "claim__filed_at", "position"
        )
    )
    for line in lines:
        line.counts = line.claim.status in COUNTED
        line.percent = 100 * line.part / invoice.total
    asked = sum(line.part for line in lines if line.counts)
    context = {"invoice": invoice, "lines": lines, "asked": asked, "left": max(0, invoice.total - asked)}
    return render(request, "claims/invoices/detail.html", context)
