"""Pages of programs: what is offered, and how a channel manager makes, publishes and closes it."""

from collections.abc import Callable, Iterator
from itertools import groupby, zip_longest
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, Event
from partners.states import Kind
from programs import actions
from programs.actions import ProgramRefused, missing
from programs.filters import SORTS, STATES, ProgramFilter
from programs.models import Program, Resource
from programs.money import major
from programs.outlooks import outlooks, running_out
from programs.states import ProgramStatus
from programs.views.joining import stands
from programs.views.people import company_of, own_program, visible_program

DRAFT, PUBLISHED, CLOSED = ProgramStatus.DRAFT, ProgramStatus.PUBLISHED, ProgramStatus.CLOSED
# How many resources a program's page shows; the library has the others.
SHELF = 4


def listed(request: HttpRequest) -> QuerySet[Program]:
    """Programs as the company worked in sees them: a vendor its own, with their money; a partner those that are out."""
    company = company_of(request)
    programs = Program.objects.visible_to(request.user).select_related("vendor", "terms")
    if company is None:
        return programs.none()
    if company.kind == Kind.PARTNER:
        mine = Q(budgets__allocations__partner=company.pk)
        return (
            programs.as_seen_by(company)
            .annotate(funds_for_you=Count("budgets__allocations", filter=mine))
            .order_by("-funds_for_you", "vendor__name", "name", "pk")
        )
    programs = programs.filter(vendor=company.pk) if company.kind == Kind.VENDOR else programs.as_seen_by(company)
    return programs.annotate(
        funded=Coalesce(Sum("budgets__funded"), 0),
        allocated=F("funded") - Coalesce(Sum("budgets__unallocated"), 0),
    ).order_by("vendor__name", "name", "pk")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    company = company_of(request)
    is_partner = company is not None and company.kind == Kind.PARTNER
    sorts = {name: fields for name, fields in SORTS.items() if not is_partner or name not in ("funded", "allocated")}
    narrowed = ProgramFilter(request.GET, queryset=listed(request), company=company)
    sort = chosen_sort(request, sorts)
    found = in_order(narrowed.qs, sort, sorts)
    if kind := wanted_file(request):
        return exported(found, kind, company if is_partner else None)
    now = timezone.now()
    page = page_of(request, found)
    for program in page:
        program.day = program.today(now)
    if is_partner:
        stand = outlooks(page, company, now)
        for program in page:
            program.outlook = stand[program.pk]
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "is_partner": is_partner,
        "running_out": running_out(company, now) if is_partner else (),
        "is_vendor": company is not None and company.kind == Kind.VENDOR,
        "may_create": company is not None and request.user.has_perm("programs.create", company),
    }
    return render(request, "programs/index.html", context)


def exported(programs: QuerySet[Program], kind: str, partner: Company | None) -> HttpResponse:
    """`partner` is the company worked in where it is one: it reads how it stands to each program."""
    columns = [
        "Vendor",
        "Program",
        "Type",
        "Status",
        "Currency",
        "Runs from",
        "Runs until",
        "Rate, %",
        "Claim window, days",
    ]
    columns += ["Your funds", "You", "Why not"] if partner else ["Funded", "Allocated"]

    found = outlooks(programs, partner, timezone.now()) if partner else {}

    def row(p: Program) -> list:
        facts = [
            p.vendor.name,
            p.name,
            p.get_kind_display(),
            p.get_status_display(),
            p.currency,
            *([p.starts_on, p.ends_on] if not p.vendor.is_kept else [None, None]),
        ]
        facts += [p.terms.reimbursement_percent, p.terms.claim_window_days]
        if partner is None:
            return [*facts, major(p.funded, p.currency), major(p.allocated, p.currency)]
        you = found[p.pk]
        return [*facts, p.funds_for_you, STATES[you.state], " ".join(obstacle.words for obstacle in you.obstacles)]

    return table_response(name="programs", columns=columns, rows=(row(p) for p in programs), kind=kind)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    program = visible_program(request, pk)
    if program.vendor.is_kept:
        # Its books are one page: the vendor with its programs and funds.
        return redirect("funds:vendor", program.vendor_id)
    company = company_of(request)
    may_change = request.user.has_perm("programs.change", program)
    sees_money = may_change or (company is not None and company.kind == Kind.SITE)
    is_partner = company is not None and company.kind == Kind.PARTNER
    context = {
        "program": program,
        "today": program.today(timezone.now()),
        "may_change": may_change,
        "moves": [step for step in MOVES.values() if step.fits(program)],
        "missing": missing(program.terms),
        "terms": program.terms,
        "activities": program.current_terms.activities.all(),
        "sees_money": sees_money,
        "is_partner": is_partner,
        "versions": versions_of(program),
    }
    context["shelf"] = Resource.objects.for_program(program).on_shelf(context["today"])[:SHELF]
    if may_change:
        context["drafted"] = program.published_at and actions.open_version(program) is not None
        context["older"] = program.versions.exclude(pk=program.terms_id).filter(has_unclaimed()).exists()
    if sees_money:
        context["budgets"] = program.budgets.all()
        context["history"] = history(program)
    if is_partner:
        context["funds_for_you"] = program.budgets.filter(allocations__partner=company.pk).count()
        context |= stands(program, company)
    return render(request, "programs/detail.html", context)


