"""Reviews of a partner's vendors: on the page, on paper, and what is agreed there."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.reviews import choosing
from dashboards.reviews.facts import reviews
from dashboards.reviews.printing import pack
from dashboards.reviews.scope import SPANS, USUAL_SPAN, Scope
from dashboards.reviews.sheets import Sheets, sheets
from partners.models import Company
from plans.actions import steps
from plans.actions.steps import StepRefused
from plans.forms.steps import StepForm
from plans.views.mine import partner_of
from programs.days import Clock
from programs.views.files import attachment


def span_of(request: HttpRequest) -> str:
    wanted = request.GET.get("months", "")
    return wanted if wanted in SPANS else USUAL_SPAN


def sheets_of(request: HttpRequest, company: Company, vendors: Sequence[Company], now: datetime) -> list[Sheets]:
    scope = Scope(request.user, company, tuple(vendors), now, SPANS[span_of(request)])
    return [sheets(review) for review in reviews(scope)]


def chosen_in(request: HttpRequest, ranking: choosing.Ranking) -> list[Company]:
    return ranking.chosen(set(request.GET.getlist("vendor")))


def query_of(request: HttpRequest, vendors: Sequence[Company]) -> str:
    """The address's part that shows these vendors again."""
    query = request.GET.copy()
    query.clear()
    query["months"] = span_of(request)
    query.setlist("vendor", [str(vendor.pk) for vendor in vendors])
    return query.urlencode()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The vendors where most money is to be had, or those that the address names."""
    company, now = partner_of(request, "plans.agree"), timezone.now()
    ranking = choosing.ranked(request.user, company, now)
    vendors = chosen_in(request, ranking)
    context = {
        "ranking": ranking,
        "chosen": {vendor.pk for vendor in vendors},
        "pages": sheets_of(request, company, vendors, now),
        "most": choosing.MOST,
        "top": choosing.TOP,
        "query": query_of(request, vendors),
        **spans(request),
    }
    return render(request, "dashboards/reviews/index.html", context)


def spans(request: HttpRequest) -> dict:
    return {"spans": SPANS, "span": span_of(request)}


@require_safe
def index_pdf(request: HttpRequest) -> HttpResponse:
    company, now = partner_of(request, "plans.agree"), timezone.now()
    vendors = chosen_in(request, choosing.ranked(request.user, company, now))
    if not vendors:
        raise Http404
    return pdf(request, company, vendors, now, "vendor reviews")


def pdf(request: HttpRequest, company: Company, vendors: Sequence[Company], now: datetime, name: str) -> HttpResponse:
    content = pack(sheets_of(request, company, vendors, now), company=company, by=request.user, now=now)
    return attachment(content, f"{slugify(name)[:80] or 'review'}-{now:%Y-%m-%d}.pdf", "application/pdf")


def vendor_of(request: HttpRequest, pk: int) -> Company:
    """One of the partner's vendors; for everybody else there is none."""
    if request.membership is None:
        raise Http404
    return get_object_or_404(choosing.vendors_of(request.user, request.membership.company), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One vendor; a POST agrees on a next step."""
    vendor, now = vendor_of(request, pk), timezone.now()
    company = request.membership.company
    today = Clock(now).day_in(company.time_zone)
    form = StepForm(request.POST if request.method == "POST" else None, partner=company, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            steps.agree(partner=company, vendor=vendor, by=request.user, now=now, **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Agreed. {form.cleaned_data['person']} is reminded in time.")
            return redirect(f"{reverse('dashboards:review', args=[pk])}?months={span_of(request)}#steps")
    (page,) = sheets_of(request, company, [vendor], now)
    context = {"page": page, "form": form, "query": query_of(request, []), **spans(request)}
    return render(request, "dashboards/reviews/review.html", context, status=400 if form.errors else 200)


@require_safe
def review_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    vendor = vendor_of(request, pk)
    return pdf(request, request.membership.company, [vendor], timezone.now(), f"review {vendor.name}")
