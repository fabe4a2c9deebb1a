"""What came of activities: which results are due, what was reported, and the partner's report."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.actions import outcomes
from claims.actions.steps import ClaimRefused
from claims.forms.filing import FilesField
from claims.forms.outcomes import FigureForm, ReportForm
from claims.models import Claim, FundRequest, Outcome, OutcomeReport, Result, ResultFile
from claims.outcome_filters import SORTS, OutcomeFilter
from claims.states.outcomes import RESULTS, REVENUE, Basis
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.states import Kind
from programs.forms import data_of
from programs.models import Vendor
from programs.money import major
from programs.uploads import FileRefused, accept
from programs.views.files import download

Activity = Claim | FundRequest


def my_outcomes(request: HttpRequest):
    """What the person may see, narrowed to the company worked in."""
    found = Outcome.objects.visible_to(request.user).standing()
    company = request.membership and request.membership.company
    if company is None:
        return found.none()
    if company.kind == Kind.PARTNER:
        return found.of_partner(company)
    return found.of_vendor(company) if company.kind == Kind.VENDOR else found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Results that are due and those that were reported, what is due first on top."""
    found, today = my_outcomes(request), timezone.now().date()
    kind = request.membership and request.membership.company.kind
    vendors = None
    if kind != Kind.VENDOR:
        vendors = Vendor.objects.filter(pk__in=found.order_by().values("allocation__budget__program__vendor"))
    narrowed = OutcomeFilter(request.GET, queryset=found.with_fund(), vendors=vendors, today=today)
    sort = chosen_sort(request, SORTS, "")
    rows = in_order(narrowed.qs, sort, SORTS) if sort else narrowed.qs.order_by("number", "due_on", "pk")
    if wanted := wanted_file(request):
        return export(rows, wanted)
    page = page_of(request, rows)
    tell_results(list(page.object_list), today)
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "today": today,
        "overdue": found.overdue(today).count(),
        "is_partner": kind == Kind.PARTNER,
        "is_vendor": kind == Kind.VENDOR,
    }
    return render(request, "claims/outcomes/index.html", context)


def tell_results(rows: Iterable[Outcome], today) -> None:
    """Give each row the figures that stand, in one query, and whether it is late."""
    by_outcome: dict[int, dict[tuple[str, str], int]] = {}
    for result in standing_results([row.pk for row in rows]):
        by_outcome.setdefault(result.report.outcome_id, {})[result.kind, result.basis] = result.amount
    for row in rows:
        known = by_outcome.get(row.pk, {})
        row.is_late = row.is_overdue(today)
        row.measured, row.claimed = known.get((REVENUE, Basis.MEASURED)), known.get((REVENUE, Basis.CLAIMED))
        row.leads = known.get(("leads", Basis.MEASURED), known.get(("leads", Basis.CLAIMED)))


def standing_results(outcome_ids: list[int]) -> QuerySet[Result]:
    return Result.objects.filter(
        report__outcome__in=outcome_ids, report__number=F("report__outcome__number")
    ).select_related("report")


def export(rows, kind: str) -> HttpResponse:
    """A row for each figure that stands; an activity without any has one row."""
    columns = ["Activity", "Title", "Partner", "Vendor", "Program", "Ended", "Due", "Reported", "Result", "How known"]
    columns += ["Figure", "Currency", "Where it is read"]
    outcomes_of = list(rows)
    results: dict[int, list[Result]] = {}
    for result in standing_results([row.pk for row in outcomes_of]):
        results.setdefault(result.report.outcome_id, []).append(result)

    def lines():
        for row in outcomes_of:
            program = row.allocation.program
            head = [row.about.number, row.about.title, row.partner.name, program.vendor.name, program.name]
            head += [row.ended_on, row.due_on, row.reported_at]
            for result in results.get(row.pk, []):
                amount = major(result.amount, row.currency) if result.is_money else result.amount
                code = row.currency if result.is_money else ""
                known = [result.get_kind_display(), result.get_basis_display(), amount, code, result.source]
                yield [*head, *known]
            if row.pk not in results:
                yield [*head, "", "", None, "", ""]

    return table_response(name="results", columns=columns, rows=lines(), kind=kind)


def visible_activity(request: HttpRequest, model: type[Activity], pk: int) -> Activity:
    found = model.objects.visible_to(request.user).with_fund()
    if model is Claim:
        found = found.select_related("request__activity", "request__allocation__budget__program__vendor")
    return get_object_or_404(found, pk=pk)


@require_safe
def of_claim(request: HttpRequest, pk: int) -> HttpResponse:
    return standing(request, visible_activity(request, Claim, pk))


@require_safe
def of_request(request: HttpRequest, pk: int) -> HttpResponse:
    return standing(request, visible_activity(request, FundRequest, pk))


