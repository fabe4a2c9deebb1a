"""Windfall's companies, as its admins see them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partners import actions
from partners.actions import PeopleRefused
from partners.exports import table_response
from partners.filters import COMPANY_SORTS, CompanyFilter
from partners.forms import CompanyForm
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from partners.views.team import say_mailed


def check_admin(request: HttpRequest) -> None:
    if not request.user.has_perm("partners.create_company"):
        raise PermissionDenied


@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    check_admin(request)
    people = Count("memberships__user", filter=Q(memberships__ended_at=None), distinct=True)
    narrowed = CompanyFilter(request.GET, queryset=Company.objects.on_windfall().annotate(people=people))
    sort = chosen_sort(request, COMPANY_SORTS, "name")
    found = in_order(narrowed.qs, sort, COMPANY_SORTS)
    if kind := wanted_file(request):
        return exported(found, kind)
    context = {"page_obj": page_of(request, found), "filter": narrowed, "ordering": sort}
    return render(request, "partners/companies.html", context)


def exported(companies: QuerySet[Company], kind: str) -> HttpResponse:
    columns = ["Name", "Kind", "Country", "Currency", "Time zone", "People", "Since"]
    rows = (
        [c.name, c.get_kind_display(), c.country, c.currency, c.time_zone, c.people, c.created_at.date()]
        for c in companies.iterator()
    )
    return table_response(name="companies", columns=columns, rows=rows, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def create_company(request: HttpRequest) -> HttpResponse:
    check_admin(request)
    form = CompanyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        form = CompanyForm(request.POST)
        if form.is_valid():
            try:
                email = form.cleaned_data["email"]
                invitation = actions.create_company(
                    company=form.save(commit=False), email=email, by=request.user, now=timezone.now()
                )
            except PeopleRefused as refusal:
                form.add_error("name", str(refusal))
                status = 409
            else:
                messages.success(request, f"{invitation.company} is made.")
                say_mailed(request, invitation)
                return redirect("partners:company", invitation.company_id)
    return render(request, "partners/create_company.html", {"form": form}, status=status)
