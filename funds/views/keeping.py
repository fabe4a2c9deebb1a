"""Vendors that a partner records itself: their list, the page of one with its programs and funds, and what is done about them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.filters import SORTS, KeptAllocationFilter, KeptVendorFilter, with_order
from funds.models import Allocation, StatementLayout, StatementUpload
from funds.statement_forms import KeptProgramForm, VendorForm
from funds.views.allocations import days_at, exported, rows_of
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from partners.states import Kind
from programs.actions import ProgramRefused, keeping
from programs.forms import data_of
from programs.models import KeptVendor, Link, Program, Terms
from programs.states import TERMS

VENDOR_SORTS = {
    "name": ("name",),
    "programs": ("program_count", "name"),
    "funds": ("fund_count", "name"),
    "since": ("created_at",),
}


def own_partner(request: HttpRequest) -> Company:
    """The partner worked in, whose books these are. PermissionDenied to everybody else."""
    company: Company | None = request.membership and request.membership.company
    if company is None or company.kind != Kind.PARTNER or not request.user.has_perm("programs.record_vendor", company):
        raise PermissionDenied
    return company


def kept_vendor(request: HttpRequest, pk: int) -> KeptVendor:
    return get_object_or_404(KeptVendor.objects.visible_to(request.user).select_related("kept_by"), pk=pk)


def kept_program(request: HttpRequest, pk: int) -> Program:
    """A program in the person's own books; one on Windfall, which the person may see, is not to be typed: 403."""
    programs = Program.objects.visible_to(request.user).select_related("vendor", "terms")
    program: Program = get_object_or_404(programs, pk=pk)
    if not request.user.has_perm("programs.keep_books", program):
        raise PermissionDenied
    return program


def listed(partner: Company) -> QuerySet[KeptVendor]:
    found: QuerySet[KeptVendor] = KeptVendor.objects.of_partner(partner).annotate(
        program_count=Count("programs", distinct=True),
        fund_count=Count("programs__budgets__allocations", distinct=True),
    )
    return found


@require_safe
def vendors(request: HttpRequest) -> HttpResponse:
    partner = own_partner(request)
    narrowed = KeptVendorFilter(request.GET, queryset=listed(partner))
    sort = chosen_sort(request, VENDOR_SORTS, "name")
    found = in_order(narrowed.qs, sort, VENDOR_SORTS)
    if kind := wanted_file(request):
        return exported_vendors(found, kind)
    page = page_of(request, found)
    left = still_to_claim(page)
    context = {
        "page_obj": page,
        "rows": [(vendor, left.get(vendor.pk, [])) for vendor in page],
        "filter": narrowed,
        "ordering": sort,
        "partner": partner,
        "links": waiting_links(request, partner),
        "waiting": StatementUpload.objects.of_partner(partner).waiting().count(),
    }
    return render(request, "funds/kept/index.html", context)


def still_to_claim(vendors) -> dict[int, list[tuple[str, int]]]:
    """Per vendor, the unclaimed money in each currency."""
    funds = Allocation.objects.filter(budget__program__vendor__in=[vendor.pk for vendor in vendors]).unclaimed()
    rows = funds.order_by().values_list("budget__program__vendor", "budget__program__currency")
    found: dict[int, list[tuple[str, int]]] = {}
    for vendor, currency, amount in rows.annotate(left=Sum(F("available") + F("reserved"))):
        found.setdefault(vendor, []).append((currency, int(amount)))
    return found


def waiting_links(request: HttpRequest, partner: Company) -> list[Link]:
    """Questions of Windfall's admins, whether a vendor that joined is one of these."""
    links = Link.objects.visible_to(request.user).of_partner(partner).waiting()
    return list(links.select_related("kept", "vendor"))


def exported_vendors(vendors: QuerySet[KeptVendor], kind: str) -> HttpResponse:
    columns = ["Vendor", "Programs", "Funds", "State", "Since"]
    rows = (
        [v.name, v.program_count, v.fund_count, "Put away" if v.retired_at else "In use", v.created_at.date()]
        for v in vendors
    )
    return table_response(name="vendors", columns=columns, rows=rows, kind=kind)