def standing(request: HttpRequest, about: Activity) -> HttpResponse:
    """What was reported of it, the latest first; all reports stay readable."""
    if isinstance(about, Claim) and about.request:
        return redirect("claims:results_of_request", about.request_id)
    now = timezone.now()
    outcome = Outcome.objects.filter(**key(about)).first()
    context = page_of_activity(about) | {
        "outcome": outcome,
        "reports": reports_of(outcome),
        "today": about.program.today(now),
        "may_report": request.user.has_perm("claims.report", about) and not outcomes.may_be_told(about, now),
        "why_not": outcomes.may_be_told(about, now),
    }
    return render(request, "claims/outcomes/standing.html", context)


def key(about: Activity) -> dict[str, Activity]:
    return {"request" if isinstance(about, FundRequest) else "claim": about}


def page_of_activity(about: Activity) -> dict:
    of = "request" if isinstance(about, FundRequest) else "claim"
    return {
        "about": about,
        "of": of,
        "about_url": about_address(about),
        "results_name": f"claims:results_of_{of}",
        "report_name": f"claims:report_of_{of}",
    }


def about_address(about: Activity) -> str:
    return reverse("claims:request" if isinstance(about, FundRequest) else "claims:detail", args=[about.pk])


def reports_of(outcome: Outcome | None) -> list[OutcomeReport]:
    if outcome is None:
        return []
    reports = list(outcome.reports.select_related("reported_by").prefetch_related("results", "files"))
    for report in reports:
        report.rows = table_of(report)
        report.is_standing = report.number == outcome.number
    return reports


def table_of(report: OutcomeReport) -> list[dict]:
    """A row for each kind: what was measured, where, and what is claimed."""
    rows: dict[str, dict] = {}
    for result in report.results.all():
        row = rows.setdefault(result.kind, {"label": RESULTS[result.kind], "is_money": result.is_money, "source": ""})
        row[result.basis] = result.amount
        row["source"] = row["source"] or result.source
    return [rows[kind] for kind in RESULTS if kind in rows]


def report_of_claim(request: HttpRequest, pk: int) -> HttpResponse:
    return report(request, visible_activity(request, Claim, pk))


def report_of_request(request: HttpRequest, pk: int) -> HttpResponse:
    return report(request, visible_activity(request, FundRequest, pk))


def report(request: HttpRequest, about: Activity) -> HttpResponse:
    """The form: filled with the report that stands, so that a correction types only what is different."""
    if not request.user.has_perm("claims.report", about):
        raise PermissionDenied
    if isinstance(about, Claim) and about.request:
        return redirect("claims:report_of_request", about.request_id)
    now = timezone.now()
    if words := outcomes.may_be_told(about, now):
        messages.error(request, words)
        return redirect(f"claims:results_of_{page_of_activity(about)['of']}", about.pk)
    outcome = Outcome.objects.filter(**key(about)).first()
    latest = outcome.reports.prefetch_related("results").first() if outcome else None
    data = data_of(request)
    form = ReportForm(
        data, initial={"number": outcome.number if outcome else 0, "words": latest.words if latest else ""}
    )
    before = list(latest.results.all()) if latest else []
    figures = [
        FigureForm(data, kind=kind, currency=about.currency, before=before) for kind in outcomes.figures_asked(about)
    ]
    if request.method == "POST":
        response = sent(request, about, form, figures)
        if response is not None:
            return response
    context = page_of_activity(about) | {"form": form, "figures": figures, "latest": latest}
    return render(request, "claims/outcomes/report.html", context, status=400 if form.is_bound else 200)


def sent(request: HttpRequest, about: Activity, form: ReportForm, figures: list[FigureForm]) -> HttpResponse | None:
    """Where the report leads once it is taken; None with what is wrong said in the forms. A file that is refused stops all."""
    files = []
    for upload in FilesField(required=False, allow_empty_file=True).clean(request.FILES.getlist("files")):
        try:
            files.append(accept(upload))
        except FileRefused as refusal:
            form.add_error(None, str(refusal))
    if len(files) > outcomes.MOST_FILES:
        form.add_error(None, f"Attach {outcomes.MOST_FILES} files at most.")
    if not all([form.is_valid(), *(figure.is_valid() for figure in figures)]):
        return None
    try:
        outcomes.report(
            about=about,
            number=form.cleaned_data["number"],
            words=form.cleaned_data["words"],
            results=[told for figure in figures for told in figure.told()],
            files=files,
            by=request.user,
            now=timezone.now(),
        )
    except ClaimRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, f"Reported. {about.program.vendor.name} sees what came of it.")
    return redirect(page_of_activity(about)["results_name"], about.pk)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    visible = Outcome.objects.visible_to(request.user)
    found = get_object_or_404(ResultFile.objects.filter(report__outcome__in=visible), pk=pk)
    return download(found.file, name=found.name, kind=found.kind)
