"""The next version of a program's terms: written as a draft, looked at beside those in force, published or dropped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from programs import actions
from programs.actions import ProgramChanged, ProgramRefused, missing, version
from programs.forms import data_of
from programs.forms.terms import TermsForm
from programs.models import Program, Terms
from programs.states import TERMS, ProgramKind, ProgramStatus
from programs.views.drafts import NOT_A_DRAFT, PLAIN, autosaved, saves_itself
from programs.views.editor import steps, written_terms
from programs.views.people import own_program


def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """What the program promises: its numbers and wording. A published one's go on in a new version."""
    program = own_program(request, pk)
    if program.status == ProgramStatus.CLOSED:
        messages.info(request, "This program is closed: it grants nothing new. Reopen it first.")
        return redirect("programs:detail", pk)
    terms = written_terms(program)
    start = Terms(program=program, **{name: getattr(terms, name) for name in TERMS})
    form = TermsForm(data_of(request), instance=start, initial={"seen": version(program)}, program=program)
    if saves_itself(request):
        if terms.published_at:
            return HttpResponse(NOT_A_DRAFT, status=409, content_type=PLAIN)
        return autosaved(request, program, form, terms, lambda fresh: keep(request, program, fresh, form))
    if request.method == "POST" and form.is_valid():
        try:
            keep(request, program, form.save(commit=False), form)
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ProgramChanged):
                form.renew_seen(version(program))
        else:
            return saved(request, program)
    found = steps(program, "programs:revise")
    context = {"program": program, "form": form, "steps": found, "saves_itself": terms.published_at is None}
    return render(request, "programs/revise.html", context)


def keep(request: HttpRequest, program: Program, terms: Terms, form: TermsForm) -> None:
    actions.revise(program=program, terms=terms, by=request.user, now=timezone.now(), seen=form.cleaned_data["seen"])


def saved(request: HttpRequest, program: Program) -> HttpResponse:
    """On to the next step."""
    if program.published_at:
        messages.success(request, "The new version is saved as a draft. No partner sees it before you publish it.")
        return redirect("programs:publish_terms", program.pk)
    messages.success(request, "Your changes are saved.")
    return redirect("programs:preview" if program.kind == ProgramKind.RESOURCES else "programs:activities", program.pk)


def publish_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what the draft changes and asks; POST puts it in force, and goes on to the funds under older versions."""
    program = own_program(request, pk)
    draft = program.published_at and actions.open_version(program)
    if not draft:
        messages.info(request, "There are no new terms to publish.")
        return redirect("programs:detail", pk)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.publish_terms(
                program=program,
                by=request.user,
                now=timezone.now(),
                seen=int(seen) if seen.isdecimal() and len(seen) < 18 else 0,
            )
        except ProgramChanged:
            messages.error(
                request, "Nothing was published: somebody changed these terms. Look at them as they are now."
            )
            return redirect("programs:publish_terms", pk)
        except ProgramRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("programs:revise", pk)
        messages.success(request, f"Version {draft.number} is in force for what you grant from now on.")
        return redirect("funds:renew_terms", pk)
    context = {
        "program": program,
        "draft": draft,
        "changes": draft.changes_from(program.current_terms),
        "missing": missing(draft),
        "seen": version(program),
        "activities": draft.activities.all(),
    }
    return render(request, "programs/publish_terms.html", context)


@require_POST
def drop_terms(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        dropped = actions.drop_terms(program=own_program(request, pk), by=request.user, now=timezone.now())
    except ProgramRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The draft is gone. The terms in force stay." if dropped else "There was no draft.")
    return redirect("programs:detail", pk)