def vendor_add(request: HttpRequest) -> HttpResponse:
    """The vendor with its first program; what comes next is a fund."""
    partner = own_partner(request)
    form = VendorForm(data_of(request), partner=partner)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        try:
            with transaction.atomic():
                made = keeping.record_vendor(partner=partner, name=data["name"], by=request.user, now=now)
                program = keeping.record_program(
                    vendor=made, name=data["program"], currency=data["currency"], by=request.user, now=now
                )
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{made.name} is in your books. Now type what its latest statement says of a fund."
            )
            return redirect("funds:record_fund", program.pk)
    return render(request, "funds/kept/vendor_add.html", {"form": form, "partner": partner})


@require_safe
def vendor(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = kept_vendor(request, pk)
    funds = Allocation.objects.visible_to(request.user).of_vendor(found).with_terms()
    narrowed = KeptAllocationFilter(request.GET, queryset=with_order(funds.with_steps(days_at(now))))
    sort = chosen_sort(request, SORTS, "next")
    chosen = in_order(narrowed.qs, sort, SORTS)
    if kind := wanted_file(request):
        return exported(chosen, kind, now)
    page = page_of(request, chosen)
    links = Link.objects.visible_to(request.user).filter(kept=found).select_related("vendor", "kept")
    joined = found.has_joined
    context = {
        "vendor": found,
        "programs": found.programs.select_related("terms").annotate(fund_count=Count("budgets__allocations")),
        "page_obj": page,
        "rows": rows_of(page, now),
        "filter": narrowed,
        "ordering": sort,
        "links": list(links.waiting()),
        "has_joined": joined,
        "may_close": joined and funds.unclaimed().exists(),
        "may_answer": any(request.user.has_perm("programs.answer_link", link) for link in links),
        "is_open": not joined and not found.retired_at,
        "uploads": StatementUpload.objects.visible_to(request.user).of_vendor(found).with_people()[:5],
        "layouts": StatementLayout.objects.visible_to(request.user).of_vendor(found),
    }
    return render(request, "funds/kept/vendor.html", context)


def vendor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_vendor(request, pk)
    form = VendorForm(data_of(request), partner=found.kept_by, vendor=found, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            keeping.rename_vendor(vendor=found, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except ProgramRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Its name is changed.")
            return redirect("funds:vendor", pk)
    return render(request, "funds/kept/vendor_edit.html", {"form": form, "vendor": found})


def vendor_put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks; POST puts the vendor away, or brings it back."""
    found = kept_vendor(request, pk)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "bring_back":
                keeping.bring_back(vendor=found, by=request.user, now=timezone.now())
                messages.success(request, f"{found.name} is in use again.")
            else:
                actions.put_away(vendor=found, by=request.user, now=timezone.now())
                messages.success(request, f"{found.name} is put away. What you recorded stays.")
        except FundsRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("funds:vendor", pk)
    if found.retired_at:
        messages.info(request, f"{found.name} is put away already.")
        return redirect("funds:vendor", pk)
    return render(request, "funds/kept/put_away.html", {"vendor": found})


def program_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_vendor(request, pk)
    form = KeptProgramForm(data_of(request), vendor=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.record_program(
                vendor=found,
                name=form.cleaned_data["name"],
                currency=form.cleaned_data["currency"],
                terms=form.save(commit=False),
                by=request.user,
                now=timezone.now(),
            )
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{made.name} is in your books. Now type what its latest statement says of a fund."
            )
            return redirect("funds:record_fund", made.pk)
    return render(request, "funds/kept/program_add.html", {"form": form, "vendor": found})


def program_edit(request: HttpRequest, pk: int) -> HttpResponse:
    program = kept_program(request, pk)
    # What is typed makes the next version: the one in force stays as it is.
    start = Terms(**{name: getattr(program.current_terms, name) for name in TERMS})
    form = KeptProgramForm(data_of(request), instance=start, vendor=program.vendor, program=program)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_kept_program(
                program=program,
                name=form.cleaned_data["name"],
                terms=form.save(commit=False),
                by=request.user,
                now=timezone.now(),
            )
        except ProgramRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Your changes are saved. They hold for all its funds.")
            return redirect("funds:vendor", program.vendor_id)
    return render(request, "funds/kept/program_edit.html", {"form": form, "program": program, "vendor": program.vendor})
