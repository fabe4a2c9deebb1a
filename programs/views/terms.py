"""The next version of a program's terms: written as a draft, looked at beside those in force, published or dropped."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from programs import actions
from programs.actions import ProgramChanged, ProgramRefused, missing, version
from programs.forms import TermsForm, data_of
from programs.models import Program, Terms
from programs.states import TERMS
from programs.views.programs import own_program


def drafted(program: Program) -> Terms | None:
    return program.versions.filter(published_at=None).first()


def revise(request: HttpRequest, pk: int) -> HttpResponse:
    program = own_program(request, pk)
    if program.published_at is None:
        messages.info(request, "This program is a draft: change the draft itself.")
        return redirect("programs:edit", pk)
    start = drafted(program) or Terms(**model_to_dict(program.current_terms, TERMS))
    form = TermsForm(data_of(request), instance=start, initial={"seen": version(program)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise(
                program=program,
                terms=form.save(commit=False),
                by=request.user,
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
        except ProgramRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ProgramChanged):
                form.renew_seen(version(program))
        else:
            messages.success(request, "The new version is saved as a draft. No partner sees it before you publish it.")
            return redirect("programs:publish_terms", pk)
    return render(request, "programs/revise.html", {"program": program, "form": form})


def publish_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what the draft changes and asks; POST puts it in force, and goes on to the funds under older versions."""
    program = own_program(request, pk)
    draft = program.published_at and drafted(program)
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
