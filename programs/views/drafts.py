"""A draft of the editor that saves itself while it is typed: what is right is kept, what is not waits on the page.

The page's script sends the step's own form, with a header; without it there is the button.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from programs.actions import ProgramChanged, ProgramRefused, version
from programs.models import Program

PLAIN = "text/plain; charset=utf-8"
CHANGED = "Not saved: somebody changed this program while you had it open. Save it with the button to see more."
UNFIT = "Not saved yet: what is typed does not fit together. Press the button to see what is wrong."
NOT_A_DRAFT = "Not saved: this is published, and only drafts save themselves."


def saves_itself(request: HttpRequest) -> bool:
    """The page sent this by itself; nobody pressed its button."""
    return request.method == "POST" and "X-Autosave" in request.headers


def autosaved(
    request: HttpRequest, program: Program, form: ModelForm, fresh: Any, save: Callable[[Any], Any]
) -> HttpResponse:
    """Keep what is right. Answers with the version that now stands and what is not saved yet, or in words why nothing was.

    `fresh` is the object as it stands, `save` the act that keeps it.
    """
    form.is_valid()
    wrong = {form[name].label: words for name, words in form.errors.items() if name in form.fields}
    changes = {
        name: value
        for name, value in form.cleaned_data.items()
        if name in form.fields and hasattr(fresh, name) and name not in form.errors and getattr(fresh, name) != value
    }
    for name, value in changes.items():
        setattr(fresh, name, value)
    try:
        fresh.validate_constraints()
        if changes:
            save(fresh)
    except ProgramChanged:
        return HttpResponse(CHANGED, status=409, content_type=PLAIN)
    except ProgramRefused as refusal:
        return HttpResponse(f"Not saved: {refusal}", status=409, content_type=PLAIN)
    except ValidationError:
        return HttpResponse(UNFIT, status=422, content_type=PLAIN)
    return render(request, "programs/autosaved.html", {"seen": version(program), "wrong": wrong})
