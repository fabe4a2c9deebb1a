"""Plans that are ready: a partner tells a vendor of one, both find it in a list, the vendor declines or grants it money."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import actions
from funds.ask_forms import DeclineForm, ProposalForm
from funds.asks import Proposal
from funds.filters import PROPOSAL_SORTS, ProposalFilter
from funds.views.asking import kind_of
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Event, Partner
from partners.states import Kind
from programs.forms import data_of
from programs.models import Program
from programs.money import major
from programs.states import ProgramStatus


def propose(request: HttpRequest, pk: int) -> HttpResponse:
    programs = Program.objects.visible_to(request.user).select_related("vendor", "terms")
    program = get_object_or_404(programs, pk=pk)
    partner = Partner.objects.filter(pk=request.membership.company_id).first() if request.membership else None
    if partner is None or program.vendor.is_kept or not request.user.has_perm("funds.propose", partner):
        raise PermissionDenied
    if request.method != "POST" and program.status != ProgramStatus.PUBLISHED:
        messages.info(request, "This program is closed: it grants no new money.")
        return redirect("programs:detail", pk)
    form = ProposalForm(data_of(request), instance=Proposal(program=program, partner=partner), program=program)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(proposal=form.save(commit=False), by=request.user, now=timezone.now())
        except actions.FundsRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{program.vendor.name} has your plan now. The answer will stand here.")
            return redirect("funds:proposal", made.pk)
    return render(request, "funds/plans/propose.html", {"form": form, "program": program})


def listed(request: HttpRequest) -> QuerySet[Proposal]:
    """As the company worked in has them; Windfall's people see none."""
    plans = Proposal.objects.visible_to(request.user).with_program()
    return plans.of_company(request.membership.company) if request.membership else plans.none()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    narrowed = ProposalFilter(request.GET, queryset=listed(request))
    sort = chosen_sort(request, PROPOSAL_SORTS, "next")
    found = in_order(narrowed.qs, sort, PROPOSAL_SORTS)
    if kind := wanted_file(request):
        return exported(found, kind)
    now = timezone.now()
    page = page_of(request, found)
    context = {
        "page_obj": page,
        "rows": [{"plan": plan, "today": plan.program.today(now)} for plan in page],
        "filter": narrowed,
        "ordering": sort,
        "is_partner": kind_of(request) == Kind.PARTNER,
        "is_vendor": kind_of(request) == Kind.VENDOR,
    }
    return render(request, "funds/plans/index.html", context)


def exported(plans: QuerySet[Proposal], kind: str) -> HttpResponse:
    columns = ["Asked at (UTC)", "Vendor", "Program", "Partner", "Plan", "What it is for", "From", "Until", "Currency"]
    columns += ["Amount", "Leads", "Pipeline", "Status", "Reason", "Answer"]

    def row(plan: Proposal) -> list:
        what = [plan.asked_at, plan.program.vendor.name, plan.program.name, plan.partner.name, plan.title, plan.purpose]
        pipeline = None if plan.pipeline is None else major(plan.pipeline, plan.currency)
        money = [plan.currency, major(plan.amount, plan.currency), plan.leads, pipeline]
        answer = [plan.get_status_display(), plan.get_reason_code_display(), plan.answer]
        return [*what, plan.starts_on, plan.ends_on, *money, *answer]

    return table_response(name="plans", columns=columns, rows=(row(plan) for plan in plans), kind=kind)


def visible_proposal(request: HttpRequest, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(request.user).with_program(), pk=pk)


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, visible_proposal(request, pk), DeclineForm())


def shown(request: HttpRequest, plan: Proposal, form: DeclineForm) -> HttpResponse:
    may_answer = plan.is_open and request.user.has_perm("funds.answer_proposal", plan)
    context = {
        "plan": plan,
        "program": plan.program,
        "today": plan.program.today(timezone.now()),
        "form": form,
        "may_answer": may_answer,
        "may_withdraw": plan.is_open and request.user.has_perm("funds.withdraw_ask", plan),
        "is_vendor": kind_of(request) == Kind.VENDOR,
        "budgets": plan.program.budgets.filter(closed_at=None) if may_answer else [],
        "story": story(plan),
    }
    return render(request, "funds/plans/page.html", context)


TONES = {"granted": "ok", "declined": "risk", "withdrawn": "idle"}


def story(plan: Proposal) -> list[dict]:
    """What became of it, newest first, as the timeline shows it."""
    events = Event.objects.about(plan).select_related("actor").reverse()
    return [
        {"at": e.at, "actor": e.actor, "what": e.verb.capitalize(), "tone": TONES.get(e.verb, "wait")} for e in events
    ]


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    plan = visible_proposal(request, pk)
    if not request.user.has_perm("funds.answer_proposal", plan):
        raise PermissionDenied
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            actions.decline_proposal(proposal=plan, **form.cleaned_data, by=request.user, now=timezone.now())
        except actions.FundsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("funds:proposal", pk)
        messages.success(request, f"Declined. {plan.partner.name} reads why on the plan's page.")
        return redirect("funds:proposals")
    return shown(request, plan, form)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    plan = visible_proposal(request, pk)
    if not request.user.has_perm("funds.withdraw_ask", plan):
        raise PermissionDenied
    try:
        actions.withdraw_proposal(proposal=plan, by=request.user, now=timezone.now())
    except actions.FundsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back: the vendor no longer sees it as ready.")
    return redirect("funds:proposal", pk)
