"""Exchange rates: finance keeps them, one by one or from a file; admins look them up."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.forms.rates import ExchangeRateForm
from claims.models import ExchangeRate
from claims.rate_files import RATES, plan
from partners.exports import table_response
from partners.parcels import packed, unpacked
from partners.tables import FileRefused, Row, read
from programs.forms import TableFileForm, data_of
from programs.money import CURRENCIES

PAGE = 50
SHOWN = 200
SORTS = {"day": "day", "from": "base", "to": "quote", "rate": "rate", "source": "source"}
CODES = [(code, code) for code in CURRENCIES]


class RateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="source", lookup_expr="icontains", label="Search")
    base = django_filters.ChoiceFilter(choices=CODES, label="From", empty_label="Any currency")
    quote = django_filters.ChoiceFilter(choices=CODES, label="To", empty_label="Any currency")
    since = django_filters.DateFilter(field_name="day", lookup_expr="gte", label="Since")

    class Meta:
        model = ExchangeRate
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["since"].widget.input_type = "date"


def check(request: HttpRequest, permission: str = "claims.keep_rates") -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def my_rate(request: HttpRequest, pk: int) -> ExchangeRate:
    """404 for what one may not see, 403 for what one may only look at."""
    found = get_object_or_404(ExchangeRate.objects.visible_to(request.user), pk=pk)
    check(request)
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    check(request, "claims.see_rates")
    narrowed = RateFilter(
        request.GET, queryset=ExchangeRate.objects.visible_to(request.user).select_related("changed_by")
    )
    found, sort = narrowed.qs, request.GET.get("sort", "")
    if column := SORTS.get(sort.removeprefix("-")):
        found = found.order_by(f"-{column}" if sort.startswith("-") else column, "-day", "-id")
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        rows = ((r.base, r.quote, r.day, r.rate.normalize(), r.source) for r in found)
        return table_response(name="exchange rates", columns=RATES.columns, rows=rows, kind=kind)
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "ordering": sort,
        "may_keep": request.user.has_perm("claims.keep_rates"),
    }
    return render(request, "claims/rates/index.html", context)


def form_page(request: HttpRequest, rate: ExchangeRate) -> HttpResponse:
    """GET shows the form; POST saves."""
    now, name = timezone.now(), str(rate) if rate.pk else ""
    form = ExchangeRateForm(data_of(request), instance=rate, today=now.date())
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_rate(rate=form.save(commit=False), by=request.user, now=now)
        except actions.RateRefused as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, f"{saved} is kept. Lines that were counted before stay as they are.")
            return redirect("claims:rates")
    context = {"form": form, "rate": rate, "name": name}
    return render(request, "claims/rates/form.html", context, status=400 if form.errors else 200)


def add(request: HttpRequest) -> HttpResponse:
    check(request)
    return form_page(request, ExchangeRate(day=timezone.now().date()))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    return form_page(request, my_rate(request, pk))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    rate = my_rate(request, pk)
    name = str(rate)
    actions.remove_rate(rate=rate, by=request.user, now=timezone.now())
    messages.success(request, f"{name} is gone. Lines that were counted with it stay as they are.")
    return redirect("claims:rates")


def salt_of(request: HttpRequest) -> str:
    return f"claims.rates-file:{request.user.pk}"


def from_file(request: HttpRequest) -> HttpResponse:
    """GET asks for the file; POST of a file shows what it would do; POST of a preview does it, all or nothing."""
    check(request)
    is_confirmed = "parcel" in request.POST
    form = TableFileForm(request.POST, request.FILES) if request.method == "POST" else TableFileForm()
    try:
        if is_confirmed:
            return confirmed(request, unpacked(request.POST["parcel"], RATES, salt=salt_of(request)))
        if request.method == "POST" and form.is_valid():
            return preview(request, read(form.cleaned_data["file"].read(), RATES))
    except FileRefused as refusal:
        if is_confirmed:
            form = TableFileForm()
            messages.error(request, str(refusal))
        else:
            form.add_error("file", str(refusal))
    return render(request, "claims/rates/file.html", {"form": form}, status=400 if form.errors else 200)


def preview(request: HttpRequest, rows: list[Row], refusal: str = "") -> HttpResponse:
    planned = plan(rows, timezone.now().date())
    faults, right = planned.faults, [found for found in planned.rows if not found.errors]
    context = {
        "refusal": refusal,
        "new": len(planned.changes),
        "wrong": len(planned.rows) - len(right),
        "rows": right[:SHOWN],
        "more_rows": max(0, len(right) - SHOWN),
        "faults": faults[:SHOWN],
        "more_faults": max(0, len(faults) - SHOWN),
        "parcel": packed(rows, RATES, salt=salt_of(request)) if planned.is_ready else "",
        "form": TableFileForm(),
    }
    return render(request, "claims/rates/preview.html", context)


def confirmed(request: HttpRequest, rows: list[Row]) -> HttpResponse:
    """Do what the rows say, or show them again with what changed since."""
    planned = plan(rows, timezone.now().date())
    if planned.faults:
        return preview(request, rows, "Something changed since you looked: nothing was done. Look again.")
    try:
        count = actions.import_rates(rates=planned.changes, by=request.user, now=timezone.now())
    except actions.RateRefused as refusal:
        return preview(request, rows, str(refusal))
    messages.success(
        request, f"{count} rate{'' if count == 1 else 's'} of the file {'is' if count == 1 else 'are'} kept."
    )
    return redirect("claims:rates")


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A file to fill in: the columns, and one row as an example."""
    check(request)
    example = ["EUR", "USD", timezone.now().date(), "1.0850", "ECB reference rate"]
    return table_response(name="exchange rates", columns=RATES.columns, rows=[example], kind="csv")
