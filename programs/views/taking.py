"""What a partner takes of a resource: its file, its link, or a word that it used it. Each is counted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partners.models import Company
from programs.models import Resource
from programs.resources import actions
from programs.resources.actions import ResourceRefused, closed
from programs.resources.forms import UsedForm
from programs.resources.states import Act
from programs.views.files import download
from programs.views.resources import using, visible_resource


def taker(request: HttpRequest, resource: Resource) -> Company | None:
    """The partner whose taking counts; a look by the vendor's own people or Windfall's does not."""
    return None if request.user.has_perm("programs.change_resource", resource) else using(request)


def taken(request: HttpRequest, resource: Resource, act: Act, hand_out: Callable[[], HttpResponse]) -> HttpResponse:
    """Hand it out and count it; back to its page with the reason where a partner cannot have it today."""
    partner, now = taker(request, resource), timezone.now()
    if partner and (words := closed(resource, now)):
        messages.error(request, words)
        return redirect("programs:resource", resource.pk)
    response = hand_out()
    if partner and request.method == "GET":
        actions.use(resource=resource, partner=partner, act=act, by=request.user, now=now)
    return response


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    resource = visible_resource(request, pk)
    if not resource.file:
        raise Http404("This resource is a link.")

    def hand_out() -> HttpResponse:
        return download(resource.file, name=resource.name, kind=resource.file_kind)

    return taken(request, resource, Act.DOWNLOADED, hand_out)


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Count it, then go on to where the resource is: only ever to the address that was stored."""
    resource = visible_resource(request, pk)
    if not resource.link:
        raise Http404("This resource is a file.")

    def hand_out() -> HttpResponse:
        response = HttpResponseRedirect(resource.link)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return taken(request, resource, Act.OPENED, hand_out)


@require_POST
def used(request: HttpRequest, pk: int) -> HttpResponse:
    resource = visible_resource(request, pk)
    partner = using(request)
    if partner is None:
        raise PermissionDenied
    form = UsedForm(request.POST, resource=resource)
    activity = form.cleaned_data["activity"] if form.is_valid() else ""
    try:
        count = actions.use(
            resource=resource, partner=partner, act=Act.USED, by=request.user, now=timezone.now(), activity=activity
        )
    except ResourceRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = "It is noted that you used it." if count else "That was noted a moment ago."
        messages.success(
            request, f"{said} {resource.vendor.name} sees it, and what serves you best gets made more often."
        )
    return redirect("programs:resource", pk)
