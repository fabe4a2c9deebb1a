"""The editor's step about activities: taken from the library, changed, removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from programs import actions
from programs.actions import ProgramChanged, ProgramRefused, usual, version
from programs.activities import LIBRARY, ActivityKind
from programs.forms import data_of
from programs.forms.terms import ActivityForm, LibraryForm
from programs.models import Activity, Program
from programs.states import ProgramKind, ProgramStatus
from programs.views.drafts import NOT_A_DRAFT, PLAIN, autosaved, saves_itself
from programs.views.editor import steps, written_terms
from programs.views.people import own_program


def paying_program(request: HttpRequest, pk: int) -> Program:
    """A program that the person manages and that pays for something; 404 for one that offers resources alone."""
    program = own_program(request, pk)
    if program.kind == ProgramKind.RESOURCES:
        raise Http404("A program of resources pays for no activities.")
    return program


def activities(request: HttpRequest, pk: int) -> HttpResponse:
    """GET lists them beside the library; POST takes some from it."""
    program = paying_program(request, pk)
    form = LibraryForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        kinds = [ActivityKind(kind) for kind in form.cleaned_data["kinds"]]
        try:
            made = actions.add_activities(program=program, kinds=kinds, by=request.user, now=timezone.now())
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            count = len(made)
            words = f"{count} activit{'ies' if count > 1 else 'y'} added, with the usual proof. Change what you like."
            messages.success(request, words if count else "They stand there already.")
            return redirect("programs:activities", pk)
    terms = written_terms(program)
    context = {
        "program": program,
        "terms": terms,
        "activities": terms.activities.all(),
        "form": form,
        "chosen": form["kinds"].value() or [],
        "library": [(kind, usual_proofs(kind)) for kind in ActivityKind],
        "may_write": program.status != ProgramStatus.CLOSED,
        "steps": steps(program, "programs:activities"),
    }
    return render(request, "programs/activities.html", context)


def usual_proofs(kind: ActivityKind) -> str:
    return ", ".join(proof.label.lower() for proof in LIBRARY[kind].proofs)


def add_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """One of its own; `?kind=` begins with the library's."""
    kind = request.GET.get("kind", "")
    start = usual(ActivityKind(kind)) if kind in ActivityKind.values else usual(ActivityKind.OTHER)
    if kind not in ActivityKind.values:
        start.name = ""
    return edited(request, paying_program(request, pk), start, was="")


def edit_activity(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    program = paying_program(request, pk)
    found = get_object_or_404(Activity, terms=written_terms(program), pk=activity)
    return edited(request, program, found, was=found.name)


def edited(request: HttpRequest, program: Program, activity: Activity, was: str) -> HttpResponse:
    form = ActivityForm(data_of(request), instance=activity, initial={"seen": version(program)}, program=program)
    is_draft = activity.pk is not None and activity.terms.published_at is None
    if saves_itself(request):
        if not is_draft:
            return HttpResponse(NOT_A_DRAFT, status=409, content_type=PLAIN)
        fresh = Activity.objects.get(pk=activity.pk)
        return autosaved(request, program, form, fresh, lambda fresh: keep(request, program, fresh, was, form))
    if request.method == "POST" and form.is_valid():
        try:
            keep(request, program, form.save(commit=False), was, form)
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ProgramChanged):
                form.renew_seen(version(program))
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("programs:activities", program.pk)
    context = {"program": program, "form": form, "was": was, "saves_itself": is_draft}
    return render(request, "programs/activity.html", context)


def keep(request: HttpRequest, program: Program, activity: Activity, was: str, form: ActivityForm) -> None:
    actions.save_activity(
        program=program,
        activity=activity,
        was=was,
        by=request.user,
        now=timezone.now(),
        seen=form.cleaned_data["seen"],
    )


@require_POST
def remove_activity(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    program = paying_program(request, pk)
    found = get_object_or_404(Activity, terms=written_terms(program), pk=activity)
    try:
        actions.remove_activity(program=program, name=found.name, by=request.user, now=timezone.now())
    except ProgramRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.name} is not paid for any more, once this version is published.")
    return redirect("programs:activities", pk)
