"""SPIFFs: the list with its sums, entering one, correcting it, naming its claim, saying when it was paid."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims.models import Claim
from claims.states import ClaimStatus
from funds.models import Sale
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, User
from plans.actions import spiffs
from plans.actions.sellers import SalesRefused
from plans.forms.spiffs import ChangedSpiffForm, SpiffForm
from plans.models import SalesPerson, SpiffEarning
from plans.spiff_files import SPIFFS
from plans.spiff_filters import SORTS, SpiffFilter
from plans.spiff_states import Spiff
from plans.views.mine import partner_of
from plans.views.targets import today_of
from programs.forms import data_of
from programs.models import Vendor
from programs.money import major


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    partner = partner_of(request, "plans.see_targets")
    mine = SpiffEarning.objects.visible_to(request.user).of_partner(partner)
    narrowed = SpiffFilter(
        request.GET,
        queryset=mine.with_state(),
        people=SalesPerson.objects.visible_to(request.user).of_partner(partner),
        vendors=Vendor._base_manager.filter(pk__in=mine.order_by().values("program__vendor")),
        today=today_of(partner),
    )
    sort = chosen_sort(request, SORTS, "")
    rows = in_order(narrowed.qs.with_program(), sort, SORTS)
    if kind := wanted_file(request):
        return export(rows, kind)
    page = page_of(request, rows)
    tell_sales(page, partner, request.user)
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "totals": totals(narrowed.qs),
        "may_enter": request.user.has_perm("plans.set_targets", partner),
    }
    return render(request, "plans/spiffs/index.html", context)


def totals(rows: QuerySet[SpiffEarning]) -> list[dict]:
    """A row a currency: all that was earned, and what of it is claimed and paid."""
    found: dict[str, dict] = {}
    for row in rows.order_by("currency").values("currency", "state").annotate(sum=Sum("amount")):
        total = found.setdefault(
            row["currency"], {"currency": row["currency"], "all": 0} | dict.fromkeys(Spiff.values, 0)
        )
        total[row["state"]] = row["sum"]
        total["all"] += row["sum"]
    return list(found.values())


def tell_sales(rows: Iterable[SpiffEarning], partner: Company, user: User) -> None:
    """Give each row the sale as the vendor's own file has it, where it does; in one query."""
    listed = list(rows)
    sales = Sale.objects.visible_to(user).filter(
        partner_id=partner.pk,
        program__in={row.program_id for row in listed},
        reference__in={row.reference for row in listed},
    )
    known = {(sale.program_id, sale.reference): sale for sale in sales}
    for row in listed:
        row.sale = known.get((row.program_id, row.reference))


def export(rows: QuerySet[SpiffEarning], kind: str) -> HttpResponseBase:
    """With the columns that an upload takes, so that it can come back with more rows."""
    lines = (
        [
            row.person.name,
            row.program.vendor.name,
            row.program.name,
            row.reference,
            row.earned_on,
            major(row.amount, row.currency),
            row.paid_on,
            row.currency,
            Spiff(row.state).label,
            row.claim.number if row.claim else "",
        ]
        for row in rows
    )
    return table_response(name="spiffs", columns=SPIFFS.columns, rows=lines, kind=kind)


def enter(request: HttpRequest) -> HttpResponse:
    partner = partner_of(request, "plans.set_targets")
    programs = spiffs.programs_of(partner, request.user).select_related("vendor")
    form = SpiffForm(
        data_of(request),
        people=SalesPerson.objects.visible_to(request.user).of_partner(partner),
        programs=programs.order_by("vendor__name", "name", "pk"),
        today=today_of(partner),
    )
    if request.method == "POST" and form.is_valid():
        new = spiffs.NewSpiff(**form.cleaned_data)
        try:
            spiffs.enter(partner=partner, new=[new], by=request.user, now=timezone.now())
        except SalesRefused as refusal:
            form.add_error("reference", str(refusal))
        else:
            messages.success(request, f"The SPIFF of {new.person} for sale {new.reference} is entered.")
            return redirect("plans:spiffs")
    return render(request, "plans/spiffs/enter.html", {"form": form}, status=400 if form.errors else 200)


def own_spiff(request: HttpRequest, pk: int) -> SpiffEarning:
    """404 for what one may not see, 403 for what one may only look at."""
    rows = SpiffEarning.objects.visible_to(request.user).select_related("person__partner", "program__vendor", "claim")
    found: SpiffEarning = get_object_or_404(rows.with_state(), pk=pk)
    if not request.user.has_perm("plans.change_spiff", found):
        raise PermissionDenied
    return found


def change(request: HttpRequest, pk: int) -> HttpResponse:
    spiff = own_spiff(request, pk)
    partner = spiff.person.partner
    claims = Claim.objects.visible_to(request.user).of_partner(partner).exclude(status=ClaimStatus.DRAFT)
    form = ChangedSpiffForm(
        data_of(request),
        spiff=spiff,
        claims=claims.filter(allocation__budget__program=spiff.program_id),
        today=today_of(partner),
    )
    if request.method == "POST" and form.is_valid():
        try:
            spiffs.change(spiff=spiff, **form.cleaned_data, by=request.user, now=timezone.now())
        except SalesRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The SPIFF for sale {spiff.reference} is saved.")
            return redirect("plans:spiffs")
    return render(
        request, "plans/spiffs/change.html", {"form": form, "spiff": spiff}, status=400 if form.errors else 200
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    spiff = own_spiff(request, pk)
    try:
        spiffs.remove(spiff=spiff, by=request.user, now=timezone.now())
    except SalesRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:spiff", pk)
    messages.success(request, f"The SPIFF for sale {spiff.reference} is gone.")
    return redirect("plans:spiffs")
