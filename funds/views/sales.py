"""The single sales that partners earned by: a vendor's manager sees its partners', a partner's people see their own."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from funds.models import Accrual, Sale, SalesUpload
from funds.sales_filters import SALE_SORTS, SaleFilter
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.states import Kind
from programs.money import major
from programs.views.people import company_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which files they came in is the vendor's own affair: a partner reads nothing of them."""
    company = company_of(request)
    is_partner = company is not None and company.kind == Kind.PARTNER
    narrowed = SaleFilter(
        request.GET,
        queryset=Sale.objects.visible_to(request.user).of_company(company),
        accruals=Accrual.objects.visible_to(request.user).of_company(company),
        uploads=None if is_partner else SalesUpload.objects.visible_to(request.user).of_company(company),
    )
    sort = chosen_sort(request, SALE_SORTS, "-day")
    sales = narrowed.qs.select_related("program", "partner", "upload")
    found = in_order(sales, sort, SALE_SORTS, ties=("program_id", "reference"))
    if kind := wanted_file(request):
        return exported(found, kind, is_partner=is_partner)
    context = {"page_obj": page_of(request, found), "filter": narrowed, "ordering": sort, "is_partner": is_partner}
    return render(request, "funds/sales/sales.html", context)


def exported(sales: QuerySet[Sale], kind: str, *, is_partner: bool) -> HttpResponse:
    columns = ["Day", "Reference", "Program", "Currency", "Amount"] + ([] if is_partner else ["Partner", "File"])

    def row(sale: Sale) -> list:
        currency = sale.program.currency
        cells = [sale.sold_on, sale.reference, sale.program.name, currency, major(sale.amount, currency)]
        return cells if is_partner else [*cells, sale.partner.name, sale.upload.name]

    return table_response(name="sales", columns=columns, rows=(row(sale) for sale in sales.iterator()), kind=kind)