def has_unclaimed() -> Q:
    """Of versions: under which some fund still has unclaimed money."""
    return Q(allocations__available__gt=0) | Q(allocations__reserved__gt=0)


def versions_of(program: Program) -> list[dict]:
    """The published versions, latest first, each with what it changed."""
    published = [terms for terms in program.versions.prefetch_related("activities") if terms.published_at]
    return [
        {"terms": terms, "changes": terms.changes_from(old) if old else []}
        for terms, old in zip_longest(published, published[1:])
    ]


def history(program: Program) -> Iterator[dict]:
    """The program's events, newest first, as the timeline shows them. What one person types in a day is told once."""
    events = Event.objects.about(program).select_related("actor").reverse()
    for (verb, actor, why, _), same in groupby(events, key=typing):
        yield {"at": next(same).at, "actor": actor, "what": verb.capitalize(), "reason": why}


def typing(event: Event) -> tuple:
    """The same for all saves of a draft by one person on one day; of its own for each other event."""
    why = event.reason or " ".join(event.data.get("changes", []))
    return event.verb, event.actor, why, event.at.date() if event.verb in ("changed", "revised") else event.pk


class Move(NamedTuple):
    """One step of a program's life, as its button and its page say it."""

    name: str
    source: ProgramStatus
    to: ProgramStatus
    label: str
    title: str
    words: str
    done: str
    act: Callable[..., Program]

    def fits(self, program: Program) -> bool:
        return program.status == self.source


MOVES = {
    move.name: move
    for move in (
        Move(
            "publish",
            DRAFT,
            PUBLISHED,
            "Publish",
            "Publish this program?",
            "Every partner can read it from then on, and you can grant money from it. Its type, dates and currency can't "
            "be changed any more, and these terms stay for whoever is granted money under them: partners rely on them.",
            "It is published. Partners can read it now. Next: put money into a budget.",
            actions.publish,
        ),
        Move(
            "close",
            PUBLISHED,
            CLOSED,
            "Close",
            "Close this program?",
            "It grants no new money. What partners hold already stays theirs: they can claim it until its own deadlines. You can "
            "reopen it.",
            "It is closed: it grants no new money. What was granted can still be claimed.",
            actions.close,
        ),
        Move(
            "reopen",
            CLOSED,
            PUBLISHED,
            "Reopen",
            "Reopen this program?",
            "You can grant money from it again. Its terms stay as they are.",
            "It is open again: you can grant money from it.",
            actions.reopen,
        ),
    )
}


def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """GET asks, POST does it."""
    program, step = own_program(request, pk), MOVES[name]
    if request.method == "POST":
        try:
            step.act(program=program, by=request.user, now=timezone.now())
        except ProgramRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, step.done)
        return redirect("programs:detail", pk)
    if not step.fits(program):
        messages.info(request, f"Nothing to do: this program is {program.get_status_display().lower()} now.")
        return redirect("programs:detail", pk)
    wanting = missing(program.terms) if step.to == PUBLISHED else []
    return render(request, "programs/move.html", {"program": program, "move": step, "missing": wanting})
