"""The editor of a program, in steps: what it is, what it promises, what it pays for, and how a partner will see it."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs import actions
from programs.actions import ProgramChanged, ProgramRefused, version
from programs.forms import data_of
from programs.forms.offers import ProgramForm
from programs.models import Program, Terms, Vendor
from programs.starts import BY_KEY, STARTS, Start
from programs.states import ProgramKind, ProgramStatus
from programs.views.drafts import NOT_A_DRAFT, PLAIN, autosaved, saves_itself
from programs.views.people import company_of, own_program


class Step(NamedTuple):
    """One page of the editor, as the line above it shows it."""

    label: str
    url: str
    is_here: bool


def steps(program: Program, here: str) -> list[Step]:
    """The editor's pages for this program. A published one keeps what it is: its steps begin with the terms."""
    names = [("programs:edit", "What it is")] if program.status == ProgramStatus.DRAFT else []
    names.append(("programs:revise", "What it promises"))
    if program.kind != ProgramKind.RESOURCES:
        names.append(("programs:activities", "What it pays for"))
    names.append(("funds:joining", "Who can join"))
    names.append(("programs:preview", "As partners see it"))
    return [Step(label, reverse(name, args=[program.pk]), name == here) for name, label in names]


def written_terms(program: Program) -> Terms:
    """What the editor shows: the version that is written on, else the one in force."""
    return actions.open_version(program) or program.current_terms


def copied(program: Program) -> dict[str, Any]:
    """What a program for the next period begins with: the same, after the last day of this one."""
    length = program.ends_on - program.starts_on
    first = program.ends_on + timedelta(days=1)
    year = str(program.starts_on.year)
    name = program.name.replace(year, str(first.year)) if year in program.name else f"{program.name} {first.year}"
    return {
        "name": name[:120],
        "kind": program.kind,
        "currency": program.currency,
        "time_zone": program.time_zone,
        "starts_on": first,
        "ends_on": first + length,
    }


def chosen(request: HttpRequest, vendor: Vendor) -> Start | Program | None:
    """What the address says to begin with: `?start=` a rule set, or `?copy=` a program of the vendor's own."""
    if (key := request.GET.get("start", "")) in BY_KEY:
        return BY_KEY[key]
    copy = request.GET.get("copy", "")
    if copy.isdecimal() and len(copy) < 18:
        programs = Program.objects.visible_to(request.user).select_related("terms")
        return programs.filter(vendor=vendor.pk, pk=copy).first()
    return None


def create(request: HttpRequest) -> HttpResponse:
    company = company_of(request)
    if company is None or not request.user.has_perm("programs.create", company):
        raise PermissionDenied
    vendor = get_object_or_404(Vendor, pk=company.pk)
    program = Program(vendor=vendor, created_by=request.user, time_zone=vendor.time_zone, currency=vendor.currency)
    start = chosen(request, vendor)
    initial = copied(start) if isinstance(start, Program) else {"kind": start.kind} if start else {}
    form = ProgramForm(
        data_of(request), instance=program, initial=initial | {"seen": 0}, today=program.today(timezone.now())
    )
    if request.method == "POST" and form.is_valid() and created(request, form, start):
        return redirect("programs:revise", program.pk)
    context = {
        "form": form,
        "program": program,
        "start": start,
        "starts": STARTS,
        "programs": Program.objects.visible_to(request.user).filter(vendor=vendor.pk).order_by("-ends_on", "name")[:20],
    }
    return render(request, "programs/create.html", context)


def created(request: HttpRequest, form: ProgramForm, start: Start | Program | None) -> bool:
    """True if the draft is there; otherwise the form has the reason."""
    currency = form.cleaned_data["currency"]
    terms, activities = Terms(), []
    if isinstance(start, Program):
        if start.names_amounts and start.currency != currency:
            form.add_error(
                "currency", f"{start.name} names amounts in {start.currency}: take that, or begin without it."
            )
            return False
        terms, activities = actions.from_program(start)
    elif start:
        terms, activities = actions.from_start(start, currency)
    try:
        actions.save(
            program=form.save(commit=False), terms=terms, activities=activities, by=request.user, now=timezone.now()
        )
    except ProgramRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Your draft is saved. No partner sees it before you publish it.")
    return True


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the draft's form; POST saves it, or shows it again with what was typed."""
    program = own_program(request, pk)
    if request.method != "POST" and program.status != ProgramStatus.DRAFT:
        messages.info(request, "This program is published: partners rely on it. Its terms can go on in a new version.")
        return redirect("programs:detail", pk)
    name = program.name
    form = ProgramForm(
        data_of(request),
        instance=program,
        initial={"seen": version(program), "currency": program.currency},
        today=program.today(timezone.now()),
    )
    if saves_itself(request):
        if program.status != ProgramStatus.DRAFT:
            return HttpResponse(NOT_A_DRAFT, status=409, content_type=PLAIN)
        return autosaved(request, program, form, own_program(request, pk), lambda fresh: keep(request, fresh, form))
    if request.method == "POST" and form.is_valid():
        try:
            keep(request, form.save(commit=False), form)
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ProgramChanged):
                form.renew_seen(version(program))
        else:
            messages.success(request, "Your changes are saved.")
            return redirect("programs:revise", pk)
    is_draft = program.status == ProgramStatus.DRAFT
    found = steps(program, "programs:edit")
    context = {"form": form, "program": program, "name": name, "steps": found, "saves_itself": is_draft}
    return render(request, "programs/edit.html", context)


def keep(request: HttpRequest, program: Program, form: ProgramForm) -> None:
    actions.save(program=program, by=request.user, now=timezone.now(), seen=form.cleaned_data["seen"])


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that partners will see, what is still missing, and the way to publish it."""
    program = own_program(request, pk)
    terms = written_terms(program)
    context = {
        "program": program,
        "terms": terms,
        "activities": terms.activities.all(),
        "missing": actions.missing(terms),
        "hints": hints(program, terms),
        "steps": steps(program, "programs:preview"),
        "has_new_terms": bool(program.published_at and not terms.published_at),
    }
    return render(request, "programs/preview.html", context)


def hints(program: Program, terms: Terms) -> list[str]:
    """What one may want to look at before publishing. None of it stands in the way."""
    found = []
    if program.kind == ProgramKind.RESOURCES:
        return found
    if not terms.activities.all():
        found.append("It names no activities: partners can claim for whatever fits the wording.")
    if program.kind == ProgramKind.COOP and terms.accrual_percent is None:
        found.append("Nothing is earned on sales: you grant shares by hand or from a file.")
    if program.kind == ProgramKind.WALLET and terms.aging_months is None:
        found.append("A deposit can be used until the program ends: say for how many months, if you mean less.")
    if terms.lead_days and not terms.preapproval:
        found.append("It has a lead time, but activities need no approval in advance.")
    return found
