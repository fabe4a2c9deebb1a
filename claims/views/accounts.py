"""Where a company is paid, or pays from: entered by who looks after it, checked by finance."""

import django_filters
from allauth.account.internal.flows import reauthentication
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from claims import actions
from claims.forms.accounts import BankDetailsForm
from claims.forms.payments import WordsForm
from claims.models import BankDetails, Payment
from claims.signs import shared_with
from claims.states.payments import WAITING
from partners.exports import table_response
from partners.lists import Sorts, chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from partners.states import Kind

SORTS: Sorts = {"company": ("company__name",), "entered": ("entered_at",), "checked": ("checked_at",)}


def own_company(request: HttpRequest) -> Company:
    """The one worked in, if this person says where it is paid; 403 otherwise."""
    company = request.membership and request.membership.company
    if company is None or not request.user.has_perm("claims.enter_bank_details", company):
        raise PermissionDenied
    return company


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What stands, masked, and every change before it."""
    company = own_company(request)
    history = list(BankDetails.objects.filter(company=company.pk).select_related("entered_by", "checked_by"))
    context = {
        "company": company,
        "current": next((details for details in history if details.replaced_at is None), None),
        "history": history,
        "is_partner": company.kind == Kind.PARTNER,
    }
    return render(request, "claims/accounts/own.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Enter new ones, after a fresh sign-in. What was typed is not kept anywhere on the way there."""
    company = own_company(request)
    if reauthentication.is_reauthentication_required(request, app="claims"):
        if request.method == "POST":
            messages.error(request, "Sign in once more, then enter the details again: nothing was changed.")
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('claims:change_details')})}")
    form = BankDetailsForm(request.POST if request.method == "POST" else None, initial={"country": company.country})
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            details = actions.enter_details(
                company=company,
                kind=said["kind"],
                holder=said["holder"],
                country=said["country"],
                bic=said["bic"],
                secrets=form.secrets(),
                by=request.user,
                now=timezone.now(),
            )
        except actions.ClaimRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"Saved: {details.masked}. All who look after {company} get a mail about it.")
            return redirect("claims:bank_details")
    elif form.is_bound:
        status = 400
    context = {"form": form, "company": company, "is_partner": company.kind == Kind.PARTNER}
    return render(request, "claims/accounts/change.html", context, status=status)


class DetailsFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", field_name="company__name", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(
        label="Of",
        choices=[(Kind.PARTNER, "Partners"), (Kind.VENDOR, "Vendors")],
        field_name="company__kind",
        empty_label="All",
    )
    checked = django_filters.ChoiceFilter(
        label="Checked", choices=[("no", "To be checked"), ("yes", "Checked")], method="narrow", empty_label="Either"
    )

    class Meta:
        model = BankDetails
        fields: list[str] = []

    def narrow(self, queryset, name, value):
        return queryset.filter(checked_at__isnull=value == "no")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Finance's list of the bank details that stand, masked; those to be checked first."""
    if not request.user.has_perm("claims.see_payments"):
        raise PermissionDenied
    waiting = Payment.objects.filter(partner=OuterRef("company"), status__in=WAITING)
    found = BankDetails.objects.filter(replaced_at=None).select_related("company", "entered_by", "checked_by")
    narrowed = DetailsFilter(request.GET, queryset=found.annotate(holds_up=Exists(waiting)))
    sort = chosen_sort(request, SORTS, "checked")
    rows = in_order(narrowed.qs, sort, SORTS)
    if sort == "checked":
        rows = rows.order_by("-company__kind", "-checked_at", "pk").reverse()
    if kind := wanted_file(request):
        columns = ["Company", "Account", "Holder", "Country", "Tax number", "Entered", "By", "Checked", "By"]
        cells = (
            (
                d.company.name,
                d.masked,
                d.holder,
                d.country,
                d.tax_masked,
                d.entered_at,
                str(d.entered_by),
                d.checked_at,
                str(d.checked_by or ""),
            )
            for d in rows
        )
        return table_response(name="bank-details", columns=columns, rows=cells, kind=kind)
    context = {"page_obj": page_of(request, rows), "filter": narrowed, "ordering": sort, "page": "details"}
    return render(request, "claims/accounts/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_company(request: HttpRequest, pk: int) -> HttpResponse:
    """Finance looks at one company's details, masked, and says that it called back."""
    if not request.user.has_perm("claims.see_payments"):
        if Company.objects.visible_to(request.user).filter(pk=pk).exists():
            raise PermissionDenied
        raise Http404
    company = get_object_or_404(Company.objects.on_windfall().exclude(kind=Kind.SITE), pk=pk)
    history = list(BankDetails.objects.filter(company=company).select_related("entered_by", "checked_by"))
    current = next((details for details in history if details.replaced_at is None), None)
    form = WordsForm(request.POST if request.method == "POST" else None, label="Whom you called, and what they said")
    status = 200
    may_check = bool(current) and request.user.has_perm("claims.check_bank_details", current)
    if request.method == "POST":
        if current and not may_check:
            raise PermissionDenied
        if current and form.is_valid():
            try:
                free = actions.check_details(details=current, **form.cleaned_data, by=request.user, now=timezone.now())
            except actions.ClaimRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                words = f"{free} payment{'s' if free != 1 else ''} can be made now."
                messages.success(request, f"Checked: {current.masked}. {words}")
                return redirect("claims:company_details", pk)
        status = 400
    context = {
        "company": company,
        "current": current,
        "history": history,
        "form": form,
        "shared": shared_with(company),
        "may_check": may_check and not current.is_checked if current else False,
        "waiting": Payment.objects.filter(partner=company.pk, status__in=WAITING).count(),
    }
    return render(request, "claims/accounts/company.html", context, status=status)
